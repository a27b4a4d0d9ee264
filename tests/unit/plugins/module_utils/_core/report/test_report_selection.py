# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report on a part of the images: all that it says is about them, the baseline as well."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.report.baseline import parse_baseline
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import EngineFacts, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
    report,
    verdicts,
)

BUILD = {"references": ["shop/*:2"]}
IMAGES = [
    image("a", "shop/web:2", "mirror/web:2", size=30),
    image("b", "shop/api:2", size=20),
    image("c", "shop/web:1", size=10),
    image("d", size=5),
]


def baseline_of(sizes: dict[str, t.Any], key: str = "reference", **measure: str) -> dict[str, t.Any]:
    entry = {"images": sizes, "measure": measure}
    return {"schema": "image_baseline/2", "key": key, "hosts": {"web01": entry}}


def test_all_figures_are_about_the_selected_images() -> None:
    document = report(IMAGES, {"id": "max-size", "max": 25}, select=BUILD)
    assert verdicts(document) == {"mirror/web:2": "fail", "shop/api:2": "pass"}
    assert sorted(row["id"][-1] for row in document["images"]) == ["a", "b"]
    assert (document["totals"]["images"], document["totals"]["size"], document["totals"]["dangling"]) == (2, 50, 0)
    assert {row["repository"] for row in document["repositories"]} == {"mirror/web", "shop/api", "shop/web"}
    assert document["warnings"][0] == "select leaves 2 of 4 images out: the report is about the other 2"


def test_without_a_selector_nothing_is_said_of_it() -> None:
    for nothing in (None, {}):
        document = report(IMAGES, select=nothing)
        assert document["totals"]["images"] == 4
        assert document["warnings"] == []


def test_a_parent_that_is_left_out_is_still_a_parent() -> None:
    images = [image("a", size=1), image("b", "shop/web:2", parent_id="sha256:" + "a" * 64)]
    document = report(images, select={"states": ["intermediate"]})
    assert [row["state"] for row in document["images"]] == ["intermediate"]


def test_an_image_that_perhaps_is_meant_is_in_the_report() -> None:
    document = report([image("a", "x:1"), image("b", "y:1", size=9)], select={"larger_than": 10})
    assert [row["name"] for row in document["images"]] == ["x:1"]


@pytest.mark.parametrize(
    "fail_on, reasons", [(["error"], ["select matches none of the images, so nothing was checked"]), ([], [])]
)
def test_a_selector_that_matches_nothing_closes_the_gate(fail_on: list[str], reasons: list[str]) -> None:
    gate = report(IMAGES, {"id": "max-size", "max": 1}, select={"tags": ["3"]}, fail_on=fail_on)["gate"]
    assert (gate["passed"], gate["reasons"]) == (not reasons, reasons)


def test_hosts_that_did_not_answer_are_the_only_reason() -> None:
    gate = report({"web01": {"unreachable": True}}, select=BUILD)["gate"]
    assert [reason for reason in gate["reasons"] if "select" in reason] == []


CHANGES = [
    # What is compared, as the name of the entry to its kind.
    ({"shop/web:2": 20, "shop/web:1": 99, "infra/dns:1": 7}, BUILD, {"shop/web:2": "grown", "shop/api:2": "new"}),
    ({"shop/web:2": 30, "shop/old:2": 1}, BUILD, {"shop/api:2": "new", "shop/old:2": "removed"}),
    # The name that was not asked for is not new, unless no name was.
    ({"shop/web:2": 30, "shop/api:2": 20, "mirror/web:2": 1}, BUILD, {}),
    ({}, {"references": ["sha256:" + "a" * 64]}, {"shop/web:2": "new", "mirror/web:2": "new"}),
    # By something else than names: what another image has is not removed, what none has is.
    ({"shop/web:1": 1, "gone:1": 1}, {"larger_than": 25}, {"gone:1": "removed"} | dict.fromkeys(
        ("shop/web:2", "mirror/web:2"), "new")),
]  # fmt: skip


@pytest.mark.parametrize("sizes, select, expected", CHANGES)
def test_only_what_was_asked_for_is_compared(
    sizes: dict[str, int], select: dict[str, t.Any], expected: dict[str, str]
) -> None:
    changes = report(IMAGES, baseline=baseline_of(sizes), select=select)["changes"]
    assert {row["name"]: row["kind"] for row in changes["groups"]} == expected


