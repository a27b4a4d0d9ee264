# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any input: one kind of error, ten fields, an order, and a second time changes nothing."""

from __future__ import annotations

import hashlib
import json
import time
import typing as t

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.recognise import SOURCES
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize

KEYS = [
    *("Id", "ID", "id", "ParentId", "Parent", "RepoTags", "RepoDigests", "Names", "Created", "CreatedAt", "Size"),
    *("SharedSize", "VirtualSize", "Labels", "Containers", "Config", "RootFS", "Repository", "Tag", "Digest"),
    *("repoTags", "repo_tags", "size", "digest", "mediaType", "annotations", "manifests", "images", "Images"),
    *("ImageUsage", "Items", "TotalCount", "Layers", "message", "stdout", "rc", "results", "changed", "host_info"),
]
VALUES = [
    *(None, True, 0, -1, 2**70, 1.5, float("nan"), "", "x", "<none>", "1e+03MB", "N/A", "a:1", "[]", "\ud800"),
    *("sha256:" + "a" * 64, "b" * 64, "a@sha256:" + "c" * 64, "2024-01-11 19:06:40 +0000 UTC"),
]
anything = st.recursive(
    st.sampled_from(VALUES) | st.text(max_size=5) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)
hexadecimal = st.text("0123456789abcdef", min_size=64, max_size=64)
name = st.from_regex(r"[a-z]{1,3}(:[0-9]{1,2}/[a-z]{1,2})?", fullmatch=True)
entry = st.fixed_dictionaries(
    {"Id": hexadecimal.map("sha256:{}".format), "Size": st.integers(-2, 2**60)},
    optional={
        "RepoTags": st.none() | st.lists(name.map("{}:1".format), max_size=3),
        "RepoDigests": st.none() | st.lists(st.builds("{}@sha256:{}".format, name, hexadecimal), max_size=2),
        "Created": st.none() | st.integers(-(2**40), 2**40),
        "Labels": st.none() | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3),
        "Containers": st.integers(-1, 5),
        "SharedSize": st.integers(-1, 2**40),
        "VirtualSize": st.none() | st.integers(0, 2**40),
        "ParentId": st.just("") | hexadecimal,
    },
)


@settings(max_examples=300)
@given(anything, st.sampled_from(SOURCES), st.sampled_from(["auto", "docker", "podman"]))
def test_any_input_gives_a_listing_or_an_input_error(listing: t.Any, source: str, engine: str) -> None:
    try:
        found = summarize(listing, source, engine)
    except InputError as exc:
        assert exc.code.startswith("E_")
        assert str(exc).isprintable()
        return
    for image in found.images:
        assert tuple(image.to_dict()) == FIELDS
    assert len({warning.code for warning in found.warnings}) == len(found.warnings)
    assert all(warning.message.isprintable() for warning in found.warnings)


@settings(max_examples=100)
@given(st.lists(entry, max_size=6), st.randoms())
def test_a_second_time_and_another_order_change_nothing(rows: list[dict[str, t.Any]], random: t.Any) -> None:
    once = [image.to_dict() for image in summarize(rows, "list", "docker").images]
    assert [image.to_dict() for image in summarize(once).images] == once
    assert [image.to_dict() for image in summarize(json.dumps(rows), "list", "docker").images] == once
    assert once == sorted(once, key=lambda image: (-image["created"], image["id"]))
    shuffled = random.sample(rows, len(rows))
    if len({row["Id"] for row in rows}) == len(rows):
        assert [image.to_dict() for image in summarize(shuffled, "list", "docker").images] == once


def test_the_input_stays_as_it_was() -> None:
    rows = [{"Id": "sha256:" + "a" * 64, "RepoTags": ["b:1", "a:1"], "Labels": {"a": "b"}, "Size": "5"}]
    before = json.dumps(rows)
    summaries = [image.to_dict() for image in summarize(rows).images]
    summaries[0]["labels"]["c"] = "d"
    summaries[0]["repo_tags"].append("c:1")
    assert json.dumps(rows) == before


def test_ten_thousand_images_take_no_time_to_speak_of() -> None:
    rows = [
        {
            "Containers": 1,
            "Created": 1700000000 + number,
            "Id": "sha256:" + hashlib.sha256(str(number).encode()).hexdigest(),
            "Labels": {f"org.example.{label}": "value" for label in range(8)},
            "ParentId": "",
            "RepoDigests": [f"team/{number}@sha256:{'b' * 64}"],
            "RepoTags": [f"team/{number}:1", f"team/{number}:2"],
            "SharedSize": -1,
            "Size": number,
        }
        for number in range(10000)
    ]
    started = time.process_time()
    assert len(summarize(rows).images) == 10000
    # A quarter of a second is usual. Processor time, since tests run beside other things, and under coverage.
    assert time.process_time() - started < 3
