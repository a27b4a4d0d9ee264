# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""P12, P13, P14, P18, P27, P29 and P30: what apply asks of an engine, and what is left, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune import gather as gather_module
from ansible_collections.container_ops.images.plugins.module_utils._prune import image_removal as removal_module
from ansible_collections.container_ops.images.plugins.module_utils._prune import prune as prune_module
from ansible_collections.container_ops.images.plugins.module_utils._prune import put_back as put_back_module
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune import Request, prune, saved_plan
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune_result import Result
from ansible_collections.container_ops.images.tests.properties.prune_faults import (
    Chaos,
    deleted,
    planned_names,
)
from ansible_collections.container_ops.images.tests.properties.prune_hosts import NOW, Dice
from ansible_collections.container_ops.images.tests.properties.prune_policies import Scenario, scenarios
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine

SEEDS = st.integers(0, 2**32 - 1)
QUIET = list(HealthCheck)
EXAMPLES = 200


class Killed(BaseException):
    """The end of the process between two requests."""


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (patience, put_back_module):
        monkeypatch.setattr(module.time, "sleep", lambda _seconds: None)


def run(engine: t.Any, scenario: Scenario, check_mode: bool = False, plan: t.Any = None, many: int = 10**9) -> Result:
    """Plan (or take a plan) and apply; the disk is not the engine's to know. ``many`` images go side by side."""
    policy = {key: value for key, value in scenario.policy.items() if key not in ("min_free_space", "max_removals")}
    policy.pop("max_removal_percent", None)
    request = Request(Policy.parse(policy), NOW, None, plan, 3600, check_mode)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prune_module, "_MANY", many)
        return prune(engine, request, saved_plan(request, NOW))


def engine_of(scenario: Scenario) -> FakeEngine:
    return FakeEngine(scenario.host.images, scenario.host.weights)


def p12_to_14_whole_or_not_at_all(scenario: Scenario, seed: int) -> None:
    """An image has all its names or is gone, refused ones get their tags back, nothing else is touched."""
    engine = engine_of(scenario)
    plan = run(engine, scenario, check_mode=True).plan
    chaos, before = Chaos(engine, Dice(seed)), set(engine.images)
    _whole_or_not_at_all(engine, plan, before, chaos, run(engine, scenario, plan=plan))


def p12_to_14_side_by_side(scenario: Scenario, seed: int) -> None:
    """The same while images go side by side: many, of which none waits for another one."""
    images = [{**image, "parent_id": ""} for image in scenario.host.images]
    everything = {"states": ["digest_only", "tagged", "dangling"]}
    scenario = scenario._replace(host=scenario.host._replace(images=images), policy=everything)
    engine = engine_of(scenario)
    plan = run(engine, scenario, check_mode=True).plan
    chaos, before = Chaos(engine, Dice(seed), tags_move=False), set(engine.images)
    _whole_or_not_at_all(engine, plan, before, chaos, run(engine, scenario, plan=plan, many=1))


def _whole_or_not_at_all(engine: FakeEngine, plan: t.Any, before: set[str], chaos: Chaos, result: Result) -> None:
    chaos.calm = True
    assert set(deleted(engine)) <= planned_names(plan)
    assert before - set(engine.images) - chaos.vanished <= {action["id"] for action in plan["actions"]}
    lost = {outcome.id: outcome.lost_references for outcome in result.outcomes}
    for tag, owner in chaos.names.items():
        if owner in engine.images:
            assert tag in engine.images[owner]["tags"] or tag in lost.get(owner, ())
    for outcome in result.outcomes:
        gone = outcome.id not in engine.images
        assert (outcome.outcome in ("removed", "already_absent")) <= gone
        assert outcome.outcome != "not_reached"


