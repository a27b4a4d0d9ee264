# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two tables of a report as flat records of plain values, and JSON Lines, with one record per line.

Bytes, seconds and times are integers. An unknown value is null (an empty cell), never -1, so that the sum of a column
is right even where an engine does not know a value.
"""

from __future__ import annotations

import typing as t

from ..image.totals import unshared_size
from ..json_text import printable_json
from .format_options import Format, choice

if t.TYPE_CHECKING:
    from ..report.schema import ImageRow
    from .document import Finding, Report

    FlatRow = dict[str, t.Any]

IMAGE_COLUMNS = (
    "host",
    "name",
    "state",
    "size",
    "unique_size",
    "shared_size",
    "virtual_size",
    "created",
    "age_seconds",
    "containers",
    "id",
    "parent_id",
    "repo_tags",
    "repo_digests",
    "labels",
    "platform",
)

FINDING_COLUMNS = (
    "verdict",
    "level",
    "rule",
    "check",
    "host",
    "image",
    "message",
    "actual",
    "limit",
    "unit",
    "baseline",
    "waiver_reason",
    "waiver_expires",
    "id",
    "fingerprint",
)

COLUMNS = {"images": IMAGE_COLUMNS, "findings": FINDING_COLUMNS}
TABLE = choice(*COLUMNS)

_SCHEMAS = {"images": "image_report_image/1", "findings": "image_report_finding/1"}


def unique_size(row: ImageRow) -> int | None:
    """Bytes that no other image of the host shares; null where that is not known."""
    return unshared_size(row["size"], row["shared_size"])


def image_record(row: ImageRow) -> FlatRow:
    """One image row with the columns ``IMAGE_COLUMNS``."""
    record = {name: row.get(name) for name in IMAGE_COLUMNS}
    for name, number in (("size", row["size"]), ("shared_size", row["shared_size"]), ("containers", row["containers"])):
        record[name] = None if number < 0 else number
    record["created"] = row["created"] or None
    record["unique_size"] = unique_size(row)
    record["repo_tags"] = sorted(row["repo_tags"])
    record["repo_digests"] = sorted(row["repo_digests"])
    return record


def finding_record(finding: Finding) -> FlatRow:
    """One finding with the columns ``FINDING_COLUMNS``."""
    return {name: getattr(finding, name) for name in FINDING_COLUMNS}


def records(report: Report, table: str) -> t.Iterator[FlatRow]:
    """The records of ``table``, in the order of the report."""
    if table == "images":
        return map(image_record, report.images)
    return map(finding_record, report.findings)


def json_line(record: FlatRow, table: str) -> str:
    """One record of ``table`` as a line."""
    return printable_json({"schema": _SCHEMAS[table], **record}) + "\n"


def render(report: Report, *, table: str) -> str:
    """The table as JSON Lines; "" for a table without rows."""
    return "".join(json_line(record, table) for record in records(report, table))


JSONL = Format({"table": TABLE}, render)
