# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a whole: real options, a real HTTP server on a unix socket, and the result as Ansible reads it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.module_utils._prune import disk_usage
from ansible_collections.container_ops.images.plugins.modules import image_prune
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    SILENCE,
    Reply,
    ScriptedEngine,
    podman_version_reply,
    version_reply,
)
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run

NOW = 1_800_000_000
OLD, WEB = ("sha256:" + digit * 64 for digit in "ab")


def row(image: str, tags: list[str], **more: t.Any) -> dict[str, t.Any]:
    """One entry of the list, as Docker 28.5 sends it."""
    return {
        "Id": image,
        "ParentId": "",
        "RepoTags": tags,
        "RepoDigests": [],
        "Created": NOW - 40 * 86400,
        "Size": 1000,
        "SharedSize": 0,
        "Containers": 0,
        "Labels": None,
        **more,
    }


def inspected(image: str, tags: list[str]) -> dict[str, t.Any]:
    """What inspect says of it."""
    layers = {"RootFS": {"Layers": ["sha256:" + image[-64:]]}}
    return {"Id": image, "Parent": "", "RepoTags": tags, "RepoDigests": [], "Created": None, **layers}


LIST = "GET /v1.51/images/json?all=1&shared-size=1"
CONTAINERS = "GET /v1.51/containers/json?all=1"
INFO = "GET /v1.51/info"
USAGE = "GET /v1.51/system/df?type=image&type=build-cache"
DELETE = f"DELETE /v1.51/images/{OLD}?noprune=1"
SCRIPT: dict[str, t.Any] = {
    "GET /version": version_reply(),
    LIST: [row(OLD, ["old:1"]), row(WEB, ["web:1"])],
    CONTAINERS: [{"Id": "c1", "Names": ["/site"], "ImageID": WEB, "Mounts": []}],
    INFO: {"Swarm": {"LocalNodeState": "inactive", "ControlAvailable": False}},
    USAGE: {"LayersSize": 2000, "Images": [], "BuildCache": None},
    f"GET /v1.51/images/{OLD}/json": inspected(OLD, ["old:1"]),
    DELETE: [{"Untagged": "old:1"}, {"Deleted": OLD}],
}
WARNINGS: list[str] = []
OLDER = {"states": ["tagged"], "older_than": "30d", "now": NOW, "usage": False}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("HOST", "API_VERSION", "TIMEOUT", "CERT_PATH", "TLS", "TLS_VERIFY", "CONFIG"):
        monkeypatch.delenv(f"DOCKER_{name}", raising=False)
    # In one process with pytest, ansible-core shows warnings on stderr as well.
    monkeypatch.setattr(image_prune.AnsibleModule, "warn", lambda _module, text: WARNINGS.append(text))
    monkeypatch.setattr(patience, "_PAUSES", (0, 0))
    monkeypatch.setattr(image_prune.time, "time", lambda: NOW)
    del WARNINGS[:]
    return Run(image_prune.main, monkeypatch, capsys)


@pytest.fixture
def engine() -> t.Iterator[ScriptedEngine]:
    with ScriptedEngine(dict(SCRIPT)) as scripted:
        yield scripted


def test_check_mode_looks_and_says_what_would_go(run: Run, engine: ScriptedEngine) -> None:
    result = run(check_mode=True, _ansible_diff=True, docker_host=engine.docker_host, **OLDER)
    assert engine.requests == ["GET /version", USAGE, LIST, CONTAINERS, INFO]
    assert result["changed"] is True
    assert [(image["id"], image["outcome"]) for image in result["images"]] == [(OLD, "planned")]
    assert (result["space_reclaimed_predicted"], result["space_reclaimed"]) == (1000, None)
    assert result["diff"] == {"before": {"images": [{"id": OLD, "references": ["old:1"]}]}, "after": {"images": []}}
    assert [decision["reason"] for decision in result["plan"]["decisions"]] == ["remove_rule", "in_use"]
    assert result["plan"]["decisions"][1]["detail"] == "kept: in use by `site`"


def test_removal_asks_again_right_before_it(run: Run, engine: ScriptedEngine) -> None:
    result = run(docker_host=engine.docker_host, **OLDER)
    assert engine.requests[5:] == [f"GET /v1.51/images/{OLD}/json", CONTAINERS, DELETE, USAGE]
    assert [image["outcome"] for image in result["images"]] == ["removed"]
    # The script's total stays what it was, and the module says so.
    assert result["space_reclaimed"] == 0
    assert result["can_talk_to_docker"] is True and "diff" not in result
    asked = result["engine"]
    assert (asked["name"], asked["version"], asked["address"]) == ("docker", "28.5.2", engine.docker_host)


