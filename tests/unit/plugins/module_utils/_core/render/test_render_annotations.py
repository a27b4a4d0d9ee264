# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Annotation lines of CI runners: levels, caps, escaping."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


def lines(name: str, findings: t.Sequence[dict[str, t.Any]], **options: t.Any) -> list[str]:
    return render(samples.document(findings=findings), name, options).splitlines()


@pytest.mark.parametrize(
    "finding, github, azure",
    [
        (
            samples.finding("max-size", image="app:1", message="too large"),
            "::error title=max-size::app:1 on web01: too large",
            "##vso[task.logissue type=error;code=max-size;]app:1 on web01: too large",
        ),
        (
            samples.finding("max-age", level="warning", image="app:1", message="+25.0 %"),
            "::warning title=max-age::app:1 on web01: +25.0 %25",
            "##vso[task.logissue type=warning;code=max-age;]app:1 on web01: +25.0 %AZP25",
        ),
        (
            samples.finding("a:b,c;d]e", level="error", image=None, host=None, message="x: y, z"),
            "::error title=a%3Ab%2Cc;d]e::x: y, z",
            "##vso[task.logissue type=error;code=a:b,c%3Bd%5De;]x: y, z",
        ),
        (
            samples.finding("label", level="note", image="app:1", message="m"),
            "::notice title=label::app:1 on web01: m",
            "note: label: app:1 on web01: m",
        ),
        (samples.finding(status="pass"), None, None),
        (samples.finding(status="waived"), None, None),
        (
            samples.finding("max-size", status="error", image="app:1", message="not known"),
            "::error title=max-size::app:1 on web01: not known",
            "##vso[task.logissue type=error;code=max-size;]app:1 on web01: not known",
        ),
    ],
)
def test_one_finding(finding: dict[str, t.Any], github: str | None, azure: str | None) -> None:
    assert lines("github", [finding]) == ([github] if github else [])
    assert lines("azure", [finding]) == ([azure] if azure else [])


@pytest.mark.parametrize(
    "number, limit, shown, last",
    [
        (10, 10, 10, "::error title=r::app:9 on web01: m"),
        (11, 10, 10, "::error title=image-report::2 more errors, see the report"),
        (2, 1, 1, "::error title=image-report::2 more errors, see the report"),
    ],
)
def test_at_most_ten_of_a_kind_and_the_last_says_how_many_more(number: int, limit: int, shown: int, last: str) -> None:
    findings = [samples.finding("r", image=f"app:{index}", message="m") for index in range(number)]
    found = lines("github", findings, max_annotations=limit)
    assert len(found) == shown
    assert found[-1] == last


def test_errors_come_first_and_kinds_are_capped_one_by_one() -> None:
    findings = [
        samples.finding("r", level=level, image=f"app:{index}")
        for index in range(12)
        for level in ("note", "warning", "error")
    ]
    kinds = [line.split(" ")[0] for line in lines("github", findings)]
    assert kinds == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10


@pytest.mark.parametrize("fail_on, level", [(["error", "unreachable"], "error"), (["error"], "warning")])
def test_a_host_without_facts_is_as_bad_as_the_gate_says(fail_on: list[str], level: str) -> None:
    document = samples.document(hosts=[samples.host("db01", status="unreachable", message="no route")])
    document["gate"]["fail_on"] = fail_on
    assert render(document, "github", {}) == f"::{level} title=scope::host db01 is unreachable: no route\n"
