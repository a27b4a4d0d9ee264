# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines and tables of plain text that fit a terminal, measured as terminals show them."""

from __future__ import annotations

import typing as t
import unicodedata

from ..safe_text import log_safe
from .numbers import NONE, UNKNOWN

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


def wrapped(text: str, columns: int, indent: int = 2, hanging: int = 4) -> list[str]:
    """The text in lines of at most ``columns`` (0: one line), broken between words.

    A longer word, such as the name of an image, is not broken: people copy it.
    """
    lines: list[str] = []
    line, used = " " * indent, indent
    is_empty = True
    for word in text.split(" "):
        wide = width(word)
        if columns and not is_empty and used + 1 + wide > columns:
            lines.append(line)
            line, used, is_empty = " " * hanging, hanging, True
        line += word if is_empty else f" {word}"
        used += wide + (not is_empty)
        is_empty = False
    # A word that begins a line now must not be a command that it was not before.
    return [log_safe(each) for each in (*lines, line)]


def entry(lead: str, name: str, details: str, columns: int, indent: int = 2) -> list[str]:
    """A lead, a name and what is to be said about it: on one line where they fit, else the details below."""
    lead, name, details = log_safe(lead), log_safe(name), log_safe(details)
    first = "  ".join(filter(None, (lead, name)))
    whole = "  ".join(filter(None, (first, details)))
    if not name or not columns or indent + width(whole) <= columns:
        return wrapped(whole, columns, indent, indent + 4)
    return [" " * indent + first, *wrapped(details, columns, indent + 4, indent + 4)]


def table(
    header: t.Sequence[str], rows: t.Sequence[t.Sequence[str]], right: t.Collection[str] = (), columns: int = 0
) -> list[str]:
    """Aligned lines below an upper-case header, as the engines' commands print; columns in ``right`` are numbers.

    Columns in which nothing is known are left out. The last cell of a row that is too wide has a line of its own.
    """
    known = [
        index
        for index in range(len(header))
        if index == len(header) - 1 or any(row[index] not in ("", NONE, UNKNOWN) for row in rows)
    ]
    header = [header[index] for index in known]
    cells = [[name.upper() for name in header], *[[log_safe(row[index]) for index in known] for row in rows]]
    widths = [min(_WIDEST, max(width(row[index]) for row in cells)) for index in range(len(header))]
    lines = []
    for row in cells:
        padded = []
        for name, value, wide in zip(header, row, widths):
            space = " " * (wide - width(value))
            padded.append(space + value if name in right else value + space)
        line = "  " + "  ".join(padded).rstrip()
        if columns and len(padded) > 1 and width(line) > columns:
            lines += ["  " + "  ".join(padded[:-1]).rstrip(), f"      {row[-1]}"]
        else:
            lines.append(line)
    return lines
