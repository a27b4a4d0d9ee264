# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plan and apply come to: budgets that stop early, plans that fail the task, and what makes bytes uncertain."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
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
    once,
    outcomes,
    run,
    silence,
)


def test_evictions_stop_when_the_engine_says_that_enough_is_free() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    # In bounds nothing is known of the shared layer until the last image goes.
    result = run(engine, states=None, max_used_space=155, accounting="bounds")
    assert outcomes(result) == ["removed"]
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    once(engine, "DELETE", long_id("a"), lambda one: one.images.pop(long_id("c")))
    result = run(engine, states=None, max_used_space=131, accounting="bounds")
    assert outcomes(result) == ["removed", "not_needed"]
    assert long_id("b") in engine.images


@pytest.mark.parametrize(
    "policy, failure",
    [
        (
            {"max_removals": 1},
            "nothing was removed: the plan would remove 2 of 2 images, more than max_removals allows",
        ),
        ({"max_used_space": 1, "on_budget_unmet": "fail", "keep_tags": ["1"]}, "the budget is not met: "),
    ],
)
def test_plans_that_fail_the_task(policy: dict[str, t.Any], failure: str) -> None:
    for check_mode in (True, False):
        engine = engine_with(a="r:1", b="r:2")
        result = run(engine, check_mode, **policy)
        assert result.failure and result.failure.startswith(failure)
        assert len(engine.images) == (2 if check_mode or "max_removals" in policy else 1)


@pytest.mark.parametrize("on_budget_unmet", ["fail", "warn", "ignore"])
@pytest.mark.parametrize(
    "policy, happens, expected",
    [
        pytest.param({"max_used_space": 120}, lambda engine: None, None, id="met as planned"),
        pytest.param(
            {"max_used_space": 125},
            lambda engine: engine.start("web", long_id("a")),
            "5 B more would have to be freed",
            id="an image stays that was to go",
        ),
        pytest.param(
            {"states": ["tagged"], "max_used_space": 125, "keep_tags": ["2"]},
            lambda engine: engine.start("web", long_id("a")),
            "5 B more would have to be freed",
            id="an image stays that a rule was to remove",
        ),
        pytest.param(
            {"max_used_space": 5, "keep_tags": ["2"]},
            lambda engine: None,
            "115 B more would have to be freed",
            id="never",
        ),
        pytest.param(
            {"max_used_space": 5, "keep_tags": ["2"]},
            lambda engine: engine.images.pop(long_id("b")),
            None,
            id="somebody else helps",
        ),
        pytest.param(
            {"max_used_space": 5, "accounting": "bounds"}, lambda engine: None, None, id="more goes than was sure"
        ),
    ],
)
def test_what_was_measured_says_whether_the_budget_is_met(
    policy: dict[str, t.Any], happens: t.Callable[[FakeEngine], t.Any], expected: str | None, on_budget_unmet: str
) -> None:
    engine = engine_with(a="r:1", b="r:2")
    once(engine, "DELETE", long_id("a"), happens)
    result = run(engine, **{"states": None, **policy}, on_budget_unmet=on_budget_unmet)
    missing = [f"the budget is not met: {expected}"] if expected else []
    said = [text for text in result.warnings if text.startswith("the budget is not met")]
    assert said == (missing if on_budget_unmet == "warn" else [])
    assert [result.failure] == (missing if missing and on_budget_unmet == "fail" else [None])


def test_bounds_do_not_fail_a_plan_of_which_nobody_knows_yet() -> None:
    policy = {"states": None, "max_used_space": 20, "on_budget_unmet": "fail"}
    engine = engine_with(a="r:1", b="r:2")
    engine.build_cache = [{"Shared": True, "Size": 90}]
    check = run(engine, check_mode=True, **policy)
    assert not check.plan["budget"]["met"] and check.plan["accounting"]["upper_bytes"] == 130
    assert check.failure is None
    assert (
        "the budget may not be met: only bounds are known, and 70 B of what is needed may not be freed"
        in check.warnings
    )
    result = run(engine, **{**policy, "on_budget_unmet": "warn"})
    assert result.failure is None and check.warnings[-1] in result.plan["warnings"]
    assert not any("budget" in text for text in result.warnings)
    check = run(engine_with(a="r:1", b="r:2"), check_mode=True, **policy, keep_tags=["2"])
    assert check.failure == "the budget is not met: 100 B more would have to be freed"


def test_build_cache_and_containers_without_image_make_bounds_of_exact_bytes() -> None:
    engine = engine_with(a="r:1", b="r:2")
    engine.build_cache = [{"Shared": True, "Size": 7}, {"Shared": False, "Size": 1000}]
    engine.start("ghost", long_id("gone"))
    result = run(engine, check_mode=True, accounting="exact", keep_tags=["2"])
    assert result.plan["accounting"]["method"] == "bounds"
    # 20 bytes below the container, 7 of cache: of the 10 bytes of a nothing is sure.
    assert (result.plan["accounting"]["lower_bytes"], result.plan["accounting"]["upper_bytes"]) == (0, 10)
    assert any("container ghost" in text for text in result.plan["accounting"]["obstacles"])


