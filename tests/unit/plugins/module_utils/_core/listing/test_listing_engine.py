# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole replies of an engine: top level, disk usage, inspect, Podman, duplicates, order."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.listing.engine_replies import (
    summaries_of_df,
    summaries_of_list,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    A,
    B,
    C,
    complaint,
    outcome,
)

HEX = "a" * 64


@pytest.mark.parametrize("source", ["list", "df", "inspect", "docker-cli", "podman-cli", "nerdctl", "crictl"])
def test_null_is_an_empty_list_where_the_source_is_named(source: str) -> None:
    assert outcome(None, source)[0] == []
    assert complaint(None).startswith("E_TYPE_TOP: cannot recognise")


@pytest.mark.parametrize("source", ["list", "df", "inspect", "auto"])
@pytest.mark.parametrize(
    "payload, code",
    [
        ("", "E_EMPTY_BODY"),
        (" \n", "E_EMPTY_BODY"),
        ({"message": "no such image"}, "E_API_ERROR"),
        ({"cause": "x", "message": "y", "response": 500}, "E_API_ERROR"),
        ({"foo": 1}, "E_TYPE_TOP"),
        (5, "E_TYPE_TOP"),
        (True, "E_TYPE_TOP"),
        ("5", "E_TYPE_TOP"),
        ("<html>403 Forbidden</html>", "E_TYPE_TOP"),
    ],
)
def test_what_is_no_reply(source: str, payload: t.Any, code: str) -> None:
    assert outcome(payload, source) == ({"error": code}, [])


def test_order_is_newest_first_then_by_id() -> None:
    rows = [{"Id": i, "Size": 1, "Created": c} for i, c in ((B, 5), (A, 5), (C, 9), ("sha256:" + "d" * 64, 0))]
    assert [image["id"][7] for image in outcome(rows)[0]] == ["c", "a", "b", "d"]


def test_duplicates_are_merged() -> None:
    first = {"Id": A, "RepoTags": ["b:1"], "Size": 5, "Containers": 1, "Created": 7, "Labels": {}, "SharedSize": -1}
    second = {
        "Id": HEX,
        "RepoTags": ["a:1", "b:1"],
        "Size": 9,
        "Containers": 0,
        "Created": 3,
        "Labels": {"k": "2"},
        "VirtualSize": 3,
    }
    third = {"Id": A, "RepoDigests": [f"a@{B}"], "ParentId": C, "Labels": {"k": "3"}, "SharedSize": 4, "VirtualSize": 8}
    images, codes = outcome([first, second, third], "list", "docker")
    assert codes == []
    # Rows that contradict each other mean the same in every order.
    assert outcome([third, second, first], "list", "docker") == (images, codes)
    assert images == [
        {
            "containers": 1,
            "created": 7,
            "id": A,
            "labels": {"k": "3"},
            "parent_id": C,
            "repo_digests": [f"a@{B}"],
            "repo_tags": ["a:1", "b:1"],
            "shared_size": 4,
            "size": 9,
            "virtual_size": 8,
        }
    ]


@pytest.mark.parametrize("key", ["Arch", "Dangling", "Digest", "History", "IsManifestList", "Names", "ReadOnly"])
def test_keys_that_only_podman_writes(key: str) -> None:
    assert outcome([{"Id": A, "SharedSize": 0, key: None}])[0][0]["shared_size"] == -1


def test_the_engine_module_reads_decoded_replies_without_being_told_the_engine() -> None:
    assert summaries_of_list([{"Id": HEX, "SharedSize": 0}]).images[0].shared_size == -1
    assert summaries_of_list([{"Id": A, "SharedSize": 0}]).images[0].shared_size == 0
    usage = summaries_of_df({"Images": [{"Id": HEX, "SharedSize": 4}, {"Id": B, "SharedSize": 5}]})
    assert [image.shared_size for image in usage.images] == [4, 5]
    assert [warning.code for warning in usage.warnings] == ["W_PODMAN_DF"]


@pytest.mark.parametrize(
    "entry, shared",
    [
        ({"Id": A, "SharedSize": 0}, 0),
        ({"Id": A, "SharedSize": 0, "Names": ["a:1"]}, -1),
        ({"Id": A, "SharedSize": 0, "Digest": B}, -1),
        ({"Id": A, "SharedSize": 0, "ParentId": "b" * 64}, -1),
        ({"Id": HEX, "SharedSize": 0}, -1),
    ],
)
def test_podman_is_seen_from_its_entries(entry: dict[str, t.Any], shared: int) -> None:
    assert outcome([entry], "list", "auto")[0][0]["shared_size"] == shared
    assert outcome([entry], "list", "podman")[0][0]["shared_size"] == -1
    assert outcome([entry], "list", "docker")[0][0]["shared_size"] == 0


