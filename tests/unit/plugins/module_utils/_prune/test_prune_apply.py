# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults between plan and apply: what happens to the image, what is said, and what else was asked of the engine."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune import image_removal, put_back
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import image, long_id
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import (
    Interference,
    apply_saved,
    break_off,
    done_and,
    engine_with,
    once,
    outcomes,
    refuse,
    run,
    silence,
    tags,
)

DIGEST = "sha256:" + "1" * 64


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (patience, put_back):
        monkeypatch.setattr(module.time, "sleep", lambda _seconds: None)


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
        "/info",
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
            "removed",
            None,
            id="a tag moves away",
        ),
        pytest.param(
            lambda engine: engine.post(f"/images/{long_id('a')}/tag", repo="t", tag="1"),
            "changed_since_plan",
            ["r:1", "s:1", "t:1"],
            id="a tag is added",
        ),
        pytest.param(lambda engine: engine.images.pop(long_id("a")), "already_absent", None, id="it vanishes"),
        pytest.param(refuse(403), "failed", ["r:1", "s:1"], id="the engine answers 403"),
        pytest.param(refuse(None), "failed", ["r:1", "s:1"], id="the answer cannot be used"),
        pytest.param(break_off, "failed", ["r:1", "s:1"], id="half an answer comes"),
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
        pytest.param("/images/s:1", silence, "failed", "s:1 t:1", "r:1 s:1", id="no answer: nothing can be put back"),
        pytest.param("/images/sha256", silence, "failed", "t:1", "r:1 s:1 t:1", id="no answer at the end"),
        pytest.param("/images/s:1", break_off, "failed", "r:1 s:1 t:1", "", id="half an answer at the second name"),
        pytest.param("/images/sha256", break_off, "failed", "r:1 s:1 t:1", "", id="half an answer at the end"),
        pytest.param(
            "/images/s:1", done_and(break_off), "failed", "r:1 s:1 t:1", "", id="half an answer after the second name"
        ),
        pytest.param("/images/s:1", done_and(refuse(500)), "failed", "r:1 s:1 t:1", "", id="500 after the second name"),
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
    assert result.changed


@pytest.mark.parametrize("names", ["r:1", "r:1 s:1"])
@pytest.mark.parametrize(
    "happens, expected",
    [
        pytest.param(lambda engine: engine.start("web", long_id("a")), "conflict", id="a container is created"),
        pytest.param(refuse(500), "removed", id="500 although it is done"),
        pytest.param(break_off, "removed", id="half an answer"),
    ],
)
def test_docker_takes_the_last_name_off_before_it_looks_for_containers_again(
    happens: Interference, expected: str, names: str
) -> None:
    engine = engine_with(a=names, b="x:1")
    plan = run(engine, check_mode=True).plan
    once(engine, "UNTAGGED", long_id("a"), happens)
    result = apply_saved(engine, plan)
    assert outcomes(result) == [expected, "removed"]
    assert not result.outcomes[0].lost_references
    assert expected == "removed" or tags(engine, "a") == names.split()
    assert not result.failure


def test_a_name_that_cannot_be_put_back_is_listed() -> None:
    engine = engine_with(a="r:1", b="x:1")
    plan = run(engine, check_mode=True).plan

    def interfere(method: str, path: str) -> None:
        if method == "UNTAGGED" and not engine.containers:
            engine.start("web", long_id("a"))
        elif method == "POST":
            raise EngineError("read-only file system", 500, True)

    engine.interfere = interfere
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["conflict", "removed"] and result.changed
    assert result.outcomes[0].lost_references == ["r:1"]
    assert result.outcomes[0].detail.endswith("its names could not be put back: read-only file system")
    assert f"{long_id('a')} lacks r:1, which it had when the plan was made" in " ".join(result.warnings)
    assert [method for method, _path, _query in engine.requests].count("POST") == 3
    after = {one["id"]: one["references"] for one in result.diff()["after"]["images"]}
    assert after == {long_id("a"): []}


def test_an_image_without_an_answer_is_tagged_back_as_soon_as_there_is_one() -> None:
    engine = engine_with(a="r:1", b="x:1")
    plan = run(engine, check_mode=True).plan
    refused: list[str] = []

    def interfere(method: str, path: str) -> None:
        if method == "UNTAGGED" and not engine.containers:
            engine.start("web", long_id("a"))
        elif (method == "POST" or "r:1" in path) and len(refused) < 2:
            refused.append(path)
            raise EngineError("locked", 403, True)

    engine.interfere = interfere
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["conflict", "removed"] and len(refused) == 2
    assert tags(engine, "a") == ["r:1"] and result.outcomes[0].lost_references == []