def test_a_platform_that_was_left_out_is_not_removed() -> None:
    images = [
        image("a", "x:1", size=3, platform="linux/amd64", labels={"build": "7"}),
        image("b", "x:1", size=4, platform="linux/arm64"),
    ]
    sizes = {"x:1": {"linux/amd64": 3, "linux/arm64": 4, "linux/s390x": 5}}
    changes = report(images, baseline=baseline_of(sizes), select={"label_selectors": ["build=7"]})["changes"]
    assert [row["platform"] for row in changes["removed"]] == ["linux/s390x"]
    assert changes["unchanged"] == 1


def test_by_repository_the_newest_selected_image_is_compared() -> None:
    images = [
        image("a", "shop/web:2", size=30, created=NOW - 10),
        image("b", "shop/web:1", size=10, created=NOW - 20),
        image("c", "shop/api:1", size=10),
    ]
    sizes = {"shop/web": 10, "shop/api": 5, "shop/old": 1}
    document = report(
        images, baseline=baseline_of(sizes, "repository"), select={"tags": ["1"], "repositories": ["shop/web"]}
    )
    assert document["changes"]["groups"] == [] and document["changes"]["unchanged"] == 1
    document = report(images, baseline=baseline_of(sizes, "repository"), select={"repositories": ["shop/*"]})
    assert [row["name"] for row in document["changes"]["removed"]] == ["shop/old"]


def updated(update: str, images: list[dict[str, t.Any]], before: dict[str, t.Any], **policy: t.Any) -> dict[str, t.Any]:
    """The entry of the host in the new baseline."""
    rules = [{"id": "max-growth", "max_bytes": 1}]
    builder = ReportBuilder(ReportPolicy.parse(now=NOW, rules=rules, baseline=before, **policy), None, "reference")
    facts = HostFacts.from_dict("web01", {"images": images}, "result")
    builder.add_host(facts._replace(engine=EngineFacts(name="docker", image_store="overlay")))
    return dict(parse_baseline(builder.new_baseline(update).to_text()).hosts["web01"].sizes)


@pytest.mark.parametrize(
    "update, expected",
    [
        ("missing", {"shop/web:2": 20, "shop/api:2": 20, "shop/old:2": 1, "infra/dns:1": 7}),
        ("out_of_range", {"shop/web:2": 30, "shop/old:2": 1, "infra/dns:1": 7}),
        ("all", {"shop/web:2": 30, "shop/api:2": 20, "infra/dns:1": 7}),
    ],
)
def test_an_update_leaves_all_other_entries_as_they_were(update: str, expected: dict[str, int]) -> None:
    before = baseline_of({"shop/web:2": 20, "shop/old:2": 1, "infra/dns:1": 7}, engine="docker", store="overlay")
    sizes = updated(update, IMAGES, before, select=BUILD)
    assert {key.name: size for key, size in sizes.items()} == expected


def test_entries_of_another_measure_cannot_be_kept_beside_new_ones() -> None:
    before = baseline_of({"shop/web:2": 20, "infra/dns:1": 7}, engine="podman")
    with pytest.raises(InputError, match="select covers a part of the baseline of web01, and sizes cannot be compared"):
        updated("all", IMAGES, before, select=BUILD)
    assert len(updated("all", IMAGES, before)) == 4


@pytest.mark.parametrize(
    "select, message",
    [
        ("shop/web", 'select must be a selector (a dictionary), got "shop/web"'),
        ({"names": ["x"]}, "select.names is not an option of a selector"),
        ({"larger_than": "1M"}, "select.larger_than"),
        ({"tags": ["1"]}, "select cannot narrow rule max-total-size: engines give layers_size for all images together"),
    ],
)
def test_what_is_refused(select: t.Any, message: str) -> None:
    rules = [{"id": "max-total-size", "max": 1, "of": "layers_size"}]
    with pytest.raises(InputError) as caught:
        ReportPolicy.parse(now=NOW, rules=rules, select=select)
    assert str(caught.value).startswith(message)


def test_the_disk_use_of_all_layers_is_not_that_of_some_images() -> None:
    data = {"images": IMAGES, "totals": {"layers_size": 60}}
    assert report(data)["totals"]["layers_size"] == 60
    assert report(data, select=BUILD)["totals"]["layers_size"] is None
