# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a large fleet lists a part and counts everything: every format shows the numbers of the whole."""

from __future__ import annotations

import json
import re
import typing as t
from xml.etree import ElementTree

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS, render
from ansible_collections.container_ops.images.plugins.module_utils._core.report import repositories
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import Limits, ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
)

RULES: list[dict[str, t.Any]] = [
    {"id": "max-size", "max": 50},
    {"id": "old", "check": "max-age", "max": "1h", "level": "warning"},
    {"id": "label", "name": "maintainer", "level": "note"},
    {"id": "max-unused-age", "max": 1},
    {"id": "tag-drift"},
]
WAIVERS = [{"rule": "label", "host": "zzz", "reason": "TICKET-12", "expires": "2100-01-01"}]

BASELINE = {
    "schema": "image_baseline/2",
    "key": "reference",
    "hosts": {"aaa": {"images": {"x:1": -1}}, "zzz": {"images": {}}},
}


def document(limits: Limits) -> dict[str, t.Any]:
    """Host aaa has most findings, zzz the largest image, and what is worst about zzz sorts behind the limit."""
    policy = ReportPolicy.parse(now=NOW, rules=RULES, waivers=WAIVERS, baseline=BASELINE)
    builder = ReportBuilder(policy, limits)
    rows = [image(letter, f"acme/{letter}:{letter}", size=60) for letter in "0123456789"]
    builder.add_host(HostFacts.from_dict("aaa", {"images": rows}, "aaa"))
    rows = [image("a", "acme/0:0", size=70), image("b", "acme/1:x", size=-1, containers=-1)]
    builder.add_host(HostFacts.from_dict("zzz", {"images": rows}, "zzz"))
    builder.add_absent(AbsentHost("db01", "unreachable", "no route"))
    return builder.document()


FULL = document(Limits())
CUT = document(Limits(findings=4, images=2, changes=1))
NONE = document(Limits(findings=0, images=0, changes=0))
LIMITED = pytest.mark.parametrize("cut", [CUT, NONE], ids=["some", "none"])


@LIMITED
def test_the_document_counts_everything(cut: dict[str, t.Any]) -> None:
    assert len(cut["findings"]) < len(FULL["findings"])
    assert cut["scope"] == FULL["scope"]
    assert cut["gate"] == FULL["gate"]
    assert cut["repositories"] == FULL["repositories"]
    assert cut["changes"]["counts"] == FULL["changes"]["counts"] == {
        "new": 12, "removed": 1, "grown": 0, "shrunk": 0, "incomparable": 0,
    }  # fmt: skip
    by_host = {host["host"]: host["findings"] for host in cut["scope"]["hosts"]}
    assert by_host == {
        "aaa": {"error": 20, "note": 10, "warning": 10},
        "db01": None,
        "zzz": {"error": 2, "not_known": 2, "waived": 2, "warning": 2},
    }
    assert sum(sum(counts.values()) for counts in by_host.values() if counts) + 11 == sum(
        cut["gate"]["counts"].values()
    )


@LIMITED
@pytest.mark.parametrize("options", [{}, {"detail": "repository"}, {"detail": "repository", "host_label": "never"}])
def test_metrics_are_those_of_the_whole(cut: dict[str, t.Any], options: dict[str, str]) -> None:
    text = render(cut, "openmetrics", options)
    assert text == render(FULL, "openmetrics", options)
    assert ('container_image_host_findings{host="zzz",verdict="error"} 2' in text) is ("host_label" not in options)
    assert 'container_image_host_findings{host="db01"' not in text, "nobody knows what is on a dead host"


def test_metrics_of_images_say_how_many_have_none() -> None:
    text = render(CUT, "openmetrics", {"detail": "image", "host_label": "never"})
    assert "container_image_report_images_left_out 10\n" in text
    assert "container_image_size_bytes{" in text
    assert "container_image_created_timestamp_seconds{" not in text, "the largest of some is not the largest of all"
    full = render(FULL, "openmetrics", {"detail": "image", "host_label": "never"})
    assert "container_image_report_images_left_out 0\n" in full and "container_image_containers{" in full


def red(element: ElementTree.Element) -> int:
    return len(element.findall(".//failure")) + len(element.findall(".//error"))


@LIMITED
@pytest.mark.parametrize("granularity", ["finding", "image", "host", "rule"])
def test_junit_has_no_green_host_with_errors(cut: dict[str, t.Any], granularity: str) -> None:
    root = ElementTree.fromstring(render(cut, "junit", {"granularity": granularity}))
    whole = ElementTree.fromstring(render(FULL, "junit", {"granularity": granularity}))
    expected = {suite.get("name"): bool(red(suite)) for suite in whole}
    assert {suite.get("name"): bool(red(suite)) for suite in root} == expected
    assert expected["zzz"] is (granularity != "rule")


def test_junit_says_what_is_left_out() -> None:
    root = ElementTree.fromstring(render(CUT, "junit", {}))
    texts = {
        suite.get("name"): suite.findtext("testcase[@name='unlisted: findings beyond the limit of the report']/*")
        for suite in root
    }
    said = ": counted, but not listed in this report"
    assert texts == {
        "aaa": f"16 errors, 10 warnings, 10 notes{said}",
        "all hosts": f"1 error{said}",
        "db01": None,
        "zzz": f"2 errors, 2 values not known, 2 warnings, 2 waived{said}",
    }
    remarks = {suite.get("name"): suite.findtext("system-out") or "" for suite in root}
    assert f"10 passed{said}." in remarks["all hosts"]
    assert said not in remarks["aaa"]
    assert "not listed" not in render(FULL, "junit", {})


