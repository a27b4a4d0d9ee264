# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many containers: the whole list once a second, in between those that are newer, and nothing is missed."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune import container_list
from ansible_collections.container_ops.images.plugins.module_utils._prune.container_list import ContainerList
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import long_id

PLANNED, OTHER = long_id("planned"), long_id("other")
Row = dict[str, t.Any]


def row(number: int, image: str = OTHER, **more: t.Any) -> Row:
    return {"Id": f"c{number}", "ImageID": image, "Created": number * 10, "Mounts": [], **more}


class Engine:
    """Lists containers as Docker does: newest first, up to the one of `since`."""

    def __init__(self, count: int) -> None:
        self.rows = [row(number) for number in range(count)]
        self.asked: list[str] = []
        self.refusal: EngineError | None = None

    def get(self, path: str, all: str, filters: str = "{}") -> t.Any:  # pylint: disable=redefined-builtin
        assert (path, all) == ("/containers/json", "1")
        since = json.loads(filters).get("since", [""])[0]
        self.asked.append(since)
        ids = [one["Id"] for one in self.rows]
        if since and self.refusal is not None:
            raise self.refusal
        if since and since not in ids:
            raise EngineError(f"No such container: {since}", 404, True)
        return self.rows[ids.index(since) + 1 :][::-1] if since else self.rows[::-1]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of this process; it stands still."""
    now = [100.0]
    monkeypatch.setattr(container_list, "time", type("Clock", (), {"monotonic": staticmethod(lambda: now[0])}))
    return now


def ids(containers: ContainerList, engine: Engine) -> list[str]:
    return sorted(one["Id"] for one in containers.ask(t.cast("t.Any", engine)))


def test_only_newer_ones_are_asked_for_within_a_second(clock: list[float]) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    engine.rows[3]["ImageID"] = PLANNED
    assert ids(containers, engine) == ["c3"]
    engine.rows.append(row(30, PLANNED))
    # c28 is ten seconds older than the newest of the whole list, so its creation was over; c29's may not have been.
    assert ids(containers, engine) == ["c29", "c3", "c30"]
    clock[0] += 0.99
    assert ids(containers, engine) == ["c29", "c3", "c30"]
    clock[0] += 0.01
    assert ids(containers, engine) == ["c3", "c30"]
    assert engine.asked == ["", "c28", "c28", ""]


def test_a_list_that_takes_long_takes_a_tenth_of_the_time(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    answer = engine.get

    def slowly(*path: str, **query: str) -> t.Any:
        clock[0] += 5
        return answer(*path, **query)

    monkeypatch.setattr(engine, "get", slowly)
    ids(containers, engine)
    clock[0] += 39.9
    ids(containers, engine)
    clock[0] += 0.1
    ids(containers, engine)
    assert engine.asked == ["", "c28", ""]


def test_a_container_whose_creation_took_long_is_seen(clock: list[float]) -> None:
    """It is listed behind those that began after it."""
    engine, containers = Engine(30), ContainerList([PLANNED])
    ids(containers, engine)
    engine.rows.insert(-1, {**row(28, PLANNED, Created=289), "Id": "slow"})
    assert "slow" in ids(containers, engine)


@pytest.mark.parametrize("refusal", [None, EngineError("busy", 500, True), EngineError("no such filter", 400, True)])
def test_what_the_engine_refuses_is_asked_for_whole(clock: list[float], refusal: EngineError | None) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    ids(containers, engine)
    engine.rows[0]["ImageID"], engine.refusal = PLANNED, refusal
    if refusal is None:
        del engine.rows[28]
    assert ids(containers, engine) == ["c0"]
    assert engine.asked == ["", "c28", ""]


def test_an_engine_that_does_not_answer_is_not_asked_again(clock: list[float]) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    ids(containers, engine)
    engine.refusal = EngineError("gone", can_talk=True)
    engine.refusal.transport = True
    with pytest.raises(EngineError):
        containers.ask(t.cast("t.Any", engine))
    assert engine.asked == ["", "c28"]


def test_few_containers_are_asked_for_each_time(clock: list[float]) -> None:
    engine, containers = Engine(19), ContainerList([PLANNED])
    whole = sorted(one["Id"] for one in engine.rows)
    assert ids(containers, engine) == ids(containers, engine) == whole
    assert engine.asked == ["", ""]


def test_containers_of_the_last_seconds_only(clock: list[float]) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    for one in engine.rows:
        one["Created"] = 1000
    assert ids(containers, engine) == ids(containers, engine) == []
    assert engine.asked == ["", ""]


@pytest.mark.parametrize(
    "odd", ["x", {"Id": 3}, {"Id": "x", "ImageID": 5}, {"Id": "x", "ImageID": "short"}, {"Id": [], "Created": "x"}]
)
def test_what_cannot_be_read_is_left_to_the_reader(clock: list[float], odd: t.Any) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    reply = [*engine.rows[::-1], odd]
    engine.get = lambda *_path, **_query: reply  # type: ignore[method-assign, assignment]
    assert odd in containers.ask(t.cast("t.Any", engine))
    assert odd in containers.ask(t.cast("t.Any", engine))


def test_a_mount_counts_whatever_image_the_container_runs(clock: list[float]) -> None:
    engine, containers = Engine(30), ContainerList([PLANNED])
    engine.rows[5]["Mounts"] = [{"Type": "image", "Name": "data:1"}]
    assert ids(containers, engine) == ["c5"]
