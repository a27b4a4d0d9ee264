# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""image_prune with usage: what is asked, in which order, and what the plan makes of it."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import patience
from ansible_collections.container_ops.images.plugins.modules import image_prune
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    Reply,
    ScriptedEngine,
    podman_version_reply,
    version_reply,
)
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run

NOW = 1_700_000_000
DAY = 86_400
A, B, C = ("sha256:" + digit * 64 for digit in "abc")
WARNINGS: list[str] = []


def row(image: str, name: str, size: int = 1000) -> dict[str, t.Any]:
    """An image of 40 days."""
    listed = {"Id": image, "ParentId": "", "RepoTags": [name], "RepoDigests": [], "Created": NOW - 40 * DAY}
    return {**listed, "Size": size, "SharedSize": 0, "Containers": 0, "Labels": None}


def tagged(days: int | None) -> dict[str, t.Any]:
    """What inspect says of the last tag."""
    return {"Metadata": {"LastTagTime": NOW - days * DAY if days is not None else "0001-01-01T00:00:00Z"}}


def lines(*events: tuple[str, str, str, int]) -> Reply:
    """Kind, action, ID and days ago of each event."""
    text = ""
    for kind, action, identity, days in events:
        actor = {"ID": identity, "Attributes": {"image": "a:1", "name": "a:1"}}
        text += json.dumps({"Type": kind, "Action": action, "Actor": actor, "time": NOW - days * DAY}) + "\n"
    return Reply(body=text.encode())


EVENTS = f"GET /v1.51/events?since=1&until={NOW}"
LIST = "GET /v1.51/images/json?all=1&shared-size=1"
INSPECT = {image: f"GET /v1.51/images/{image}/json" for image in (A, B, C)}
SCRIPT: dict[str, t.Any] = {
    "GET /version": version_reply(),
    LIST: [row(A, "a:1"), row(B, "b:1"), row(C, "c:1")],
    "GET /v1.51/containers/json?all=1": [],
    "GET /v1.51/info": {},
    "GET /v1.51/system/df?type=image&type=build-cache": {"LayersSize": 3000, "Images": [], "BuildCache": None},
    EVENTS: lines(("image", "load", A, 5)),
    INSPECT[B]: tagged(5),
    INSPECT[C]: tagged(None),
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(image_prune.AnsibleModule, "warn", lambda _module, text: WARNINGS.append(text))
    monkeypatch.setattr(patience, "_PAUSES", (0,))
    monkeypatch.setattr(patience, "_SHORT_PAUSES", (0,))
    monkeypatch.setattr(image_prune.time, "time", lambda: NOW)
    del WARNINGS[:]
    return Run(image_prune.main, monkeypatch, capsys)


def plan_of(run: Run, script: dict[str, t.Any], **options: t.Any) -> tuple[dict[str, t.Any], list[str]]:
    """Details by image ID, and the requests."""
    with ScriptedEngine(dict(script)) as engine:
        result = run(check_mode=True, docker_host=engine.docker_host, accounting="bounds", **options)
        assert "plan" in result, result
        return {one["id"]: one["detail"] for one in result["plan"]["decisions"]}, engine.requests


def test_events_come_first_and_only_what_would_go_is_inspected(run: Run) -> None:
    details, requests = plan_of(run, SCRIPT, states=["tagged"], older_than="30d", min_age="10d")
    assert details == {
        A: "kept: 5 d since its arrival <= 10 d (rule min_age)",
        B: "kept: 5 d since its arrival <= 10 d (rule min_age)",
        C: "removed: 40 d old > 30 d (rule remove)",
    }
    assert [one for one in requests if "/json" in one and "sha256" in one] == [INSPECT[B], INSPECT[C]]
    assert requests.count(EVENTS) == 1
    warning = "when 1 of the 1 images that the plan removes arrived is not known, so min_age and newer_than count from"
    assert [one for one in WARNINGS if "arrived" in one] == [f"{warning} their build dates"]


@pytest.mark.parametrize(
    "options",
    [{"usage": False, "older_than": "30d"}, {"states": ["tagged"]}, {"max_used_space": "1B", "evict_order": "oldest"}],
)
def test_nothing_is_asked_where_nothing_depends_on_it(run: Run, options: dict[str, t.Any]) -> None:
    _details, requests = plan_of(run, SCRIPT, **options)
    assert not any("events" in one or "sha256" in one for one in requests)


def test_the_warning_needs_a_min_age_and_an_arrival_that_may_be_young(run: Run) -> None:
    script = {**SCRIPT, EVENTS: lines(("image", "load", A, 20))}
    plan_of(run, script, states=["tagged"], older_than="10d")
    plan_of(run, script, states=["tagged"], older_than="10d", min_age="15d")
    # An arrival in the last 15 days would have been seen.
    assert not any("arrived" in one for one in WARNINGS)


def test_unused_for_needs_watching(run: Run) -> None:
    script = {**SCRIPT, EVENTS: lines(("image", "tag", A, 25), ("container", "create", "x", 3))}
    details, _requests = plan_of(run, script, states=["tagged"], unused_for="20d")
    assert details == {
        A: "kept: no rule matched",
        B: "kept: no rule matched",
        C: "removed: 24 d watched without a use > 20 d (rule remove)",
    }
    details, _requests = plan_of(run, script, states=["tagged"], unused_for="30d")
    assert details[C] == "kept: its last use is not known, it is watched for 24 d only (rule remove)"


def test_a_budget_goes_on_until_no_image_that_it_takes_is_new(run: Run) -> None:
    """B seems to be older than A until it is inspected. All are inspected if three plans were not enough."""
    options = {"max_used_space": "2500B", "target_used_space": "2500B"}
    details, requests = plan_of(run, {**SCRIPT, EVENTS: lines(("image", "load", A, 9))}, **options)
    assert [identity for identity, detail in details.items() if detail.startswith("removed")] == [C]
    assert {one for one in requests if "sha256" in one} == {INSPECT[B], INSPECT[C]}


def test_podman_is_asked_from_twice_the_age_on_and_for_no_image(run: Run) -> None:
    since = NOW - 41 * DAY
    filters = "filters=%7B%22type%22%3A+%5B%22container%22%2C+%22image%22%5D%7D"
    script = {
        "GET /version": podman_version_reply(),
        "GET /v1.44/images/json?all=1": [row(A, "localhost/a:1")],
        "GET /v1.44/containers/json?all=1": [],
        "GET /v1.44/libpod/info": {"host": {"eventLogger": "file"}},
        "GET /v1.44/system/df": {"LayersSize": 10, "Images": [], "Containers": []},
        f"GET /v1.44/libpod/events?stream=false&since={since}&{filters}": lines(("image", "pull", A[7:], 30)),
    }
    details, requests = plan_of(run, script, states=["tagged"], unused_for="20d")
    assert details == {A: "removed: 29 d watched without a use > 20 d (rule remove)"}
    assert not any("sha256" in one for one in requests)


def test_an_engine_that_refuses_its_events_removes_less(run: Run) -> None:
    details, _requests = plan_of(run, {**SCRIPT, EVENTS: Reply(403)}, states=["tagged"], unused_for="1d")
    assert set(details.values()) == {"kept: its last use is not known (rule remove)"}
    assert any("the events of the engine are not known" in one for one in WARNINGS)
