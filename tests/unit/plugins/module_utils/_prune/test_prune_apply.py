# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults between plan and apply: what happens to the image, what is said, and what else was asked of the engine."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import image, long_id
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import (
    Interference,
    apply_saved,
    engine_with,
    once,
    outcomes,
    refuse,
    run,
    silence,
    tags,
)

DIGEST = "sha256:" + "1" * 64


def test_everything_goes_and_the_bytes_are_as_predicted() -> None:
    engine = engine_with(a="r:1", b="r:2 s:2")
    check = run(engine, check_mode=True)
    assert {method for method, _path, _query in engine.requests} == {"GET"}
    result = run(engine)
    assert check.plan == result.plan
    assert outcomes(check) == ["planned", "planned"]
    assert outcomes(result) == ["removed", "removed"]
    assert (result.to_dict()["space_reclaimed_predicted"], result.space_reclaimed) == (130, 130)
    assert result.changed and not result.failure and not result.warnings
    again = run(engine)
    assert not again.changed and again.outcomes == [] and again.space_reclaimed == 0


def test_a_plan_that_does_nothing_inspects_nothing() -> None:
    engine = engine_with(a="r:1")
    run(engine, keep_tags=["1"])
    assert sorted(path for _method, path, _query in engine.requests) == [
        "/containers/json",
        "/images/json",
        "/system/df",
    ]


@pytest.mark.parametrize(
    "happens, expected, names",
    [
        pytest.param(
            lambda engine: engine.start("web", long_id("a")), "in_use", ["r:1", "s:1"], id="a container starts"
        ),
        pytest.param(
            lambda engine: engine.start("web", long_id("b"), Mounts=[{"Type": "image", "Name": "s:1"}]),
            "in_use",
            ["r:1", "s:1"],
            id="a container mounts it",
        ),
        pytest.param(
            lambda engine: engine.post(f"/images/{long_id('b')}/tag", repo="s", tag="1"),
            "changed_since_plan",
            ["r:1"],
            id="a tag moves away",
        ),
        pytest.param(
            lambda engine: engine.post(f"/images/{long_id('a')}/tag", repo="t", tag="1"),
            "changed_since_plan",
            ["r:1", "s:1", "t:1"],
            id="a tag is added",
        ),
        pytest.param(lambda engine: engine.images.pop(long_id("a")), "already_absent", None, id="it vanishes"),
        pytest.param(refuse(500), "failed", ["r:1", "s:1"], id="the engine answers 500"),
        pytest.param(refuse(None), "failed", ["r:1", "s:1"], id="the answer cannot be used"),
    ],
)
def test_before_an_image_is_removed(happens: Interference, expected: str, names: list[str] | None) -> None:
    engine = engine_with(a="r:1 s:1", b="x:1")
    plan = run(engine, check_mode=True, max_removals=2, keep_tags=["[2-9]"]).plan
    once(engine, "GET", f"/images/{long_id('a')}/json", happens)
    result = apply_saved(engine, plan, max_removals=2, keep_tags=["[2-9]"])
    assert outcomes(result)[0] == expected
    assert names is None or tags(engine, "a") == names
    assert bool(result.failure) is (expected == "failed")


@pytest.mark.parametrize(
    "path, happens, expected, names, lost",
    [
        pytest.param("/images/r:1", refuse(409), "conflict", "r:1 s:1 t:1", "", id="409 at the first name"),
        pytest.param("/images/s:1", refuse(409), "conflict", "r:1 s:1 t:1", "", id="409 at the second name"),
        pytest.param("/images/sha256", refuse(409), "conflict", "r:1 s:1 t:1", "", id="409 at the end"),
        pytest.param("/images/s:1", refuse(500), "failed", "r:1 s:1 t:1", "", id="500 at the second name"),
        pytest.param("/images/sha256", refuse(500), "failed", "r:1 s:1 t:1", "", id="500 at the end"),
        pytest.param("/images/s:1", refuse(None), "failed", "r:1 s:1 t:1", "", id="a web page at the second name"),
        pytest.param("/images/sha256", refuse(None), "failed", "r:1 s:1 t:1", "", id="a web page at the end"),
        pytest.param("/images/sha256", silence, "failed", "t:1", "r:1 s:1", id="no answer: nothing can be put back"),
        pytest.param(
            "/images/sha256",
            lambda engine: engine.start("web", long_id("a")),
            "conflict",
            "r:1 s:1 t:1",
            "",
            id="a container starts in the last moment",
        ),
    ],
)
def test_while_names_are_taken_off(path: str, happens: Interference, expected: str, names: str, lost: str) -> None:
    engine = engine_with(a="r:1 s:1 t:1", b="x:1")
    plan = run(engine, check_mode=True).plan
    once(engine, "DELETE", path, happens)
    result = apply_saved(engine, plan)
    assert outcomes(result)[0] == expected
    assert tags(engine, "a") == names.split()
    assert list(result.outcomes[0].lost_references) == lost.split()
    assert outcomes(result)[1] == ("not_reached" if lost else "removed")


