# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report document ``image_report/1`` as records: read once, checked, and put into the one order all formats use.

Renderers get a ``Report`` and nothing else, so each of them is a page of code without ``.get(...)``. Keys that a newer
minor version may add are ignored; a missing key or a value of the wrong kind is an error that names its path.
"""

from __future__ import annotations

import json
import typing as t
from collections import Counter
from dataclasses import dataclass

from ..errors import InputError, shown
from ..timestamps import format_epoch, to_epoch
from .document_shape import REPORT, check

SCHEMA = "image_report/1"

VERDICTS = ("error", "not_known", "warning", "incomparable", "note", "waived", "skip", "pass")
"""What can become of a finding, the worst first."""

PROBLEMS = ("error", "not_known", "warning", "incomparable", "note")
"""The verdicts that a reader should see; the others only count."""

CHANGE_KINDS = ("grown", "new", "shrunk", "removed", "incomparable")
"""What can become of an image since the baseline, in the order that a reader wants."""

HOST_PROBLEMS = ("unreachable", "failed", "stale", "missing")

Row = dict[str, t.Any]


@dataclass(frozen=True)
class Finding:
    """What one rule said about one image, one host (``image`` is None) or the whole fleet (``host`` is None too)."""

    rule: str
    check: str
    level: str
    status: str
    host: str | None
    image: str | None
    id: str | None
    actual: t.Any
    limit: t.Any
    unit: str
    baseline: t.Any
    message: str
    fingerprint: str
    waiver: Row | None

    @property
    def verdict(self) -> str:
        """A failure is what its rule's level makes of it; an ``error`` is a value that could not be known."""
        return self.level if self.status == "fail" else "not_known" if self.status == "error" else self.status

    @property
    def annotation_level(self) -> str:
        """error, warning or note, for formats that know nothing else. What could not be known weighs as a failure."""
        return "warning" if self.status == "incomparable" else self.level

    @property
    def place(self) -> str:
        """``IMAGE on HOST``, as far as the finding has them."""
        parts = [self.image or "", f"on {self.host}" if self.host is not None else ""]
        return " ".join(part for part in parts if part)

    @property
    def sentence(self) -> str:
        """Image, host and message in one line."""
        return f"{self.place}: {self.message}" if self.place else self.message

    @property
    def order(self) -> tuple[t.Any, ...]:
        """The worst first, then by name."""
        names = (self.rule, self.host or "", self.image or "", self.fingerprint, self.message)
        return (VERDICTS.index(self.verdict), *names)


@dataclass(frozen=True)
class Report:
    """A checked and sorted report document. Rows, hosts and changes stay dicts with the keys of the document."""

    generated_at: str
    version: str
    expected: int
    reported: int
    hosts: list[Row]
    engine: Row | None
    measure: Row
    totals: Row
    passed: bool
    fail_on: list[str]
    counts: dict[str, int]
    reasons: list[str]
    findings: list[Finding]
    repositories: list[Row]
    images: list[Row]
    changes: Row | None
    warnings: list[str]
    problems: list[Finding]

    @property
    def absent_hosts(self) -> list[Row]:
        """Hosts that were expected and gave no usable facts, the unreachable first."""
        found = [host for host in self.hosts if host["status"] in HOST_PROBLEMS]
        return sorted(found, key=lambda host: HOST_PROBLEMS.index(host["status"]))

    @property
    def is_fleet(self) -> bool:
        """Whether a reader needs to be told which host a row is about."""
        return self.expected > 1 or len(self.hosts) > 1

    @property
    def problem_count(self) -> int:
        """How many findings need a look, whether they are listed or not."""
        return sum(self.counts[verdict] for verdict in PROBLEMS)

    def unlisted(self) -> dict[str, int]:
        """By verdict, how many findings are counted and not listed: the list of a large fleet is limited."""
        return _unlisted(self.counts, Counter(finding.verdict for finding in self.findings))

    def unlisted_by_host(self) -> dict[str | None, dict[str, int]]:
        """The same by host; None is what is about the whole fleet. Hosts of which all are listed are not there."""
        listed: dict[str | None, Counter[str]] = {}
        for finding in self.findings:
            listed.setdefault(finding.host, Counter())[finding.verdict] += 1
        counts: dict[str | None, t.Mapping[str, int]] = {host["host"]: host["findings"] or {} for host in self.hosts}
        of_hosts = {verdict: sum(row.get(verdict, 0) for row in counts.values()) for verdict in VERDICTS}
        counts[None] = {verdict: self.counts[verdict] - of_hosts[verdict] for verdict in VERDICTS}
        rest = {host: _unlisted(row, listed.get(host, Counter())) for host, row in counts.items()}
        return {host: row for host, row in rest.items() if row}

    @property
    def change_count(self) -> int:
        """How many images differ from the baseline, whether they are listed or not."""
        return sum(self.changes["counts"].get(kind, 0) for kind in CHANGE_KINDS) if self.changes else 0

    @property
    def changed_rows(self) -> list[tuple[str, Row]]:
        """Every change with its kind, in the order that a reader wants: what grew most comes first."""
        if self.changes is None:
            return []
        return [(kind, row) for kind in CHANGE_KINDS for row in self.changes[kind]]


