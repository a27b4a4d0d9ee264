# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each reply in its turn is JSON that no engine sends: a sentence or an outcome follows, whatever it is."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune import put_back
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import image, long_id
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import WEIGHTS, run

ODD: list[t.Any] = [None, 7, "text", [], [None], [7], ["x"], {}, {"message": "x"}, [{}], [[]], {"Id": 7}]
VALUES: list[t.Any] = [7, "x", [None], {"x": 7}]


class OddEngine(FakeEngine):
    """Answers the request number ``turn`` with something odd."""

    turn = -1
    odd: t.Any = None

    def __init__(self, *arguments: t.Any) -> None:
        super().__init__(*arguments)
        self.replies: list[t.Any] = []

    def get(self, path: str, **query: t.Any) -> t.Any:
        """As the engine's."""
        return self._odd(super().get(path, **query))

    def get_lines(self, path: str, **query: t.Any) -> list[t.Any]:
        """As the engine's: a list of JSON values."""
        reply = self._odd(super().get_lines(path, **query))
        return reply if isinstance(reply, list) else [reply]

    def _odd(self, reply: t.Any) -> t.Any:
        self.replies.append(reply)
        return self.odd if len(self.replies) - 1 == self.turn else reply


def host(podman: bool) -> OddEngine:
    """Something to remove, exact bytes, a ghost, build cache and an image mount by a name."""
    images = [
        image("a", "r:1", "90d", layers=["base", "a"], size=0, history=["r:1"]),
        image("b", "r:2 s:2", "80d", layers=["base", "b"], size=0, history=["r:2"]),
        image("c", "r:3", "70d", layers=["base", "c"], size=0, history=[]),
    ]
    engine = OddEngine(images, WEIGHTS, podman)
    engine.start("mounting", long_id("c"), Created=1, Mounts=[{"Type": "image", "Name": "r:3", "Source": "r:3"}])
    engine.events = [{"Type": "image", "Action": "tag", "Actor": {"Attributes": {"name": "x:1"}}}]
    return engine


def variants(reply: t.Any) -> t.Iterator[t.Any]:
    """Replies that are something else, and replies with one value that is."""
    yield from ODD
    rows = reply if isinstance(reply, list) else [reply]
    for key in sorted({key for row in rows for key in row}):
        for value in VALUES:
            changed = [{**row, key: value} for row in rows]
            yield changed if isinstance(reply, list) else changed[0]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (patience, put_back):
        monkeypatch.setattr(module.time, "sleep", lambda _seconds: None)


@pytest.mark.parametrize(
    "ghost, podman, refused",
    [
        pytest.param(False, False, False, id="Docker, exact bytes"),
        pytest.param(True, False, True, id="Docker, bounds, and refusals"),
        pytest.param(True, True, False, id="Podman"),
    ],
)
def test_an_odd_reply(ghost: bool, podman: bool, refused: bool) -> None:
    def ready() -> OddEngine:
        engine = host(podman)
        if ghost:
            engine.start("ghost", long_id("gone"))
        if refused:
            engine.interfere = lambda method, path: (
                engine.start("late", path[len("/images/") :]) if method == "UNTAGGED" else None
            )
        return engine

    usual = ready()
    run(usual, accounting="exact")
    assert len(usual.replies) >= 10
    for turn, reply in enumerate(usual.replies):
        for odd in variants(reply):
            engine = ready()
            engine.turn, engine.odd = turn, odd
            try:
                result = run(engine, accounting="exact")
            except EngineError as exc:
                assert exc.message and "\n" not in exc.message
                # Nothing was done: the facts could not be read.
                assert sorted(engine.images) == [long_id(name) for name in "abc"]
            else:
                gone = {one.id for one in result.outcomes if one.outcome == "removed"}
                assert {long_id(name) for name in "abc"} - set(engine.images) == gone
                assert not any("Error: " in one.detail for one in result.outcomes), result.outcomes
