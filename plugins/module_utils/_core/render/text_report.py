# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain text for terminals and job logs: what happened, who did not answer, what changed, the rules, the images."""

from __future__ import annotations

import re
import typing as t

from ..report.headline import limit_text, over_text, place_text, value_text
from ..safe_text import log_safe
from . import headlines
from .format_options import UNITS, Format, flag, integer, size, text
from .image_rows import held_images, in_use_text, on_hosts, stopped_text, verdicts_of, verdicts_of_images
from .numbers import age_text, counted, size_text
from .text_table import entry, table, wrapped

if t.TYPE_CHECKING:
    from ..report.rule_summaries import RuleSummary
    from ..report.schema import FindingGroup
    from .document import Report

_MOST_ABSENCES = 4
_MOST_TRENDS = 5
_LEAST_FINDINGS = 3
_LONGEST_RULE = 16
_DIGEST = re.compile(r"(@sha256:[0-9a-f]{12})[0-9a-f]{52}\Z")
_COLOURS = {"error": "31", "not_known": "31", "warning": "33", "incomparable": "33", "note": "36", "pass": "32"}


class TextStyle(t.NamedTuple):
    """How the text looks."""

    units: str
    top: int
    columns: int
    color: bool

    def paint(self, words: str, verdict: str, bold: bool = False) -> str:
        """The words in the colour of a verdict, where colours are wanted. Nothing in them moves a cursor."""
        code = _COLOURS.get(verdict)
        return f"\x1b[{'1;' if bold else ''}{code}m{words}\x1b[0m" if self.color and code else words


def render(report: Report, *, title: str, units: str, top: int, width: int, color: bool, min_change: int) -> str:
    """The whole report as text; each list shows at most ``top`` entries (0: all) and says how many there are."""
    look = TextStyle(units, top, width, color)
    lines = [
        log_safe(title),
        *(look.paint(line, "pass" if report.passed else "error", True) for line in wrapped(report.headline, width, 0)),
        "",
        *wrapped(", ".join(_fact(fact) for fact in headlines.facts(report, units)), width, 2, 2),
    ]
    absent = headlines.absent(report, _MOST_ABSENCES)
    if absent:
        lines += ["", look.paint("Hosts that are not in this report", "error")]
        lines += [line for sentence in absent for line in wrapped(log_safe(sentence), width)]
    lines += _changes(report, look, min_change)
    lines += _trend(report, look)
    lines += _rules(report, look)
    lines += _held(report, look)
    lines += _images(report, look)
    if report.warnings:
        lines += ["", "Remarks"]
        lines += [line for warning in report.warnings for line in wrapped(log_safe(warning), width)]
    measured = f"Measured: {log_safe(headlines.measured(report))}. Made {report.generated_at}."
    return "\n".join([*lines, "", *wrapped(measured, width, 0, 0)]) + "\n"


def _fact(fact: headlines.Fact) -> str:
    return f"{fact.name.lower()}: {fact.value}"


def _of(shown: int, total: int, what: str) -> str:
    return f"{what} ({shown:,} of {total:,})" if shown < total else f"{what} ({total:,})"


def short(name: str) -> str:
    """The name with twelve digits of its digest, as the engines' commands print."""
    return _DIGEST.sub(r"\1…", name)


def _changes(report: Report, look: TextStyle, min_change: int) -> list[str]:
    if report.changes is None:
        return []
    title = f"Against the baseline: {headlines.change_sum(report, look.units)} ({headlines.changes(report)})"
    lines = ["", *wrapped(title, look.columns, 0, 2)]
    rows = headlines.listed_changes(report, min_change)
    for row in rows[: look.top or None]:
        difference, values = headlines.change_values(row, look.units)
        place = place_text(row["hosts"], row["on"]) if report.is_fleet else ""
        lines += entry(f"{difference:>9}", short(row["name"]), ", ".join(filter(None, (values, place))), look.columns)
    more = headlines.unlisted_changes(report, rows[: look.top or None])
    return [*lines, *([f"  and {more}"] if more else [])]


def _trend(report: Report, look: TextStyle) -> list[str]:
    rows = headlines.trends_of(report, min(look.top or _MOST_TRENDS, _MOST_TRENDS))
    if not rows:
        return []
    lines = ["", f"Trend over {counted(len(report.history), 'run')}"]
    for row in rows:
        details = f"{headlines.sparkline(row.values)}  {headlines.trend_text(row, look.units)}"
        lines += entry("", short(row.name), details, look.columns)
    return lines


