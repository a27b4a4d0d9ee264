# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text to data, and which source a listing is seen to be."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    A,
    B,
    complaint,
    outcome,
)

LIST = {"Id": A, "Size": 1}
INSPECT = {"Id": A, "RootFS": {}}
CONTAINER = {"Id": A, "Names": ["/web"], "Image": "web:1", "ImageID": B, "Command": "sh", "Created": 5, "Labels": {}}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", "E_EMPTY_BODY: the reply is empty"),
        (" \t\n", "E_EMPTY_BODY: the reply is empty"),
        ("<html><body>403</body>", "E_TYPE_TOP: got an HTML page instead of JSON"),
        ("<!DOCTYPE html>\n<p>", "E_TYPE_TOP: got an HTML page instead of JSON"),
        ("json\njson\n", "E_TYPE_TOP: got the word json: docker before version 23 needs --format '{{json .}}'"),
        ("REPOSITORY TAG\nalpine 1", "E_TYPE_TOP: got a table"),
        ('[{"Id": "sha256:aaaa', "E_TYPE_TOP: the JSON ends in the middle, after 20 characters"),
        ('[{"Id": 5},', "E_TYPE_TOP: the JSON ends in the middle"),
        ('[{"Id": 5}', "E_TYPE_TOP: the JSON ends in the middle"),
        ("Cannot connect to the Docker daemon", "E_TYPE_TOP: got text that is neither JSON nor one JSON object a line"),
        ("[1] [2]", "E_TYPE_TOP: got text that is neither"),
        ("\x1b[31mred", "E_TYPE_TOP: got text that is neither JSON nor one JSON object a line"),
        ('{"ID": 1}\n{"ID": ', 'E_TYPE_TOP: line 2 is not JSON: "{\\"ID\\":"'),
        ('{"ID": 1}\n\noops', 'E_TYPE_TOP: line 3 is not JSON: "oops"'),
        ("[" * 100000, "E_TYPE_TOP: "),
        ("null", "E_TYPE_TOP: cannot recognise this listing of images: got null"),
        ("[" + "9" * 5000 + "]", "E_TYPE_"),
    ],
)
@pytest.mark.parametrize("source", ["auto"])
def test_text_that_is_no_listing(text: str, expected: str, source: str) -> None:
    said = complaint(text, source)
    assert said.startswith(expected)
    assert "\x1b" not in said and "\n" not in said and len(said) < 450


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none(text: str) -> None:
    assert complaint(f'[{{"Id": "{A}", "Size": {text}}}]').startswith("E_TYPE_Size: images[0].Size must be an integer")


def test_text_may_hold_line_breaks_that_only_python_splits_at() -> None:
    rows = [{"ID": i, "Repository": "a", "Tag": "1\u2028x\x0c\x85", "Size": "1B"} for i in (A, B)]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert [image["repo_tags"] for image in outcome(text)[0]] == [["a:1\u2028x\x0c\x85"]] * 2


@pytest.mark.parametrize(
    "listing, seen",
    [
        ({"b": 1, "a": 2}, 'an object has the keys "a", "b"'),
        ({1: 2}, "an object has the keys 1"),
        ({}, "an object is empty"),
        ([{}], "images[0] is empty"),
        ([{"Name": "x"}], 'images[0] has the keys "Name"'),
        ({str(n): n for n in range(99)}, ", …"),
        ([LIST, INSPECT], "entries are of different kinds: images[0] like list and images[1] like inspect"),
        ([LIST, {"ID": A, "Repository": "a"}], "images[0] like list and images[1] like docker-cli"),
        (None, "got null"),
        (5, "got 5"),
        (True, "got true"),
        (b"[]", "got b'[]'"),
    ],
)
def test_unknown_listings_say_what_was_seen_and_what_to_do(listing: t.Any, seen: str) -> None:
    said = complaint(listing)
    assert said.startswith("E_TYPE_TOP: cannot recognise this listing of images: ")
    assert seen in said
    assert said.endswith(
        "Name it with source, one of list, df, inspect, docker-cli, podman-cli, nerdctl, crictl, oci-layout,"
        " docker-archive, registry"
    )


