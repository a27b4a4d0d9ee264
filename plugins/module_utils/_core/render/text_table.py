# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain text for terminals and job logs: the verdict, what is wrong, what changed, the largest images.

Columns are aligned by how wide characters are shown, not by how many there are.
"""

from __future__ import annotations

import typing as t
import unicodedata

from ..safe_text import log_safe
from . import headlines
from .format_options import UNITS, Format, integer, text
from .numbers import NONE, age_text, count_text, size_change, size_pair, size_text
from .records import unique_size

if t.TYPE_CHECKING:
    from ..report.schema import ImageRow
    from .document import Report

Table = list[list[str]]

# Wider cells extend beyond their column. Otherwise one name of a megabyte would pad each row with a megabyte of spaces.
_WIDEST = 200


def width(value: str) -> int:
    """Columns of a terminal: East Asian wide characters take two, combining and invisible ones none."""
    if value.isascii():
        return len(value)
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in value
    )


def table(header: t.Sequence[str], rows: t.Sequence[t.Sequence[str]], right: t.Collection[str] = ()) -> list[str]:
    """Aligned lines below an upper-case header, as the engines' commands print; columns in ``right`` are numbers."""
    cells = [[name.upper() for name in header], *[[log_safe(value) for value in row] for row in rows]]
    widths = [min(_WIDEST, max(width(row[index]) for row in cells)) for index in range(len(header))]
    lines = []
    for row in cells:
        padded = []
        for name, value, wide in zip(header, row, widths):
            space = " " * (wide - width(value))
            padded.append(space + value if name in right else value + space)
        lines.append("  " + "   ".join(padded).rstrip())
    return lines


def _without_host(header: t.Sequence[str], rows: Table, report: Report) -> tuple[list[str], Table]:
    """A report about one host does not repeat its name in each row."""
    if report.is_fleet or "host" not in header:
        return list(header), rows
    place = list(header).index("host")
    return [*header[:place], *header[place + 1 :]], [[*row[:place], *row[place + 1 :]] for row in rows]


def _section(
    title: str, header: t.Sequence[str], rows: Table, report: Report, right: t.Collection[str] = ()
) -> list[str]:
    return ["", title, *table(*_without_host(header, rows, report), right=right)]


def render(report: Report, *, title: str, units: str, top: int) -> str:
    """The whole report as text; each table shows at most ``top`` rows (0: all) and says how many there are."""
    totals = ", ".join(f"{name.lower()} {value}" for name, value in headlines.totals(report, units))
    lines = [
        f"{log_safe(title)}: {headlines.verdict(report).upper()}",
        f"  {headlines.scope(report)}, {totals}",
        "  " + "; ".join(filter(None, (headlines.problem_counts(report), headlines.other_counts(report)))),
    ]
    lines += [f"  ! {log_safe(reason)}" for reason in report.reasons]
    absent = headlines.absent(report, top)
    if absent:
        lines += ["", "Hosts that are not in this report", *(f"  {log_safe(sentence)}" for sentence in absent)]
    lines += _findings(report, top)
    lines += _changes(report, units, top)
    lines += _images(report, units, top)
    if report.warnings:
        lines += ["", "Remarks", *(f"  {log_safe(warning)}" for warning in report.warnings)]
    lines += ["", f"Measured: {log_safe(headlines.measured(report))}. Made {report.generated_at}."]
    return "\n".join(lines) + "\n"


def _of(shown: int, total: int, what: str) -> str:
    return f"{what} ({shown:,} of {total:,})" if shown < total else f"{what} ({total:,})"


def _findings(report: Report, top: int) -> list[str]:
    chosen = report.problems[: top or None]
    if not chosen:
        return []
    rows = [
        [headlines.VERDICT_WORDS[found.verdict], found.rule, found.host or NONE, found.image or NONE, found.message]
        for found in chosen
    ]
    heading = _of(len(chosen), report.problem_count, "Findings")
    return _section(heading, ("level", "rule", "host", "image", "finding"), rows, report)


def _changes(report: Report, units: str, top: int) -> list[str]:
    if report.changes is None:
        return []
    rows = []
    for kind, row in report.changed_rows[: top or None]:
        before, after = size_pair(row["before"], row["after"], units)
        change = row.get("reason", "") if kind == "incomparable" else size_change(row["delta"], row["ratio"], units)
        rows.append(
            [
                kind,
                row["host"],
                row["name"],
                NONE if row["before"] is None else before,
                NONE if row["after"] is None else after,
                change,
            ]
        )
    heading = f"Against the baseline: {headlines.changes(report)}"
    if not rows:
        return ["", heading]
    header = ("change", "host", "image", "before", "after", "difference")
    return _section(heading, header, rows, report, right=("before", "after"))


def _images(report: Report, units: str, top: int) -> list[str]:
    if not report.images:
        return []
    largest = sorted(report.images, key=lambda row: (-row["size"], row["name"], row["host"], row["id"]))[: top or None]
    rows = [_image(row, units) for row in largest]
    heading = _of(len(rows), report.totals["images"], "Images, the largest first")
    header = ("image", "host", "size", "not shared", "age", "containers", "state")
    return _section(heading, header, rows, report, right=("size", "not shared", "age", "containers"))


def _image(row: ImageRow, units: str) -> list[str]:
    return [
        row["name"],
        row["host"],
        size_text(row["size"], units),
        size_text(unique_size(row), units),
        age_text(row["age_seconds"]),
        count_text(row["containers"]),
        row["state"].replace("_", " "),
    ]


FORMAT = Format({"title": text("Image report"), "units": UNITS, "top": integer(20)}, render)
