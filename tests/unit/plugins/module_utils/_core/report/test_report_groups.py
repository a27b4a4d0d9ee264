# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows without copies: what is the same on many hosts is one row, and its number of hosts is right under any limit."""

from __future__ import annotations

import copy
import json
import random
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document, report_of
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import Limits, ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.groups import (
    NAMED_HOSTS,
    SameThings,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    DAY,
    NOW,
    image,
    report,
)

RULES: list[dict[str, t.Any]] = [
    {"id": "max-size", "max": 50},
    {"id": "max-growth", "max_bytes": 1},
    {"id": "max-age", "max": "2d", "level": "warning"},
    {"id": "label", "name": "v", "level": "note"},
]


def hosts(count: int) -> dict[str, dict[str, t.Any]]:
    """Hosts with some images of a few, as a fleet has them."""
    rng = random.Random(1)
    images = [
        image(
            "0123456789abcdef"[number],
            f"acme/svc{number}:1",
            size=10 * number,
            created=NOW - number * DAY,
            containers=number % 3 - 1,
        )
        for number in range(12)
    ]
    return {f"h{number:02}": {"images": [row for row in images if rng.random() < 0.7]} for number in range(count)}


def document(data: t.Mapping[str, t.Any], limits: Limits | None = None) -> dict[str, t.Any]:
    before = report({name: {"images": [image("a", "acme/svc7:1", size=60)]} for name in data})
    builder = ReportBuilder(ReportPolicy.parse(now=NOW, rules=RULES, baseline=before), limits)
    for name, result in data.items():
        builder.add_host(HostFacts.from_dict(name, result, name))
    return t.cast("dict[str, t.Any]", builder.document())


def test_an_image_on_many_hosts_is_one_row_with_their_number() -> None:
    data = hosts(40)
    having = [name for name, result in data.items() if any(row["size"] == 110 for row in result["images"])]
    made = document(data)
    first = made["image_groups"][0]
    assert (first["name"], first["hosts"], first["on"]) == ("acme/svc11:1", len(having), having[:NAMED_HOSTS])
    assert first["repositories"] == ["acme/svc11"] and first["used"] == len(having) == first["containers"]
    (finding,) = [row for row in made["finding_groups"] if row["rule"] == "max-size" and row["actual"] == 110]
    assert (finding["image"], finding["hosts"], finding["on"]) == ("acme/svc11:1", len(having), having[:NAMED_HOSTS])
    grown = next(row for row in made["changes"]["groups"] if row["kind"] == "grown")
    assert (grown["name"], grown["delta"]) == ("acme/svc7:1", 10)
    assert made["changes"]["sums"]["grown"] == 10 * grown["hosts"] == 10 * made["changes"]["counts"]["grown"]


def test_limits_cut_rows_and_no_number_of_hosts() -> None:
    data = hosts(60)
    whole, cut = document(data), document(data, Limits(findings=3, images=3, changes=3, groups=2))
    for key in ("image_groups",):
        assert cut[key] == whole[key][:2]
    assert cut["changes"]["sums"] == whole["changes"]["sums"]
    for rule in RULES:
        groups = [row for row in whole["finding_groups"] if row["rule"].partition(":")[0] == rule["id"]]
        kept = [row for row in cut["finding_groups"] if row["rule"].partition(":")[0] == rule["id"]]
        assert kept == groups[:2], rule
        assert next(row for row in cut["rules"] if row["check"] == rule["id"])["cut"] is (len(groups) > 2)
    counts = [{row["rule"]: row["counts"] for row in made["rules"]} for made in (whole, cut)]
    assert counts[0] == counts[1]


def test_counts_by_rule_are_those_of_the_findings() -> None:
    made = document(hosts(9))
    for rule in made["rules"]:
        assert sum(rule["counts"].values()) == sum(row["rule"] == rule["rule"] for row in made["findings"])
    assert {row["rule"]: row["limit"] for row in made["rules"]} == {
        "max-size": 50,
        "max-growth": "+1 B",
        "max-age": 2 * DAY,
        "label:v": "required",
    }


@pytest.mark.parametrize("limit", [None, 0, 1, 3, 1000])
def test_the_order_of_hosts_does_not_matter(limit: int | None) -> None:
    data = hosts(50)
    expected = json.dumps(document(data, Limits(groups=limit)), sort_keys=True)
    for seed in range(4):
        names = random.Random(seed).sample(list(data), len(data))
        assert json.dumps(document({name: data[name] for name in names}, Limits(groups=limit)), sort_keys=True) == (
            expected
        )


def test_of_many_keys_the_smallest_are_kept_and_counted_exactly() -> None:
    rng = random.Random(5)
    pairs = [(key, f"h{host:04}") for key in range(900) for host in range(rng.randrange(1, 9))]
    rng.shuffle(pairs)
    same: SameThings[int] = SameThings(20)
    for key, host in pairs:
        same.add((key,), host, key)
    assert [(item.item, item.hosts.count) for item in same.items()] == [
        (key, sum(other == key for other, _host in pairs)) for key in range(20)
    ]
    assert same.is_cut


