# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that remove a part of the plan, and the build cache beside a budget that is unmet."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._prune.disk_usage import build_cache_of
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune import Request, prune, saved_plan
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune_result import Result
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    long_id,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import (
    engine_with,
    outcomes,
    run,
    silence,
)


def many(engine: FakeEngine, plan: t.Any = None, check_mode: bool = False, **policy: t.Any) -> Result:
    """Prune."""
    request = Request(Policy.parse({"states": ["tagged"], **policy}), NOW, None, plan, 3600, check_mode)
    return prune(t.cast("t.Any", engine), request, saved_plan(request, NOW))


def row(count: int) -> FakeEngine:
    """Images that do not depend on each other, n00 the oldest."""
    images = [image(f"n{n:02}", f"r:{n}", f"{99 - n}d", layers=[]) for n in range(count)]
    return FakeEngine(images, {})


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("count", [5, 30], ids=["one after the other", "side by side"])
def test_the_first_of_the_plan_are_removed(count: int, check_mode: bool) -> None:
    engine = row(count)
    result = many(engine, check_mode=check_mode, removals_per_run=3)
    first = "planned" if check_mode else "removed"
    assert outcomes(result) == [first] * 3 + ["deferred"] * (count - 3)
    assert len(result.plan["actions"]) == count
    assert [one.id for one in result.outcomes] == [action["id"] for action in result.plan["actions"]]
    assert len(engine.images) == (count if check_mode else count - 3)
    assert result.outcomes[3].detail == "for the next run: removals_per_run is 3"
    assert result.changed and result.warnings == [] and result.failure is None


@pytest.mark.parametrize("count", [5, 30])
def test_an_image_that_is_kept_does_not_keep_others_from_their_turn(count: int) -> None:
    engine = row(count)
    plan = many(engine, check_mode=True, removals_per_run=3).plan
    engine.start("web", long_id("n01"))
    result = many(engine, plan, removals_per_run=3)
    assert outcomes(result)[:5] == ["removed", "in_use", "removed", "removed", "deferred"]
    # The same plan again goes on where this run ended.
    result = many(engine, plan, removals_per_run=3)
    absent = ["already_absent", "in_use", "already_absent", "already_absent"]
    assert outcomes(result) == [*absent, *(["removed"] * 3 + ["deferred"] * count)[: count - 4]]
    assert outcomes(many(engine, plan, check_mode=True, removals_per_run=3))[4:] == [
        *(["already_absent"] * 3 + ["planned"] * 3 + ["deferred"] * count)[: count - 4]
    ]


@pytest.mark.parametrize("count", [5, 30])
def test_an_engine_that_dies_is_not_asked_for_more(count: int) -> None:
    engine = row(count)

    def dies(method: str, _path: str) -> None:
        if method == "DELETE":
            engine.interfere = lambda _method, _path: silence(engine)
            silence(engine)

    engine.interfere = dies
    counts = set(outcomes(many(engine, removals_per_run=3)))
    assert counts <= {"failed", "not_reached"} and "failed" in counts


def test_the_whole_plan_is_judged() -> None:
    result = many(row(5), removals_per_run=1, max_removals=4)
    assert result.failure and "would remove 5 of 5 images" in result.failure
    assert result.outcomes == []


def test_what_follows_its_last_child_goes_along() -> None:
    images = [
        image("base", "", "9d", layers=["base"]),
        image("a", "r:1", "8d", parent="base", layers=["base", "a"]),
        image("b", "r:2", "7d", layers=["b"]),
    ]
    engine = FakeEngine(images, {("base",): 100, ("base", "a"): 10, ("b",): 20})
    result = run(engine, removals_per_run=1, accounting="exact")
    assert outcomes(result) == ["removed", "removed", "deferred"]
    # What was removed in this run, to the byte.
    assert result.to_dict()["space_reclaimed_predicted"] == result.space_reclaimed == 110
    assert (
        run(engine_with(a="r:1", b="r:2"), removals_per_run=1, accounting="bounds").to_dict()[
            "space_reclaimed_predicted"
        ]
        is None
    )


@pytest.mark.parametrize("on_budget_unmet", ["fail", "warn"])
def test_a_budget_that_the_next_runs_meet_is_not_unmet(on_budget_unmet: str) -> None:
    policy = {"states": None, "max_used_space": 0, "removals_per_run": 1, "on_budget_unmet": on_budget_unmet}
    result = run(engine_with(a="r:1", b="r:2"), **policy)
    assert outcomes(result) == ["removed", "deferred"]
    assert result.failure is None and result.warnings == []
    # What no run can meet is said by the first one.
    result = run(engine_with(a="r:1", b="r:2", c="r:3"), **policy, keep_tags=["3"])
    assert outcomes(result) == ["removed", "deferred"]
    said = result.failure if on_budget_unmet == "fail" else result.warnings[0]
    assert said == "the budget is not met: 130 B more would have to be freed"


@pytest.mark.parametrize("value", [0, -1, "x"])
def test_no_removal_at_all_is_no_limit_of_a_run(value: t.Any) -> None:
    with pytest.raises(ValueError, match="removals_per_run must be"):
        Policy.parse({"removals_per_run": value})


CACHE = [{"Size": 267_000_000_000, "Shared": False}, {"Size": 5, "Shared": True}]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("on_budget_unmet", ["fail", "warn"])
def test_build_cache_is_named_where_a_budget_is_unmet(on_budget_unmet: str, check_mode: bool) -> None:
    engine = engine_with(a="r:1", b="r:2")
    engine.build_cache = CACHE
    result = run(engine, check_mode, max_used_space=5, keep_tags=["2"], on_budget_unmet=on_budget_unmet)
    said = [*result.warnings, result.failure or ""]
    cache = "267 GB of build cache are not images: docker builder prune --all removes what no build uses"
    assert [text for text in said if text.endswith(f"to be freed. {cache}")], said
    assert result.plan["build_cache"] == 267_000_000_000


@pytest.mark.parametrize(
    "df, size",
    [
        (None, -1),
        ({"BuildCache": None}, 0),
        ({"BuildCache": CACHE}, 267_000_000_000),
        ({"BuildCache": [7, {"Size": "9"}]}, 0),
        ({"BuildCache": 7}, 0),
        # From API 1.52 on.
        ({"BuildCacheUsage": {"TotalSize": 9, "Items": None}}, 9),
        ({"BuildCacheUsage": {}}, 0),
        ({"BuildCacheUsage": {"TotalSize": "9"}}, -1),
    ],
)
def test_bytes_of_the_build_cache(df: t.Any, size: int) -> None:
    assert build_cache_of(df) == size
