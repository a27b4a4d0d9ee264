# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The orders of tags: by semantic version, natural, and by a date in the tag."""

from __future__ import annotations

import itertools
import random
import string

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.versions import (
    ORDERS,
    date_key,
    natural_key,
    version_key,
    version_of,
)

# https://semver.org/spec/v2.0.0.html, item 11, and what tags write beside it; every line ascends.
VERSIONS = [
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0",
    "1.0.0 2.0.0 2.1.0 2.1.1",
    "v1.9.0 v1.10.0-rc.1 v1.10.0 v1.10.1",
    "1.9 1.10 1.10.1 2",
    "3.14.0a7 3.14.0b1 3.14.0rc1 3.14.0rc10 3.14.0",
    "1.27.3-alpine 1.27.3",
    "1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-a",
    "2024.9.30 2024.10.01 2025.1",
    # Of equal precedence, in an order of their own all the same.
    "1.2 1.2.0 1.2.0_build.9 1.2.0_build.10",
    "1.2.3 v1.2.3",
]
NATURAL = [
    "build-9 build-10 build-100",
    "main-2-a main-10-a",
    "v2 v2.1 v10",
    "01 1 02 2",
    "1 a1",
]
DATES = [
    "20251231 20260101 20260102",
    "2025-12-31 v2026.01.01 nightly-20260102 2026_01_03-abc",
    "20260131 20260131T091500Z 20260131-1000 2026-01-31_10-15-30 20260131101531",
    # A counter behind the date: by its value, not by its letters.
    "20260131.2 20260131.10",
    "20260131-1f2e3d4 20260201-0a0b0c0",
]


@pytest.mark.parametrize(
    "order, line",
    [
        *(("version", line) for line in VERSIONS),
        *(("natural", line) for line in NATURAL),
        *(("tag_date", line) for line in DATES),
    ],
)
def test_what_ascends(order: str, line: str) -> None:
    keys = [ORDERS[order](tag) for tag in line.split()]
    assert None not in keys
    for lower, higher in itertools.combinations(keys, 2):
        assert lower < higher  # type: ignore[operator]


@pytest.mark.parametrize(
    "order, tags",
    [
        ("version", "latest stable main sha-1a2b3c4 1a2b3c4 12345a6 1. .1 1..2 v 1.2.x 1.0.0- 1.0.0-a..b 1.2.3rc"),
        ("natural", "latest stable main"),
        ("tag_date", "latest 1.2.3 20261301 20260230 18991231 2026-01.31 120260131 202601310 20260101-20260202 2026"),
    ],
)
def test_what_has_nothing_to_sort_by(order: str, tags: str) -> None:
    for tag in tags.split():
        assert ORDERS[order](tag) is None, tag


def test_text_that_is_too_long_for_a_tag_has_no_key() -> None:
    for key in ORDERS.values():
        assert key("1" * 129) is None
        assert key("20260101" + "-" * 9999) is None
    assert version_key("1" * 128) is not None


@pytest.mark.parametrize(
    "tag, release, pre_release",
    [
        ("v1.2.3", (1, 2, 3), ()),
        ("V1.20.0", (1, 20), ()),
        ("0.0.0", (), ()),
        ("1.2.3-rc.1", (1, 2, 3), ("rc", "1")),
        ("1.2.3-rc.1_sha.5114f85", (1, 2, 3), ("rc", "1")),
        ("1.2.3+sha", (1, 2, 3), ()),
        ("3.14.0rc2", (3, 14), ("rc", "2")),
    ],
)
def test_the_parts_of_a_version(tag: str, release: tuple[int, ...], pre_release: tuple[str, ...]) -> None:
    version = version_of(tag)
    assert version is not None
    assert (version.release, version.pre_release) == (release, pre_release)


def test_precedence_knows_neither_zeros_nor_build() -> None:
    first, *others = [version_of(tag) for tag in ("1.2", "1.2.0", "v1.2.0", "1.2.0_build.9", "01.02")]
    assert first is not None
    for version in others:
        assert version is not None
        assert version.precedence == first.precedence


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_different_tags_never_have_equal_keys(order: str) -> None:
    dice = random.Random(order)
    parts = ["1", "01", "2", "10", ".", "-", "_", "v", "rc", "a", "alpha", "0", "2026", "20260101", "T0101"]
    letters = string.ascii_letters + string.digits + "._-"
    tags = {"".join(dice.choices(parts, k=dice.randint(1, 6))) for _time in range(2000)}
    tags |= {"".join(dice.choices(letters, k=4)) for _time in range(500)}
    keys = {tag: ORDERS[order](tag) for tag in tags}
    fitting = [tag for tag in tags if keys[tag] is not None]
    assert len(fitting) > 50
    assert len({keys[tag] for tag in fitting}) == len(fitting)
    # Any two can be compared, and whatever the input order, the same comes out.
    one = sorted(fitting, key=lambda tag: keys[tag] or ())
    dice.shuffle(fitting)
    assert sorted(fitting, key=lambda tag: keys[tag] or ()) == one


def test_each_order_by_its_name() -> None:
    assert {"version": version_key, "natural": natural_key, "tag_date": date_key} == ORDERS
