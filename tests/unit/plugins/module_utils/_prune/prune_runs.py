# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of plan and apply against the engine in memory, and events at a chosen request."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune import Request, prune
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune_result import Result
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    long_id,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine

WEIGHTS = {("base",): 100, ("base", "a"): 10, ("base", "b"): 20, ("base", "c"): 30}
Interference = t.Callable[[FakeEngine], None]


def engine_with(**tags: str) -> FakeEngine:
    """Images a, b, c, ... of these names, oldest first, each with a layer of its own on a common one."""
    images = [
        image(name, names, f"{90 - number}d", layers=["base", name], size=0)
        for number, (name, names) in enumerate(tags.items())
    ]
    return FakeEngine(images, WEIGHTS)


def run(engine: FakeEngine, check_mode: bool = False, **policy: t.Any) -> Result:
    """Everything that has a tag goes, unless the policy says more."""
    options = {"states": ["tagged"], **policy}
    return prune(t.cast("t.Any", engine), Request(Policy.parse(options), NOW, None, None, 3600, check_mode), None)


def once(engine: FakeEngine, method: str, path: str, event: Interference) -> None:
    """Let something happen right before the first such request."""

    def interfere(asked: str, where: str) -> None:
        if asked == method and path in where:
            engine.interfere = lambda _method, _path: None
            event(engine)

    engine.interfere = interfere


def done_and(event: Interference) -> Interference:
    """Let something happen once the request is done, in place of its answer."""

    def do(engine: FakeEngine) -> None:
        method, path, query = engine.requests[-1]
        getattr(engine, method.lower())(path, **query)
        event(engine)

    return do


def refuse_times(
    engine: FakeEngine, count: int, path: str, text: str = "NotFound: snapshot 9f9 does not exist: not found"
) -> list[str]:
    """Refuse the next requests of this path with 404, or with 500 if the text is another one; returns who was."""
    refused: list[str] = []

    def interfere(_method: str, where: str) -> None:
        if path in where and len(refused) < count:
            refused.append(where)
            raise EngineError(text, 404 if "not found" in text else 500, True)

    engine.interfere = interfere
    return refused


def refuse(status: int | None, text: str = "refused") -> Interference:
    """The engine answers with an error, or (None) with something that cannot be used."""

    def event(_engine: FakeEngine) -> None:
        raise EngineError(text, status, True)

    return event


def break_off(_engine: FakeEngine) -> None:
    """No whole answer comes."""
    error = EngineError("no answer from unix:///fake.sock")
    error.transport = True
    raise error


def silence(engine: FakeEngine) -> None:
    """No answer comes any more."""
    engine.interfere = lambda _method, _path: break_off(engine)
    break_off(engine)


def outcomes(result: Result) -> list[str]:
    return [one.outcome for one in result.outcomes]


def tags(engine: FakeEngine, name: str) -> list[str]:
    return sorted(engine.images[long_id(name)]["tags"])


def apply_saved(engine: FakeEngine, plan: dict[str, t.Any], check_mode: bool = False, **policy: t.Any) -> Result:
    """Apply a plan that was made before, so that only the requests of apply are seen."""
    request = Request(Policy.parse({"states": ["tagged"], **policy}), NOW, None, plan, 3600, check_mode)
    return prune(t.cast("t.Any", engine), request, plan)
