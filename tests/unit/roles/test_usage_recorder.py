# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the role usage_recorder on an engine that plays a script, and its file as the collection reads it."""

from __future__ import annotations

import importlib.util
import json
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.usage.recorder_file import read_recorder_file
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    InTurn,
    Reply,
    ScriptedEngine,
)

PROGRAM = Path(__file__).parents[3] / "roles" / "usage_recorder" / "files" / "image_usage_recorder.py"
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
T = 1_700_000_000
NOW = T + 100


class FixedTime:
    """Both clocks of the program."""

    def __init__(self) -> None:
        self.wall = float(NOW)
        self.counter = 50.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.counter

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"no test waits for {seconds} s")


@pytest.fixture
def clock() -> FixedTime:
    return FixedTime()


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, clock: FixedTime) -> t.Any:
    spec = importlib.util.spec_from_file_location("image_usage_recorder", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "time", clock)
    return module


def event(second: int, kind: str, action: str, identity: str, name: str = "") -> dict[str, t.Any]:
    attributes = {"image": name, "name": name}
    return {
        "Type": kind,
        "Action": action,
        "Actor": {"ID": identity, "Attributes": attributes},
        "timeNano": (T + second) * 10**9,
    }


TAG = event(10, "image", "tag", A, "web:1")
RUN = event(20, "container", "create", "c1", "web:1")
END = event(21, "container", "destroy", "c1", "web:1")


def lines(*events: dict[str, t.Any]) -> Reply:
    return Reply(body=b"".join(json.dumps(one).encode() + b"\n" for one in events))


def script(
    remembered: t.Sequence[dict[str, t.Any]], followed: t.Sequence[dict[str, t.Any]], since: int, **more: t.Any
) -> dict[str, t.Any]:
    """``since``: the second of T from which the events are followed."""
    images = [{"Id": A, "RepoTags": ["web:1"], "RepoDigests": None}, {"Id": B, "RepoTags": None, "RepoDigests": []}]
    return {
        "GET /info": {"ID": "E:1"},
        "GET /images/json?all=1": images,
        f"GET /events?since=1&until={NOW}": lines(*remembered),
        f"GET /events?since={T + since}.000000000": lines(*followed),
        **more,
    }


def watch(program: t.Any, path: Path, played: dict[str, t.Any]) -> dict[str, t.Any]:
    """The record, after the engine has played its script and gone away."""
    with ScriptedEngine(played) as engine:
        record = program.Record(str(path))
        with pytest.raises(program.Gone):
            program.Watch(program.Engine(engine.docker_host.partition("://")[2]), record).run()
    trace = read_recorder_file(path.read_bytes()).trace
    assert path.stat().st_mode & 0o777 == 0o600
    known = {key: {one: moment - T for one, moment in getattr(trace, key).items()} for key in ("arrived", "used")}
    return {**known, "since": (trace.since or 0) - T}


def test_the_first_start_is_the_beginning_of_the_watching(program: t.Any, tmp_path: Path) -> None:
    found = watch(program, tmp_path / "usage", script([TAG], [RUN, END], 10))
    assert found == {"arrived": {}, "used": {A: 21}, "since": 100}


def test_a_restart_is_not_a_gap_if_the_engine_remembers(program: t.Any, tmp_path: Path) -> None:
    watch(program, tmp_path / "usage", script([TAG], [RUN, END], 10))
    later = event(30, "image", "load", B)
    found = watch(program, tmp_path / "usage", script([TAG, RUN, END, later], [], 30))
    assert found == {"arrived": {B: 30}, "used": {A: 21}, "since": 100}


@pytest.mark.parametrize(
    "change",
    [
        {"GET /info": {"ID": "E:2"}},
        {f"GET /events?since=1&until={NOW}": lines(event(30, "image", "load", B))},
        {f"GET /events?since=1&until={NOW}": Reply(body=b"")},
    ],
)
def test_a_gap_is_noted_as_one(program: t.Any, tmp_path: Path, clock: FixedTime, change: dict[str, t.Any]) -> None:
    """Another engine, one that has forgotten the last event, one that was restarted."""
    watch(program, tmp_path / "usage", script([TAG], [RUN, END], 10))
    clock.wall = NOW + 50.0
    played = {key.replace(str(NOW), str(NOW + 50)): value for key, value in script([], [], 21).items()}
    played.update({key.replace(str(NOW), str(NOW + 50)): value for key, value in change.items()})
    assert watch(program, tmp_path / "usage", played)["since"] == 150


def test_a_name_that_moved_while_nothing_watched_is_a_gap(program: t.Any, tmp_path: Path) -> None:
    watch(program, tmp_path / "usage", script([TAG], [], 10))
    moved = event(25, "image", "tag", A, "web:1")
    assert watch(program, tmp_path / "usage", script([TAG, RUN, END, moved], [], 25))["since"] == 22


@pytest.mark.parametrize("source", ["other:2", B, "b" * 12])
def test_what_a_container_mounts_is_used(program: t.Any, tmp_path: Path, source: str) -> None:
    """The events of Docker name its own image alone."""
    images = [{"Id": A, "RepoTags": ["web:1"], "RepoDigests": None}, {"Id": B, "RepoTags": ["other:2"]}]
    images[1]["RepoDigests"] = []
    mounts = [{"Type": "bind", "Source": "/"}, {"Type": "image", "Source": source}, {"Type": "image", "Source": "x"}]
    container = {"Image": A, "HostConfig": {"Mounts": mounts}}
    more = {"GET /images/json?all=1": images, "GET /containers/c1/json": container}
    assert watch(program, tmp_path / "usage", script([TAG], [RUN, END], 10, **more))["used"] == {A: 21, B: 21}