def test_a_tag_that_moves_in_between_is_not_taken_from_its_new_image() -> None:
    engine = engine_with(a="r:1 s:1 t:1", b="x:1")
    plan = run(engine, check_mode=True).plan
    once(engine, "GET", "/images/s:1/json", lambda one: one.post(f"/images/{long_id('b')}/tag", repo="s", tag="1"))
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["changed_since_plan", "changed_since_plan"]
    assert (tags(engine, "a"), tags(engine, "b")) == (["r:1", "t:1"], ["s:1", "x:1"])


def test_digests_that_go_with_a_tag_are_reported() -> None:
    engine = FakeEngine([image("a", "r:1 s:1", repo_digests=[f"r@{DIGEST}", f"s@{DIGEST}"], layers=[])], {})
    plan = run(engine, check_mode=True).plan
    once(engine, "DELETE", "/images/sha256", refuse(409))
    result = apply_saved(engine, plan)
    assert tags(engine, "a") == ["r:1", "s:1"]
    assert result.outcomes[0].lost_references == [f"r@{DIGEST}"]
    assert result.changed


def test_a_failure_half_way_is_reported_and_a_rerun_goes_on() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    once(engine, "DELETE", long_id("b"), refuse(500, "disk on fire"))
    result = run(engine)
    assert outcomes(result) == ["removed", "failed", "removed"]
    assert result.failure == "2 of 3 images removed, 1 failed; the first: disk on fire"
    assert result.changed
    assert outcomes(run(engine)) == ["removed"]


def test_an_engine_that_dies_ends_the_run() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    once(engine, "DELETE", long_id("b"), silence)
    result = run(engine)
    assert outcomes(result) == ["removed", "failed", "not_reached"]
    assert result.failure and "1 of 3 images removed, 1 failed, 1 not reached" in result.failure
    assert result.space_reclaimed is None
    assert len(run(engine).outcomes) == 2


def test_a_second_prune_at_the_same_time() -> None:
    engine = engine_with(a="r:1 s:1", b="r:2")
    once(engine, "DELETE", "/images/", lambda one: [one.images.pop(long_id(name)) for name in "ab"])
    result = run(engine)
    assert outcomes(result) == ["removed", "already_absent"]
    assert not result.failure


def test_an_image_that_is_gone_although_the_engine_complained() -> None:
    engine = engine_with(a="r:1")

    def fails_too_late(one: FakeEngine) -> None:
        del one.images[long_id("a")]
        raise EngineError("timeout inside", 500, True)

    once(engine, "DELETE", long_id("a"), fails_too_late)
    result = run(engine)
    assert outcomes(result) == ["removed"] and not result.failure


def test_a_parent_is_not_needed_either_if_its_child_is_not() -> None:
    """An intermediate image whose child the budget spares is no surprise that somebody has to be warned of."""
    images = [
        image("a", "r:1", "90d", layers=["a"], size=0),
        image("b", "r:2", "9d", parent="p", layers=["base", "b"], size=0),
        image("p", "", "9d", layers=["base"], size=0),
    ]
    engine = FakeEngine(images, {("a",): 10, ("base",): 100, ("base", "b"): 10})
    policy = {"states": None, "max_used_space": 5, "accounting": "bounds", "on_budget_unmet": "ignore"}
    plan = run(engine, check_mode=True, **policy).plan
    once(
        engine, "GET", f"/images/{long_id('b')}/json", lambda one: one.weights.update({("base",): 0, ("base", "b"): 5})
    )
    result = apply_saved(engine, plan, **policy)
    assert outcomes(result) == ["removed", "not_needed", "not_needed"] and result.warnings == []


def test_a_parent_stays_with_a_child_that_could_not_go() -> None:
    engine = FakeEngine([image("p", "r:1", "90d", layers=[]), image("k", "r:2", "9d", parent="p", layers=[])], {})
    plan = run(engine, check_mode=True).plan
    engine.start("web", long_id("k"))
    assert outcomes(apply_saved(engine, plan)) == ["in_use", "has_kept_children"]


def test_an_image_that_vanishes_while_the_engine_answers_with_a_page() -> None:
    """Nobody asked to remove it, so it is not said that this run did."""
    engine = engine_with(a="r:1", b="x:1")
    plan = run(engine, check_mode=True).plan

    def vanishes(one: FakeEngine) -> None:
        del one.images[long_id("a")]
        raise EngineError("a web page", None, True)

    once(engine, "GET", "/images/sha256", vanishes)
    assert outcomes(apply_saved(engine, plan)) == ["already_absent", "removed"]
