# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When containers exited: which of them are asked about, and what their answers come to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import format_epoch
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    decision,
    long_id,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import engine_with, run

DAY = 86_400
OLD = {"State": "exited", "Created": NOW - 100 * DAY}


def exit_of(days: float, **more: t.Any) -> dict[str, t.Any]:
    """The state of a container in its inspection."""
    return {"Running": False, "FinishedAt": format_epoch(int(NOW - days * DAY)), **more}


def inspections(engine: FakeEngine) -> list[str]:
    """The containers that were asked about."""
    return [path.split("/")[2] for _method, path, _query in engine.requests if path.startswith("/containers/c")]


def test_only_images_that_nothing_else_keeps_are_asked_about() -> None:
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    engine.start("c-a", long_id("a"), **OLD, state=exit_of(40))
    engine.start("c-b", long_id("b"), **OLD, state=exit_of(40))
    engine.start("c-b-running", long_id("b"), State="running", Created=NOW - 90 * DAY)
    engine.start("c-c", long_id("c"), State="exited", Created=NOW - 29 * DAY, state=exit_of(28))
    result = run(engine)
    assert inspections(engine) == ["c-a"]
    reasons = {name: decision(t.cast("t.Any", result.plan), name)["reason"] for name in "abc"}
    assert reasons == {"a": "in_use_stopped", "b": "in_use", "c": "in_use"}
    assert [one["containers"] for one in result.plan["held_by_stopped"]] == [
        [{"id": "c-a", "name": "c-a", "exited": format_epoch(NOW - 40 * DAY)}]
    ]
    assert result.outcomes == [] and len(engine.images) == 3


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(exit_of(29), id="exited lately"),
        pytest.param(exit_of(40, Running=True), id="runs by now"),
        pytest.param({"Running": False, "FinishedAt": "0001-01-01T00:00:00Z"}, id="has not exited"),
        pytest.param({"Running": False, "FinishedAt": "yesterday"}, id="no time"),
        pytest.param({"Running": False}, id="nothing said"),
        pytest.param(None, id="no state"),
    ],
)
def test_what_is_not_known_is_in_use(state: t.Any) -> None:
    engine = engine_with(a="r:1")
    engine.start("c-a", long_id("a"), **OLD, state=state)
    result = run(engine)
    assert decision(t.cast("t.Any", result.plan), "a")["reason"] == "in_use"
    assert result.plan["held_by_stopped"] == []


@pytest.mark.parametrize(
    "row, policy",
    [
        pytest.param({"State": "created", "Created": NOW - 100 * DAY}, {}, id="never started"),
        pytest.param(OLD, {"keep_tags": ["1"]}, id="kept anyway"),
        pytest.param(OLD, {"states": ["dangling"]}, id="no rule"),
    ],
)
def test_who_costs_no_request(row: dict[str, t.Any], policy: dict[str, t.Any]) -> None:
    engine = engine_with(a="r:1")
    engine.start("c-a", long_id("a"), **row, state=exit_of(40))
    assert decision(t.cast("t.Any", run(engine, **policy).plan), "a")["reason"] == "in_use"
    assert inspections(engine) == []


@pytest.mark.parametrize("status", [404, 500])
def test_a_container_that_is_gone_says_nothing(status: int) -> None:
    engine = engine_with(a="r:1")
    engine.start("c-a", long_id("a"), **OLD, state=exit_of(40))

    def refuse(_method: str, path: str) -> None:
        if path == "/containers/c-a/json":
            raise EngineError("it is gone", status, True)

    engine.interfere = refuse
    assert decision(t.cast("t.Any", run(engine).plan), "a")["reason"] == "in_use"