def test_a_document_without_groups_gets_them_from_its_rows() -> None:
    """Those of version 0.1.0, and what people keep in a file."""
    made = fleets.fleet(30)
    old = copy.deepcopy(made)
    for key in ("rules", "finding_groups", "image_groups"):
        del old[key]
    del old["changes"]["groups"], old["changes"]["sums"]
    new, read = report_of(t.cast("t.Any", made)), read_document(old)
    assert read.finding_groups == new.finding_groups and read.image_groups == new.image_groups
    assert (read.change_groups, read.change_sums) == (new.change_groups, new.change_sums)
    assert read.headline == new.headline
    assert {row["rule"]: row["counts"] for row in read.rules} == {row["rule"]: row["counts"] for row in new.rules}


def headline(data: t.Any, *rules: dict[str, t.Any], absent: t.Sequence[AbsentHost] = (), **options: t.Any) -> str:
    builder = ReportBuilder(ReportPolicy.parse(now=NOW, rules=list(rules), **options))
    for name, images in data.items():
        builder.add_host(HostFacts.from_dict(name, {"images": images}, name))
    for host in absent:
        builder.add_absent(host)
    return report_of(builder.document()).headline


BIG, OLD = image("a", "x:1", size=100), image("b", "y:1", size=1, created=NOW - 9 * DAY)
GONE = [AbsentHost("db01", "unreachable"), AbsentHost("db02", "missing"), AbsentHost("ci01", "failed")]


@pytest.mark.parametrize(
    "rules, options, expected",
    [
        ([{"id": "max-size", "max": 5}], {}, "Failed: 1 image is too large"),
        ([{"id": "max-size", "max": 500}], {}, "Passed: the rule holds"),
        ([{"id": "max-size", "max": 500}, {"id": "max-age", "max": "90d"}], {}, "Passed: all 2 rules hold"),
        ([], {}, "Passed: no rule was given"),
        ([{"id": "max-size", "max": 0}], {}, "Failed: 2 images are too large"),
        ([{"id": "max-age", "max": "2d", "level": "warning"}], {}, "Passed with remarks: 1 image is too old"),
        (
            [{"id": "max-age", "max": "2d", "level": "warning"}, {"id": "max-size", "max": 5}],
            {},
            "Failed: 1 image is too large",
        ),
        ([{"id": "max-total-size", "max": 5}], {}, "Failed: 2 hosts hold too many bytes"),
        ([{"id": "required-image", "references": ["nosuch", "other"]}], {}, "Failed: 2 hosts lack an image"),
        ([{"id": "max-total-size", "max": 5, "of": "layers_size"}], {}, "Failed: 1 value is not known"),
        ([{"id": "max-unused-age", "max": "2d"}], {}, "Failed: 1 unused image is too old"),
        ([{"id": "forbidden-tag", "tags": ["1"]}], {}, "Failed: 2 images have a forbidden tag"),
        ([{"id": "label", "name": "v"}], {}, "Failed: 2 images lack a label or have a wrong one"),
        ([{"id": "min-hosts", "min": 3, "when": {"repositories": ["x"]}}], {}, "Failed: 1 image is on too few hosts"),
        ([], {"absent": GONE}, "Failed: 2 hosts did not answer, 1 host failed"),
        ([], {"absent": GONE, "fail_on": ["failed"]}, "Failed: 1 host failed"),
        ([], {"absent": GONE, "fail_on": []}, "Passed with remarks: 2 hosts did not answer, 1 host failed"),
        (
            [{"id": "max-growth", "max_bytes": 1, "on_missing": "fail"}],
            {"baseline": report({name: {"images": [{**BIG, "size": 50}]} for name in ("web01", "web02")})},
            "Failed: 1 image grew, 1 image is not in the baseline",
        ),
    ],
)
def test_the_headline_says_what_happened(
    rules: list[dict[str, t.Any]], options: dict[str, t.Any], expected: str
) -> None:
    assert headline({"web01": [BIG, OLD], "web02": [BIG, OLD]}, *rules, **options) == expected


def test_the_headline_names_three_kinds_and_every_host_that_did_not_answer() -> None:
    rules = [
        {"id": "max-size", "max": 5},
        {"id": "max-age", "max": "2d"},
        {"id": "label", "name": "v"},
        {"id": "forbidden-tag", "tags": ["1"]},
        {"id": "max-unused-age", "max": 1},
    ]
    said = headline({"web01": [BIG, OLD]}, *rules, absent=GONE[:1])
    assert said.count(",") == 4 and said.endswith(", 1 host did not answer, and 2 more")


def test_the_headline_of_a_limited_report_does_not_say_less_than_happened() -> None:
    builder = ReportBuilder(ReportPolicy.parse(now=NOW, rules=[{"id": "max-size", "max": 1}]), Limits(2, 2, 2, 2, 2))
    images = [image("0123456789"[number], f"x:{number}", size=9) for number in range(9)]
    builder.add_host(HostFacts.from_dict("a", {"images": images}, "a"))
    assert report_of(builder.document()).headline == "Failed: at least 2 images are too large"


def test_nothing_expected_is_no_headline_of_success() -> None:
    assert headline({}) == "Failed: no host was expected"
