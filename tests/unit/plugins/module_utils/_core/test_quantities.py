# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes, durations and integers: what is read, what is refused, how they are printed."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.quantities import (
    format_duration,
    format_size,
    parse_duration,
    parse_integer,
    parse_size,
)


@pytest.mark.parametrize(
    "value, expected",
    [
        (0, 0),
        (1048576, 1048576),
        ("1048576", 1048576),
        ("500MB", 500_000_000),
        ("500 MB", 500_000_000),
        ("500mb", 500_000_000),
        ("500MiB", 524_288_000),
        ("1.5GiB", 1_610_612_736),
        ("2kB", 2000),
        ("7B", 7),
        ("1TB", 10**12),
        ("1.2GB", 1_200_000_000),
        ("1.2GiB", 1_288_490_189),
        ("3.42GiB", 3_672_197_038),
        ("0.0001 kB", 0),
        ("0.0006 kB", 1),
        (3.0, 3),
    ],
)
def test_sizes(value: object, expected: int) -> None:
    assert parse_size(value, "larger_than") == expected


@pytest.mark.parametrize(
    "value, reason",
    [
        ("500M", "500MB (powers of 1000, as Docker prints sizes) or 500MiB (powers of 1024)"),
        ("5k", "5kB (powers of 1000, as Docker prints sizes) or 5KiB"),
        ("500XB", "unknown unit"),
        ("-5MB", "must be a size"),
        (-5, "at least 0"),
        ("1e3", "must be a size"),
        ("0.5B", "whole number of bytes"),
        ("99999999PB", "below 2^63"),
        ("", "must be a size"),
        (True, "got true"),
        (None, "got null"),
        (1.5, "integer, got 1.5"),
        ("5 MB\n\x1b[31m", "must be a size"),
    ],
)
def test_what_is_no_size(value: object, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_size(value, "larger_than")
    assert str(caught.value).startswith("larger_than ")
    assert reason in str(caught.value)
    assert str(caught.value).isprintable()


# size_test.go of docker/go-units: what Docker itself reads (FromHumanSize) and prints (HumanSize, BytesSize). None is
# refused here on purpose: a bare letter, since RAMInBytes of the same package takes it for a power of 1024, and less
# than a byte. Spaces around are taken, as in every option.
GO_UNITS = [
    ("32", 32),
    ("32b", 32),
    ("32B", 32),
    ("32k", None),
    ("32K", None),
    ("32P", None),
    ("32kb", 32_000),
    ("32Kb", 32_000),
    ("32Mb", 32 * 10**6),
    ("32Gb", 32 * 10**9),
    ("32Tb", 32 * 10**12),
    ("32Pb", 32 * 10**15),
    ("32PB", 32 * 10**15),
    ("32.5kB", 32_500),
    ("32.5 kB", 32_500),
    ("32.5 B", None),
    ("32.3", None),
    ("0.3 K", None),
    ("0.3 kB", 300),
    ("32Kib", 32 * 2**10),
    ("32KIB", 32 * 2**10),
    ("", None),
    ("hello", None),
    ("-32", None),
    (".3kB", None),
    (" 32 ", 32),
    ("32m b", None),
    ("32bm", None),
    ("1kB", 1000),
    ("1.024kB", 1024),
    ("1.049MB", 1_049_000),
    ("3.42GB", 3_420_000_000),
    ("5.372TB", 5_372_000_000_000),
    ("2.22PB", 2_220_000_000_000_000),
    ("1e+04YB", None),
    ("1KiB", 1024),
    ("2MiB", 2 * 2**20),
    ("3.42GiB", 3_672_197_038),
    ("5.372TiB", 5_906_576_464_413),
    ("2.22PiB", 2_499_497_793_190_625),
]


@pytest.mark.parametrize(("text", "expected"), GO_UNITS)
def test_the_table_of_go_units(text: str, expected: int | None) -> None:
    if expected is None:
        with pytest.raises(InputError):
            parse_size(text, "larger_than")
    else:
        assert parse_size(text, "larger_than") == expected


@pytest.mark.parametrize("units", ["si", "iec"])
def test_what_this_collection_prints_it_reads_too(units: str) -> None:
    """As near as three digits are."""
    for power in range(62):
        for size in (2**power - 1, 2**power, 2**power + 1, 2**power * 10 // 7):
            assert parse_size(format_size(size, units)) == pytest.approx(size, rel=0.006)


@pytest.mark.parametrize(
    "value, expected",
    [
        (90, 90),
        ("90", 90),
        ("90s", 90),
        ("45m", 2700),
        ("12h", 43200),
        ("30d", 2592000),
        ("2w", 1209600),
        ("1h30m", 5400),
    ],
)
def test_durations(value: object, expected: int) -> None:
    assert parse_duration(value, "older_than") == expected


@pytest.mark.parametrize("value", ["", "7", "1.5h", "-1d", -1, "3mo", "1d 2h", "d", True, None, [], "1H"], ids=repr)
def test_what_is_no_duration(value: object) -> None:
    if value == "7":
        assert parse_duration(value, "older_than") == 7
        return
    with pytest.raises(InputError, match="^older_than must be "):
        parse_duration(value, "older_than")


@pytest.mark.parametrize(
    "value", ["abc", 1.5, float("nan"), float("inf"), True, None, 2**63, "9" * 30, "1_0", "٣"], ids=repr
)
def test_what_is_no_integer(value: object) -> None:
    with pytest.raises(InputError, match="^size must be an integer, got "):
        parse_integer(value, "size")


@pytest.mark.parametrize(
    "size, si, iec",
    [
        (-1, "unknown", "unknown"),
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1000, "1.00 kB", "1000 B"),
        (1024, "1.02 kB", "1.00 KiB"),
        (999_499, "999 kB", "976 KiB"),
        (999_500, "1.00 MB", "976 KiB"),
        (2_020_000_000, "2.02 GB", "1.88 GiB"),
        (12_345_678, "12.3 MB", "11.8 MiB"),
        (2**63 - 1, "9.22 EB", "8.00 EiB"),
    ],
)
def test_printing_sizes(size: int, si: str, iec: str) -> None:
    assert (format_size(size), format_size(size, "iec")) == (si, iec)


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (86399, "23 h"),
        (86400 * 38, "38 d"),
        (-120, "-2 min"),
    ],
)
def test_printing_durations(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text
