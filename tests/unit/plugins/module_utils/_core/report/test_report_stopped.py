# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that only stopped containers use: figures of hosts and of the fleet, rows, and what each format says."""

from __future__ import annotations

import json
import random
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document, report_of
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS, render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    DAY,
    NOW,
    image,
    report,
)

LAST_EXIT = "2026-10-07"  # 100 days before NOW


def exits(**days: float) -> list[dict[str, t.Any]]:
    """Containers by name, and how many days ago they exited."""
    return [{"name": name, "id": f"{name}-id", "exited": int(NOW - age * DAY)} for name, age in days.items()]


def used(letter: str, *tags: str, stopped: list[dict[str, t.Any]] | None = None, **more: t.Any) -> dict[str, t.Any]:
    """An image whose use was asked for, of 100 bytes that it shares half of."""
    keys = {"watched_since": None, "stopped_containers": stopped, "containers": len(stopped or ())}
    return image(letter, *tags, **{"size": 100, "shared_size": 50, **keys, **more})


HELD = used("a", "acme/job:1", stopped=exits(older=400, old=100))
RUNS = used("b", "acme/web:1", stopped=[], containers=1)
UNUSED = used("c", "acme/tool:1", stopped=[])
ONE_HOST = [HELD, RUNS, UNUSED]


def figures(images: list[dict[str, t.Any]]) -> tuple[t.Any, ...]:
    """The two figures of a host, which are those of the fleet as well."""
    document = report(images)
    (host,) = document["scope"]["hosts"]
    found = tuple(host.get(key, "none") for key in ("stopped", "stopped_unique_size"))
    assert found == tuple(document["totals"].get(key, "none") for key in ("stopped", "stopped_unique_size"))
    return found


@pytest.mark.parametrize(
    "images, expected",
    [
        pytest.param(ONE_HOST, (1, 50), id="one"),
        pytest.param([HELD, used("d", "x:1", stopped=exits(a=1), shared_size=20)], (2, 130), id="two"),
        pytest.param([RUNS, UNUSED], (0, 0), id="none"),
        pytest.param([{**HELD, "shared_size": -1}, RUNS], (1, None), id="bytes not known"),
        pytest.param([HELD, {**RUNS, "shared_size": -1}], (1, 50), id="bytes of others not known"),
        pytest.param([HELD, used("d", "x:1", stopped=None, containers=1)], (1, 50), id="of another one not known"),
        pytest.param([used("d", "x:1", stopped=None)], (None, None), id="not known"),
        pytest.param([image("d", "x:1", containers=1)], ("none", "none"), id="not asked for"),
        pytest.param([], ("none", "none"), id="no image"),
        pytest.param(
            [used("d", stopped=exits(a=1)), used("e", "x:1", stopped=[], parent_id="sha256:" + "d" * 64)],
            (0, 0),
            id="a parent of another",
        ),
    ],
)
def test_figures_of_a_host(images: list[dict[str, t.Any]], expected: tuple[t.Any, ...]) -> None:
    assert figures(images) == expected


@pytest.mark.parametrize(
    "more, expected",
    [
        pytest.param([HELD], (2, 100), id="two hosts"),
        pytest.param([], (1, 50), id="a host without images"),
        pytest.param([image("d", "x:1")], (1, None), id="a host that was not asked"),
        pytest.param([used("d", "x:1", stopped=None)], (1, None), id="a host that does not know"),
        pytest.param([{**HELD, "shared_size": -1}], (2, None), id="a host without shared sizes"),
    ],
)
def test_figures_of_a_fleet(more: list[dict[str, t.Any]], expected: tuple[t.Any, ...]) -> None:
    totals = report({"h1": {"images": ONE_HOST}, "h2": {"images": more}, "h3": {"failed": True}})["totals"]
    assert (totals["stopped"], totals["stopped_unique_size"]) == expected


