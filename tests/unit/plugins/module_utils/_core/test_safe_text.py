# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader may see and what a log may print."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.safe_text import (
    log_safe,
    visible,
    xml_without_commands,
)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain", "plain"),
        ("日本語 café 👩\u200d🔧", "日本語 café 👩\u200d🔧"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x00\x1b[31m\x7f\x85", "\\x00\\x1b[31m\\x7f\\x85"),
        ("\u202egpj.exe\u2066\u200b\ufeff", "\\u202egpj.exe\\u2066\\u200b\\ufeff"),
        ("\ud800 \ufffe \U0001ffff \U000e0041", "\\ud800 \\ufffe \\U0001ffff \\U000e0041"),
    ],
)
def test_visible(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_visible_keeps_what_it_is_told_to_keep() -> None:
    assert visible("a\n\x1b", keep="\n") == "a\n\\x1b"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a ##[error]b", "a #\\x23[error]b"),
        ("##vso[task.x]", "#\\x23vso[task.x]"),
        ("##VSO[task.x]", "#\\x23VSO[task.x]"),
        ("##teamcity[x]", "#\\x23teamcity[x]"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("###[x]", "##\\x23[x]"),
        ("a::b ## heading C#", "a::b ## heading C#"),
    ],
)
def test_log_safe(text: str, expected: str) -> None:
    assert log_safe(text) == expected


def test_xml_keeps_its_text() -> None:
    assert xml_without_commands("<a>##[x]\n ::error::</a>") == "<a>#&#35;[x]\n &#58;:error::</a>"


def test_every_invisible_character_is_written_out() -> None:
    """Those of the category format, but for the joiners, and what Unicode calls default-ignorable besides them."""
    kept = {"\u200c", "\u200d", "\u0600", "\u0601", "\u0602", "\u0603", "\u0604", "\u0605", "\u06dd", "\u070f"}
    kept |= {"\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd"}  # signs that do show, below other characters
    kept |= {chr(number) for number in range(0x13430, 0x13440)}  # joiners of hieroglyphs
    for character in map(chr, range(0x110000)):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in kept:
            assert visible(character) != character, ascii(character)
    for character in "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0":
        assert visible(character) != character
