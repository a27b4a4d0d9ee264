# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a whole: real options, a real HTTP server on a unix socket, and the result as Ansible reads it."""

from __future__ import annotations

import contextlib
import json
import time
import typing as t
from pathlib import Path
from urllib.parse import unquote

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.modules import image_summary_info
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    SILENCE,
    InTurn,
    Reply,
    ScriptedEngine,
    podman_version_reply,
    version_reply,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.test_addresses import (
    SECRET,
    SPELLINGS,
)
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run

FIXTURES = Path(__file__).parents[1] / "module_utils" / "_core" / "listing" / "fixtures"
WEB, DB, OLD = ("sha256:" + digit * 64 for digit in "abc")
NOW = int(time.time())


def row(image: str, tags: list[str], created: int = NOW, size: int = 1000, **more: t.Any) -> dict[str, t.Any]:
    """One entry of the list, as Docker 28.5 sends it."""
    return {
        "Id": image,
        "ParentId": "",
        "RepoTags": tags,
        "RepoDigests": [],
        "Created": created,
        "Size": size,
        "SharedSize": -1,
        "Containers": 0,
        "Labels": None,
        **more,
    }


ROWS = [
    row(OLD, ["shop/old:1"], NOW - 40 * 86400, 5000, Labels={"stage": "test"}),
    row(WEB, ["shop/web:2", "alpine:latest"], NOW - 100, 2000, Labels={"stage": "production"}, Containers=2),
    row(DB, [], NOW - 100, 3000),
]
SCRIPT = {
    "GET /version": version_reply(),
    "GET /v1.51/images/json": ROWS,
    "GET /v1.51/images/json?all=1": [*ROWS, row("sha256:" + "d" * 64, [], 5)],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("HOST", "API_VERSION", "TIMEOUT", "CERT_PATH", "TLS", "TLS_VERIFY", "CONFIG"):
        monkeypatch.delenv(f"DOCKER_{name}", raising=False)
    monkeypatch.setattr(patience, "_PAUSES", (0, 0))
    return Run(image_summary_info.main, monkeypatch, capsys)


@pytest.fixture
def engine() -> t.Iterator[ScriptedEngine]:
    with ScriptedEngine(SCRIPT) as scripted:
        yield scripted


def test_a_plain_listing(run: Run, engine: ScriptedEngine) -> None:
    result = run(docker_host=engine.docker_host)
    assert engine.requests == ["GET /version", "GET /v1.51/images/json"]
    assert [image["id"] for image in result["images"]] == [WEB, DB, OLD]
    assert all(tuple(image) == FIELDS for image in result["images"])
    assert result["images"][0] == {
        "containers": 2,
        "created": NOW - 100,
        "id": WEB,
        "labels": {"stage": "production"},
        "parent_id": "",
        "repo_digests": [],
        "repo_tags": ["alpine:latest", "shop/web:2"],
        "shared_size": -1,
        "size": 2000,
        "virtual_size": None,
    }
    assert result["engine"] == {
        "name": "docker",
        "version": "28.5.2",
        "api_version": "1.51",
        "address": engine.docker_host,
        "image_store": "graphdriver",
        "os": "linux",
        "architecture": "amd64",
    }
    assert result["totals"] == {"images": 3, "size": 10000, "unique_size": None, "layers_size": None}
    assert (result["changed"], result["missing"], result["can_talk_to_docker"]) == (False, [], True)
    assert run.warnings == "[]"


def test_check_mode_is_the_same(run: Run, engine: ScriptedEngine) -> None:
    real, checked = run(docker_host=engine.docker_host), run(check_mode=True, docker_host=engine.docker_host)
    assert real == checked
    assert engine.requests[:2] == engine.requests[2:]


def test_a_captured_engine_of_the_newest_api(run: Run) -> None:
    """Docker 29.7 with the containerd store is in no package: its captured replies stand in for it."""
    rows = json.loads((FIXTURES / "docker-29.7-ctrd_images_all_shared.json").read_text())
    script = {
        "GET /version": version_reply("29.7.2", "1.55", "1.40"),
        "GET /v1.55/images/json?all=1&shared-size=1": rows,
    }
    with ScriptedEngine(script) as engine:
        result = run(docker_host=engine.docker_host, shared_size=True, all=True)
    assert engine.requests == list(script)
    assert result["engine"]["image_store"] == "containerd"
    assert {image["id"] for image in result["images"]} == {entry["Id"] for entry in rows}
    assert all(image["shared_size"] >= 0 and image["containers"] >= 0 for image in result["images"])
    # One of them shares more bytes than it has.
    assert (result["totals"]["images"], result["totals"]["unique_size"]) == (len(rows), None)


SELECTIONS = [
    ({"names": ["alpine"]}, [WEB]),
    ({"names": ["docker.io/library/alpine:latest", "bbbbbbbbbbbb"]}, [WEB, DB]),
    ({"names": []}, []),
    ({"states": ["dangling"]}, [DB]),
    ({"states": ["tagged"], "larger_than": "2kB"}, [OLD]),
    ({"larger_than": 2000}, [DB, OLD]),
    ({"smaller_than": "3000"}, [WEB]),
    ({"older_than": "30d"}, [OLD]),
    ({"repositories": ["shop/*"]}, [WEB, OLD]),
    ({"tags": ["latest"]}, [WEB]),
    ({"references": ["docker.io/shop/old:1"]}, [OLD]),
    ({"label_selectors": ["stage=production"]}, [WEB]),
    ({"label_selectors": ["stage", "stage!=test"]}, [WEB]),
    ({"match_expressions": [{"key": "stage", "operator": "not_in", "values": ["test"]}]}, [WEB, DB]),
    ({"match_expressions": [{"key": "stage", "operator": "exists"}]}, [WEB, OLD]),
    ({"names": ["alpine", "bbbbbbbbbbbb"], "states": ["dangling"]}, [DB]),
    ({"names": ["alpine"], "larger_than": "1MB"}, []),
]


@pytest.mark.parametrize(("options", "images"), SELECTIONS)
def test_names_and_selector(run: Run, engine: ScriptedEngine, options: dict[str, t.Any], images: list[str]) -> None:
    result = run(docker_host=engine.docker_host, **options)
    assert [image["id"] for image in result["images"]] == images
    assert result["totals"]["images"] == len(images)
    assert result["missing"] == []
    assert len(engine.requests) == 2


def test_what_is_missing_is_listed(run: Run, engine: ScriptedEngine) -> None:
    result = run(docker_host=engine.docker_host, names=["alpine:3.20", "alpine", "ffffffffffff", "alpine:3.20"])
    assert result["missing"] == ["alpine:3.20", "ffffffffffff"]
    assert [image["id"] for image in result["images"]] == [WEB]


def test_an_id_finds_an_intermediate_image(run: Run, engine: ScriptedEngine) -> None:
    result = run(docker_host=engine.docker_host, names=["d" * 64])
    assert [image["id"] for image in result["images"]] == ["sha256:" + "d" * 64]


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([], []),
        ([row(DB, [], Containers=-1)], ["GET /v1.45/containers/json?all=1"]),
    ],
)
def test_an_engine_without_tagged_images_costs_no_more_requests(
    run: Run, rows: list[dict[str, t.Any]], asked: list[str]
) -> None:
    """Only a third place tells its image store; that is not worth a request more for each host of a fleet."""
    script: dict[str, t.Any] = {
        "GET /version": version_reply("26.1.5", "1.45"),
        "GET /v1.45/images/json": rows,
        "GET /v1.45/containers/json?all=1": [{"ImageID": DB}],
        "GET /v1.45/info": {"DriverStatus": []},
    }
    with ScriptedEngine(script) as engine:
        result = run(docker_host=engine.docker_host)
    assert engine.requests == ["GET /version", "GET /v1.45/images/json", *asked]
    assert result["engine"]["image_store"] == "unknown"
    assert [image["containers"] for image in result["images"]] == [1] * len(rows)


