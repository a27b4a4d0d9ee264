# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readers of listings and archives remark on: one warning a kind, however many entries it concerns."""

from __future__ import annotations

from .errors import ListingWarning

_SENTENCES = {
    "W_BARE_DIGEST": "Digests without a repository were left out of repo_digests: nobody can pull by them",
    "W_DUP_ID": "Entries that describe an image already seen were merged into one summary with all its names",
    "W_SHARED_GT_SIZE": "The engine says that images share more bytes than they have; both figures were kept",
    "W_TAG_AND_DIGEST": "Names with a tag and a digest were listed by digest only: the engine knows no such plain tag",
}


class Remarks:
    """Collects warnings. It keeps a count and an example of each kind, so it does not grow with its input."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._examples: dict[str, str] = {}

    def add(self, code: str, example: str) -> None:
        """Note one more case of a known kind; ``example`` names the entry."""
        self._counts[code] = self._counts.get(code, 0) + 1
        self._examples.setdefault(code, example)

    def say(self, code: str, sentence: str) -> None:
        """Note what holds for the listing as a whole, for example what its source leaves out."""
        self._sentences[code] = sentence

    def warnings(self) -> list[ListingWarning]:
        """One warning a kind, in the order of their codes."""
        found = [ListingWarning(code, sentence) for code, sentence in self._sentences.items()]
        for code, count in self._counts.items():
            more = ", first " if count > 1 else ": "
            found.append(ListingWarning(code, f"{_SENTENCES[code]} ({count}{more}{self._examples[code]})."))
        return sorted(found)
