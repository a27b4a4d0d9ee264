# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV as RFC 4180 has it: CRLF, quotes where needed, one header line, the same columns whatever the data.

Spreadsheets run a cell that begins with ``=`` as a formula, quotes or not, so text that begins like one gets an
apostrophe in front, as OWASP advises (https://owasp.org/www-community/attacks/CSV_Injection). Numbers are not text.
"""

from __future__ import annotations

import csv
import io
import typing as t

from ..errors import InputError, shown
from ..json_text import printable_json
from ..safe_text import log_safe
from ..timestamps import format_epoch
from .format_options import Format, Option, flag, names
from .records import COLUMNS, TABLE, records

if t.TYPE_CHECKING:
    from .document import Report
    from .records import FlatRow

# The last four are the full-width forms, which some spreadsheets take for the plain ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LABEL = "label:"
_CREATED_AT = "created_at"
"""The date of the build as text, for spreadsheets; made only if it is asked for."""


def _delimiter(value: t.Any, where: str) -> str:
    if value not in (",", ";", "\t", "|"):
        raise InputError(f"{where} must be a comma, a semicolon, a tab or a pipe, got {shown(value)}", "E_OPTION")
    return str(value)


OPTIONS = {
    "table": TABLE,
    "columns": names(),
    "delimiter": Option(_delimiter, ","),
    "bom": flag(False),
}


def cell(value: t.Any) -> t.Any:
    """A value for the csv writer: numbers are unchanged, null is empty, text is guarded, lists become text."""
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, dict):
        return printable_json(value)
    if isinstance(value, (list, tuple)):
        value = " ".join(str(item) for item in value)
    # A quoted cell may hold a line end, but the next line could be a command for a runner that prints the file.
    value = log_safe(value)
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def csv_lines(rows: t.Iterable[FlatRow], columns: t.Sequence[str], delimiter: str = ",") -> t.Iterator[str]:
    """The header and one line for each record of a table; a fleet of any size can be written as it passes by.

    A column ``label:NAME`` holds that one label.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")

    def line(cells: t.Iterable[t.Any]) -> str:
        writer.writerow(cells)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield line(cell(name) for name in columns)
    for row in rows:
        yield line(cell(_value(row, name)) for name in columns)


def _value(row: FlatRow, column: str) -> t.Any:
    if column == _CREATED_AT:
        return None if row["created"] is None else format_epoch(row["created"])
    if column.startswith(_LABEL):
        return (row["labels"] or {}).get(column[len(_LABEL) :])
    return row[column]


def columns_of(table: str, wanted: t.Sequence[str]) -> t.Sequence[str]:
    """The columns asked for, or all of the table. Raises InputError for a column that the table does not have."""
    known = COLUMNS[table]
    for name in wanted:
        is_label = name.startswith(_LABEL) and len(name) > len(_LABEL)
        if name not in known and not (table == "images" and (is_label or name == _CREATED_AT)):
            labels = f", {_CREATED_AT}, and label:NAME for one label" if table == "images" else ""
            raise InputError(
                f"columns: the table {table} has no column {shown(name)}; it has {', '.join(known)}{labels}", "E_OPTION"
            )
    return wanted or known


def render(report: Report, *, table: str, columns: list[str], delimiter: str, bom: bool) -> str:
    """The table as CSV. With ``bom`` Excel takes the file for UTF-8."""
    lines = csv_lines(records(report, table), columns_of(table, columns), delimiter)
    return ("\ufeff" if bom else "") + "".join(lines)


FORMAT = Format(OPTIONS, render)
