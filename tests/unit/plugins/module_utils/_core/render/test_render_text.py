# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain text for terminals."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.text_table import (
    table,
    width,
    wrapped,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets, samples


@pytest.mark.parametrize(
    "text, columns", [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ａ", 2), ("a\u200bb", 2), ("", 0)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_table() -> None:
    assert table(("image", "size"), [["日本:1", "9.9 MB"], ["a:1", "10 MB"]], right=("size",)) == [
        "  IMAGE     SIZE",
        "  日本:1  9.9 MB",
        "  a:1      10 MB",
    ]


def test_a_column_in_which_nothing_is_known_is_left_out() -> None:
    rows = [["1 GB", "unknown", "-", "a"], ["2 GB", "unknown", "", "b"]]
    assert table(("size", "age", "use", "image"), rows)[0] == "  SIZE  IMAGE"
    rows[0][1] = "3 d"
    assert table(("size", "age", "use", "image"), rows)[0] == "  SIZE  AGE      IMAGE"


def test_the_last_cell_of_a_row_that_is_too_wide_has_a_line_of_its_own() -> None:
    assert table(("size", "image"), [["1 GB", "a" * 20]], columns=20) == [
        "  SIZE  IMAGE",
        "  1 GB",
        "      " + "a" * 20,
    ]


@pytest.mark.parametrize(
    "text, lines",
    [
        ("one two three", ["  one two", "    three"]),
        ("one", ["  one"]),
        ("x" * 30 + " y", ["  " + "x" * 30, "    y"]),
        ("日本 日本 日本", ["  日本 日本", "    日本"]),
        ("one two ::error::x", ["  one two", "    \\x3a:error::x"]),
    ],
)
def test_lines_are_wrapped_between_words(text: str, lines: list[str]) -> None:
    assert wrapped(text, 12) == lines


def test_a_whole_report() -> None:
    images = [
        samples.image("app:1", size=250_000_001),
        samples.image("base:2", size=100, shared_size=-1, containers=-1),
    ]
    document = samples.document(
        images,
        [
            samples.finding(image="app:1", id=images[0]["id"]),
            samples.finding(image="base:2", status="pass"),
            samples.finding("no-dangling", image="base:2", status="pass"),
        ],
        changes=samples.no_changes(grown=[samples.change("app:1", 250_000_000, 250_000_001)], unchanged=1),
        warnings=["One waiver matched nothing."],
        reasons=["1 error"],
    )
    assert render(document, "text", {}) == (
        """\
Image report
Failed: 1 image is too large

  hosts that answered: 1, not used by a container: 0, images: 2, sum of sizes:
  250 MB, layers on disk: 9.00 GB, use not known: 1

Against the baseline: +1 B (1 grown, 1 unchanged)
       +1 B  app:1  250,000,000 → 250,000,001 B (+0.0 %)

Rules with findings (1 of 2)
  error  max-size, limit 250 MB: 1 of 2
      app:1  250 MB (250000001 bytes), limit 250 MB (250000000 bytes) (+1 B)

Rules that hold: no-dangling

Images, the largest first (2)
    SIZE  NOT SHARED   AGE   IN USE  BREAKS    IMAGE
  250 MB      200 MB  40 d        1  max-size  app:1
   100 B     unknown  40 d  unknown            base:2

Remarks
  One waiver matched nothing.

Measured: size as docker 28.5.2 (graphdriver) reports it. Made
2026-01-01T00:00:00Z.
"""
    )


def test_a_green_report_is_short() -> None:
    assert render(samples.document([samples.image("a:1", size=1)]), "text", {"top": 0}).splitlines()[:4] == [
        "Image report",
        "Passed: no rule was given",
        "",
        "  hosts that answered: 1, not used by a container: 0, images: 1, sum of sizes: 1",
    ]
    assert "Passed: all 4 rules hold\n" in render(fleets.green(), "text", {})


def test_hosts_that_are_missing_are_in_the_first_lines() -> None:
    lines = render(samples.fleet(), "text", {}).splitlines()
    assert "  hosts that answered: 2 of 4, " in "\n".join(lines[:6])
    assert "  db01 is unreachable: Failed to connect to the host via ssh: No route to host" in lines[:14]
    assert "  ci01 failed: cannot talk to docker: permission denied on /var/run/docker.sock" in lines[:14]


def test_lists_are_cut_and_say_so() -> None:
    text = render(samples.fleet(), "text", {"top": 3})
    assert "Rules with findings (5)" in text and "Images, the largest first (3 of 61)" in text
    assert "and 4 more findings" in text and "  and 9 more changes" in text
    assert " more " not in render(samples.fleet(), "text", {"top": 0}).replace("more host", "")


@pytest.mark.parametrize("units, size", [("si", "250 MB"), ("iec", "238 MiB")])
def test_units(units: str, size: str) -> None:
    text = render(samples.document([samples.image()]), "text", {"units": units})
    assert f"sum of sizes: {size}" in " ".join(text.split())


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
@pytest.mark.parametrize("units, other", [("si", "[KMGT]iB"), ("iec", "(?:kB|MB|GB|TB)")])
def test_one_system_of_units_on_a_page(name: str, units: str, other: str) -> None:
    """The rule spells its limit in MiB, and its messages do: the values are written anew."""
    rules = [{"id": "max-size", "max": "2GB" if units == "iec" else "1GiB"}, {"id": "max-age", "max": "300d"}]
    document = fleets.report({"web01": fleets.catalogue(60)}, rules=rules)
    assert len(document["finding_groups"]) > 3
    assert not re.search(rf"[0-9] {other}\\b", render(document, name, {"units": units}))


@pytest.mark.parametrize("columns", [80, 100, 50])
@pytest.mark.parametrize("make", [fleets.host, fleets.green, lambda: fleets.fleet(30), samples.fleet, samples.hostile])
def test_no_line_is_wider_than_asked_unless_it_is_one_word(make: t.Callable[[], t.Any], columns: int) -> None:
    for line in render(make(), "text", {"width": columns}).splitlines():
        words = line.strip().split("  ")
        assert width(line) <= columns or len(words) < 3 or " " not in words[-1], line


def test_digests_are_short_and_only_there() -> None:
    name = "acme/web@sha256:" + "ab" * 32
    text = render(samples.document([samples.image(name)]), "text", {})
    assert "acme/web@sha256:abababababab…\n" in text and "ab" * 7 not in text


def test_colours_are_for_terminals() -> None:
    document = fleets.host()
    plain, coloured = render(document, "text", {}), render(document, "text", {"color": True})
    assert "\x1b" not in plain and "\x1b[1;31mFailed: " in coloured and "\x1b[33mwarning\x1b[0m" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
    hostile = render(samples.hostile(), "text", {"color": True})
    assert set(re.findall("\x1b[^m]*m", hostile)) <= {f"\x1b[{code}m" for code in ("0", "1;31", "31", "33", "36")}


def test_small_changes_are_counted_and_not_listed() -> None:
    text = render(fleets.host(), "text", {"min_change": "50MB"})
    assert "nginx:latest  201 → 192 MB" not in text and "shop/web:1.20" in text
    assert "  and 3 more changes\n" in text and "(2 grown, 2 new, 1 shrunk, 1 removed, 54\n" in text


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_which_image_grew_most_by_how_much_and_on_which_host(name: str) -> None:
    """The question of the person who was woken up; the first screen of the page is looked at in tests/reports."""
    for make, where in ((fleets.host, ""), (fleets.fleet, "on gpu002 and 129 more hosts")):
        first = "\n".join(render(make(), name, {}).splitlines()[:20])
        changes = first[first.index("Against the baseline") :]
        assert re.findall(r"[\w./-]+:[\w.-]+", changes)[0] == fleets.GREW
        assert "+175 MB" in changes and "612 → 787 MB (+28.6 %)" in changes and where in changes
