# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and sizes of images by repository: of each host while all of them fit, else of all hosts together.

The image rows in a report are limited, so the sums cannot be made from them.
"""

from __future__ import annotations

import typing as t
from collections import Counter

from ..image.reference import Reference
from .order import repository_order

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..image.summary import ImageSummary
    from .schema import RepositoryRow

# Images that are counted before their names are looked at: on a fleet most images are on many hosts.
_COUNTED_IMAGES = 16384


class _Figures:
    """Of one repository."""

    __slots__ = ("images", "largest", "size")

    def __init__(self) -> None:
        self.images = 0
        self.size: int | None = None
        self.largest: int | None = None

    def add(self, images: int, size: int | None, largest: int | None) -> None:
        """Take more images; a size that is not known adds nothing, and null is not 0."""
        self.images += images
        if size is not None and largest is not None:
            self.size = (self.size or 0) + size
            self.largest = max(self.largest or 0, largest)

    def row(self, host: str | None, repository: str) -> RepositoryRow:
        """The form that the document lists."""
        return {
            "host": host,
            "repository": repository,
            "images": self.images,
            "size": self.size,
            "largest_size": self.largest,
        }


class RepositoryTotals:
    """Takes hosts one by one. At most ``limit`` rows come out, and those that do are about every image."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._hosts: dict[str, dict[str, _Figures]] | None = {}
        self._rows = 0
        self._all: dict[str, _Figures] = {}
        self._counts: Counter[int] = Counter()
        self._counted: dict[int, ImageSummary] = {}
        """By id(); held so that no other object gets it."""
        self.too_many = False
        """Whether there are more repositories than rows, so that none is listed."""

    def add(self, host: str, images: Sequence[ImageSummary]) -> None:
        """Take the images of one host."""
        if self._hosts is not None:
            figures = self._hosts[host] = _sums((image, 1) for image in images)
            self._rows += len(figures)
            if self._is_over(self._rows):
                self._merge_hosts()
            return
        if self.too_many:
            return
        keys = [id(image) for image in images]
        self._counts.update(keys)
        self._counted.update(zip(keys, images))
        if len(self._counted) >= _COUNTED_IMAGES:
            self._merge_counted()

    def to_list(self) -> list[RepositoryRow]:
        """The rows by repository and host; ``host`` is null where they are about all hosts together."""
        if self._hosts is not None:
            rows = [
                figures.row(host, name) for host, by_name in self._hosts.items() for name, figures in by_name.items()
            ]
            return sorted(rows, key=repository_order)
        self._merge_counted()
        return [self._all[name].row(None, name) for name in sorted(self._all)]

    def _is_over(self, rows: int) -> bool:
        return self._limit is not None and rows > self._limit

    def _merge_hosts(self) -> None:
        for by_name in (self._hosts or {}).values():
            self._merge(by_name)
        self._hosts = None

    def _merge_counted(self) -> None:
        self._merge(_sums((image, self._counts[key]) for key, image in self._counted.items()))
        self._counts.clear()
        self._counted.clear()

    def _merge(self, by_name: Mapping[str, _Figures]) -> None:
        if self.too_many:
            return
        for name, figures in by_name.items():
            self._all.setdefault(name, _Figures()).add(figures.images, figures.size, figures.largest)
        if self._is_over(len(self._all)):
            self.too_many = True
            self._all.clear()


def repository_sums(rows: Iterable[RepositoryRow]) -> dict[str, RepositoryRow]:
    """repository -> its row over all hosts."""
    sums: dict[str, _Figures] = {}
    for row in rows:
        sums.setdefault(row["repository"], _Figures()).add(row["images"], row["size"], row["largest_size"])
    return {name: figures.row(None, name) for name, figures in sums.items()}


def _sums(images: Iterable[tuple[ImageSummary, int]]) -> dict[str, _Figures]:
    """By repository, for images and how often each is there. Dangling images are in none."""
    sums: dict[str, _Figures] = {}
    for image, times in images:
        names = image.repo_tags or image.repo_digests
        size = None if image.size < 0 else image.size
        for name in {Reference.parse(name).familiar_repository for name in names}:
            sums.setdefault(name, _Figures()).add(times, None if size is None else size * times, size)
    return sums
