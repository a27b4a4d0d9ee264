# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one warning about images whose arrival is not known, where a rule keeps what is newer than an age."""

from __future__ import annotations

import types
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.unknown_arrivals import unknown_arrivals
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import NOW

DAY = 86_400
WEEK = {"min_age": "7d"}


def warned(policy: dict[str, t.Any], images: list[tuple[str, int | None, int | None]], **plan: list[str]) -> list[str]:
    """``images``: ID, arrival, and since when uses were watched."""
    facts = [types.SimpleNamespace(id=one, arrived=two, watched_since=three) for one, two, three in images]
    made = {key: [{"id": one} for one in plan.get(key, ())] for key in ("actions", "would")}
    return unknown_arrivals(t.cast("t.Any", made), t.cast("t.Any", facts), Policy.parse(policy), NOW)


def sentence(count: str) -> list[str]:
    return [f"when {count} arrived is not known, so min_age and newer_than count from their build dates"]


@pytest.mark.parametrize(
    "policy, images, expected",
    [
        pytest.param(WEEK, [("a", None, None)], True, id="nothing is known"),
        pytest.param(WEEK, [("a", None, NOW - 7 * DAY + 1)], True, id="watched for less than the age"),
        pytest.param(WEEK, [("a", None, NOW - 7 * DAY)], False, id="watched for the age, so it was there before"),
        pytest.param(WEEK, [("a", NOW - 9 * DAY, None)], False, id="it is known"),
        pytest.param(WEEK, [("b", None, None)], False, id="of an image that is kept"),
        pytest.param({}, [("a", None, None)], False, id="no rule asks"),
        pytest.param({"older_than": "7d"}, [("a", None, None)], False, id="a rule that removes"),
        pytest.param(
            {"rules": [{"name": f"new{days}", "action": "keep", "newer_than": f"{days}d"} for days in (1, 30, 7)]},
            [("a", None, NOW - 9 * DAY)],
            True,
            id="the longest age counts",
        ),
    ],
)
def test_when_it_is_said(
    policy: dict[str, t.Any], images: list[tuple[str, int | None, int | None]], expected: bool
) -> None:
    assert warned({"states": ["tagged"], **policy}, images, actions=["a"]) == (
        sentence("1 of the 1 images that the plan removes") if expected else []
    )


def test_images_of_a_plan_that_is_blocked_count_as_well() -> None:
    images = [("a", None, None), ("b", None, None), ("c", NOW, None), ("d", None, None)]
    found = warned({"states": ["tagged"], **WEEK}, images, actions=["a"], would=["b", "c"])
    assert found == sentence("2 of the 3 images that the plan removes")
