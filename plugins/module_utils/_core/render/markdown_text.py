# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Untrusted text inside GitHub-flavoured Markdown, and tables.

In running text, each character with a meaning in Markdown is written as a numeric character reference. References are
decoded after the structure is known, so a ``|`` does not split a cell and a ``<`` does not open a tag. Links, mentions
and emoji are made from the decoded text, but not in code, so names and words that would become one are code spans. No
character is added: readers copy the name itself.
"""

from __future__ import annotations

import re
import typing as t

from ..safe_text import log_safe

_SPECIAL = {character: f"&#{ord(character)};" for character in "\\`*_[]<>|~&$#@"}

# What GitHub and GitLab make links, mentions, references to issues and the like, or emoji of (but for 12:34:56).
_LINKED = re.compile(
    r"://|www\.|@|(?:mailto|xmpp):|[#!$%&~^][0-9A-Za-z]|\bGH-[0-9]|:(?![0-9]{2}:)[0-9a-z_+-]+:", re.IGNORECASE
)
# What opens a list, a heading, a line or indented code at the start of a line.
_BLOCK = re.compile(r"[ =]|[+](?= |\Z)|-(?=[ -]|\Z)|[0-9]+[.)](?= |\Z)")


def escaped(text: str) -> str:
    """The text for a paragraph or a table cell. It does not become a mention, a link, a tag or emphasis."""
    words = [_span(word) if _LINKED.search(word) else _referenced(word) for word in log_safe(text).split(" ")]
    result = " ".join(words)
    block = _BLOCK.match(result)
    if not block:
        return result
    last = block.end() - 1
    return f"{result[:last]}&#{ord(result[last])};{result[last + 1 :]}"


def code(text: str) -> str:
    """The same as code, in a fixed-width font."""
    return _span(log_safe(text))


def _referenced(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _span(text: str) -> str:
    """The text as code spans. A pipe in a table cannot be in one."""
    return f"<code>{_SPECIAL['|']}</code>".join(_code_span(part) if part else "" for part in text.split("|"))


def _code_span(text: str) -> str:
    """One code span. Its fence is longer than any run of backticks in it; renderers strip one space at both ends."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    is_padded = text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" ") != "")
    space = " " if is_padded else ""
    return f"{fence}{space}{text}{space}{fence}"


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