def test_an_old_socket_proxy_that_refuses_to_say_whether_this_is_a_swarm(run: Run, engine: ScriptedEngine) -> None:
    """HAProxy's own errorfiles/403.http ends its lines with a bare line feed, and old releases send it as it is."""
    head = b"HTTP/1.0 403 Forbidden\nCache-Control: no-cache\nConnection: close\nContent-Type: text/html\n\n"
    engine.script[INFO] = Reply(raw=head + b"<html><body><h1>403 Forbidden</h1>\n</body></html>\n")
    result = run(docker_host=engine.docker_host, **OLDER)
    assert [image["outcome"] for image in result["images"]] == ["removed"]


@pytest.mark.parametrize("more", [{}, {"check_mode": True}, {"max_removals": 0}], ids=["removal", "check", "blocked"])
def test_the_plan_can_be_left_out_of_the_result(run: Run, engine: ScriptedEngine, more: dict[str, t.Any]) -> None:
    """Everything else is as with it, whether the images are removed, would be, or are too many."""
    whole = run(docker_host=engine.docker_host, **OLDER, **more)
    asked = engine.requests[:]
    del engine.requests[:]
    without = run(docker_host=engine.docker_host, return_plan=False, **OLDER, **more)
    assert whole.pop("plan")["decisions"]
    for result in (whole, without):
        # Older releases of ansible-core put the options of the task into its result.
        result.pop("invocation", None)
    assert without == whole and engine.requests == asked


def test_equal_bounds_are_not_exact_where_sizes_are_not_of_layers(run: Run, engine: ScriptedEngine) -> None:
    """In the containerd store the index of a multi-platform image is in no size, and is freed with the image."""
    engine.script[LIST] = [row(OLD, ["old:1"], Descriptor={}), row(WEB, ["web:1"], Descriptor={})]
    engine.script[CONTAINERS] = []
    engine.script[f"GET /v1.51/images/{WEB}/json"] = inspected(WEB, ["web:1"])
    engine.script[f"DELETE /v1.51/images/{WEB}?noprune=1"] = []
    result = run(docker_host=engine.docker_host, **OLDER)
    accounting = result["plan"]["accounting"]
    assert (accounting["lower_bytes"], accounting["upper_bytes"], accounting["certain"]) == (2000, 2000, False)
    assert result["space_reclaimed_predicted"] is None


def test_a_saved_plan(run: Run, engine: ScriptedEngine) -> None:
    plan = run(check_mode=True, docker_host=engine.docker_host, **OLDER)["plan"]
    del engine.requests[:]
    result = run(docker_host=engine.docker_host, plan=plan, **OLDER)
    assert result["plan"] == plan and [image["outcome"] for image in result["images"]] == ["removed"]
    assert LIST not in engine.requests


def test_a_saved_plan_in_check_mode_looks_at_the_host_as_it_is_now(run: Run, engine: ScriptedEngine) -> None:
    plan = run(check_mode=True, docker_host=engine.docker_host, **OLDER)["plan"]
    del engine.requests[:]
    result = run(check_mode=True, docker_host=engine.docker_host, plan=plan, **OLDER)
    assert engine.requests == ["GET /version", INFO, f"GET /v1.51/images/{OLD}/json", CONTAINERS]
    assert (result["changed"], [image["outcome"] for image in result["images"]]) == (True, ["planned"])
    del engine.script[f"GET /v1.51/images/{OLD}/json"]
    result = run(check_mode=True, _ansible_diff=True, docker_host=engine.docker_host, plan=plan, **OLDER)
    assert (result["changed"], [image["outcome"] for image in result["images"]]) == (False, ["already_absent"])
    assert result["diff"] == {"before": {"images": []}, "after": {"images": []}}


@pytest.mark.parametrize(
    "later, options, change, message",
    [
        (3601, OLDER, {}, "plan is 1 h old, plan_max_age allows 1 h: make a new plan"),
        (-3601, OLDER, {}, "plan is from 1 h in the future"),
        # The clock of a policy is for the ages of images. How old a plan is, the clock of the host says.
        (86400, OLDER, {}, "plan is 1 d old"),
        (0, {**OLDER, "older_than": "31d"}, {}, "plan was made for another policy"),
        (0, OLDER, {"accounting": "x"}, 'plan.accounting must be a dictionary, got "x"'),
    ],
)
def test_refused_plans(
    run: Run,
    engine: ScriptedEngine,
    monkeypatch: pytest.MonkeyPatch,
    later: int,
    options: t.Any,
    change: t.Any,
    message: str,
) -> None:
    plan = run(check_mode=True, docker_host=engine.docker_host, **OLDER)["plan"]
    del engine.requests[:]
    monkeypatch.setattr(image_prune.time, "time", lambda: NOW + later)
    assert message in run.failure(docker_host=engine.docker_host, plan={**plan, **change}, **options)
    assert engine.requests == []


