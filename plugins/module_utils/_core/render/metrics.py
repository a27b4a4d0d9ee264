# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which numbers of a report become metrics, and under which names and labels.

By default a host has some 15 series whatever the number of its images; more detail has to be asked for, since 200
images on 10,000 hosts are millions of series. No series carries an image id or a digest: each rebuild would end every
series and start a new one, and GitLab, which compares label sets as text, would call every row new.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..image.reference import Reference
from ..report.schema import ABSENT_STATUSES, PROBLEMS, VERDICTS
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from ..report.schema import ImageRow, RepositoryRow
    from .document import Report

    _EngineLabel = t.Literal["name", "version", "api_version", "image_store"]
    _HostNumber = t.Literal[
        "images", "dangling", "unused", "size", "unique_size", "layers_size", "stopped", "stopped_unique_size"
    ]

Labels = tuple[tuple[str, str], ...]


@dataclass
class MetricFamily:
    """One metric: its samples by their label set, so that no series can occur twice."""

    name: str
    help: str
    samples: dict[Labels, float] = field(default_factory=dict)

    def add(self, labels: t.Mapping[str, str], value: float | None) -> None:
        """Sum up per label set; what is not known is not there, rather than 0."""
        if value is not None:
            key = tuple(labels.items())
            self.samples[key] = self.samples.get(key, 0) + value

    def largest(self, labels: t.Mapping[str, str], value: float | None) -> None:
        """Keep the largest value per label set."""
        if value is not None:
            key = tuple(labels.items())
            self.samples[key] = max(self.samples.get(key, value), value)


def families(report: Report, detail: str, with_host: bool) -> t.Iterator[MetricFamily]:
    """The families of a report; ``detail`` is totals, repository or image."""
    yield from _about_the_report(report)
    yield from _about_hosts(report, with_host)
    if detail == "repository":
        yield from _about_repositories(report, with_host)
    if detail == "image":
        yield from _about_images(report, with_host)


def _about_the_report(report: Report) -> t.Iterator[MetricFamily]:
    written = MetricFamily("image_report_timestamp_seconds", "When the report was made. Alert on it when it gets old.")
    written.add({}, to_epoch(report.generated_at, "report.generated_at"))
    yield written
    passed = MetricFamily("image_report_passed", "Whether the gate passed (1) or not (0).")
    passed.add({}, int(report.passed))
    yield passed
    findings = MetricFamily("image_report_findings", "Findings by verdict.")
    for verdict in VERDICTS:
        findings.add({"verdict": verdict}, report.counts[verdict])
    yield findings
    rules = MetricFamily("image_report_rule_findings", "Findings of the rule that need a look.")
    looked_at = MetricFamily("image_report_rule_looked_at", "Images, hosts or tags that the rule judged.")
    for row in report.rule_summaries:
        labels = {"rule": row.rule["rule"], "level": row.rule["level"]}
        rules.add(labels, row.problems)
        looked_at.add(labels, row.looked_at)
    yield rules
    yield looked_at
    hosts = MetricFamily("image_report_hosts", "Hosts by status.")
    for status in ("reported", *ABSENT_STATUSES):
        hosts.add({"status": status}, sum(host["status"] == status for host in report.hosts))
    yield hosts
    expected = MetricFamily("image_report_hosts_expected", "Hosts that the report expects.")
    expected.add({}, report.expected)
    yield expected


_HOST_NUMBERS: tuple[tuple[str, _HostNumber, str], ...] = (
    ("images", "images", "Images on the host."),
    ("images_dangling", "dangling", "Images without a name and without a child."),
    ("images_unused", "unused", "Images that no container uses."),
    (
        "images_size_bytes",
        "size",
        "Sum of the sizes of all images. Layers that images share count once for each: this is not disk use.",
    ),
    ("images_unique_size_bytes", "unique_size", "Bytes of images that no other image shares."),
    ("images_layers_size_bytes", "layers_size", "Disk use of all image layers, as the engine reports it."),
    ("images_stopped", "stopped", "Images that only stopped containers use."),
    ("images_stopped_unique_size_bytes", "stopped_unique_size", "Bytes of these images that no other image shares."),
)

