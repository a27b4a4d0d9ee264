# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit: outcomes, counts, unique names, roll-up. The XSDs are the business of tests/reports."""

from __future__ import annotations

import typing as t
from collections import Counter
from xml.etree import ElementTree

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


def parsed(document: dict[str, t.Any], **options: t.Any) -> ElementTree.Element:
    return ElementTree.fromstring(render(document, "junit", options).encode())


def outcome(case: ElementTree.Element) -> tuple[str, str | None]:
    child = next(iter(case), None)
    return ("passed", None) if child is None else (child.tag, child.text)


WAIVER = {"reason": "TICKET-12", "expires": "2026-06-30", "expired": False}


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"status": "pass"}, ("passed", None)),
        ({"message": "too large"}, ("failure", "too large")),
        ({"level": "warning", "message": "old"}, ("skipped", "warning: old")),
        ({"level": "note", "message": "hm"}, ("skipped", "note: hm")),
        ({"status": "error", "message": "no size"}, ("error", "not known: no size")),
        ({"status": "skip", "message": "n/a"}, ("skipped", "skip: n/a")),
        ({"status": "incomparable", "message": "other store"}, ("skipped", "incomparable: other store")),
        ({"status": "waived", "waiver": WAIVER, "message": "m"}, ("skipped", "waived until 2026-06-30: TICKET-12: m")),
    ],
)
def test_outcome(fields: dict[str, t.Any], expected: tuple[str, str | None]) -> None:
    root = parsed(samples.document(findings=[samples.finding("max-size", image="app:1", **fields)]))
    case = root.find("testsuite/testcase[@name='max-size: app:1']")
    assert case is not None
    assert case.get("classname") == "image-report.max-size.web01"
    assert outcome(case) == expected


@pytest.mark.parametrize(
    "fail_on, fields, expected",
    [
        (["warning"], {"level": "warning"}, "failure"),
        (["note"], {"level": "note"}, "failure"),
        (["incomparable"], {"status": "incomparable"}, "failure"),
        (["warning"], {"level": "error"}, "skipped"),
        (["error"], {"status": "error"}, "skipped"),
        ([], {"level": "error"}, "skipped"),
        (["warning"], {"status": "waived", "level": "warning", "waiver": WAIVER}, "skipped"),
    ],
)
def test_a_case_is_red_where_fail_on_says_so(fail_on: list[str], fields: dict[str, t.Any], expected: str) -> None:
    document = samples.document(findings=[samples.finding("max-size", image="app:1", **fields)], reasons=[])
    document["gate"].update(fail_on=fail_on, passed=expected == "skipped")
    case = parsed(document).find("testsuite/testcase[@name='max-size: app:1']")
    assert case is not None and outcome(case)[0] == expected


@pytest.mark.parametrize("fail_on, expected", [(["error"], "skipped"), (["error", "unreachable"], "error")])
def test_a_dead_host_is_red_where_fail_on_says_so(fail_on: list[str], expected: str) -> None:
    document = samples.document(hosts=[samples.host("db01", status="unreachable", message="no route")])
    document["gate"].update(fail_on=fail_on, passed=expected == "skipped")
    (case,) = parsed(document).iter("testcase")
    assert outcome(case) == (expected, "unreachable: no route")


def test_what_makes_a_case_red_is_its_first_line() -> None:
    findings = [samples.finding(), samples.finding("max-age", level="warning", message="old")]
    document = samples.document(findings=findings)
    document["gate"]["fail_on"] = ["warning"]
    failure = parsed(document, granularity="image").find(".//failure")
    assert (
        failure is not None
        and failure.get("message") == "warning: max-age: registry.example.com/team/app:1.0 on web01: old"
    )


def test_a_closed_gate_is_red_whatever_closed_it() -> None:
    document = samples.document(hosts=[], reasons=["no host was expected, so nothing was looked at"])
    (case,) = parsed(document).iter("testcase")
    assert (case.get("name"), outcome(case)) == (
        "gate: passed",
        ("failure", "no host was expected, so nothing was looked at"),
    )


@pytest.mark.parametrize("fail_on", [["error"], ["warning"], ["note", "stale"], ["not_known"], [], ["failed"]])
@pytest.mark.parametrize("granularity", ["finding", "image", "host", "rule"])
def test_the_test_tab_is_red_when_the_gate_is(fail_on: list[str], granularity: str) -> None:
    for document in (samples.fleet(), samples.document(findings=[samples.finding(level="warning")])):
        closed = {word for word, number in document["gate"]["counts"].items() if number}
        closed |= {record["status"] for record in document["scope"]["hosts"]}
        document["gate"].update(fail_on=fail_on, passed=not closed & set(fail_on), reasons=[])
        root = parsed(document, granularity=granularity)
        assert bool(root.findall(".//failure") + root.findall(".//error")) is not document["gate"]["passed"]


def test_counts_are_those_of_the_cases() -> None:
    root = parsed(samples.fleet())
    for suite in root:
        kinds = Counter(outcome(case)[0] for case in suite.iter("testcase"))
        assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == tuple(
            str(number) for number in (sum(kinds.values()), kinds["failure"], kinds["error"], kinds["skipped"])
        )
    assert root.get("failures") == str(len(root.findall(".//failure")))


