# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked examples on one host of nine images, with layers and without."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    MB,
    decision,
    plan,
    removed,
    worked_host,
)

TOTAL = 2700 * MB
W2 = {
    "states": ["tagged", "dangling"],
    "older_than": "14d",
    "keep_last": 2,
    "keep_label_selectors": ["keep=true"],
    "keep_tags": ["stable"],
}
KEEP = {"keep_last": 1, "keep_label_selectors": ["keep=true"]}
W3 = {"max_used_space": 2300 * MB, "target_used_space": 2100 * MB, **KEEP}
W3B = {"max_used_space": 1800 * MB, "target_used_space": 1500 * MB, **KEEP}
W4 = {"states": ["tagged"], "label_selectors": ["app in (web,job)"], "older_than": "20d"}
W5 = {
    "rules": [
        {"name": "web-rollback", "action": "keep", "match": {"repositories": ["acme/web"]}, "keep_last": 2},
        {"name": "drop-web", "action": "remove", "match": {"repositories": ["acme/web"]}, "older_than": "7d"},
        {"name": "mirror", "action": "keep", "match": {"repositories": ["mirror/*"]}},
        {"name": "leftovers", "action": "remove", "match": {"states": ["dangling"]}, "older_than": "1d"},
    ]
}


@pytest.mark.parametrize("with_layers", [True, False], ids=["exact", "bounds"])
@pytest.mark.parametrize(
    "policy, goes, freed",
    [
        pytest.param({}, "old", 150, id="W1"),
        pytest.param(W2, "old web-4 web-5", 275, id="W2"),
        pytest.param(W3, "job-1 old", 670, id="W3"),
        pytest.param(W3B, "job-1 old web-4 web-5 web-6", 860, id="W3b"),
        pytest.param(W4, "job-1 job-2 web-4", 1105, id="W4"),
        pytest.param(W5, "old web-4 web-5", 275, id="W5"),
    ],
)
def test_worked_example(policy: dict[str, t.Any], goes: str, freed: int, with_layers: bool) -> None:
    found = plan(worked_host(with_layers), policy, layers_size=TOTAL)
    assert removed(found) == goes.split()
    assert found["accounting"] == {
        "method": "exact" if with_layers else "bounds",
        # Everything these images share is shared with kept images too, so even the bounds meet (W6).
        "lower_bytes": freed * MB,
        "upper_bytes": freed * MB,
        "certain": with_layers,
        "obstacles": [] if with_layers else ["the layers of some images are not known"],
    }
    assert sum(action["reclaim_bytes"] for action in found["actions"]) == freed * MB


@pytest.mark.parametrize(
    "policy, need, reclaim, met, shortfall",
    [
        pytest.param(W3, 600, 670, True, 0, id="W3"),
        pytest.param(W3B, 1200, 860, False, 340, id="W3b"),
    ],
)
def test_budgets(policy: dict[str, t.Any], need: int, reclaim: int, met: bool, shortfall: int) -> None:
    assert plan(worked_host(), policy, layers_size=TOTAL)["budget"] == {
        "used_before": TOTAL,
        "freed_by_rules": 0,
        "need": need * MB,
        "reclaim": reclaim * MB,
        "met": met,
        "shortfall": shortfall * MB,
    }


@pytest.mark.parametrize(
    "policy, name, reason, detail",
    [
        (W2, "web-7", "in_use", "kept: in use by 1 container"),
        (W2, "web-6", "keep_rule", "kept: rank 2 of 4 in acme/web (rule keep_last)"),
        (W2, "job-1", "keep_rule", "kept: rank 2 of 2 in acme/job (rule keep_last)"),
        (W2, "job-2", "keep_rule", "kept: matches `mirror/job:stable` (rule keep_tags)"),
        (W2, "base", "keep_rule", "kept: rank 1 of 1 in debian (rule keep_last)"),
        (W2, "tools", "keep_rule", "kept: matches `keep=true` (rule keep_label_selectors[0])"),
        (W2, "old", "remove_rule", "removed: 35 d old > 14 d (rule remove)"),
        (W3, "job-1", "budget", "removed: evicted 1 of 2, least recently used, frees 520 MB"),
        (W3, "web-4", "budget_met", "kept: the budget is met without it"),
        (W5, "web-6", "keep_rule", "kept: rank 2 of 4 in acme/web (rule web-rollback)"),
        (W5, "job-1", "no_rule_matched", "kept: no rule matched"),
    ],
)
def test_sentences(policy: dict[str, t.Any], name: str, reason: str, detail: str) -> None:
    found = decision(plan(worked_host(), policy, layers_size=TOTAL), name)
    assert (found["reason"], found["detail"]) == (reason, detail)
