# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies: what is refused, and that flat options are only another spelling of rules."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.budget import Disk
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy

DISK = Disk(10_000, 800)


@pytest.mark.parametrize(
    "policy, code, message",
    [
        (5, "E_POLICY", "policy must be a dictionary, got 5"),
        ({"older_then": "1d"}, "E_UNKNOWN_KEY", 'policy has unknown key "older_then"'),
        ({"plan": {}}, "E_UNKNOWN_KEY", 'policy has unknown key "plan"'),
        ({"states": ["taged"]}, "E_STATE", "states[0] must be one of dangling, digest_only, tagged"),
        ({"states": ["intermediate"]}, "E_STATE", "states[0] must be one of dangling, digest_only, tagged"),
        ({"repositories": ["a["]}, "E_PATTERN", "repositories[0] is not a valid pattern"),
        ({"tags": ["regex:("]}, "E_PATTERN", "tags[0] is not a valid pattern"),
        ({"label_selectors": ["a b"]}, "E_LABEL_SELECTOR", "label_selectors[0] is not a label selector"),
        (
            {"match_expressions": [{"key": "a", "operator": "is"}]},
            "E_MATCH_EXPRESSIONS",
            "match_expressions[0].operator must be one of",
        ),
        ({"larger_than": "500M"}, "E_SIZE", "larger_than must say which unit it means"),
        ({"smaller_than": "-1"}, "E_SIZE", "smaller_than must be a size"),
        ({"older_than": "3 months"}, "E_DURATION", "older_than must be a duration"),
        ({"older_than": -1}, "E_DURATION", "older_than must be at least 0"),
        ({"unused_for": "1.5d"}, "E_DURATION", "unused_for must be a duration"),
        ({"min_age": "soon"}, "E_DURATION", "min_age must be a duration"),
        ({"keep_references": ["a["]}, "E_PATTERN", "keep_references[0] is not a valid pattern"),
        ({"keep_tags": 5}, "E_TYPE_LIST", "keep_tags must be a list of texts, got 5"),
        (
            {"keep_repositories": [""]},
            "E_PATTERN",
            'keep_repositories[0] must be a repository or a pattern for repositories, got ""',
        ),
        ({"keep_label_selectors": ["a", "b c"]}, "E_LABEL_SELECTOR", "keep_label_selectors[1] is not a label selector"),
        ({"keep_last": -1}, "E_KEEP_LAST", "keep_last must be at least 0, got -1"),
        ({"keep_last": "two"}, "E_KEEP_LAST", "keep_last must be an integer"),
        ({"group_by": "age"}, "E_GROUP_BY", "group_by must be repository, none, label:<key> or tag:<regular"),
        ({"group_by": "tag:"}, "E_GROUP_BY", "group_by must be repository, none, label:<key> or tag:<regular"),
        ({"group_by": "tag:("}, "E_GROUP_BY", 'group_by is not a valid regular expression: "("'),
        (
            {"group_by": "tag:(?P<branch>.+)"},
            "E_GROUP_BY",
            'group_by may have the named groups group and order, got "branch"',
        ),
        (
            {"keep_last": 1, "group_by": "label:"},
            "E_GROUP_BY",
            "group_by must be repository, none, label:<key> or tag:",
        ),
        ({"order_by": "age"}, "E_ORDER_BY", "order_by must be one of created, version, natural, tag_date"),
        ({"order_by": ["version"]}, "E_ORDER_BY", "order_by must be one of created, version, natural, tag_date"),
        ({"max_used_space": "12 parsecs"}, "E_SIZE", "max_used_space has the unknown unit"),
        ({"max_used_space": "101%"}, "E_BUDGET", "max_used_space must be at most 100%"),
        ({"target_used_space": 5}, "E_BUDGET", "target_used_space needs max_used_space"),
        ({"max_used_space": 5, "target_used_space": 6}, "E_BUDGET", "target_used_space must be at most max_used_space"),
        ({"max_used_space": "50%"}, "E_BUDGET_DISK", "max_used_space is a percentage, which needs disk"),
        (
            {"max_used_space": 5, "target_used_space": "1%"},
            "E_BUDGET_DISK",
            "target_used_space is a percentage, which needs disk",
        ),
        ({"min_free_space": 5}, "E_BUDGET_DISK", "min_free_space needs disk"),
        (
            {"evict_order": "newest"},
            "E_CHOICE",
            "evict_order must be one of least_recently_used, oldest, largest_reclaim",
        ),
        ({"evict_order": ["oldest"]}, "E_CHOICE", "evict_order must be one of"),
        ({"max_removals": "x"}, "E_LIMIT", "max_removals must be an integer"),
        ({"max_removal_percent": 101}, "E_PERCENT", "max_removal_percent must be at most 100"),
        ({"max_removal_percent": -1}, "E_PERCENT", "max_removal_percent must be at least 0, got -1"),
        ({"max_removal_percent": "x"}, "E_PERCENT", "max_removal_percent must be an integer"),
        ({"on_budget_unmet": "cry"}, "E_CHOICE", "on_budget_unmet must be one of warn, fail, ignore"),
        ({"accounting": "guess"}, "E_CHOICE", "accounting must be one of auto, bounds, exact"),
        ({"rules": {}}, "E_RULE", "rules must be a list of rules"),
        ({"rules": [5]}, "E_RULE", "rules[0] must be a rule (a dictionary), got 5"),
        ({"rules": [{"name": "a"}]}, "E_RULE", "rules[0].action must be keep or remove, got null"),
        (
            {"rules": [{"name": "a", "action": ["keep"]}]},
            "E_RULE",
            "rules[0].action must be keep or remove, got ['keep']",
        ),
        ({"rules": [{"action": "keep"}]}, "E_RULE", "rules[0].name must be the name of the rule"),
        (
            {"rules": [{"name": "budget", "action": "keep"}]},
            "E_RULE",
            "rules[0].name must not be one of budget, cascade",
        ),
        (
            {"rules": [{"name": "a", "action": "keep", "older_than": 1}]},
            "E_UNKNOWN_KEY",
            'rules[0] (keep rule) has unknown key "older_',
        ),
        (
            {"rules": [{"name": "a", "action": "remove", "keep_last": 1}]},
            "E_UNKNOWN_KEY",
            'rules[0] (remove rule) has unknown key "keep',
        ),
        (
            {"rules": [{"name": "a", "action": "keep"}, {"name": "a", "action": "keep"}]},
            "E_RULE_NAME",
            "names of their own",
        ),
        ({"rules": [{"name": "remove", "action": "keep"}], "states": ["tagged"]}, "E_RULE_NAME", "names of their own"),
        (
            {"rules": [{"name": "a", "action": "keep", "match": {"older_than": 1}}]},
            "E_UNKNOWN_KEY",
            "rules[0].match has unknown key",
        ),
        (
            {"rules": [{"name": "a", "action": "keep", "match": 1}]},
            "E_RULE",
            "rules[0].match must be a dictionary, got 1",
        ),
        (
            {"rules": [{"name": "a", "action": "keep", "match": {"states": ["intermediate"]}}]},
            "E_STATE",
            "rules[0].match.states[0] must be one of",
        ),
        (
            {"rules": [{"name": "a", "action": "keep", "order_by": "version"}]},
            "E_RULE",
            "rules[0].order_by needs keep_last",
        ),
        (
            {"rules": [{"name": "a", "action": "keep", "keep_last": 1, "order_by": "age"}]},
            "E_ORDER_BY",
            "rules[0].order_by must be one of",
        ),
        (
            {"rules": [{"name": "a", "action": "keep", "group_by": "none"}]},
            "E_RULE",
            "rules[0].group_by needs keep_last",
        ),
    ],
)
def test_refused(policy: t.Any, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Policy.parse(policy)
    assert (caught.value.code, message in str(caught.value)) == (code, True), str(caught.value)


def test_percentages_are_shares_of_the_disk() -> None:
    shares = {"max_used_space": "50%", "target_used_space": "12.5%", "min_free_space": "10 %"}
    budget = Policy.parse(shares, DISK).budget
    amounts = [getattr(budget, key) for key in shares]
    assert [amount.bytes(DISK) for amount in amounts] == [5000, 1250, 1000]


@pytest.mark.parametrize(
    "disk, code, message",
    [
        (5, "E_DISK", "disk must be a dictionary, got 5"),
        ({"capacity": 1}, "E_DISK", "disk lacks free"),
        ({"capacity": 1, "free": 2}, "E_DISK", "disk.free is larger than disk.capacity"),
        ({"capacity": 1, "free": 1, "used": 0}, "E_UNKNOWN_KEY", 'disk has unknown key "used"'),
        ({"capacity": "1M", "free": 1}, "E_SIZE", "disk.capacity must say which unit it means"),
    ],
)
def test_refused_disks(disk: t.Any, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Disk.parse(disk)
    assert (caught.value.code, message in str(caught.value)) == (code, True), str(caught.value)


@pytest.mark.parametrize(
    "policy, rules",
    [
        ({}, "remove"),
        ({"keep_last": 2}, "keep_last remove"),
        ({"max_used_space": 5}, ""),
        ({"max_used_space": 5, "keep_last": 1}, "keep_last"),
        ({"max_used_space": 5, "older_than": 5}, "remove"),
        ({"max_used_space": 5, "label_selectors": []}, ""),
        ({"rules": []}, ""),
        ({"rules": [], "states": ["tagged"]}, "remove"),
        ({"min_age": 0}, "remove"),
        (
            {"keep_references": ["a"], "keep_tags": ["b"], "keep_repositories": [], "keep_label_selectors": ["x", "y"]},
            "keep_references keep_tags keep_label_selectors[0] keep_label_selectors[1] remove",
        ),
    ],
)
def test_flat_options_become_rules(policy: dict[str, t.Any], rules: str) -> None:
    assert [rule.name for rule in Policy.parse(policy).rules] == rules.split()


FULL = {
    "states": ["tagged", "dangling"],
    "repositories": ["ci/*", "docker.io/library/alpine"],
    "tags": ["[0-9]*"],
    "references": ["regex:.*"],
    "label_selectors": ["b notin (x,y)", "a=1,c"],
    "match_expressions": [{"key": "k", "operator": "in", "values": ["a b", "c"]}, {"key": "z", "operator": "exists"}],
    "larger_than": "1MB",
    "smaller_than": "1GiB",
    "older_than": "2w",
    "unused_for": "1h30m",
    "keep_references": ["alpine"],
    "keep_label_selectors": ["keep"],
    "keep_last": 3,
    "group_by": "label:app",
    "min_age": "1h",
    "max_used_space": "80%",
    "target_used_space": 5,
    "max_removals": 10,
    "max_removal_percent": 50,
    "on_budget_unmet": "fail",
    "accounting": "bounds",
}


def test_the_compiled_policy_is_a_policy_and_compiles_to_itself() -> None:
    compiled = Policy.parse(FULL, DISK)
    again = Policy.parse(compiled.canonical(), DISK)
    assert again.canonical() == compiled.canonical()
    assert again.digest == compiled.digest


A_IN_1_2 = {"key": "a", "operator": "in", "values": ["1", "2"]}
A_IN_2_1 = {**A_IN_1_2, "values": ["2", "1"]}
HAS_B = {"key": "b", "operator": "exists"}
KEEP_ONE = {"name": "one", "action": "keep", "match": {"tags": ["1"]}}
DROP_ALL = {"name": "all", "action": "remove"}
DIGEST = "sha256:" + "9" * 64


@pytest.mark.parametrize(
    "one, other, same",
    [
        ({"larger_than": "1MB"}, {"larger_than": 1_000_000}, True),
        ({"older_than": "1d"}, {"older_than": "24h"}, True),
        ({"keep_references": ["docker.io/alpine"]}, {"keep_references": ["index.docker.io/library/alpine"]}, True),
        ({"keep_references": [f"alpine:1@{DIGEST}"]}, {"keep_references": [f"alpine@{DIGEST}"]}, True),
        ({"references": ["ab" * 32]}, {"references": ["sha256:" + "ab" * 32]}, True),
        # Podman looks for names without a registry in several places.
        ({"keep_references": ["alpine"]}, {"keep_references": ["docker.io/library/alpine"]}, False),
        ({"keep_references": ["alpine"]}, {"keep_references": ["library/alpine"]}, False),
        ({"keep_repositories": ["alpine"]}, {"keep_repositories": ["docker.io/alpine"]}, False),
        ({"keep_references": ["alpine:1"]}, {"keep_references": ["alpine"]}, False),
        ({"keep_references": ["**"]}, {"keep_references": ["docker.io/**"]}, False),
        ({"states": ["tagged", "dangling"]}, {"states": ["dangling", "tagged"]}, True),
        ({"label_selectors": ["a=b"]}, {"label_selectors": ["a in (b)"]}, True),
        ({}, {"states": ["dangling"]}, True),
        ({}, {"states": ["tagged"]}, False),
        ({}, {"max_removals": 5}, False),
        ({"now": 5}, {}, True),
        # The order means nothing, nor does how selectors are grouped that must all fit.
        ({"label_selectors": ["a in (1,2)"]}, {"label_selectors": ["a in (2,1)"]}, True),
        ({"label_selectors": ["a=1,b=1"]}, {"label_selectors": ["b=1,a=1"]}, True),
        ({"label_selectors": ["a=1,b=1"]}, {"label_selectors": ["b=1", "a=1"]}, True),
        ({"label_selectors": ["a in (1,2)"]}, {"label_selectors": ["a notin (1,2)"]}, False),
        ({"match_expressions": [A_IN_1_2, HAS_B]}, {"match_expressions": [HAS_B, A_IN_2_1]}, True),
        ({"match_expressions": [A_IN_1_2]}, {"match_expressions": [A_IN_1_2, HAS_B]}, False),
        ({"match_expressions": [A_IN_1_2, HAS_B]}, {"label_selectors": ["b", "a in (2,1)"]}, True),
        ({"rules": [DROP_ALL]}, {"rules": [{**DROP_ALL, "match": {"match_expressions": []}}]}, True),
        ({"keep_label_selectors": ["a=1", "b=1"]}, {"keep_label_selectors": ["b=1", "a=1"]}, True),
        ({"keep_label_selectors": ["a=1", "b=1"]}, {"keep_label_selectors": ["a=1,b=1"]}, False),
        ({"rules": [KEEP_ONE, DROP_ALL]}, {"rules": [DROP_ALL, KEEP_ONE]}, True),
        ({"rules": [KEEP_ONE, DROP_ALL]}, {"rules": [DROP_ALL]}, False),
        ({"rules": [{**KEEP_ONE, "name": "x"}]}, {"rules": [KEEP_ONE]}, False),
    ],
)
def test_equal_policies_have_equal_digests(one: dict[str, t.Any], other: dict[str, t.Any], same: bool) -> None:
    assert (Policy.parse(one).digest == Policy.parse(other).digest) is same
