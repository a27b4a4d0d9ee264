# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as test cases, one for each finding or rolled up to images, hosts or rules when there are too many."""

from __future__ import annotations

import typing as t
from collections import defaultdict

from ..safe_text import visible
from .headlines import engine_name, verdict_counts
from .numbers import counted

if t.TYPE_CHECKING:
    from ..report.schema import HostRow
    from .document import Finding, Report

FLEET = "all hosts"
RED = ("failure", "error")
_MAX_LINES = 20
_QUIET = ("pass", "skip")
_NOT_LISTED = ": counted, but not listed in this report"


class Case(t.NamedTuple):
    """One test case. ``outcome`` is passed, failure, error or skipped; ``lines`` say why."""

    classname: str
    name: str
    kind: str
    outcome: str
    lines: list[str]


class Suite(t.NamedTuple):
    """All cases of one host."""

    name: str
    package: str
    properties: list[tuple[str, str]]
    cases: list[Case]
    remarks: list[str]


def outcome_of(verdicts: t.Collection[str], closing: t.Collection[str]) -> str:
    """Red is what closes the gate and nothing else: a failure, or an error for what could not be known."""
    if closing:
        return "error" if set(closing) == {"not_known"} else "failure"
    return "passed" if set(verdicts) <= {"pass"} else "skipped"


# How findings are put together: by which names, and what a case is then called.
_KEYS: dict[str, t.Callable[[Finding], tuple[str, str]]] = {
    "finding": lambda finding: (finding.rule, finding.image or finding.host or FLEET),
    "image": lambda finding: ("image", finding.image or finding.host or FLEET),
    "host": lambda finding: ("host", finding.host or FLEET),
    "rule": lambda finding: ("rule", finding.rule),
}


def suites(report: Report, name: str, granularity: str, max_cases: int) -> tuple[str, list[Suite]]:
    """The granularity taken, and a suite for each host, the fleet's own first.

    There is a failure or an error among them if and only if the gate is closed.
    """
    levels = tuple(_KEYS) if granularity == "auto" else (granularity,)
    level, groups = levels[0], _grouped(report.findings, levels[0])
    for coarser in levels[1:]:
        if len(groups) <= max_cases:
            break
        level, groups = coarser, _grouped(report.findings, coarser)
    cases: dict[str, list[Case]] = defaultdict(list)
    for (host, kind, subject), findings in sorted(groups.items()):
        cases[host].append(_case(name, level, host, kind, subject, findings, report))
    remarks: dict[str, list[str]] = defaultdict(list)
    closing = report.closing_unlisted()
    unlisted = {None: report.unlisted()} if level == "rule" else report.unlisted_by_host()
    for of_host, counts in unlisted.items():
        if counts:
            host = of_host or ""
            loud = {verdict: number for verdict, number in counts.items() if verdict not in _QUIET}
            quiet = {verdict: number for verdict, number in counts.items() if verdict in _QUIET}
            if quiet:
                remarks[host].append(f"{verdict_counts(quiet)}{_NOT_LISTED}.")
            if loud:
                cases[host].append(_unlisted_case(name, host, loud, closing & loud.keys()))
    for record in report.hosts:
        cases[record["host"]].append(_host_case(name, record, report.fail_on))
    if not report.passed and not any(case.outcome in RED for of_host in cases.values() for case in of_host):
        lines = report.reasons or ["the gate is closed"]
        cases[""].append(Case(f"{name}.gate.{FLEET}", "gate: passed", "gate", "failure", list(lines)))
    facts = {record["host"]: record for record in report.hosts}
    return level, [
        Suite(host or FLEET, name, _properties(report, facts.get(host)), _distinct(cases[host]), remarks[host])
        for host in sorted({*cases, *remarks})
    ]


def _grouped(findings: list[Finding], level: str) -> dict[tuple[str, str, str], list[Finding]]:
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        kind, subject = _KEYS[level](finding)
        groups["" if level == "rule" else finding.host or "", kind, subject].append(finding)
    return groups


def _case(name: str, level: str, host: str, kind: str, subject: str, findings: list[Finding], report: Report) -> Case:
    verdicts = {finding.verdict for finding in findings}
    outcome = outcome_of(verdicts, {finding.verdict for finding in findings if report.closes(finding)})
    # The findings of a report are sorted, the worst first; before them comes what makes the case red.
    speaking = sorted(
        (finding for finding in findings if finding.verdict != "pass"),
        key=lambda finding: not report.closes(finding),
    )
    lines = [_line(finding, level) for finding in speaking[:_MAX_LINES]]
    if len(speaking) > _MAX_LINES:
        lines.append(f"and {len(speaking) - _MAX_LINES} more")
    return Case(f"{name}.{kind}.{host or FLEET}", f"{kind}: {subject}", kind, outcome, lines)


def _line(finding: Finding, level: str) -> str:
    verdict = finding.verdict
    if verdict == "waived":
        until = f" until {finding.waiver_expires}" if finding.waiver_expires else ""
        return f"waived{until}: {finding.waiver_reason or ''}: {finding.message}"
    text = finding.message if level == "finding" else f"{finding.rule}: {finding.sentence}"
    return text if verdict == "error" else f"{verdict.replace('_', ' ')}: {text}"


def _unlisted_case(name: str, host: str, counts: t.Mapping[str, int], closing: t.Collection[str]) -> Case:
    """In place of the findings that a large report only counts: without it a host with errors would be green."""
    lines = [f"{verdict_counts(counts)}{_NOT_LISTED}"]
    title = "unlisted: findings beyond the limit of the report"
    return Case(f"{name}.unlisted.{host or FLEET}", title, "unlisted", outcome_of(counts, closing), lines)


def _host_case(name: str, host: HostRow, fail_on: t.Collection[str]) -> Case:
    status = host["status"]
    outcome = "passed" if status == "reported" else "error" if status in fail_on else "skipped"
    lines = [] if status == "reported" else [f"{status}: {host['message']}" if host["message"] else status]
    return Case(f"{name}.scope.{host['host']}", "scope: host is in the report", "scope", outcome, lines)


def _properties(report: Report, host: HostRow | None) -> list[tuple[str, str]]:
    """The facts that make a size comparable, of the host or of the report."""
    engine = host["engine"] if host else report.engine
    properties = [("size.metric", report.measure["metric"])]
    if engine:
        properties.append(("engine", engine_name(engine)))
        properties.append(("image.store", engine["image_store"]))
    if host and host["images"] is not None:
        properties.append(("images", counted(host["images"], "image")))
    return properties


def _distinct(cases: list[Case]) -> list[Case]:
    """The cases with their names made safe. GitLab keeps one of each name, so names that coincide then are numbered."""
    seen: dict[tuple[str, str], int] = defaultdict(int)
    result = []
    for case in cases:
        classname, name = visible(case.classname), visible(case.name)
        seen[classname, name] += 1
        number = seen[classname, name]
        result.append(case._replace(classname=classname, name=name if number == 1 else f"{name} ({number})"))
    return result
