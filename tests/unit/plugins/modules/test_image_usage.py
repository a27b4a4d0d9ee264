# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""image_summary_info with usage: what is asked, and the six keys."""

from __future__ import annotations

import hashlib
import json
import os
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.last_use import USAGE_FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import FIELDS, ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import format_epoch
from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.modules import image_summary_info
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    Reply,
    ScriptedEngine,
    podman_version_reply,
    version_reply,
)
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run

WEB, DB, OLD = ("sha256:" + digit * 64 for digit in "abc")
NOW = 1_700_000_000


def row(image: str, *tags: str) -> dict[str, t.Any]:
    return {
        "Id": image,
        "ParentId": "",
        "RepoTags": list(tags),
        "RepoDigests": [],
        "Created": 1,
        "Size": 1,
        "Labels": {},
    }


def event(kind: str, action: str, identity: str, moment: int, **attributes: str) -> bytes:
    actor = {"ID": identity, "Attributes": attributes}
    return json.dumps({"Type": kind, "Action": action, "Actor": actor, "time": moment}).encode() + b"\n"


EVENTS = event("image", "pull", "db:1", NOW - 90, name="db") + event(
    "container", "create", "gone", NOW - 80, image="db:1"
)
TAGGED = {"Metadata": {"LastTagTime": "2023-11-14T22:13:10Z"}}  # ten seconds before NOW
DOCKER = {
    "GET /version": version_reply(),
    "GET /v1.51/images/json": [row(WEB, "web:1"), row(DB, "db:1"), row(OLD)],
    "GET /v1.51/containers/json?all=1": [
        {"Id": "c1", "ImageID": WEB, "State": "running", "Created": NOW - 500},
        {"Id": "c2", "ImageID": OLD, "State": "exited", "Created": NOW - 400},
    ],
    "GET /v1.51/info": {"ID": "E:1", "SystemTime": "2023-11-14T22:13:20.5Z", "DriverStatus": []},
    f"GET /v1.51/events?since=1&until={NOW}.500000000": Reply(body=EVENTS),
    "GET /v1.51/containers/c2/json": {
        "State": {"StartedAt": "2023-11-14T22:10:00Z", "FinishedAt": "0001-01-01T00:00:00Z"}
    },
    f"GET /v1.51/images/{WEB}/json": TAGGED,
    f"GET /v1.51/images/{DB}/json": {"Metadata": {"LastTagTime": "0001-01-01T00:00:00Z"}},
}
SINCE = NOW - 90 * 86400
FILTERS = "filters=%7B%22type%22%3A+%5B%22container%22%2C+%22image%22%5D%7D"
PODMAN_EVENTS = f"GET /v1.44/libpod/events?stream=false&since={SINCE}&{FILTERS}"
PODMAN = {
    "GET /version": podman_version_reply(),
    "GET /v1.44/images/json": [row(WEB, "localhost/web:1"), row(DB, "localhost/web:2")],
    "GET /v1.44/containers/json?all=1": [],
    "GET /v1.44/libpod/info": {"host": {"eventLogger": "file"}},
    PODMAN_EVENTS: Reply(body=event("container", "remove", "c0", NOW - 5, image="localhost/web:1").rstrip()),
    "GET /v1.44/libpod/images/json?all=true": [
        {"Id": DB[7:], "Names": ["localhost/web:2"], "History": ["localhost/web:1"]}
    ],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(patience, "_PAUSES", (0,))
    monkeypatch.setattr(patience, "_SHORT_PAUSES", (0,))
    monkeypatch.setattr(time, "time", lambda: NOW)
    return Run(image_summary_info.main, monkeypatch, capsys)


def uses(result: t.Mapping[str, t.Any]) -> dict[str, list[t.Any]]:
    """The values of arrival and use by image ID, moments counted from NOW."""
    return {
        image["id"]: [
            value - NOW if isinstance(value, int) else value for value in (image[key] for key in USAGE_FIELDS[:5])
        ]
        for image in result["images"]
    }


def stopped(result: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The stopped containers by image ID: name and moment."""
    return {
        image["id"]: image["stopped_containers"]
        and {one["name"]: one["exited"] - NOW for one in image["stopped_containers"]}
        for image in result["images"]
    }


def test_docker(run: Run) -> None:
    with ScriptedEngine(DOCKER) as engine:
        result = run(docker_host=engine.docker_host, usage=True)
        assert uses(result) == {
            WEB: [-10, "last_tag", 0, "containers", -89],
            DB: [-90, "docker_events", -80, "docker_events", -89],
            OLD: [None, None, -200, "containers", -89],
        }
        assert set(result["images"][0]) == {*FIELDS, *USAGE_FIELDS}


@pytest.mark.parametrize(
    ("version", "driver", "since"),
    [
        ("28.1.0", ["driver-type", "io.containerd.snapshotter.v1"], -89),
        ("28.0.4", ["driver-type", "io.containerd.snapshotter.v1"], -79),
        ("24.0.0", ["Backing Filesystem", "extfs"], -89),
        ("20.10.24", ["Backing Filesystem", "extfs"], -79),
        ("28.5.2", None, -79),
    ],
)
def test_docker_where_builds_give_names_without_an_event(run: Run, version: str, driver: t.Any, since: int) -> None:
    """The container is gone, and its name may have been given to another image since: the watching begins behind."""
    info = {"ID": "E:1", "SystemTime": "2023-11-14T22:13:20.5Z", "DriverStatus": driver and [driver]}
    with ScriptedEngine({**DOCKER, "GET /version": version_reply(version), "GET /v1.51/info": info}) as engine:
        result = run(docker_host=engine.docker_host, usage=True)
        assert uses(result)[DB] == [-90, "docker_events", -80, "docker_events", since]


def test_without_usage_nothing_is_asked_and_there_are_ten_fields(run: Run) -> None:
    with ScriptedEngine(DOCKER) as engine:
        assert set(run(docker_host=engine.docker_host)["images"][0]) == set(FIELDS)
        assert engine.requests == ["GET /version", "GET /v1.51/images/json"]


def test_fields(run: Run) -> None:
    with ScriptedEngine(DOCKER) as engine:
        fields = ["id", "last_used"]
        assert run(docker_host=engine.docker_host, usage=True, fields=fields)["images"][0].keys() == set(fields)
        assert "fields has last_used, which is known only with usage=true" in run.failure(
            docker_host=engine.docker_host, fields=fields
        )


def test_podman(run: Run) -> None:
    """The name is on the one image now, and was on the other before: either may have been used."""
    with ScriptedEngine(PODMAN) as engine:
        found = uses(run(docker_host=engine.docker_host, usage=True))
        assert found == {WEB: [None, None, None, None, -4], DB: [None, None, -5, "podman_events", -4]}
        assert not any("/images/sha256" in request for request in engine.requests)


def test_podman_without_a_log(run: Run) -> None:
    with ScriptedEngine({**PODMAN, "GET /v1.44/libpod/info": {"host": {"eventLogger": "none"}}}) as engine:
        result = run(docker_host=engine.docker_host, usage=True)
        assert uses(result)[WEB] == [None] * 5
        assert "Podman without a log of events" in run.warnings


def test_podman_also_remembers_digests(run: Run) -> None:
    """A container by digest, of an image that has only its tag among its names."""
    digest = "localhost/web@sha256:" + "d" * 64
    played = {
        PODMAN_EVENTS: Reply(body=event("container", "remove", "c0", NOW - 5, image=digest).rstrip()),
        "GET /v1.44/libpod/images/json?all=true": [
            {"Id": WEB[7:], "Names": ["localhost/web:1"], "RepoDigests": [digest]}
        ],
    }
    with ScriptedEngine({**PODMAN, **played}) as engine:
        assert uses(run(docker_host=engine.docker_host, usage=True))[WEB][2:4] == [-5, "podman_events"]


@pytest.mark.parametrize("body", [b"{", b'{"a": 1}\nnot JSON\n', b"x" * 2_000_000])
def test_events_that_are_not_events(run: Run, body: bytes) -> None:
    with ScriptedEngine({**PODMAN, PODMAN_EVENTS: Reply(body=body)}) as engine:
        result = run(docker_host=engine.docker_host, usage=True)
        assert uses(result)[WEB] == [None] * 5
        assert "events of the engine are not known" in run.warnings


def test_a_proxy_that_allows_images_alone(run: Run) -> None:
    refused = dict.fromkeys((key for key in DOCKER if "version" not in key and "images/json" not in key), Reply(403))
    with ScriptedEngine({**DOCKER, **refused}) as engine:
        result = run(docker_host=engine.docker_host, usage=True)
        assert set(map(tuple, uses(result).values())) == {(None,) * 5}
        assert "events of the engine are not known" in run.warnings
        assert "uses of containers are not known" in run.warnings


def test_an_engine_that_does_not_answer_once(run: Run) -> None:
    with ScriptedEngine({**DOCKER, "GET /v1.51/info": Reply(raw=b"")}) as engine:
        assert uses(run(docker_host=engine.docker_host, usage=True))[OLD] == [None, None, -200, "containers", None]
        assert "events of the engine are not known" in run.warnings


DOCUUM = f"""---
images:
  "{OLD}":
    parent_id: ~
    last_used_since_epoch:
      secs: {NOW - 8000}
      nanos: 5
"""


def test_the_file_of_docuum_continues_what_the_engine_remembers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "state.yml"
    path.write_text(DOCUUM)
    with ScriptedEngine(DOCKER) as engine:
        for written, since in ((NOW - 89, -8000), (NOW - 90, -89)):
            # Written before the oldest event that the engine remembers, it leaves out what was in between.
            os.utime(path, (written, written))
            found = uses(run(docker_host=engine.docker_host, usage=True, usage_file=str(path)))
            assert found[OLD] == [None, None, -200, "containers", since]
            assert found[DB][-1] == since


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(DOCUUM[:-1], "it is cut off"), ("", "it is neither"), (None, "No such file")],
)
def test_a_file_that_cannot_be_used(run: Run, tmp_path: Path, content: str | None, complaint: str) -> None:
    path = tmp_path / "state.yml"
    if content is not None:
        path.write_text(content)
    with ScriptedEngine(DOCKER) as engine:
        result = run(docker_host=engine.docker_host, usage=True, usage_file=str(path))
        assert uses(result)[OLD] == [None, None, -200, "containers", -89]
        assert complaint in run.warnings


def record(engine_id: str, until: int) -> bytes:
    images = {OLD: {"arrived": NOW - 9000, "used": NOW - 8000}}
    body = json.dumps({"engine_id": engine_id, "since": NOW - 10_000, "until": until, "images": images}).encode()
    return b"image_usage/1 sha256:" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def test_a_file_of_a_recorder_continues_what_the_engine_remembers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "usage"
    path.write_bytes(record("E:1", NOW - 89))
    with ScriptedEngine(DOCKER) as engine:
        found = uses(run(docker_host=engine.docker_host, usage=True, usage_file=str(path)))
        assert found[OLD] == [-9000, "recorder", -200, "containers", -10_000]
        # It was written before the oldest event that the engine remembers: what was in between is not known.
        path.write_bytes(record("E:1", NOW - 90))
        found = uses(run(docker_host=engine.docker_host, usage=True, usage_file=str(path)))
        assert found[OLD] == [-9000, "recorder", -200, "containers", -89]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(record("E:2", NOW), "it is about another engine"), (record("E:1", NOW)[:-1], "it is damaged")],
)
def test_a_file_of_a_recorder_that_cannot_be_used(run: Run, tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "usage"
    path.write_bytes(content)
    with ScriptedEngine(DOCKER) as engine:
        result = run(docker_host=engine.docker_host, usage=True, usage_file=str(path))
        assert uses(result)[OLD] == [None, None, -200, "containers", -89]
        assert complaint in run.warnings


def container(identity: str, image: str, state: str = "exited", **more: t.Any) -> dict[str, t.Any]:
    names = [f"/{identity}-name"]
    return {"Id": identity, "ImageID": image, "State": state, "Created": NOW - 400, "Names": names, **more}


def ended(seconds: int, **more: t.Any) -> dict[str, t.Any]:
    """The inspection of a container that exited so long ago."""
    return {"State": {"Running": False, "FinishedAt": format_epoch(NOW - seconds), **more}}


NAMED_MOUNT = {"Mounts": [{"Type": "image", "Name": "web:1", "Source": "/var/lib/x"}]}


@pytest.mark.parametrize(
    "rows, inspections, expected",
    [
        pytest.param([container("a", OLD)], {"a": ended(9)}, {"a-name": -9}, id="one"),
        pytest.param(
            [container("a", OLD), container("b", OLD, "stopped")],
            {"a": ended(9), "b": ended(90)},
            {"b-name": -90, "a-name": -9},
            id="two",
        ),
        pytest.param([container("a", OLD), container("b", OLD, "running")], {"a": ended(9)}, [], id="one runs"),
        pytest.param([container("a", OLD, "created")], {"a": ended(9)}, [], id="never started"),
        pytest.param([], {}, [], id="no container"),
        pytest.param([container("a", WEB)], {"a": ended(9)}, [], id="of another image"),
        pytest.param([container("a", OLD)], {"a": ended(9, Running=True)}, None, id="runs by now"),
        pytest.param([container("a", OLD)], {"a": {"State": 5}}, None, id="no state"),
        pytest.param([container("a", OLD)], {"a": Reply(404)}, None, id="gone by now"),
        pytest.param([container("a", OLD)], {"a": ended(NOW)}, None, id="a placeholder"),
        pytest.param([container("a", OLD), {"Id": "b"}], {"a": ended(9)}, None, id="a row without an image"),
        pytest.param([container("a", OLD), 5], {"a": ended(9)}, None, id="not a row"),
        pytest.param(
            [container("a", OLD), container("b", DB, "running", Mounts=[{"Type": "image", "Name": OLD}])],
            {"a": ended(9)},
            [],
            id="mounted",
        ),
        pytest.param(
            [container("a", OLD), container("b", DB, "running", **NAMED_MOUNT)],
            {"a": ended(9), "b": {"Created": "2023-11-14T22:00:00Z"}},
            None,
            id="a mount by a name that may have been its own",
        ),
    ],
)
def test_stopped_containers(run: Run, rows: list[t.Any], inspections: dict[str, t.Any], expected: t.Any) -> None:
    replies = {f"GET /v1.51/containers/{name}/json": reply for name, reply in inspections.items()}
    listed = {"GET /v1.51/containers/json?all=1": rows, "GET /v1.51/images/web%3A1/json": {"Id": WEB}}
    with ScriptedEngine({**DOCKER, **listed, **replies}) as engine:
        assert stopped(run(docker_host=engine.docker_host, usage=True))[OLD] == expected


def test_containers_that_the_engine_counts_and_does_not_list(run: Run) -> None:
    images = [{**row(WEB, "web:1"), "Containers": 2}, {**row(OLD), "Containers": 1}]
    replies = {
        "GET /v1.51/images/json": images,
        "GET /v1.51/containers/json?all=1": [container("a", WEB), container("b", OLD)],
        "GET /v1.51/containers/a/json": ended(9),
        "GET /v1.51/containers/b/json": ended(9),
    }
    with ScriptedEngine({**DOCKER, **replies}) as engine:
        assert stopped(run(docker_host=engine.docker_host, usage=True)) == {WEB: None, OLD: {"b-name": -9}}


def test_a_list_of_containers_that_is_refused_says_nothing_of_those_that_stopped(run: Run) -> None:
    with ScriptedEngine({**DOCKER, "GET /v1.51/containers/json?all=1": Reply(403)}) as engine:
        assert set(stopped(run(docker_host=engine.docker_host, usage=True)).values()) == {None}


def test_of_many_stopped_containers_those_that_exited_last_are_listed_and_each_is_asked_about_once(run: Run) -> None:
    names = [f"c{number:03}" for number in range(100)]
    inspections = {f"GET /v1.51/containers/{name}/json": ended(1000 - number) for number, name in enumerate(names)}
    listed = {"GET /v1.51/containers/json?all=1": [container(name, OLD, Names=[name * 999]) for name in names]}
    with ScriptedEngine({**DOCKER, **listed, **inspections}) as engine:
        (image,) = (one for one in run(docker_host=engine.docker_host, usage=True)["images"] if one["id"] == OLD)
        assert [one["id"] for one in image["stopped_containers"]] == names[-20:]
        assert {len(one["name"]) for one in image["stopped_containers"]} == {255}
        asked = [request for request in engine.requests if "/containers/c" in request]
        assert len(asked) == 100


def test_the_keys_survive_a_playbook() -> None:
    known = {"id": WEB, "watched_since": str(NOW), "last_used": NOW, "last_used_source": "docuum", "arrived": None}
    facts = ImageSummary.from_dict(known).to_dict()
    assert [facts[key] for key in USAGE_FIELDS] == [None, None, NOW, "docuum", NOW, None]
    exits = [{"exited": str(NOW), "name": "b", "more": 1}, {"exited": NOW - 5, "name": "a", "id": "x"}]
    listed = ImageSummary.from_dict({**known, "stopped_containers": exits}).to_dict()["stopped_containers"]
    assert listed == [{"exited": NOW - 5, "name": "a", "id": "x"}, {"exited": NOW, "name": "b", "id": ""}]
    assert set(ImageSummary.from_dict({"id": WEB, "last_used": 5}).to_dict()) == set(FIELDS)
