# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document as a whole: shape, counts, gate, determinism, and limits that cut lists but never counts."""

from __future__ import annotations

import copy
import json
import random
import typing as t
from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document, report_of
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import Limits, ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.document_parts import GENERATOR
from ansible_collections.container_ops.images.plugins.module_utils._core.report.gate import FAIL_ON
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
    report,
)

ENGINE = {"name": "docker", "version": "28.5", "api_version": "1.51", "image_store": "graphdriver", "os": "linux"}
RULES: list[dict[str, t.Any]] = [
    {"id": "label", "name": "maintainer", "required": False},
    {"id": "max-size", "max": 50},
    {"id": "small", "check": "max-size", "max": 20, "level": "warning"},
    {"id": "no-dangling", "level": "note"},
    {"id": "tag-drift"},
    {"id": "max-total-size", "max": 1000},
]


def fleet() -> dict[str, t.Any]:
    hosts: dict[str, t.Any] = {}
    for number in range(4):
        images = [
            image("abcdef0123456789"[index], *([f"acme/svc{index}:1"] if index else []), size=index * 10, shared_size=0)
            for index in range(number, number + 5)
        ]
        hosts[f"h{number}"] = {"images": images, "engine": ENGINE}
    return {**hosts, "db01": {"unreachable": True, "msg": "no route to host"}, "ci01": {"failed": True, "msg": "boom"}}


def test_the_document_is_what_renderers_read() -> None:
    document = report(fleet(), *RULES, baseline=[image("a", "x:1")], expected_hosts=["h0", "new01"])
    assert json.loads(json.dumps(document)) == document
    read = read_document(document)
    assert (read.expected, read.reported) == (7, 4)
    assert document["scope"]["unreachable"] == ["db01"]
    assert document["scope"]["failed"] == ["ci01"]
    assert document["scope"]["missing"] == ["new01"]
    assert {host["host"]: host["message"] for host in read.absent_hosts}["db01"] == "no route to host"
    assert sum(document["gate"]["counts"].values()) == len(document["findings"])
    assert Counter(finding.verdict for finding in read.findings) == Counter(
        {name: count for name, count in document["gate"]["counts"].items() if count}
    )
    prints = [finding.fingerprint for finding in read.findings]
    assert len(set(prints)) == len(prints)


def test_a_document_of_this_process_is_read_without_checking_and_sorting_it_again() -> None:
    waivers = [
        {"rule": "max-size", "image": f"acme/svc{number}", "reason": "x", "expires": f"200{number}-01-01"}
        for number in (3, 1, 2)
    ]
    old = {"h0": {"images": [image("a", "gone:1", size=7), image("b", "acme/svc1:1", size=3)]}, "h9": {"images": []}}
    document = report(fleet(), *RULES, waivers=waivers, baseline=report(old), expected_hosts=["new01"])
    assert document["gate"]["counts"]["note"] and document["gate"]["counts"]["skip"]
    assert report_of(document) == read_document(copy.deepcopy(document))


def test_the_order_of_hosts_images_and_rules_does_not_matter() -> None:
    expected = json.dumps(report(fleet(), *RULES), sort_keys=True)
    for seed in range(5):
        shuffle = random.Random(seed).shuffle
        names = list(fleet())
        shuffle(names)
        data = {name: copy.deepcopy(fleet()[name]) for name in names}
        for result in data.values():
            shuffle(result.get("images", []))
        assert json.dumps(report(data, *RULES), sort_keys=True) == expected


def test_fingerprints_hold_no_value_age_or_id() -> None:
    rules = [{"id": "max-size", "max": 1}]
    first = report([image("a", "x:1", size=5)], *rules)["findings"][0]
    other = report([image("b", "x:1", size=6, created=5)], *rules)["findings"][0]
    renamed = report([image("a", "x:2", size=5)], *rules)["findings"][0]
    assert first["fingerprint"] == other["fingerprint"] != renamed["fingerprint"]
    assert len(first["fingerprint"]) == 32


def test_images_that_show_the_same_name_have_fingerprints_of_their_own() -> None:
    twins = [image("a"), {**image("a"), "id": "sha256:" + "a" * 63 + "b"}]
    prints = [finding["fingerprint"] for finding in report(twins, {"id": "no-dangling"})["findings"]]
    assert len(set(prints)) == 2


