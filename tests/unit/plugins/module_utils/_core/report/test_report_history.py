# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of a report: what a line holds, what is kept, and what is said about trends."""

from __future__ import annotations

import json
import random
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.headlines import sparkline
from ansible_collections.container_ops.images.plugins.module_utils._core.report.run_history import (
    MOST_BYTES,
    MOST_CHANGES,
    MOST_RUNS,
    history_text,
    parse_history,
    run_of,
    streak,
    trends,
    with_run,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets


def run(day: int, size: int = 5, **fields: t.Any) -> t.Any:
    return {
        "at": f"2026-{1 + day // 28:02}-{1 + day % 28:02}T00:00:00Z",
        "passed": True,
        "reported": 1,
        "expected": 1,
        "images": 3,
        "size": size,
        "unused_size": None,
        "change": 0,
        "changed": {},
        **fields,
    }


def with_history(document: dict[str, t.Any], *rows: t.Any) -> dict[str, t.Any]:
    return {**document, "history": [*rows, run_of(t.cast("t.Any", document))]}


def test_a_line_holds_the_figures_and_the_largest_changes() -> None:
    row = run_of(t.cast("t.Any", fleets.host()))
    assert (row["reported"], row["images"], row["passed"]) == (1, 60, False)
    assert list(row["changed"])[:2] == [fleets.GREW, "registry.example.com/shop/search:3.2"]
    assert row["changed"][fleets.GREW] == [fleets.GREW_BEFORE, fleets.GREW_AFTER]
    document = fleets.fleet(9)
    group = document["changes"]["groups"][0]
    document["changes"]["groups"] = [{**group, "name": f"x:{number}"} for number in range(99)]
    assert len(run_of(t.cast("t.Any", document))["changed"]) == MOST_CHANGES


def test_what_is_written_is_read_again_whatever_the_order_of_lines() -> None:
    rows = [run(day, day, changed={"a:1": [1, day]}) for day in range(40)]
    text = history_text(rows)
    assert parse_history(text, "x") == rows
    lines = text.splitlines()
    random.Random(1).shuffle(lines)
    # Two branches that have most lines in common, and an empty line between them.
    assert parse_history("\n".join([*lines, "", *lines[:9]]), "x") == rows


def test_the_oldest_runs_go_and_the_file_has_a_limit() -> None:
    many = parse_history(history_text([run(day) for day in range(300)]), "x")
    assert len(many) == 300
    rows: list[t.Any] = [{**run(0), "at": f"{2000 + number}-01-01T00:00:00Z"} for number in range(900)]
    kept = parse_history(history_text(rows), "x")
    assert kept == rows[-MOST_RUNS:]
    wide = [{**row, "changed": {f"acme/{'x' * 280}:{n}": [1, 2] for n in range(50)}} for row in rows]
    text = history_text(wide)
    assert len(text.encode()) <= MOST_BYTES < len(text.encode()) * 1.1
    assert parse_history(text, "x") == wide[-len(text.splitlines()) :]


def test_a_run_at_the_same_time_takes_the_place_of_the_other() -> None:
    rows = [run(1, 5), run(3, 7)]
    assert with_run(rows, run(3, 9)) == [run(1, 5), run(3, 9)]
    assert with_run(rows, run(2, 9)) == [run(1, 5), run(2, 9), run(3, 7)]


@pytest.mark.parametrize(
    "line, message",
    [
        ("<<<<<<< HEAD", 'h, line 2 is not a run of the schema image_report_history/1, got "<<<<<<< HEAD"'),
        ("[" * 9999, "h, line 2 is not a run of the schema"),
        ('{"schema": "image_report_history/2"}', "h, line 2 is not a run of the schema"),
        (
            json.dumps({"schema": "image_report_history/1", **run(1), "size": "big"}),
            "h, line 2: size must be an integer",
        ),
        (json.dumps({"schema": "image_report_history/1", **run(1), "at": "now"}), "h, line 2: at must be seconds"),
        (
            json.dumps({"schema": "image_report_history/1", **run(1), "changed": {"a": [1]}}),
            'h, line 2: changed["a"] must be two sizes, got [1]',
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_history(history_text([run(1)]) + line + "\n", "h")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    "values, said",
    [
        ([1, 2, 3, 4], "grew 3 runs in a row"),
        ([9, 2, 3, 4], "grew 2 runs in a row"),
        ([1, 2], ""),
        ([1, 2, 2], ""),
        ([3, 2, 1], ""),
        ([5], ""),
    ],
)
def test_streak(values: list[int], said: str) -> None:
    assert streak(values) == said


@pytest.mark.parametrize(
    "values, blocks", [([1, 2, 3, 8], "▁▂▃█"), ([5, 5], "▄▄"), ([0, 10**15], "▁█"), (list(range(99)), None)]
)
def test_sparkline(values: list[int], blocks: str | None) -> None:
    assert sparkline(values) == blocks if blocks else len(sparkline(values)) == 24


def test_one_run_is_no_trend() -> None:
    assert trends([run(1)], 9) == []
    assert "Trend" not in render(with_history(fleets.host()), "text", {})


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_every_format_for_people_shows_the_trend(name: str) -> None:
    web = fleets.GREW
    rows = [run(-9, 24_000_000_000, changed={web: [612_000_000, 640_000_000]})]
    rows.append(run(-8, 25_000_000_000, changed={web: [612_000_000, 700_000_000]}))
    rows[0]["at"], rows[1]["at"] = "2025-12-01T00:00:00Z", "2025-12-02T00:00:00Z"
    text = " ".join(render(with_history(fleets.host(), *rows), name, {}).split())
    assert "Trend over 3 runs" in text
    assert "787 MB, +175 MB since the baseline, grew 3 runs in a row" in text
    assert "25.6 GB, +1.61 GB over 3 runs, grew 2 runs in a row" in text
    assert ("▁▂▄█" in text) is (name != "html") and ("<polyline" in text) is (name == "html")