def test_a_mount_of_an_unknown_image_keeps_what_has_no_tag() -> None:
    engine = engine_with(a="", b="r:2")
    engine.start("web", long_id("b"), Mounts=[{"Type": "image", "Name": "moved:away"}])
    result = run(engine, states=["dangling"])
    assert result.outcomes == [] and any("web mounts" in text for text in result.warnings)


def test_histories_are_asked_where_sizes_leave_points_unknown() -> None:
    """Two trunks with two pairs of images each: what the pairs share is known, what the trunks are is not."""
    weights: dict[tuple[str, ...], int] = {}
    images = []
    for trunk, part, leaf in ((trunk, part, leaf) for trunk in "xy" for part in "mn" for leaf in "12"):
        path = [trunk, trunk + part, trunk + part + leaf]
        for depth, size in enumerate((100, 20, 3)):
            weights[tuple(path[: depth + 1])] = size
        images.append(image(trunk + part + leaf, f"r:{trunk}{part}{leaf}", layers=path))
    engine = FakeEngine(images, weights)
    result = run(engine, accounting="exact", keep_tags=["x*"])
    histories = [path for _method, path, _query in engine.requests if path.endswith("/history")]
    assert len(histories) == 2 == len(images) / 4
    assert result.plan["accounting"]["method"] == "exact"
    assert result.space_reclaimed == result.plan["accounting"]["lower_bytes"] == 100 + 2 * 20 + 4 * 3


def many(engine: FakeEngine, plan: t.Any = None, connections: int = 0, **policy: t.Any) -> tuple[Result, int]:
    """Prune with further connections at hand, and how many were opened.

    No image is removed before there are ``connections``.
    """
    opened: list[FakeEngine] = []

    @contextlib.contextmanager
    def again() -> t.Iterator[t.Any]:
        opened.append(engine)
        yield engine

    def wait_for_all(method: str, _path: str) -> None:
        while method == "DELETE" and len(opened) < connections:
            time.sleep(0.001)

    if connections:
        engine.interfere = wait_for_all
    engine.again = again  # type: ignore[method-assign]
    request = Request(Policy.parse({"states": ["tagged"], **policy}), NOW, None, plan, 3600, False)
    return prune(t.cast("t.Any", engine), request, saved_plan(request, NOW)), len(opened)


def row_of_images(count: int, parent: str = "") -> FakeEngine:
    """Images without layers; ``parent`` names the first of them, upon which all others were built."""
    names = [f"n{number:02}" for number in range(count)]
    return FakeEngine(
        [image(name, f"r:{name}", "9d", parent=parent if name != parent else "", layers=[]) for name in names], {}
    )


def test_many_independent_images_go_side_by_side_and_are_reported_in_order() -> None:
    engine = row_of_images(30)
    result, opened = many(engine, connections=11)
    assert opened == 11 and engine.images == {}
    assert [one.id for one in result.outcomes] == [long_id(f"n{number:02}") for number in range(30)]
    assert set(outcomes(result)) == {"removed"}


def test_each_removal_side_by_side_is_preceded_by_a_look_of_its_own_time() -> None:
    engine = row_of_images(40)
    many(engine)
    asked = [(method, path) for method, path, _query in engine.requests]
    for number in range(40):
        identity = long_id(f"n{number:02}")
        inspected = asked.index(("GET", f"/images/{identity}/json"))
        removed = asked.index(("DELETE", f"/images/{identity}"))
        assert ("GET", "/containers/json") in asked[inspected:removed]


def test_an_engine_that_dies_ends_all_of_them() -> None:
    engine = row_of_images(60)

    def dies(method: str, path: str) -> None:
        if len(engine.images) <= 50 and method == "DELETE":
            engine.interfere = refuse_all
            refuse_all(method, path)

    def refuse_all(_method: str, _path: str) -> None:
        silence(engine)

    engine.interfere = dies
    result, _opened = many(engine)
    counts = {outcome: outcomes(result).count(outcome) for outcome in ("removed", "failed", "not_reached")}
    assert counts["removed"] == 60 - len(engine.images) and 1 <= counts["failed"] <= 12
    assert sum(counts.values()) == 60 and counts["not_reached"] >= 60 - 10 - 2 * 12
    assert result.failure and "not reached" in result.failure


@pytest.mark.parametrize(
    "engine, policy",
    [
        pytest.param(row_of_images(19), {}, id="few images"),
        pytest.param(row_of_images(30, parent="n00"), {}, id="images that wait for others"),
        pytest.param(row_of_images(30), {"max_used_space": 0, "accounting": "bounds"}, id="a budget in bounds"),
    ],
)
def test_one_after_the_other(engine: FakeEngine, policy: dict[str, t.Any]) -> None:
    result, opened = many(engine, **policy)
    assert opened == 0 and not result.failure


