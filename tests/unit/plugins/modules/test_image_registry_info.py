# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a whole. What it asks of registries is measured in the tests of _registry."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import spool_lines
from ansible_collections.container_ops.images.plugins.modules import image_registry_info
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    Reply,
    ScriptedEngine,
    podman_version_reply,
    version_reply,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._registry.small_registry import (
    SmallRegistry,
)
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run

DIGEST = "sha256:" + "a" * 64
INDEX = "application/vnd.oci.image.index.v1+json"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return Run(image_registry_info.main, monkeypatch, capsys)


@pytest.mark.parametrize("check_mode", [False, True])
def test_rows_of_a_registry(run: Run, check_mode: bool) -> None:
    with SmallRegistry() as registry:
        digest = registry.image("app", "1")
        known = [{"name": registry.name, "plain_http": True, "username": "u", "password": "hunter2"}]
        result = run(check_mode, names=[f"{registry.name}/app:1"], registries=known, auth_files=[])
    assert result["changed"] is False and result["references"][0]["digest"] == digest
    assert (result["requests"], result["engine"], result["can_talk_to_docker"]) == (1, None, False)
    result.pop("invocation", None)
    assert "hunter2" not in json.dumps(result) and run.warnings == "[]"


def test_the_tags_of_spool_files_are_asked_once(run: Run, tmp_path: Path) -> None:
    with SmallRegistry() as registry:
        registry.image("app", "1")
        name = f"{registry.name}/app"
        image = {
            "id": DIGEST,
            "repo_tags": [f"{name}:1", "localhost/app:1", "built:1"],
            "repo_digests": [f"{name}@{DIGEST}"],
        }
        for host in ("web01", "web02"):
            lines = spool_lines(host, {"images": [image]}, 1)
            (tmp_path / f"{host}.jsonl").write_text("".join(lines), encoding="utf-8")
        (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
        known = [{"name": registry.name, "plain_http": True}]
        result = run(src=[str(tmp_path)], registries=known, auth_files=[])
    assert [row["name"] for row in result["references"]] == [f"{name}:1"]
    assert result["requests"] == 1


def test_names_or_spool_files_are_needed(run: Run) -> None:
    assert "one of the following is required: names, src" in run(auth_files=[])["msg"]


def test_the_documented_keys_are_returned(run: Run) -> None:
    import yaml

    documented = yaml.safe_load(image_registry_info.RETURN)
    with SmallRegistry() as registry:
        registry.index("app", "1", ["amd64"])
        known = [{"name": registry.name, "plain_http": True}]
        result = run(names=[f"{registry.name}/app:1", "x y"], details=True, registries=known, auth_files=[])
    assert set(documented) == set(result) - {"changed", "invocation"}
    keys = documented["references"]["contains"]
    assert [set(row) for row in result["references"]] == [set(keys)] * 2
    assert set(result["references"][0]["platforms"][0]) == set(keys["platforms"]["contains"])


def test_a_bad_name_fails_the_task_only_if_asked(run: Run) -> None:
    with SmallRegistry() as registry:
        registry.image("app", "1")
        known = [{"name": registry.name, "plain_http": True}]
        options = {"names": [f"{registry.name}/app:{tag}" for tag in "123"], "registries": known, "auth_files": []}
        assert [row["status"] for row in run(**options)["references"]] == ["ok", "not_found", "not_found"]
        result = run(**options, fail_on_error=True)
    assert result["failed"] and "app:2: " in result["msg"] and "(1 more names failed.)" in result["msg"]
    assert len(result["references"]) == 3


@pytest.mark.parametrize(
    "options, says",
    [
        ({"timeout": 0}, "timeout must be"),
        ({"max_wait": -1}, "max_wait must not"),
        ({"registries": [{"name": "a/b"}]}, "registries[0].name"),
        ({"registries": [{"name": "a", "username": "u"}]}, "required together"),
        ({"via": "engine", "details": True}, "details need via=registry"),
        ({"via": "engine", "newer_tags": {}}, "newer_tags needs via=registry"),
        ({"via": "engine", "docker_host": "ftp://x"}, "docker_host"),
    ],
)
def test_options_that_cannot_be(run: Run, options: dict[str, t.Any], says: str) -> None:
    assert says in run.failure(names=["app"], **options)


# Through an engine.


def script(**replies: t.Any) -> dict[str, t.Any]:
    found = {f"GET /v1.51/distribution/{name}/json": reply for name, reply in replies.items()}
    return {"GET /version": version_reply(), **found}


ANSWER = {
    "Descriptor": {"mediaType": INDEX, "digest": DIGEST, "size": 7},
    "Platforms": [
        {"os": "linux", "architecture": "arm64", "variant": "v8"},
        {"os": "windows", "architecture": "amd64", "os.version": "10.0.1"},
        {"os": "unknown", "architecture": "unknown"},
    ],
}
NAME = "docker.io/library/app:1"


def test_rows_of_an_engine(run: Run) -> None:
    with ScriptedEngine(script(**{NAME: ANSWER})) as engine:
        names = ["app:1", "docker.io/app:1", "not a name", "app:2"]
        result = run(names=names, via="engine", docker_host=engine.docker_host, auth_files=[])
    rows = result["references"]
    assert [row["digest"] for row in rows] == [DIGEST, DIGEST, "", ""]
    assert rows[0]["media_type"] == INDEX and [row["name"] for row in rows] == names
    assert rows[0]["platforms"] == [
        {"platform": "linux/arm64/v8", "os_version": ""},
        {"platform": "windows/amd64", "os_version": "10.0.1"},
    ]
    assert rows[2]["status"] == "failed" and rows[3]["status"] == "not_found"
    assert len([request for request in engine.requests if "app:1" in request]) == 1
    assert (result["engine"]["version"], result["can_talk_to_docker"]) == ("28.5.2", True)


LOGIN = [{"name": "docker.io", "username": "u", "password": "hunter2"}]


def test_an_engine_gets_credentials_on_its_socket_alone(run: Run) -> None:
    options = {"names": ["app:1"], "via": "engine", "registries": LOGIN}
    with ScriptedEngine(script(**{NAME: ANSWER})) as engine:
        run(**options, docker_host=engine.docker_host)
    sent = json.loads(base64.urlsafe_b64decode(engine.headers[-1]["X-Registry-Auth"]))
    assert sent == {"username": "u", "password": "hunter2", "serveraddress": "https://index.docker.io/v1/"}
    with ScriptedEngine(script(**{NAME: ANSWER}), listen="tcp") as engine:
        result = run(**options, docker_host=engine.docker_host)
    assert result["references"][0]["digest"] == DIGEST
    assert [headers for headers in engine.headers if "X-Registry-Auth" in headers] == []


@pytest.mark.parametrize(
    "reply, status, says",
    [
        (Reply(401, {"message": "unauthorized"}), "denied", "unauthorized"),
        (Reply(403, {"message": "denied"}), "denied", "denied"),
        (Reply(404, {"message": "manifest unknown"}), "not_found", "manifest unknown"),
        (Reply(429, {"message": "toomanyrequests"}), "limited", "toomanyrequests"),
        (Reply(500, {"message": "no such host"}), "failed", "no such host"),
        ({"Descriptor": {"digest": "x"}}, "failed", "must be a digest"),
        ({"Descriptor": []}, "failed", "the answer"),
        ([], "failed", "the answer"),
    ],
)
def test_what_an_engine_may_answer(run: Run, reply: t.Any, status: str, says: str) -> None:
    with ScriptedEngine(script(**{NAME: reply})) as engine:
        (row,) = run(names=["app:1"], via="engine", docker_host=engine.docker_host, auth_files=[])["references"]
    assert (row["status"], row["digest"]) == (status, "") and says in row["error"]


def test_podman_does_not_ask_registries(run: Run) -> None:
    with ScriptedEngine({"GET /version": podman_version_reply()}) as engine:
        assert "is Podman" in run.failure(names=["app:1"], via="engine", docker_host=engine.docker_host)
