# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every spelling of a moment that engines and tools use."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.report.label_types import LABEL_TYPES
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
    ["yesterday", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T25:00:00Z", True, 1.5, [], "2024-01-01"]
    + ["2024-01-01T24:30:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:00+99:99"]
    + ["2024-01-01T00:00:00+24:00", "2024-01-01 00:00:00 +2400 X", "2024-01-01T00:00:00+00:60"]
    + ["2024-01-01T00:00:00+01:00:60", "0001-13-01T00:00:00Z", "0001-01-01T99:00:00Z", "٢٠٢٤-01-01T00:00:00Z"],
    ids=repr,
)
def test_what_is_no_moment(value: object) -> None:
    with pytest.raises(InputError, match=r"^images\[3\]\.Created "):
        to_epoch(value, "images[3].Created")


# Grammar and examples of RFC 3339, and what JSON-Schema-Test-Suite (draft2020-12/optional/format/date-time.json),
# toml-test and the tests of toml-rs hold against readers of it. True is a time of RFC 3339, False is nothing, and None
# is one that only `created` takes: engines and their tools write a space, a comma or no colon, and names of zones.
RFC_3339 = [
    ("1985-04-12T23:20:50.52Z", True),
    ("1996-12-19T16:39:57-08:00", True),
    ("1990-12-31T23:59:60Z", True),
    ("1990-12-31T15:59:60-08:00", True),
    ("1937-01-01T12:00:27.87+00:20", True),
    ("1963-06-19T08:30:06.283185Z", True),
    ("1963-06-19T08:30:06Z", True),
    ("1963-06-19t08:30:06.283185z", True),
    ("1998-12-31T15:59:60.123-08:00", True),
    ("1985-04-12T00:59:59.999999999999999Z", True),
    ("1972-02-29T08:30:06Z", True),
    ("2000-02-29T08:30:06Z", True),
    ("1997-09-09T09:09:09.09-09:09", True),
    ("2006-01-01T00:00:00-00:00", True),
    ("9999-12-31T23:59:59.999Z", True),
    ("1998-12-31T23:59:61Z", False),
    ("1998-12-31T23:58:60Z", False),
    ("1998-12-31T22:59:60Z", False),
    ("1998-12-31T23:59:60-08:00", False),
    ("1990-02-31T15:59:59.123-08:00", False),
    ("1974-02-29T08:30:06Z", False),
    ("1900-02-29T08:30:06Z", False),
    ("2006-01-00T00:00:00-00:00", False),
    ("2006-01-32T00:00:00-00:00", False),
    ("2006-00-01T00:00:00-00:00", False),
    ("2006-13-01T00:00:00-00:00", False),
    ("2006-04-31T00:00:00Z", False),
    ("1990-12-31T15:59:59-24:00", False),
    ("1990-12-31T10:00:00+10:60", False),
    ("1990-12-31T24:00:00Z", False),
    ("1990-12-31T15:60:00Z", False),
    ("1997-09-09T30:09:09.09Z", False),
    ("1963-06-19T08:30:06.28123+01:00Z", False),
    ("06/19/1963 08:30:06 PST", False),
    ("2013-350T01:01:01", False),
    ("1963-6-19T08:30:06.283185Z", False),
    ("1963-06-1T08:30:06.283185Z", False),
    ("1963-06-1৪T00:00:00Z", False),
    ("1963-06-11T0৪:00:00Z", False),
    ("+11963-06-19T08:30:06.283185Z", False),
    ("199-09-09T09:09:09Z", False),
    ("199709-09T09:09:09Z", False),
    ("1997-09-0909:09:09Z", False),
    ("1997-09-09T09:09:09", False),
    ("1997-09-09T09:09:09.Z", False),
    ("1997-09-09T09:09:09.09+", False),
    ("1997-09-09T09:09:09.09+09", False),
    ("1997-09-09T09:09:09.09+09:9", False),
    ("1987-07-05T17:45Z", False),
    ("T", False),
    ("1972-11-10 08:30:06Z", None),
    ("1997-09-09T09:09:09.09+0909", None),
    ("1997-09-09T09:09:09,09Z", None),
    ("1997-09-09T09:09:09Z ", None),
    ("2024-01-12 00:36:40 +0530 IST", None),
]


@pytest.mark.parametrize(("text", "valid"), RFC_3339)
def test_the_tables_of_rfc_3339(text: str, valid: bool | None) -> None:
    assert LABEL_TYPES["rfc3339"][1](text) is (valid is True)
    if valid is False:
        with pytest.raises(InputError):
            to_epoch(text)
    else:
        assert to_epoch(text) != 0


def test_a_leap_second_is_the_first_of_the_next_day() -> None:
    assert to_epoch("1990-12-31T23:59:60Z") == to_epoch("1991-01-01T00:00:00Z")


@pytest.mark.parametrize("seconds", [0, 1, -1, 1704164645, 253402300799, -62135596800 + 86400 * 366])
def test_printing_and_reading_undo_each_other(seconds: int) -> None:
    assert to_epoch(format_epoch(seconds), "x") == seconds


def test_a_moment_beyond_the_calendar_is_printed_as_a_number() -> None:
    assert format_epoch(2**60) == str(2**60)
