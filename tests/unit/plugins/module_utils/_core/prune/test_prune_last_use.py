# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies that count from arrival and last use."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    decision,
    image,
    plan,
    removed,
)

DAY = 86_400
OLD = {"states": ["tagged"], "older_than": "14d"}
UNUSED = {"states": ["tagged"], "unused_for": "30d"}


def known(arrived: int | None = None, used: int | None = None, since: int | None = None) -> dict[str, t.Any]:
    """Facts as image_summary_info returns them; ages in days."""
    days = {"arrived": arrived, "last_used": used, "watched_since": since}
    return {key: None if value is None else NOW - value * DAY for key, value in days.items()}


@pytest.mark.parametrize(
    "facts, policy, detail",
    [
        (known(), OLD, "removed: 90 d old > 14 d (rule remove)"),
        (known(arrived=20), OLD, "removed: 20 d since its arrival > 14 d (rule remove)"),
        (known(arrived=20, used=15), OLD, "removed: 15 d since its last use > 14 d (rule remove)"),
        (known(arrived=99, used=98), OLD, "removed: 90 d old > 14 d (rule remove)"),
        (known(arrived=14), OLD, "kept: no rule matched"),
        (known(used=14), OLD, "kept: no rule matched"),
        (known(arrived=1), {"min_age": "2d", **OLD}, "kept: 1 d since its arrival <= 2 d (rule min_age)"),
        ({"last_tagged": NOW - DAY}, {"min_age": "2d"}, "kept: 1 d since its arrival <= 2 d (rule min_age)"),
        # Removed only if it was watched for as long.
        (known(), UNUSED, "kept: its last use is not known (rule remove)"),
        (known(used=40), UNUSED, "kept: its last use is not known (rule remove)"),
        (known(since=30), UNUSED, "kept: its last use is not known, it is watched for 30 d only (rule remove)"),
        (known(since=31), UNUSED, "removed: 31 d watched without a use > 30 d (rule remove)"),
        (known(40, 35, 50), UNUSED, "removed: 35 d unused > 30 d (rule remove)"),
        (known(35, 40, 50), UNUSED, "removed: 35 d unused since its arrival > 30 d (rule remove)"),
        (known(90, 80, 50), UNUSED, "removed: 50 d watched without a use > 30 d (rule remove)"),
        (known(used=30, since=50), UNUSED, "kept: no rule matched"),
        (known(arrived=30), UNUSED, "kept: no rule matched"),
        # The user's own fact is taken for complete.
        ({"last_used": NOW - 31 * DAY}, UNUSED, "removed: 31 d unused > 30 d (rule remove)"),
        ({"last_used": NOW - 31 * DAY, "last_tagged": NOW}, UNUSED, "kept: no rule matched"),
    ],
)
def test_the_sentence_says_what_decided(facts: dict[str, t.Any], policy: dict[str, t.Any], detail: str) -> None:
    assert decision(plan([image("a", "a:1", age="90d", **facts)], policy), "a")["detail"] == detail


@pytest.mark.parametrize(
    ("age", "detail"),
    [
        (29, "kept: no rule matched"),
        (31, "removed: 31 d unused since it was built > 30 d (rule remove)"),
        (51, "removed: 50 d watched without a use > 30 d (rule remove)"),
        (-1, "removed: 50 d watched without a use > 30 d (rule remove)"),
    ],
)
def test_an_image_was_not_unused_before_it_was_built(age: int, detail: str) -> None:
    """A commit, or a build by another program, is in no event. Days; a date in the future says nothing."""
    one = {**image("a", "a:1", **known(since=50)), "created": NOW - age * DAY}
    assert decision(plan([one], UNUSED), "a")["detail"] == detail


@pytest.mark.parametrize(
    "facts, detail",
    [
        (known(used=9, since=10), "kept: 9 d unused <= 30 d (rule used)"),
        (known(arrived=9), "kept: 9 d unused since its arrival <= 30 d (rule used)"),
        (known(since=9), "kept: its last use is not known, it is watched for 9 d only (rule used)"),
        (known(), "kept: its last use is not known (rule used)"),
        (known(used=40, since=31), "removed: tagged (rule all)"),
        # A commit of a moment ago, on a host that is watched.
        ({**known(since=31), "created": NOW - DAY}, "kept: 1 d unused since it was built <= 30 d (rule used)"),
    ],
)
def test_used_within(facts: dict[str, t.Any], detail: str) -> None:
    rules = [
        {"name": "used", "action": "keep", "used_within": "30d"},
        {"name": "all", "action": "remove", "match": {"states": ["tagged"]}},
    ]
    one = {**image("a", "a:1", age="90d"), **facts}
    assert decision(plan([one], {"rules": rules}), "a")["detail"] == detail


def test_an_image_without_a_build_date_is_ranked_by_its_arrival() -> None:
    images = [
        image("a", "r:1", age="9d"),
        image("b", "r:2", age=None, **known(arrived=5)),
        image("c", "r:3", age="90d"),
    ]
    found = plan(images, {"states": ["tagged"], "keep_last": 2})
    assert decision(found, "b")["detail"] == "kept: rank 1 of 3 by its arrival in r (rule keep_last)"
    assert decision(found, "a")["detail"] == "kept: rank 2 of 3 in r (rule keep_last)"
    assert removed(found) == ["c"]


def test_a_budget_evicts_what_was_needed_longest_ago() -> None:
    images = [
        image("a", "a:1", age="90d", size=10, **known(arrived=1)),
        image("b", "b:1", age="20d", size=10, **known()),
        image("c", "c:1", age="90d", size=10, **known(arrived=80, used=10)),
    ]
    found = plan(images, {"max_used_space": 5, "target_used_space": 5, "accounting": "bounds"}, layers_size=30)
    assert removed(found) == ["b", "c", "a"]
