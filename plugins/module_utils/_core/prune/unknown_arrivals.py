# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A warning about images that ``min_age`` cannot protect, since nothing knows when they arrived."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .plan_schema import PlanData
    from .policy import Policy


def unknown_arrivals(plan: PlanData, images: Sequence[ImageFacts], policy: Policy, now: int) -> list[str]:
    """At most one sentence. An image arrived before the watching began if no arrival was seen."""
    ages = [rule.newer_than for rule in policy.keep_rules if rule.newer_than is not None]
    if not ages:
        return []
    removed = {action["id"] for action in (*plan["actions"], *plan["would"])}
    latest = now - max(ages)
    unknown = [
        image
        for image in images
        if image.id in removed
        and image.arrived is None
        and (image.watched_since is None or image.watched_since > latest)
    ]
    if not unknown:
        return []
    count = f"{len(unknown)} of the {len(removed)} images that the plan removes"
    return [f"when {count} arrived is not known, so min_age and newer_than count from their build dates"]
