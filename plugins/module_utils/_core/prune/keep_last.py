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

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .rules import Rule


class Rank(t.NamedTuple):
    """Where an image stands; ``position`` 0 means its time is not known, and it is kept without being counted."""

    position: int
    size: int
    group: str

    def __str__(self) -> str:
        where = f" in {self.group}" if self.group else ""
        if not self.position:
            return f"build date not known, so it has no rank{where}"
        return f"rank {self.position} of {self.size}{where}"


def keep_newest(rule: Rule, images: Sequence[ImageFacts]) -> dict[str, Rank]:
    """Image IDs the rule keeps, each with its best rank. ``images`` are those the rule's match fits."""
    groups: dict[str, list[ImageFacts]] = defaultdict(list)
    for image in images:
        for group in _groups(image, rule.group_by):
            groups[group].append(image)
    kept: dict[str, Rank] = {}
    for group in sorted(groups) if rule.keep_last else ():
        known = [image for image in groups[group] if image.built is not None]
        known.sort(key=lambda image: (-t.cast("int", image.built), image.id))
        ranks = [(image, Rank(place, len(known), group)) for place, image in enumerate(known[: rule.keep_last], 1)]
        unknown = [(image, Rank(0, len(known), group)) for image in groups[group] if image.built is None]
        for image, rank in [*unknown, *ranks]:
            if image.id not in kept or rank < kept[image.id]:
                kept[image.id] = rank
    return kept


def _groups(image: ImageFacts, group_by: str) -> set[str]:
    if group_by == "none":
        return {""}
    if group_by.startswith("label:"):
        key = group_by[len("label:") :]
        # Images without the label are a group of their own, apart from those whose label is empty.
        return {f"{key}={image.summary.labels[key]}" if key in image.summary.labels else f"!{key}"}
    # A digest says where an image was pulled from. It makes a group only where no tag does, or an image that lost its
    # place among the tags of one repository would be kept by its digest there.
    names = image.summary.names[: len(image.summary.repo_tags) or None]
    return {names[0].familiar_repository} if len(names) == 1 else {name.familiar_repository for name in names}
