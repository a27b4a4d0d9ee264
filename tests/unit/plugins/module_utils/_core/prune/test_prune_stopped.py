# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that only containers which stopped long ago keep: kept all the same, for a reason of their own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    decision,
    image,
    long_id,
    plan,
    removed,
)

DAY = 86_400
TAGGED = {"states": ["tagged"]}


def exited(**days: float) -> list[dict[str, t.Any]]:
    """Containers by name, and how many days ago they exited."""
    return [{"name": name, "id": f"{name}-id", "exited": int(NOW - age * DAY)} for name, age in days.items()]


def held(**facts: t.Any) -> dict[str, t.Any]:
    """An image with two containers that have exited, layers of 100 and 20 bytes."""
    default = {"containers": 2, "in_use_by": ["old", "older"], "stopped_containers": exited(older=90, old=40)}
    return image("a", "r:1", size=120, shared=100, layers=["base", "a"], **{**default, **facts})


OTHER = image("b", "r:2", size=150, shared=100, layers=["base", "b"])


def test_the_reason_names_containers_times_and_bytes() -> None:
    found = plan([held(), OTHER], {**TAGGED, "keep_tags": ["2"]}, layers_size=170)
    one = decision(found, "a")
    assert (one["decision"], one["reasons"]) == ("keep", ["in_use_stopped"])
    assert one["detail"] == (
        "kept: only in use by `older` (exited 90 d ago), `old` (exited 40 d ago); without them, its removal frees at"
        " least 20 B"
    )
    assert found["held_by_stopped"] == [
        {
            "id": long_id("a"),
            "references": ["r:1"],
            "containers": [
                {"id": "older-id", "name": "older", "exited": "2026-10-17T08:00:00Z"},
                {"id": "old-id", "name": "old", "exited": "2026-12-06T08:00:00Z"},
            ],
            "reclaim_bytes": 20,
        }
    ]


def test_bytes_are_counted_after_the_removals_of_the_plan() -> None:
    # The layer that both share is free when the second one goes.
    found = plan([held(), OTHER], TAGGED, layers_size=170)
    assert removed(found) == ["b"]
    assert [one["reclaim_bytes"] for one in found["held_by_stopped"]] == [120]


@pytest.mark.parametrize(
    "facts, policy, reasons",
    [
        pytest.param({"stopped_containers": exited(older=90, old=29)}, {}, "in_use", id="one of them not long ago"),
        pytest.param({"stopped_containers": exited(older=90, old=30)}, {}, "in_use", id="exactly so long ago"),
        pytest.param({"stopped_containers": exited(older=90)}, {}, "in_use", id="another one uses it"),
        pytest.param({"containers": 3}, {}, "in_use", id="a third one, of which nothing is known"),
        pytest.param({"stopped_containers": None}, {}, "in_use", id="not known"),
        pytest.param({"containers": -1, "in_use_by": []}, {}, "usage_unknown", id="usage not known"),
        pytest.param({"stopped_containers": exited(a=9, b=8)}, {"stopped_for": "7d"}, "in_use_stopped", id="option"),
        pytest.param({}, {"stopped_for": "50d"}, "in_use", id="longer than by default"),
        pytest.param({"pinned": True}, {}, "in_use_stopped pinned", id="pinned"),
        pytest.param({}, {"keep_tags": ["1"]}, "in_use_stopped keep_rule", id="kept"),
        pytest.param({}, {"older_than": "60d"}, "in_use_stopped no_rule_matched", id="no rule"),
    ],
)
def test_the_reason(facts: dict[str, t.Any], policy: dict[str, t.Any], reasons: str) -> None:
    found = plan([held(**facts)], {**TAGGED, **policy})
    assert decision(found, "a")["reasons"] == reasons.split()
    assert removed(found) == []
    # Only what nothing else keeps would be free without the containers.
    assert bool(found["held_by_stopped"]) == (reasons == "in_use_stopped")


def test_a_budget_asks_for_every_image() -> None:
    found = plan([held(), OTHER], {"max_used_space": 10, "keep_tags": ["2"]}, layers_size=170)
    assert [one["reclaim_bytes"] for one in found["held_by_stopped"]] == [20]


def test_a_parent_of_a_kept_child_frees_nothing() -> None:
    child = image("c", "r:3", parent="a", containers=1)
    assert plan([held(), child], TAGGED)["held_by_stopped"] == []


@pytest.mark.parametrize(
    "value",
    [
        5,
        ["old"],
        [{"name": "a", "exited": "soon"}],
        [{"name": "a"}],
        [{"name": "a", "exited": 0}],
        [{"name": "a", "exited": -5}],
        [{"name": "a", "exited": 2**63}],
    ],
)
def test_facts_that_are_none(value: t.Any) -> None:
    with pytest.raises(ValueError, match=r"images\[0\].stopped_containers"):
        plan([held(stopped_containers=value)], {})


def test_the_default_may_be_written_out() -> None:
    assert Policy.parse({"stopped_for": "4w2d"}).digest == Policy.parse({}).digest
    assert Policy.parse({"stopped_for": "29d"}).digest != Policy.parse({}).digest