def test_one_entry_of_podman_decides_for_all() -> None:
    images, _codes = outcome([{"Id": A, "SharedSize": 0}, {"Id": B, "SharedSize": 0, "Digest": C}])
    assert {image["shared_size"] for image in images} == {-1}


@pytest.mark.parametrize(
    "keys, tags, digests",
    [
        ({"RepoTags": None, "Names": ["localhost/a:1", f"localhost/a@{B}"]}, ["localhost/a:1"], [f"localhost/a@{B}"]),
        ({"Names": ["localhost/a:1"], "Repository": "localhost/a", "Tag": "1"}, ["localhost/a:1"], []),
        ({"Repository": "localhost/a", "Tag": "1"}, ["localhost/a:1"], []),
        ({"Repository": "<none>", "Tag": "<none>"}, [], []),
        ({"RepoTags": None, "History": ["localhost/old:1"]}, [], []),
        ({"RepoTags": ["localhost/a:1"], "Names": ["localhost/other:1"]}, ["localhost/a:1"], []),
    ],
)
def test_names_of_podman(keys: dict[str, t.Any], tags: list[str], digests: list[str]) -> None:
    rows = [{"Id": HEX, "CreatedAt": "2021-12-01T20:39:38Z", "Created": 1638391178, **keys}]
    for source in ("podman-cli", "auto"):
        images, codes = outcome(rows, source)
        assert (images[0]["repo_tags"], images[0]["repo_digests"], codes) == (tags, digests, [])


def test_finch_daemon_lists_five_keys_an_entry_a_name() -> None:
    rows = [{"Id": A, "RepoTags": [f"a:{n}"], "RepoDigests": None, "Created": 5, "Size": 9} for n in (2, 1)]
    for source, engine in (("list", "finch"), ("auto", "auto")):
        images, codes = outcome(rows, source, engine)
        assert codes == []
        assert (images[0]["repo_tags"], images[0]["containers"], images[0]["shared_size"]) == (["a:1", "a:2"], -1, -1)


ITEM = {"Id": A, "RepoTags": ["a:1"], "Size": 9, "SharedSize": 4, "Containers": 2}


@pytest.mark.parametrize(
    "payload",
    [
        {"LayersSize": 9, "Images": [ITEM], "Containers": None, "Volumes": None, "BuildCache": None},
        {"LayersSize": 9, "Images": [ITEM], "ImageUsage": {"TotalCount": 1, "Items": [ITEM]}},
        {"ImageUsage": {"TotalCount": 1, "TotalSize": 9, "Items": [ITEM]}, "BuildCacheUsage": {}, "VolumeUsage": {}},
        {"ImageUsage": {"Items": [ITEM]}, "Images": [{"Id": B}]},
        {"ImageUsage": None, "Images": [ITEM]},
    ],
)
def test_disk_usage(payload: dict[str, t.Any]) -> None:
    for source in ("df", "auto"):
        images, codes = outcome(payload, source)
        assert [(i["id"], i["repo_tags"], i["size"], i["shared_size"], i["containers"]) for i in images] == [
            (A, ["a:1"], 9, 4, 2)
        ]
        assert codes == []


@pytest.mark.parametrize(
    "payload, expected",
    [
        ({"ImageUsage": {}}, []),
        ({"ImageUsage": {"TotalCount": 0, "TotalSize": 0}}, []),
        ({"ImageUsage": {"Items": None}}, []),
        ({"ImageUsage": {"Items": [], "TotalCount": 0}, "Images": [ITEM]}, []),
        ({"Images": None, "LayersSize": 0, "Containers": []}, []),
        ({"Images": [], "LayersSize": 12}, []),
        ({"Containers": []}, []),
        ({}, []),
        ({"ImageUsage": {"TotalCount": 2}}, "E_DF_NOT_VERBOSE"),
        ({"ImageUsage": {"TotalSize": 2}}, "E_DF_NOT_VERBOSE"),
        ({"ImageUsage": {"TotalCount": 2}, "Images": [ITEM]}, "E_DF_NOT_VERBOSE"),
        ({"LayersSize": 12}, "E_DF_NOT_VERBOSE"),
        ({"ImageUsage": 5}, "E_TYPE_ImageUsage"),
        ({"ImageUsage": {"Items": {}}}, "E_TYPE_Items"),
        ({"Images": "x"}, "E_TYPE_Images"),
        ({"Images": {"a": 1}}, "E_TYPE_Images"),
        ({"Images": [None]}, "E_TYPE_ITEM"),
        ([ITEM], "E_TYPE_TOP"),
    ],
)
def test_disk_usage_that_lists_nothing(payload: t.Any, expected: t.Any) -> None:
    assert outcome(payload, "df")[0] == ({"error": expected} if isinstance(expected, str) else expected)
    if isinstance(payload, dict) and ("Images" in payload or "ImageUsage" in payload):
        assert outcome(payload) == outcome(payload, "df")


