# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spool files as values: names for any host, lines for any image, and which of several files counts."""

from __future__ import annotations

import itertools
import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import (
    Recency,
    absent_host,
    host_facts,
    host_of_name,
    newest,
    parse_header,
    parse_row,
    spool_lines,
    spool_name,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
)

HOSTILE = "a\n{{ lookup('pipe', 'touch /tmp/x') }}\x00\ud800\u202e"
RESULT = {
    "images": [image("a", "x:1", labels={"l": HOSTILE}), image("b")],
    "engine": {"name": "docker", "image_store": "graphdriver"},
    "totals": {"layers_size": 7},
}


def lines(result: t.Mapping[str, t.Any] | None = None, host: str = "web01", now: int = NOW) -> list[bytes]:
    return [line.encode("ascii") for line in spool_lines(host, result or RESULT, now)]


NAMES = {
    "web01.example.com": "web01.example.com.jsonl",
    "web_1-a~b": "web_1-a~b.jsonl",
    "../../etc/passwd": "%2E.%2F..%2Fetc%2Fpasswd.jsonl",
    ".hidden": "%2Ehidden.jsonl",
    ".": "%2E.jsonl",
    "[2001:db8::1]:22": "%5B2001%3Adb8%3A%3A1%5D%3A22.jsonl",
    "a b\nc\0": "a%20b%0Ac%00.jsonl",
    "a%2Fb": "a%252Fb.jsonl",
    "a/b": "a%2Fb.jsonl",
    "höst": "h%C3%B6st.jsonl",
    "\ud800": "%ED%A0%80.jsonl",
}


@pytest.mark.parametrize("host", NAMES)
def test_names(host: str) -> None:
    assert spool_name(host) == NAMES[host]
    assert host_of_name(NAMES[host]) == host


def test_names_are_short_and_differ() -> None:
    long = ["x" * 300, "x" * 301, "ö" * 100, "ö" * 101]
    names = [spool_name(host) for host in [*long, *NAMES]]
    assert len(set(names)) == len(names)
    assert max(len(name) for name in names) < 250


def test_a_host_comes_back_as_it_went() -> None:
    header, *rows = lines()
    read = parse_header(header)
    assert (read.host, read.status, read.finished, read.images, read.layers_size) == ("web01", "reported", NOW, 2, 7)
    facts = host_facts(read, rows, "x")
    assert isinstance(facts, HostFacts)
    assert facts.images[0].labels == {"l": HOSTILE}
    assert facts.engine is not None and facts.engine.image_store == "graphdriver"
    assert facts.reported_at == NOW


@pytest.mark.parametrize("status", ["failed", "unreachable"])
def test_a_host_without_facts_says_why(status: str) -> None:
    (header,) = lines({status: True, "msg": "no\nroute"})
    assert absent_host(parse_header(header), Recency(NOW)) == AbsentHost("web01", status, "no\nroute")


@pytest.mark.parametrize(
    "age, stale_after, absent", [(100, None, False), (100, 100, False), (101, 100, True), (-5, 0, False)]
)
def test_old_facts_are_stale(age: int, stale_after: int | None, absent: bool) -> None:
    header = parse_header(lines(now=NOW - age)[0])
    found = absent_host(header, Recency(NOW, stale_after=stale_after))
    assert (found is not None and found.status == "stale") is absent


@pytest.mark.parametrize("result", [RESULT, {"failed": True, "msg": "boom"}, {"unreachable": True}])
@pytest.mark.parametrize("since, absent", [(NOW - 1, False), (NOW, False), (NOW + 1, True)])
def test_a_file_of_before_the_collection_says_nothing_about_it(
    result: dict[str, t.Any], since: int, absent: bool
) -> None:
    found = absent_host(parse_header(lines(result)[0]), Recency(NOW, collected_since=since))
    assert (found is not None and found.status == "missing") is absent
    if absent:
        assert found == AbsentHost(
            "web01",
            "missing",
            "nothing came from it since 2027-01-15T08:00:01Z; its spool file is of 2027-01-15T08:00:00Z",
        )


