# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists with limits: what is kept exactly at the limit and one above, and what is counted all the same."""

from __future__ import annotations

import random
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import Limits, ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.limited_lists import (
    AllOrNothing,
    Bounded,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
)


@pytest.mark.parametrize("limit", [0, 1, 7, 500, None])
@pytest.mark.parametrize("number", [0, 1, 6, 7, 8, 499, 500, 501, 5000])
def test_the_smallest_keys_are_kept_in_any_order(limit: int | None, number: int) -> None:
    for seed in range(3):
        keys = list(range(number))
        random.Random(seed).shuffle(keys)
        bounded: Bounded[int] = Bounded(limit)
        most = 0
        for key in keys:
            bounded.add(key, lambda key=key: key)  # type: ignore[misc]
            most = max(most, len(bounded._kept))
        assert bounded.items() == list(range(number))[:limit]
        assert bounded.seen == number
        assert limit is None or most <= limit + max(limit // 4, 100) + 1


def test_what_cannot_be_kept_is_not_even_made() -> None:
    bounded: Bounded[int] = Bounded(2)
    made: list[int] = []
    for key in range(10_000):
        bounded.add(key, lambda key=key: made.append(key) or key)  # type: ignore[misc, func-returns-value]
    assert bounded.items() == [0, 1]
    assert len(made) <= 2 + 100 + 1


@pytest.mark.parametrize(
    "limit, number, kept, is_open",
    [(0, 0, 0, True), (0, 1, 0, False), (3, 2, 2, True), (3, 3, 3, True), (3, 4, 0, False), (None, 9, 9, True)],
)
def test_all_or_nothing(limit: int | None, number: int, kept: int, is_open: bool) -> None:
    items: AllOrNothing[int] = AllOrNothing(limit)
    for item in range(number):
        items.add(lambda item=item: item)  # type: ignore[misc]
    assert items.items() == list(range(kept))
    assert (items.seen, items.is_open) == (number, is_open)


def document(hosts: dict[str, list[dict[str, t.Any]]], *rules: dict[str, t.Any], **limits: int) -> dict[str, t.Any]:
    builder = ReportBuilder(ReportPolicy.parse(now=NOW, rules=list(rules)), Limits(**limits))
    for name, images in hosts.items():
        builder.add_host(HostFacts.from_dict(name, {"images": images}, name))
    return t.cast("dict[str, t.Any]", builder.document())


@pytest.mark.parametrize(
    "limit, listed, warnings",
    [
        (2, 4, []),
        (
            1,
            1,
            [
                "1 finding of lower weight is counted but not listed",
                "2 findings that passed or were skipped are counted but not listed",
            ],
        ),
    ],
)
def test_findings_at_their_limit(limit: int, listed: int, warnings: list[str]) -> None:
    """Two fail, one passes and one is skipped; the limit is for the loud ones and for the quiet ones."""
    images = [image(letter, f"x:{letter}", size=9) for letter in "ab"]
    images += [image("c", "y:1", size=1)]
    rules = [
        {"id": "max-size", "max": 5},
        {"id": "label", "name": "l", "required": False, "when": {"references": ["y:1"]}},
    ]
    found = document({"h": images}, *rules, findings=limit)
    assert found["gate"]["counts"] == {
        "error": 2, "incomparable": 0, "not_known": 0, "note": 0, "pass": 1, "skip": 1, "waived": 0, "warning": 0,
    }  # fmt: skip
    assert (len(found["findings"]), found["warnings"]) == (listed, warnings)


def test_passes_and_skips_are_counted_when_they_are_no_longer_kept() -> None:
    """The second host is judged from what is remembered about the images of the first."""
    images = [image("a", "x:1", size=1), image("b", "x:2", size=1), image("c", "x:3", size=9)]
    rules = [{"id": "max-size", "max": 5}, {"id": "label", "name": "l", "required": False}]
    found = document({"h1": images, "h2": images, "h3": images}, *rules, findings=2)
    counts = found["gate"]["counts"]
    assert (counts["pass"], counts["skip"], counts["error"]) == (6, 9, 3)
    assert [host["findings"] for host in found["scope"]["hosts"]] == [{"error": 1, "pass": 2, "skip": 3}] * 3
    assert found["warnings"] == [
        "1 finding of lower weight is counted but not listed",
        "15 findings that passed or were skipped are counted but not listed",
    ]


@pytest.mark.parametrize("limit, left_out", [(3, []), (2, ["1 smaller image is counted but not listed"])])
def test_images_at_their_limit(limit: int, left_out: list[str]) -> None:
    found = document({"h": [image(letter, f"x:{letter}", size=5) for letter in "abc"]}, images=limit)
    assert [row["name"] for row in found["images"]] == ["x:a", "x:b", "x:c"][:limit]
    assert found["warnings"] == left_out


@pytest.mark.parametrize(
    "limit, rows, warnings",
    [
        (4, [("h1", "x"), ("h2", "x"), ("h1", "y"), ("h2", "y")], []),
        (3, [(None, "x"), (None, "y")], []),
        (2, [(None, "x"), (None, "y")], []),
        (1, [], ["there are too many repositories to list any"]),
    ],
)
def test_repositories_at_their_limit(limit: int, rows: list[t.Any], warnings: list[str]) -> None:
    images = [image("a", "x:1", size=3), image("b", "x:2", size=5), image("c", "y:1", size=-1)]
    found = document({"h1": images, "h2": images}, repositories=limit)
    assert [(row["host"], row["repository"]) for row in found["repositories"]] == rows
    assert found["warnings"] == ["2 images of unknown size count as 0 in sums", *warnings]
    if rows and rows[0][0] is None:
        assert found["repositories"][0] == {
            "host": None, "repository": "x", "images": 4, "size": 16, "largest_size": 5,
        }  # fmt: skip
        assert found["repositories"][1] == {
            "host": None, "repository": "y", "images": 2, "size": None, "largest_size": None,
        }  # fmt: skip


@pytest.mark.parametrize("order", [(4, 2, 1, 3, 0), (0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (1, 0, 4, 2, 3)])
def test_the_first_hosts_by_name_are_named_in_any_order(order: tuple[int, ...]) -> None:
    hosts: dict[str, list[dict[str, t.Any]]] = {f"h{number}": [image("a", "x:1")] for number in order}
    found = document({**hosts, "z": [image("b", "x:1")]}, {"id": "tag-drift"})
    message = "means 2 different images: aaaaaaaaaaaa on h0, h1, h2 and 2 more; bbbbbbbbbbbb on z"
    assert [row["message"] for row in found["findings"]] == [message]


@pytest.mark.parametrize(
    "number, named", [(1, "h0 (stale)"), (5, "h0 (stale), h1 (stale), h2 (stale), h3 (stale), h4 (stale)")]
)
def test_up_to_five_absent_hosts_are_named(number: int, named: str) -> None:
    def reason(count: int) -> str:
        builder = ReportBuilder(ReportPolicy.parse(now=NOW))
        for index in reversed(range(count)):
            builder.add_absent(AbsentHost(f"h{index}", "stale", "old"))
        return t.cast("str", builder.document()["gate"]["reasons"][0])

    assert reason(number).endswith(f"missing from the report: {named}")
    assert reason(6).endswith("h3 (stale), h4 (stale) and 1 more")