def test_complaint_about_disk_usage_names_the_list() -> None:
    assert ": ImageUsage.Items[0].Size must" in complaint({"ImageUsage": {"Items": [{"Id": A, "Size": "x"}]}})
    assert ": Images[0].Size must" in complaint({"Images": [{"Id": A, "Size": "x"}]})
    assert ": ImageUsage.Items must be a list" in complaint({"ImageUsage": {"Items": {}}})
    assert ": Images must be a list" in complaint({"Images": {}})
    assert ": ImageUsage.TotalCount must be an integer" in complaint({"ImageUsage": {"TotalCount": "x"}})
    assert complaint({"ImageUsage": {"TotalCount": 1}}) == (
        "E_DF_NOT_VERBOSE: the disk usage lists no images although TotalCount is 1; ask for it with type=image and"
        " verbose=1 (docker_host_info: verbose_output: true)"
    )


def test_podman_disk_usage_is_read_for_its_figures_alone() -> None:
    row = {**ITEM, "Id": HEX, "RepoTags": ["1"], "VirtualSize": 4, "Labels": {"x": "y"}, "ParentId": "b" * 64}
    for engine in ("podman", "auto"):
        for payload in ({"Images": [row]}, {"ImageUsage": {"Items": [row], "TotalSize": 9}}):
            images, codes = outcome(payload, "df", engine)
            assert codes == ["W_PODMAN_DF"]
            assert images[0] == {
                "containers": 2,
                "created": 0,
                "id": A,
                "labels": {},
                "parent_id": "",
                "repo_digests": [],
                "repo_tags": [],
                "shared_size": 4,
                "size": 9,
                "virtual_size": None,
            }


def test_podmans_own_disk_usage_has_names() -> None:
    row = {"Repository": "localhost/a", "Tag": "1", "ImageID": HEX, "Created": "2024-01-11T19:06:40.5Z", "Size": 9}
    images, codes = outcome({"ImagesSize": 9, "Images": [{**row, "SharedSize": 4, "UniqueSize": 5, "Containers": 1}]})
    assert codes == ["W_PODMAN_DF"]
    assert (images[0]["id"], images[0]["repo_tags"], images[0]["created"], images[0]["shared_size"]) == (
        A,
        ["localhost/a:1"],
        1705000000,
        4,
    )


@pytest.mark.parametrize(
    "keys, expected",
    [
        ({"Parent": B}, {"parent_id": B}),
        ({"Parent": ""}, {}),
        ({"Config": {"Labels": {"a": "b"}}}, {"labels": {"a": "b"}}),
        ({"Config": None, "Labels": {"a": "b"}}, {"labels": {"a": "b"}}),
        ({"Config": {"Labels": None}, "Labels": None}, {}),
        ({"Created": "0001-01-01T00:00:00Z"}, {}),
        ({"Created": "2024-01-12T00:36:40.123456789+05:30"}, {"created": 1705000000}),
        ({"Size": 7, "VirtualSize": 7}, {"size": 7, "virtual_size": 7}),
        ({"Containers": 4, "SharedSize": 4}, {}),
        ({"Os": "linux", "Architecture": "arm64", "Variant": "v8"}, {"platform": "linux/arm64/v8"}),
    ],
)
def test_inspect(keys: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    reply = {"Id": HEX, "RepoTags": ["a:1"], "RootFS": {}, **keys}
    blank = outcome([{"Id": A, "RepoTags": ["a:1"]}], "list")[0]
    for payload in ([reply], reply):
        for source in ("inspect", "auto"):
            assert outcome(payload, source) == ([{**blank[0], **expected}], [])


def test_inspect_complaints() -> None:
    assert complaint({"Id": A, "Config": 5}).startswith(
        "E_TYPE_Config: images[0].Config must be a config (a dictionary), got 5"
    )
    assert complaint({"Id": A, "Config": {"Labels": 5}}).startswith("E_TYPE_Labels: images[0].Config.Labels must")
    assert complaint([{"Id": A, "VirtualSize": "x"}], "inspect").startswith("E_TYPE_VirtualSize: images[0].Virt")
    assert complaint({"x": 1}, "inspect").startswith("E_TYPE_TOP: expected inspected images, got {")