def test_fields(run: Run, engine: ScriptedEngine) -> None:
    result = run(docker_host=engine.docker_host, fields=["size", "id"], states=["tagged"])
    assert result["images"] == [{"id": WEB, "size": 2000}, {"id": OLD, "size": 5000}]


def test_podman(run: Run) -> None:
    rows = [row(WEB, ["localhost/web:1"], SharedSize=0, VirtualSize=2000)]
    usage = {"Images": [row(WEB[7:], ["1"], SharedSize=300)], "LayersSize": 900}
    script = {
        "GET /version": podman_version_reply(),
        "GET /v1.44/images/json?all=1": rows,
        "GET /v1.44/system/df?type=image": usage,
    }
    with ScriptedEngine(script) as engine:
        result = run(docker_host=engine.docker_host, shared_size=True, names=["web:1"])
    assert engine.requests == list(script)
    assert result["engine"]["name"] == "podman"
    assert result["images"][0]["shared_size"] == 300
    assert result["totals"] == {"images": 1, "size": 1000, "unique_size": 700, "layers_size": 900}


def test_entries_about_one_image_are_merged_without_a_warning(run: Run) -> None:
    """Docker 24 and 25 with the containerd store list an image once for each platform."""
    names = [f"shop/old@{WEB}", f"shop/old:2@{DB}"]
    rows = [ROWS[0], {**ROWS[0], "RepoTags": names, "RepoDigests": [WEB], "SharedSize": 10**9}]
    with ScriptedEngine({"GET /version": version_reply(), "GET /v1.51/images/json": rows}) as engine:
        result = run(docker_host=engine.docker_host)
    assert len(result["images"]) == 1
    assert run.warnings == "[]"


