# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The width of text in a terminal, against the tables of wcwidth."""

from __future__ import annotations

import sys
import unicodedata

import pytest
import wcwidth

from ansible_collections.container_ops.images.plugins.module_utils._core.render.text_table import width


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alpine:3.19",
        "Ärger",
        "A\u0308rger",
        "日本語",
        "ﾊﾝｶｸ",
        "ＦＵＬＬ",
        "한국어",
        "e\u200bf",
        "🐳",
        "✅ ok",
        "π ≈ 3",
    ],
)
def test_texts(text: str) -> None:
    assert width(text) == wcwidth.wcswidth(text)


def test_characters() -> None:
    """Every one that this Python knows, but for classes that terminals themselves do not agree on."""
    for number in range(sys.maxunicode + 1):
        char = chr(number)
        if unicodedata.category(char) not in ("Cn", "Cc", "Cs", "Co") and not differs(char):
            assert width(char) == max(wcwidth.wcwidth(char), 0), hex(number)


def differs(char: str) -> bool:
    """Kinds of characters that wcwidth sees in another way on purpose, or in a newer version of Unicode."""
    category = unicodedata.category(char)
    jamo = "HANGUL J" in unicodedata.name(char, "") or "HANGUL FILLER" in unicodedata.name(char, "")
    shaped = category == "Cf" and wcwidth.wcwidth(char) == 1  # the soft hyphen, number signs of Arabic
    newly_wide = category in ("So", "No") and wcwidth.wcwidth(char) == 2  # since Unicode 16
    # Spacing marks stand for themselves in many terminals; separators of lines are escaped before they are measured.
    return category in ("Mc", "Zl", "Zp") or jamo or shaped or newly_wide or char == "\uffa0"