def test_rows_have_the_containers_where_there_are_any() -> None:
    document = report(ONE_HOST)
    rows = {row["name"]: row for row in document["images"]}
    assert rows["acme/job:1"]["stopped_containers"] == [
        {"exited": NOW - 400 * DAY, "name": "older", "id": "older-id"},
        {"exited": NOW - 100 * DAY, "name": "old", "id": "old-id"},
    ]
    groups = {row["name"]: row for row in document["image_groups"]}
    assert groups["acme/job:1"]["stopped"] == 1
    assert groups["acme/job:1"]["stopped_containers"] == [
        {"host": "web01", "name": "older", "exited": NOW - 400 * DAY},
        {"host": "web01", "name": "old", "exited": NOW - 100 * DAY},
    ]
    for name in ("acme/web:1", "acme/tool:1"):
        assert not {"stopped", "stopped_containers", "watched_since"} & {*rows[name], *groups[name]}
    assert json.loads(json.dumps(document)) == document
    assert report_of(document) == read_document(document)
    # A document without groups has them made of its images.
    without = {key: value for key, value in document.items() if key != "image_groups"}
    assert read_document(without).image_groups == document["image_groups"]


def test_a_group_has_those_that_exited_last_in_whatever_order_hosts_come() -> None:
    names = [f"h{number:02}" for number in range(60)]
    data = {
        name: {"images": [used("a", "acme/job:1", stopped=exits(**{f"{name}x": 100 - at, f"{name}y": 200 - at}))]}
        for at, name in enumerate(names)
    }
    (expected,) = report(data)["image_groups"]
    assert (expected["stopped"], expected["hosts"], expected["containers"]) == (60, 60, 120)
    assert [one["name"] for one in expected["stopped_containers"]] == [f"{name}x" for name in names[-20:]]
    for seed in range(5):
        random.Random(seed).shuffle(names)
        assert report({name: data[name] for name in names})["image_groups"] == [expected]


def test_a_row_is_of_limited_size() -> None:
    many = exits(**{f"c{number:05}": 1 + number / DAY for number in range(10_000)})
    (row,) = report([used("a", "x:1", stopped=[{**one, "name": one["name"] * 999} for one in many])])["images"]
    assert (row["containers"], len(row["stopped_containers"])) == (10_000, 20)
    assert {len(one["name"]) for one in row["stopped_containers"]} == {255}
    assert row["stopped_containers"][-1]["id"] == "c00000-id"


@pytest.mark.parametrize(
    "value", ["", 5, [5], [{"name": "a"}], [{"exited": "soon"}], [{"exited": -1}], [{"name": {}, "exited": 5, "id": 7}]]
)
def test_facts_that_are_none(value: t.Any) -> None:
    with pytest.raises(InputError, match=r"images\[0\].stopped_containers"):
        report([used("a", "x:1", stopped=None) | {"stopped_containers": value}])


@pytest.mark.parametrize(
    "path, value",
    [
        ("totals.stopped", "1"),
        ("totals.stopped_unique_size", 2**63),
        ("scope.hosts.0.stopped", -0.5),
        ("images.0.stopped_containers", {}),
        ("images.0.stopped_containers", [{"name": "a", "id": "b"}]),
        ("image_groups.0.stopped", None),
        ("image_groups.0.stopped_containers", [{"name": "a", "host": 5, "exited": 5}]),
        ("image_groups.0.stopped_containers", [{"name": "a", "host": "h", "exited": "2026"}]),
    ],
)
def test_a_document_that_is_none(path: str, value: t.Any) -> None:
    document: t.Any = report(ONE_HOST)
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place = document
    for step in steps:
        place = place[step]
    place[last] = value
    with pytest.raises(InputError, match=str(last)):
        read_document(document)