@pytest.mark.parametrize(
    "options, message",
    [
        ({"larger_than": "500M"}, "larger_than must say which unit it means"),
        ({"label_selectors": ["a b"]}, "label_selectors[0] is not a label selector"),
        ({"max_used_space": "1GB", "target_used_space": "2GB"}, "target_used_space must be at most max_used_space"),
        ({"max_used_space": "50%"}, "max_used_space is a percentage, which needs disk"),
        ({"min_free_space": "5GB"}, "min_free_space needs disk"),
        ({"disk": {"capacity": "1M", "free": "1"}}, "disk.capacity must say which unit it means"),
        ({"rules": [{"name": "a", "action": "keep", "older_than": "1d"}]}, "rules[0] (keep rule) has unknown key"),
        (
            {"rules": [{"name": "a", "action": "keep", "match": {"tags": ["["]}}]},
            "rules[0].match.tags[0] is not a",
        ),
        ({"plan_max_age": "soon"}, "plan_max_age must be a duration"),
        ({"plan": {}}, "plan.plan_version must be 1, got null"),
        ({"keep_last": "two"}, "keep_last"),
        ({"older_then": "1d"}, "older_then"),
    ],
)
def test_bad_options_ask_no_engine(run: Run, engine: ScriptedEngine, options: t.Any, message: str) -> None:
    assert message in run.failure(docker_host=engine.docker_host, **options)
    assert engine.requests == []


@pytest.mark.parametrize("status, outcome", [(409, "conflict"), (500, "failed")])
def test_an_engine_that_refuses(run: Run, engine: ScriptedEngine, status: int, outcome: str) -> None:
    engine.script[DELETE] = Reply(status, {"message": "in the way"})
    result = run(docker_host=engine.docker_host, **OLDER)
    assert [image["outcome"] for image in result["images"]] == [outcome]
    assert "in the way" in result["images"][0]["detail"]
    assert result.get("failed", False) is (outcome == "failed")
    assert result["changed"] is False
    # A failure is what the task ends with, so only a conflict is a warning.
    assert any("in the way" in text for text in WARNINGS) is (outcome == "conflict")


BUDGET = {"max_used_space": "1kB", "now": NOW}
PLAIN_LIST = "GET /v1.51/images/json?all=1"


def test_an_engine_that_is_busy_is_asked_again(run: Run, engine: ScriptedEngine) -> None:
    engine.script[USAGE] = Reply(500, {"message": "a disk usage operation is already running"})
    message = run.failure(docker_host=engine.docker_host, **BUDGET)
    assert message.startswith("A budget needs the engine's disk usage (GET /system/df). unix://")
    assert message.endswith("a disk usage operation is already running")
    assert engine.requests[1:] == [USAGE] * 3


def test_podman_4_has_no_total_for_a_budget_unless_it_has_no_images(run: Run, engine: ScriptedEngine) -> None:
    usage = "GET /v1.41/system/df"
    engine.script.update(
        {
            "GET /version": podman_version_reply("4.3.1", "1.41"),
            usage: {"LayersSize": 0, "Images": [{}]},
            "GET /v1.41/images/json?all=1": [row(OLD, ["docker.io/library/old:1"])],
            "GET /v1.41/containers/json?all=1": [],
            "GET /v1.41/info": {},
        }
    )
    message = run.failure(docker_host=engine.docker_host, **BUDGET)
    assert message.startswith(engine.docker_host)
    assert "did not report the bytes of all image layers (GET /system/df), which max_used_space needs" in message
    engine.script.update({usage: {"LayersSize": 0, "Images": []}, "GET /v1.41/images/json?all=1": []})
    result = run(docker_host=engine.docker_host, **BUDGET)
    assert (result["changed"], result["plan"]["budget"]["met"]) == (False, True)


@pytest.mark.parametrize(
    "reply, reason",
    [
        pytest.param(Reply(403, {"message": "forbidden"}), "with status 403: forbidden", id="a proxy refuses"),
        pytest.param(Reply(500, {"message": "busy"}), "with status 500: busy", id="an error that does not pass"),
        pytest.param(SILENCE, "did not reply within 1 s", id="no answer in time"),
        pytest.param(Reply(body=b"{"), "with a body that is not whole JSON", id="half an answer"),
    ],
)
def test_without_a_budget_nobody_needs_the_disk_usage(
    run: Run, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, reply: Reply, reason: str
) -> None:
    engine.script[USAGE] = reply
    engine.script[PLAIN_LIST] = engine.script[LIST]
    monkeypatch.setattr(disk_usage, "PATIENCE", 1)
    result = run(docker_host=engine.docker_host, **OLDER)
    assert [image["outcome"] for image in result["images"]] == ["removed"]
    assert (result["space_reclaimed_predicted"], result["space_reclaimed"]) == (None, None)
    accounting = result["plan"]["accounting"]
    assert (accounting["method"], accounting["lower_bytes"], accounting["upper_bytes"]) == ("bounds", 0, 1000)
    (warning,) = WARNINGS
    assert warning.startswith("bytes are not known: the engine did not report its disk usage. unix://")
    assert reason in warning