def test_each_host_without_facts_is_an_error() -> None:
    root = parsed(samples.fleet())
    errors = {
        suite.get("name"): suite.findtext("testcase/error") for suite in root if suite.get("name") in ("db01", "ci01")
    }
    assert errors == {
        "ci01": "failed: cannot talk to docker: permission denied on /var/run/docker.sock",
        "db01": "unreachable: Failed to connect to the host via ssh: No route to host",
    }


def test_what_concerns_all_hosts_is_a_suite_of_its_own() -> None:
    suites = parsed(samples.fleet())
    assert [suite.get("name") for suite in suites] == ["all hosts", "ci01", "db01", "web01", "web02"]
    assert [suite.get("id") for suite in suites] == ["0", "1", "2", "3", "4"]


def test_names_are_unique() -> None:
    twice = [samples.finding("r", image=image) for image in ("app\n:1", "app\\n:1")]
    for document in (samples.fleet(), samples.document(findings=twice), samples.hostile()):
        cases = [(case.get("classname"), case.get("name")) for case in parsed(document).iter("testcase")]
        assert len(cases) == len(set(cases))
    names = [case.get("name") for case in parsed(samples.document(findings=twice)).iter("testcase")]
    assert names == ["r: app\\n:1", "r: app\\n:1 (2)", "scope: host is in the report"]


def test_findings_of_one_rule_about_one_name_are_one_case() -> None:
    twice = [samples.finding("r", image="app:1", id=digit, fingerprint=digit * 32, message=digit) for digit in "ab"]
    failures = parsed(samples.document(findings=twice)).findall(".//failure")
    assert [failure.text for failure in failures] == ["a\nb"]


@pytest.mark.parametrize(
    "max_cases, level, cases",
    [(24, "finding", 24), (23, "image", 12), (11, "host", 2), (1, "rule", 2)],
)
def test_roll_up(max_cases: int, level: str, cases: int) -> None:
    findings = [
        samples.finding(rule, host=host, image=f"app:{tag}", status="fail" if tag == "3" else "pass")
        for rule in ("max-age", "max-size")
        for host in ("web01", "web02")
        for tag in "123456"
    ]
    hosts = [samples.host("web01"), samples.host("web02")]
    root = parsed(samples.document(findings=findings, hosts=hosts), max_cases=max_cases)
    assert f"One case for each {level}." in (root.findtext("testsuite/system-out") or "")
    found = [case for case in root.iter("testcase") if ".scope." not in str(case.get("classname"))]
    assert len(found) == cases
    failures = [case for case in found if outcome(case)[0] == "failure"]
    assert failures, "a failure is never rolled up into a pass"
    assert "app:3" in str(outcome(failures[0])[1]) or level == "finding"


@pytest.mark.parametrize(
    "granularity, expected",
    [
        ("finding", [("r.all hosts", "r: x:1"), ("r.web01", "r: web01"), ("r.web01", "r: x:1")]),
        ("image", [("image.all hosts", "image: x:1"), ("image.web01", "image: web01"), ("image.web01", "image: x:1")]),
        ("host", [("host.all hosts", "host: all hosts"), ("host.web01", "host: web01")]),
        ("rule", [("rule.all hosts", "rule: r")]),
    ],
)
def test_a_case_is_named_by_what_it_is_about(granularity: str, expected: list[tuple[str, str]]) -> None:
    places = [("web01", "x:1"), ("web01", None), (None, "x:1")]
    document = samples.document(findings=[samples.finding("r", host=host, image=image) for host, image in places])
    document["gate"]["counts"]["note"] = 2
    found = [
        (case.get("classname"), case.get("name")) for case in parsed(document, granularity=granularity).iter("testcase")
    ]
    unlisted = ("unlisted.all hosts", "unlisted: findings beyond the limit of the report")
    scope = ("scope.web01", "scope: host is in the report")
    assert sorted(found) == sorted((f"image-report.{kind}", name) for kind, name in [*expected, unlisted, scope])


@pytest.mark.parametrize("count, last", [(20, "max-size: app:19 on web01"), (21, "and 1 more"), (25, "and 5 more")])
def test_a_case_of_many_findings_shows_twenty_and_says_how_many_more(count: int, last: str) -> None:
    findings = [samples.finding("max-size", image=f"app:{number:02}") for number in range(count)]
    root = parsed(samples.document(findings=findings), granularity="host")
    lines = (root.findtext(".//failure") or "").split("\n")
    assert len(lines) == min(count, 21) and lines[-1].startswith(last)


def test_ant_has_no_skipped_cases_and_says_warnings_in_system_out() -> None:
    findings = [samples.finding("max-age", level="warning", image="app:1", message="old"), samples.finding()]
    root = parsed(samples.document(findings=findings), dialect="ant")
    assert not root.findall(".//skipped") and "skipped" not in root[0].attrib and not root.attrib
    assert "max-age: app:1: warning: old" in (root.findtext("testsuite/system-out") or "")


def test_suites_name_the_engine_that_sizes_come_from() -> None:
    properties = {item.get("name"): item.get("value") for item in parsed(samples.ordinary()).iter("property")}
    assert properties["engine"] == "docker 28.5.2" and properties["image.store"] == "graphdriver"
