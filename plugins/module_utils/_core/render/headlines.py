# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of a report that people read first, the same in every format for people: verdict, scope, totals."""

from __future__ import annotations

import typing as t

from ..report.check_outcome import format_change
from ..report.groups import change_in_bytes
from ..report.headline import arrow
from ..report.hosts import REGISTRY
from ..report.run_history import MOST_CHANGES, trends
from ..report.schema import CHANGE_KINDS, MIXED
from .numbers import NONE, counted, size_pair, size_text

if t.TYPE_CHECKING:
    from ..report.rule_summaries import RuleSummary
    from ..report.run_history import Trend
    from ..report.schema import ChangeGroup, EngineRow, HostRow
    from .document import Report

_LONGEST_FACT = 200
_NAMED_HOSTS = 8

VERDICT_WORDS = {
    "error": "error",
    "not_known": "not known",
    "warning": "warning",
    "incomparable": "incomparable",
    "note": "note",
    "waived": "waived",
    "skip": "skipped",
    "pass": "passed",
}


def counts(report: Report) -> str:
    """``2 errors, 1 warning; 323 passed``; says so when there is nothing."""
    names = ("error", "not_known", "warning", "note")
    problems = verdict_counts({name: report.counts[name] for name in names}) or "no findings"
    return "; ".join(filter(None, (problems, other_counts(report))))


_NOUNS = {"error": "error", "not_known": "value", "warning": "warning", "note": "note"}


def verdict_counts(counts: t.Mapping[str, int]) -> str:
    """``2 errors, 1 value not known, 323 passed`` in the order given; "" when all are 0."""
    words = []
    for name, number in counts.items():
        if number:
            text = counted(number, _NOUNS[name]) if name in _NOUNS else f"{number:,} {VERDICT_WORDS[name]}"
            words.append(f"{text} not known" if name == "not_known" else text)
    return ", ".join(words)


def other_counts(report: Report) -> str:
    """``323 passed, 1 waived``: the verdicts that need no look; "" when there are none."""
    names = ("pass", "waived", "skip", "incomparable")
    return verdict_counts({name: report.counts[name] for name in names})


def scope(report: Report) -> str:
    """``2 of 3 hosts``; a fraction whenever a host is missing."""
    if report.reported == report.expected:
        return counted(report.reported, "host")
    return f"{report.reported:,} of {counted(report.expected, 'host')}"


def absent(report: Report, limit: int) -> list[str]:
    """A sentence for the hosts that are not in the report for the same reason; how many more there are after ``limit``.

    0 means all.
    """
    reasons: dict[tuple[str, str], list[str]] = {}
    for host in report.absent_hosts:
        reasons.setdefault((host["status"], host["message"]), []).append(host["host"])
    shown = list(reasons.items())[: limit or None]
    more = len(report.absent_hosts) - sum(len(names) for _reason, names in shown)
    sentences = [_absences(names, *reason) for reason, names in shown]
    return [*sentences, *([f"and {counted(more, 'more host')}"] if more else [])]


def _absences(names: t.Sequence[str], status: str, message: str) -> str:
    """``db01, db02 and 3 more hosts are unreachable: no route to host``."""
    more = len(names) - _NAMED_HOSTS
    named = ", ".join(names[:_NAMED_HOSTS]) + (f" and {counted(more, 'more host')}" if more > 0 else "")
    be = "is " if len(names) == 1 else "are "
    return f"{named} {'' if status == 'failed' else be}{status}" + (f": {message}" if message else "")


def absence(host: HostRow) -> str:
    """``db01 is unreachable: no route to host``."""
    status = host["status"] if host["status"] == "failed" else f"is {host['status']}"
    return f"{host['host']} {status}" + (f": {host['message']}" if host["message"] else "")


class Fact(t.NamedTuple):
    """A figure in the head of a report."""

    name: str
    value: str
    is_bad: bool = False


def facts(report: Report, units: str) -> list[Fact]:
    """What leads to action first. A sum of sizes is never called disk use: shared layers are in it once for each image.

    Figures that are not known are left out.
    """
    sums = report.totals
    distinct = sums["distinct_images"]
    copies = sums["images"] != distinct
    found = [
        Fact("Hosts that answered", scope_fraction(report), report.reported != report.expected),
        Fact("Reclaimable", reclaimable(report, units) or ""),
        Fact("Not used by a container", f"{sums['unused']:,}"),
        Fact("Held by stopped containers", held_by_stopped(report, units)),
        Fact("Images", f"{distinct:,}" if copies else f"{sums['images']:,}"),
        Fact("With copies", f"{sums['images']:,}" if copies else ""),
        Fact("Sum of sizes", size_text(sums["size"], units)),
        Fact("Layers on disk", "" if sums["layers_size"] is None else size_text(sums["layers_size"], units)),
        Fact("Dangling", f"{sums['dangling']:,}" if sums["dangling"] else ""),
        Fact("Use not known", f"{sums['unknown_usage']:,}" if sums["unknown_usage"] else ""),
    ]
    return [fact for fact in found if fact.value]


def reclaimable(report: Report, units: str) -> str | None:
    """``1.2 GB to 3.4 GB``: what images that no container uses do not share, and the sum of their sizes.

    Images that share layers only with one another free more than the first number, and never more than the second.
    """
    low, high = report.totals.get("unused_unique_size"), report.totals.get("unused_size")
    layers = report.totals["layers_size"]
    if high is None:
        return None
    high = high if layers is None else min(high, layers)
    least, most = size_text(low, units), size_text(high, units)
    if low is None:
        return f"up to {most}" if high else most
    if low >= high or least == most:
        return most
    number, _space, unit = least.rpartition(" ")
    return f"{number} to {most}" if most.endswith(f" {unit}") else f"{least} to {most}"


