# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The baseline: what changed since, what cannot be compared, and the file that follows."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report.baseline import (
    Baseline,
    HostBaseline,
    Measure,
    parse_baseline,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.changes import UPDATES
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
    report,
    verdicts,
)

GRAPH = {"name": "docker", "image_store": "graphdriver", "os": "linux", "architecture": "amd64"}
MEASURE = Measure("size", "docker", "graphdriver", "linux/amd64")


def baseline_text(sizes: dict[str, int], host: str = "web01", key: str = "reference", **measure: str) -> str:
    return Baseline(key, {host: HostBaseline(MEASURE._replace(**measure), sizes)}).to_text()


def test_every_kind_of_change_is_named() -> None:
    now = [
        image("a", "same:1", size=1),
        image("b", "big:1", size=30),
        image("c", "small:1", size=10),
        image("d", "new:1"),
    ]
    now[3]["size"] = 7
    before = baseline_text({"same:1": 1, "big:1": 20, "small:1": 20, "gone:1": 5})
    changes = report(now, baseline=before, engine=GRAPH)["changes"]
    assert {kind: [row["name"] for row in rows] for kind, rows in changes.items() if isinstance(rows, list)} == {
        "new": ["new:1"],
        "removed": ["gone:1"],
        "grown": ["big:1"],
        "shrunk": ["small:1"],
        "incomparable": [],
    }
    assert changes["unchanged"] == 1
    assert changes["grown"][0] == {
        "host": "web01", "name": "big:1", "before": 20, "after": 30, "delta": 10, "ratio": 0.5,
    }  # fmt: skip
    assert changes["new"][0] | {"host": ""} == {
        "host": "", "name": "new:1", "before": None, "after": 7, "delta": None, "ratio": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "measure, engine, reason",
    [
        ({}, GRAPH, ""),
        ({"store": "containerd"}, GRAPH, "the baseline's store is containerd, now it is graphdriver"),
        ({"engine": "podman"}, GRAPH, "the baseline's engine is podman, now it is docker"),
        ({"metric": "unique_size"}, GRAPH, "the baseline's metric is unique_size, now it is size"),
        ({"platform": "linux/arm64"}, GRAPH, "the baseline's platform is linux/arm64, now it is linux/amd64"),
        # What one side does not know is not held against it.
        ({"store": ""}, GRAPH, ""),
        ({}, None, ""),
        ({}, {**GRAPH, "image_store": "unknown"}, ""),
    ],
)
def test_another_measure_is_incomparable_and_no_failure(measure: t.Any, engine: t.Any, reason: str) -> None:
    document = report(
        [image("a", "big:1", size=30)],
        {"id": "max-growth", "max_bytes": 1},
        baseline=baseline_text({"big:1": 20}, **measure),
        engine=engine,
    )
    (finding,) = document["findings"]
    assert finding["status"] == ("incomparable" if reason else "fail")
    assert reason in finding["message"]
    assert [reason in row["reason"] for row in document["changes"]["incomparable"]] == ([True] if reason else [])
    assert document["gate"]["passed"] is bool(reason)


def test_a_size_that_is_not_known_is_incomparable() -> None:
    document = report([image("a", "x:1", size=-1)], baseline=baseline_text({"x:1": 5}))
    assert document["changes"]["incomparable"][0]["reason"] == "its size, now or in the baseline, is not known"


def test_names_are_compared_in_their_short_spelling_and_dangling_images_not_at_all() -> None:
    images = [image("a", "docker.io/library/alpine:3", size=5), image("b", size=9)]
    changes = report(images, baseline=baseline_text({"alpine:3": 5}))["changes"]
    assert (changes["unchanged"], changes["new"]) == (1, [])


def test_by_repository_the_newest_image_counts() -> None:
    images = [image("a", "acme/web:2", size=50, created=NOW - 10), image("b", "acme/web:1", size=90, created=NOW - 99)]
    document = report(
        images, {"id": "max-growth", "max_bytes": 9}, baseline=baseline_text({"acme/web": 40}, key="repository")
    )
    assert document["changes"]["grown"][0]["after"] == 50
    assert verdicts(document) == {"acme/web:1": "fail", "acme/web:2": "fail"}


