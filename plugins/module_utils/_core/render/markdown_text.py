# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of strangers inside GitHub-flavoured Markdown, and tables.

Every character that Markdown could read is written as a numeric character reference: those are decoded after the
structure is known, so a ``|`` splits no cell, a backtick opens no code and ``<`` opens no tag, wherever they stand.
Links and mentions are made from the decoded text, so an invisible character is put where they would begin.
"""

from __future__ import annotations

import re
import typing as t

from .safe_text import log_safe

_BREAK = "\u200b"
_SPECIAL = {character: f"&#{ord(character)};" for character in f"\\`*_[]<>|~&$#@{_BREAK}"}

# "https://", "www.", "#12", "@team" and "me@example.com", but not the digest of an image.
_LINK = re.compile(r":(?=//)|www(?=\.)|#(?=[0-9])|@(?!sha[0-9]+:)", re.IGNORECASE)
# Where a line begins like this, it is a list or a heading, also after spaces, or with enough of these code.
_BLOCK = re.compile(r"\s|[-+=]|[0-9]+[.)]")


def escaped(text: str) -> str:
    """The text as it is, in running text or in a table's cell; no mention, link, tag or emphasis comes of it."""
    safe = log_safe(text)
    safe = _BREAK + safe if _BLOCK.match(safe) else safe
    safe = _LINK.sub(lambda found: found.group() + _BREAK, safe)
    return "".join(_SPECIAL.get(character, character) for character in safe)


def code(text: str) -> str:
    """The same in a fixed-width font."""
    return f"<code>{escaped(text)}</code>"


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
