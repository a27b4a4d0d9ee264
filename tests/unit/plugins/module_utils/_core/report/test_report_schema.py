# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a report, and the order of findings: the worst verdict first, then what is furthest over its limit."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.order import excess
from ansible_collections.container_ops.images.plugins.module_utils._core.report.schema import (
    PROBLEMS,
    QUIET,
    VERDICTS,
    verdict_of,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    DAY,
    NOW,
    image,
    report,
)


@pytest.mark.parametrize(
    "actual, limit, ratio",
    [
        (300, 100, 3.0),
        (100, 100, 1.0),
        (1, 4, 4.0),
        (1, 0, float("inf")),
        (0, 2, float("inf")),
        (0, 0, 0.0),
        (None, 5, 0.0),
        (5, None, 0.0),
        ("acme/web:latest", "latest", 0.0),
        (2**62, 2**61, 2.0),
    ],
)
def test_how_far_a_value_is_from_its_limit(actual: t.Any, limit: t.Any, ratio: float) -> None:
    assert excess(actual, limit) == ratio


def test_every_verdict_has_a_place() -> None:
    statuses = ("pass", "fail", "waived", "error", "skip", "incomparable")
    assert {verdict_of(status, level) for status in statuses for level in ("error", "warning", "note")} == {*VERDICTS}
    assert {*VERDICTS} - {*PROBLEMS} == {*QUIET, "waived"}


def test_what_is_furthest_over_its_limit_comes_first() -> None:
    images = [
        image("a", "acme/slim:1", size=100),
        image("b", "acme/big:1", size=284_000_000),
        image("c", "acme/old:1", size=100, created=NOW - 40 * DAY),
        *(image(letter, f"acme/label{letter}:1", size=100) for letter in "def0123456789"),
    ]
    rules: list[dict[str, t.Any]] = [
        {"id": "label", "name": "maintainer"},
        {"id": "max-size", "max": "100MB"},
        {"id": "max-age", "max": "20d", "level": "warning"},
        {"id": "old", "check": "max-age", "max": "10d", "level": "warning"},
    ]
    document = report(images, *rules)
    found = [(row["rule"], row["image"]) for row in document["findings"] if row["status"] == "fail"]
    assert found[0] == ("max-size", "acme/big:1")
    assert [rule for rule, _image in found[1:17]] == ["label:maintainer"] * 16
    assert found[17:] == [("old", "acme/old:1"), ("max-age", "acme/old:1")]
    annotations = render(document, "github", {}).splitlines()
    assert annotations[0].startswith("::error title=max-size::acme/big:1 on web01: 284 MB is over the limit of 100 MB")