def test_a_name_that_another_image_has_by_now_is_not_lost() -> None:
    engine = engine_with(a="r:1 s:1", b="x:1")
    plan = run(engine, check_mode=True).plan

    def moves(one: FakeEngine) -> None:
        one.post(f"/images/{long_id('b')}/tag", repo="r", tag="1")
        one.start("web", long_id("a"))

    once(engine, "UNTAGGED", long_id("a"), moves)
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["conflict", "changed_since_plan"]
    assert (tags(engine, "a"), tags(engine, "b")) == (["s:1"], ["r:1", "x:1"])
    assert result.outcomes[0].lost_references == []


@pytest.mark.parametrize("status", [409, 500])
def test_a_name_that_is_added_in_the_last_moment_keeps_the_image(status: int) -> None:
    engine = engine_with(a="r:1 s:1", b="x:1")
    engine.podman = status == 500
    plan = run(engine, check_mode=True).plan
    once(engine, "DELETE", "/images/sha256", lambda one: one.post(f"/images/{long_id('a')}/tag", repo="new", tag="1"))
    result = apply_saved(engine, plan)
    assert outcomes(result)[0] == "changed_since_plan" and not result.failure
    assert tags(engine, "a") == ["new:1", "r:1", "s:1"] and result.outcomes[0].lost_references == []


@pytest.mark.parametrize("happens", ["moves", "is removed"])
def test_a_name_that_the_image_loses_in_between_is_none_of_it(happens: str) -> None:
    engine = engine_with(a="r:1 s:1 t:1", b="x:1")
    plan = run(engine, check_mode=True).plan

    def event(one: FakeEngine) -> None:
        if happens == "moves":
            one.post(f"/images/{long_id('b')}/tag", repo="s", tag="1")
        else:
            one.delete("/images/s:1", noprune="1")

    once(engine, "GET", "/images/s:1/json", event)
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["removed", "changed_since_plan" if happens == "moves" else "removed"]
    assert happens != "moves" or tags(engine, "b") == ["s:1", "x:1"]


@pytest.mark.parametrize("podman", [False, True])
def test_a_name_that_is_there_for_a_moment_is_no_failure(podman: bool) -> None:
    engine = engine_with(a="r:1", b="x:1")
    engine.podman = podman
    plan = run(engine, check_mode=True).plan

    def named_and_unnamed(one: FakeEngine) -> None:
        one.post(f"/images/{long_id('a')}/tag", repo="new", tag="1")
        once(one, "GET", long_id("a"), lambda again: again.images[long_id("a")]["tags"].discard("new:1"))

    once(engine, "DELETE", long_id("a"), named_and_unnamed)
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["conflict", "removed"] and not result.failure
    assert tags(engine, "a") == ["r:1"] and result.outcomes[0].lost_references == []


class Forgetful(FakeEngine):
    """Docker 26.1 with the containerd store, which removes the names that it knew when it began."""

    named: t.Sequence[str] = ("late:1",)

    def _delete(self, name: str) -> t.Any:
        image = self.find(name)
        image["tags"], image["digests"] = set(self.named), set()
        if not self.named:
            del self.images[image["id"]]
        return [{"Deleted": image["id"]}]


@pytest.mark.parametrize("named, expected", [((), "removed"), (("late:1",), "changed_since_plan")])
def test_an_image_that_is_still_there_although_the_engine_removed_it(named: t.Sequence[str], expected: str) -> None:
    engine = Forgetful([image("a", "r:1", repo_digests=[f"r@{long_id('a')}"], layers=[])], {})
    engine.named = named
    result = run(engine)
    assert outcomes(result) == [expected] and not result.failure
    if named:
        assert tags(engine, "a") == ["late:1", "r:1"]
        assert result.outcomes[0].lost_references == [f"r@{long_id('a')}"], "which this engine makes of no tag"


class Killed(BaseException):
    """The end of the process between two requests."""


