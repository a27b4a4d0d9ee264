# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a report document, and the door to all formats: what is refused, in which words."""

from __future__ import annotations

import json
import math
import random
import re
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS, render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


def broken(*path: t.Any, value: t.Any) -> dict[str, t.Any]:
    """The fleet's document with another value at the path; ``...`` as the value takes the key away."""
    document = samples.fleet()
    place: t.Any = document
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    "document, message",
    [
        ([], "report must be a report document (a mapping), got []"),
        ("{", "report must be a report document or its JSON text: "),
        ("[]", "report must be a report document (a mapping), got []"),
        ({}, 'report.schema must be "image_report/1", got null'),
        (broken("schema", value="image_report/2"), 'report.schema must be "image_report/1", got "image_report/2"'),
        (broken("findings", value=...), "report must have the key findings"),
        (broken("findings", 3, "level", value="fatal"), "report.findings[3].level must be one of error, warning, note"),
        (broken("images", 0, "size", value="big"), 'report.images[0].size must be an integer, got "big"'),
        (broken("images", 0, "size", value=True), "report.images[0].size must be an integer, got true"),
        (broken("images", 0, "repo_tags", value="a"), 'report.images[0].repo_tags must be a list, got "a"'),
        (broken("gate", "passed", value="yes"), 'report.gate.passed must be a boolean, got "yes"'),
        (broken("scope", "hosts", 1, "status", value="gone"), "report.scope.hosts[1].status must be one of reported"),
        (broken("generated_at", value="yesterday"), "report.generated_at must be seconds since the epoch or"),
        (
            broken("images", 0, "labels", value={1: "a", "b": "c"}),
            "report.images[0].labels must have text as keys, got 1",
        ),
        (broken("images", 0, "labels", "a", value={1: 2}), 'report.images[0].labels["a"] must be text, got {1: 2}'),
        (broken("gate", "counts", value={1: 2}), "report.gate.counts must have text as keys, got 1"),
        (broken("images", 0, "size", value=2**63), "report.images[0].size must be a number below 2^63, got 9223"),
        (broken("totals", "size", value=-(10**999)), "report.totals.size must be a number below 2^63, got -1"),
        (broken("findings", 0, "actual", value=math.nan), "report.findings[0].actual must be a number below 2^63, got"),
        (broken("findings", 0, "actual", value={1: 2}), "report.findings[0].actual must be an integer or a number or"),
        (broken("changes", "grown", 0, "ratio", value=math.inf), "ratio must be a number below 2^63, got inf"),
        (broken("changes", "grown", 0, "ratio", value="1"), 'report.changes.grown[0].ratio must be a number, got "1"'),
    ],
)
def test_what_is_wrong_is_named(document: t.Any, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_document(document)
    assert message in str(raised.value)


def test_further_keys_of_a_newer_minor_version_are_ignored() -> None:
    document = samples.fleet()
    document["images"][0]["layers"] = 3
    document["new"] = {}
    assert render(document, "jsonl", {}) == render(samples.fleet(), "jsonl", {})


def test_json_text_nested_too_deep_is_an_error_and_no_traceback() -> None:
    with pytest.raises(InputError, match="report must be a report document or its JSON text: "):
        read_document("[" * 100_000)


def test_json_text_is_as_good_as_the_mapping() -> None:
    assert read_document(json.dumps(samples.fleet())) == read_document(samples.fleet())


@pytest.mark.parametrize(
    "status, level, verdict, annotation",
    [
        ("fail", "error", "error", "error"),
        ("fail", "note", "note", "note"),
        ("error", "warning", "not_known", "warning"),
        ("incomparable", "error", "incomparable", "warning"),
        ("waived", "error", "waived", "error"),
        ("pass", "error", "pass", "error"),
    ],
)
def test_verdict(status: str, level: str, verdict: str, annotation: str) -> None:
    document = samples.document(findings=[samples.finding(status=status, level=level)])
    finding = read_document(document).findings[0]
    assert (finding.verdict, finding.annotation_level) == (verdict, annotation)


def test_a_thousand_dead_hosts_are_counted_rather_than_listed() -> None:
    hosts = [samples.host(f"db{number:04}", status="unreachable") for number in range(999)]
    hosts += [samples.host(f"ci{number:02}", status="failed", message=f"{number} is wrong") for number in range(9)]
    document = samples.document(hosts=[samples.host("web01"), samples.host("zz", status="stale"), *hosts])
    named = "db0000, db0001, db0002, db0003, db0004, db0005, db0006, db0007 and 991 more hosts are unreachable"
    for name in ("text", "markdown", "html"):
        text = " ".join(render(document, name, {"max_rows": 50} if name == "html" else {}).split())
        assert named in text and re.search("and [67] more hosts", text), name
        assert "Failed: 999 hosts did not answer, 9 hosts failed, 1 host has old facts" in text
    assert "909 more hosts without facts, 1,009 in all" in render(document, "sarif", {})
    page = render(document, "html", {"max_rows": 50})
    assert "1 of 1,010 hosts in this report, 50 shown" in page and "db0049" in page and "web01<" not in page


def test_what_changed_most_comes_first() -> None:
    grown = [samples.change("a:1", 10, 12), samples.change("b:1", 10, 90), samples.change("c:1", 10, 12)]
    changes = samples.no_changes(grown=grown, new=[samples.change("d:1", None, 1), samples.change("e:1", None, 5)])
    rows = read_document(samples.document(changes=changes)).changed_rows
    assert [(kind, row["name"]) for kind, row in rows] == [
        ("grown", "b:1"),
        ("grown", "a:1"),
        ("grown", "c:1"),
        ("new", "e:1"),
        ("new", "d:1"),
    ]


@pytest.mark.parametrize("name", ["pdf", "", None, 3])
def test_unknown_format(name: t.Any) -> None:
    with pytest.raises(InputError, match="format must be one of azure, csv, github, .*, text, got"):
        render(samples.fleet(), name, {})


@pytest.mark.parametrize(
    "name, options, message",
    [
        (
            "markdown",
            {"titel": "x"},
            'the format markdown has no option "titel"; it has budget, min_change, title, top, units',
        ),
        ("markdown", {"budget": "900M"}, "budget must say which unit it means"),
        ("markdown", {"top": "many"}, 'top must be an integer, got "many"'),
        ("html", {"units": "metric"}, 'units must be one of si, iec, got "metric"'),
        ("html", {"max_rows": 0}, "max_rows must be at least 1, got 0"),
        ("html", {"title": ""}, 'title must be a text that is not empty, got ""'),
        ("junit", {"dialect": "maven"}, 'dialect must be one of jenkins, ant, got "maven"'),
        ("openmetrics", {"prefix": "a b"}, 'prefix must be letters, digits and _, a letter first, got "a b"'),
        ("sarif", {"location": "/etc/passwd"}, "location must be a path relative to the repository"),
        ("sarif", {"location": "../x"}, "location must be a path relative to the repository"),
        ("sarif", {"locations": {"r": {"path": "a", "row": 1}}}, 'locations["r"] must be a mapping with path and line'),
        ("sarif", {"locations": {"r": {"path": "a", "line": 0}}}, 'locations["r"].line must be at least 1, got 0'),
        ("csv", {"columns": ["name", "sise"]}, 'columns: the table images has no column "sise"; it has host, name,'),
        ("csv", {"columns": "label:a", "table": "findings"}, "the table findings has no column"),
        ("csv", {"delimiter": "x"}, "delimiter must be a comma, a semicolon, a tab or a pipe"),
        ("csv", {"bom": "maybe"}, 'bom must be true or false, got "maybe"'),
        ("github", {"max_annotations": 0}, "max_annotations must be at least 1"),
    ],
)
def test_options_are_checked(name: str, options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        render(samples.fleet(), name, options)
    assert message in str(raised.value)


def test_numbers_and_booleans_may_be_text_and_null_is_the_default() -> None:
    assert render(samples.fleet(), "text", {"top": "3"}) == render(samples.fleet(), "text", {"top": 3})
    assert render(samples.fleet(), "csv", {"bom": "true"}).startswith("\ufeff")
    assert render(samples.fleet(), "text", {"top": None}) == render(samples.fleet(), "text", {})


def shuffled(value: t.Any, rng: random.Random) -> t.Any:
    """The same data in another order, but for the sentences whose order means something."""
    if isinstance(value, dict):
        items = [(key, item if key in ("reasons", "warnings") else shuffled(item, rng)) for key, item in value.items()]
        return dict(rng.sample(items, len(items)))
    if isinstance(value, list):
        return [shuffled(item, rng) for item in rng.sample(value, len(value))]
    return value


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("sample", ["ordinary", "fleet", "hostile"])
def test_equal_input_in_any_order_gives_equal_bytes(name: str, sample: str) -> None:
    document = getattr(samples, sample)()
    expected = render(document, name, {})
    for seed in range(3):
        assert render(shuffled(document, random.Random(seed)), name, {}) == expected
    assert document == getattr(samples, sample)(), "the document of the caller stays as it was"
