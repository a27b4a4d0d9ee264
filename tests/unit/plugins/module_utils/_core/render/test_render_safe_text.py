# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader may see and what a log may print."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.safe_text import log_safe, visible

ZERO_WIDTH = "\u200b"


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
        ("a ##[error]b", f"a ##{ZERO_WIDTH}[error]b"),
        ("##vso[task.x]", f"##{ZERO_WIDTH}vso[task.x]"),
        ("##VSO[task.x]", f"##{ZERO_WIDTH}VSO[task.x]"),
        ("##teamcity[x]", f"##{ZERO_WIDTH}teamcity[x]"),
        ("::error::x", f":{ZERO_WIDTH}:error::x"),
        ("  ::error::x", f":{ZERO_WIDTH}:error::x"),
        ("a::b ## heading C#", "a::b ## heading C#"),
    ],
)
def test_log_safe(text: str, expected: str) -> None:
    assert log_safe(text) == expected
