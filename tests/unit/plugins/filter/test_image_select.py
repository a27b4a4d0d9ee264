# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The selection filter and test in real templating runs: the rules themselves are tested in the core."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

# What YAML makes of 2027-01-15T08:00:00Z without quotes.
YAML_TIME = datetime.datetime(2027, 1, 15, 8, tzinfo=datetime.timezone.utc)
SELECT = "images | container_ops.images.image_select"
IMAGES: list[dict[str, t.Any]] = [
    {"id": "sha256:" + "a" * 64, "repo_tags": ["acme/web:1"], "size": 600_000_000, "labels": {"env": "dev"}},
    {"id": "sha256:" + "b" * 64, "repo_tags": ["acme/web:2"], "size": 500_000_000, "labels": {"env": "{{ 7 * 7 }}"}},
    {"id": "sha256:" + "c" * 64, "parent_id": "", "created": 1_700_000_000},
]


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ("", "abc"),
        ("larger_than='500MB'", "a"),
        ("larger_than=500000000", "a"),
        ("larger_than='500000000'", "a"),
        ("label_selectors=['env=dev'], larger_than='100MB'", "a"),
        ("label_selectors=wanted", "a"),
        ("states=['dangling'], older_than='30d', now=1800000000", "c"),
        ("states=['dangling'], older_than='30d', now='1800000000'", "c"),
        ("states=['dangling'], older_than='30d', now=yaml_time", "c"),
        ("states=['dangling'], older_than='9999d', now=yaml_time", ""),
        ("tags=['2']", "b"),
    ],
)
def test_selection(arguments: str, expected: str) -> None:
    found = evaluate(f"{SELECT}({arguments})", images=IMAGES, wanted=["env=dev"], yaml_time=YAML_TIME)
    assert [image["id"][7] for image in found] == list(expected)
    assert all(image in IMAGES for image in found), "images are returned unchanged, and their Jinja is not run"


@pytest.mark.parametrize(
    "expression, message",
    [
        (f"{SELECT}(larger_than='500M')", "larger_than must say which unit it means"),
        (f"{SELECT}(label_selectors=['a b'])", "label_selectors[0] is not a label selector"),
        ("5 | container_ops.images.image_select", "images must be a list of image summaries, got 5"),
        ("[{'Id': 'x'}] | container_ops.images.image_select", "the image_summary filter makes one"),
        ("images[0] is container_ops.images.image_matches(states=['taged'])", "states[0] must be one of tagged"),
    ],
)
def test_errors_reach_the_user(expression: str, message: str) -> None:
    with pytest.raises(AnsibleError) as caught:
        evaluate(expression, images=IMAGES)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("images[0] is container_ops.images.image_matches(label_selectors=['env=dev'])", True),
        ("images[1] is container_ops.images.image_matches(label_selectors=['env=dev'])", False),
        ("images[2] is container_ops.images.image_matches(states=['dangling'])", True),
        ("images | select('container_ops.images.image_matches', tags=['1']) | list | length", 1),
        ("images | reject('container_ops.images.image_matches', tags=['1']) | list | length", 2),
    ],
)
def test_the_test_plugin(expression: str, expected: object) -> None:
    assert str(evaluate(expression, images=IMAGES)) == str(expected)


def test_the_test_plugin_answers_with_a_real_bool() -> None:
    from ansible_collections.container_ops.images.plugins.test.image_matches import TestModule

    assert TestModule().tests()["image_matches"](IMAGES[0]) is True
