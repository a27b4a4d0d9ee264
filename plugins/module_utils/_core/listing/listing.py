# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every reader of a listing answers: the images, and what their reader should know about them."""

from __future__ import annotations

import typing as t

from ..errors import ListingWarning
from ..image.summary import ImageSummary

_SENTENCES = {
    "W_BARE_DIGEST": "Digests without a repository were left out of repo_digests: nobody can pull by them",
    "W_DUP_ID": "Entries that describe an image already seen were merged into one summary with all its names",
    "W_SHARED_GT_SIZE": "The engine says that images share more bytes than they have; both figures were kept",
    "W_TAG_AND_DIGEST": "Names with a tag and a digest were listed by digest only: the engine knows no such plain tag",
}


class Listing(t.NamedTuple):
    """Image summaries in the order of rule R18, and one warning for each kind of remark."""

    images: list[ImageSummary]
    warnings: list[ListingWarning]


class Remarks:
    """Collects what is worth a warning: however many entries it concerns, each kind is said once."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, code: str, example: str) -> None:
        """Note one more case of a known kind; ``example`` names the entry, for the first case is shown."""
        self._examples.setdefault(code, []).append(example)

    def say(self, code: str, sentence: str) -> None:
        """Note what holds for the listing as a whole, for example what its source leaves out."""
        self._sentences[code] = sentence

    def warnings(self) -> list[ListingWarning]:
        """One warning a kind, in the order of their codes."""
        found = [ListingWarning(code, sentence) for code, sentence in self._sentences.items()]
        for code, examples in self._examples.items():
            more = f", first {examples[0]}" if len(examples) > 1 else f": {examples[0]}"
            found.append(ListingWarning(code, f"{_SENTENCES[code]} ({len(examples)}{more})."))
        return sorted(found)
