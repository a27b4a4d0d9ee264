# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""P12, P13, P14, P18 and P27: what apply asks of an engine, and what is left, whatever happens meanwhile."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils import _prune_apply
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._prune_result import Result
from ansible_collections.container_ops.images.plugins.module_utils._prune_run import Request, prune
from ansible_collections.container_ops.images.tests.properties.prune_faults import Chaos, deleted, planned_names
from ansible_collections.container_ops.images.tests.properties.prune_hosts import NOW, Dice
from ansible_collections.container_ops.images.tests.properties.prune_policies import Scenario, scenarios
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils.prune_engine import FakeEngine

SEEDS = st.integers(0, 2**32 - 1)
QUIET = list(HealthCheck)
EXAMPLES = 200


def run(engine: FakeEngine, scenario: Scenario, check_mode: bool = False, plan: t.Any = None) -> Result:
    """Plan (or take a plan) and apply; the disk is not the engine's to know."""
    policy = {key: value for key, value in scenario.policy.items() if key not in ("min_free_space", "max_removals")}
    policy.pop("max_removal_percent", None)
    request = Request(Policy.parse(policy), NOW, None, plan, 3600, check_mode)
    return prune(t.cast("t.Any", engine), request, plan)


def engine_of(scenario: Scenario) -> FakeEngine:
    return FakeEngine(scenario.host.images, scenario.host.weights)


def p12_to_14_whole_or_not_at_all(scenario: Scenario, seed: int) -> None:
    """An image has all its names or is gone, refused ones get their tags back, nothing else is touched."""
    engine = engine_of(scenario)
    plan = run(engine, scenario, check_mode=True).plan
    before = set(engine.images)
    chaos = Chaos(engine, Dice(seed))
    result = run(engine, scenario, plan=plan)
    chaos.calm = True
    assert set(deleted(engine)) <= planned_names(plan)
    assert before - set(engine.images) - chaos.vanished <= {action["id"] for action in plan["actions"]}
    lost = {name for outcome in result.outcomes for name in outcome.lost_references}
    for tag, owner in chaos.names.items():
        if owner in engine.images and tag not in lost:
            assert tag in engine.images[owner]["tags"]
    for outcome in result.outcomes:
        gone = outcome.id not in engine.images
        assert (outcome.outcome in ("removed", "already_absent")) <= gone


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


CHECKS = (p12_to_14_whole_or_not_at_all, p18_check_mode_only_looks, p27_requests_are_counted)
NAMES = [check.__name__ for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_property(check: t.Callable[[Scenario, int], None]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=QUIET)
    @given(scenarios(), SEEDS)
    def holds(scenario: Scenario, seed: int) -> None:
        check(scenario, seed)

    holds()


def _never_tags_back(_original: t.Any) -> t.Any:
    return lambda removal, outcome, detail: removal._outcome(outcome, detail)


def _asks_no_questions(_original: t.Any) -> t.Any:
    """Takes the names off before it looks whether they still mean this image."""

    def remove(removal: t.Any, references: t.Sequence[str]) -> t.Any:
        for reference in removal._action["references"]:
            removal._delete(reference)
        return removal._outcome("removed")

    return remove


@pytest.mark.parametrize(
    "check, name, wrong",
    [
        (p12_to_14_whole_or_not_at_all, "_undo", _never_tags_back),
        (p12_to_14_whole_or_not_at_all, "_remove", _asks_no_questions),
        (p18_check_mode_only_looks, "_remove", _asks_no_questions),
    ],
)
def test_the_property_notices_its_defect(
    check: t.Callable[[Scenario, int], None], name: str, wrong: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(example: tuple[Scenario, int]) -> bool:
        try:
            check(*example)
        except AssertionError:
            return True
        return False

    monkeypatch.setattr(_prune_apply._Removal, name, wrong(vars(_prune_apply._Removal)[name]))
    search = settings(
        max_examples=2000, phases=[Phase.generate], derandomize=True, database=None, suppress_health_check=QUIET
    )
    find(st.tuples(scenarios(), SEEDS), fails, settings=search)
