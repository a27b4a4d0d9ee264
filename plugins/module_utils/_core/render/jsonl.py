# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Lines: one object a line, keys sorted, each with its schema, ready to be appended to other files of its kind."""

from __future__ import annotations

import json
import typing as t

from .options import Format, choice
from .safe_text import encodable
from .tables import records

if t.TYPE_CHECKING:
    from .document import Report, Row

SCHEMAS = {"images": "image_report_image/1", "findings": "image_report_finding/1"}


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def json_line(record: Row, table: str) -> str:
    """One record of ``tables`` as a line.

    ASCII only, so that a file shown on a terminal or in a log moves no cursor and reverses no text. Two hashes are
    never adjacent: runners look for ``##[`` and ``##vso[`` in every line they see, and such files do get printed.
    """
    record = {"schema": SCHEMAS[table], **record}
    text = _encode(record)
    if "\\ud" in text:  # surrogates, lone ones or those of a pair; a fleet has millions of rows without any
        text = _encode(_clean(record))
    # A hash occurs only inside strings, so this is another spelling of the same JSON.
    return text.replace("##", "#\\u0023") + "\n"


def _clean(value: t.Any) -> t.Any:
    """Lone surrogates replaced: JSON can spell them, but most readers refuse them."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def render(report: Report, *, table: str) -> str:
    """The table as JSON Lines; the empty text when it has no rows."""
    return "".join(json_line(record, table) for record in records(report, table))


FORMAT = Format({"table": choice("images", "findings")}, render)
