# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of a host and of the fleet. Sums of sizes count shared layers again and again: they are not disk use."""

from __future__ import annotations

import typing as t

from ..image.totals import sum_of_unshared_sizes
from ..timestamps import format_epoch

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .hosts import AbsentHost, HostFacts, ImageView
    from .schema import HostRow, TotalsPart


class _UnusedBytes(t.TypedDict):
    unused_size: int | None
    unused_unique_size: int | None


class _StoppedFigures(t.TypedDict, total=False):
    stopped: int | None
    stopped_unique_size: int | None


def host_record(facts: HostFacts, views: Sequence[ImageView], findings: Mapping[str, int]) -> HostRow:
    """What the report says about a host that answered; null for what its engine did not say.

    ``findings`` are the numbers of all its findings by verdict, whether the report lists them or not.
    """
    images = facts.images
    return {
        "host": facts.host,
        "status": "reported",
        "message": "",
        "engine": facts.engine.row() if facts.engine else None,
        "reported_at": format_epoch(facts.reported_at) if facts.reported_at else None,
        "images": len(images),
        "size": sum(image.size for image in images if image.size > 0),
        "unique_size": sum_of_unshared_sizes(images),
        "layers_size": facts.layers_size,
        "dangling": sum(view.state == "dangling" for view in views),
        "unused": None
        if images and all(image.containers < 0 for image in images)
        else sum(image.containers == 0 for image in images),
        "findings": dict(sorted(findings.items())),
        **_unused(views),
        **_stopped(views),
    }


def _unused(views: Sequence[ImageView]) -> _UnusedBytes:
    """Bytes of the images that no container uses. Parents of others are not among them: they cannot be removed."""
    images = [view.image for view in views if view.image.containers == 0 and view.state != "intermediate"]
    if not images and any(view.image.containers < 0 for view in views):
        return {"unused_size": None, "unused_unique_size": None}
    return {
        "unused_size": sum(image.size for image in images if image.size > 0),
        "unused_unique_size": sum_of_unshared_sizes(images),
    }


def _stopped(views: Sequence[ImageView]) -> _StoppedFigures:
    """Figures of the images that only stopped containers use; none where no image says whether it is one."""
    asked = [view for view in views if view.image.use is not None]
    if not asked:
        return {}
    known = [view for view in asked if view.image.use and view.image.use.stopped_containers is not None]
    if not known:
        return {"stopped": None, "stopped_unique_size": None}
    images = [view.image for view in known if view.stopped]
    return {"stopped": len(images), "stopped_unique_size": sum_of_unshared_sizes(images)}


def absent_record(absent: AbsentHost) -> HostRow:
    """What the report says about a host that did not."""
    return {
        "host": absent.host,
        "status": absent.status,
        "message": absent.message,
        "engine": None,
        "reported_at": None,
        "images": None,
        "size": None,
        "unique_size": None,
        "layers_size": None,
        "dangling": None,
        "unused": None,
        "findings": None,
    }


class Totals:
    """Sums over hosts."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._unknown_usage = 0
        self.unknown_sizes = 0

    def add(self, facts: HostFacts) -> None:
        """Take the figures that cannot be read off the hosts' records later."""
        self._ids.update(image.id for image in facts.images)
        self._unknown_usage += sum(image.containers < 0 for image in facts.images)
        self.unknown_sizes += sum(image.size < 0 for image in facts.images)

    def to_dict(self, records: Sequence[HostRow]) -> TotalsPart:
        """The totals over the records of all hosts that reported."""
        layers = [record["layers_size"] for record in records]
        return {
            "hosts": len(records),
            "images": sum(record["images"] or 0 for record in records),
            "distinct_images": len(self._ids),
            "size": sum(record["size"] or 0 for record in records),
            # Unique and shared are facts about one host: what is unique on each of two is not unique on both.
            "unique_size": records[0]["unique_size"] if len(records) == 1 else None,
            "layers_size": _sum(layers) if layers else None,
            "dangling": sum(record["dangling"] or 0 for record in records),
            "unused": sum(record["unused"] or 0 for record in records),
            "unknown_usage": self._unknown_usage,
            "unused_size": _sum([record.get("unused_size") for record in records]),
            "unused_unique_size": _sum([record.get("unused_unique_size") for record in records]),
            **_stopped_totals(records),
        }


def _stopped_totals(records: Sequence[HostRow]) -> _StoppedFigures:
    """Those of all hosts; none where no host has them. A host without images holds none."""
    if not any("stopped" in record for record in records):
        return {}
    numbers = [record.get("stopped") for record in records]
    known = [number for number in numbers if number is not None]
    sizes = [record.get("stopped_unique_size") for record in records if record["images"]]
    return {"stopped": sum(known) if known else None, "stopped_unique_size": _sum(sizes)}


def _sum(values: Sequence[int | None]) -> int | None:
    """None where one is not known."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
