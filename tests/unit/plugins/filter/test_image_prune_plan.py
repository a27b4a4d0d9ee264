# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_prune_plan filter in real templating runs: the rules themselves are tested in the core."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    worked_cases,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.test_prune_cases import (
    expected_part,
)
from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

PLAN = "images | container_ops.images.image_prune_plan"


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case["case"])
def test_worked_case(case: dict[str, t.Any]) -> None:
    """Whatever the cases pass along, as a playbook passes it."""
    arguments = "".join(f", {key}={key}" for key in case["arguments"])
    variables = {**case["arguments"], "images": case["images"], "policy": case["policy"], "now": case["now"]}
    found = evaluate(f"{PLAN}(policy=policy, now=now{arguments})", **variables)
    assert expected_part(found) == case["expect"], case["title"]
    assert json.loads(json.dumps(found)) == found


def test_text_from_old_templates_counts_as_numbers() -> None:
    images = [image("a", "r:1", size="300000000", containers="0", layers=["a"], pinned="false")]
    arguments = f"now='{NOW}', layers_size='300000000', disk={{'capacity': '9', 'free': '1'}}"
    found = evaluate(f"{PLAN}({{'max_used_space': '100MB'}}, {arguments})", images=images)
    assert found["budget"]["need"] == 200_000_000
    assert found["now"] == "2027-01-15T08:00:00Z"


def test_without_a_policy_only_dangling_images_go_and_the_clock_counts() -> None:
    found = evaluate(PLAN, images=[image("a", "r:1"), image("b")])
    assert [action["id"][7:9] for action in found["actions"]] == ["62"]
    assert found["now"] > "2026"


def test_the_policy_may_carry_the_clock() -> None:
    assert evaluate(f"{PLAN}({{'now': 86400}})", images=[])["now"] == "1970-01-02T00:00:00Z"


def test_hostile_labels_are_data() -> None:
    images = [image("a", labels={"x": "{{ 7 * 7 }}", "\ud800": "\n</script>"})]
    assert len(evaluate(f"{PLAN}({{'label_selectors': ['x']}})", images=images)["actions"]) == 1


@pytest.mark.parametrize(
    "expression, message",
    [
        (f"{PLAN}({{'older_then': '1d'}})", 'policy has unknown key "older_then"'),
        (f"{PLAN}(5)", "policy must be a dictionary, got 5"),
        (f"{PLAN}({{'max_used_space': 5}})", "max_used_space needs layers_size"),
        (f"{PLAN}({{'max_used_space': '5%'}}, layers_size=1)", "which needs disk (capacity and free)"),
        (f"{PLAN}(layers_size='1M')", "layers_size must say which unit it means"),
        (f"{PLAN}(now='yesterday')", "now must be seconds since the epoch"),
        ("[{'Id': 'x'}] | container_ops.images.image_prune_plan", "the image_summary filter makes one"),
    ],
)
def test_errors_reach_the_user(expression: str, message: str) -> None:
    with pytest.raises(AnsibleError) as caught:
        evaluate(expression, images=[image("a")])
    assert message in str(caught.value)
