# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitHub-flavoured Markdown, for step summaries and for comments on pull and merge requests.

What happened comes first, then who did not answer, what changed, a row for each rule, and tables folded away. GitHub
throws a whole summary away when it is over 1 MiB, so there is a budget: sections that would exceed it are left out,
whole, and named.
"""

from __future__ import annotations

import typing as t

from ..report.headline import limit_text, over_text, place_text, value_text
from ..report.repositories import repository_sums
from . import headlines
from .format_options import UNITS, Format, integer, size, text
from .image_rows import held_images, on_hosts, stopped_text, use_text, verdicts_of, verdicts_of_images
from .markdown_text import code, escaped, section
from .numbers import NONE, age_text, counted, size_text

if t.TYPE_CHECKING:
    from ..report.rule_summaries import RuleSummary
    from ..report.schema import FindingGroup, ImageGroup
    from .document import Report

_ICONS = {"error": "❌", "not_known": "❔", "warning": "🟠", "incomparable": "≠", "note": "🔵"}
_BAR = 12
_RESERVE = 256
_MOST_ABSENCES = 4
_MOST_RULES = 100


class Section(t.NamedTuple):
    """A part that is left out as a whole when it does not fit; ``rows`` is what a reader then misses."""

    name: str
    rows: int
    text: str


def render(report: Report, *, title: str, units: str, budget: int, top: int, min_change: int) -> str:
    """Markdown of at most ``budget`` bytes, as long as what happened itself fits."""
    result = _head(report, title, units)
    foot = f"\n<sub>{escaped(headlines.measured(report))}. {report.generated_at}</sub>\n"
    room = budget - len((result + foot).encode()) - _RESERVE
    sections: list[t.Callable[[int], Section | None]] = [
        lambda room: _absent(report),
        lambda room: _changes(report, units, top, min_change),
        lambda room: _trend(report, units, top),
        lambda room: _rules(report, units),
        *((lambda room, row=row: _findings(report, row, units, top, room)) for row in _loud(report)),
        lambda room: _held(report, units, top),
        lambda room: _images(report, units, top),
        lambda room: _repositories(report, units, top),
        lambda room: _hosts(report, units),
        lambda room: _remarks(report),
    ]
    left_out: dict[str, int] = {}
    for make in sections:
        part = make(room)
        if part is None or not part.text:
            continue
        needed = len(part.text.encode())
        if needed > room:
            left_out[part.name] = left_out.get(part.name, 0) + part.rows
            continue
        room -= needed
        result += part.text
    if left_out:
        names = ", ".join(f"{name} ({counted(rows, 'row')})" for name, rows in left_out.items())
        result += f"\nLeft out to stay within {budget:,} bytes: {names}.\n"
    return result + foot


def _head(report: Report, title: str, units: str) -> str:
    """What happened, and the figures."""
    facts = " · ".join(f"{fact.name}: **{fact.value}**" for fact in headlines.facts(report, units))
    return "\n".join(
        [
            "<!-- image-report -->",
            f"### {'✅' if report.passed else '❌'} {escaped(title)}",
            "",
            f"**{escaped(report.headline)}**",
            "",
            facts,
            "",
        ]
    )


def _absent(report: Report) -> Section:
    lines = [f"- {escaped(sentence)}" for sentence in headlines.absent(report, _MOST_ABSENCES)]
    text_ = "\n#### Hosts that are not in this report\n\n" + "\n".join(lines) + "\n" if lines else ""
    return Section("hosts that are not in the report", len(report.absent_hosts), text_)


def _changes(report: Report, units: str, top: int, min_change: int) -> Section | None:
    """The sum, and what changed most."""
    if report.changes is None:
        return None
    shown = headlines.listed_changes(report, min_change)[: top or None]
    rows = []
    for row in shown:
        difference, values = headlines.change_values(row, units)
        place = [escaped(place_text(row["hosts"], row["on"]))] if report.is_fleet else []
        rows.append([difference, code(row["name"]), escaped(values), *place])
    header = ["Difference:", "Image", "What changed", *(["Where"] if report.is_fleet else [])]
    name = f"Against the baseline: {headlines.change_sum(report, units)} ({headlines.changes(report)})"
    more = report.change_count - sum(row["hosts"] for row in shown)
    return Section("changes", report.change_count, section(name, header, rows, folded=False, more=more))


def _trend(report: Report, units: str, top: int) -> Section | None:
    """Sparklines over the runs of the history."""
    rows = [
        [
            code(row.name) if row.is_image else row.name,
            headlines.sparkline(row.values),
            headlines.trend_text(row, units),
        ]
        for row in headlines.trends_of(report, top)
    ]
    if not rows:
        return None
    heading = f"Trend over {counted(len(report.history), 'run')}"
    return Section("trend", len(rows), section(heading, ["", "", ""], rows, folded=False))


def _loud(report: Report) -> list[RuleSummary]:
    return headlines.rules_with_findings(report.rule_summaries)[:_MOST_RULES]


def _rules(report: Report, units: str) -> Section | None:
    """A row for each rule with findings, the worst first; the others are named."""
    loud, rows = headlines.rules_with_findings(report.rule_summaries), []
    for row in loud[:_MOST_RULES]:
        worst = row.groups[0] if row.groups else None
        rows.append(
            [
                f"{_ICONS[row.verdict]} {headlines.VERDICT_WORDS[row.verdict]}",
                escaped(row.rule["rule"]),
                escaped(limit_text(row.rule, units)),
                row.share,
                code(worst["image"]) if worst and worst["image"] else "",
                escaped(_worst(worst, units, report.is_fleet)) if worst else "",
            ]
        )
    holding = [headlines.rule_that_holds(row) for row in report.rule_summaries if row.verdict and row not in loud]
    text_ = ""
    if rows:
        header = ["", "Rule", "Limit", "Findings:", "Worst image", "Worst value"]
        text_ = section("Rules", header, rows, folded=False, more=len(loud) - len(rows))
    if holding:
        text_ += f"\nRules that hold: {escaped(', '.join(holding[:_MOST_RULES]))}\n"
    return Section("rules", len(loud), text_)


def _worst(group: FindingGroup, units: str, with_place: bool) -> str:
    over = over_text(group, units)
    value = value_text(group, units) + (f" ({over})" if over else "")
    return ", ".join(filter(None, (value, place_text(group["hosts"], group["on"]) if with_place else "")))


def _findings(report: Report, row: RuleSummary, units: str, top: int, room: int) -> Section | None:
    """The findings of one rule, folded away. This is cut by rows: some findings are better than none."""
    if len(row.groups) < 2 and not row.unlisted:
        return None  # the row of the rule says it all
    header = ["Image", "Value", *(["Where"] if report.is_fleet else [])]
    name = f"{escaped(row.rule['rule'])}: {row.share}"
    used = 200 + len(name.encode())
    rows: list[list[str]] = []
    for group in row.groups[: top or None]:
        place = [escaped(place_text(group["hosts"], group["on"]))] if report.is_fleet else []
        cells = [code(group["image"]) if group["image"] else "", escaped(_worst(group, units, False)), *place]
        used += sum(len(cell.encode()) + 3 for cell in cells) + 2
        if used > room:
            break
        rows.append(cells)
    more = row.problems - sum(max(1, group["hosts"]) for group in row.groups[: len(rows)])
    if not rows:
        return Section("findings", row.problems, " " * (max(0, room) + 1))
    return Section("findings", row.problems, section(name, header, rows, folded=True, more=more))


def _held(report: Report, units: str, top: int) -> Section:
    held = held_images(report)
    rows = [
        [
            code(row["name"]),
            *([escaped(on_hosts(row))] if report.is_fleet else [size_text(row["unique_size"], units)]),
            escaped(stopped_text(row)),
        ]
        for row in held[: top or None]
    ]
    header = ["Image", "Where" if report.is_fleet else "Not shared:", "Containers"]
    name = f"Images that only stopped containers use ({len(held):,})"
    return Section(
        "stopped containers", len(rows), section(name, header, rows, folded=True, more=len(held) - len(rows))
    )


def _images(report: Report, units: str, top: int) -> Section:
    groups = report.image_groups[: top or None]
    broken = verdicts_of_images(report)
    biggest = max((row["size"] for row in groups), default=0)
    rows = [_image(row, biggest, units, list(verdicts_of(row, broken)), report) for row in groups]
    fleet = report.is_fleet
    header = ["Image", *(["Hosts:"] if fleet else []), "Size:", "", *([] if fleet else ["Not shared:"]), "Age:"]
    header += ["In use:", "Breaks"]
    total = max(len(rows), report.totals["distinct_images"] if fleet else report.totals["images"])
    name = "Images, the largest first" + (f" ({len(rows):,} of {total:,})" if len(rows) < total else f" ({total:,})")
    return Section("images", len(rows), section(name, *_known(header, rows), folded=True))


def _image(row: ImageGroup, biggest: int, units: str, broken: t.Sequence[str], report: Report) -> list[str]:
    hosts = f"{row['hosts']:,} of {report.reported:,}"
    return [
        code(row["name"]),
        *([hosts] if report.is_fleet else []),
        size_text(row["size"], units),
        _bar(row["size"], biggest),
        *([] if report.is_fleet else [size_text(row["unique_size"], units)]),
        age_text(row["age_seconds"]),
        use_text(row, report.is_fleet),
        escaped(", ".join(broken)),
    ]


def _known(header: t.Sequence[str], rows: t.Sequence[t.Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Without the columns in which nothing is known."""
    known = [at for at in range(len(header)) if any(row[at] not in ("", NONE, "unknown") for row in rows)]
    return [header[at] for at in known], [[row[at] for at in known] for row in rows]


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
        for host in [*report.absent_hosts, *(host for host in report.hosts if host["status"] == "reported")]
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
    {
        "title": text("Image report"),
        "units": UNITS,
        "budget": size(900 * 1024),
        "top": integer(20),
        "min_change": size(0),
    },
    render,
)
