# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_report filter in real templating runs. What the rules say is tested in the core."""

from __future__ import annotations

import json
import time
import typing as t
from datetime import date

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

NOW = 1_800_000_000
IMAGES: list[dict[str, t.Any]] = [
    {"id": "sha256:" + "a" * 64, "repo_tags": ["acme/web:1"], "size": 600_000_000, "labels": {"v": "{{ 7 * 7 }}"}},
    {"id": "sha256:" + "b" * 64, "repo_tags": ["acme/web:2"], "size": 500_000_000, "created": NOW - 5},
]
RESULT = {"images": IMAGES, "engine": {"name": "docker", "version": "28.5"}, "changed": False}
BASELINE = {
    "schema": "image_baseline/1",
    "key": "reference",
    "hosts": {"web01": {"measure": {}, "images": {"acme/web:1": 1, "{{ lookup('pipe', 'touch /tmp/executed') }}": 1}}},
}


def judge(arguments: str, expression: str = "images", **variables: t.Any) -> t.Any:
    return evaluate(f"{expression} | container_ops.images.image_report({arguments})", images=IMAGES, **variables)


@pytest.mark.parametrize(
    "arguments, statuses",
    [
        ("[{'id': 'max-size', 'max': '500MB'}], now=1800000000", ["fail", "pass"]),
        ("rules=[{'id': 'max-size', 'max': 500000000}], now='1800000000'", ["fail", "pass"]),
        ("rules, none, '2027-01-15T08:00:00Z', 'web01'", ["fail", "pass"]),
        ("rules=wrapped, waivers=waivers, now=1800000000", ["waived", "pass"]),
        ("rules=growth, baseline=baseline, host='web01', now=1800000000", ["fail", "skip"]),
        ("rules=growth, baseline=baseline_text, host='web01', now=1800000000", ["fail", "skip"]),
        ("rules=[{'id': 'label', 'name': 'v', 'required': 'false'}], now=0", ["skip", "pass"]),
    ],
)
def test_arguments(arguments: str, statuses: list[str]) -> None:
    rules = [{"id": "max-size", "max": "500MB"}]
    document = judge(
        arguments,
        rules=rules,
        wrapped=[{**rules[0], "when": {"repositories": ["acme/*"]}}],
        growth=[{"id": "max-growth", "max_bytes": "1MB"}],
        waivers=[{"rule": "max-size", "reason": "x", "expires": date(2028, 1, 1)}],
        baseline=BASELINE,
        baseline_text=json.dumps(BASELINE),
    )
    assert [row["status"] for row in document["findings"]] == statuses


def test_labels_stay_text() -> None:
    document = judge("now=0")
    assert document["images"][0]["labels"] == {"v": "{{ 7 * 7 }}"}


def test_input_as_result_and_by_host() -> None:
    by_host = {"web01": RESULT, "db01": {"unreachable": True, "msg": "no route", "changed": False}}
    alone = judge("host='web01'", "result", result=RESULT)
    together = judge("expected_hosts=['ci01']", "by_host", by_host=by_host)
    assert (alone["engine"]["name"], alone["scope"]["hosts"][0]["host"]) == ("docker", "web01")
    assert (together["scope"]["unreachable"], together["scope"]["missing"]) == (["db01"], ["ci01"])
    assert together["gate"]["passed"] is False


def test_the_result_is_plain_data() -> None:
    from ansible_collections.container_ops.images.plugins.filter.image_report import image_report

    def types(value: t.Any) -> set[type]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {type(value)}.union(*(types(item) for item in inner))

    document = image_report(
        IMAGES, [{"id": "max-growth", "max_ratio": "5%"}], BASELINE, NOW, "web01", engine=RESULT["engine"]
    )
    assert types(document) <= {dict, list, str, int, float, bool, type(None)}


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("rules=[{'id': 'max-size', 'max': '500M'}]", "rules[0].max must say which unit it means"),
        ("rules=[{'id': 'max-size', 'max': 1, 'maxx': 2}]", "rules[0].maxx is not an option of max-size"),
        ("baseline='nonsense'", "baseline is not JSON"),
        ("now='yesterday'", "now must be seconds since the epoch"),
        ("fail_on=['all']", "fail_on[0] must be one of error"),
    ],
)
def test_errors_reach_the_user(arguments: str, message: str) -> None:
    with pytest.raises(AnsibleError) as caught:
        judge(arguments)
    assert message in str(caught.value)


def test_the_clock_is_the_default() -> None:
    from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import to_epoch

    assert abs(to_epoch(judge("")["generated_at"]) - time.time()) < 60


def test_thousands_of_images_take_seconds_not_minutes() -> None:
    images = [{**IMAGES[0], "id": f"sha256:{index:064x}", "repo_tags": [f"acme/web:{index}"]} for index in range(2_000)]
    started = time.process_time()
    document = evaluate(
        "images | container_ops.images.image_report(rules)", images=images, rules=[{"id": "no-dangling"}]
    )
    assert len(document["findings"]) == 2_000
    assert time.process_time() - started < 30
