# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Untrusted text, made safe to show: image names, labels and error messages hold anything a registry accepts.

Two questions, two functions: what may a *reader* see (``visible``), and what may a *CI log* print (``log_safe``). The
syntax of a format (quotes, angle brackets, pipes) is not their business: that is done by the format's serializer.
"""

from __future__ import annotations

import re
import typing as t

# Everything that moves the cursor, reorders or hides text, or is not allowed in XML 1.0 or UTF-8: control characters,
# invisible and bidirectional marks (U+202E turns "gpj.exe" around), lone surrogates, noncharacters, tag characters.
# The joiners U+200C and U+200D are kept for words of many languages, and variation selectors for emoji.
_UNSHOWABLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# GitHub's older and Azure's runner look for "##[" and "##vso[" anywhere in a line (TeamCity: "##teamcity["), GitHub's
# newer one for "::" at its start.
_LOG_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
_LINE_COMMAND = re.compile(r"^(\s*)::")
_XML_LINE_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)


def visible(text: str, keep: str = "") -> str:
    """The text with every character that cannot be shown written out: ``\\n``, ``\\x1b``, ``\\u202e``, ``\\ud800``.

    Characters in ``keep`` are left unchanged.
    """

    def written_out(found: t.Match[str]) -> str:
        character = found.group()
        if character in keep:
            return character
        number = ord(character)
        form = "\\x{:02x}" if number < 0x100 else "\\u{:04x}" if number < 0x10000 else "\\U{:08x}"
        return _NAMED.get(character) or form.format(number)

    return _UNSHOWABLE.sub(written_out, text)


def log_safe(text: str) -> str:
    """``visible``, and runners do not take any part of it for a command, wherever in a line it is printed.

    For formats that have one spelling for each character: one character of the command's prefix is written out.
    """
    return _LINE_COMMAND.sub(r"\1\\x3a:", without_commands(visible(text)))


def without_commands(text: str) -> str:
    """The text without the commands that runners find within a line; those that begin a line are not looked for."""
    return _LOG_COMMAND.sub(r"#\\x23", text)


def xml_without_commands(source: str) -> str:
    """The XML or HTML with one character of each command written as a reference; readers see the same text."""
    return _XML_LINE_COMMAND.sub(r"\1&#58;:", source).replace("##", "#&#35;")