def saved(engine: FakeEngine, plan: dict[str, t.Any], check_mode: bool = False, **policy: t.Any) -> Result:
    """Apply a saved plan, in check mode or not."""
    request = Request(Policy.parse({"states": ["tagged"], **policy}), NOW, None, plan, 3600, check_mode)
    return prune(t.cast("t.Any", engine), request, saved_plan(request, NOW))


@pytest.mark.parametrize(
    "happens, expected",
    [
        (lambda engine: None, "planned"),
        (lambda engine: engine.start("web", long_id("a")), "in_use"),
        (lambda engine: engine.images.pop(long_id("a")), "already_absent"),
        (lambda engine: engine.post(f"/images/{long_id('a')}/tag", repo="t", tag="1"), "changed_since_plan"),
    ],
)
def test_check_mode_of_a_saved_plan_says_what_real_mode_then_does(
    happens: t.Callable[[FakeEngine], t.Any], expected: str
) -> None:
    engine = engine_with(a="r:1")
    plan = run(engine, check_mode=True).plan
    happens(engine)
    del engine.requests[:]
    check = saved(engine, plan, check_mode=True)
    assert {method for method, _path, _query in engine.requests} == {"GET"}
    real = saved(engine, plan)
    assert outcomes(check) == [expected] and outcomes(real) == [expected.replace("planned", "removed")]
    assert check.changed is real.changed is (expected == "planned")
    assert check.diff() == real.diff()
    assert check.warnings == real.warnings and check.space_reclaimed is None
    assert not saved(engine, plan, check_mode=True).changed


def test_check_mode_of_a_saved_plan_measures_once_whether_its_budget_is_met() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    policy = {"states": None, "max_used_space": 131, "accounting": "bounds"}
    plan = run(engine, check_mode=True, **policy).plan
    engine.images.pop(long_id("c"))
    del engine.requests[:]
    assert set(outcomes(saved(engine, plan, check_mode=True, **policy))) == {"not_needed"}
    assert [path for _method, path, _query in engine.requests].count("/system/df") == 1


def waiting_for(asked: list[str]) -> FakeEngine:
    """An engine that removes nothing before a further connection was asked for."""
    engine = row_of_images(30)

    def wait(method: str, _path: str) -> None:
        while method == "DELETE" and not asked:
            time.sleep(0.001)

    engine.interfere = wait
    return engine


def test_no_connection_is_opened_when_all_has_begun() -> None:
    """A login by ssh takes longer than a removal."""
    asked: list[str] = []
    engine = waiting_for(asked)

    @contextlib.contextmanager
    def again() -> t.Iterator[t.Any]:
        asked.append("connection")
        while engine.images:
            time.sleep(0.001)
        yield engine

    engine.again = again  # type: ignore[method-assign]
    request = Request(Policy.parse({"states": ["tagged"]}), NOW, None, None, 3600, False)
    result = prune(t.cast("t.Any", engine), request, None)
    assert set(outcomes(result)) == {"removed"} and len(result.outcomes) == 30 and len(asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        EngineError("The ssh connection to ssh://host failed (Connection reset by peer)"),
        OSError(28, "No space left on device"),
    ],
)
def test_a_connection_that_cannot_be_had_is_done_without(error: Exception) -> None:
    asked: list[str] = []
    engine = waiting_for(asked)

    def again() -> t.Any:
        asked.append("connection")
        raise error

    engine.again = again  # type: ignore[method-assign]
    request = Request(Policy.parse({"states": ["tagged"]}), NOW, None, None, 3600, False)
    result = prune(t.cast("t.Any", engine), request, None)
    assert set(outcomes(result)) == {"removed"} and len(result.outcomes) == 30 and len(asked) == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_threads_that_the_host_does_not_give_are_done_without(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def start_some(thread: threading.Thread) -> None:
        if len(started) == count:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_some)
    result, _opened = many(row_of_images(30))
    assert outcomes(result) == ["removed"] * 30


@pytest.mark.parametrize(
    "number, parent, policy, expected",
    [
        pytest.param(30, "", {}, 11, id="many images"),
        pytest.param(19, "", {}, 0, id="few images"),
        pytest.param(30, "n00", {}, 0, id="images that wait for others"),
        pytest.param(30, "", {"max_used_space": 0, "accounting": "bounds"}, 0, id="a budget in bounds"),
    ],
)
def test_a_saved_plan_goes_side_by_side_where_a_new_one_would(
    number: int, parent: str, policy: dict[str, t.Any], expected: int
) -> None:
    engine = row_of_images(number, parent=parent)
    plan = run(engine, check_mode=True, **policy).plan
    result, opened = many(engine, plan, connections=expected, **policy)
    assert opened == expected and not result.failure and engine.images == {}


def test_a_saved_plan_needs_no_list_of_images() -> None:
    engine = row_of_images(30)
    plan = run(engine, check_mode=True).plan

    def refuses_lists(_method: str, path: str) -> None:
        if path == "/images/json":
            raise EngineError("no lists today", 500, True)

    engine.interfere = refuses_lists
    result, opened = many(engine, plan)
    assert opened == 0 and set(outcomes(result)) == {"removed"}
