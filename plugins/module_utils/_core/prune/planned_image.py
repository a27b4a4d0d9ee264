# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One image while a plan is made: its facts, its family, what was found about it and what becomes of it."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .keep_last import Rank
    from .rules import Rule


class PlannedImage:
    """Each step of the plan fills in its part.

    position             place among all images, which are sorted by ID
    parent, children     among the images of the host
    invariants           what no policy can switch off: codes
    kept_by              keep rules, with the rank where the rule is about ranks
    removed_by           the first remove rule whose conditions all hold, whether or not something protects the image
    obstacles            why a remove rule that is about this image does not remove it: codes, each with the rule
    follows              whether it is removed as soon as its last child is
    candidate            whether a budget may evict it
    gone, open_children  while removals are tried: whether it is removed, and how many children are not
    blocked_by_children  whether it would be removed if a child were not kept
    evicted              its place among the evictions, from 1 on; 0 if the budget does not remove it
    frees                bytes that its removal frees, ``None`` if it is kept
    would_free           bytes that would be free if the stopped containers went which alone keep it
    worthless, unsure    whether its eviction would free nothing, and whether that cannot be known
    """

    __slots__ = (
        "blocked_by_children",
        "candidate",
        "children",
        "evicted",
        "facts",
        "follows",
        "frees",
        "gone",
        "invariants",
        "kept_by",
        "obstacles",
        "open_children",
        "parent",
        "position",
        "removed_by",
        "unsure",
        "worthless",
        "would_free",
    )

    def __init__(self, facts: ImageFacts, position: int, invariants: tuple[str, ...]) -> None:
        self.facts = facts
        self.position = position
        self.parent: PlannedImage | None = None
        self.children: Sequence[PlannedImage] = ()
        self.invariants = invariants
        self.kept_by: tuple[tuple[Rule, Rank | None], ...] = ()
        self.removed_by: Rule | None = None
        self.obstacles: tuple[tuple[str, Rule], ...] = ()
        self.follows = self.candidate = self.gone = self.blocked_by_children = self.worthless = self.unsure = False
        self.open_children = self.evicted = 0
        self.frees: int | None = None
        self.would_free: int | None = None

    @property
    def protected(self) -> bool:
        """Neither rule nor budget nor cascade may touch it."""
        return bool(self.invariants or self.kept_by)
