# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of strangers inside GitHub-flavoured Markdown, and tables.

Every character that Markdown could read is written as a numeric character reference: those are decoded after the
structure is known, so a ``|`` splits no cell, a backtick opens no code and ``<`` opens no tag, wherever they stand.
"""

from __future__ import annotations

import typing as t

from .safe_text import log_safe

_SPECIAL = {character: f"&#{ord(character)};" for character in "\\`*_{}[]()<>#+!|~:&\"'$^=-"}
# Mentions and links to issues are made from the finished text, so those two get an invisible character to stop them.
_SPECIAL["@"] = "&#64;&#8203;"
_SPECIAL["#"] = "&#35;&#8203;"


def escaped(text: str) -> str:
    """The text as it is, in running text or in a table's cell; no mention, link, tag or emphasis comes of it."""
    safe = "".join(_SPECIAL.get(character, character) for character in log_safe(text))
    return safe.replace("www.", "www&#46;")


def code(text: str) -> str:
    """The same in a fixed-width font. No links or mentions are made in there, so references can be copied."""
    safe = "".join(f"&#{ord(char)};" if char in _SPECIAL else char for char in log_safe(text))
    return f"<code>{safe}</code>"


def section(
    name: str, header: t.Sequence[str], rows: t.Sequence[t.Sequence[str]], *, folded: bool, more: int = 0
) -> str:
    """A heading with a table; ``folded`` puts it into a box to click open. Header texts with a colon are right-aligned.

    Cells must be escaped already. "" for a folded section without rows.
    """
    if not rows:
        return "" if folded else f"\n#### {name}\n"
    lines = [
        "| " + " | ".join(text.rstrip(":") for text in header) + " |",
        "|" + "|".join("--:" if text.endswith(":") else ":--" for text in header) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    body = "\n".join(lines) + "\n"
    if more > 0:
        body += f"\n{more:,} more not shown.\n"
    if folded:
        return f"\n<details><summary>{name}</summary>\n\n{body}\n</details>\n"
    return f"\n#### {name}\n\n{body}"
