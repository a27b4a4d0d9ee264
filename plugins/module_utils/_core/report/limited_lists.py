# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that cannot outgrow memory while a fleet passes by, and whose result does not depend on the order of hosts."""

from __future__ import annotations

import typing as t

T = t.TypeVar("T")


class Bounded(t.Generic[T]):
    """Keeps the ``limit`` items with the smallest keys; all of them without a limit."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._kept: list[tuple[t.Any, T]] = []
        self._cut: t.Any = None
        self.seen = 0

    def add(self, key: t.Any, make: t.Callable[[], T]) -> None:
        """Count an item and keep it if it may still be among the first; only then is it made."""
        self.seen += 1
        if self._limit == 0 or (self._cut is not None and key > self._cut):
            return
        self._kept.append((key, make()))
        # Sorting once for each ``limit`` items costs less than a heap, which compares in Python at every step.
        if self._limit is not None and len(self._kept) > self._limit + max(self._limit // 4, 100):
            self._shorten()

    def refuses(self, first: t.Any) -> bool:
        """Count an item that cannot be among the first, whatever follows ``first`` in its key. False: add() it."""
        if self._cut is None or first <= self._cut[0]:
            return False
        self.seen += 1
        return True

    def _shorten(self) -> None:
        self._kept.sort(key=lambda item: item[0])
        if self._limit is not None and len(self._kept) > self._limit:
            del self._kept[self._limit :]
            self._cut = self._kept[-1][0]

    def items(self) -> list[T]:
        """What was kept, in the order of the keys."""
        self._shorten()
        return [item for _key, item in self._kept]


class AllOrNothing(t.Generic[T]):
    """Keeps every item until there are more than ``limit``, then none: for lists that mislead in part."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._kept: list[T] = []
        self.seen = 0

    def add(self, make: t.Callable[[], T]) -> None:
        """Count an item, and keep it while all fit."""
        self.seen += 1
        if self._limit is None or self.seen <= self._limit:
            self._kept.append(make())
        elif self._kept:
            self._kept.clear()

    @property
    def is_open(self) -> bool:
        """Whether an item more would be kept, or would make a difference to those that are."""
        return self._limit is None or self.seen <= self._limit

    def items(self) -> list[T]:
        """All items, or none."""
        return list(self._kept)
