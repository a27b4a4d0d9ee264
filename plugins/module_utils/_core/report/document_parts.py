# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the report document that are read off the whole."""

from __future__ import annotations

import typing as t

from .baseline import METRIC, Measure
from .checks.growth import MaxGrowth
from .checks.kinds import Demand
from .schema import ABSENT_STATUSES, MIXED

if t.TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from .findings import FindingLog
    from .hosts import EngineFacts
    from .report_policy import ReportPolicy
    from .schema import EngineRow, GeneratorPart, HostRow, Level, MeasurePart, RuleRow, ScopePart

GENERATOR: GeneratorPart = {"collection": "container_ops.images", "version": "1.1.0"}


def scope_of(records: Sequence[HostRow]) -> ScopePart:
    """Who was asked, who answered, and the names of those who did not."""
    names = {status: [record["host"] for record in records if record["status"] == status] for status in ABSENT_STATUSES}
    absent = sum(len(hosts) for hosts in names.values())
    return {"expected": len(records), "reported": len(records) - absent, "hosts": list(records), **names}  # type: ignore[typeddict-item]


def agreed_engine(engines: Collection[EngineFacts | None]) -> EngineRow | None:
    """The engine if all hosts have the same, down to the version."""
    (engine,) = engines if len(engines) == 1 else (None,)
    return engine.row() if engine else None


def measure_of(engines: Collection[EngineFacts | None]) -> MeasurePart:
    """What sizes mean in this report; "mixed" where hosts differ, "" where it is not known."""
    measures = [Measure.of_engine(engine) for engine in engines]
    return {
        "metric": _agreed({measure.metric for measure in measures}) or METRIC,
        "engine": _agreed({measure.engine for measure in measures}),
        "store": _agreed({measure.store for measure in measures}),
    }


def rules_of(policy: ReportPolicy, findings: FindingLog) -> list[RuleRow]:
    """A row for each rule, those that looked at nothing as well, and for the notes that no rule asked for."""
    counts, cut = findings.counts_by_rule(), findings.groups.cut_rules()
    rows = [
        _rule_row(rule.id, rule.check_name, rule.level, rule.check.demand(), counts.pop(rule.id, {}), rule.id in cut)
        for rule in policy.rules
    ]
    rows += [_rule_row(name, name, "note", Demand(), said, name in cut) for name, said in counts.items()]
    return sorted(rows, key=lambda row: row["rule"])


def _rule_row(name: str, check: str, level: Level, demand: Demand, counts: dict[str, int], cut: bool) -> RuleRow:
    return {
        "rule": name,
        "check": check,
        "level": level,
        "limit": demand.limit,
        "unit": demand.unit,
        "counts": counts,
        "cut": cut,
    }


def _agreed(values: set[str]) -> str:
    return MIXED if len(values) > 1 else next(iter(values), "")


def warnings_of(
    policy: ReportPolicy,
    findings: FindingLog,
    unknown_sizes: int,
    *,
    changes_left_out: int,
    images_left_out: int,
    repositories_left_out: bool,
) -> list[str]:
    """What a reader should know besides the findings, the most important first."""
    looked_at = findings.counts_by_rule()
    warnings = [
        f"rule {rule.id} matched nothing: it does not select any host or image"
        for rule in policy.rules
        if rule.id not in looked_at
    ]
    if policy.baseline is None and policy.compare_with is None:
        warnings += [
            f"rule {rule.id} compared nothing: no baseline was given"
            for rule in policy.rules
            if isinstance(rule.check, MaxGrowth)
        ]
    if unknown_sizes:
        subject = (
            "1 image of unknown size counts" if unknown_sizes == 1 else f"{unknown_sizes} images of unknown size count"
        )
        warnings.append(f"{subject} as 0 in sums")
    warnings += [
        f"{waiver} has no expires, so it does not expire" for waiver in policy.waivers if waiver.expires is None
    ]
    warnings += [f"{waiver} is not used" for waiver in findings.unused_waivers()]
    loud, quiet = findings.left_out
    for count, one, more in (
        (loud, "finding of lower weight is", "findings of lower weight are"),
        (quiet, "finding that passed or was skipped is", "findings that passed or were skipped are"),
        (changes_left_out, "smaller change is", "smaller changes are"),
        (images_left_out, "smaller image is", "smaller images are"),
    ):
        if count:
            warnings.append(f"{count} {one if count == 1 else more} counted but not listed")
    if repositories_left_out:
        warnings.append("there are too many repositories to list any")
    return warnings