def test_totals_of_one_host_and_of_two() -> None:
    images = [
        image("a", "x:1", size=100, shared_size=40, containers=1),
        image("b", "x:2", size=60, shared_size=40, containers=0),
        image("c", size=-1, containers=-1),
    ]
    one = report({"images": images[:2], "engine": ENGINE, "totals": {"layers_size": 120}})
    assert one["totals"] == {
        "hosts": 1, "images": 2, "distinct_images": 2, "size": 160, "unique_size": 80, "layers_size": 120,
        "dangling": 0, "unused": 1, "unknown_usage": 0, "unused_size": 60, "unused_unique_size": 20,
    }  # fmt: skip
    assert one["engine"]["version"] == "28.5"
    assert one["measure"] == {"metric": "size", "engine": "docker", "store": "graphdriver"}
    two = report({"a": {"images": images, "engine": ENGINE}, "b": {"images": images[:1], "engine": {"name": "podman"}}})
    assert two["totals"] == {
        "hosts": 2, "images": 4, "distinct_images": 3, "size": 260, "unique_size": None, "layers_size": None,
        "dangling": 1, "unused": 1, "unknown_usage": 1, "unused_size": 60, "unused_unique_size": 20,
    }  # fmt: skip
    assert two["engine"] is None
    assert two["measure"] == {"metric": "size", "engine": "mixed", "store": "mixed"}
    assert two["warnings"] == ["1 image of unknown size counts as 0 in sums"]


def test_what_is_unique_on_each_host_is_not_unique_on_both() -> None:
    result = {"images": [image("a", "x:1", size=100, shared_size=40)]}
    assert report({"a": result})["totals"]["unique_size"] == 60
    assert report({"a": result, "b": result})["totals"]["unique_size"] is None


def test_an_image_may_be_in_another_state_on_each_host() -> None:
    """The same object, as it comes from the memory of a reader of spool files."""
    child, shared = (
        ImageSummary.from_dict(image("a", "x:1", parent_id="sha256:" + "b" * 64)),
        ImageSummary.from_dict(image("b")),
    )
    builder = ReportBuilder(ReportPolicy.parse(now=NOW, rules=[{"id": "no-dangling"}]))
    builder.add_host(HostFacts("with-child", [child, shared]))
    builder.add_host(HostFacts("alone", [shared]))
    found = {(row["host"], row["image"]): row["status"] for row in builder.document()["findings"]}
    assert found[("with-child", "bbbbbbbbbbbb")] == "pass"
    assert found[("alone", "bbbbbbbbbbbb")] == "fail"


@pytest.mark.parametrize("fail_on", [None, [], *([word] for word in FAIL_ON)])
def test_what_closes_the_gate(fail_on: list[str] | None) -> None:
    data = {
        "h1": {"images": [image("a", "x:1", size=100)], "engine": {"name": "podman"}},
        "db01": {"unreachable": True},
        "ci01": {"failed": True},
    }
    gate = report(
        data,
        {"id": "max-size", "max": 1, "level": "error"},
        {"id": "warn", "check": "max-size", "max": 1, "level": "warning"},
        {"id": "max-unused-age", "max": 1, "level": "note"},
        {"id": "max-total-size", "max": 1, "of": "layers_size"},
        {"id": "max-growth", "max_bytes": 1},
        baseline={
            "schema": "image_baseline/1",
            "key": "reference",
            "hosts": {"h1": {"images": {"x:1": 1}, "measure": {"engine": "docker"}}},
        },
        expected_hosts=["h1", "gone01"],
        fail_on=fail_on,
    )["gate"]
    sentences = {
        "error": "1 error: max-size x:1 100 B, limit 1 B, on h1",
        "warning": "1 warning: warn x:1 100 B, limit 1 B, on h1",
        "note": "1 note: max-unused-age x:1 1 d old, limit 1 s, on h1",
        "not_known": "1 value is not known: max-total-size: the disk use of the layers is not known:"
        " gather the facts with shared_size, on h1",
        "incomparable": "1 value cannot be compared: max-growth x:1: sizes cannot be compared:"
        " the baseline's engine is docker, now it is podman, on h1",
        "unreachable": "1 of 4 hosts is missing from the report: db01 (unreachable)",
        "failed": "1 of 4 hosts is missing from the report: ci01 (failed)",
        "missing": "1 of 4 hosts is missing from the report: gone01 (missing)",
    }
    if fail_on is None:
        hosts = "3 of 4 hosts are missing from the report: ci01 (failed), db01 (unreachable), gone01 (missing)"
        assert gate["reasons"] == [sentences["error"], sentences["not_known"], hosts]
    else:
        assert gate["reasons"] == [sentences[word] for word in fail_on if word in sentences]
    assert gate["passed"] is not bool(gate["reasons"])


