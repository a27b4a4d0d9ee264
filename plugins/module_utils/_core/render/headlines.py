# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of a report that people read first, the same in every format for people: verdict, scope, totals."""

from __future__ import annotations

import typing as t

from ..report.schema import CHANGE_KINDS
from .numbers import counted, size_text

if t.TYPE_CHECKING:
    from ..report.schema import EngineRow, HostRow
    from .document import Report

_LONGEST_FACT = 200

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


def verdict(report: Report) -> str:
    """``Failed`` or ``Passed``."""
    return "Passed" if report.passed else "Failed"


def problem_counts(report: Report) -> str:
    """``2 errors, 1 warning``; says so when there is nothing."""
    names = ("error", "not_known", "warning", "note")
    return verdict_counts({name: report.counts[name] for name in names}) or "no findings"


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
    """One sentence for each host that is not in the report; of more than ``limit`` (0: no limit), how many more."""
    hosts = report.absent_hosts
    shown = hosts[: limit or None]
    more = [f"and {counted(len(hosts) - len(shown), 'more host')}"] if len(shown) < len(hosts) else []
    return [*(absence(host) for host in shown), *more]


def absence(host: HostRow) -> str:
    """``db01 is unreachable: no route to host``."""
    status = host["status"] if host["status"] == "failed" else f"is {host['status']}"
    return f"{host['host']} {status}" + (f": {host['message']}" if host["message"] else "")


def totals(report: Report, units: str) -> list[tuple[str, str]]:
    """Names and values. A sum of sizes is never called disk use: layers that images share are in it once for each."""
    sums = report.totals
    facts = [
        ("Images", f"{sums['images']:,}"),
        ("Distinct images", f"{sums['distinct_images']:,}"),
        ("Sum of sizes", size_text(sums["size"], units)),
        ("Not shared with another image", size_text(sums["unique_size"], units)),
        ("Layers on disk", size_text(sums["layers_size"], units)),
        ("Not used by a container", f"{sums['unused']:,}"),
        ("Dangling", f"{sums['dangling']:,}"),
    ]
    left_out = {"Distinct images"} if sums["distinct_images"] == sums["images"] else set()
    if sums["unique_size"] is None:
        left_out.add("Not shared with another image")
    if sums["layers_size"] is None:
        left_out.add("Layers on disk")
    if sums["unknown_usage"]:
        facts.append(("Use not known", f"{sums['unknown_usage']:,}"))
    return [fact for fact in facts if fact[0] not in left_out]


def measured(report: Report) -> str:
    """``size as docker 28.5.2 (graphdriver) reports it``: without it, two reports must not be compared."""
    name = engine_name(report.engine) if report.engine else report.measure["engine"]
    store = f" ({_short(report.measure['store'])})" if report.measure["store"] else ""
    return f"{_short(report.measure['metric'])} as {_short(name) or 'an unknown engine'}{store} reports it"


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
