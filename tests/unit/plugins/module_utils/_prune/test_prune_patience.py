# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine that refuses while something else is at work: what is asked again, and what a run does without."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import long_id
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import (
    apply_saved,
    engine_with,
    outcomes,
    refuse_times,
    run,
)

BUDGET = {"states": None, "max_used_space": 5, "accounting": "bounds", "on_budget_unmet": "ignore"}


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every pause, which none of them waits for."""
    slept: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", slept.append)
    return slept


@pytest.mark.parametrize("path", ["/system/df", "/images/json", "/containers/json"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("NotFound: snapshot 9f9 does not exist: not found", id="a snapshot is gone"),
        pytest.param("a disk usage operation is already running", id="somebody else asks"),
    ],
)
def test_what_a_run_needs_is_asked_again(path: str, text: str, pauses: list[float]) -> None:
    engine = engine_with(a="r:1")
    refused = refuse_times(engine, 8, path, text)
    result = run(engine)
    assert outcomes(result) == ["removed"] and not result.failure and not result.warnings
    assert (len(refused), len(pauses)) == (8, 8)


@pytest.mark.parametrize("path", ["/images/json", "/containers/json"])
def test_it_is_not_asked_for_ever(path: str, pauses: list[float]) -> None:
    engine = engine_with(a="r:1")
    refuse_times(engine, 1000, path)
    with pytest.raises(EngineError, match="snapshot 9f9 does not exist"):
        run(engine)
    assert len(pauses) == 11 and 5 < sum(pauses) < 10
    assert long_id("a") in engine.images


@pytest.mark.parametrize("text", ["page not found", "No such image: x"])
def test_what_is_not_there_is_asked_for_once(text: str, pauses: list[float]) -> None:
    def refuse(method: str, path: str) -> None:
        raise EngineError(text, 404, True)

    engine = engine_with(a="r:1")
    engine.interfere = refuse
    with pytest.raises(EngineError, match=text):
        run(engine)
    assert not pauses


def test_a_total_that_cannot_be_measured_in_between_is_no_fault_of_an_image(pauses: list[float]) -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    plan = run(engine, check_mode=True, **BUDGET).plan

    def after_the_first(method: str, path: str) -> None:
        if path == "/system/df" and len(engine.images) < 3:
            raise EngineError("NotFound: snapshot 9f9 does not exist: not found", 404, True)

    engine.interfere = after_the_first
    result = apply_saved(engine, plan, **BUDGET)
    assert outcomes(result) == ["removed", "not_measured", "not_measured"]
    assert result.failure is None and result.space_reclaimed is None
    assert any("space_reclaimed is not known" in text for text in result.warnings)
    # The first refusal that lasts is enough: nobody waits for the rest of them, but for the one at the end.
    assert len(pauses) == 2 * 11
    result = apply_saved(engine_with(a="r:1", b="r:2", c="r:3"), plan, **BUDGET)
    assert set(outcomes(result)) == {"removed"}


def test_a_total_that_cannot_be_measured_at_all_leaves_a_budget_undecided() -> None:
    policy = {**BUDGET, "on_budget_unmet": "fail"}
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    plan = run(engine, check_mode=True, **policy).plan

    def refuse(_method: str, path: str) -> None:
        if path == "/system/df" and len(engine.images) < 3:
            raise EngineError("busy", 500, True)

    engine.interfere = refuse
    result = apply_saved(engine, plan, **policy)
    assert result.failure and result.failure.startswith("it is not known whether the budget is met")


def test_a_saved_plan_without_a_budget_needs_no_disk_usage() -> None:
    engine = engine_with(a="r:1")
    plan = run(engine, check_mode=True).plan
    refuse_times(engine, 1000, "/system/df", "busy")
    result = apply_saved(engine, plan)
    assert outcomes(result) == ["removed"] and result.space_reclaimed is None
    assert result.warnings == ["bytes are not known: the engine did not report its disk usage. busy"]


def counted(engine: FakeEngine, path: str) -> int:
    return sum(where == path for _method, where, _query in engine.requests)


def test_the_list_says_nothing_of_bytes_if_the_disk_usage_does_not() -> None:
    """Build cache may hold any layer, so nothing is sure to be freed, and nothing is inspected to find out."""
    engine: t.Any = engine_with(a="r:1", b="r:2")
    refuse_times(engine, 1000, "/system/df", "busy")
    result = run(engine, check_mode=True)
    accounting = result.plan["accounting"]
    assert (accounting["lower_bytes"], accounting["upper_bytes"]) == (0, 230)
    assert "the engine did not report its disk usage" in accounting["obstacles"]
    assert result.to_dict()["space_reclaimed_predicted"] is None
    assert counted(engine, f"/images/{long_id('a')}/json") == 0