def _rules(report: Report, look: TextStyle) -> list[str]:
    rows = report.rule_summaries
    loud = headlines.rules_with_findings(rows)
    lines: list[str] = []
    if loud:
        room = max(_LEAST_FINDINGS, look.top // len(loud)) if look.top else 0
        lines += ["", _of(len(loud), len(rows), "Rules with findings")]
        for row in loud:
            lines += _rule(report, row, look, room)
    passed = [headlines.rule_that_holds(row) for row in rows if not row.groups and not row.problems and row.verdict]
    if passed:
        lines += ["", *wrapped(f"Rules that hold: {log_safe(', '.join(passed))}", look.columns, 0, 2)]
    return lines


def _rule(report: Report, row: RuleSummary, look: TextStyle, room: int) -> list[str]:
    limit = limit_text(row.rule, look.units)
    words = f"{row.rule['rule']}{f', limit {limit}' if limit else ''}: {row.share}"
    level = headlines.VERDICT_WORDS[row.verdict]
    first, *rest = wrapped(f"{level}  {log_safe(words)}", look.columns, 2, 4)
    lines = [first.replace(level, look.paint(level, row.verdict), 1), *rest]
    shown = row.groups[: room or None]
    for group in shown:
        lines += entry(
            "", short(group["image"] or ""), finding_text(group, look.units, report.is_fleet), look.columns, 6
        )
    more = row.problems - sum(max(1, group["hosts"]) for group in shown)
    return [*lines, *([f"      and {counted(more, 'more finding')}"] if more > 0 else [])]


def finding_text(group: FindingGroup, units: str, with_place: bool) -> str:
    """``612 → 787 MB, limit 642 MB (+145 MB), on web01``."""
    over = over_text(group, units)
    value = value_text(group, units) + (f" ({over})" if over else "")
    place = place_text(group["hosts"], group["on"]) if with_place else ""
    return ", ".join(filter(None, (value, place)))


def _held(report: Report, look: TextStyle) -> list[str]:
    rows = held_images(report)
    if not rows:
        return []
    shown = rows[: look.top or None]
    lines = ["", _of(len(shown), len(rows), "Images that only stopped containers use")]
    for row in shown:
        place = on_hosts(row) if report.is_fleet else ""
        size = "" if row["unique_size"] is None else f"{size_text(row['unique_size'], look.units):>9}"
        lines += entry(size, short(row["name"]), ", ".join(filter(None, (stopped_text(row), place))), look.columns)
    return lines


def _images(report: Report, look: TextStyle) -> list[str]:
    groups = report.image_groups
    if not groups:
        return []
    broken = verdicts_of_images(report)
    rows = [
        [
            size_text(row["size"], look.units),
            "" if report.is_fleet else size_text(row["unique_size"], look.units),
            f"{row['hosts']:,}" if report.is_fleet else "",
            age_text(row["age_seconds"]),
            in_use_text(row, report.is_fleet),
            "" if row["state"] == "tagged" else row["state"].replace("_", " "),
            _rules_text(list(verdicts_of(row, broken))),
            short(row["name"]),
        ]
        for row in groups[: look.top or None]
    ]
    total = report.totals["distinct_images"] if report.is_fleet else report.totals["images"]
    heading = _of(len(rows), max(total, len(rows)), "Images, the largest first")
    header = ("size", "not shared", "hosts", "age", "in use", "state", "breaks", "image")
    right = ("size", "not shared", "hosts", "age", "in use")
    return ["", heading, *table(header, rows, right, look.columns)]


def _rules_text(rules: t.Sequence[str]) -> str:
    """The first rule that the image breaks, and how many more."""
    if not rules:
        return ""
    first = rules[0] if len(rules[0]) <= _LONGEST_RULE else f"{rules[0][: _LONGEST_RULE - 1]}…"
    return first if len(rules) == 1 else f"{first} +{len(rules) - 1}"


FORMAT = Format(
    {
        "title": text("Image report"),
        "units": UNITS,
        "top": integer(20),
        "width": integer(80),
        "color": flag(False),
        "min_change": size(0),
    },
    render,
)
