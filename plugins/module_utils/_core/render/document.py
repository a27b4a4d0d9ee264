# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report document ``image_report/1`` as records, in the one order that all formats use.

Renderers get a ``Report`` and nothing else, so each of them is a page of code without ``.get(...)``. A document that
came from elsewhere is checked and sorted first. Keys that a newer minor version may add are ignored; a missing key or a
value of the wrong kind is an error that names its path.
"""

from __future__ import annotations

import json
import typing as t
from collections import Counter
from dataclasses import dataclass

from ..errors import InputError, shown
from ..report.groups import groups_of_changes, groups_of_findings, groups_of_images, rules_of_findings
from ..report.headline import headline
from ..report.order import (
    change_group_order,
    change_order,
    finding_order,
    group_order,
    image_group_order,
    image_order,
    repository_order,
)
from ..report.rule_summaries import RuleSummary, rule_summaries
from ..report.schema import (
    ABSENT_STATUSES,
    CHANGE_KINDS,
    PROBLEMS,
    SCHEMA,
    VERDICTS,
    ReportDocument,
    closes,
    sentence_of,
    verdict_of,
)
from ..timestamps import format_epoch, to_epoch
from .document_shape import check

if t.TYPE_CHECKING:
    from ..report.schema import (
        ChangeGroup,
        ChangeRow,
        ChangesPart,
        EngineRow,
        FindingGroup,
        HistoryRow,
        HostRow,
        ImageGroup,
        ImageRow,
        MeasurePart,
        RepositoryRow,
        RuleRow,
        TotalsPart,
        WaiverRow,
    )


class Finding(t.NamedTuple):
    """A finding of the document, with its keys."""

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
    waiver: WaiverRow | None

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        return verdict_of(self.status, self.level)

    @property
    def waiver_reason(self) -> str | None:
        """Why it was waived; None without a waiver."""
        return self.waiver["reason"] if self.waiver else None

    @property
    def waiver_expires(self) -> str | None:
        """The last day of the waiver; None where it has none, and without a waiver."""
        return self.waiver["expires"] if self.waiver else None

    @property
    def annotation_level(self) -> str:
        """error, warning or note, for formats that know nothing else. What could not be known weighs as a failure."""
        return "warning" if self.status == "incomparable" else self.level

    @property
    def sentence(self) -> str:
        """Image, host and message in one line."""
        return sentence_of(self.host, self.image, self.message)


@dataclass(frozen=True)
class Report:
    """A report document in order. Rows, hosts and changes keep the keys of the document."""

    generated_at: str
    version: str
    expected: int
    reported: int
    hosts: list[HostRow]
    engine: EngineRow | None
    measure: MeasurePart
    totals: TotalsPart
    passed: bool
    fail_on: list[str]
    counts: dict[str, int]
    closing: dict[str, int]
    reasons: list[str]
    findings: list[Finding]
    repositories: list[RepositoryRow]
    images: list[ImageRow]
    changes: ChangesPart | None
    warnings: list[str]
    problems: list[Finding]
    rules: list[RuleRow]
    finding_groups: list[FindingGroup]
    image_groups: list[ImageGroup]
    change_groups: list[ChangeGroup]
    change_sums: dict[str, int]

    history: t.Sequence[HistoryRow] = ()
    counts_every_finding: bool = True
    """Whether the counts by rule are complete, which documents of old versions do not say."""

    sums_every_change: bool = True
    """The same of the sums of changes."""

    @property
    def rule_summaries(self) -> list[RuleSummary]:
        """A row for each rule, the worst first."""
        return rule_summaries(self.rules, self.finding_groups, self.counts_every_finding)

    @property
    def headline(self) -> str:
        """What happened, in one line."""
        return headline(self.passed, self.fail_on, self.rules, self.finding_groups, self.hosts)

    @property
    def absent_hosts(self) -> list[HostRow]:
        """Hosts that were expected and gave no usable facts, the unreachable first."""
        return [host for status in ABSENT_STATUSES for host in self.hosts if host["status"] == status]

    @property
    def is_fleet(self) -> bool:
        """Whether a row must name its host."""
        return self.expected > 1 or len(self.hosts) > 1

    @property
    def problem_count(self) -> int:
        """How many findings need a look, whether they are listed or not."""
        return sum(self.counts[verdict] for verdict in PROBLEMS)

    def unlisted(self) -> dict[str, int]:
        """By verdict, how many findings are counted and not listed: the list of a large fleet is limited."""
        return _unlisted(self.counts, Counter(finding.verdict for finding in self.findings))

    def closes(self, finding: Finding) -> bool:
        """Whether the finding closes the gate."""
        return closes(finding.verdict, finding.level, self.fail_on)

    def closing_unlisted(self) -> set[str]:
        """The verdicts of findings that close the gate and are not listed."""
        listed = Counter(finding.verdict for finding in self.problems if self.closes(finding))
        return {verdict for verdict, number in self.closing.items() if number > listed[verdict]}

    def unlisted_by_host(self) -> dict[str | None, dict[str, int]]:
        """The same by host, None for findings about the whole fleet. Hosts without unlisted findings are left out."""
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
    def changed_rows(self) -> list[tuple[str, ChangeRow]]:
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
    check(value, ReportDocument, "report")
    return report_of(_in_order(t.cast("ReportDocument", value)))


def report_of(document: ReportDocument) -> Report:
    """The report for a document that this process has just built: nothing in it is checked or sorted again."""
    findings = [Finding(*[row[name] for name in Finding._fields]) for row in document["findings"]]  # type: ignore[literal-required]
    gate, changes = document["gate"], document["changes"]
    counts = {verdict: gate["counts"].get(verdict, 0) for verdict in VERDICTS}
    # Documents of versions before 1.0.0 list no groups; those of a large fleet can only be made of what is listed.
    groups = document.get("finding_groups")
    rules, lists_all = document.get("rules"), sum(counts.values()) <= len(findings)
    counts_all = lists_all or rules is not None
    if rules is None:
        rules = rules_of_findings(document["findings"], lists_all)
    change_groups, sums = _change_groups(changes)
    return Report(
        generated_at=document["generated_at"],
        version=document["generator"]["version"],
        expected=document["scope"]["expected"],
        reported=document["scope"]["reported"],
        hosts=document["scope"]["hosts"],
        engine=document["engine"],
        measure=document["measure"],
        totals=document["totals"],
        passed=gate["passed"],
        fail_on=sorted(gate["fail_on"]),
        counts=counts,
        # Reports of version 0.1.0 do not say it, and there every finding of such a verdict closed the gate.
        closing=gate.get("closing") or {word: gate["counts"].get(word, 0) for word in gate["fail_on"]},
        reasons=gate["reasons"],
        findings=findings,
        repositories=document["repositories"],
        images=document["images"],
        changes=document["changes"],
        warnings=document["warnings"],
        problems=[finding for finding in findings if finding.verdict in PROBLEMS],
        rules=rules_of_findings(document["findings"], sum(counts.values()) <= len(findings))
        if rules is None
        else rules,
        finding_groups=groups_of_findings(document["findings"]) if groups is None else groups,
        image_groups=groups_of_images(document["images"])
        if document.get("image_groups") is None
        else document["image_groups"],
        change_groups=change_groups,
        change_sums=sums,
        history=document.get("history") or [],
        counts_every_finding=counts_all,
        sums_every_change=changes is None or "sums" in changes or _lists_all(changes),
    )


def _lists_all(changes: ChangesPart) -> bool:
    return all(changes["counts"].get(kind, 0) <= len(changes[kind]) for kind in CHANGE_KINDS)


def _change_groups(changes: ChangesPart | None) -> tuple[list[ChangeGroup], dict[str, int]]:
    if changes is None:
        return [], {}
    groups, sums = changes.get("groups"), changes.get("sums")
    return groups_of_changes(changes) if groups is None or sums is None else (groups, sums)


def _in_order(document: ReportDocument) -> ReportDocument:
    """The same document with its lists in the order in which ReportBuilder makes them."""
    scope, changes = document["scope"], document["changes"]
    document = {**document}
    if "rules" in document:
        document["rules"] = sorted(document["rules"], key=lambda row: row["rule"])
    if "finding_groups" in document:
        document["finding_groups"] = sorted(document["finding_groups"], key=group_order)
    if "history" in document:
        document["history"] = sorted(document["history"], key=lambda row: row["at"])
    if "image_groups" in document:
        document["image_groups"] = sorted(document["image_groups"], key=image_group_order)
    return {
        **document,
        "generated_at": format_epoch(to_epoch(document["generated_at"], "report.generated_at")),
        "scope": {**scope, "hosts": sorted(scope["hosts"], key=lambda host: host["host"])},
        "findings": sorted(document["findings"], key=finding_order),
        "repositories": sorted(document["repositories"], key=repository_order),
        "images": sorted(document["images"], key=image_order),
        "changes": changes and _changes_in_order(changes),
    }


def _changes_in_order(changes: ChangesPart) -> ChangesPart:
    lists = {kind: sorted(changes[kind], key=change_order) for kind in CHANGE_KINDS}
    groups = {"groups": sorted(changes["groups"], key=change_group_order)} if "groups" in changes else {}
    return {**changes, **lists, **groups}  # type: ignore[typeddict-item]


def _unlisted(counts: t.Mapping[str, int], listed: t.Mapping[str, int]) -> dict[str, int]:
    rest = ((verdict, counts.get(verdict, 0) - listed.get(verdict, 0)) for verdict in VERDICTS)
    return {verdict: number for verdict, number in rest if number > 0}
