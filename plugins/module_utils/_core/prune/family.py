# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parents and children: which images can go at all, and what goes along when the last child goes.

An engine refuses to remove an image whose child stays (graph drivers), or takes its names and frees nothing. So a
parent goes only after all its children. An intermediate image has no name and no use but its children: it goes with
the last of them.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .image_facts import ImageFacts


class Family:
    """The forest of parent_id among listed images. Images are numbers, as in the list given."""

    def __init__(self, images: Sequence[ImageFacts]) -> None:
        number = {image.id: index for index, image in enumerate(images)}
        self.parent = [number.get(image.summary.parent_id, -1) for image in images]
        self.children: dict[int, list[int]] = {}
        for child, parent in enumerate(self.parent):
            if parent >= 0:
                self.children.setdefault(parent, []).append(child)
        self.upwards = self._children_first()
        self._parents_upwards = [index for index in self.upwards if index in self.children]

    def _children_first(self) -> list[int]:
        """Every image behind all its children. Images in a circle of parents are left out: nobody may remove them."""
        open_children = {index: len(children) for index, children in self.children.items()}
        order = [index for index in range(len(self.parent)) if index not in open_children]
        for index in order:  # grows while it is read
            parent = self.parent[index]
            if parent >= 0:
                open_children[parent] -= 1
                if not open_children[parent]:
                    order.append(parent)
        return order

    def closed(self, wanted: Sequence[bool]) -> list[bool]:
        """The wanted images without those that have a child which is not wanted, however far below."""
        closed = list(wanted)
        # Parents in a circle have no place in the order, and stay.
        for index in self.children:
            closed[index] = False
        for index in self._parents_upwards:
            closed[index] = wanted[index] and self.all_children(index, closed)
        return closed

    def all_children(self, index: int, marked: Sequence[bool]) -> bool:
        """Whether every child is marked; true of images without children."""
        children = self.children.get(index)
        return children is None or all(marked[child] for child in children)


class Removal:
    """Which images are gone, step by step; whatever must follow its last child follows at once."""

    def __init__(self, family: Family, account: Account, followers: Sequence[bool]) -> None:
        self._family, self._account, self._followers = family, account, followers
        self.gone = [False] * len(family.parent)
        self._open = [len(family.children.get(index, ())) for index in range(len(family.parent))]

    def ready(self, index: int) -> bool:
        """Whether it is still there and all its children are gone."""
        return not self.gone[index] and not self._open[index]

    def take(self, index: int) -> list[int]:
        """Remove an image that is ready. Returns it and what followed it, in this order."""
        taken: list[int] = []
        while index >= 0 and self.ready(index) and (not taken or self._followers[index]):
            self.gone[index] = True
            self._account.remove(index)
            taken.append(index)
            index = self._family.parent[index]
            if index >= 0:
                self._open[index] -= 1
        return taken

    def put_back(self, indexes: Iterable[int]) -> None:
        """Undo: parents are given before or after their children, the result is the same."""
        for index in indexes:
            self.gone[index] = False
            self._account.restore(index)
            parent = self._family.parent[index]
            if parent >= 0:
                self._open[parent] += 1

    def followers_above(self, index: int, fixed: t.Collection[int]) -> list[int] | None:
        """The gone ancestors that would have to come back with it; ``None`` if one of them is fixed to go."""
        above = []
        index = self._family.parent[index]
        while index >= 0 and self.gone[index]:
            if index in fixed:
                return None
            above.append(index)
            index = self._family.parent[index]
        return above


class Account(t.Protocol):
    """Bytes freed by what is removed so far."""

    @property
    def freed(self) -> int:
        """Bytes, or the lower bound of them."""

    def remove(self, index: int) -> None:
        """Count an image as gone."""

    def restore(self, index: int) -> None:
        """Count it as there again."""

    def gain_changed(self, taken: Sequence[int]) -> Iterable[int]:
        """Images whose removal frees more now than before ``taken`` were removed."""
