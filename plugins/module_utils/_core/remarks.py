# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readers of archives remark on: one warning a kind, however many entries it concerns."""

from __future__ import annotations

from .errors import ListingWarning

_SENTENCES = {
    "W_ARTIFACT": "Entries that are not images were left out",
    "W_LAYER": "Images with a layer that cannot be measured have size -1 (not known)",
    "W_NOT_A_TAG": "Names that are not a repository with a tag were left out",
    "W_PLATFORM": "Platforms whose content is not in the archive were left out",
}
# How many different examples are named, where one does not say what is missing.
_EXAMPLES = {"W_ARTIFACT": 5, "W_PLATFORM": 5}


class Remarks:
    """Collects warnings. It keeps a count and a few examples of each kind, so it does not grow with its input."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, code: str, example: str) -> None:
        """Note one more case of a known kind; ``example`` names the entry."""
        self._counts[code] = self._counts.get(code, 0) + 1
        examples = self._examples.setdefault(code, [])
        if len(examples) < _EXAMPLES.get(code, 1) and example not in examples:
            examples.append(example)

    def say(self, code: str, sentence: str) -> None:
        """Note what holds for the listing as a whole, for example what its source leaves out."""
        self._sentences[code] = sentence

    def warnings(self) -> list[ListingWarning]:
        """One warning a kind, in the order of their codes."""
        found = [ListingWarning(code, sentence) for code, sentence in self._sentences.items()]
        for code, count in self._counts.items():
            examples = self._examples[code]
            more = ": " if count == len(examples) else ", first "
            found.append(ListingWarning(code, f"{_SENTENCES[code]} ({count}{more}{', '.join(examples)})."))
        return sorted(found)
