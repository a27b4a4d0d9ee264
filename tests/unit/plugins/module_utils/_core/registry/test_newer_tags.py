# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tags are newer versions of a tag, and which cannot be compared with it. The order is tested in _core/image."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.registry.newer_tags import newer_versions

# The example of https://semver.org/spec/v2.0.0.html#spec-item-11, and more around it.
IN_ORDER = [
    "0.0.4",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0",
    "20240102030405.0.0",
]


def test_the_order_of_semantic_versioning() -> None:
    for older, newer in itertools.combinations(IN_ORDER, 2):
        assert newer_versions(older, [newer], pre_releases=True) == [newer]
        assert newer_versions(newer, [older], pre_releases=True) == []


def test_the_newest_comes_first_and_each_once() -> None:
    assert newer_versions("0.0.1", [*IN_ORDER, *IN_ORDER], pre_releases=True) == IN_ORDER[::-1]


@pytest.mark.parametrize(
    "tag",
    ["latest", "", "v", "1.2.3.4", "1.2-", "1.2-.x", "1..2", "a1.2", "1.2+build", "1.2-a_b", "٣.1", "1" * 30, "7a8"],
)
def test_what_is_not_a_version(tag: str) -> None:
    assert newer_versions(tag, ["2.0"]) is None
    assert newer_versions("0.1", [tag]) == []


@pytest.mark.parametrize(
    "current, tag, newer",
    [
        ("1.26", "1.27", True),
        ("1.9", "1.10", True),
        ("24.04", "24.10", True),
        ("2024.09.30", "2024.10.01", True),
        ("1.26", "1.27.1", False),  # another promise: a patch level
        ("1.26", "2", False),
        ("1", "2", True),
        ("v1.2.3", "v1.2.4", True),
        ("v1.2.3", "1.2.4", False),
        ("1.26-alpine", "1.27-alpine", True),
        ("1.26-alpine", "1.27-Alpine", True),
        ("1.26-alpine", "1.27", False),
        ("1.26", "1.27-alpine", False),
        ("1.26-alpine3.19", "1.27-alpine3.20", False),
        ("1.26-slim-bookworm", "1.27-slim-bookworm", True),
        ("1.26", "1.27-rc1", False),
        ("1.26-rc1", "1.26-rc2", True),
        ("1.26-rc1", "1.26", True),
        ("3.14.0rc1", "3.14.0rc10", True),
        ("3.14.0rc1", "3.14.0", True),
        ("3.13.0", "3.14.0rc1", False),
        ("3.14.0rc1-slim", "3.14.0-slim", True),
        ("3.14.0rc1-slim", "3.14.0", False),
        ("1.26-rc.1-alpine", "1.26-alpine", True),
        ("1.26-alpine", "1.27-rc.1-alpine", False),
        ("1.26", "1.26", False),
        ("1.26", "01.26", False),
    ],
)
def test_what_can_be_compared(current: str, tag: str, newer: bool) -> None:
    assert newer_versions(current, [tag]) == ([tag] if newer else [])