def test_a_blocked_plan_fails_and_comes_along(run: Run, engine: ScriptedEngine) -> None:
    result = run(docker_host=engine.docker_host, max_removals=0, **OLDER)
    assert result["failed"] and result["msg"].startswith("nothing was removed: the plan would remove 1 of 2 images")
    assert result["plan"]["blocked"] == "max_removals" and result["images"] == []
    assert not any(request.startswith("DELETE") for request in engine.requests)


@pytest.mark.parametrize(
    "asked, reply, message",
    [
        (CONTAINERS, Reply(403, b"Forbidden", "text/plain"), "GET /containers/json with status 403"),
        (CONTAINERS, Reply(403, b"<html>", "text/html"), "a socket proxy must allow it (CONTAINERS=1). unix://"),
        (CONTAINERS, {"a": 1}, "the list of containers must be a list"),
        (CONTAINERS, [{"ImageID": "short"}], "containers[0].ImageID must be a whole image ID"),
        (LIST, Reply(500, {"message": "broken"}), "broken"),
    ],
)
def test_facts_that_cannot_be_had(run: Run, engine: ScriptedEngine, asked: str, reply: t.Any, message: str) -> None:
    engine.script[asked] = reply
    assert message in run.failure(docker_host=engine.docker_host, **OLDER)


@pytest.mark.parametrize(
    "options, patience, waits",
    [
        pytest.param(OLDER, 1, 1, id="nobody needs it"),
        pytest.param(OLDER, 9, 4, id="nobody needs it, and the timeout is short"),
        pytest.param({**OLDER, "accounting": "exact"}, 1, 4, id="exact bytes"),
        pytest.param(BUDGET, 1, 4, id="a budget"),
    ],
)
def test_how_long_the_disk_usage_may_take(
    run: Run,
    engine: ScriptedEngine,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, t.Any],
    patience: int,
    waits: int,
) -> None:
    monkeypatch.setattr(disk_usage, "PATIENCE", patience)
    engine.script[USAGE] = SILENCE
    engine.script[PLAIN_LIST] = engine.script[LIST]
    result = run(check_mode=True, docker_host=engine.docker_host, timeout=4, **options)
    said = result.get("msg") or WARNINGS[0]
    assert f"did not reply within {waits} s" in said
    assert f"{patience} s are the most" in said or "accounting" in options or options is BUDGET


NO_ANSWERS = {
    "an impossible length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n[]",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n[",
    "an impossible chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\n[]",
    "a negative chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n[]",
    "a chunk without a size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n[]",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[",
    "half a status line": b"HTTP/1.",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "a status without a number": b"HTTP/1.1 OK\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("raw", NO_ANSWERS.values(), ids=list(NO_ANSWERS))
@pytest.mark.parametrize("is_gone", [False, True], ids=["it is still there", "it is gone"])
def test_a_removal_without_a_whole_answer_is_an_outcome(
    run: Run, engine: ScriptedEngine, raw: bytes, is_gone: bool
) -> None:
    older = f"GET /v1.51/images/{OLD}/json"
    engine.script[LIST] = [row(OLD, ["old:1"]), row(WEB, ["web:1"])]
    engine.script[CONTAINERS] = []
    engine.script[f"GET /v1.51/images/{WEB}/json"] = inspected(WEB, ["web:1"])
    engine.script[f"DELETE /v1.51/images/{WEB}?noprune=1"] = [{"Deleted": WEB}]
    engine.script[DELETE] = Reply(raw=raw)
    if is_gone:
        found = inspected(OLD, ["old:1"])
        engine.script[older] = lambda: (
            found if DELETE not in engine.requests else Reply(404, {"message": "No such image"})
        )
    result = run(docker_host=engine.docker_host, **OLDER)
    assert [image["outcome"] for image in result["images"]] == ["removed" if is_gone else "failed", "removed"]
    assert result.get("failed", False) is not is_gone
    assert all(image["lost_references"] == [] for image in result["images"])
    assert "\n" not in result["images"][0]["detail"]
