# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of image_registry_info as images: one for each platform, with compressed sizes, and never a part in silence."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_images import (
    registry_images,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.registry.registry_rows import (
    WEB,
    lacking,
    platform,
    row,
    sha,
)

HUB = "docker.io/library/alpine"


def summaries(*rows: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    return [image.to_dict() for image in summarize({"changed": False, "references": list(rows)}).images]


def test_every_field() -> None:
    (found,) = summaries(row(f"{WEB}:1", platform("a")))
    assert found == {
        "compressed": True,
        "containers": -1,
        "created": 1_700_000_000,
        "id": sha("a"),
        "labels": {"team": "shop"},
        "parent_id": "",
        "platform": "linux/amd64",
        "repo_digests": [f"{WEB}@{sha('e')}"],
        "repo_tags": [f"{WEB}:1"],
        "shared_size": -1,
        "size": 1000,
        "virtual_size": None,
    }


@pytest.mark.parametrize(
    "reference, tags, digest",
    [
        (f"{HUB}:3.20", ["alpine:3.20"], f"alpine@{sha('e')}"),
        (f"{WEB}:1", [f"{WEB}:1"], f"{WEB}@{sha('e')}"),
        (f"{WEB}@{sha('e')}", [], f"{WEB}@{sha('e')}"),
    ],
)
def test_names_are_those_after_a_pull(reference: str, tags: list[str], digest: str) -> None:
    (found,) = summaries(row(reference, platform("a")))
    assert (found["repo_tags"], found["repo_digests"]) == (tags, [digest])


def test_one_image_for_each_platform_and_one_for_all_its_names() -> None:
    both = [platform("a"), platform("b", 2000, "linux/arm64/v8")]
    found = summaries(row(f"{WEB}:1", *both), row(f"{WEB}:latest", *both))
    assert [(one["platform"], one["size"], one["repo_tags"]) for one in found] == [
        ("linux/amd64", 1000, [f"{WEB}:1", f"{WEB}:latest"]),
        ("linux/arm64/v8", 2000, [f"{WEB}:1", f"{WEB}:latest"]),
    ]


def test_rows_alone_and_summaries_again_are_read() -> None:
    rows = [row(f"{WEB}:1", platform("a"))]
    expected = summaries(*rows)
    assert [image.to_dict() for image in summarize(rows).images] == expected
    assert [image.to_dict() for image in summarize(rows, "registry").images] == expected
    assert [image.to_dict() for image in summarize(expected).images] == expected
    assert summarize({"changed": False, "references": []}).images == []


def test_an_unknown_size_is_not_known() -> None:
    for size in (None, -1):
        assert summaries(row(f"{WEB}:1", platform("a", compressed_size=size)))[0]["size"] == -1


def test_an_engine_that_has_the_image_says_more() -> None:
    unpacked = {"id": sha("a"), "size": 3000, "repo_tags": ["x:1"]}
    (found,) = summarize([*summaries(row(f"{WEB}:1", platform("a"))), unpacked]).images
    assert (found.size, found.compressed, found.repo_tags) == (3000, False, [f"{WEB}:1", "x:1"])


PROBLEMS = [
    (lacking(f"{WEB}:1"), "The registry does not have this name."),
    (row(f"{WEB}:1", platform("a"), error="It broke off.", status="failed"), "It broke off."),
    (row(f"{WEB}:1", status="limited"), 'its status is "limited"'),
    (row(f"{WEB}:1", kind=""), "it was asked for without details: set details=true, and leave via at registry"),
    (row(f"{WEB}:1", platform("a"), kind="signature"), 'it is not an image: its kind is "signature"'),
    (row(f"{WEB}:1"), "it has no image"),
    (row(f"{WEB}:1", missing_platforms=["linux/arm64"]), 'it has no image for "linux/arm64"'),
]


@pytest.mark.parametrize("one, sentence", PROBLEMS)
def test_a_name_without_images_is_no_part_of_a_listing(one: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        summaries(row(f"{WEB}:0", platform("b")), one)
    assert str(caught.value) == f'references[1]: "{WEB}:1": {sentence}'
    (found,) = registry_images([one], "rows")
    assert (found.images, found.problem, found.is_missing) == ([], sentence, one["status"] == "not_found")


@pytest.mark.parametrize(
    "rows, complaint",
    [
        ("x", 'rows must be a list of rows of image_registry_info, got "x"'),
        ([1], "rows[0] must be a row of image_registry_info (a dictionary), got 1"),
        ([{}], "rows[0] lacks reference: it is not a row of image_registry_info"),
        ([row(f"{WEB}:1", 5)], "rows[0].platforms[0] must be a platform (a dictionary), got 5"),  # type: ignore[arg-type]
        ([row(f"{WEB}:1", platform("a", config_digest=""))], "rows[0].platforms[0].config_digest must be an image ID"),
        ([row(f"{WEB}:1", platform("a", compressed_size="x"))], "rows[0].platforms[0].compressed_size must be an"),
        ([row(f"{WEB}:1", platform("a", labels=[]))], "rows[0].platforms[0].labels must be a dictionary"),
        ([row(f"{WEB}:1", platform("a"), digest="x")], "rows[0].digest must be a digest such as"),
        ([row(f"{WEB}:1", platform("a"), kind=3)], "rows[0].kind must be text, got 3"),
    ],
)
def test_complaints_name_the_place(rows: t.Any, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        registry_images(rows, "rows")
    assert str(caught.value).startswith(complaint)
