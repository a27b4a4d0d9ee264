# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Lines: one object a line, keys sorted, each with its schema, ready to be appended to other files of its kind."""

from __future__ import annotations

import typing as t

from ..json_text import printable_json
from .format_options import Format, choice
from .records import records

if t.TYPE_CHECKING:
    from .document import Report
    from .records import FlatRow

SCHEMAS = {"images": "image_report_image/1", "findings": "image_report_finding/1"}


def json_line(record: FlatRow, table: str) -> str:
    """One record of ``tables`` as a line."""
    return printable_json({"schema": SCHEMAS[table], **record}) + "\n"


def render(report: Report, *, table: str) -> str:
    """The table as JSON Lines; the empty text when it has no rows."""
    return "".join(json_line(record, table) for record in records(report, table))


FORMAT = Format({"table": choice("images", "findings")}, render)
