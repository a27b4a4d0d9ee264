# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plan knows about one image: its summary, and the facts that no image list holds.

``layers`` are the RootFS diff IDs of inspect, bottom up. ``last_tagged`` and ``last_used`` are seconds since the epoch;
no engine records the last use (moby issue 4237), so whoever watches the engine's events supplies it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import cached_property

from ..errors import InputError, shown
from ..quantities import parse_integer
from ..reference import Reference
from ..selector import PLACEHOLDER_BEFORE
from ..summary import ImageSummary, parent_ids, state_of
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class ImageFacts:
    """One image as the plan sees it. Times are seconds since the epoch, ``None`` is not known."""

    summary: ImageSummary
    state: str
    layers: tuple[str, ...] | None = None
    layer_sizes: tuple[int, ...] | None = None
    """Bytes of each of ``layers``, where somebody asked the image's history."""
    last_tagged: int | None = None
    last_used: int | None = None
    in_use_by: tuple[str, ...] = ()
    pinned: bool = False
    read_only: bool = False

    @property
    def id(self) -> str:
        """The image ID."""
        return self.summary.id

    @cached_property
    def references(self) -> list[str]:
        """Every name in its familiar spelling, sorted: ``alpine:3`` whichever way an engine writes it."""
        return sorted({Reference.parse(text).familiar for text in self.summary.references})

    @cached_property
    def built(self) -> int | None:
        """When it was built; when it was tagged, if the build date is only a placeholder."""
        return _known(self.summary.created) or self.last_tagged

    @cached_property
    def newest_activity(self) -> int | None:
        """The latest of built, tagged and used: what age means."""
        return max(filter(None, (_known(self.summary.created), self.last_tagged, self.last_used)), default=None)


def read_images(images: t.Any) -> list[ImageFacts]:
    """Facts of every image, sorted by ID. Raises InputError that names the place."""
    if isinstance(images, (str, bytes)) or not isinstance(images, (list, tuple)):
        raise InputError(f"images must be a list of image summaries, got {shown(images)}", "E_TYPE_LIST")
    summaries = [ImageSummary.from_dict(image, f"images[{index}]") for index, image in enumerate(images)]
    seen: dict[str, int] = {}
    for index, summary in enumerate(summaries):
        first = seen.setdefault(summary.id, index)
        if first != index:
            raise InputError(f"images[{index}].id is the same as images[{first}].id: {summary.id}", "E_DUPLICATE_ID")
    parents = parent_ids(summaries)
    facts = [
        _read(summary, state_of(summary, parents), image, f"images[{index}]")
        for index, (summary, image) in enumerate(zip(summaries, images))
    ]
    return sorted(facts, key=lambda image: image.id)


def _read(summary: ImageSummary, state: str, data: Mapping[str, t.Any], where: str) -> ImageFacts:
    layers = _texts(data.get("layers"), f"{where}.layers")
    return ImageFacts(
        summary=summary,
        state=state,
        layers=layers,
        layer_sizes=_layer_sizes(data.get("layer_sizes"), layers, f"{where}.layer_sizes"),
        last_tagged=_known(to_epoch(data.get("last_tagged"), f"{where}.last_tagged", "E_TYPE_last_tagged")),
        last_used=_known(to_epoch(data.get("last_used"), f"{where}.last_used", "E_TYPE_last_used")),
        in_use_by=tuple(sorted(set(_texts(data.get("in_use_by"), f"{where}.in_use_by") or ()))),
        pinned=_truth(data.get("pinned"), f"{where}.pinned"),
        read_only=_truth(data.get("read_only"), f"{where}.read_only"),
    )


def _known(moment: int) -> int | None:
    return moment if moment >= PLACEHOLDER_BEFORE else None


def _texts(value: t.Any, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, (str, bytes)) or not isinstance(value, (list, tuple)):
        raise InputError(f"{where} must be a list of strings, got {shown(value)}", "E_TYPE_LIST")
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise InputError(f"{where}[{index}] must be a string, got {shown(item)}", "E_TYPE_LIST")
    return tuple(value)


def _layer_sizes(value: t.Any, layers: Sequence[str] | None, where: str) -> tuple[int, ...] | None:
    if value is None:
        return None
    if isinstance(value, (str, bytes)) or not isinstance(value, (list, tuple)):
        raise InputError(f"{where} must be a list of bytes, got {shown(value)}", "E_TYPE_LIST")
    if layers is None or len(layers) != len(value):
        raise InputError(f"{where} must have one entry for each of layers", "E_LAYER_SIZES")
    return tuple(parse_integer(size, f"{where}[{index}]", minimum=0) for index, size in enumerate(value))


def _truth(value: t.Any, where: str) -> bool:
    # Templates of ansible-core 2.17 hand booleans on as text.
    truth = {"true": True, "yes": True, "false": False, "no": False, "": False}
    found = truth.get(value.lower()) if isinstance(value, str) else value
    if found is None:
        found = False if value is None else value
    if not isinstance(found, bool):
        raise InputError(f"{where} must be true or false, got {shown(value)}", "E_TYPE_BOOL")
    return found