@LIMITED
def test_sarif_says_how_many_results_there_are(cut: dict[str, t.Any]) -> None:
    def results(document: dict[str, t.Any], **options: t.Any) -> tuple[int, str]:
        (run,) = json.loads(render(document, "sarif", options))["runs"]
        notes = run["invocations"][0]["toolExecutionNotifications"]
        return len(run["results"]), " ".join(note["message"]["text"] for note in notes)

    assert results(FULL)[0] == 49
    listed, note = results(cut)
    assert f"{49 - listed} more results are left out, the least severe" in note
    assert "48 more results are left out" in results(FULL, max_results=1)[1]


@LIMITED
def test_the_page_has_the_numbers_of_the_whole(cut: dict[str, t.Any]) -> None:
    def hosts(document: dict[str, t.Any]) -> list[str]:
        return re.findall(r"<tr><th[^>]*>(?:aaa|zzz|db01)</th>.*?</tr>", render(document, "html", {}), re.DOTALL)

    assert len(hosts(cut)) == 3 and hosts(cut) == hosts(FULL)
    page = render(cut, "html", {})
    assert ">40</td>" in hosts(cut)[1] and ">6</td>" in hosts(cut)[2]
    assert "Changes 13<" in page and "Waived 2<" in page and "<summary>2 findings</summary>" in page
    if cut is CUT:
        assert "Treemap of 11 images, 670 B in all" in page


@LIMITED
def test_text_and_markdown_have_the_numbers_of_the_whole(cut: dict[str, t.Any]) -> None:
    for name in ("text", "markdown"):
        assert "12 new, 1 removed, 0 unchanged" in render(cut, name, {})
    table = re.compile(r"<summary>Repositories.*?</details>", re.DOTALL)
    tables = [table.findall(render(item, "markdown", {})) for item in (cut, FULL)]
    assert tables[0] == tables[1] != []
    if cut is CUT:
        for name in ("text", "markdown", "github"):
            assert render(cut, name, {}).split("Remarks")[0] == render(FULL, name, {}).split("Remarks")[0]


def test_gitlab_gets_one_issue_for_all_that_are_not_listed() -> None:
    *listed, last = json.loads(render(CUT, "gitlab_codequality", {}))
    assert len(listed) == 4
    assert (last["description"], last["severity"]) == (
        "43 more findings are counted but not listed, the least severe",
        "major",
    )
    assert len(json.loads(render(FULL, "gitlab_codequality", {}))) == 47


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_that_lists_nothing_renders_in_every_format(name: str) -> None:
    assert isinstance(render(NONE, name, {}), str)


@pytest.mark.parametrize("counted_images", [1, 16384])
def test_repositories_of_too_many_hosts_are_added_up(counted_images: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repositories, "_COUNTED_IMAGES", counted_images)
    cut = document(Limits(repositories=10))
    sums: dict[str, list[int]] = {}
    for row in FULL["repositories"]:
        total = sums.setdefault(row["repository"], [0, 0, 0])
        total[0] += row["images"]
        total[1] += row["size"] or 0
        total[2] = max(total[2], row["largest_size"] or 0)
    assert [(row["host"], row["repository"]) for row in cut["repositories"]] == [(None, f"acme/{n}") for n in range(10)]
    assert {row["repository"]: [row["images"], row["size"], row["largest_size"]] for row in cut["repositories"]} == sums
    assert sums["acme/0"] == [2, 130, 70] and sums["acme/1"] == [2, 60, 60]
    text = render(cut, "openmetrics", {"detail": "repository"})
    assert text != render(FULL, "openmetrics", {"detail": "repository"})
    assert 'container_image_repository_size_bytes{repository="acme/0"} 130\n' in text
    never = {"detail": "repository", "host_label": "never"}
    assert render(cut, "openmetrics", never) == render(FULL, "openmetrics", never)


def test_more_repositories_than_a_report_lists_are_not_there_rather_than_wrong() -> None:
    cut = document(Limits(repositories=9))
    assert cut["repositories"] == []
    assert "there are too many repositories to list any" in cut["warnings"]
    assert "container_image_repository" not in render(cut, "openmetrics", {"detail": "repository"})


def test_a_repository_of_which_no_size_is_known_has_no_size() -> None:
    builder = ReportBuilder(ReportPolicy.parse(now=NOW))
    builder.add_host(HostFacts.from_dict("a", {"images": [image("a", "x:1", size=-1)]}, "a"))
    assert builder.document()["repositories"] == [
        {"host": "a", "repository": "x", "images": 1, "size": None, "largest_size": None}
    ]


@pytest.mark.parametrize("counted_images", [1, 3, 16384])
def test_images_that_many_hosts_have_count_once_for_each(counted_images: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repositories, "_COUNTED_IMAGES", counted_images)
    shared = [
        ImageSummary.from_dict(image("a", "x:1", "x:2", "y:1", size=7)),
        ImageSummary.from_dict(image("b", "x:3", size=5)),
    ]
    limited, whole = repositories.RepositoryTotals(4), repositories.RepositoryTotals(None)
    for number in range(9):
        # Each host has an image of its own as well, as objects that no other host shares.
        images = [*shared, ImageSummary.from_dict(image("c", "x:4", size=number))]
        limited.add(f"h{number}", images)
        whole.add(f"h{number}", images)
    assert [(row["repository"], row["images"], row["size"], row["largest_size"]) for row in limited.to_list()] == [
        ("x", 27, 9 * 12 + sum(range(9)), 8),
        ("y", 9, 63, 7),
    ]
    assert {row["host"] for row in limited.to_list()} == {None}
    assert len(whole.to_list()) == 18
