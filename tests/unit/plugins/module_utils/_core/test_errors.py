# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How values look in messages: short, in one line, and without an error of their own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import shown

NESTED: t.Any = None
for _level in range(100_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    "value, expected",
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ("3", '"3"'),
        ('a"b\n\x1b\ud800é', r'"a\"b\n\x1b\ud800\xe9"'),
        ("x" * 61, f'"{"x" * 60}…"'),
        ([1, "a"], "[1, 'a']"),
        (10**100, "1" + "0" * 59 + "…"),
        (NESTED, "a list that is too large to show"),
    ],
)
def test_shown(value: t.Any, expected: str) -> None:
    assert shown(value) == expected


def test_a_number_of_any_length_is_shown() -> None:
    """Python 3.9 writes all of its digits, newer ones refuse more than 4,300."""
    assert shown(10**5000) in ("an int that is too large to show", "1" + "0" * 59 + "…")
