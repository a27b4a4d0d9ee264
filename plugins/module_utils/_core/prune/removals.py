# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which images are removed, and in which order: rules, parents and children, budget, cascade."""

from __future__ import annotations

import heapq
import typing as t

from .bytes.accounting import Accounting, choose_accounting
from .evict import evict
from .family import Removal, children_first, link_family, unprotected

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from .bytes.figures import Figures
    from .planned_image import PlannedImage
    from .policy import Policy

_NEVER = float("inf")


class Selection(t.NamedTuple):
    """What is removed, and the figures behind it. The rest is marked on the images."""

    removed: list[PlannedImage]
    """By rules, oldest first, then evictions. Children always before their parents."""
    evicted: list[PlannedImage]
    need: int | None
    """Bytes the budget still wanted after the rules; ``None`` without a budget."""
    reclaimed: int
    """Bytes the evictions free."""
    freed_by_rules: int
    accounting: Accounting
    lower: int
    upper: int
    """Bounds of the bytes of all removals together."""


def choose(images: Sequence[PlannedImage], policy: Policy, figures: Figures) -> Selection:
    """Mark what is removed, and why not. Rules are a set: their order changes nothing here."""
    link_family(images)
    upwards = children_first(images)
    for image in images:
        if image.removed_by is not None or image.facts.state == "intermediate":
            image.follows = not image.protected
    accounting = choose_accounting(images, policy.accounting, figures)
    account = accounting.open()
    removal = Removal(account)
    for image in upwards:
        if image.follows and not image.open_children:
            removal.mark(image)
    freed_by_rules = account.freed
    need = None
    evicted: list[PlannedImage] = []
    can_go: Collection[PlannedImage] = ()
    if policy.budget is not None:
        can_go = unprotected(upwards)
        for image in can_go:
            image.candidate = not image.gone and image.facts.state != "intermediate"
        need = max(0, policy.budget.need(figures.total, figures.disk, freed_by_rules))
        evicted = evict(upwards, policy.evict_order, need, removal, account, figures.total is not None)
        for place, image in enumerate(evicted, 1):
            image.evicted = place
    _mark_blocked(images, can_go, policy.budget is not None)
    removed = _in_order(images)
    sizes, lower, upper = accounting.measure(removed)
    for image, size in zip(removed, sizes):
        image.frees = size
    reclaimed = account.freed - freed_by_rules
    return Selection(removed, evicted, need, reclaimed, freed_by_rules, accounting, lower, upper)


def _in_order(images: Iterable[PlannedImage]) -> list[PlannedImage]:
    """An intermediate image is right behind its last child: a run that ends early leaves none without a child."""

    def age(image: PlannedImage) -> float:
        return _NEVER if image.facts.newest_activity is None else image.facts.newest_activity

    def key(image: PlannedImage) -> tuple[int, float, str, PlannedImage]:
        return (1, image.evicted, image.facts.id, image) if image.evicted else (0, age(image), image.facts.id, image)

    gone = [image for image in images if image.gone]
    open_children = {image: sum(child.gone for child in image.children) for image in gone if image.children}
    if not open_children:
        # They come sorted by ID, which sorting keeps among equals.
        by_rules = sorted((image for image in gone if not image.evicted), key=age)
        return by_rules + sorted((image for image in gone if image.evicted), key=lambda image: image.evicted)

    def parent_ready(image: PlannedImage) -> PlannedImage | None:
        parent = image.parent
        if parent is None or not parent.gone:
            return None
        open_children[parent] -= 1
        return None if open_children[parent] else parent

    heap = [key(image) for image in gone if not open_children.get(image)]
    heapq.heapify(heap)
    order = []
    while heap:
        image = heapq.heappop(heap)[-1]
        order.append(image)
        parent = parent_ready(image)
        while parent is not None and parent.facts.state == "intermediate":
            order.append(parent)
            parent = parent_ready(parent)
        if parent is not None:
            heapq.heappush(heap, key(parent))
    return order


def _mark_blocked(images: Iterable[PlannedImage], can_go: Collection[PlannedImage], has_budget: bool) -> None:
    """A rule is stopped by any child that is kept, the budget by one that it could not evict either."""
    for image in images:
        if image.children and not image.gone and image.facts.state != "intermediate":
            if image.removed_by is not None:
                image.blocked_by_children = not all(child.gone for child in image.children)
            else:
                image.blocked_by_children = has_budget and not all(child in can_go for child in image.children)