def held_by_stopped(report: Report, units: str) -> str:
    """``3 images (≥ 1.2 GB)``: what only stopped containers use, and what these images do not share; or ""."""
    number, size = report.totals.get("stopped"), report.totals.get("stopped_unique_size")
    if not number:
        return ""
    return counted(number, "image") + ("" if size is None else f" (≥ {size_text(size, units)})")


def scope_fraction(report: Report) -> str:
    """``195 of 200``, or ``200`` when all are there."""
    if report.reported == report.expected:
        return f"{report.reported:,}"
    return f"{report.reported:,} of {report.expected:,}"


def measured(report: Report) -> str:
    """``size as docker 28.5.2 (graphdriver) reports it``: without it, two reports must not be compared."""
    name = engine_name(report.engine) if report.engine else report.measure["engine"]
    if report.measure["metric"] == MIXED:
        return "compressed sizes of registries beside sizes of engines, which cannot be compared"
    name = {REGISTRY: "the registry", MIXED: "several engines"}.get(name, name)
    store = f" ({_short(report.measure['store'])})" if report.measure["store"] else ""
    metric = _short(report.measure["metric"]).replace("_", " ")
    return f"{metric} as {_short(name) or 'an unknown engine'}{store} reports it"


def _short(text: str) -> str:
    """The head of every report names the engine. Its name comes from a host, and must not fill the report."""
    return text if len(text) <= _LONGEST_FACT else f"{text[:_LONGEST_FACT]}…"


def engine_name(engine: EngineRow) -> str:
    """``docker 28.5.2``, as far as it is known."""
    return " ".join(filter(None, (engine["name"], engine["version"])))


def changes(report: Report) -> str:
    """``2 grown, 1 new, 61 unchanged``; "" without a baseline."""
    if report.changes is None:
        return ""
    counts = report.changes["counts"]
    parts = [f"{counts[kind]:,} {kind}" for kind in CHANGE_KINDS if counts.get(kind)]
    return ", ".join([*parts, f"{report.changes['unchanged']:,} unchanged"])


def change_sum(report: Report, units: str) -> str:
    """``+184 MB``: what all changes add up to; at least that where the report does not list all of them."""
    total = sum(report.change_sums.values())
    text = format_change(total, units) if total else size_text(0, units)
    return text if report.sums_every_change else f"about {text}"


def change_values(row: ChangeGroup, units: str) -> tuple[str, str]:
    """``+175 MB`` and ``612 → 787 MB (+28.6 %)``: the difference, and what it is made of."""
    if row["kind"] == "incomparable":
        return NONE, row["reason"]
    before, after = size_pair(row["before"], row["after"], units)
    if row["before"] is None or row["after"] is None:
        return format_change(change_in_bytes(row), units), row["kind"]
    ratio = "" if row["ratio"] is None else f" ({row['ratio'] * 100:+.1f} %)"
    return format_change(row["delta"] or 0, units), f"{arrow(before, after)}{ratio}"


def listed_changes(report: Report, min_change: int) -> list[ChangeGroup]:
    """The changes to list, the most bytes first; none that is smaller than ``min_change``.

    What cannot be compared may be of any size, and comes last.
    """
    rows = [
        row for row in report.change_groups if row["kind"] == "incomparable" or abs(change_in_bytes(row)) >= min_change
    ]
    kinds = {kind: place for place, kind in enumerate(CHANGE_KINDS)}
    return sorted(rows, key=lambda row: (kinds[row["kind"]], -abs(change_in_bytes(row)), row["name"], row["on"]))


def unlisted_changes(report: Report, rows: t.Sequence[ChangeGroup]) -> str:
    """``12 more changes``; "" where all are in ``rows``."""
    more = report.change_count - sum(row["hosts"] for row in rows)
    return counted(more, "more change") if more > 0 else ""


def rules_with_findings(rows: t.Sequence[RuleSummary]) -> list[RuleSummary]:
    """Those that a reader should see."""
    return [row for row in rows if row.groups or row.problems]


def rule_that_holds(row: RuleSummary) -> str:
    """``max-size``, ``max-size (2 waived)``, ``max-growth (skipped)``."""
    waived = row.rule["counts"].get("waived", 0)
    note = f" ({waived:,} waived)" if waived else " (skipped)" if row.verdict == "skip" else ""
    return f"{row.rule['rule']}{note}"


_BARS = "▁▂▃▄▅▆▇█"
_MOST_POINTS = 24


def trends_of(report: Report, top: int) -> list[Trend]:
    """The figures over the runs of the history; at most ``top`` images (0: all that the last run lists)."""
    return trends(report.history, top or MOST_CHANGES)


def sparkline(values: t.Sequence[int]) -> str:
    """The last values as blocks, the least the lowest: the one plot that shows everywhere."""
    values = values[-_MOST_POINTS:]
    least, most = min(values), max(values)
    if least == most:
        return _BARS[3] * len(values)
    return "".join(_BARS[(value - least) * (len(_BARS) - 1) // (most - least)] for value in values)


def trend_text(trend: Trend, units: str) -> str:
    """``25.6 GB, +1.2 GB over 12 runs, grew 3 runs in a row``."""
    change = trend.values[-1] - trend.values[0]
    by = format_change(change, units) if change else "unchanged"
    since = f"{by} since the baseline" if trend.is_image else f"{by} over {counted(len(trend.values), 'run')}"
    return ", ".join(filter(None, (size_text(trend.values[-1], units), since, trend.note)))
