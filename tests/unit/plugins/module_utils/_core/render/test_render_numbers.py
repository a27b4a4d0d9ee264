# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How numbers read."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render import numbers


@pytest.mark.parametrize(
    "delta, ratio, expected",
    [
        (None, None, "-"),
        (None, 0.5, "-"),
        (0, 0.0, "+0 B (+0.0 %)"),
        (1500, 0.254, "+1.50 kB (+25.4 %)"),
        (-1500, -0.254, "-1.50 kB (-25.4 %)"),
        (1500, None, "+1.50 kB"),
    ],
)
def test_size_change(delta: int | None, ratio: float | None, expected: str) -> None:
    assert numbers.size_change(delta, ratio, "si") == expected


@pytest.mark.parametrize(
    "before, after, expected",
    [
        (1_000_000, 2_000_000, ("1.00 MB", "2.00 MB")),
        (1_000_000, 1_000_001, ("1,000,000 B", "1,000,001 B")),
        (1_000_000, 1_000_000, ("1.00 MB", "1.00 MB")),
        (None, 1, ("unknown", "1 B")),
        (None, -1, ("unknown", "unknown")),
        (-1, None, ("unknown", "unknown")),
    ],
)
def test_size_pair(before: int | None, after: int | None, expected: tuple[str, str]) -> None:
    assert numbers.size_pair(before, after, "si") == expected


@pytest.mark.parametrize("number, expected", [(None, "unknown"), (-1, "unknown"), (0, "0"), (1200, "1,200")])
def test_count_text(number: int | None, expected: str) -> None:
    assert numbers.count_text(number) == expected


@pytest.mark.parametrize("seconds, expected", [(None, "unknown"), (0, "0 s"), (86400, "1 d")])
def test_age_text(seconds: int | None, expected: str) -> None:
    assert numbers.age_text(seconds) == expected


@pytest.mark.parametrize(
    "number, noun, expected",
    [
        (0, "image", "0 images"),
        (1, "image", "1 image"),
        (1200, "image", "1,200 images"),
        (2, "repository", "2 repositories"),
        (2, "day", "2 days"),
    ],
)
def test_counted(number: int, noun: str, expected: str) -> None:
    assert numbers.counted(number, noun) == expected
