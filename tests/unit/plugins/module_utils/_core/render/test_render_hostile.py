# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One hostile report through every format: still well-formed, nothing a terminal, a runner or a reader falls for."""

from __future__ import annotations

import csv
import io
import json
import re
import typing as t
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS, render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.from_playbook import build_report
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples

# Escape sequences, carriage returns, bidirectional marks: nothing that is printed may hold one.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# Every format, and the options under which it writes something else.
CASES: list[tuple[str, dict[str, t.Any]]] = [
    *((name, {}) for name in FORMATS),
    ("csv", {"table": "findings"}),
    ("csv", {"delimiter": "\t", "columns": ["label:::error::x", "label:##[x]", "name", "size", "host"]}),
    ("jsonl", {"table": "findings"}),
    ("junit", {"dialect": "ant"}),
    ("junit", {"granularity": "rule"}),
    ("openmetrics", {"detail": "repository"}),
    ("openmetrics", {"detail": "image", "host_label": "always"}),
]
EVERY_FORMAT = pytest.mark.parametrize("name, options", CASES)

# The two formats that are commands: what their lines begin with, and must. Azure has no command for a note.
OWN = {
    "github": re.compile(r"::(?:error|warning|notice) title="),
    "azure": re.compile(r"##vso\[task\.logissue |note: "),
}


@EVERY_FORMAT
def test_every_format_can_be_written_as_utf_8(name: str, options: dict[str, t.Any]) -> None:
    assert render(samples.hostile(), name, options).encode("utf-8")


@EVERY_FORMAT
def test_no_format_adds_what_nobody_sees(name: str, options: dict[str, t.Any]) -> None:
    """A reference that is copied from a report is the reference, without a space of no width in it."""
    assert not re.search("[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]", render(samples.hostile(), name, options))


@EVERY_FORMAT
def test_nothing_moves_the_cursor_or_turns_text_around(name: str, options: dict[str, t.Any]) -> None:
    assert not _UNSHOWABLE.search(render(samples.hostile(), name, options))


@EVERY_FORMAT
def test_no_runner_finds_a_command_in_what_is_printed(name: str, options: dict[str, t.Any]) -> None:
    lines = render(samples.hostile(), name, options).splitlines()
    assert lines
    for line in lines:
        if name in OWN:
            assert OWN[name].match(line)
            line = OWN[name].sub("", line)
        assert not line.strip().startswith("::")
        assert not re.search(r"##[a-z]*\[", line, re.IGNORECASE)


LONG = 200_000


@EVERY_FORMAT
def test_long_labels_are_in_lists_of_labels_only(name: str, options: dict[str, t.Any]) -> None:
    labels = {"version": "v" * LONG, "l" * LONG: "1"}
    images = [samples.image(f"x:{number}", labels=labels) for number in range(5)]
    kinds = [("value", "1"), ("pattern", "1"), ("type", "semver")]
    rules = [{"id": f"by-{kind}", "check": "label", "name": "version", kind: value} for kind, value in kinds]
    document = build_report(images, ReportPolicy.parse(now=samples.NOW, rules=rules), "web01")
    assert document["gate"]["counts"]["error"] == 15
    text = render(document, name, options)
    if name in ("csv", "jsonl") and "columns" not in options:
        assert len(text) < (15 if "table" in options else 10) * (LONG + 1000)
    else:
        assert len(text) < LONG


@EVERY_FORMAT
def test_one_long_name_does_not_widen_every_row(name: str, options: dict[str, t.Any]) -> None:
    long = "x" * LONG
    document = samples.ordinary(60, ("web01", "web02"))
    for row in (document["findings"][0], document["images"][0], document["changes"]["grown"][0]):
        row.update({key: long for key in ("message", "image", "name", "rule") if key in row})
    document["engine"] = dict.fromkeys(samples.ENGINE, long)
    document["measure"] = dict.fromkeys(document["measure"], long)
    document["warnings"].append(long)
    document["gate"]["reasons"].append(long)
    assert len(render(document, name, options)) < 15 * LONG
    if name == "markdown":
        assert len(render(document, name, {"budget": 60_000}).encode()) <= 60_000


def test_the_samples_would_show_a_command() -> None:
    """What the tests above look for is there to be found."""
    assert {"##vso[", "##[", "\n::error::"} <= {
        part for part in ("##vso[", "##[", "\n::error::") if part in samples.HOSTILE
    }
    for name in OWN:
        assert OWN[name].match(render(samples.hostile(), name, {}))


def test_the_labels_of_a_csv_row_are_json() -> None:
    rows = list(csv.DictReader(io.StringIO(render(samples.hostile(), "csv", {}), newline="")))
    expected = [row["labels"] for row in samples.hostile()["images"]]
    replaced = json.loads(json.dumps(expected).replace("\\ud800", "\\ufffd"))
    found = [json.loads(row["labels"]) for row in rows]
    assert sorted(found, key=json.dumps) == sorted(replaced, key=json.dumps)


def clean(text: str) -> str:
    """As JSON for other programs has it, which know no lone surrogates."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def text_of(name: str, text: str) -> t.Any:
    """Render a report in which every name is ``text``, and parse it with the standard library's own parser."""
    document = samples.document(
        images=[samples.image(text, text, labels={text: text}, repo_tags=[text], repo_digests=[text])],
        findings=[samples.finding(text, host=text, image=text, message=text, id=text, actual=text, check=text)],
        hosts=[samples.host(text), samples.host("other", status="failed", message=text)],
        changes=samples.no_changes(grown=[samples.change(text, 1, 2, text)]),
        warnings=[text],
        reasons=[text],
    )
    rendered = render(document, name, {})
    rendered.encode("utf-8")
    if name == "junit":
        return ElementTree.fromstring(rendered.encode("utf-8"))
    if name in ("sarif", "gitlab_codequality"):
        return json.loads(rendered)
    if name == "jsonl":
        return [json.loads(line) for line in rendered.split("\n")[:-1]]
    if name == "csv":
        return list(csv.reader(io.StringIO(rendered, newline="")))
    return rendered


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(alphabet=st.characters(), max_size=40))
def test_any_text_renders_and_parses(name: str, text: str) -> None:
    result = text_of(name, text)
    if name == "csv":
        assert [len(row) for row in result] == [len(result[0])] * 2
        assert json.loads(result[1][result[0].index("labels")]) == {clean(text): clean(text)}
    if name == "jsonl":
        assert len(result) == 1


class Elements(HTMLParser):
    """Collects the names and attributes of all elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(key for key, _value in attrs)


def test_a_hostile_report_has_the_elements_of_an_ordinary_one() -> None:
    ordinary = Elements(render(samples.fleet(), "html", {}))
    hostile = Elements(render(samples.hostile(), "html", {}))
    assert hostile.names <= ordinary.names
    assert hostile.attributes <= ordinary.attributes
    assert not {name for name in hostile.attributes if name.startswith("on")} | (
        {"img", "iframe", "a "} & hostile.names
    )