def read_document(value: t.Any) -> Report:
    """A report from the mapping that the filter ``image_report`` returns, or from its JSON text.

    Raises InputError with the path of what is wrong: ``report.findings[3].level must be ...``.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as exc:  # the latter: nested deeper than anything that means something
            raise InputError(f"report must be a report document or its JSON text: {exc}", "E_JSON") from None
    if not isinstance(value, dict):
        raise InputError(f"report must be a report document (a mapping), got {shown(value)}", "E_TYPE")
    if value.get("schema") != SCHEMA:
        raise InputError(f'report.schema must be "{SCHEMA}", got {shown(value.get("schema"))}', "E_SCHEMA")
    check(value, REPORT, "report")
    findings = sorted((_finding(row) for row in value["findings"]), key=lambda finding: finding.order)
    gate = value["gate"]
    return Report(
        generated_at=format_epoch(to_epoch(value["generated_at"], "report.generated_at")),
        version=value["generator"]["version"],
        expected=value["scope"]["expected"],
        reported=value["scope"]["reported"],
        hosts=sorted(value["scope"]["hosts"], key=lambda host: str(host["host"])),
        engine=value["engine"],
        measure=value["measure"],
        totals=value["totals"],
        passed=gate["passed"],
        fail_on=sorted(gate["fail_on"]),
        counts={verdict: gate["counts"].get(verdict, 0) for verdict in VERDICTS},
        reasons=gate["reasons"],
        findings=findings,
        repositories=sorted(value["repositories"], key=lambda row: (row["repository"], row["host"] or "")),
        images=sorted(value["images"], key=lambda row: (row["host"], row["name"], row["id"])),
        changes=_changes(value["changes"]),
        warnings=value["warnings"],
        problems=[finding for finding in findings if finding.verdict in PROBLEMS],
    )


def _unlisted(counts: t.Mapping[str, int], listed: t.Mapping[str, int]) -> dict[str, int]:
    rest = ((verdict, counts.get(verdict, 0) - listed.get(verdict, 0)) for verdict in VERDICTS)
    return {verdict: number for verdict, number in rest if number > 0}


def _finding(row: Row) -> Finding:
    return Finding(**{name: row[name] for name in Finding.__dataclass_fields__})


def _changes(changes: Row | None) -> Row | None:
    if changes is None:
        return None

    def order(row: Row) -> tuple[t.Any, ...]:
        weight = next((abs(row[key]) for key in ("delta", "after", "before") if row[key] is not None), 0)
        return (-weight, row["host"], row["name"], row["after"] or 0)

    return {key: sorted(value, key=order) if isinstance(value, list) else value for key, value in changes.items()}
