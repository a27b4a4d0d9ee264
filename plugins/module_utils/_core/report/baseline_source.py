# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A baseline from whatever a playbook has at hand: the file, an earlier report, or the images of an earlier day."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from ..image.summary import ImageSummary
from ..quantities import parse_integer
from .baseline import Baseline, HostBaseline, Measure, parse_baseline
from .baseline_entries import entries_of, layers_of
from .hosts import EngineFacts, registry_of
from .schema import SCHEMA


def read_baseline(data: t.Any, host: str) -> Baseline | None:
    """None for null and for an empty text: a file that is not there yet. Raises InputError."""
    if data is None or (isinstance(data, str) and not data.strip()):
        return None
    if isinstance(data, (list, tuple)):
        images = _summaries(data, "baseline")
        return Baseline(hosts={host: _host(Measure.of_engine(registry_of(images, "baseline")), images)})
    if isinstance(data, Mapping) and data.get("schema") == SCHEMA:
        return _of_report(data)
    return parse_baseline(data)


def _summaries(images: t.Sequence[t.Any], where: str) -> list[ImageSummary]:
    return [ImageSummary.from_dict(item, f"{where}[{index}]") for index, item in enumerate(images)]


def _host(measure: Measure, images: t.Sequence[ImageSummary]) -> HostBaseline:
    entries, _keys = entries_of(images, "reference")
    return HostBaseline(measure, {key: entry.size for key, entry in entries.items()}, layers_of(entries))


def _of_report(report: Mapping[str, t.Any]) -> Baseline:
    images = list_of(report.get("images"), "baseline.images", "images")
    totals = mapping_of(report.get("totals"), "baseline.totals", "the totals of a report")
    count = parse_integer(totals.get("images"), "baseline.totals.images")
    if count != len(images):
        raise InputError(
            f"baseline is a report that lists only {len(images)} of its {count} images: use a baseline file instead"
        )
    scope = mapping_of(report.get("scope"), "baseline.scope", "the scope of a report")
    hosts: dict[str, HostBaseline] = {}
    for index, record in enumerate(list_of(scope.get("hosts"), "baseline.scope.hosts", "hosts")):
        where = f"baseline.scope.hosts[{index}]"
        record = mapping_of(record, where, "a host")
        if record.get("status") != "reported":
            continue
        name = record.get("host")
        if not isinstance(name, str):
            raise InputError(f"{where}.host must be text, got {shown(name)}", "E_TYPE")
        rows = [item for item in images if isinstance(item, Mapping) and item.get("host") == name]
        measure = Measure.of_engine(EngineFacts.from_dict(record.get("engine"), f"{where}.engine"))
        hosts[name] = _host(measure, _summaries(rows, "baseline.images"))
    return Baseline(hosts=hosts)
