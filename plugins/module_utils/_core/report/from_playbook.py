# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report document in one call: from the data of a playbook to the document, for the filter."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..errors import InputError, shown
from ..fields import texts_of
from ..image.summary import ImageSummary
from .builder import ReportBuilder
from .hosts import AbsentHost, EngineFacts, HostFacts

if t.TYPE_CHECKING:
    from .report_policy import ReportPolicy
    from .schema import ReportDocument


def build_report(
    data: t.Any, policy: ReportPolicy, host: str, engine: t.Any = None, expected_hosts: t.Any = None
) -> ReportDocument:
    """The report document. ``data`` is one of

    - a list of image summaries: the images of ``host``, or of the host that a summary names in its key ``host``,
    - a result of image_summary_info: the same with its engine and totals,
    - a dictionary of such results by host name, in which failed and unreachable results say so themselves.

    Raises InputError with the path of what is wrong.
    """
    expected = texts_of(expected_hosts, "expected_hosts") if expected_hosts else ()
    builder = ReportBuilder(policy)
    seen = set()
    for item in _hosts(data, host, EngineFacts.from_dict(engine, "engine")):
        seen.add(item.host)
        if isinstance(item, HostFacts):
            builder.add_host(item)
        else:
            builder.add_absent(item)
    for name in dict.fromkeys(expected):
        if name not in seen:
            builder.add_absent(AbsentHost(name, "missing", "there are no facts of this host"))
    return builder.document()


def _hosts(data: t.Any, host: str, engine: EngineFacts | None) -> list[HostFacts | AbsentHost]:
    if isinstance(data, (list, tuple)):
        return list(_hosts_of_list(data, host, engine))
    if not isinstance(data, Mapping):
        raise InputError(f"images must be a list of image summaries, got {shown(data)}", "E_TYPE")
    if _is_result(data):
        facts = _host_of_result(host, data, "result")
        return [facts._replace(engine=facts.engine or engine) if isinstance(facts, HostFacts) else facts]
    for name, result in data.items():
        if not isinstance(result, Mapping):
            raise InputError(f"images[{shown(name)}] must be the result of a host, got {shown(result)}", "E_TYPE")
    return [_host_of_result(str(name), result, f"images[{shown(name)}]") for name, result in data.items()]


def _is_result(data: Mapping[t.Any, t.Any]) -> bool:
    """Whether this is one result; otherwise the keys are names of hosts, which may be any word."""
    failed = any(data.get(key) and not isinstance(data[key], Mapping) for key in ("unreachable", "failed"))
    return failed or isinstance(data.get("images"), (list, tuple))


def _hosts_of_list(rows: t.Sequence[t.Any], host: str, engine: EngineFacts | None) -> t.Iterator[HostFacts]:
    # An empty list is a host without images, not a report without hosts.
    by_host: dict[str, list[ImageSummary]] = {} if rows else {host: []}
    for index, row in enumerate(rows):
        image = ImageSummary.from_dict(row, f"images[{index}]")
        name = row.get("host") or host
        if not isinstance(name, str):
            raise InputError(f"images[{index}].host must be the name of a host, got {shown(name)}", "E_TYPE")
        by_host.setdefault(name, []).append(image)
    for name, images in by_host.items():
        yield HostFacts(name, images, engine)


def _host_of_result(host: str, result: Mapping[str, t.Any], where: str) -> HostFacts | AbsentHost:
    for status in ("unreachable", "failed"):
        if result.get(status):
            return AbsentHost(host, status, str(result.get("msg") or ""))
    if "images" not in result:
        return AbsentHost(host, "missing", str(result.get("msg") or "the result holds no images"))
    return HostFacts.from_dict(host, result, where)
