# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report document in one call: from the data of a playbook to the document, for the filter."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..errors import InputError, shown
from ..fields import texts_of
from ..image.reference import Reference
from ..image.summary import ImageSummary
from ..registry.registry_images import registry_images, with_names_of
from .builder import ReportBuilder
from .hosts import REGISTRY, AbsentHost, EngineFacts, HostFacts, registry_of

if t.TYPE_CHECKING:
    from .report_policy import ReportPolicy
    from .schema import ReportDocument


def build_report(
    data: t.Any, policy: ReportPolicy, host: str, engine: t.Any = None, expected_hosts: t.Any = None
) -> ReportDocument:
    """The report document. ``data`` is one of

    - a list of image summaries: the images of ``host``, or of the host that a summary names in its key ``host``,
    - a result of image_summary_info: the same with its engine and totals,
    - a result of image_registry_info, or its rows: each registry is a host,
    - a dictionary of such results by host name, in which failed and unreachable results say so themselves.

    Raises InputError with the path of what is wrong.
    """
    expected = texts_of(expected_hosts, "expected_hosts") if expected_hosts else ()
    builder = ReportBuilder(policy)
    seen = set()
    for item in hosts_of(data, policy, host, EngineFacts.from_dict(engine, "engine")):
        seen.add(item.host)
        if isinstance(item, HostFacts):
            builder.add_host(item)
        else:
            builder.add_absent(item)
    for name in dict.fromkeys(expected):
        if name not in seen:
            builder.add_absent(AbsentHost(name, "missing", "there are no facts of this host"))
    return builder.document()


def hosts_of(
    data: t.Any, policy: ReportPolicy, host: str = "localhost", engine: EngineFacts | None = None
) -> list[HostFacts | AbsentHost]:
    """The hosts in such data; each once. Raises InputError."""
    found: dict[str, HostFacts | AbsentHost] = {}
    for item in _hosts(data, policy, host, engine):
        if item.host in found:
            raise InputError(f"images has the host {shown(item.host)} twice", "E_HOST")
        found[item.host] = item
    return list(found.values())


def _hosts(
    data: t.Any, policy: ReportPolicy, host: str, engine: EngineFacts | None
) -> t.Iterable[HostFacts | AbsentHost]:
    if isinstance(data, (list, tuple)):
        if data and isinstance(data[0], Mapping) and "reference" in data[0]:
            return _registries(data, policy, host, "images")
        return _hosts_of_list(data, host, engine)
    if not isinstance(data, Mapping):
        raise InputError(f"images must be a list of image summaries, got {shown(data)}", "E_TYPE")
    if _is_result(data):
        return [
            facts._replace(engine=facts.engine or engine) if isinstance(facts, HostFacts) else facts
            for facts in _hosts_of_result(host, data, "result", policy)
        ]
    for name, result in data.items():
        if not isinstance(result, Mapping):
            raise InputError(f"images[{shown(name)}] must be the result of a host, got {shown(result)}", "E_TYPE")
    return [
        facts
        for name, result in data.items()
        for facts in _hosts_of_result(str(name), result, f"images[{shown(name)}]", policy)
    ]


def _is_result(data: Mapping[t.Any, t.Any]) -> bool:
    """Whether this is one result; otherwise the keys are names of hosts, which may be any word."""
    failed = any(data.get(key) and not isinstance(data[key], Mapping) for key in ("unreachable", "failed"))
    return failed or any(isinstance(data.get(key), (list, tuple)) for key in ("images", "references"))


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
        yield HostFacts(name, images, registry_of(images, name) or engine)


def _registries(rows: t.Any, policy: ReportPolicy, host: str, where: str) -> t.Iterator[HostFacts | AbsentHost]:
    """The registries of rows of image_registry_info. A name without images makes its registry a host that failed."""
    images: dict[str, dict[str, ImageSummary]] = {}
    problems: dict[str, str] = {}
    for row in registry_images(rows, where):
        registry = row.registry or host
        found = images.setdefault(registry, {})
        # The branch to compare with may lack the name, or a platform that is new.
        other = policy.compare_with if row.is_missing or row.images else None
        if row.problem and not (other and other.may_lack(Reference.parse(row.reference))):
            problem = f"{shown(row.reference, 300)}: {row.problem}"
            problems[registry] = min(problem, problems.get(registry, problem))
        for image in row.images:
            found[image.id] = with_names_of(image, found[image.id]) if image.id in found else image
    for registry, found in images.items():
        if registry in problems:
            yield AbsentHost(registry, "failed", problems[registry])
        else:
            yield HostFacts(registry, list(found.values()), EngineFacts(name=REGISTRY))


def _hosts_of_result(
    host: str, result: Mapping[str, t.Any], where: str, policy: ReportPolicy
) -> t.Iterable[HostFacts | AbsentHost]:
    for status in ("unreachable", "failed"):
        if result.get(status):
            return [AbsentHost(host, status, str(result.get("msg") or ""))]
    if "images" in result:
        facts = HostFacts.from_dict(host, result, where)
        return [facts._replace(engine=registry_of(facts.images, host) or facts.engine)]
    if isinstance(result.get("references"), (list, tuple)):
        return _registries(result["references"], policy, host, f"{where}.references")
    return [AbsentHost(host, "missing", str(result.get("msg") or "the result holds no images"))]