@pytest.mark.parametrize(
    "level, fail_on, closed",
    [
        ("error", ["error", "not_known"], True),
        ("warning", ["error", "not_known"], False),
        ("note", ["error", "not_known"], False),
        ("warning", ["error", "warning", "not_known"], True),
        ("error", ["warning", "not_known"], False),
        ("error", ["error"], False),
        # Without a level in the list, the word means the values that any rule needs.
        ("note", ["not_known", "unreachable"], True),
    ],
)
@pytest.mark.parametrize("word", ["not_known", "incomparable"])
def test_what_is_not_known_weighs_as_its_rule(level: str, fail_on: list[str], closed: bool, word: str) -> None:
    words = [word if item == "not_known" else item for item in fail_on]
    rules = {"not_known": {"id": "max-age", "max": "90d"}, "incomparable": {"id": "max-growth", "max_bytes": 1}}
    now = {"images": [image("a", "x:1", size=5, created=0)], "engine": {"name": "podman"}}
    before = report({"images": [image("a", "x:1", size=5)], "engine": {"name": "docker"}})
    document = report(now, {**rules[word], "level": level}, fail_on=words, baseline=before)
    gate = document["gate"]
    assert gate["counts"][word] == 1
    assert (gate["passed"], gate["closing"].get(word, 0)) == (not closed, int(closed))
    assert render(document, "junit", {}).count('errors="1"' if word == "not_known" else 'failures="1"') == 2 * closed


def test_an_old_image_and_one_without_a_date_weigh_the_same_in_a_rule_that_only_warns() -> None:
    images = [image("a", "distroless:1", created=0), image("b", "old:1", created=1_000_000_000)]
    document = report(images, {"id": "max-age", "max": "90d", "level": "warning"})
    assert (document["gate"]["passed"], document["gate"]["reasons"]) == (True, [])
    assert document["gate"]["counts"]["warning"] == document["gate"]["counts"]["not_known"] == 1


def test_reasons_name_the_worst_findings_and_count_the_others() -> None:
    images = [image("0123456789abcdef"[number], f"acme/svc{number}:1", size=100) for number in range(9)]
    images.append(image("f", "acme/grown:1", size=284_000_000, labels={"maintainer": "x"}))
    rules = [{"id": "label", "name": "maintainer"}, {"id": "max-growth", "max_ratio": "5%"}]
    document = report(images, *rules, baseline=[image("f", "acme/grown:1", size=100_000_000)])
    (reason,) = document["gate"]["reasons"]
    assert reason.split("; ") == [
        "10 errors, first: max-growth acme/grown:1 100 → 284 MB, limit 105 MB, on web01",
        'label:maintainer acme/svc0:1: lacks the label "maintainer", on web01',
        'label:maintainer acme/svc1:1: lacks the label "maintainer", on web01',
    ]
    assert document["gate"]["closing"] == {"error": 10, "not_known": 0}


def test_reasons_name_what_a_limited_list_leaves_out() -> None:
    policy = ReportPolicy.parse(now=NOW, rules=[{"id": "max-size", "max": 1}, {"id": "max-age", "max": 1}])
    builder = ReportBuilder(policy, Limits(findings=2))
    rows = [image("abcd"[number], f"x:{number}", size=5, created=NOW) for number in range(4)]
    rows.append(image("e", "undated:1", size=1, created=0))
    builder.add_host(HostFacts.from_dict("h", {"images": rows}, "h"))
    document = builder.document()
    assert {row["rule"] for row in document["findings"]} == {"max-size"}
    reason = "1 value is not known: max-age undated:1: its build date is not known, on h"
    assert document["gate"]["reasons"][1] == reason
    junit = render(document, "junit", {})
    assert "2 errors, 1 value not known: counted, but not listed in this report" in junit


def test_no_reason_is_a_command_for_a_runner_or_without_end() -> None:
    labels = {"v": "##vso[task.complete]\n::error::" + "x" * 999}
    rule = {"id": "r" * 300, "check": "label", "name": "v", "value": "1"}
    (reason,) = report([image("a", "x:1", labels=labels)], rule)["gate"]["reasons"]
    assert "##" not in reason and "\n" not in reason
    assert len(reason) < 300 and reason.endswith("…")


@pytest.mark.parametrize("length, ends", [(240, "b01"), (241, "eb…")])
def test_a_reason_at_its_limit(length: int, ends: str) -> None:
    sentence = ' x:1: lacks the label "v", on web01'
    rule = {"id": "r" * (length - len(sentence)), "check": "label", "name": "v"}
    (reason,) = report([image("a", "x:1")], rule)["gate"]["reasons"]
    assert (len(reason), reason[-len(ends) :]) == (len("1 error: ") + 240, ends)


