# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry, field by field."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    A,
    B,
    complaint,
    outcome,
)


def one(engine: str = "docker", **keys: t.Any) -> tuple[dict[str, t.Any], list[str]]:
    """The summary of one entry of an image list with these keys, and the codes of the warnings."""
    images, codes = outcome([{"Id": A, **keys}], "list", engine)
    assert isinstance(images, list), images
    return images[0], codes


@pytest.mark.parametrize(
    "key, value, field, expected",
    [
        # the ID is whole, with its algorithm
        ("Id", "A" * 64, "id", A),
        ("Id", "sha512:" + "0" * 128, "id", "sha512:" + "0" * 128),
        # the parent
        ("ParentId", None, "parent_id", ""),
        ("ParentId", "", "parent_id", ""),
        ("ParentId", "b" * 64, "parent_id", B),
        ("ParentId", B, "parent_id", B),
        # tags
        ("RepoTags", None, "repo_tags", []),
        ("RepoTags", ["<none>:<none>"], "repo_tags", []),
        ("RepoTags", ["<none>@<none>", "", "a:1"], "repo_tags", ["a:1"]),
        ("RepoTags", ["a:<none>"], "repo_tags", []),
        # digests
        ("RepoDigests", None, "repo_digests", []),
        ("RepoDigests", ["<none>@<none>"], "repo_digests", []),
        ("RepoDigests", [f"a@{B}"], "repo_digests", [f"a@{B}"]),
        # code points, not a locale
        ("RepoTags", ["b:1", "Z:1", "a:1", "b:1", "é:1"], "repo_tags", ["Z:1", "a:1", "b:1", "é:1"]),
        ("RepoTags", ["docker.io/library/a:1"], "repo_tags", ["docker.io/library/a:1"]),
        # labels
        ("Labels", None, "labels", {}),
        ("Labels", {}, "labels", {}),
        ("Labels", {"a": "1", "": "\n{{ x }}\ud800"}, "labels", {"a": "1", "": "\n{{ x }}\ufffd"}),
        ("RepoTags", ["a\ud800:1"], "repo_tags", ["a\ufffd:1"]),
        # numbers
        ("Size", 5, "size", 5),
        ("Size", 5.0, "size", 5),
        ("Size", "5", "size", 5),
        ("Size", "-5", "size", -1),
        ("Size", -7, "size", -1),
        ("Size", None, "size", -1),
        ("Size", 0, "size", 0),
        ("Size", 2**53 + 1, "size", 2**53 + 1),
        ("Size", str(2**63 - 1), "size", 2**63 - 1),
        ("Containers", 0, "containers", 0),
        ("Containers", -1, "containers", -1),
        ("SharedSize", None, "shared_size", -1),
        ("SharedSize", 0, "shared_size", 0),
        # dates
        ("Created", None, "created", 0),
        ("Created", "", "created", 0),
        ("Created", -62135596800, "created", 0),
        ("Created", -1, "created", -1),
        ("Created", 1705000000, "created", 1705000000),
        ("Created", "1705000000", "created", 1705000000),
        ("Created", "2024-01-11T19:06:40.999999999Z", "created", 1705000000),
        ("Created", "0001-01-01T00:00:00Z", "created", 0),
        # the virtual size
        ("VirtualSize", None, "virtual_size", None),
        ("VirtualSize", 0, "virtual_size", 0),
        ("VirtualSize", "7", "virtual_size", 7),
        # keys are matched exactly, others ignored
        ("size", 5, "size", -1),
        ("Descriptor", {"size": 5}, "size", -1),
    ],
)
def test_value(key: str, value: t.Any, field: str, expected: t.Any) -> None:
    image, codes = one(**{key: value})
    assert (image[field], type(image[field])) == (expected, type(expected))
    assert codes == []


def test_an_entry_with_nothing_but_an_id_is_a_whole_summary() -> None:
    assert one() == (
        {
            "containers": -1,
            "created": 0,
            "id": A,
            "labels": {},
            "parent_id": "",
            "repo_digests": [],
            "repo_tags": [],
            "shared_size": -1,
            "size": -1,
            "virtual_size": None,
        },
        [],
    )


@pytest.mark.parametrize(
    "tags, digests, repo_tags, repo_digests",
    [
        ([f"a@{B}"], [f"a@{B}"], [], [f"a@{B}"]),
        ([f"a:1@{B}"], [], [], [f"a@{B}"]),
        ([f"host:5000/a@{B}"], [], [], [f"host:5000/a@{B}"]),
        ([f"host:5000/a:1@{B}", "a:2"], [], ["a:2"], [f"host:5000/a@{B}"]),
        ([], [B], [], []),
        ([], [B, A], [], []),
        ([], [f"<none>@{B}"], [], []),
        ([f"@{B}"], [], [], []),
        ([f"<none>@{B}"], [], [], []),
        ([], ["", "<none>"], [], []),
        (["UPPER_case", "a b"], [], ["UPPER_case", "a b"], []),
    ],
)
def test_names(tags: list[str], digests: list[str], repo_tags: list[str], repo_digests: list[str]) -> None:
    image, found = one(RepoTags=tags, RepoDigests=digests)
    assert (image["repo_tags"], image["repo_digests"], found) == (repo_tags, repo_digests, [])