_ENGINE_LABELS: tuple[_EngineLabel, ...] = ("name", "version", "api_version", "image_store")


def _about_hosts(report: Report, with_host: bool) -> t.Iterator[MetricFamily]:
    def labels(host: str | None) -> dict[str, str]:
        return {"host": host or ""} if with_host else {}

    for name, key, help_text in _HOST_NUMBERS:
        family = MetricFamily(name, help_text)
        for host in report.hosts:
            family.add(labels(host["host"]), host.get(key))
        yield family
    engines = MetricFamily("image_engine_info", "The engine of the host.")
    for host in report.hosts:
        if host["engine"]:
            facts: dict[str, str] = {key: host["engine"][key] for key in _ENGINE_LABELS}
            engines.largest({**labels(host["host"]), **facts}, 1)
    yield engines
    if with_host:
        reported = MetricFamily("image_host_reported", "Whether the host is in the report (1) or not (0).")
        findings = MetricFamily("image_host_findings", "Findings of the host that need a look, by verdict.")
        for host in report.hosts:
            reported.add(labels(host["host"]), int(host["status"] == "reported"))
            if host["findings"] is not None:
                for verdict in PROBLEMS:
                    findings.add({**labels(host["host"]), "verdict": verdict}, host["findings"].get(verdict, 0))
        yield reported
        yield findings


def _about_repositories(report: Report, with_host: bool) -> t.Iterator[MetricFamily]:
    number = MetricFamily("image_repository_images", "Images of the repository.")
    size = MetricFamily(
        "image_repository_size_bytes", "Sum of the sizes of the repository's images; shared layers count each time."
    )
    largest = MetricFamily("image_repository_largest_size_bytes", "Size of the repository's largest image.")
    for row in report.repositories:
        # A row about all hosts together has no host: that of a fleet with too many to list each host's.
        labels = {**_host(row, with_host and row["host"] is not None), "repository": row["repository"]}
        number.add(labels, row["images"])
        size.add(labels, row["size"])
        largest.largest(labels, row["largest_size"])
    yield from (number, size, largest)


def _about_images(report: Report, with_host: bool) -> t.Iterator[MetricFamily]:
    size = MetricFamily("image_size_bytes", "Size of the image, as the engine reports it.")
    created = MetricFamily("image_created_timestamp_seconds", "When the image was built.")
    containers = MetricFamily("image_containers", "Containers that use the image, running or not.")
    platforms: dict[str, set[str]] = {}
    for row in report.images:
        for name in row["repo_tags"] or row["repo_digests"]:
            platforms.setdefault(name, set()).add(row.get("platform", ""))
    for row in report.images:
        for name in row["repo_tags"] or row["repo_digests"]:
            reference = Reference.parse(name)
            labels = {
                **_host(row, with_host),
                "repository": reference.familiar_repository,
                "tag": reference.tag,
                # Only if it distinguishes images: most sources do not name it.
                **({"platform": row.get("platform", "")} if len(platforms[name]) > 1 else {}),
            }
            # Several images have the same labels when they have digests only, or when hosts are not distinguished.
            size.largest(labels, _known(row["size"]))
            created.largest(labels, row["created"] or None)
            containers.largest(labels, _known(row["containers"]))
    left_out = MetricFamily(
        "image_report_images_left_out", "Images without series, because the report does not list them."
    )
    left_out.add({}, max(0, report.totals["images"] - len(report.images)))
    yield left_out
    yield size
    # The report lists the largest images. Without hosts a series is the largest value of several images: that of all of
    # them for the size, but not for what they were not chosen by.
    if with_host or len(report.images) >= report.totals["images"]:
        yield from (created, containers)


def _host(row: ImageRow | RepositoryRow, with_host: bool) -> dict[str, str]:
    return {"host": row["host"] or ""} if with_host else {}


def _known(number: int) -> int | None:
    return None if number < 0 else number