@pytest.mark.parametrize("status", [401, 403, 405])
@pytest.mark.parametrize("body", [b"<html><body><h1>403 Forbidden</h1>", b"Forbidden", b'{"message": "no"}', b""])
def test_a_socket_proxy_that_allows_images_alone(run: Run, status: int, body: bytes) -> None:
    """Docker before 28.3 does not list the number of containers with the images."""
    script = {
        "GET /version": version_reply("20.10.24", "1.41"),
        "GET /v1.41/images/json": [{**entry, "Containers": -1} for entry in ROWS],
        "GET /v1.41/containers/json?all=1": Reply(status, body),
    }
    with ScriptedEngine(script) as engine:
        result = run(docker_host=engine.docker_host)
        assert [image["containers"] for image in result["images"]] == [-1, -1, -1]
        said = f"{engine.docker_host} refused GET /containers/json with status {status}, so containers are -1"
        assert said in run.warnings
        assert "CONTAINERS=1), or set containers: false." in run.warnings
        run(docker_host=engine.docker_host, containers=False)
        assert run.warnings == "[]" and engine.requests.count("GET /v1.41/containers/json?all=1") == 1


@pytest.mark.parametrize("reply", [Reply(500, {"message": "boom"}), Reply(503, b""), SILENCE, Reply(raw=b""), [5]])
def test_an_engine_that_cannot_list_containers_is_not_a_proxy_that_may_not(run: Run, reply: t.Any) -> None:
    script = {
        "GET /version": version_reply("20.10.24", "1.41"),
        "GET /v1.41/images/json": ROWS,
        "GET /v1.41/containers/json?all=1": reply,
    }
    with ScriptedEngine(script) as engine:
        assert engine.docker_host in run.failure(docker_host=engine.docker_host, timeout=1)


GONE = Reply(404, {"message": "NotFound: snapshot 9f9 does not exist: not found"})
BUSY = Reply(500, {"message": "a disk usage operation is already running"})


def test_what_is_refused_only_for_a_moment_is_asked_again(run: Run) -> None:
    """Docker's containerd store answers so while containers come and go, Podman while images do."""
    rows = [row(WEB, ["web:1"])]
    script = {
        "GET /version": version_reply("20.10.24", "1.41"),
        "GET /v1.41/images/json": InTurn(GONE, GONE, rows),
        "GET /v1.41/system/df": InTurn(BUSY, {"LayersSize": 5, "Images": rows}),
        "GET /v1.41/containers/json?all=1": InTurn(GONE, []),
    }
    with ScriptedEngine(script) as engine:
        assert len(run(docker_host=engine.docker_host, shared_size=True)["images"]) == 1
    assert [engine.requests.count(request) for request in script] == [1, 3, 2, 2]
    assert run.warnings == "[]"


@pytest.mark.parametrize(
    ("reply", "times"), [(GONE, 3), (BUSY, 3), (Reply(403, b""), 1), (Reply(404, b"page not found"), 1)]
)
def test_what_stays_refused_is_an_error(run: Run, reply: Reply, times: int) -> None:
    with ScriptedEngine({"GET /version": version_reply(), "GET /v1.51/images/json": reply}) as engine:
        assert f"with status {reply.status}" in run.failure(docker_host=engine.docker_host)
    assert engine.requests.count("GET /v1.51/images/json") == times


def test_podman_that_cannot_report_shared_sizes_says_so_where_they_are_asked_for(run: Run) -> None:
    rows = [row(WEB, ["web:1"])]
    script = {"GET /version": podman_version_reply("4.3.1", "1.41"), "GET /v1.41/images/json": rows}
    with ScriptedEngine(script) as engine:
        run(docker_host=engine.docker_host, shared_size=True)
        assert "is Podman 4.3.1, which cannot report shared sizes: shared_size is -1" in run.warnings
        run(docker_host=engine.docker_host)
        assert run.warnings == "[]"


