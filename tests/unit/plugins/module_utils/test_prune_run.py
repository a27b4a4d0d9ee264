# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plan and apply come to: budgets that stop early, plans that fail the task, and what makes bytes uncertain."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine_errors import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune_run import Request, Result, prune
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    long_id,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils.prune_runs import (
    engine_with,
    once,
    outcomes,
    run,
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


def many(engine: FakeEngine, **policy: t.Any) -> tuple[Result, int]:
    """Prune with further connections at hand, and how many were opened."""
    opened: list[FakeEngine] = []

    @contextlib.contextmanager
    def connect_again() -> t.Iterator[t.Any]:
        opened.append(engine)
        yield engine

    request = Request(Policy.parse({"states": ["tagged"], **policy}), NOW, None, None, 3600, False)
    return prune(t.cast("t.Any", engine), request, None, connect_again), len(opened)


def row_of_images(count: int, parent: str = "") -> FakeEngine:
    """Images without layers; ``parent`` names the first of them, upon which all others were built."""
    names = [f"n{number:02}" for number in range(count)]
    return FakeEngine(
        [image(name, f"r:{name}", "9d", parent=parent if name != parent else "", layers=[]) for name in names], {}
    )


def test_many_independent_images_go_side_by_side_and_are_reported_in_order() -> None:
    engine = row_of_images(30)
    result, opened = many(engine)
    assert opened == 2 and engine.images == {}
    assert [one.id for one in result.outcomes] == [long_id(f"n{number:02}") for number in range(30)]
    assert set(outcomes(result)) == {"removed"}


def test_an_engine_that_dies_ends_all_of_them() -> None:
    engine = row_of_images(60)

    def dies(method: str, path: str) -> None:
        if len(engine.images) <= 50 and method == "DELETE":
            engine.interfere = refuse_all
            refuse_all(method, path)

    def refuse_all(_method: str, _path: str) -> None:
        raise EngineError("no answer from unix:///fake.sock")

    engine.interfere = dies
    result, _opened = many(engine)
    counts = {outcome: outcomes(result).count(outcome) for outcome in ("removed", "failed", "not_reached")}
    assert counts["removed"] == 60 - len(engine.images) and 1 <= counts["failed"] <= 3
    assert sum(counts.values()) == 60 and counts["not_reached"] >= 40
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