@pytest.mark.parametrize(
    "entry, keys, codes",
    [
        ({"Id": A}, ["Containers", "ParentId", "RepoDigests", "RepoTags", "SharedSize", "Size", "VirtualSize"], []),
        ({"Id": A}, ["Architecture", "Config", "ContainerConfig", "GraphDriver", "Parent", "RootFS"], []),
        ({"id": A}, ["parent_id", "repo_digests", "repo_tags", "shared_size", "virtual_size"], []),
        ({"id": A}, ["pinned", "repoDigests", "repoTags", "spec", "uid", "username"], ["W_LOSSY"]),
    ],
)
def test_one_key_is_enough_beside_some_that_nobody_knows(
    entry: dict[str, t.Any], keys: list[str], codes: list[str]
) -> None:
    for key in keys:
        images, found = outcome([{**entry, "Later": 1, key: None}])
        assert ([image["id"] for image in images], found) == ([A], codes), key
    assert complaint([{**entry, "Later": 1}]).startswith("E_TYPE_TOP")


def test_keys_of_the_list_alone_are_enough() -> None:
    for keys in ({}, {"Created": 5}, {"Labels": {}}, {"Created": 5, "Labels": {}}):
        assert [image["id"] for image in outcome([{"Id": A, **keys}])[0]] == [A]
    for keys in ({"Created": 5}, {"Labels": {}}, {"RepoTags": []}, {"Id": "abc"}):
        assert complaint([keys]).partition(":")[0] in ("E_NO_ID", "E_TRUNCATED_ID")


OTHERS: dict[str, list[str]] = {
    "the history of one image": ["CreatedBy"],
    "a list of plugins": ["PluginReference", "Settings"],
    "a list of pods": ["Cgroup", "InfraContainerId", "InfraId"],
    "docker compose images, a list of containers": ["ContainerName"],
    "a list of containers": ["Command", "HostConfig", "Image", "ImageID", "Mounts", "State"],
    "a list of containers (crictl)": ["imageRef", "podSandboxId"],
    "objects of a swarm": ["EndpointSpec", "NodeID", "Spec", "UpdatedAt"],
    "the build cache": ["InUse", "LastUsedAt", "Mutable", "UsageCount"],
    "a list of networks or volumes": ["Driver", "IPAM", "Mountpoint", "Scope", "network_interface"],
    "a list of volumes": ["Warnings"],
    "a search in a registry": ["IsOfficial", "StarCount", "is_official", "star_count"],
    "what an engine has removed": ["Deleted", "ImagesDeleted", "SpaceReclaimed", "Untagged"],
    "a list of events": ["Actor", "timeNano"],
    "facts about an engine": ["ApiVersion", "DriverStatus", "ServerVersion"],
    "a list of contexts": ["DockerEndpoint"],
    "docker system df without -v": ["Active", "Reclaimable", "TotalCount"],
    "an image config, which does not hold its own digest, the image ID": ["rootfs"],
    "one manifest, while index.json lists them": ["config", "layers"],
    "the file oci-layout, while index.json is beside it": ["imageLayoutVersion"],
}


@pytest.mark.parametrize("entry", [LIST, INSPECT, {**LIST, "CreatedAt": ""}], ids=["list", "inspect", "podman-cli"])
@pytest.mark.parametrize(("name", "key"), [(name, key) for name, keys in OTHERS.items() for key in keys])
def test_what_is_no_image_is_not_read_as_one(entry: dict[str, t.Any], name: str, key: str) -> None:
    for listing in ([entry, {**entry, key: None}], {**entry, key: None}):
        for source in ("auto", "list", "inspect", "podman-cli"):
            said = complaint(listing, source)
            assert said.startswith(f"E_TYPE_TOP: expected a listing of images, got {name} ("), source
            assert said.endswith(f" has the key {key})")


