# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain text for terminals."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.text_table import table, width
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


@pytest.mark.parametrize(
    "text, columns", [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ａ", 2), ("a\u200bb", 2), ("", 0)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_table() -> None:
    assert table(("image", "size"), [["日本:1", "9.9 MB"], ["a:1", "10 MB"]], right=("size",)) == [
        "  IMAGE      SIZE",
        "  日本:1   9.9 MB",
        "  a:1       10 MB",
    ]


def test_a_whole_report() -> None:
    images = [
        samples.image("app:1", size=250_000_001),
        samples.image("base:2", size=100, shared_size=-1, containers=-1),
    ]
    document = samples.document(
        images,
        [samples.finding(image="app:1"), samples.finding(image="base:2", status="pass")],
        changes=samples.no_changes(grown=[samples.change("app:1", 250_000_000, 250_000_001)], unchanged=1),
        warnings=["One waiver matched nothing."],
        reasons=["1 error"],
    )
    assert render(document, "text", {}) == (
        """\
Image report: FAILED
  1 host, images 2, sum of sizes 250 MB, layers on disk 9.00 GB, not used by a container 0, dangling 0, use not known 1
  1 error; 1 passed
  ! 1 error

Findings (1)
  LEVEL   RULE       IMAGE   FINDING
  error   max-size   app:1   250,000,001 B is over the limit of 250,000,000 B

Against the baseline: 1 grown, 1 unchanged
  CHANGE   IMAGE          BEFORE           AFTER   DIFFERENCE
  grown    app:1   250,000,000 B   250,000,001 B   +1 B (+0.0 %)

Images, the largest first (2)
  IMAGE      SIZE   NOT SHARED    AGE   CONTAINERS   STATE
  app:1    250 MB       200 MB   40 d            1   tagged
  base:2    100 B      unknown   40 d      unknown   tagged

Remarks
  One waiver matched nothing.

Measured: size as docker 28.5.2 (graphdriver) reports it. Made 2026-01-01T00:00:00Z.
""".replace("250,000,001 B is over", "250,000,001 B is over")
    )


def test_a_green_report_without_anything_to_say_is_short() -> None:
    assert render(samples.document([samples.image("a:1", size=1)]), "text", {"top": 0}).splitlines()[:3] == [
        "Image report: PASSED",
        "  1 host, images 1, sum of sizes 1 B, layers on disk 9.00 GB, not used by a container 0, dangling 0",
        "  no findings",
    ]


def test_hosts_that_are_missing_are_in_the_first_lines() -> None:
    lines = render(samples.fleet(), "text", {}).splitlines()
    assert lines[1].startswith("  2 of 4 hosts, ")
    assert "  db01 is unreachable: Failed to connect to the host via ssh: No route to host" in lines
    assert "  ci01 failed: cannot talk to docker: permission denied on /var/run/docker.sock" in lines


def test_tables_are_cut_and_say_so() -> None:
    lines = render(samples.fleet(), "text", {"top": 3}).splitlines()
    assert "Findings (3 of 29)" in lines and "Images, the largest first (3 of 61)" in lines
    assert "Findings (29)" in render(samples.fleet(), "text", {"top": 0}).splitlines()


@pytest.mark.parametrize("units, size", [("si", "250 MB"), ("iec", "238 MiB")])
def test_units(units: str, size: str) -> None:
    assert f"sum of sizes {size}" in render(samples.document([samples.image()]), "text", {"units": units})
