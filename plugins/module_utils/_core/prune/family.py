# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parents and children: which images can be removed at all, and what is removed along with its last child.

An engine refuses to remove an image whose child is kept (graph drivers), or takes its names and frees nothing. So a
parent is removed only after all its children. An intermediate image has no name and no use but its children: it is
removed with the last of them.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from .planned_image import PlannedImage


def link_family(images: Sequence[PlannedImage]) -> None:
    """Set ``parent``, ``children`` and ``open_children`` by the parent IDs of the images."""
    families: dict[str, list[PlannedImage]] = {}
    for image in images:
        if image.facts.summary.parent_id:
            families.setdefault(image.facts.summary.parent_id, []).append(image)
    for parent in images if families else ():
        children = families.get(parent.facts.id, ())
        parent.children, parent.open_children = children, len(children)
        for image in children:
            image.parent = parent


def children_first(images: Iterable[PlannedImage]) -> list[PlannedImage]:
    """Every image behind all its children. Images in a circle of parents are left out: they are never removed."""
    open_children: dict[str, int] = {}
    order = []
    for image in images:
        if image.children:
            open_children[image.facts.id] = len(image.children)
        else:
            order.append(image)
    for image in iter(order):  # grows while it is read
        parent = image.parent
        if parent is not None:
            open_children[parent.facts.id] -= 1
            if not open_children[parent.facts.id]:
                order.append(parent)
    return order


def unprotected(upwards: Iterable[PlannedImage]) -> set[PlannedImage]:
    """The images that nothing protects, without those that have a protected child, however far below."""
    found: set[PlannedImage] = set()
    for image in upwards:
        if not image.protected and (not image.children or found.issuperset(image.children)):
            found.add(image)
    return found


class Removal:
    """Marks images as gone, step by step."""

    def __init__(self, account: Account) -> None:
        self._account = account

    @staticmethod
    def ready(image: PlannedImage) -> bool:
        """Whether it is still there and all its children are gone."""
        return not image.gone and not image.open_children

    def mark(self, image: PlannedImage) -> None:
        """Remove an image that is ready, and nothing that follows it."""
        image.gone = True
        self._account.remove(image)
        if image.parent is not None:
            image.parent.open_children -= 1

    def take(self, image: PlannedImage) -> list[PlannedImage]:
        """Remove an image that is ready. Returns it and what followed it, in this order."""
        self.mark(image)
        taken = [image]
        above = image.parent
        while above is not None and above.follows and self.ready(above):
            self.mark(above)
            taken.append(above)
            above = above.parent
        return taken

    def put_back(self, images: Iterable[PlannedImage]) -> None:
        """Undo: parents are given before or after their children, the result is the same."""
        for image in images:
            image.gone = False
            self._account.restore(image)
            if image.parent is not None:
                image.parent.open_children += 1


def gone_above(image: PlannedImage, fixed: Collection[PlannedImage]) -> list[PlannedImage] | None:
    """The gone ancestors that would have to come back with it; ``None`` if one of them is fixed to go."""
    above: list[PlannedImage] = []
    ancestor = image.parent
    while ancestor is not None and ancestor.gone:
        if ancestor in fixed:
            return None
        above.append(ancestor)
        ancestor = ancestor.parent
    return above


class Account(t.Protocol):
    """Bytes freed by what is removed so far."""

    @property
    def freed(self) -> int:
        """Bytes, or the lower bound of them."""

    def remove(self, image: PlannedImage) -> None:
        """Count an image as gone."""

    def restore(self, image: PlannedImage) -> None:
        """Count it as there again."""

    def gain(self, image: PlannedImage) -> int | None:
        """Bytes that its removal frees at this moment, where they are known without trying."""

    def gain_changed(self, taken: Sequence[PlannedImage]) -> Iterable[PlannedImage]:
        """Images whose removal frees more now than before ``taken`` were removed."""

    def may_drop(self, images: Sequence[PlannedImage]) -> bool:
        """Whether these, of all that is gone, may free nothing."""
