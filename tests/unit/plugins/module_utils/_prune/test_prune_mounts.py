# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that may be mounted: what settles it on each kind of engine, and that they stay if nothing does."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune.container_list import ContainerList
from ansible_collections.container_ops.images.plugins.module_utils._prune.gather import gather
from ansible_collections.container_ops.images.plugins.module_utils._prune.look import look_at
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import image, long_id
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_runs import run

MADE = {"Type": "container", "Action": "create", "Actor": {"ID": "box"}}
MOVED = {"Type": "image", "Action": "tag", "Actor": {"ID": long_id("new"), "Attributes": {"name": "data:1"}}}
POLICY: dict[str, t.Any] = {"states": ["tagged", "dangling"]}


def host(source: str = "data:1", podman: bool = False, **facts: t.Any) -> FakeEngine:
    """`box` mounts `data:1`. That is `new` today, and may have been `old` or `tagged` when it was made."""
    images = [
        image("program", "program:1"),
        {**image("new", "data:1"), "last_tag_time": "2027-01-02T00:00:00Z", "history": ["docker.io/library/data:1"]},
        {**image("old"), "history": ["docker.io/library/data:1"]},
        {**image("tagged", "other:1"), "history": ["docker.io/library/other:1"]},
    ]
    engine = FakeEngine([{**one, "layers": [], **facts} for one in images], {}, podman)
    mount = {"Type": "image", "Source": source} if podman else {"Type": "image", "Name": source}
    engine.start("box", long_id("program"), Created=1_799_000_000, Mounts=[mount])
    return engine


def gone(engine: FakeEngine) -> str:
    """What a prune of all that nobody uses removes."""
    result = run(engine, **POLICY)
    left = set(engine.images)
    assert {one.outcome for one in result.outcomes} <= {"removed"}
    return " ".join(name for name in ("program", "new", "old", "tagged") if long_id(name) not in left)


def containerd(engine: FakeEngine) -> FakeEngine:
    """The same engine with the other store."""
    answer = engine.get
    status = [["driver-type", "io.containerd.snapshotter.v1"]]

    def get(path: str, **query: t.Any) -> t.Any:
        reply = answer(path, **query)
        if path == "/images/json":
            return [{**row, "Descriptor": {}} for row in reply]
        return {**reply, "DriverStatus": status} if path == "/info" else reply

    engine.get = get  # type: ignore[method-assign]
    return engine


def test_the_containerd_store_counts_what_containers_wrote() -> None:
    engine = containerd(host())
    figures = gather(t.cast("t.Any", engine), Policy.parse(POLICY), None).figures
    assert figures.counts_containers and "the engine's total also counts what its containers wrote" in figures.obstacles
    engine.containers.clear()
    assert not gather(t.cast("t.Any", engine), Policy.parse(POLICY), None).figures.counts_containers
    assert not gather(t.cast("t.Any", host()), Policy.parse(POLICY), None).figures.counts_containers


def with_events(engine: FakeEngine, *events: dict[str, t.Any]) -> FakeEngine:
    engine.events = list(events)
    return engine


@pytest.mark.parametrize(
    "engine, expected",
    [
        pytest.param(with_events(host(), MADE), "old tagged", id="the events show that the tag stayed"),
        pytest.param(with_events(host(), MADE, MOVED), "", id="the events show that it moved"),
        pytest.param(host(), "", id="the events are forgotten"),
        pytest.param(host("gone:1"), "", id="the name is gone"),
        pytest.param(host(""), "", id="the engine names nothing"),
        pytest.param(host(long_id("old")), "new tagged", id="by ID"),
        pytest.param(host(long_id("old")[7:19]), "", id="a short ID that the engine does not find"),
        pytest.param(host(last_tag_time="2026-12-31T23:59:59Z"), "", id="graph driver: pulls leave no time"),
        pytest.param(containerd(host(last_tag_time="2026-12-31T23:59:59Z")), "old tagged", id="tagged before"),
        pytest.param(containerd(host(last_tag_time="2027-01-01T00:00:00.5Z")), "", id="tagged after"),
        pytest.param(host(f"data@{long_id('old')}"), "new tagged", id="by a digest that is an ID"),
        pytest.param(host(f"data@{long_id('gone')}"), "", id="by a digest that nobody has"),
        pytest.param(host(f"data@{long_id('gone')}", podman=True), "tagged", id="by the digest of some tag"),
        pytest.param(host(podman=True), "tagged", id="Podman remembers the names"),
        pytest.param(host(podman=True, history=None), "", id="Podman without memory"),
        pytest.param(host("gone:1", podman=True), "new old tagged", id="Podman: nobody ever had the name"),
    ],
)
def test_what_may_be_mounted_stays(engine: FakeEngine, expected: str) -> None:
    assert gone(engine) == expected


def test_the_plan_says_why() -> None:
    result = run(host(), check_mode=True, **POLICY)
    reasons = {decision["id"]: decision["reason"] for decision in result.plan["decisions"]}
    assert reasons == {
        long_id("program"): "in_use",
        long_id("new"): "in_use",
        long_id("old"): "usage_unknown",
        long_id("tagged"): "usage_unknown",
    }
    assert len([text for text in result.warnings if text.startswith("container box mounts data:1")]) == 1


@pytest.mark.parametrize(
    "engine, name, users",
    [
        (host(), "old", ["box (possibly an image mount)"]),
        (host(), "new", ["box (image mount)"]),
        (with_events(host(), MADE), "old", []),
        (host(podman=True), "old", ["box (possibly an image mount)"]),
        (host(podman=True), "tagged", []),
    ],
)
def test_it_is_looked_at_once_more_before_the_removal(engine: FakeEngine, name: str, users: list[str]) -> None:
    assert look_at(t.cast("t.Any", engine), long_id(name), ContainerList([long_id(name)]).ask).users == users


def test_a_refusal_settles_nothing_and_silence_ends_everything() -> None:
    """A socket proxy may forget events, and the list of Podman."""
    for status, podman, path in ((403, False, "/events"), (403, False, "/info"), (404, True, "/libpod")):
        engine = with_events(host(podman=podman), MADE)
        engine.interfere = failing(path, status)
        assert gone(engine) == ""
    for podman, path in ((False, "/events"), (True, "/libpod")):
        engine = host(podman=podman)
        engine.interfere = failing(path, None)
        with pytest.raises(EngineError):
            run(engine, **POLICY)
        assert len(engine.images) == 4


def failing(path: str, status: int | None) -> t.Callable[[str, str], None]:
    """Answer requests below a path with an error, or not at all."""

    def interfere(_method: str, asked: str) -> None:
        if asked.startswith(path):
            raise EngineError("refused", status, status is not None)

    return interfere


def test_without_image_mounts_nothing_more_is_asked() -> None:
    engine = host()
    engine.containers[-1]["Mounts"] = []
    run(engine, check_mode=True, **POLICY)
    paths = [path for _method, path, _query in engine.requests]
    assert not any(path in ("/events", "/libpod/images/json") or path.endswith("box/json") for path in paths)
