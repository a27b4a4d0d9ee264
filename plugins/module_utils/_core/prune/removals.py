# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which images go, and in which order: rules, parents and children, budget, cascade."""

from __future__ import annotations

import heapq
import typing as t

from .bytes.accounting import Accounting, choose_accounting
from .evict import Evictions, evict
from .family import Family, Removal
from .image_facts import Figures

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .policy import Policy
    from .verdicts import Verdict

_NEVER = float("inf")


class Selection(t.NamedTuple):
    """Numbers of images, as in the list given."""

    removed: list[int]
    """In the order they go: by rules, oldest first; evictions; what follows. Children always before their parents."""
    evicted: list[int]
    worthless: list[int]
    """Candidates for eviction that would free nothing."""
    unsure: list[int]
    """Candidates of which nobody can tell whether they would free anything."""
    candidates: list[bool]
    blocked_by_children: list[bool]
    """What would go, if a child did not stay."""
    need: int | None
    """Bytes the budget still wanted after the rules; ``None`` without a budget."""
    reclaimed: int
    """Bytes the evictions free."""
    freed_by_rules: int
    accounting: Accounting


def choose(images: Sequence[ImageFacts], verdicts: Sequence[Verdict], policy: Policy, figures: Figures) -> Selection:
    """Steps 3 to 6 of the evaluation. Rules are a set: their order changes nothing here."""
    family = Family(images)
    protected = [verdict.protected for verdict in verdicts]
    follows = [
        not verdict.protected and (image.state == "intermediate" or verdict.removed_by is not None)
        for image, verdict in zip(images, verdicts)
    ]
    accounting = choose_accounting(images, policy.accounting, figures, protected, follows)
    account = accounting.open()
    removal = Removal(family, account, follows)
    by_rules = family.closed(follows)
    for index in family.upwards:
        if by_rules[index] and removal.ready(index):
            removal.take(index)
    freed_by_rules = account.freed
    can_go = family.closed([not is_protected for is_protected in protected])
    candidates = [
        policy.budget is not None and can_go[index] and not by_rules[index] and image.state != "intermediate"
        for index, image in enumerate(images)
    ]
    need = None
    evictions = Evictions([], [], [])
    if policy.budget is not None:
        need = max(0, policy.budget.need(figures.total, figures.disk, freed_by_rules))
        evictions = evict(
            images, candidates, policy.evict_order, need, family, removal, account, figures.total is not None
        )
    return Selection(
        removed=_in_order(images, family, removal.gone, evictions.evicted),
        evicted=evictions.evicted,
        worthless=evictions.worthless,
        unsure=evictions.unsure,
        candidates=candidates,
        blocked_by_children=_blocked(images, verdicts, family, removal.gone, can_go, policy.budget is not None),
        need=need,
        reclaimed=account.freed - freed_by_rules,
        freed_by_rules=freed_by_rules,
        accounting=accounting,
    )


def _in_order(images: Sequence[ImageFacts], family: Family, gone: Sequence[bool], evicted: Sequence[int]) -> list[int]:
    place = {index: number for number, index in enumerate(evicted)}

    def key(index: int) -> tuple[int, float, str, int]:
        image = images[index]
        if index in place:
            return 1, place[index], image.id, index
        if image.state == "intermediate":
            return 2, 0, image.id, index
        return 0, _NEVER if image.newest_activity is None else image.newest_activity, image.id, index

    open_children = {
        index: sum(gone[child] for child in children) for index, children in family.children.items() if gone[index]
    }
    heap = [key(index) for index, is_gone in enumerate(gone) if is_gone and not open_children.get(index)]
    heapq.heapify(heap)
    order = []
    while heap:
        index = heapq.heappop(heap)[-1]
        order.append(index)
        parent = family.parent[index]
        if parent >= 0 and gone[parent]:
            open_children[parent] -= 1
            if not open_children[parent]:
                heapq.heappush(heap, key(parent))
    return order


def _blocked(
    images: Sequence[ImageFacts],
    verdicts: Sequence[Verdict],
    family: Family,
    gone: Sequence[bool],
    can_go: Sequence[bool],
    has_budget: bool,
) -> list[bool]:
    """A rule is stopped by any child that stays, the budget by one that it could not evict either."""
    blocked = [False] * len(images)
    for index in family.children:
        if not gone[index] and images[index].state != "intermediate":
            if verdicts[index].removed_by is not None:
                blocked[index] = not family.all_children(index, gone)
            else:
                blocked[index] = has_budget and not family.all_children(index, can_go)
    return blocked