def test_a_gate_with_nothing_against_it_is_open() -> None:
    document = report([], {"id": "max-size", "max": 1})
    assert document["gate"]["passed"] is True
    assert document["scope"]["reported"] == 1, "a host without images is a host all the same"


@pytest.mark.parametrize("fail_on, closed", [(None, True), (["error"], True), ([], False)])
def test_a_report_on_no_host_closes_the_gate(fail_on: list[str] | None, closed: bool) -> None:
    gate = report({}, {"id": "max-size", "max": 1}, fail_on=fail_on)["gate"]
    assert gate["reasons"] == (["no host was expected, so nothing was checked"] if closed else [])
    assert gate["passed"] is not closed


@pytest.mark.parametrize(
    "result, status",
    [
        ({"failed": True, "msg": "boom", "images": []}, "failed"),
        ({"failed": True, "msg": "boom"}, "failed"),
        ({"unreachable": True, "msg": "boom", "changed": False}, "unreachable"),
    ],
)
def test_a_single_result_that_failed_is_a_host_that_is_not_there(result: dict[str, t.Any], status: str) -> None:
    document = report(result, {"id": "max-size", "max": 1})
    assert document["scope"][status] == ["web01"]
    assert [host["message"] for host in document["scope"]["hosts"]] == ["boom"]
    assert document["gate"]["reasons"] == [f"1 of 1 host is missing from the report: web01 ({status})"]


def test_hosts_may_be_called_what_a_result_says() -> None:
    document = report({"failed": {"images": []}, "unreachable": {"failed": True}}, {"id": "max-size", "max": 1})
    assert document["scope"]["failed"] == ["unreachable"]
    assert document["scope"]["expected"] == 2


def test_limits_cut_lists_but_not_counts_in_any_order_of_hosts() -> None:
    policy = ReportPolicy.parse(now=NOW, rules=RULES, baseline=[image("f", "x:1")])
    facts = [HostFacts.from_dict(name, result, name) for name, result in fleet().items() if "images" in result]
    whole = ReportBuilder(policy)
    documents = []
    for hosts in (facts, facts[::-1]):
        builder = ReportBuilder(policy, Limits(findings=3, images=2, changes=1))
        for item in hosts:
            builder.add_host(item)
            if hosts is facts:
                whole.add_host(item)
        builder.add_absent(AbsentHost("db01", "stale", "old"))
        documents.append(builder.document())
    cut, full = documents[0], whole.document()
    assert cut == documents[1]
    assert len(cut["findings"]) == 3
    assert {finding["level"] for finding in cut["findings"]} == {"error"}, "the worst are kept"
    assert [row["size"] for row in cut["images"]] == [70, 60] or sorted(row["size"] for row in cut["images"]) == [
        60,
        70,
    ]
    assert cut["totals"] == full["totals"]
    assert cut["gate"]["counts"] == full["gate"]["counts"]
    assert "18 smaller images are counted but not listed" in cut["warnings"]
    read_document(cut)


def test_images_may_name_their_host() -> None:
    document = report(
        [image("a", "x:1", host="h1"), image("b", "x:1", host="h2"), image("c", "y:1")], {"id": "tag-drift"}
    )
    assert [host["host"] for host in document["scope"]["hosts"]] == ["h1", "h2", "web01"]


@pytest.mark.parametrize(
    "data, message",
    [
        (5, "images must be a list of image summaries, got 5"),
        ("[]", 'images must be a list of image summaries, got "[]"'),
        ([{"Id": "x"}], "images[0] lacks id"),
        ([image("a", size="x")], 'images[0].size must be an integer, got "x"'),
        ([image("a", host=5)], "images[0].host must be the name of a host"),
        ({"h1": []}, 'images["h1"] must be the result of a host, got []'),
        ({"h1": {"images": [{"Id": 1}]}}, 'images["h1"].images[0] lacks id'),
        ({"h1": {"images": {}}}, 'images["h1"].images must be a list'),
        ({"images": [], "engine": "docker"}, "result.engine must be a dictionary"),
    ],
)
def test_data_that_is_no_facts(data: t.Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        report(data)
    assert message in str(caught.value)


def test_the_document_names_the_version_of_the_collection() -> None:
    root = next(
        parent for parent in Path(__file__).resolve().parents if (parent / "plugins").is_dir() and parent.name != "unit"
    )
    galaxy = root / "galaxy.yml"
    if not galaxy.exists():
        pytest.skip("the installed collection has no galaxy.yml")
    assert f"\nversion: {GENERATOR['version']}\n" in galaxy.read_text()
