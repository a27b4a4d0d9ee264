# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on images that no engine has, and the comparison with another tag of the same repository."""

from __future__ import annotations

import itertools
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS, render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.from_playbook import hosts_of
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.registry.registry_rows import (
    WEB,
    lacking,
    platform,
    row,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
    report,
    verdicts,
)

GROWTH = {"id": "max-growth", "max_bytes": 10}
MAIN = [f"{WEB}:main"]
ARM = "linux/arm64/v8"
REGISTRY = "registry.example.com"


def pushed(*rows: dict[str, t.Any]) -> dict[str, t.Any]:
    return {"changed": False, "references": list(rows)}


def summaries(*rows: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    return [one.to_dict() for one in summarize(list(rows)).images]


def baseline_of(data: t.Any) -> str:
    policy = ReportPolicy.parse(now=NOW)
    builder = ReportBuilder(policy, baseline_key="repository")
    for facts in hosts_of(data, policy):
        builder.add_host(facts)  # type: ignore[arg-type]
    return builder.new_baseline("all").to_text()


def test_the_registry_is_the_host_and_its_sizes_are_compressed() -> None:
    document = report(pushed(row(f"{WEB}:1", platform("a")), row("ghcr.io/a/b:1", platform("b"))), GROWTH)
    assert {one["host"] for one in document["images"]} == {REGISTRY, "ghcr.io"}
    assert document["measure"] == {"metric": "compressed_size", "engine": "registry", "store": ""}
    assert document["engine"]["name"] == "registry"
    assert all(one["compressed"] is True for one in document["images"])
    assert "compressed size as the registry reports it" in " ".join(render(document, "text", {}).split())
    for name in FORMATS:
        render(document, name, {})


def test_rows_results_and_summaries_are_the_same_images() -> None:
    rows = [row(f"{WEB}:1", platform("a")), row(f"{WEB}:2", platform("a"))]
    first = report(pushed(*rows))
    assert report(rows) == first
    assert report({"localhost": pushed(*rows)}) == first
    again = report([{**one, "host": REGISTRY} for one in summaries(*rows)])
    assert {**again, "scope": None} == {**first, "scope": None}


@pytest.mark.parametrize(
    "now, before, status",
    [
        (pushed(row(f"{WEB}:2", platform("b", 1005))), pushed(row(f"{WEB}:1", platform("a", 1000))), "pass"),
        (pushed(row(f"{WEB}:2", platform("b", 1020))), pushed(row(f"{WEB}:1", platform("a", 1000))), "fail"),
        (
            pushed(row(f"{WEB}:2", platform("b", 1005))),
            {REGISTRY: {"images": [image("a", f"{WEB}:1", size=1000)]}},
            "incomparable",
        ),
        (
            {REGISTRY: {"images": [image("a", f"{WEB}:1", size=1000)]}},
            pushed(row(f"{WEB}:1", platform("a", 1000))),
            "incomparable",
        ),
        (
            {REGISTRY: {"images": [image("a", f"{WEB}:1", size=1000)], "engine": {"name": "docker"}}},
            pushed(row(f"{WEB}:1", platform("a", 1000))),
            "incomparable",
        ),
    ],
)
def test_compressed_sizes_are_compared_with_compressed_sizes_alone(now: t.Any, before: t.Any, status: str) -> None:
    document = report(now, GROWTH, baseline=baseline_of(before))
    (finding,) = document["findings"]
    assert finding["status"] == status
    if status == "incomparable":
        assert "the baseline's metric is " in finding["message"]
        assert "compressed_size" in finding["message"]


def test_a_list_of_summaries_as_baseline_says_what_it_measured() -> None:
    old, new = summaries(row(f"{WEB}:1", platform("a", 1000))), summaries(row(f"{WEB}:1", platform("b", 1005)))
    assert verdicts(report(new, GROWTH, baseline=old)) == {f"{WEB}:1": "pass"}
    assert verdicts(report(new, GROWTH, baseline=[image("a", f"{WEB}:1", size=1000)])) == {f"{WEB}:1": "incomparable"}
    with pytest.raises(InputError, match="has images of a registry beside others"):
        report([*new, image("c", "x:1", size=5)])


def test_use_closes_no_gate() -> None:
    document = report(pushed(row(f"{WEB}:1", platform("a"))), {"id": "max-unused-age", "max": "1d"})
    assert verdicts(document) == {f"{WEB}:1": "skip"}
    assert document["gate"]["passed"]


def test_a_name_without_images_makes_its_registry_a_host_that_failed() -> None:
    document = report(pushed(row(f"{WEB}:1", platform("a")), lacking(f"{WEB}:2"), row("ghcr.io/a/b:1", platform("b"))))
    assert document["scope"]["failed"] == [REGISTRY]
    assert not document["gate"]["passed"]
    (absent,) = [one for one in document["scope"]["hosts"] if one["host"] == REGISTRY]
    assert absent["message"] == f'"{WEB}:2": The registry does not have this name.'
    assert [one["host"] for one in document["images"]] == ["ghcr.io"]
    nameless = report(
        [{**lacking(""), "name": "a b", "registry": "", "error": "It is not a name.", "status": "failed"}]
    )
    assert nameless["scope"]["failed"] == ["web01"]


def test_a_host_is_there_once() -> None:
    with pytest.raises(InputError, match='images has the host "registry.example.com" twice'):
        report({REGISTRY: {"images": []}, "x": pushed(row(f"{WEB}:1", platform("a")))})


def compared(*rows: dict[str, t.Any], with_: t.Any = None, **options: t.Any) -> dict[str, t.Any]:
    return report(pushed(*rows), GROWTH, compare_with=with_ or MAIN, **options)


def changes(document: dict[str, t.Any]) -> dict[str, list[str]]:
    kinds = ("new", "removed", "grown", "shrunk", "incomparable")
    return {kind: [one["name"] for one in document["changes"][kind]] for kind in kinds if document["changes"][kind]}


def test_each_platform_is_compared_with_that_of_the_other_tag() -> None:
    document = compared(
        row(f"{WEB}:7", platform("a", 1005), platform("b", 2020, ARM)),
        row(f"{WEB}:main", platform("c", 1000), platform("d", 2000, ARM)),
    )
    assert verdicts(document) == {f"{WEB}:7 (linux/amd64)": "pass", f"{WEB}:7 ({ARM})": "fail"}
    assert changes(document) == {"grown": [f"{WEB}:7 (linux/arm64)", f"{WEB}:7 (linux/amd64)"]}
    assert sorted(one["id"][-1] for one in document["images"]) == ["a", "b"]
    assert document["totals"]["images"] == 2
    assert not document["gate"]["passed"]


def test_several_tags_are_each_compared_with_the_other_of_their_repository() -> None:
    document = compared(
        row(f"{WEB}:7", platform("a", 1005)),
        row(f"{WEB}:8", platform("b", 1020)),
        row("registry.example.com/shop/api:7", platform("c", 50)),
        row(f"{WEB}:main", platform("d", 1000)),
        row("registry.example.com/shop/api:main", platform("e", 50)),
        with_=["registry.example.com/shop/*:main"],
    )
    assert verdicts(document) == {f"{WEB}:7": "pass", f"{WEB}:8": "fail", "registry.example.com/shop/api:7": "pass"}
    assert document["changes"]["unchanged"] == 1


def test_the_same_image_under_both_tags_has_not_grown() -> None:
    same = platform("a", 1000)
    document = compared(row(f"{WEB}:7", same), row(f"{WEB}:main", same))
    assert verdicts(document) == {f"{WEB}:7": "pass"}
    assert document["images"][0]["repo_tags"] == [f"{WEB}:7"]
    assert document["changes"]["unchanged"] == 1


def test_a_platform_that_was_lost_is_removed() -> None:
    document = compared(
        row(f"{WEB}:7", platform("a", 1000)), row(f"{WEB}:main", platform("c", 1000), platform("d", 2000, ARM))
    )
    assert changes(document) == {"removed": [f"{WEB}:main"]}
    assert document["changes"]["removed"][0]["platform"] == "linux/arm64"


def test_a_first_build_has_nothing_to_be_compared_with() -> None:
    document = compared(row(f"{WEB}:7", platform("a", 1000)), lacking(f"{WEB}:main"))
    assert verdicts(document)[f"{WEB}:7"] == "skip"
    assert changes(document) == {"new": [f"{WEB}:7"]}
    assert document["gate"]["passed"]
    (note,) = [one for one in document["findings"] if one["rule"] == "baseline-hosts"]
    assert note["message"] == f"compare_with names no image of {REGISTRY}, so nothing was compared there"
    assert document["warnings"] == []


def test_a_name_that_was_refused_is_not_a_first_build() -> None:
    refused = {**lacking(f"{WEB}:main"), "status": "denied", "error": "The registry wants credentials."}
    assert not compared(row(f"{WEB}:7", platform("a", 1000)), refused)["gate"]["passed"]


def test_nothing_but_the_other_tag_closes_the_gate() -> None:
    document = compared(row(f"{WEB}:main", platform("a", 1000)))
    assert document["gate"]["reasons"] == [
        "there is no image besides those that compare_with names, so nothing was checked"
    ]
    assert document["totals"]["images"] == 0


def test_a_pattern_for_several_images_of_one_repository_is_not_guessed_at() -> None:
    document = compared(
        row(f"{WEB}:7", platform("a", 1000)),
        row(f"{WEB}:v1", platform("b", 1000)),
        row(f"{WEB}:v2", platform("c", 1000)),
        with_=f"{WEB}:v*",
    )
    assert verdicts(document) == {f"{WEB}:7": "incomparable"}
    two_names = [row(f"{WEB}:{tag}", platform("b", 1000)) for tag in ("v1", "v1.2")]
    assert verdicts(compared(row(f"{WEB}:7", platform("a", 1000)), *two_names, with_=f"{WEB}:v*")) == {
        f"{WEB}:7": "pass"
    }


def test_a_digest_may_be_compared_with() -> None:
    name = f"{WEB}@sha256:{'e' * 64}"
    document = compared(
        row(f"{WEB}:7", platform("a", 1020), digest="sha256:" + "f" * 64), row(name, platform("b")), with_=name
    )
    assert verdicts(document) == {f"{WEB}:7": "fail"}


def test_images_of_an_engine_are_compared_with_those_of_the_same_host() -> None:
    hosts = {
        "web01": {"images": [image("a", "web:2", size=1020), image("b", "web:main", size=1000), image("c", size=5)]},
        "web02": {"images": [image("a", "web:2", size=1020)]},
    }
    document = report(hosts, GROWTH, compare_with=["web:main"])
    found = {(one["host"], one["image"]): one["status"] for one in document["findings"] if one["rule"] == "max-growth"}
    assert found == {("web01", "web:2"): "fail", ("web01", "c" * 12): "skip", ("web02", "web:2"): "skip"}


def test_with_a_selection() -> None:
    rows = [row(f"{WEB}:7", platform("a", 1020)), row(f"{WEB}:8", platform("b", 1)), row(f"{WEB}:main", platform("c"))]
    document = compared(*rows, select={"references": [f"{WEB}:7"]})
    assert verdicts(document) == {f"{WEB}:7": "fail"}
    assert changes(document) == {"grown": [f"{WEB}:7"]}


@pytest.mark.parametrize(
    "value, complaint",
    [
        (5, "compare_with must be a list of texts, got 5"),
        ([""], 'compare_with[0] must be text, got ""'),
        ([WEB], f'compare_with[0] needs a tag, got "{WEB}"'),
        (["a" * 64], f"compare_with[0] must be an image name, got the ID {'a' * 64}"),
        (["a:b:c:d"], "compare_with[0] must be an image name, a pattern for names, or an image ID, got"),
        ([f"{WEB}:["], "compare_with[0] is not a valid pattern"),
    ],
)
def test_what_cannot_be_compared_with(value: t.Any, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        ReportPolicy.parse(now=NOW, compare_with=value)
    assert str(caught.value).startswith(complaint)


def test_one_thing_to_compare_with_is_enough() -> None:
    with pytest.raises(InputError, match="compare_with and baseline are mutually exclusive"):
        ReportPolicy.parse(now=NOW, compare_with=MAIN, baseline="")
    assert ReportPolicy.parse(now=NOW, compare_with=[]).compare_with is None


def test_a_name_to_compare_with_that_is_missing_is_not_a_pass_of_nothing() -> None:
    document = compared(lacking(f"{WEB}:main"))
    assert not document["gate"]["passed"]
    assert not report([], GROWTH, compare_with=MAIN)["gate"]["passed"]


def test_a_platform_that_is_not_known_is_compared_with_the_only_one() -> None:
    document = compared(row(f"{WEB}:2", platform("a", 5000, "")), row(f"{WEB}:main", platform("b", 1000)))
    assert verdicts(document) == {f"{WEB}:2": "fail"}


def test_two_spellings_of_a_platform_are_one() -> None:
    job = row("registry.example.com/shop/job:2", platform("a", 5000, ARM))
    rows = [row(f"{WEB}:2", platform("a", 5000, "linux/arm64")), job, row(f"{WEB}:main", platform("b", 1000, ARM))]
    for document in (compared(*rows), compared(*reversed(rows))):
        assert document["gate"]["closing"]["error"] == 1
        assert [one["platform"] for one in document["images"]] == ["linux/arm64"]


def test_parents_of_images_to_compare_with_are_not_dangling() -> None:
    images = [
        image("a", "web:main", size=100, parent_id="sha256:" + "c" * 64),
        image("c", size=90),
        image("b", "web:2", size=100),
    ]
    document = report(images, {"id": "no-dangling"}, compare_with=["web:main"])
    assert document["gate"]["passed"]


@pytest.mark.parametrize("reference, passed", [(f"{WEB}:2", False), (f"{WEB}:main", True)])
def test_a_platform_that_was_asked_for_and_is_missing(reference: str, passed: bool) -> None:
    """The name to compare with may lack a platform that is new."""
    rows = [row(f"{WEB}:2", platform("a")), row(f"{WEB}:main", platform("b"))]
    lacks = [{**one, "missing_platforms": [ARM]} if one["reference"] == reference else one for one in rows]
    document = compared(*lacks)
    assert document["gate"]["passed"] is passed
    assert passed or ARM in document["scope"]["hosts"][0]["message"]
    with pytest.raises(InputError, match=f'it has no image for "{ARM}"'):
        summaries(*lacks)


@pytest.mark.parametrize(
    "pattern, passed", [(f"{WEB}:main", True), ("registry.example.com/**:main", True), (f"{WEB}:main*", False)]
)
def test_a_pattern_for_several_tags_does_not_excuse_one_that_is_missing(pattern: str, passed: bool) -> None:
    document = report(pushed(row(f"{WEB}:2", platform("a")), lacking(f"{WEB}:main")), GROWTH, compare_with=[pattern])
    assert document["gate"]["passed"] is passed


def test_the_layers_of_one_config_compressed_in_two_ways_have_no_size_in_common() -> None:
    job = row("registry.example.com/shop/job:2", platform("a", 5000))
    rows = [row(f"{WEB}:2", platform("a", 5000)), row(f"{WEB}:main", platform("a", 1000)), job]
    for order in itertools.permutations(rows):
        (finding,) = compared(*order)["findings"]
        assert (finding["status"], finding["actual"]) == ("error", None)


def test_a_registry_is_not_a_host_that_has_the_image() -> None:
    data = {"web01": {"images": [image("b", f"{WEB}:2")]}, "registries": pushed(row(f"{WEB}:2", platform("a")))}
    rule = {"id": "min-hosts", "min": 2, "when": {"repositories": [WEB]}}
    assert not report(data, rule)["gate"]["passed"]
    assert report(data, {**rule, "min": 1})["gate"]["passed"]
    text = " ".join(render(report(data, rule), "text", {}).split())
    assert "compressed sizes of registries beside sizes of engines, which cannot be compared" in text


def test_the_bytes_of_all_layers_are_not_those_of_the_images_that_are_left() -> None:
    data = {
        "images": [image("a", f"{WEB}:main", size=10), image("b", f"{WEB}:2", size=10)],
        "totals": {"layers_size": 9},
    }
    document = report(data, {"id": "max-total-size", "of": "layers_size", "max": "1MB"}, compare_with=MAIN)
    assert [one["status"] for one in document["findings"]] == ["error"]