# Real replies, shortened: Docker 28.5 and 29.7, Podman 5.8, and their commands.
REPLIES: list[tuple[t.Any, str]] = [
    (
        [
            {"Comment": "", "Created": 1, "CreatedBy": "CMD sh", "Id": A, "Size": 0, "Tags": ["a:1"]},
            {"Comment": "", "Created": 1, "CreatedBy": "ADD file", "Id": "<missing>", "Size": 7, "Tags": None},
        ],
        "the history of one image",
    ),
    ([{"id": A, "created": "2024-01-01T00:00:00Z", "CreatedBy": "x", "size": 0}], "the history of one image"),
    ([{"Config": {}, "Enabled": True, "Id": A, "Name": "x:1", "PluginReference": "x", "Settings": {}}], "a list of pl"),
    ([CONTAINER], "a list of containers"),
    ([{"ID": "ab", "Image": "web", "Names": "web", "State": "running"}], "a list of containers"),
    ({"Id": A, "Created": "", "Path": "sh", "State": {}, "Image": B, "HostConfig": {}}, "a list of containers"),
    ([{"ID": A, "ContainerName": "web-1", "Repository": "web", "Tag": "1", "Size": 5}], "docker compose images"),
    ([{"Name": "bridge", "Id": A, "Created": "", "Scope": "local", "Driver": "bridge", "IPAM": {}}], "a list of netw"),
    ([{"name": "podman", "id": A, "driver": "bridge", "network_interface": "p0", "created": ""}], "a list of networks"),
    ({"Volumes": [{"Name": "x", "Driver": "local"}], "Warnings": None}, "a list of volumes"),
    (
        [{"CreatedAt": "", "Driver": "local", "Labels": {}, "Mountpoint": "/x", "Name": "x"}],
        "a list of networks or vol",
    ),
    ([{"Cgroup": "x", "Containers": [], "Created": "", "Id": A, "InfraId": B, "Labels": {}}], "a list of pods"),
    ([{"ID": "x", "Version": {"Index": 1}, "CreatedAt": "", "UpdatedAt": "", "Spec": {"Labels": {}}}], "objects of a"),
    ([{"star_count": 5, "is_official": True, "name": "alpine", "description": ""}], "a search in a registry"),
    ([{"Untagged": "a:1"}, {"Deleted": A}], "what an engine has removed"),
    ({"ImagesDeleted": None, "SpaceReclaimed": 0}, "what an engine has removed"),
    ({"ID": "x", "Containers": 5, "Images": 3, "Driver": "overlay2", "DriverStatus": []}, "a list of networks or vol"),
    ({"Version": "28.5", "ApiVersion": "1.51", "Components": []}, "facts about an engine"),
    ([{"ID": "x", "Parent": "", "Type": "regular", "InUse": False, "Shared": True, "Size": 5}], "the build cache"),
    ([{"Type": "Images", "TotalCount": "3", "Active": "1"}], "docker system df without -v"),
    ({"schemaVersion": 2, "config": {}, "layers": []}, "one manifest"),
    ({"imageLayoutVersion": "1.0.0"}, "the file oci-layout"),
]


@pytest.mark.parametrize(("reply", "name"), REPLIES)
def test_replies_about_other_things_are_refused_by_name(reply: t.Any, name: str) -> None:
    for listing in (reply, json.dumps(reply), {"json": reply, "url": "http://x", "status": 200, "changed": False}):
        assert complaint(listing).startswith(f"E_TYPE_TOP: expected a listing of images, got {name}")


def test_an_empty_list_is_empty_whatever_it_lists() -> None:
    assert outcome([]) == outcome("[]") == ([], [])


def test_unknown_names_of_sources_and_engines() -> None:
    assert complaint([], "docker").startswith("E_SOURCE: source must be one of auto, list, df, inspect, docker-cli")
    assert complaint([], "list", "cri-o") == (
        'E_ENGINE: engine must be one of auto, docker, podman, finch, got "cri-o"'
    )
    assert complaint([], None).startswith("E_SOURCE")  # type: ignore[arg-type]
    assert complaint([], ["list"]).startswith("E_SOURCE")  # type: ignore[arg-type]
