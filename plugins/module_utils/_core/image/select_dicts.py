# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Select among image summaries in their dictionary form, with the further facts a playbook may have added to them."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..timestamps import to_epoch
from .selector import Selector
from .summary import ImageSummary, parent_ids, state_of


def read_summaries(images: t.Any, where: str = "images") -> list[ImageSummary]:
    """A list of dictionaries as records; raises InputError that names the entry."""
    if not isinstance(images, (list, tuple)):
        hint = "; give its images key" if isinstance(images, dict) and "images" in images else ""
        raise InputError(f"{where} must be a list of image summaries, got {shown(images)}{hint}", "E_TYPE_TOP")
    return [ImageSummary.from_dict(image, f"{where}[{index}]") for index, image in enumerate(images)]


def select_dicts(images: t.Any, options: dict[str, t.Any], now: t.Any) -> list[dict[str, t.Any]]:
    """The dictionaries that match, unchanged and in their order."""
    selector = Selector.parse(options)
    moment = to_epoch(now, "now")
    records = read_summaries(images)
    parents = parent_ids(records)
    return [
        data
        for index, (data, record) in enumerate(zip(images, records))
        if selector.matches(record, state_of(record, parents), moment, _last_used(data, f"images[{index}]"))
    ]


def dict_matches(image: t.Any, options: dict[str, t.Any], now: t.Any) -> bool:
    """One image alone: without its siblings an image without a name counts as dangling, never as intermediate."""
    selector = Selector.parse(options)
    record = ImageSummary.from_dict(image)
    return selector.matches(record, state_of(record, ()), to_epoch(now, "now"), _last_used(image, "image"))


def _last_used(data: dict[str, t.Any], where: str) -> int:
    return to_epoch(data.get("last_used"), f"{where}.last_used")
