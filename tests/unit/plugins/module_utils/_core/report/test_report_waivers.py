# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers: what they cover, until when, and what is said about those that cover nothing."""

from __future__ import annotations

import typing as t
from datetime import date

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import format_epoch
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    DAY,
    NOW,
    image,
    report,
)

TODAY, YESTERDAY = format_epoch(NOW)[:10], format_epoch(NOW - DAY)[:10]
RULE = {"id": "max-size", "max": 10}
IMAGE = image("a", "registry.example.com/ml/cuda:1", "registry.example.com/ml/cuda:latest", size=100)


@pytest.mark.parametrize(
    "waiver, status",
    [
        ({"rule": "max-size"}, "waived"),
        ({"rule": "max-*"}, "waived"),
        ({"rule": ["label", "max-size"]}, "waived"),
        ({"rule": "max-age"}, "fail"),
        ({"rule": "max-size", "image": "registry.example.com/ml/*"}, "waived"),
        ({"rule": "max-size", "image": "registry.example.com/ml/cuda:latest"}, "waived"),
        ({"rule": "max-size", "image": "registry.example.com/*"}, "fail"),
        ({"rule": "max-size", "image": IMAGE["id"]}, "waived"),
        ({"rule": "max-size", "host": "web*"}, "waived"),
        ({"rule": "max-size", "host": "gpu*"}, "fail"),
        ({"rule": "max-size", "expires": TODAY}, "waived"),
        ({"rule": "max-size", "expires": date.fromisoformat(TODAY)}, "waived"),
        ({"rule": "max-size", "expires": YESTERDAY}, "fail"),
    ],
)
def test_what_a_waiver_covers(waiver: dict[str, t.Any], status: str) -> None:
    document = report([IMAGE], RULE, waivers=[{"reason": "TICKET-12", **waiver}])
    (finding,) = [row for row in document["findings"] if row["rule"] == "max-size"]
    assert finding["status"] == status
    assert document["gate"]["passed"] is (status == "waived")


def test_an_expired_waiver_adds_a_note_and_is_named_in_the_finding() -> None:
    waivers = [{"rule": "max-size", "reason": "TICKET-12", "expires": YESTERDAY}]
    document = report([IMAGE, image("b", "x:1", size=100)], RULE, waivers=waivers)
    failed, _other, note = document["findings"]
    assert failed["waiver"] == {"reason": "TICKET-12", "expires": YESTERDAY, "expired": True}
    assert (note["rule"], note["level"], note["status"], note["image"]) == ("expired-waiver", "note", "fail", None)
    assert note["message"] == (
        f'waivers[0] (rule "max-size") ended on {YESTERDAY} and no longer has an effect: TICKET-12'
    )
    assert document["gate"]["counts"]["note"] == 1
    assert document["warnings"] == []


def test_a_waiver_that_holds_beats_one_that_has_expired() -> None:
    waivers = [{"rule": "*", "reason": "old", "expires": YESTERDAY}, {"rule": "*", "reason": "new"}]
    (finding,) = report([IMAGE], RULE, waivers=waivers)["findings"]
    assert (finding["status"], finding["waiver"]["reason"]) == ("waived", "new")


def test_a_waiver_without_a_last_day_is_told() -> None:
    waivers = [{"rule": "max-size", "reason": "x"}, {"rule": "max-size", "reason": "x", "expires": TODAY}]
    document = report([IMAGE], RULE, waivers=waivers)
    assert document["warnings"] == ['waivers[0] (rule "max-size") has no expires, so it does not expire']


def test_waivers_that_nothing_needs_are_listed() -> None:
    waivers = [{"rule": "max-size", "image": "other", "host": "gpu*", "reason": "x", "expires": TODAY}]
    document = report([IMAGE], RULE, waivers=waivers)
    assert document["warnings"] == ['waivers[0] (rule "max-size", image "other", host "gpu*") is not used']


def test_what_could_not_be_known_can_be_waived() -> None:
    unknown = {**IMAGE, "size": -1}
    assert report([unknown], RULE)["gate"]["counts"]["not_known"] == 1
    assert report([unknown], RULE, waivers=[{"rule": "max-size", "reason": "x"}])["gate"]["counts"]["waived"] == 1


def test_a_waiver_for_images_does_not_cover_findings_about_hosts() -> None:
    rule = {"id": "max-total-size", "max": 1}
    waivers = [{"rule": "max-total-size", "image": "**", "reason": "x"}]
    assert report([IMAGE], rule, waivers=waivers)["findings"][0]["status"] == "fail"
