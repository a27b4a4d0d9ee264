# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats for other programs: CSV and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.csv_table import cell
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


def rows(text: str, **options: t.Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), **options))


@pytest.mark.parametrize(
    "value, expected",
    [
        (None, None),
        (-1, -1),
        (0, 0),
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\\t=1"),
        ("\r=1", "\\r=1"),
        ("\n=1", "\\n=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ("a\x00b", "a\\x00b"),
        ("a\r\nb", "a\\r\\nb"),
        ("a ##vso[x]", "a #\\x23vso[x]"),
        ("::error::x", "\\x3a:error::x"),
        (["b:2", "a:1"], "b:2 a:1"),
        (["=x", "a:1"], "'=x a:1"),
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        ({"a": "\x7f\x9b\u202e##["}, '{"a":"\\u007f\\u009b\\u202e#\\u0023["}'),
        ([1, None], "1 None"),
    ],
)
def test_cell(value: t.Any, expected: t.Any) -> None:
    assert cell(value) == expected


def test_csv_holds_integers_and_leaves_empty_what_is_not_known() -> None:
    images = [
        samples.image("app:1", size=300, shared_size=100),
        samples.image("app:2", size=-1, shared_size=-1, containers=-1, created=0, age_seconds=None),
    ]
    first, second = rows(render(samples.document(images), "csv", {}))
    assert (first["size"], first["shared_size"], first["unique_size"], first["containers"]) == (
        "300",
        "100",
        "200",
        "1",
    )
    assert {
        second[name] for name in ("size", "shared_size", "unique_size", "containers", "created", "age_seconds")
    } == {""}


def test_csv_ends_lines_as_rfc_4180_says_and_a_record_is_one_line() -> None:
    text = render(
        samples.document([samples.image("app:1", labels={"a": 'x\r\n"y"'})]), "csv", {"columns": "name,label:a"}
    )
    assert text == 'name,label:a\r\napp:1,"x\\r\\n""y"""\r\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters(delimiter: str) -> None:
    text = render(samples.hostile(), "csv", {"delimiter": delimiter})
    parsed = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [len(row) for row in parsed] == [16] * 4


def test_csv_columns_and_a_label_that_is_missing() -> None:
    images = [samples.image("app:1", labels={"team": "web"}), samples.image("app:2", labels={})]
    text = render(samples.document(images), "csv", {"columns": ["label:team", "name"]})
    assert rows(text) == [{"label:team": "web", "name": "app:1"}, {"label:team": "", "name": "app:2"}]


def test_csv_of_findings() -> None:
    found = rows(render(samples.fleet(), "csv", {"table": "findings"}))
    assert len(found) == len(samples.fleet()["findings"])
    assert found[0]["verdict"] == "error" and found[-1]["verdict"] == "pass"
    assert {row["waiver_reason"] for row in found} == {"", "CUDA needs it, TICKET-12"}


def test_jsonl_is_one_object_a_line_with_a_schema_and_sorted_keys() -> None:
    text = render(samples.fleet(), "jsonl", {})
    records = [json.loads(line) for line in text.splitlines()]
    assert len(records) == len(samples.fleet()["images"])
    for line, record in zip(text.splitlines(), records):
        assert record["schema"] == "image_report_image/1"
        assert list(record) == sorted(record)
        assert line.isascii()
    assert json.loads(render(samples.fleet(), "jsonl", {"table": "findings"}).splitlines()[0])["schema"] == (
        "image_report_finding/1"
    )


def test_jsonl_round_trips_hostile_labels() -> None:
    records = [json.loads(line) for line in render(samples.hostile(), "jsonl", {}).splitlines()]
    labels = next(record["labels"] for record in records if "formula" in record["labels"])
    assert labels[samples.HOSTILE.replace("\ud800", "\ufffd")] == samples.HOSTILE.replace("\ud800", "\ufffd")


def test_no_images_are_no_lines_and_a_header() -> None:
    assert render(samples.document(), "jsonl", {}) == ""
    assert render(samples.document(), "csv", {"columns": "name,size"}) == "name,size\r\n"


def test_the_date_of_the_build_for_spreadsheets() -> None:
    images = [samples.image("app:1", created=1767225600), samples.image("app:2", created=0)]
    text = render(samples.document(images), "csv", {"columns": ["name", "created_at"]})
    assert text == "name,created_at\r\napp:1,2026-01-01T00:00:00Z\r\napp:2,\r\n"
    assert "created_at" not in render(samples.document(images), "csv", {})
