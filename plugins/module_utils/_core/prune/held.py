# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that nothing but containers which stopped long ago keeps.

They are never removed here: a container that has stopped can be started again. The plan names them, with their
containers and the bytes that would be free without, for the user who decides about the containers.
"""

from __future__ import annotations

import typing as t

from ..timestamps import format_epoch
from .bytes.bounds import UNKNOWN

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .plan_schema import HeldImage
    from .planned_image import PlannedImage
    from .removals import Selection

HELD = "in_use_stopped"


def mark_held(images: Iterable[PlannedImage], latest: int) -> None:
    """``in_use`` becomes a reason of its own where all users are known to have exited before ``latest``."""
    for image in images:
        facts = image.facts
        if not facts.stopped or image.invariants[:1] != ("in_use",):
            continue
        is_all = len(facts.stopped) >= max(facts.containers, len(facts.in_use_by))
        if is_all and facts.stopped[-1].exited < latest:
            image.invariants = (HELD, *image.invariants[1:])


def measure_held(images: Iterable[PlannedImage], chosen: Selection) -> list[PlannedImage]:
    """Those that nothing else keeps, each with the bytes that its removal would free after the plan's."""
    held = [
        image
        for image in images
        if image.invariants == (HELD,) and not image.kept_by and not image.open_children and _may_go(image, chosen)
    ]
    if held:
        steps, _lower, _upper = chosen.accounting.measure([*chosen.removed, *held])
        already = len(chosen.removed)
        # The plan alone may free as much as its upper bound; only what is sure beyond that is due to these images.
        sure, said = sum(steps[:already]), 0
        for image, size in zip(held, steps[already:]):
            sure += size
            image.would_free = 0 if chosen.upper == UNKNOWN else max(0, sure - chosen.upper - said)
            said += image.would_free
    return held


def held_images(images: Sequence[PlannedImage]) -> list[HeldImage]:
    """As the plan has them."""
    return [
        {
            "id": image.facts.id,
            "references": list(image.facts.references),
            "containers": [
                {"id": one.id, "name": one.name, "exited": format_epoch(one.exited)} for one in image.facts.stopped
            ],
            "reclaim_bytes": image.would_free or 0,
        }
        for image in images
    ]


def _may_go(image: PlannedImage, chosen: Selection) -> bool:
    return image.removed_by is not None or chosen.need is not None