class TestOptions:
    """Precedence task, environment, default; aliases of community.docker."""

    def test_of_the_environment(self, run: Run, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DOCKER_HOST", engine.docker_host)
        monkeypatch.setenv("DOCKER_API_VERSION", "1.44")
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "")  # set to nothing counts as not set
        engine.script = {**SCRIPT, "GET /v1.44/images/json": ROWS, "GET /v1.44/containers/json?all=1": []}
        assert run()["engine"]["api_version"] == "1.44"

    def test_of_the_task_win(self, run: Run, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
        monkeypatch.setenv("DOCKER_API_VERSION", "1.44")
        assert run(docker_url=engine.docker_host, docker_api_version="auto")["engine"]["api_version"] == "1.51"

    def test_certificate_and_key_belong_together(self, run: Run) -> None:
        assert "client_cert, client_key" in run.failure(tls_client_cert="/x")

    def test_a_context(self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        message = run.failure(docker_context="nope")
        assert message == 'docker_context "nope" does not exist; contexts known to this user are: default'


FAILURES = [
    ({"names": [""]}, 'names[0] must be an image name or ID, got ""', 0),
    ({"names": ["alpine", " "]}, 'names[1] must be an image name or ID, got " "', 0),
    ({"larger_than": "500M"}, "larger_than must say which unit it means", 0),
    ({"older_than": "1y"}, 'older_than must be a duration such as 90s, 45m, 12h, 30d, 2w, 1h30m', 0),
    ({"label_selectors": ["a in (b"]}, "label_selectors[0]", 0),
    ({"references": ["["]}, "references[0]", 0),
    ({"match_expressions": [{"key": "a", "operator": "in"}]}, "match_expressions[0].values must be a list", 0),
    ({"states": ["intermediate"]}, "states asks for intermediate images, which are only listed with all=true", 0),
    ({"states": ["gone"]}, "value of states must be one or more of", 0),
    ({"fields": ["Size"]}, "value of fields must be one or more of", 0),
    ({"api_version": "1.99"}, "api_version 1.99 is too new for the engine at unix://", 1),
    ({"api_version": "1.12"}, "api_version must be at least 1.24, got 1.12", 0),
    ({"timeout": 0}, "timeout must be a positive number of seconds, at most 1000000, got 0", 0),
    ({"until": "7d"}, "until", 0),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message", "requests"), FAILURES)
def test_a_bad_option_is_one_sentence(
    run: Run, engine: ScriptedEngine, options: dict[str, t.Any], message: str, requests: int
) -> None:
    assert message in run.failure(docker_host=engine.docker_host, **options)
    assert len(engine.requests) == requests


@pytest.mark.parametrize(
    ("reply", "message", "can_talk"),
    [
        ([row(WEB, ["a:1"]), row(DB, ["b:1"], Size="big")], 'images[1].Size must be an integer, got "big"', True),
        ({"message": "no"}, "no", True),
        (Reply(403, b"<html>Forbidden</html>", "text/html"), "with status 403 and a web page", True),
        (Reply(200, b""), "with an empty body", True),
        (Reply(200, ROWS, cut_off=10), "broke before a complete reply arrived", True),
        (SILENCE, "did not reply within 1 s", True),
    ],
)
def test_a_bad_answer_is_one_sentence(run: Run, reply: t.Any, message: str, can_talk: bool) -> None:
    with ScriptedEngine({"GET /version": version_reply(), "GET /v1.51/images/json": reply}) as engine:
        result = run(docker_host=engine.docker_host, timeout=1)
        assert engine.docker_host in result["msg"]
    assert message in result["msg"]
    assert result["can_talk_to_docker"] is can_talk


def test_a_name_that_means_several_images_blames_the_name_not_the_engine(run: Run) -> None:
    rows = [row("sha256:" + "a" * 63 + digit, [f"x:{digit}"]) for digit in "12"]
    with ScriptedEngine({"GET /version": version_reply(), "GET /v1.51/images/json?all=1": rows}) as engine:
        result = run(docker_host=engine.docker_host, names=["a" * 12])
    assert 'the short ID "aaaaaaaaaaaa" is ambiguous, it may mean sha256:a' in result["msg"]
    assert result["can_talk_to_docker"] is True


def test_no_engine_at_all(run: Run, tmp_path: Path) -> None:
    result = run(docker_host=f"unix://{tmp_path}/docker.sock")
    assert result["msg"].startswith(f"There is no socket at unix://{tmp_path}/docker.sock: start the engine, or set")
    assert result["can_talk_to_docker"] is False


def test_no_secret_of_an_address_is_shown(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module as a whole, with a sample of the spellings that test_addresses.py tries."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for address in SPELLINGS[:: len(SPELLINGS) // 50]:
        for options in ({"docker_host": address}, {"docker_context": address}):
            with contextlib.suppress(InputError):
                if not connection_from(options, {}).docker_host.startswith("unix://"):
                    continue  # a good address: no test calls it
            assert SECRET not in unquote(unquote(run.failure(**options) + run.warnings)), options
