# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention by rank: the newest N images of each group are kept.

Everything the rule matches takes part, before any other decision and whatever protects it, so "the newest N remain"
always holds and an old image in use takes no place from a newer one. Images are counted, not tags.
"""

from __future__ import annotations

import typing as t
from collections import defaultdict
from operator import attrgetter

from .places import places_by_date

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .places import Place
    from .rules import Rule


class Rank(t.NamedTuple):
    """Where an image stands; ``position`` 0 means that it cannot be ranked, and it is kept for that."""

    position: int
    size: int
    group: str
    order: str = "created"
    obstacle: str = ""
    """Why it cannot be ranked."""
    is_by_arrival: bool = False
    """Whether its build date is not known, so that its arrival stands for it."""

    def __str__(self) -> str:
        where = f" in {self.group}" if self.group else ""
        if not self.position:
            return f"{self.obstacle}, so it has no rank{where}"
        by = " by its arrival" if self.is_by_arrival else _ORDER_WORDS[self.order]
        return f"rank {self.position} of {self.size}{by}{where}"


_ORDER_WORDS = {
    "created": "",
    "version": " by version",
    "natural": " in natural order",
    "tag_date": " by the date in the tag",
}


def keep_newest(rule: Rule, images: Sequence[ImageFacts]) -> dict[str, Rank]:
    """Image IDs the rule keeps, each with its best rank.

    ``images`` are those the rule's match fits, sorted by ID: of images with equal keys the first counts as newer.
    """
    places_of = places_by_date
    if rule.looks_into_tags:
        # Imported here: few policies do.
        from .tag_places import places_by_tag as places_of
    groups: dict[str, list[Place]] = defaultdict(list)
    for group, place in places_of(rule, images if rule.keep_last else ()):
        groups[group].append(place)
    kept: dict[str, Rank] = {}
    for group in sorted(groups):
        known = [place for place in groups[group] if place.key is not None]
        known.sort(key=attrgetter("key"), reverse=True)
        ranks = {
            place.image.id: Rank(number, len(known), group, rule.order_by, "", _is_by_arrival(rule, place.image))
            for number, place in enumerate(known[: rule.keep_last], 1)
        }
        for place in groups[group]:
            if place.obstacle and place.image.id not in ranks:
                ranks[place.image.id] = Rank(0, len(known), group, rule.order_by, place.obstacle)
        for identity, rank in ranks.items():
            if identity not in kept or rank < kept[identity]:
                kept[identity] = rank
    return kept


def _is_by_arrival(rule: Rule, image: ImageFacts) -> bool:
    return rule.order_by == "created" and image.built is not None and image.built != image.summary.created
