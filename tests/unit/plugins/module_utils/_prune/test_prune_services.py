# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that services of Docker Swarm name are in use, though no container of this host has them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.services import (
    ServiceImage,
    read_services,
    users_of_images,
)
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    decision,
    image,
    long_id,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import (
    apply_saved,
    engine_with,
    outcomes,
    run,
)

DIGEST = "sha256:" + "1" * 64


def service(name: str, image_name: str, before: str = "") -> dict[str, t.Any]:
    """As the engine lists it, with a previous spec if there is one."""

    def spec(source: str) -> dict[str, t.Any]:
        return {"Name": name, "TaskTemplate": {"ContainerSpec": {"Image": source}}}

    return {"ID": "id", "Spec": spec(image_name), **({"PreviousSpec": spec(before)} if before else {})}


@pytest.mark.parametrize(
    "source, used",
    [
        ("r:1", "a"),
        ("docker.io/library/r:1", "a"),
        # As Swarm writes it: the digest says which image that is, wherever the tag is by now.
        (f"r:1@{DIGEST}", "b"),
        (f"other:1@{DIGEST}", ""),
        ("r", ""),
        (long_id("b"), "b"),
    ],
)
def test_which_image_a_service_means(source: str, used: str) -> None:
    images = [image("a", "r:1"), image("b", "", repo_digests=[f"r@{DIGEST}"])]
    summaries = [ImageSummary.from_dict(one, "image") for one in images]
    found = users_of_images([ServiceImage("web (service)", source)], summaries)
    assert found == ({long_id(used): ["web (service)"]} if used else {})


def test_current_and_previous_specs_are_read() -> None:
    rows = [service("web", "r:2", "r:1"), service("job", "r:3"), {"ID": "x", "Spec": {"Name": "y", "TaskTemplate": {}}}]
    assert read_services(rows) == [
        ("web (service)", "r:2"),
        ("web (previous spec of a service)", "r:1"),
        ("job (service)", "r:3"),
    ]
    odd = {"Spec": {"TaskTemplate": {"ContainerSpec": {"Image": 5}}}}
    assert read_services([{"ID": "x"}, {"Spec": None}, odd]) == []


@pytest.mark.parametrize("rows", [None, {}, [5]])
def test_what_is_no_list_of_services(rows: t.Any) -> None:
    with pytest.raises(InputError, match="services"):
        read_services(rows)


def manager(*services: dict[str, t.Any]) -> FakeEngine:
    """An engine of four images with such services."""
    engine = engine_with(a="r:1", b="r:2", c="r:3")
    engine.services = list(services)
    return engine


def test_services_keep_their_images() -> None:
    engine = manager(service("web", "r:2", "r:1"))
    result = run(engine)
    assert outcomes(result) == ["removed"] and set(engine.images) == {long_id("a"), long_id("b")}
    plan = t.cast("t.Any", result.plan)
    assert decision(plan, "a")["detail"] == "kept: in use by `web (previous spec of a service)`"
    assert decision(plan, "b")["reasons"] == ["in_use"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_saved_plan_asks_again(check_mode: bool) -> None:
    engine = manager()
    plan = t.cast("t.Any", run(engine, check_mode=True).plan)
    engine.services = [service("web", "r:2")]
    result = apply_saved(engine, plan, check_mode)
    gone = "planned" if check_mode else "removed"
    assert outcomes(result) == [gone, "in_use", gone]
    assert result.outcomes[1].detail == "in use by web (service)"


def test_only_a_manager_is_asked_for_services() -> None:
    engine = engine_with(a="r:1")
    assert outcomes(run(engine)) == ["removed"]
    assert not any(path == "/services" for _method, path, _query in engine.requests)
    podman = FakeEngine([image("a", "r:1", layers=[])], {}, podman=True)
    run(podman)
    assert not any(path in ("/services", "/info") for _method, path, _query in podman.requests)


def refusing(engine: FakeEngine, what: str, status: int = 403) -> FakeEngine:
    def refuse(_method: str, path: str) -> None:
        if path == what:
            raise EngineError("Forbidden", status, True)

    engine.interfere = refuse
    return engine


def test_a_manager_that_does_not_say_what_its_services_need() -> None:
    engine = refusing(manager(), "/services")
    with pytest.raises(EngineError) as caught:
        run(engine)
    assert "a socket proxy must allow it (SERVICES=1). Forbidden" in caught.value.message
    assert len(engine.images) == 3


def test_an_engine_behind_a_proxy_that_refuses_the_question() -> None:
    assert outcomes(run(refusing(engine_with(a="r:1"), "/info"))) == ["removed"]