@pytest.mark.parametrize(
    "ahead, recency, absent",
    [
        (300, Recency(NOW), False),
        (301, Recency(NOW), True),
        (301, Recency(NOW, stale_after=10**9), True),
        # A report about the past, of facts that are younger.
        (301, Recency(NOW, clock=NOW + 1), False),
        (301, Recency(NOW, clock=NOW - 1000), True),
    ],
)
def test_facts_of_the_future_have_no_age(ahead: int, recency: Recency, absent: bool) -> None:
    found = absent_host(parse_header(lines(now=NOW + ahead)[0]), recency)
    assert (found is not None and found.status == "failed" and "in the future" in found.message) is absent


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda rows: rows[:1], "is incomplete: it holds 1 of 2 images"),
        (lambda rows: [*rows, rows[0]], "is incomplete: it holds 3 of 2 images"),
        (lambda rows: [rows[0], rows[1][:20]], "is damaged: a line is not JSON"),
        (lambda rows: [rows[0], b"{}\n"], "is damaged: an image lacks id"),
        (lambda rows: [rows[0], b"\xff\n"], "is damaged: a line is not JSON"),
        (lambda rows: [rows[0], b"[" * 100_000], "is damaged: a line is not JSON"),
        (lambda rows: [rows[0], b'{"id": ' + b"[" * 100_000], "is damaged: a line is not JSON"),
        (lambda rows: [rows[0], b"null\n"], "is damaged: an image must be"),
    ],
)
def test_a_damaged_file_makes_its_host_fail_and_no_other(damage: t.Any, message: str) -> None:
    header, *rows = lines()
    found = host_facts(parse_header(header), damage(rows), "web01.jsonl")
    assert isinstance(found, AbsentHost)
    assert (found.host, found.status) == ("web01", "failed")
    assert message in found.message


@pytest.mark.parametrize(
    "line, message",
    [
        (b"", "it is empty"),
        (b"\n", "its first line has no schema image_spool/1"),
        (b"\xff", "its first line has no schema image_spool/1"),
        (b"[]", "its first line has no schema image_spool/1"),
        (b"[" * 100_000, "its first line has no schema image_spool/1"),
        (b'{"schema": "image_spool/2"}', "its first line has no schema image_spool/1"),
        (b'{"schema": "image_spool/1"}', "its first line: host must be text, got null"),
        (
            b'{"schema": "image_spool/1", "host": "h", "status": "ok"}',
            "its first line: status must be reported, unreachable or failed",
        ),
        (
            b'{"schema": "image_spool/1", "host": "h", "status": "reported", "images": "x"}',
            "its first line: images must be an integer",
        ),
    ],
)
def test_other_files_are_refused(line: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_header(line)
    assert message in str(caught.value)


def test_the_newest_file_of_a_host_counts_in_any_order() -> None:
    def header(host: str, now: int, result: t.Any = None) -> t.Any:
        return parse_header(lines(result, host, now)[0])

    found = [
        ("a/web01", header("web01", 1)),
        ("b/web01", header("web01", 3, {"failed": True})),
        ("c/web01", header("web01", 2)),
        ("a/db01", header("db01", 1)),
        # A host that could be reached from one slice at the very second in which another could not.
        ("b/db01", header("db01", 1, {"unreachable": True})),
        ("a/twin", header("twin", 1)),
        ("b/twin", header("twin", 1)),
    ]
    for order in itertools.islice(itertools.permutations(found), 0, 5040, 97):
        chosen = newest(order, latest=10)
        assert list(chosen) == ["db01", "twin", "web01"]
        assert [path for path, _header in chosen.values()] == ["a/db01", "b/twin", "b/web01"]


def test_a_file_of_the_future_counts_only_where_there_is_no_other() -> None:
    found = [
        (f"{name}/{host}", parse_header(lines(host=host, now=now)[0]))
        for name, host, now in [("a", "web01", 10), ("b", "web01", 11), ("a", "db01", 99)]
    ]
    for order in (found, found[::-1]):
        assert [path for path, _header in newest(order, latest=10).values()] == ["a/db01", "a/web01"]


def test_rows_are_sorted_ascii_lines() -> None:
    for line in lines():
        assert line.isascii() and line.count(b"\n") == 1
        assert list(json.loads(line)) == sorted(json.loads(line))
    assert parse_row(lines()[2]).id == "sha256:" + "b" * 64
