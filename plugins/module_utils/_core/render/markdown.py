# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitHub-flavoured Markdown, for step summaries and notes on merge requests.

The verdict comes first, then what failed, what changed, and tables folded away. GitHub throws a whole summary away when
it is over 1 MiB, so there is a budget: sections that would exceed it are left out, whole, and named.
"""

from __future__ import annotations

import typing as t

from ..report.repositories import repository_sums
from . import headlines
from .format_options import UNITS, Format, integer, size, text
from .markdown_text import code, escaped, section
from .numbers import age_text, count_text, counted, size_change, size_pair, size_text
from .records import unique_size

if t.TYPE_CHECKING:
    from .document import Report

_ICONS = {"error": "❌", "not_known": "❔", "warning": "⚠️", "incomparable": "≠", "note": "🛈"}
_BAR = 12
_RESERVE = 1024


class Section(t.NamedTuple):
    """A part that is left out as a whole when it does not fit; ``rows`` is what a reader then misses."""

    name: str
    rows: int
    text: str


def render(report: Report, *, title: str, units: str, budget: int, top: int) -> str:
    """Markdown of at most ``budget`` bytes, as long as the verdict itself fits."""
    result = _head(report, title, units, budget // 2)
    room = budget - len(result.encode()) - _RESERVE
    left_out = []
    findings = _findings_that_fit(report, room)
    sections = [
        *([findings] if findings else []),
        _absent(report, top),
        _changes(report, units, top),
        _largest(report, units, top),
        _repositories(report, units, top),
        _hosts(report, units),
        _remarks(report),
    ]
    for part in sections:
        if part is None or not part.text:
            continue
        needed = len(part.text.encode())
        if needed > room:
            left_out.append(f"{part.name} ({counted(part.rows, 'row')})")
            continue
        room -= needed
        result += part.text
    if left_out:
        result += f"\nLeft out to stay within {budget:,} bytes: {', '.join(left_out)}.\n"
    return result


def _head(report: Report, title: str, units: str, room: int) -> str:
    """The verdict and its reasons, as many as have room."""
    icon = "✅" if report.passed else "❌"
    reasons: list[str] = []
    for reason in report.reasons:
        line = f"- {escaped(reason)}"
        room -= len(line.encode()) + 1
        if room < 0:
            reasons.append(f"- and {counted(len(report.reasons) - len(reasons), 'more reason')}")
            break
        reasons.append(line)
    lines = [
        "<!-- image-report -->",
        f"### {icon} {escaped(title)}: {headlines.problem_counts(report)}, {headlines.scope(report)}",
        "",
        *reasons,
        *([""] if reasons else []),
        " · ".join(f"{name}: **{value}**" for name, value in headlines.totals(report, units)),
        "",
        f"<sub>{escaped(headlines.measured(report))}. {report.generated_at}</sub>",
        "",
    ]
    return "\n".join(lines)


def _findings_that_fit(report: Report, room: int) -> Section | None:
    """The table of what is wrong. Alone among the sections it is cut by rows: some errors are better than none."""
    findings, with_host = report.problems, report.is_fleet
    if not findings:
        return None
    header = ["", "Rule", *(["Host"] if with_host else []), "Image", "Finding"]
    rows: list[list[str]] = []
    used = 200
    for finding in findings:
        cells = [
            f"{_ICONS[finding.verdict]} {headlines.VERDICT_WORDS[finding.verdict]}",
            escaped(finding.rule),
            *([escaped(finding.host or "")] if with_host else []),
            code(finding.image) if finding.image else "",
            escaped(finding.message),
        ]
        used += sum(len(cell.encode()) + 3 for cell in cells) + 2
        if used > room:
            break
        rows.append(cells)
    text_ = section("Findings", header, rows, folded=False) if rows else ""
    if len(rows) < report.problem_count:
        text_ += f"\n{counted(report.problem_count - len(rows), 'more finding')} not shown.\n"
    return Section("findings", report.problem_count, text_)


def _absent(report: Report, top: int) -> Section:
    lines = [f"- {escaped(sentence)}" for sentence in headlines.absent(report, top)]
    text_ = "\n#### Hosts that are not in this report\n\n" + "\n".join(lines) + "\n" if lines else ""
    return Section("hosts that are not in the report", len(report.absent_hosts), text_)


def _changes(report: Report, units: str, top: int) -> Section | None:
    """What changed stands open; what did not is a number."""
    if report.changes is None:
        return None
    rows = []
    changed = report.changed_rows
    for kind, row in changed[: top or None]:
        before, after = size_pair(row["before"], row["after"], units)
        difference = row.get("reason", "") if kind == "incomparable" else size_change(row["delta"], row["ratio"], units)
        rows.append(
            [
                kind,
                *([escaped(row["host"])] if report.is_fleet else []),
                code(row["name"]),
                "" if row["before"] is None else before,
                "" if row["after"] is None else after,
                "" if row["delta"] is None and kind != "incomparable" else escaped(difference),
            ]
        )
    header = ["Change", *(["Host"] if report.is_fleet else []), "Image", "Before:", "After:", "Difference"]
    name = f"Against the baseline: {headlines.changes(report)}"
    more = report.change_count - len(rows)
    return Section("changes", report.change_count, section(name, header, rows, folded=False, more=more))


def _largest(report: Report, units: str, top: int) -> Section:
    largest = sorted(report.images, key=lambda row: (-row["size"], row["name"], row["host"], row["id"]))[: top or None]
    biggest = max((row["size"] for row in largest), default=0)
    rows = [
        [
            code(row["name"]),
            *([escaped(row["host"])] if report.is_fleet else []),
            size_text(row["size"], units),
            _bar(row["size"], biggest),
            size_text(unique_size(row), units),
            age_text(row["age_seconds"]),
            count_text(row["containers"]),
        ]
        for row in largest
    ]
    header = ["Image", *(["Host"] if report.is_fleet else []), "Size:", "", "Not shared:", "Age:", "Containers:"]
    total = report.totals["images"]
    name = "Images, the largest first" + (f" ({len(rows):,} of {total:,})" if len(rows) < total else f" ({total:,})")
    return Section("images", len(rows), section(name, header, rows, folded=True))


def _bar(value: int, biggest: int) -> str:
    """A bar of blocks: the one plot that shows in a table everywhere."""
    if value <= 0 or biggest <= 0:
        return ""
    return "▇" * max(1, round(_BAR * value / biggest))


def _repositories(report: Report, units: str, top: int) -> Section | None:
    sums = repository_sums(report.repositories)
    if len(sums) < 2:
        return None
    ordered = sorted(sums.items(), key=lambda item: (-(item[1]["size"] or 0), item[0]))
    rows = [[code(name), f"{row['images']:,}", size_text(row["size"], units)] for name, row in ordered[: top or None]]
    more = len(ordered) - len(rows)
    text_ = section("Repositories", ["Repository", "Images:", "Sum of sizes:"], rows, folded=True, more=more)
    return Section("repositories", len(rows), text_)


def _hosts(report: Report, units: str) -> Section | None:
    if not report.is_fleet:
        return None
    rows = [
        [escaped(host["host"]), host["status"], _number(host["images"]), size_text(host["size"], units)]
        for host in report.hosts
    ]
    return Section(
        "hosts", len(rows), section("Hosts", ["Host", "Status", "Images:", "Sum of sizes:"], rows, folded=True)
    )


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _remarks(report: Report) -> Section:
    lines = [f"- {escaped(warning)}" for warning in report.warnings]
    return Section("remarks", len(lines), "\n#### Remarks\n\n" + "\n".join(lines) + "\n" if lines else "")


FORMAT = Format(
    {"title": text("Image report"), "units": UNITS, "budget": size(900 * 1024), "top": integer(20)},
    render,
)
