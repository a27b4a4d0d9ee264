# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record: round trip, tolerance for what templates do to data, complaints that name the place."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import (
    FIELDS,
    ImageSummary,
    in_order,
    parent_ids,
    state_of,
)

HEX = "a" * 64
ID = "sha256:" + HEX
FULL: dict[str, t.Any] = {
    "containers": 1,
    "created": 1700000000,
    "id": ID,
    "labels": {"a": "b", "{{ x }}": "\n"},
    "parent_id": "sha256:" + "b" * 64,
    "repo_digests": ["alpine@" + ID],
    "repo_tags": ["alpine:1", "alpine:2"],
    "shared_size": 5,
    "size": 10,
    "virtual_size": None,
}


def test_reading_undoes_writing() -> None:
    assert ImageSummary.from_dict(FULL).to_dict() == FULL
    assert tuple(ImageSummary(ID).to_dict()) == FIELDS


def test_a_summary_shares_nothing_with_what_it_was_made_of() -> None:
    made = ImageSummary.from_dict(FULL).to_dict()
    made["labels"]["new"] = "x"
    made["repo_tags"].append("y")
    assert "new" not in FULL["labels"]
    assert "y" not in FULL["repo_tags"]


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"id": HEX.upper()}, {"id": ID}),
        ({"size": "12"}, {"size": 12}),
        ({"size": None, "shared_size": -5}, {"size": -1, "shared_size": -1}),
        ({"labels": None}, {"labels": {}}),
        ({"labels": {"n": 1}}, {"labels": {"n": "1"}}),
        ({"repo_tags": None}, {"repo_tags": []}),
        ({"repo_tags": ["<none>:<none>", "b:1", "a:1", "b:1"]}, {"repo_tags": ["a:1", "b:1"]}),
        ({"repo_digests": ["<none>@<none>", ID]}, {"repo_digests": []}),
        ({"created": "2024-01-11T19:06:40Z"}, {"created": 1705000000}),
        ({"parent_id": None}, {"parent_id": ""}),
        ({"further": "fact"}, {}),
        ({"platform": "linux/arm64/v8"}, {"platform": "linux/arm64/v8"}),
        ({"platform": None}, {}),
        ({"platform": ""}, {}),
    ],
    ids=str,
)
def test_what_is_tolerated(change: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    assert ImageSummary.from_dict({**FULL, **change}).to_dict() == {**FULL, **expected}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"id": ""}, "images[3].id must be an image ID"),
        ({"id": "abcdef012345"}, "images[3].id must be a whole image ID"),
        ({"size": "abc"}, 'images[3].size must be an integer, got "abc"'),
        ({"containers": True}, "images[3].containers must be an integer, got true"),
        ({"labels": "a=b"}, 'images[3].labels must be a dictionary, got "a=b"'),
        ({"repo_tags": "a:1"}, 'images[3].repo_tags must be a list of names, got "a:1"'),
        ({"repo_tags": [1]}, "images[3].repo_tags must hold names, got 1"),
        ({"created": "soon"}, "images[3].created must be"),
        ({"platform": {"os": "linux"}}, "images[3].platform must be text such as linux/arm64/v8, got {'os': 'linux'}"),
    ],
    ids=str,
)
def test_what_is_refused(change: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        ImageSummary.from_dict({**FULL, **change}, "images[3]")
    assert message in str(caught.value)


@pytest.mark.parametrize("data", [None, "x", 3, [], {"Id": ID}], ids=str)
def test_what_is_no_summary_at_all(data: object) -> None:
    with pytest.raises(InputError, match=r"^images\[0\]"):
        ImageSummary.from_dict(data, "images[0]")


def test_states() -> None:
    child = ImageSummary("sha256:" + "c" * 64, parent_id=ID, repo_digests=["x@" + ID])
    parents = parent_ids([child, ImageSummary(ID)])
    assert state_of(child, parents) == "digest_only"
    assert state_of(ImageSummary(ID), parents) == "intermediate"
    assert state_of(ImageSummary(ID), ()) == "dangling"
    assert state_of(ImageSummary(ID, repo_tags=["a:1"]), parents) == "tagged"


def test_order_is_newest_first_then_by_id() -> None:
    images = [ImageSummary("sha256:" + letter * 64, created=created) for letter, created in ("b1", "a1", "c2", "d0")]
    images = [ImageSummary(image.id, created=int(image.created)) for image in images]
    assert [image.id[7] for image in in_order(images)] == ["c", "a", "b", "d"]
