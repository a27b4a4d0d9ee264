# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds of the bytes a removal frees, from the fields of the image summary alone.

With S removed, K kept, u = size - shared_size, U the engine's total and C the bytes that build cache or containers
hold outside of the list (containers' own data in U leave the second term of lower out)::

    lower = max(0, max(sum of u over S, U - sum of size over K) - C)
    upper = min(sum of u over S + min(half the sum of shared over S, sum of shared over S - the largest of them),
                U - sum of u over K - the largest shared of K)

A freed shared layer has at least two users, all in S, so it is counted at least twice in the shared sizes of S, and it
lies on the path of some image other than any chosen one. What is kept needs at least its own bytes and its longest
shared chain.
"""

from __future__ import annotations

import typing as t
from copy import copy

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..planned_image import PlannedImage
    from .figures import Figures

UNKNOWN = -1


class BoundsAccount:
    """Follows a removal by its lower bound, which may only be too small: what it says is freed, is freed."""

    def __init__(self, images: Sequence[PlannedImage], figures: Figures) -> None:
        total = figures.total
        self._total, self._held = total, figures.held
        self._size = [image.facts.summary.size for image in images]
        # More shared than there is cannot be: take what is there.
        self._shared = [
            min(image.facts.shared_size, size) if size >= 0 else UNKNOWN for size, image in zip(self._size, images)
        ]
        shy = _shared_with_hidden_images(images)
        self.unique = [
            size - shared if size >= 0 and shared >= 0 and (not shy or image.facts.id not in shy) else 0
            for size, shared, image in zip(self._size, self._shared, images)
        ]
        self._gone = [False] * len(images)
        self._unique_gone = 0
        self._size_kept = sum(size for size in self._size if size > 0)
        self._unsized_kept = sum(size < 0 for size in self._size)
        self._sharing_gone = 0
        if total is not None and not self._unsized_kept:
            # No removal frees bytes beyond those of all images.
            self._total = min(total, self._size_kept)
        if figures.counts_containers:
            self._total = None
        # A total that leaves something out of the sizes is still good for the lower bound, but not for this one.
        self._upper_total = total if figures.comparable else None

    def fresh(self) -> BoundsAccount:
        """Another one from which nothing is removed. Must be taken before anything is."""
        account = copy(self)
        account._gone = list(self._gone)
        return account

    @property
    def freed(self) -> int:
        """The lower bound."""
        lower = self._unique_gone
        if self._total is not None and not self._unsized_kept and self._total - self._size_kept > lower:
            lower = self._total - self._size_kept
        return lower - self._held if lower > self._held else 0

    def restore(self, image: PlannedImage) -> None:
        """Count it as there again."""
        self.remove(image, -1)

    def remove(self, image: PlannedImage, step: int = 1) -> None:
        """Count an image as gone."""
        index = image.position
        size = self._size[index]
        self._gone[index] = step > 0
        self._unique_gone += step * self.unique[index]
        if size < 0:
            self._unsized_kept -= step
        else:
            self._size_kept -= step * size
        if self._shared[index]:
            self._sharing_gone += step

    def gain(self, image: PlannedImage) -> int:
        """What to expect of a removal, to choose the largest first; this is not a bound."""
        index = image.position
        return self.unique[index] if self._shared[index] >= 0 else max(0, self._size[index])

    def gain_changed(self, _taken: Sequence[PlannedImage]) -> tuple[PlannedImage, ...]:
        """Unique bytes do not change."""
        return ()

    def may_drop(self, images: Sequence[PlannedImage]) -> bool:
        """Whether these, of all that is gone, surely free nothing: no bytes of their own, none shared with another."""
        for image in images:
            size, shared = self._size[image.position], self._shared[image.position]
            if size < 0 or size > max(0, shared) or (size > 0 and self._sharing_gone > 1):
                return False
        return True

    def upper(self) -> int:
        """The upper bound; -1 if nothing bounds it."""
        bounds = []
        sizes = [size for size, is_gone in zip(self._size, self._gone) if is_gone]
        if min(sizes, default=0) >= 0:
            # An image whose shared size is not known counts as all its own here, and as all shared among the kept.
            shared = [max(0, part) for part, is_gone in zip(self._shared, self._gone) if is_gone]
            unique = sum(sizes) - sum(shared)
            bounds.append(unique + min(sum(shared) // 2, sum(shared) - max(shared, default=0)))
        if self._upper_total is not None:
            unique, longest = 0, 0
            for size, part, is_gone in zip(self._size, self._shared, self._gone):
                if not is_gone and size >= 0:
                    shared_part = part if part >= 0 else size
                    unique += size - shared_part
                    longest = max(longest, shared_part)
            bounds.append(max(0, self._upper_total - unique - longest))
        return min(bounds) if bounds else UNKNOWN


def _shared_with_hidden_images(images: Sequence[PlannedImage]) -> set[str]:
    """Images built upon an intermediate one that is kept and whose shared size the engine does not report.

    Engines before 23.0 leave intermediate images out when they count who shares what: such an image seems to have
    bytes of its own that the intermediate one holds as well.
    """
    stays = {
        image.facts.id
        for image in images
        if image.facts.state == "intermediate" and image.facts.shared_size < 0 and image.protected
    }
    if not stays:
        return stays
    parent = {image.facts.id: image.facts.summary.parent_id for image in images}
    found = set()
    for identity in parent:
        ancestor, steps = identity, 0
        while ancestor in parent and ancestor not in stays and steps < len(parent):
            ancestor, steps = parent[ancestor], steps + 1
        if ancestor in stays:
            found.add(identity)
    return found
