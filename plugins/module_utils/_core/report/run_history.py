# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of a report: a line for each run, in a file that a pipeline keeps, and the trends that follow from it.

    {"at": "2026-01-01T00:00:00Z", "changed": {"acme/web:1.2": [612000000, 787000000]}, "images": 60, ...}

Lines do not depend on one another, so the lines of two branches can stand in one file in any order.
"""

from __future__ import annotations

import contextlib
import json
import typing as t

from ..errors import InputError, shown
from ..json_text import printable_json
from ..quantities import parse_integer
from ..timestamps import format_epoch, to_epoch
from .checks.currency import FirstSeen
from .groups import change_in_bytes

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .schema import ChangeGroup, HistoryRow, ReportDocument

HISTORY_SCHEMA = "image_report_history/1"
MOST_RUNS = 500
MOST_BYTES = 1024 * 1024
MOST_CHANGES = 50
MOST_OUTDATED = 100
SHOWN_RUNS = 60
"""How many runs a report holds."""

_LONGEST_NAME = 300
_NUMBERS = ("reported", "expected", "images", "size", "unused_size", "change")


def parse_history(text: str, where: str) -> list[HistoryRow]:
    """The runs by time. Raises InputError that names the line."""
    rows: dict[str, HistoryRow] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            row = _row(line, f"{where}, line {number}")
            rows[row["at"]] = row
    return [rows[at] for at in sorted(rows)]


def _row(line: str, where: str) -> HistoryRow:
    data: t.Any = None
    with contextlib.suppress(ValueError, RecursionError):
        data = json.loads(line)
    if not isinstance(data, dict) or data.get("schema") != HISTORY_SCHEMA:
        raise InputError(f"{where} is not a run of the schema {HISTORY_SCHEMA}, got {shown(line)}", "E_HISTORY")
    changed = data.get("changed")
    pairs: t.Iterable[tuple[t.Any, t.Any]] = changed.items() if isinstance(changed, dict) else ()
    numbers = {
        name: None if data.get(name) is None else parse_integer(data[name], f"{where}: {name}", "E_HISTORY")
        for name in _NUMBERS
    }
    outdated = data.get("outdated")
    times: t.Iterable[tuple[t.Any, t.Any]] = outdated.items() if isinstance(outdated, dict) else ()
    row: HistoryRow = {
        "at": format_epoch(to_epoch(data.get("at"), f"{where}: at", "E_HISTORY")),
        "passed": data.get("passed") is True,
        **numbers,  # type: ignore[typeddict-item]
        "changed": {str(name): _sizes(sizes, f"{where}: changed[{shown(name)}]") for name, sizes in pairs},
    }
    if isinstance(outdated, dict):
        row["outdated"] = {
            str(name): format_epoch(to_epoch(at, f"{where}: outdated[{shown(name)}]", "E_HISTORY"))
            for name, at in times
        }
    return row


def _sizes(value: t.Any, where: str) -> list[int]:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError(f"{where} must be two sizes, got {shown(value)}", "E_HISTORY")
    return [parse_integer(size, where, "E_HISTORY", minimum=0) for size in value]


def first_seen_in(rows: Sequence[HistoryRow]) -> FirstSeen:
    """What the last run knew of images that are outdated."""
    times = rows[-1].get("outdated", {}) if rows else {}
    return FirstSeen(times, len(times) < MOST_OUTDATED)


def run_of(document: ReportDocument, before: FirstSeen | None = None) -> HistoryRow:
    """The line of this run, with the largest changes, and with what is outdated since when."""
    totals, scope, changes = document["totals"], document["scope"], document["changes"]
    groups, sums = (changes.get("groups", []), changes.get("sums", {})) if changes else ([], {})
    row: HistoryRow = {
        "at": document["generated_at"],
        "passed": document["gate"]["passed"],
        "reported": scope["reported"],
        "expected": scope["expected"],
        "images": totals["images"],
        "size": totals["size"],
        "unused_size": totals.get("unused_size"),
        "change": None if changes is None else sum(sums.values()),
        "changed": _largest(groups),
    }
    if any(rule["check"] == "outdated" for rule in document.get("rules", [])):
        row["outdated"] = _outdated(document, before or FirstSeen({}, True))
    return row


def _outdated(document: ReportDocument, before: FirstSeen) -> dict[str, str]:
    """The images that are outdated, the longest first; those that have just become so at last."""
    now = document["generated_at"]
    found = {
        group["id"]: before.times.get(group["id"], now)
        for group in document.get("finding_groups", [])
        if group["check"] == "outdated" and group["status"] == "fail" and group["id"]
    }
    ordered = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return dict(ordered[:MOST_OUTDATED])


def _largest(groups: Sequence[ChangeGroup]) -> dict[str, list[int]]:
    ordered = sorted(groups, key=lambda row: (-abs(change_in_bytes(row)), row["name"]))
    found: dict[str, list[int]] = {}
    for row in ordered:
        if row["delta"] is not None and len(row["name"]) <= _LONGEST_NAME and len(found) < MOST_CHANGES:
            found.setdefault(row["name"], [row["before"] or 0, row["after"] or 0])
    return found


def history_text(rows: Sequence[HistoryRow]) -> str:
    """The file: the newest runs that fit, a line each, the oldest first."""
    lines: list[str] = []
    size = 0
    for row in reversed(rows[-MOST_RUNS:]):
        line = printable_json({"schema": HISTORY_SCHEMA, **row}) + "\n"
        size += len(line)
        if size > MOST_BYTES:
            break
        lines.append(line)
    return "".join(reversed(lines))


def with_run(rows: Sequence[HistoryRow], run: HistoryRow) -> list[HistoryRow]:
    """The history with this run, which takes the place of one at the same time."""
    return sorted([*(row for row in rows if row["at"] != run["at"]), run], key=lambda row: row["at"])


class Trend(t.NamedTuple):
    """A figure over the runs; runs that do not know it are left out."""

    name: str
    values: list[int]
    note: str
    """What stands out: ``grew 3 runs in a row``."""
    is_image: bool


def trends(rows: Sequence[HistoryRow], limit: int) -> list[Trend]:
    """The sum of sizes, what images that no container uses take, and at most ``limit`` images of the last run.

    None with fewer than two runs.
    """
    if len(rows) < 2:
        return []
    known: list[Trend] = []
    for name, key in (("sum of sizes", "size"), ("unused images", "unused_size")):
        values = [value for value in (t.cast("Mapping[str, t.Any]", row)[key] for row in rows) if value is not None]
        if len(values) > 1:
            known.append(Trend(name, values, streak(values), False))
    for name in list(rows[-1]["changed"])[:limit]:
        values = image_sizes(rows, name)
        known.append(Trend(name, values, streak(values), True))
    return known


def image_sizes(rows: Sequence[HistoryRow], name: str) -> list[int]:
    """The sizes of an image over the runs that list it, after the one that it was first compared with."""
    pairs = [row["changed"][name] for row in rows if name in row["changed"]]
    return [pairs[0][0], *(after for _before, after in pairs)] if pairs else []


def streak(values: Sequence[int]) -> str:
    """``grew 3 runs in a row``, from two runs on; "" otherwise."""
    runs = 0
    for before, after in zip(reversed(values[:-1]), reversed(values)):
        if after <= before:
            break
        runs += 1
    return f"grew {runs} runs in a row" if runs > 1 else ""
