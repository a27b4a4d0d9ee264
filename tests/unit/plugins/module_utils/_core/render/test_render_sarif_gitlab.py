# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SARIF and GitLab code quality: what becomes a result, where it points, what identifies it."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


def sarif(document: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    log = json.loads(render(document, "sarif", options))
    assert len(log["runs"]) == 1
    return t.cast("dict[str, t.Any]", log["runs"][0])


def issues(document: dict[str, t.Any], **options: t.Any) -> list[dict[str, t.Any]]:
    return t.cast("list[dict[str, t.Any]]", json.loads(render(document, "gitlab_codequality", options)))


@pytest.mark.parametrize(
    "fields, level, severity",
    [
        ({}, "error", "major"),
        ({"level": "warning"}, "warning", "minor"),
        ({"level": "note"}, "note", "info"),
        ({"status": "error"}, "error", "major"),
        ({"status": "incomparable"}, "warning", "minor"),
        ({"status": "pass"}, None, None),
        ({"status": "skip"}, None, None),
    ],
)
def test_levels(fields: dict[str, t.Any], level: str | None, severity: str | None) -> None:
    document = samples.document(findings=[samples.finding(**fields)])
    assert [result["level"] for result in sarif(document)["results"]] == ([level] if level else [])
    assert [issue["severity"] for issue in issues(document)] == ([severity] if severity else [])


def test_a_waived_finding_is_suppressed_with_its_reason_and_no_issue() -> None:
    waiver = {"reason": "TICKET-12", "expires": None, "expired": False}
    document = samples.document(findings=[samples.finding(status="waived", waiver=waiver)])
    assert sarif(document)["results"][0]["suppressions"] == [{"kind": "external", "justification": "TICKET-12"}]
    assert issues(document) == []


def test_results_point_at_the_place_of_their_rule_and_name_host_and_image() -> None:
    findings = [samples.finding("max-size", image="app:1"), samples.finding("max-age", image="app:1", host=None)]
    options = {"location": "ci/rules.yml", "locations": {"max-size": {"path": "docker/Docker file", "line": "12"}}}
    by_rule = {
        result["ruleId"]: result["locations"][0]
        for result in sarif(samples.document(findings=findings), **options)["results"]
    }
    assert by_rule["max-size"]["physicalLocation"] == {
        "artifactLocation": {"uri": "docker/Docker%20file"},
        "region": {"startLine": 12},
    }
    assert by_rule["max-age"]["physicalLocation"]["artifactLocation"]["uri"] == "ci/rules.yml"
    assert by_rule["max-size"]["logicalLocations"] == [
        {"name": "web01", "kind": "host"},
        {"name": "app:1", "kind": "image"},
    ]
    places = {
        issue["check_name"]: issue["location"] for issue in issues(samples.document(findings=findings), **options)
    }
    assert places == {
        "max-size": {"path": "docker/Docker file", "lines": {"begin": 12}},
        "max-age": {"path": "ci/rules.yml", "lines": {"begin": 1}},
    }


def test_rule_indexes_lead_to_the_rules() -> None:
    run = sarif(samples.fleet())
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]


def test_too_many_results_keep_the_worst_and_say_so() -> None:
    run = sarif(samples.fleet(), max_results=5)
    assert [result["level"] for result in run["results"]] == ["error"] * 5
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert "29 more results are left out, the least severe" in notes
    assert "Host db01 is unreachable: Failed to connect to the host via ssh: No route to host" in notes
    assert run["invocations"][0]["executionSuccessful"] is False


def test_identities_come_from_the_report() -> None:
    document = samples.fleet()
    known = {finding["fingerprint"] for finding in document["findings"]}
    found = [issue["fingerprint"] for issue in issues(document)]
    assert len(found) == len(set(found)) and set(found) <= known
    assert {result["partialFingerprints"]["imageReport/v1"] for result in sarif(document)["results"]} <= known
