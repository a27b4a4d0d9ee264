# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules say about each image by itself: what protects it, what keeps it, what would remove it."""

from __future__ import annotations

import typing as t

from .keep_last import keep_newest
from .planned_image import PlannedImage

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .policy import Policy

INVARIANTS = ("in_use", "usage_unknown", "pinned", "read_only")


def evaluate(images: Sequence[ImageFacts], policy: Policy, now: int) -> list[PlannedImage]:
    """One record per image, in the same order, with what the rules say."""
    planned = [PlannedImage(facts, position, invariants(facts)) for position, facts in enumerate(images)]
    for rule in policy.keep_rules:
        fitting = [image for image in planned if rule.fits_to_keep(image.facts)]
        if rule.keep_last is not None:
            facts = [image.facts for image in fitting]
            ranks = keep_newest(rule, facts)
            # What a name only may mean takes no place from what it means for sure.
            certain = rule.surely_about(facts)
            if len(certain) < len(facts):
                ranks = {**ranks, **keep_newest(rule, certain)}
            for image in fitting:
                if image.facts.id in ranks and rule.keeps_by_time(image.facts, now):
                    image.kept_by += ((rule, ranks[image.facts.id]),)
        else:
            for image in fitting:
                if rule.keeps_by_time(image.facts, now):
                    image.kept_by += ((rule, None),)
    for rule in policy.remove_rules:
        for image in planned:
            obstacles = rule.obstacles_to_remove(image.facts, now)
            if obstacles:
                image.obstacles += tuple((code, rule) for code in obstacles)
            elif obstacles is not None and image.removed_by is None:
                image.removed_by = rule
    return planned


def invariants(image: ImageFacts) -> tuple[str, ...]:
    """What no policy can switch off."""
    containers = image.containers
    if not (containers or image.in_use_by or image.pinned or image.read_only):
        return ()
    found = (containers > 0 or bool(image.in_use_by), containers < 0, image.pinned, image.read_only)
    return tuple(code for code, applies in zip(INVARIANTS, found) if applies)