def test_a_pull_of_all_tags(program: t.Any, tmp_path: Path) -> None:
    """One event without a tag."""
    images = [
        {"Id": A, "RepoTags": ["quay.io/web:1", "other:1"], "RepoDigests": None},
        {"Id": B, "RepoTags": ["quay.io/web:2"], "RepoDigests": []},
    ]
    played = script([TAG], [event(20, "image", "pull", "quay.io/web")], 10, **{"GET /images/json?all=1": images})
    assert watch(program, tmp_path / "usage", played)["arrived"] == {A: 20, B: 20}


def test_a_pull_whose_name_moved_while_nothing_watched_is_a_gap(program: t.Any, tmp_path: Path) -> None:
    """Which image arrived is not known, so it must not count as one that was there since the watching began."""
    watch(program, tmp_path / "usage", script([TAG], [], 10))
    pulls = [event(second, "image", "pull", "web:1", "web") for second in (30, 40)]
    found = watch(program, tmp_path / "usage", script([TAG, *pulls], [], 40))
    assert found == {"arrived": {A: 40}, "used": {}, "since": 31}


def test_the_container_says_which_image_it_has(program: t.Any, tmp_path: Path) -> None:
    played = script([TAG], [RUN, END], 10, **{"GET /containers/c1/json": {"Image": B}})
    assert watch(program, tmp_path / "usage", played)["used"] == {B: 21}


def test_a_name_that_moved_without_an_event(program: t.Any, tmp_path: Path) -> None:
    """BuildKit may have given it to another image before the container was made: either may have been used."""
    nameless, named = ({"RepoTags": tags, "RepoDigests": None} for tags in (None, ["web:1"]))
    images = InTurn([{"Id": A, **named}], [{"Id": A, **nameless}, {"Id": B, **named}])
    played = script([TAG], [event(120, "container", "create", "c1", "web:1")], 10, **{"GET /images/json?all=1": images})
    found = watch(program, tmp_path / "usage", played)
    assert (found["used"], found["since"]) == ({A: 120, B: 120}, 100)


def test_a_use_whose_image_is_not_known_is_a_gap(program: t.Any, tmp_path: Path) -> None:
    found = watch(program, tmp_path / "usage", script([TAG], [event(120, "container", "start", "c9", "gone:1")], 10))
    assert found == {"arrived": {}, "used": {}, "since": 121}


def test_images_that_are_gone_are_left_out(program: t.Any, tmp_path: Path) -> None:
    watch(program, tmp_path / "usage", script([TAG], [RUN, END], 10))
    played = script([TAG, RUN, END], [], 21, **{"GET /images/json?all=1": []})
    assert watch(program, tmp_path / "usage", played)["used"] == {}


def test_a_file_that_is_cut_or_changed_anywhere_begins_anew(program: t.Any, tmp_path: Path) -> None:
    path = tmp_path / "usage"
    watch(program, path, script([TAG], [RUN, END], 10))
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            path.write_bytes(damaged)
            record = program.Record(str(path))
            assert (record.since, record.last_event, record.images) == (0, 0, {})
            with pytest.raises(InputError):
                read_recorder_file(damaged)


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_jumps_begins_anew(program: t.Any, tmp_path: Path, clock: FixedTime, seconds: int) -> None:
    record = program.Record(str(tmp_path / "usage"))
    watching = program.Watch(program.Engine("/nowhere"), record)
    record.begin_anew(T)
    clock.wall, clock.counter = clock.wall + 30, clock.counter + 30
    watching._check_clock()
    assert record.since == T
    clock.wall += seconds
    watching._check_clock()
    assert record.since == int(clock.wall)


def test_a_clock_that_was_ahead_when_the_recorder_ended(program: t.Any, tmp_path: Path, clock: FixedTime) -> None:
    watch(program, tmp_path / "usage", script([TAG], [RUN, END], 10))
    clock.wall = T + 50.0
    played = {key.replace(str(NOW), str(T + 50)): value for key, value in script([TAG, RUN, END], [], 21).items()}
    assert watch(program, tmp_path / "usage", played)["since"] == 50


def test_a_full_disk_leaves_the_old_file(program: t.Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "usage"
    watch(program, path, script([TAG], [RUN, END], 10))
    whole = path.read_bytes()
    record = program.Record(str(path))
    record.note(B, "used", NOW)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    record.write()
    assert path.read_bytes() == whole
    monkeypatch.undo()
    record.write()
    assert read_recorder_file(path.read_bytes()).trace.used[B] == NOW


@pytest.mark.parametrize("reply", [Reply(500), Reply(body=b"{"), Reply(raw=b"x"), Reply(raw=b"")])
def test_an_engine_that_answers_nonsense_is_asked_again_later(program: t.Any, tmp_path: Path, reply: Reply) -> None:
    for request in ("/info", "/images/json?all=1", f"/events?since=1&until={NOW}"):
        with ScriptedEngine({**script([TAG], [], 10), f"GET {request}": reply}) as engine:
            watching = program.Watch(
                program.Engine(engine.docker_host.partition("://")[2]), program.Record(str(tmp_path / "usage"))
            )
            with pytest.raises(program.Gone):
                watching.run()


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("web", "docker.io/library/web:latest"),
        ("acme/web:2", "docker.io/acme/web:2"),
        ("docker.io/web:2", "docker.io/library/web:2"),
        ("localhost:5000/web", "localhost:5000/web:latest"),
        ("web:1@sha256:abc", "docker.io/library/web@sha256:abc"),
    ],
)
def test_spellings(program: t.Any, name: str, whole: str) -> None:
    assert program.familiar(name) == program.familiar(whole) == whole
