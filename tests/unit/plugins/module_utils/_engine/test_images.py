# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests are made of which engine, and where each number comes from. The engine is twenty lines of fake."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_images import engine_name, read_images
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    podman_version_reply,
    version_reply,
)

A, B, C = ("sha256:" + digit * 64 for digit in "abc")


class FakeEngine:
    """Answers from a dictionary of path (with query) to JSON, and remembers what it was asked."""

    def __init__(self, version_info: dict[str, t.Any], replies: dict[str, t.Any]) -> None:
        self.host, self.version_info, self.replies = "unix:///fake.sock", version_info, replies
        self.api_version = version_info["ApiVersion"]
        self.asked: list[str] = []

    def get(self, path: str, **query: str) -> t.Any:
        asked = path + ("?" + "&".join(f"{key}={value}" for key, value in sorted(query.items())) if query else "")
        self.asked.append(asked)
        reply = self.replies.get(asked)
        if isinstance(reply, Exception):
            raise reply
        return reply


def row(image: str, **more: t.Any) -> dict[str, t.Any]:
    """One entry of the list, as an engine sends it."""
    return {
        "Id": image,
        "ParentId": "",
        "RepoTags": ["x:1"],
        "RepoDigests": [],
        "Created": 5,
        "Size": 100,
        "SharedSize": -1,
        "Containers": -1,
        "Labels": None,
        **more,
    }


DOCKER_20, DOCKER_26 = version_reply("20.10.24", "1.41"), version_reply("26.1.5", "1.45")
DOCKER_28, DOCKER_29 = version_reply("28.5.2", "1.51"), version_reply("29.1.0", "1.52", "1.44")
PODMAN_4, PODMAN_5 = podman_version_reply("4.3.1", "1.41"), podman_version_reply("5.8.6", "1.44")

CONTAINERS = [{"ImageID": A}, {"ImageID": A}, {"ImageID": "sha256:" + 64 * "f"}]
LIST, SHARED = "/images/json", "/images/json?shared-size=1"
COUNT, DF, DF_IMAGES = "/containers/json?all=1", "/system/df", "/system/df?type=image"