def test_an_earlier_report_or_earlier_images_serve_as_baseline() -> None:
    before = [image("a", "x:1", size=5)]
    now = [image("b", "x:1", size=6)]
    for baseline in (before, report(before)):
        assert report(now, baseline=baseline)["changes"]["grown"][0]["before"] == 5
    earlier = report({"images": before, "engine": {**GRAPH, "image_store": "containerd"}})
    assert report({"images": now, "engine": GRAPH}, baseline=earlier)["changes"]["incomparable"]


@pytest.mark.parametrize("nothing", [None, "", " \n"])
def test_no_baseline_is_no_change(nothing: t.Any) -> None:
    assert report([image("a", "x:1")], baseline=nothing)["changes"] is None


def run(
    before: str | None, sizes: dict[str, int], update: str, engine: t.Any = None, key: str = "reference"
) -> Baseline:
    """The baseline after a run on web01 with a rule that lets images grow by 10 bytes."""
    policy = ReportPolicy.parse(
        now=NOW,
        rules=[{"id": "max-growth", "max_bytes": 10}],
        waivers=[{"rule": "*", "image": "waived", "reason": "x"}],
        baseline=before,
    )
    builder = ReportBuilder(policy, baseline_key=key)
    images = [image("abcdef"[index], name, size=size) for index, (name, size) in enumerate(sizes.items())]
    builder.add_host(HostFacts.from_dict("web01", {"images": images, "engine": engine or GRAPH}, "x"))
    builder.document()
    return builder.new_baseline(update)


OLD = {"same:1": 1, "grown:1": 100, "within:1": 100, "waived:1": 100, "gone:1": 5}
NEW = {"same:1": 1, "grown:1": 111, "within:1": 110, "waived:1": 111, "new:1": 7}


@pytest.mark.parametrize(
    "update, expected",
    [
        ("never", OLD),
        ("missing", {**OLD, "new:1": 7}),
        ("out_of_range", {**OLD, "grown:1": 111, "waived:1": 111}),
        ("all", NEW),
    ],
)
def test_updates(update: str, expected: dict[str, int]) -> None:
    other = HostBaseline(MEASURE, {"y:1": 3})
    before = Baseline("reference", {"web01": HostBaseline(MEASURE, OLD), "dead": other}).to_text()
    after = run(before, NEW, update)
    assert dict(after.hosts["web01"].images) == expected
    assert after.hosts["dead"] == other, "a host that did not report keeps its entry"


@pytest.mark.parametrize(
    "update, expected", [("never", {}), ("missing", {"x:1": 7}), ("out_of_range", {}), ("all", {"x:1": 7})]
)
def test_updates_of_a_baseline_that_is_not_there_yet(update: str, expected: dict[str, int]) -> None:
    assert dict(run(None, {"x:1": 7}, update).host("web01").images) == expected


def test_sizes_of_different_measures_never_stand_under_one() -> None:
    other = {**GRAPH, "image_store": "containerd"}
    for update in UPDATES:
        after = run(baseline_text(OLD), NEW, update, engine=other).hosts["web01"]
        assert after.measure.store == ("containerd" if update == "all" else "graphdriver")
        assert dict(after.images) == (NEW if update == "all" else OLD)


def test_the_file_is_sorted_without_time_and_reads_back_the_same() -> None:
    text = baseline_text({"b:1": 2, "a:1": 1, "{{ lookup('pipe', 'id') }}\ud800": 3})
    assert text.index('"a:1"') < text.index('"b:1"')
    assert (
        parse_baseline(text).to_text()
        == text
        == baseline_text({"b:1": 2, "{{ lookup('pipe', 'id') }}\ud800": 3, "a:1": 1})
    )
    assert text.isascii()
    assert text.endswith("}\n")
    assert str(NOW)[:4] not in text


def test_updating_without_a_change_gives_the_same_file() -> None:
    before = run(None, NEW, "all").to_text()
    for update in UPDATES:
        assert run(before, NEW, update).to_text() == before
