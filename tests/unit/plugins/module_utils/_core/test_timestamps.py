# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every spelling of a moment that engines and tools use."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import format_epoch, to_epoch


@pytest.mark.parametrize(
    "value, expected",
    [
        (None, 0),
        ("", 0),
        (1700000000, 1700000000),
        ("1700000000", 1700000000),
        (1700000000.0, 1700000000),
        (-1, -1),
        (-62135596800, 0),
        ("0001-01-01T00:00:00Z", 0),
        ("0001-01-01 05:53:28 +0553 LMT", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2024-01-11T19:06:40Z", 1705000000),
        ("2024-01-11T19:06:40.999999999Z", 1705000000),
        ("2024-01-12T00:36:40.5+05:30", 1705000000),
        ("2024-01-11T14:06:40-05:00", 1705000000),
        ("2024-01-11 19:06:40 +0000 UTC", 1705000000),
        ("2024-01-12 00:36:40 +0530 IST", 1705000000),
        ("2021-12-01T20:39:38Z", 1638391178),
        ("2024-02-29T00:00:00Z", 1709164800),
    ],
)
def test_moments(value: object, expected: int) -> None:
    assert to_epoch(value, "created") == expected


@pytest.mark.parametrize(
    "value",
    ["yesterday", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T25:00:00Z", True, 1.5, [], "2024-01-01"],
    ids=repr,
)
def test_what_is_no_moment(value: object) -> None:
    with pytest.raises(InputError, match=r"^images\[3\]\.Created "):
        to_epoch(value, "images[3].Created")


@pytest.mark.parametrize("seconds", [0, 1, -1, 1704164645, 253402300799, -62135596800 + 86400 * 366])
def test_printing_and_reading_undo_each_other(seconds: int) -> None:
    assert to_epoch(format_epoch(seconds), "x") == seconds


def test_a_moment_beyond_the_calendar_is_printed_as_a_number() -> None:
    assert format_epoch(2**60) == str(2**60)
