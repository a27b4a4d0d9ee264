# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of a plan whose images have facts about arrival and last use, as image_summary_info returns them."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.tests.properties.prune_hosts import DAY, NOW, Dice, Image
from ansible_collections.container_ops.images.tests.properties.prune_policies import Scenario, gone, scenarios

USAGE = ("arrived", "last_used", "watched_since")
UNUSED_FOR = 2 * DAY


def watched(scenario: Scenario) -> Scenario:
    """The same scenario on an engine that is watched, or only seems to be."""
    dice = Dice(len(scenario.host.images) + scenario.host.layers_size)
    images: list[Image] = []
    for image in scenario.host.images:
        facts = {key: dice.moment(3) or None for key in USAGE}
        images.append({**image, "last_tagged": None, **facts})
    return scenario._replace(host=scenario.host._replace(images=images))


# Ages alone: what a budget evicts in place of an image that is kept depends on everything.
WATCHED = scenarios(budget=False, keep_last=False).map(watched)


def p33_use_unknown_keeps(scenario: Scenario) -> None:
    """``unused_for`` removes what was watched for as long, and neither arrived nor was used in that time."""
    policy = {"states": ["tagged", "dangling", "digest_only"], "unused_for": "2d"}
    going = gone(scenario.plan(policy=policy))
    for image in scenario.host.images:
        if image["id"] in going and not _follows(scenario, image):
            assert image["watched_since"] is not None
            assert all(NOW - (image[key] or 0) > UNUSED_FOR for key in USAGE)


def p34_earlier_clock(scenario: Scenario) -> None:
    """A clock that is slow never removes more."""
    now = set(_without_limits(scenario, {}))
    for days in (1, 3):
        assert set(_without_limits(scenario, {"now": NOW - days * DAY})) <= now


def p35_usage_protects(scenario: Scenario) -> None:
    """Where ages count from the build, what is known of arrival and use keeps more."""
    policy = {**scenario.policy}
    policy.pop("unused_for", None)
    plain = [{**image, **dict.fromkeys(USAGE)} for image in scenario.host.images]
    for image in plain:
        del image["watched_since"]
    scenario = scenario._replace(policy=policy)
    # Where nothing is known of an age, a date makes it known. It is what the option asks for then.
    known = {image["id"] for image in scenario.host.images if image["created"]}
    more = set(_without_limits(scenario, {"images": plain}))
    dated = scenario._replace(host=scenario.host._replace(images=plain))
    assert {one for one in _without_limits(scenario, {}) if one in known} <= more | _families(dated, known)


def _without_limits(scenario: Scenario, changes: dict[str, t.Any]) -> list[str]:
    policy = {key: value for key, value in scenario.policy.items() if not key.startswith("max_rem")}
    return gone(scenario.plan(policy=policy, **changes))


def _follows(scenario: Scenario, image: Image) -> bool:
    """Whether it may be intermediate, which is removed with its children."""
    return any(other["parent_id"] == image["id"] for other in scenario.host.images)


def _families(scenario: Scenario, known: set[str]) -> set[str]:
    """Ancestors of images without a date: what keeps these keeps them too."""
    parents = {image["id"]: image["parent_id"] for image in scenario.host.images}
    found = set()
    for one in parents:
        parent = parents[one] if one not in known else ""
        while parent:
            found.add(parent)
            parent = parents.get(parent, "")
    return found