def p29_killed_and_run_again(scenario: Scenario, seed: int) -> None:
    """A run ends between two requests; the same plan then ends the work, or lists what a kept image lacks."""
    engine, dice = engine_of(scenario), Dice(seed)
    plan = run(engine, scenario, check_mode=True).plan
    names = {image["id"]: set(engine.references(image)) for image in engine.images.values()}
    left = dice.randint(1, 1 + 4 * len(plan["actions"]))

    def kill(_method: str, _path: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Killed

    engine.interfere = kill
    with contextlib.suppress(Killed):
        run(engine, scenario, plan=plan)
    engine.interfere = lambda _method, _path: None
    for identity in sorted(engine.images):
        if dice.one_in(3):
            engine.start(f"late-{identity[-4:]}", identity)
    result = run(engine, scenario, plan=plan)
    for outcome in result.outcomes:
        if outcome.id in engine.images:
            assert outcome.outcome in ("in_use", "has_kept_children", "not_needed")
            there = engine.references(engine.images[outcome.id])
            assert names[outcome.id] == {*there, *outcome.lost_references}
        else:
            assert outcome.outcome in ("removed", "already_absent")


def p30_what_is_seen_in_use_is_not_asked_to_go(scenario: Scenario, seed: int) -> None:
    """No DELETE of an image, or of a name of it, follows a list of containers that shows it in use."""
    engine = engine_of(scenario)
    plan = run(engine, scenario, check_mode=True).plan
    chaos = Chaos(engine, Dice(seed))
    used: set[str] = set()
    asked: list[str] = []

    def watch(method: str, path: str) -> None:
        chaos.interfere(method, path)
        if path == "/containers/json":
            used.clear()
            used.update(container["ImageID"] for container in engine.containers)
        elif method == "DELETE":
            name = path[len("/images/") :]
            asked.extend(
                one for one in used & set(engine.images) if name in (one, *engine.references(engine.images[one]))
            )

    engine.interfere = watch
    run(engine, scenario, plan=plan)
    assert asked == []


def p18_check_mode_only_looks(scenario: Scenario, _seed: int) -> None:
    """Check mode sends GET alone; its plan is the one that real mode then applies."""
    engine = engine_of(scenario)
    check = run(engine, scenario, check_mode=True)
    assert {method for method, _path, _query in engine.requests} <= {"GET"}
    result = run(engine, scenario)
    assert result.plan == check.plan
    assert result.changed == check.changed
    assert all(outcome.outcome in ("removed", "not_needed") for outcome in result.outcomes)
    assert result.space_reclaimed is not None
    if all(outcome.outcome == "removed" for outcome in result.outcomes):
        assert result.plan["accounting"]["lower_bytes"] <= result.space_reclaimed
        assert result.space_reclaimed <= result.plan["accounting"]["upper_bytes"]


def p18_check_mode_of_a_saved_plan_only_looks(scenario: Scenario, seed: int) -> None:
    """On a host that has changed since, check mode sends GET alone, and says what real mode then does."""
    engine = engine_of(scenario)
    plan = run(engine, scenario, check_mode=True).plan
    chaos = Chaos(engine, Dice(seed))
    for _event in range(3):
        chaos.change()
    chaos.calm = True
    del engine.requests[:]
    check = run(engine, scenario, check_mode=True, plan=plan)
    assert {method for method, _path, _query in engine.requests} <= {"GET"}
    result = run(engine, scenario, plan=plan)
    for foreseen, found in zip(check.outcomes, result.outcomes):
        # A child of which the plan knows nothing, and evictions that come to be needless, show only on the way.
        if found.outcome not in ("conflict", "not_needed", "has_kept_children"):
            assert foreseen.outcome.replace("planned", "removed") == found.outcome


def p27_requests_are_counted(scenario: Scenario, _seed: int) -> None:
    """At most one inspection per image and one history per four, and in bounds no request per image at all."""
    engine = engine_of(scenario)
    run(engine, scenario, check_mode=True)
    paths = [path for _method, path, _query in engine.requests]
    histories = sum(path.endswith("/history") for path in paths)
    inspections = sum(path.startswith("/images/sha256") for path in paths) - histories
    assert inspections <= len(scenario.host.images)
    if not any(image["parent_id"] for image in scenario.host.images):
        assert histories * 4 <= len(scenario.host.images)
    if scenario.policy.get("accounting") == "bounds":
        assert inspections == histories == 0


CHECKS = (
    p12_to_14_whole_or_not_at_all,
    p12_to_14_side_by_side,
    p29_killed_and_run_again,
    p30_what_is_seen_in_use_is_not_asked_to_go,
    p18_check_mode_only_looks,
    p18_check_mode_of_a_saved_plan_only_looks,
    p27_requests_are_counted,
)
NAMES = [check.__name__ for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_property(check: t.Callable[[Scenario, int], None]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=QUIET)
    @given(scenarios(), SEEDS)
    def holds(scenario: Scenario, seed: int) -> None:
        check(scenario, seed)

    holds()


def _never_tags_back(_original: t.Any) -> t.Any:
    return lambda _engine, before, _at_risk: put_back_module.Whole(before)


def _asks_no_questions(_original: t.Any) -> t.Any:
    """Takes the names off before it looks whether they still mean this image."""

    def remove(removal: t.Any, _image: t.Any) -> t.Any:
        for reference in removal._action["references"]:
            removal._delete(reference)
        return removal._outcome("removed")

    return remove


def _removes_what_it_should_look_at(original: t.Any) -> t.Any:
    return lambda removal, engine, action, containers, _only_look=False, services=(): original(
        removal, engine, action, containers, False, services
    )


def _tries_a_removal(original: t.Any) -> t.Any:
    """Of an image that is not there, so that the request alone gives it away."""

    def gather(engine: t.Any, *arguments: t.Any) -> t.Any:
        try:
            engine.delete("/images/sha256:" + "0" * 64, noprune="1")
        except EngineError:
            pass
        return original(engine, *arguments)

    return gather


def _inspects_twice(original: t.Any) -> t.Any:
    return lambda engine, ids: original(engine, [*ids, *ids])


def _asks_every_history(_original: t.Any) -> t.Any:
    return lambda forest: list(range(len(forest.end)))


def _inspects_in_bounds_too(original: t.Any) -> t.Any:
    def gather(engine: t.Any, policy: t.Any, disk: t.Any) -> t.Any:
        facts = original(engine, policy, disk)
        return prune_module.with_layers(engine, facts)

    return gather


def _wants_all_names(_original: t.Any) -> t.Any:
    """As it was: an image with fewer names than planned has changed."""
    return lambda image, planned: sorted(set(image.references) ^ set(planned))


def _sees_no_containers(original: t.Any) -> t.Any:
    return lambda engine, identity, *more: original(engine, identity, *more)._replace(users=())


REMOVAL = removal_module.ImageRemoval
DEFECTS = [
    (p12_to_14_whole_or_not_at_all, removal_module, "put_back", _never_tags_back),
    (p12_to_14_whole_or_not_at_all, REMOVAL, "_remove", _asks_no_questions),
    (p12_to_14_side_by_side, removal_module, "put_back", _never_tags_back),
    (p29_killed_and_run_again, removal_module, "added_references", _wants_all_names),
    (p29_killed_and_run_again, removal_module, "missing_references", lambda _original: lambda _image, _had: []),
    (p30_what_is_seen_in_use_is_not_asked_to_go, removal_module, "look_at", _sees_no_containers),
    (p18_check_mode_only_looks, prune_module, "gather", _tries_a_removal),
    (p18_check_mode_of_a_saved_plan_only_looks, REMOVAL, "__init__", _removes_what_it_should_look_at),
    (p27_requests_are_counted, gather_module, "_inspected", _inspects_twice),
    (p27_requests_are_counted, gather_module, "images_to_ask", _asks_every_history),
    (p27_requests_are_counted, prune_module, "gather", _inspects_in_bounds_too),
]


def test_every_property_has_a_defect() -> None:
    assert {check for check, *_defect in DEFECTS} == set(CHECKS)


@pytest.mark.parametrize(
    "check, owner, name, wrong", DEFECTS, ids=[f"{one[0].__name__}-{one[3].__name__}" for one in DEFECTS]
)
def test_the_property_notices_its_defect(
    check: t.Callable[[Scenario, int], None], owner: t.Any, name: str, wrong: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Threads take turns as they like, so an example that failed may not fail again when it is tried once more.
    noticed: list[AssertionError] = []

    def fails(example: tuple[Scenario, int]) -> bool:
        if not noticed:
            try:
                check(*example)
            except AssertionError as exc:
                noticed.append(exc)
        return bool(noticed)

    monkeypatch.setattr(owner, name, wrong(vars(owner)[name]))
    search = settings(
        max_examples=2000,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=QUIET,
    )
    find(st.tuples(scenarios(), SEEDS), fails, settings=search)
