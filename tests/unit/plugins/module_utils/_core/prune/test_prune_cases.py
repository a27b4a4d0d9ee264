# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every worked case of the design: removals in order, reasons, budget and bytes."""

from __future__ import annotations

import json
import random
import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    plan,
    worked_cases,
)

CASES = worked_cases()


def expected_part(found: dict[str, t.Any]) -> dict[str, t.Any]:
    """What the cases say about a plan."""
    budget, accounting = found["budget"], found["accounting"]
    return {
        "remove": [action["id"] for action in found["actions"]],
        "blocked": found["blocked"],
        "reasons": {decision["id"]: decision["reason"] for decision in found["decisions"]},
        "budget": budget and {key: budget[key] for key in ("need", "reclaim", "met", "shortfall")},
        "accounting": {
            "method": accounting["method"],
            "lower": accounting["lower_bytes"],
            "upper": accounting["upper_bytes"],
        },
    }


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_worked_case(case: dict[str, t.Any]) -> None:
    found = plan(case["images"], case["policy"], case["now"], **case["arguments"])
    assert expected_part(found) == case["expect"], case["title"]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_order_of_the_input_changes_no_byte(case: dict[str, t.Any]) -> None:
    straight = plan(case["images"], case["policy"], case["now"], **case["arguments"])
    images = [dict(image, repo_tags=image["repo_tags"][::-1]) for image in case["images"]]
    random.Random(case["case"]).shuffle(images)
    assert json.dumps(plan(images, case["policy"], case["now"], **case["arguments"])) == json.dumps(straight)


def test_all_cases_are_here() -> None:
    assert len(CASES) == 24
