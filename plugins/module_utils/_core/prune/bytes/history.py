# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of single layers, from the history of an image: asked for only where sizes leave points unknown."""

from __future__ import annotations

import typing as t

from ...image.inspection import layers_of
from ...timestamps import to_epoch
from .layers import Forest, NotExact

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..image_facts import ImageFacts


def forest_of(images: Sequence[ImageFacts]) -> Forest | None:
    """The layers of all images; ``None`` if they are not known, or if their bytes cannot be exact."""
    if any(image.layers is None for image in images):
        return None
    try:
        return Forest(images)
    except NotExact:
        return None


def images_to_ask(forest: Forest) -> list[int]:
    """Positions of images whose histories show every unknown point; none if at most one is unknown: the total shows it.

    One image below each *lowest* unknown point is enough, because its history shows all points above as well. Where no
    image is intermediate, such a point has at least four images below it.
    """
    unknown = forest.unknown()
    if len(unknown) < 2:
        return []
    lowest = set(unknown)
    for node in unknown:
        above = forest.above[node]
        while above in forest.above:
            lowest.discard(above)
            above = forest.above[above]
    asked = []
    for index in range(len(forest.end)):
        below = lowest.intersection(forest.path(index))
        if below:
            asked.append(index)
            lowest -= below
    return asked


def layers_and_tag_time(reply: t.Any) -> tuple[tuple[str, ...], int]:
    """RootFS diff IDs, bottom up, and seconds since the epoch, 0 if not known, from ``GET /images/{id}/json``.

    With graph drivers Metadata.LastTagTime is when the image got its last name here, and year 1 for pulled images.
    Raises InputError.
    """
    layers = layers_of(reply)
    metadata = reply.get("Metadata")
    tagged = metadata.get("LastTagTime") if isinstance(metadata, dict) else None
    return layers, max(0, to_epoch(tagged, "Metadata.LastTagTime", "E_TYPE_LastTagTime"))


def history_sizes(layers: Sequence[str], history: t.Any) -> tuple[int, ...] | None:
    """Bytes of the layers that are not empty, bottom up; ``None`` if the history does not fit the layers.

    ``GET /images/{id}/history`` has an entry per build step, newest first. A step without bytes made an empty layer
    or none.
    """
    if not isinstance(history, list):
        return None
    sizes = [step.get("Size") for step in reversed(history) if isinstance(step, dict)]
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        return None
    filled = tuple(size for size in sizes if size)
    return filled if len(filled) <= len(layers) else None
