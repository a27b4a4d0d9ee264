# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule ``outdated``: what registries say of tags, beside the images of the hosts."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.checks.currency import FirstSeen
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.plugins.module_utils._core.report.run_history import (
    MOST_OUTDATED,
    first_seen_in,
    history_text,
    parse_history,
    run_of,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    DAY,
    NOW,
    image,
    report,
)

RULE = {"id": "outdated", "level": "warning"}
WEB = "registry.example.com/shop/web"
OLD, NEW = "sha256:" + "1" * 64, "sha256:" + "2" * 64
ID = "sha256:" + "a" * 64


def pulled(letter: str, tag: str, digest: str, **fields: t.Any) -> dict[str, t.Any]:
    """An image that a host has pulled."""
    return image(letter, tag, repo_digests=[f"{tag.rpartition(':')[0]}@{digest}"], **fields)


def row(reference: str, digest: str, status: str = "ok", error: str = "", created: int = 0) -> dict[str, t.Any]:
    """What image_registry_info says of a name."""
    platforms = [{"digest": digest, "config_digest": "", "created": created}] if created else []
    return {"reference": reference, "status": status, "error": error, "digest": digest, "platforms": platforms}


REGISTRY = [
    row(f"{WEB}:1", NEW, created=NOW - 3 * DAY),
    row(f"{WEB}:2", NEW),
    row(f"{WEB}:3", "", "unauthorized", "HTTP status 401"),
    row(f"{WEB}:4", "", "not_found", "it is not there"),
]
CASES = [
    (pulled("a", f"{WEB}:2", NEW), "pass", "the tag means this image"),
    (pulled("a", f"{WEB}:2", OLD), "fail", "the tag means another image in the registry now"),
    (
        pulled("a", f"{WEB}:1", OLD),
        "fail",
        "the tag means another image in the registry now; the new image was built 2027-01-12",
    ),
    (pulled("a", f"{WEB}:3", OLD), "error", f"{WEB}:3: HTTP status 401"),
    (pulled("a", f"{WEB}:4", OLD), "skip", "the registry does not have this name"),
    (pulled("a", f"{WEB}:5", OLD), "error", f"{WEB}:5: the registry was not asked for this name"),
    (image("a", f"{WEB}:2"), "skip", "the image was not pulled from that repository"),
    (image("a"), "skip", "has no tag"),
    (
        pulled("a", f"{WEB}:2", OLD, repo_tags=[f"{WEB}:2", "x:1"]),
        "fail",
        f"{WEB}:2: the tag means another image in the registry now",
    ),
]


@pytest.mark.parametrize("one, status, message", CASES)
def test_what_is_said_of_an_image(one: dict[str, t.Any], status: str, message: str) -> None:
    if len(one["repo_tags"]) == 2:
        one = {**one, "repo_tags": ["a:1", f"{WEB}:2"]}
    (finding,) = report([one], RULE, registry=REGISTRY)["findings"]
    assert (finding["status"], finding["message"]) == (status, message)
    if status == "fail":
        assert (finding["actual"], finding["limit"]) == (OLD, NEW)


def test_an_image_on_many_hosts_is_one_row_with_its_hosts() -> None:
    old, current = pulled("a", f"{WEB}:2", OLD), pulled("b", f"{WEB}:2", NEW)
    hosts = {name: {"images": [old]} for name in ("db01", "web01", "web02")}
    document = report({**hosts, "web03": {"images": [current]}}, RULE, registry=REGISTRY, fail_on=["warning"])
    (group,) = document["finding_groups"]
    assert (group["image"], group["hosts"], group["on"]) == (f"{WEB}:2", 3, ["db01", "web01", "web02"])
    said = f"outdated {WEB}:2: the tag means another image in the registry now, on db01 and 2 more hosts"
    assert document["gate"]["reasons"] == [f"3 warnings, first: {said}"]
    for name in ("text", "markdown", "html"):
        assert "1 image is outdated" in render(document, name, {})


def test_the_time_since_when_is_that_of_the_first_run_that_saw_it() -> None:
    old = pulled("a", f"{WEB}:1", OLD)
    messages = []
    known: list[t.Any] = []
    for number in range(3):
        seen = first_seen_in(known)
        policy = {"registry": REGISTRY, "first_seen": seen}
        document = {**report([old], RULE, **policy), "generated_at": f"2027-01-{10 + number}T00:00:00Z"}
        messages.append(document["findings"][0]["message"].partition(";")[0])
        known.append(run_of(t.cast("t.Any", document), seen))
    assert messages[0].endswith("now, first seen by this run")
    assert messages[1:] == ["the tag means another image in the registry now, first seen 2027-01-10"] * 2
    assert [run["outdated"] for run in known] == [{ID: "2027-01-10T00:00:00Z"}] * 3
    assert parse_history(history_text(known), "it") == known


def test_an_image_that_was_current_in_between_is_outdated_anew() -> None:
    old = pulled("a", f"{WEB}:1", OLD)
    before = FirstSeen({ID: "2026-01-01T00:00:00Z"}, True)
    current = run_of(t.cast("t.Any", report([old], RULE, registry=[row(f"{WEB}:1", OLD)], first_seen=before)), before)
    assert current["outdated"] == {}
    again = report([old], RULE, registry=REGISTRY, first_seen=first_seen_in([current]))
    assert "first seen by this run" in again["findings"][0]["message"]


def test_a_run_without_the_rule_says_nothing_of_it() -> None:
    assert "outdated" not in run_of(t.cast("t.Any", report([pulled("a", f"{WEB}:1", OLD)], {"id": "no-dangling"})))


def test_a_history_that_has_no_room_does_not_say_since_when() -> None:
    images = [
        {**pulled("a", f"{WEB}:{number}", OLD), "id": f"sha256:{number:064x}"} for number in range(MOST_OUTDATED + 5)
    ]
    rows = [row(f"{WEB}:{number}", NEW) for number in range(MOST_OUTDATED + 5)]
    run = run_of(t.cast("t.Any", report(images, RULE, registry=rows, first_seen=first_seen_in([]))))
    assert len(run["outdated"]) == MOST_OUTDATED
    findings = report(images, RULE, registry=rows, first_seen=first_seen_in([run]))["findings"]
    said = sorted("first seen" in finding["message"] for finding in findings)
    assert said == [False] * 5 + [True] * MOST_OUTDATED


@pytest.mark.parametrize(
    "registry, message",
    [
        (None, "rule stale needs registry: the rows that image_registry_info has returned for the tags"),
        ("x", 'registry must be a list of rows of image_registry_info, got "x"'),
        ([{"name": "x"}], "registry[0] lacks reference: it is not a row of image_registry_info"),
    ],
)
def test_what_is_refused(registry: t.Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        ReportPolicy.parse(now=NOW, rules=[{"id": "stale", "check": "outdated"}], registry=registry)
    assert str(caught.value) == message


def test_without_the_rule_the_rows_are_not_read() -> None:
    assert ReportPolicy.parse(now=NOW, registry="x").rules == ()


def test_a_damaged_time_of_the_history_is_named() -> None:
    line = '{"schema": "image_report_history/1", "at": "2026-01-01T00:00:00Z", "outdated": {"sha256:1": "soon"}}'
    with pytest.raises(InputError, match='it, line 1: outdated\\["sha256:1"\\]'):
        parse_history(line, "it")