# engine, options, replies in the order of asking, containers and shared sizes of A and B
REQUESTS = {
    "docker 28 lists containers": (
        DOCKER_28,
        {},
        {LIST: [row(A, Containers=3), row(B, Containers=0)]},
        [3, 0],
        [-1, -1],
    ),
    "docker 20 needs a second list": (DOCKER_20, {}, {LIST: [row(A), row(B)], COUNT: CONTAINERS}, [2, 0], [-1, -1]),
    "docker 26 needs a second list": (DOCKER_26, {}, {LIST: [row(A), row(B)], COUNT: CONTAINERS}, [2, 0], [-1, -1]),
    "no containers": (DOCKER_26, {"containers": False}, {LIST: [row(A), row(B)]}, [-1, -1], [-1, -1]),
    "podman counts by itself": (PODMAN_4, {}, {LIST: [row(A, Containers=2), row(B, Containers=0)]}, [2, 0], [-1, -1]),
    "podman's shared size of 0 is none": (PODMAN_4, {}, {LIST: [row(A, SharedSize=0), row(B)]}, [-1, -1], [-1, -1]),
    "docker 26 shares in the list": (
        DOCKER_26,
        {"shared_size": True, "containers": False},
        {SHARED: [row(A, SharedSize=40), row(B, SharedSize=0)]},
        [-1, -1],
        [40, 0],
    ),
    "docker 20 shares, and counts, in the disk usage": (
        DOCKER_20,
        {"shared_size": True},
        {LIST: [row(A), row(B)], DF: {"Images": [row(A, SharedSize=40)], "Containers": CONTAINERS, "LayersSize": 160}},
        [2, 0],
        [40, -1],
    ),
    "docker 29.1.0 forgets to share": (
        DOCKER_29,
        {"shared_size": True},
        {
            SHARED: [row(A, Containers=1), row(B, Containers=0)],
            DF_IMAGES: {"ImageUsage": {"TotalSize": 160, "Items": [row(A, SharedSize=40), row(B, SharedSize=0)]}},
        },
        [1, 0],
        [40, 0],
    ),
    "podman shares in the disk usage, by bare id": (
        PODMAN_5,
        {"shared_size": True},
        {
            LIST: [row(A, Containers=1, SharedSize=0), row(B, Containers=0, SharedSize=0)],
            DF_IMAGES: {"Images": [row(A[7:], SharedSize=40, RepoTags=["1"]), row(B[7:], SharedSize=0)]},
        },
        [1, 0],
        [40, 0],
    ),
    "no image has no containers": (DOCKER_20, {}, {LIST: []}, [], []),
    "podman 4 cannot share": (
        PODMAN_4,
        {"shared_size": True},
        {LIST: [row(A, Containers=1, SharedSize=0), row(B, Containers=0, SharedSize=0)]},
        [1, 0],
        [-1, -1],
    ),
    "all of them": (
        DOCKER_28,
        {"all_images": True},
        {"/images/json?all=1": [row(A, Containers=0), row(B, Containers=0)]},
        [0, 0],
        [-1, -1],
    ),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_requests_and_numbers(case: str) -> None:
    version_info, options, replies, containers, shared_sizes = REQUESTS[case]
    engine = FakeEngine(version_info, replies)
    found = read_images(t.cast(t.Any, engine), **options)
    assert engine.asked == list(replies)
    assert [image.id for image in found.images] == [A, B][: len(containers)]
    assert [image.containers for image in found.images] == containers
    assert [image.shared_size for image in found.images] == shared_sizes


@pytest.mark.parametrize(
    ("version", "warned"),
    [("4.3.1", 1), ("5.4.2", 1), ("5.5.0", 0), ("6.1.1", 0), ("dev", 0), ("².0", 0), ("9" * 5000, 0)],
)
def test_a_podman_that_cannot_tell_shared_sizes_is_named(version: str, warned: int) -> None:
    engine = FakeEngine(podman_version_reply(version, "1.41"), {LIST: [row(A)], DF: {"Images": []}})
    found = read_images(t.cast(t.Any, engine), shared_size=True)
    start = f"unix:///fake.sock is Podman {version}, which cannot report shared sizes: shared_size is -1"
    assert [warning.message.startswith(start) for warning in found.warnings] == [True] * warned


def test_a_version_cannot_break_the_warning() -> None:
    engine = FakeEngine(podman_version_reply("4.3\nx\x1b[31m", "1.41"), {LIST: [row(A)]})
    [warning] = read_images(t.cast(t.Any, engine), shared_size=True).warnings
    assert "is Podman 4.3\\nx\\x1b[31m, which cannot" in warning.message


STORES = [
    (DOCKER_20, [row(A)], "graphdriver"),
    (DOCKER_20, [], "graphdriver"),
    (DOCKER_26, [row(A)], "graphdriver"),  # a tag without a digest
    (DOCKER_26, [row(A, RepoDigests=["x@" + B])], "graphdriver"),
    (DOCKER_26, [row(A, RepoDigests=["x@" + A])], "containerd"),
    (DOCKER_26, [row(A, RepoTags=[], RepoDigests=["x@" + A])], "containerd"),
    (DOCKER_26, [row(A, RepoTags=[]), row(B, RepoDigests=["x@" + B])], "containerd"),
    (DOCKER_28, [row(A)], "graphdriver"),
    (DOCKER_28, [row(A, Descriptor={})], "containerd"),
    (DOCKER_28, [row(A, RepoTags=[]), row(B, Descriptor={})], "containerd"),
    (PODMAN_5, [row(A)], "containers-storage"),
    (PODMAN_5, [], "containers-storage"),
]


@pytest.mark.parametrize(("version_info", "rows", "store"), STORES)
def test_the_list_tells_the_image_store(version_info: dict[str, t.Any], rows: list[t.Any], store: str) -> None:
    engine = FakeEngine(version_info, {LIST: rows})
    found = read_images(t.cast(t.Any, engine), containers=False)
    assert found.engine is not None and found.engine["image_store"] == store
    assert engine.asked == [LIST]


CONTAINERD_STATUS = [["driver-type", "io.containerd.snapshotter.v1"]]
INFO = [
    ({"Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "extfs"]]}, "graphdriver"),
    ({"Driver": "overlayfs", "DriverStatus": CONTAINERD_STATUS}, "containerd"),
    ({}, "unknown"),
    ({"DriverStatus": None}, "unknown"),
    ([], "unknown"),
    (EngineError("refused", 403, True), "unknown"),
]


@pytest.mark.parametrize(("info", "store"), INFO)
@pytest.mark.parametrize(
    ("version_info", "rows"), [(DOCKER_28, []), (DOCKER_28, None), (DOCKER_26, []), (DOCKER_26, [row(A, RepoTags=[])])]
)
def test_where_the_list_does_not_tell_the_store_one_more_request_can(
    version_info: dict[str, t.Any], rows: t.Any, info: t.Any, store: str
) -> None:
    for options, asked, told in (({}, [LIST, "/info"], store), ({"ask_store": False}, [LIST], "unknown")):
        engine = FakeEngine(version_info, {LIST: rows, "/info": info})
        found = read_images(t.cast(t.Any, engine), containers=False, **options)
        assert found.engine is not None and found.engine["image_store"] == told
        assert engine.asked == asked


LAYERS_SIZES = [
    (DOCKER_20, {"LayersSize": 160, "Images": []}, 160),
    (DOCKER_20, {"Images": []}, 0),
    (DOCKER_20, {"LayersSize": "x", "Images": []}, None),
    (DOCKER_29, {"ImageUsage": {"TotalSize": 160, "Items": [row(A)]}}, 160),
    (DOCKER_29, {"ImageUsage": {}}, 0),
    (PODMAN_5, {"LayersSize": 160, "Images": []}, 160),
    (PODMAN_5, {"LayersSize": 0, "Images": [row(A)]}, None),
    (PODMAN_5, {"LayersSize": 0}, None),
    (PODMAN_5, {"LayersSize": 0, "Images": []}, 0),
]


@pytest.mark.parametrize(("version_info", "usage", "layers_size"), LAYERS_SIZES)
def test_layers_size(version_info: dict[str, t.Any], usage: t.Any, layers_size: int | None) -> None:
    replies = {LIST: [row(A)], SHARED: [row(A)], DF: usage, DF_IMAGES: usage}
    found = read_images(t.cast(t.Any, FakeEngine(version_info, replies)), containers=False, shared_size=True)
    assert found.layers_size == layers_size


BAD_REPLIES = [
    ({LIST: [row(A, Size="abc")]}, {}, 'images[0].Size must be an integer, got "abc"'),
    ({LIST: [row(A), 5]}, {}, "images[1] must be"),
    ({LIST: [row(A)], DF: []}, {"shared_size": True}, "unix:///fake.sock: "),
    ({LIST: [row(A)], COUNT: {}}, {}, "the list of containers must be a list of objects with an ImageID"),
    ({LIST: [row(A)], COUNT: [{}]}, {}, "the list of containers must be a list of objects with an ImageID"),
    ({LIST: [row(A)], COUNT: None}, {}, "the list of containers must be a list of objects with an ImageID"),
]


@pytest.mark.parametrize(("replies", "options", "message"), BAD_REPLIES)
def test_a_complaint_names_the_engine(replies: dict[str, t.Any], options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(EngineError) as caught:
        read_images(t.cast(t.Any, FakeEngine(DOCKER_20, replies)), **options)
    assert caught.value.message.startswith("unix:///fake.sock: ")
    assert message in caught.value.message
    assert caught.value.can_talk


@pytest.mark.parametrize(
    ("components", "name"),
    [
        ([{"Name": "Engine"}], "docker"),
        ([{"Name": "Podman Engine"}, {"Name": "Conmon"}], "podman"),
        ([5], "docker"),
        (None, "docker"),
        ("x", "docker"),
    ],
)
def test_engine_name(components: t.Any, name: str) -> None:
    assert engine_name({"Components": components}) == name
