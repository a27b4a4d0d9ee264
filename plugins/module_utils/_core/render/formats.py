# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a report document to text in one format. The entry point for the filter, the module and the roles."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from .document import Report, read_document
from .format_options import Format, read_options

FORMATS = (
    "azure",
    "csv",
    "github",
    "gitlab_codequality",
    "html",
    "jsonl",
    "junit",
    "markdown",
    "openmetrics",
    "sarif",
    "text",
)


def format_named(name: t.Any) -> Format:
    """The format of that name. Each is imported when it is asked for: a host that prints a table compiles no HTML."""
    if name in ("azure", "github"):
        from . import annotations

        return annotations.AZURE if name == "azure" else annotations.GITHUB
    if name == "csv":
        from . import csv_table

        return csv_table.FORMAT
    if name == "gitlab_codequality":
        from . import gitlab_codequality

        return gitlab_codequality.FORMAT
    if name == "html":
        from .html import page

        return page.FORMAT
    if name == "jsonl":
        from . import records

        return records.JSONL
    if name == "junit":
        from . import junit

        return junit.FORMAT
    if name == "markdown":
        from . import markdown

        return markdown.FORMAT
    if name == "openmetrics":
        from . import openmetrics

        return openmetrics.FORMAT
    if name == "sarif":
        from . import sarif

        return sarif.FORMAT
    if name == "text":
        from . import text_report

        return text_report.FORMAT
    raise InputError(f"format must be one of {', '.join(FORMATS)}, got {shown(name)}", "E_FORMAT")


def render(document: t.Any, format: str, options: t.Mapping[str, t.Any]) -> str:
    """The report document (a mapping, or its JSON text) as text, always the same for the same document and options.

    Raises InputError for a document, a format or an option that cannot be used.
    """
    wanted = format_named(format)
    values = read_options(options, wanted.options, format)
    return render_report(read_document(document), wanted, values)


def render_report(report: Report, wanted: Format, values: t.Mapping[str, t.Any]) -> str:
    """The same, for a caller that reads a report once and renders it several times."""
    return wanted.render(report, **values)