@pytest.mark.parametrize("requests", range(1, 9))
def test_the_same_plan_ends_the_work_of_a_run_that_was_killed(requests: int) -> None:
    engine = engine_with(a="r:1 s:1 t:1", b="x:1")
    plan = run(engine, check_mode=True).plan
    left = [requests]

    def kill(method: str, _path: str) -> None:
        left[0] -= method != "UNTAGGED"
        if not left[0]:
            raise Killed

    engine.interfere = kill
    with pytest.raises(Killed):
        apply_saved(engine, plan)
    engine.interfere = lambda _method, _path: None
    result = apply_saved(engine, plan)
    assert set(outcomes(result)) <= {"removed", "already_absent"} and engine.images == {}


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_a_killed_run_left_is_listed_if_the_image_is_kept(check_mode: bool) -> None:
    engine = engine_with(a="r:1 s:1", b="x:1")
    plan = run(engine, check_mode=True).plan
    engine.images[long_id("a")]["tags"].discard("r:1")
    engine.start("web", long_id("a"))
    result = apply_saved(engine, plan, check_mode=check_mode)
    assert outcomes(result) == ["in_use", "planned" if check_mode else "removed"]
    assert result.outcomes[0].lost_references == ["r:1"] and not result.outcomes[0].has_changed
    assert any("lacks r:1, which it had when the plan was made" in text for text in result.warnings)


def test_digests_that_go_with_a_tag_are_reported() -> None:
    engine = FakeEngine([image("a", "r:1 s:1", repo_digests=[f"r@{DIGEST}", f"s@{DIGEST}"], layers=[])], {})
    plan = run(engine, check_mode=True).plan
    once(engine, "DELETE", "/images/sha256", refuse(409))
    result = apply_saved(engine, plan)
    assert tags(engine, "a") == ["r:1", "s:1"]
    assert "a digest by pulling it" in result.warnings[-1]
    assert result.outcomes[0].lost_references == [f"r@{DIGEST}"]
    assert result.changed


@pytest.mark.parametrize(
    "names, digests, first",
    [
        pytest.param("r:1 s:1", ["r"], "s:1", id="a tag whose repository has no digest can be put back"),
        pytest.param("s:1", ["r", "s"], "s:1", id="a tag can be put back, a digest alone cannot"),
        pytest.param("s:1 r:1", [], "r:1", id="else by name"),
    ],
)
def test_what_can_be_put_back_is_removed_first(names: str, digests: list[str], first: str) -> None:
    engine = FakeEngine([image("a", names, repo_digests=[f"{one}@{DIGEST}" for one in digests], layers=[])], {})
    assert outcomes(run(engine)) == ["removed"]
    assert [path for method, path, _query in engine.requests if method == "DELETE"] == [
        f"/images/{first}",
        f"/images/{long_id('a')}",
    ]


def test_a_failure_half_way_is_reported_and_a_rerun_goes_on() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    once(engine, "DELETE", long_id("b"), refuse(500, "disk on fire"))
    result = run(engine)
    assert outcomes(result) == ["removed", "failed", "removed"]
    assert result.failure == "2 of 3 images removed, 1 failed; the first is r:2: disk on fire"
    assert result.changed
    assert outcomes(run(engine)) == ["removed"]


def test_an_engine_that_dies_ends_the_run() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    once(engine, "DELETE", long_id("b"), silence)
    result = run(engine)
    assert outcomes(result) == ["removed", "failed", "not_reached"]
    assert result.failure and "1 of 3 images removed, 1 failed, 1 not reached" in result.failure
    assert result.space_reclaimed is None
    assert result.outcomes[1].lost_references == ["r:2"], "nobody knows"
    engine.interfere = lambda _method, _path: None
    assert len(run(engine).outcomes) == 2


def test_an_answer_that_breaks_off_does_not_end_the_run() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    once(engine, "DELETE", long_id("b"), break_off)
    result = run(engine)
    assert outcomes(result) == ["removed", "failed", "removed"]
    assert result.outcomes[1].lost_references == [] and tags(engine, "b") == ["r:2"]


def test_a_reply_that_nobody_foresaw_costs_its_image_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    original = image_removal.look_at

    def odd(engine: t.Any, identity: str, *containers: t.Any) -> t.Any:
        if identity == long_id("b"):
            raise AttributeError("'list' object has no attribute 'get'")
        return original(engine, identity, *containers)

    monkeypatch.setattr(image_removal, "look_at", odd)
    result = run(engine_with(a="r:1", b="r:2", c="r:3"))
    assert outcomes(result) == ["removed", "failed", "removed"]
    assert result.failure and result.failure.endswith("r:2: AttributeError: 'list' object has no attribute 'get'")


def test_a_refusal_names_the_images_and_why() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    plan = run(engine, check_mode=True).plan
    engine.start("web", long_id("a"))
    once(engine, "DELETE", long_id("c"), refuse(409, "in the way"))
    result = apply_saved(engine, plan)
    assert result.warnings == [
        "2 of 3 planned images were kept (1 conflict, 1 in_use): r:1: in use by web; r:3: in the way"
    ]


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