class TestFormats:
    def test_text(self) -> None:
        text = render(report(ONE_HOST), "text", {"width": 0})
        assert "held by stopped containers: 1 image (≥ 50 B)" in text
        assert (
            f"Images that only stopped containers use (1)\n       50 B  acme/job:1  old, older, last exit {LAST_EXIT}\n"
            in text
        )
        # A wider column would push the names of images below their figures.
        assert "stopped" not in text.partition("Images, the largest first")[2]

    def test_text_of_a_fleet(self) -> None:
        text = render(report({"h1": {"images": ONE_HOST}, "h2": {"images": ONE_HOST}}), "text", {"width": 0})
        assert "held by stopped containers: 2 images (≥ 100 B)" in text
        assert f"\n  acme/job:1  old, older, last exit {LAST_EXIT}, on h1 and 1 more host\n" in text

    def test_bytes_that_are_not_known_are_left_out(self) -> None:
        text = render(report([{**HELD, "shared_size": -1}]), "text", {"width": 0})
        assert "held by stopped containers: 1 image, " in text
        assert f"\n  acme/job:1  old, older, last exit {LAST_EXIT}\n" in text

    def test_an_image_that_runs_elsewhere(self) -> None:
        running = used("a", "acme/job:1", stopped=[], containers=3)
        data = {"h1": {"images": [HELD]}, "h2": {"images": [running]}, "h3": {"images": [running]}}
        text = render(report(data), "text", {"width": 0})
        assert f"last exit {LAST_EXIT}, on h1\n" in text
        assert "| 3, 1 stopped |" in render(report(data), "markdown", {})

    def test_the_number_of_containers_need_not_be_known(self) -> None:
        document = report([{**HELD, "containers": -1}])
        assert "held by stopped containers: 1 image (≥ 50 B)" in render(document, "text", {"width": 0})
        assert "| stopped |" in render(document, "markdown", {})

    def test_markdown(self) -> None:
        text = render(report(ONE_HOST), "markdown", {})
        assert "Held by stopped containers: **1 image (≥ 50 B)**" in text
        assert "| 2 stopped |" in text
        assert "<summary>Images that only stopped containers use (1)</summary>" in text
        assert f"| `acme/job:1` | 50 B | old, older, last exit {LAST_EXIT} |" in text
        fleet = render(report({"h1": {"images": ONE_HOST}, "h2": {"images": ONE_HOST}}), "markdown", {})
        assert f"| `acme/job:1` | on h1 and 1 more host | old, older, last exit {LAST_EXIT} |" in fleet

    def test_many_names_are_cut(self) -> None:
        many = exits(a=5, b=4, c=3, d=100, e=200)
        text = render(report([used("a", "x:1", stopped=many)]), "text", {"width": 0})
        assert "x:1  c, b, a, …, last exit 2027-01-12\n" in text

    def test_html(self) -> None:
        more = [used(letter, f"acme/more:{letter}", stopped=[], size=1) for letter in "def0123456"]
        page = render(report([*ONE_HOST, *more]), "html", {})
        assert "<dt>Held by stopped containers</dt><dd>1 image (≥ 50 B)</dd>" in page
        assert '<button type="button" data-f="stopped" aria-pressed="false">Only stopped containers</button>' in page
        assert page.count('data-f="used stopped"') == 1
        assert (
            "<summary>2 stopped</summary>old exited 2026-10-07T08:00:00Z; older exited 2025-12-11T08:00:00Z</details>"
        ) in page
        fleet = render(report({"h1": {"images": [HELD]}, "h2": {"images": [HELD]}}), "html", {})
        assert "h2: old exited 2026-10-07T08:00:00Z; h1: old exited 2026-10-07T08:00:00Z; h2: older exited" in fleet

    def test_metrics(self) -> None:
        text = render(report({"h1": {"images": ONE_HOST}, "h2": {"images": [image("d", "x:1")]}}), "openmetrics", {})
        assert 'container_images_stopped{host="h1"} 1\n' in text
        assert 'container_images_stopped_unique_size_bytes{host="h1"} 50\n' in text
        assert 'container_images_stopped{host="h2"}' not in text

    @pytest.mark.parametrize("name", FORMATS)
    def test_a_report_without_these_facts_says_nothing_of_them(self, name: str) -> None:
        plain = [image(letter, f"x:{letter}", containers=2, size=5) for letter in "abcdef012345"]
        text = render(report(plain), name, {})
        # Images that were asked about and are none of these read the same.
        asked = [{**row, "watched_since": None, "stopped_containers": []} for row in plain]
        same = render(report(asked), name, {})
        if name == "openmetrics":
            assert [line for line in same.splitlines() if "images_stopped" not in line] == text.splitlines()
        else:
            assert same == text
        assert "topped" not in text

    @pytest.mark.parametrize("name", FORMATS)
    def test_hostile_texts_and_numbers(self, name: str) -> None:
        document = report(ONE_HOST)
        (group,) = (row for row in document["image_groups"] if "stopped" in row)
        group["stopped_containers"] = [
            {"host": samples.HOSTILE, "name": samples.HOSTILE, "exited": moment}
            for moment in (-(2**62), 0, *[2**62] * 1000)
        ]
        group["stopped"] = 2**62
        document["images"][0]["stopped_containers"] = []
        text = render(document, name, {})
        assert "\x1b" not in text and len(text) < 200_000
        assert name != "html" or "<script>alert" not in text
        group["stopped_containers"] = []
        assert "last exit" not in render(document, name, {})