@pytest.mark.parametrize(
    "keys, expected",
    [
        ({"Size": "abc"}, 'E_TYPE_Size: images[1].Size must be an integer, got "abc"'),
        ({"Size": True}, "E_TYPE_Size: images[1].Size must be an integer, got true"),
        ({"Size": 1.5}, "E_TYPE_Size: images[1].Size must be an integer, got 1.5"),
        ({"Size": "1.0"}, 'E_TYPE_Size: images[1].Size must be an integer, got "1.0"'),
        ({"Size": "١"}, 'E_TYPE_Size: images[1].Size must be an integer, got "\\u0661"'),
        ({"Size": [1]}, "E_TYPE_Size: images[1].Size must be an integer, got [1]"),
        ({"Size": float("nan")}, "E_TYPE_Size: images[1].Size must be an integer, got nan"),
        ({"Size": float("inf")}, "E_TYPE_Size: images[1].Size must be an integer, got inf"),
        ({"SharedSize": "?"}, 'E_TYPE_SharedSize: images[1].SharedSize must be an integer, got "?"'),
        ({"VirtualSize": False}, "E_TYPE_VirtualSize: images[1].VirtualSize must be an integer, got false"),
        ({"Containers": "N/A"}, 'E_TYPE_Containers: images[1].Containers must be an integer, got "N/A"'),
        ({"Created": True}, "E_TYPE_Created: images[1].Created must be a time, got true"),
        ({"Created": 1.5}, "E_TYPE_Created: images[1].Created must be seconds since the epoch or an RFC 3339 time"),
        ({"Created": "yesterday"}, "E_TYPE_Created: images[1].Created must be seconds since the epoch"),
        ({"Labels": ["a"]}, "E_TYPE_Labels: images[1].Labels must be labels (a dictionary), got ['a']"),
        ({"Size": 2**63}, "E_TYPE_Size: images[1].Size must be an integer, got 9223372036854775808"),
        ({"Labels": {1: "a"}}, "E_TYPE_Labels: images[1].Labels must have texts for names, got 1"),
        ({"Labels": {"a": 1}}, 'E_TYPE_Labels: images[1].Labels["a"] must be text, got 1'),
        ({"Labels": {"a": None}}, 'E_TYPE_Labels: images[1].Labels["a"] must be text, got null'),
        ({"RepoTags": "a:1"}, 'E_TYPE_RepoTags: images[1].RepoTags must be a list of names, got "a:1"'),
        ({"RepoTags": {}}, "E_TYPE_RepoTags: images[1].RepoTags must be a list of names, got {}"),
        ({"RepoTags": ["a:1", None]}, "E_TYPE_RepoTags: images[1].RepoTags[1] must be text, got null"),
        ({"RepoDigests": [5]}, "E_TYPE_RepoDigests: images[1].RepoDigests[0] must be text, got 5"),
        ({"RepoDigests": "a"}, 'E_TYPE_RepoDigests: images[1].RepoDigests must be a list of names, got "a"'),
        ({"Id": None}, "E_NO_ID: images[1].Id must be an image ID, got null"),
        ({"Id": ""}, 'E_NO_ID: images[1].Id must be an image ID, got ""'),
        ({"Id": 5}, "E_NO_ID: images[1].Id must be an image ID, got 5"),
        ({"Id": "a" * 12}, "E_TRUNCATED_ID: images[1].Id must be a whole image ID"),
        ({"Id": "a" * 63}, "E_TRUNCATED_ID: images[1].Id must be a whole image ID"),
        ({"Id": "sha256:" + "a" * 12}, "E_TRUNCATED_ID: images[1].Id must be a whole image ID"),
        ({"Id": "sha256:" + "g" * 64}, "E_TRUNCATED_ID: images[1].Id must be a whole image ID"),
        ({"ParentId": "a" * 12}, "E_TRUNCATED_ID: images[1].ParentId must be a whole image ID"),
    ],
)
def test_complaint_names_entry_and_key(keys: dict[str, t.Any], expected: str) -> None:
    assert complaint([{"Id": B}, {"Id": A, "Size": 1, **keys}], "list").startswith(expected)


@pytest.mark.parametrize("entry", [None, 5, "text", [], True])
def test_an_entry_is_an_object(entry: t.Any) -> None:
    for source in ("list", "inspect", "docker-cli", "docker-archive", "auto"):
        assert complaint([entry], source).startswith("E_TYPE_ITEM: "), source


@pytest.mark.parametrize("shared, size", [(5, 4), (5, 0), (5, 5), (5, None), (-1, 0)])
def test_more_shared_than_there_is(shared: int, size: int | None) -> None:
    """Both figures stay, without a warning: there is nothing to do about it."""
    image, found = one(SharedSize=shared, Size=size)
    assert (image["shared_size"], image["size"], found) == (shared, -1 if size is None else size, [])
