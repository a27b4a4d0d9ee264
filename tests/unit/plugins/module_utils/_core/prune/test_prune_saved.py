# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans that come back: whole, as text, too old, for another policy, lacking something, or edited."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import plan_from_options
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.saved_plan import check_saved_plan
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    long_id,
)

Data = dict[str, t.Any]
A, B, C = (long_id(name) for name in "abc")
# By a rule, by the budget, as an intermediate image whose child goes; one is kept.
POLICY: Data = {
    "rules": [{"name": "old", "action": "remove", "match": {"states": ["tagged"]}, "older_than": "50d"}],
    "keep_tags": ["stable"],
    "max_used_space": 150,
    "max_removals": 3,
}
IMAGES = [
    image("a", "r:1", "60d", parent="p", layers=["base", "a"], size=110),
    image("b", "r:2", "40d", layers=["b"], size=100),
    image("c", "r:stable", "90d", layers=["c"], size=100),
    image("p", "", "60d", layers=["base"], size=100),
]


def planned(policy: Data | None = None) -> Data:
    return plan_from_options(IMAGES, policy or POLICY, NOW, layers_size=310).to_dict()


def check(plan: t.Any, policy: Data | None = None, clock: int = NOW) -> Data:
    return check_saved_plan(plan, Policy.parse(policy or POLICY), clock, 3600)


def as_text(value: t.Any) -> t.Any:
    """What templates of ansible-core 2.17 may make of data."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return "" if value is None else str(value)


def test_the_plan_has_all_three_kinds_of_removals() -> None:
    assert {action["reason"] for action in planned()["actions"]} == {"remove_rule", "budget", "cascade"}


@pytest.mark.parametrize(
    "policy",
    [
        POLICY,
        {},
        {"states": ["tagged"]},
        {**POLICY, "max_removals": 1},
        {"max_removal_percent": 0, "states": ["tagged"]},
        {**POLICY, "accounting": "bounds"},
    ],
)
def test_a_plan_comes_back_as_it_went(policy: Data) -> None:
    plan = planned(policy)
    assert check(plan, policy) == plan
    assert check(json.loads(json.dumps(plan)), policy) == plan
    read = check(as_text(plan), policy)
    assert {key: read[key] for key in ("actions", "would", "blocked", "budget")} == {
        key: plan[key] for key in ("actions", "would", "blocked", "budget")
    }
    for key in ("upper_bytes", "certain"):
        assert read["accounting"][key] == plan["accounting"][key]


@pytest.mark.parametrize(
    "clock, message",
    [
        (NOW + 3600, None),
        (NOW - 3600, None),
        (NOW + 3601, "plan is 1 h old, plan_max_age allows 1 h: make a new plan"),
        (NOW - 7200, "plan is from 2 h in the future, plan_max_age allows 1 h"),
    ],
)
def test_age(clock: int, message: str | None) -> None:
    if message is None:
        check(planned(), clock=clock)
    else:
        with pytest.raises(InputError, match=message):
            check(planned(), clock=clock)


@pytest.mark.parametrize(
    "key",
    ["plan_version", "now", "policy_digest", "actions", "decisions", "budget", "accounting", "would"],
)
def test_a_plan_that_lacks_something(key: str) -> None:
    plan = planned()
    del plan[key]
    with pytest.raises(InputError, match=r"^plan(\.| was made for another policy)"):
        check(plan)


@pytest.mark.parametrize(
    "path, value, message",
    [
        ("", 5, "plan must be a plan (a dictionary), got 5"),
        ("plan_version", 2, "plan.plan_version must be 1, got 2"),
        ("policy_digest", "sha256:0", "plan was made for another policy"),
        ("now", "some day", "plan.now must be seconds since the epoch"),
        ("actions", 5, "plan.actions must be a list, got 5"),
        ("actions", [5], "plan.actions[0] must be a dictionary, got 5"),
        ("actions.0.id", "x", "plan.actions[0].id must be a whole image ID"),
        ("actions.0.references", "r:1", "plan.actions[0].references must be a list of texts"),
        ("actions.0.reason", "spite", "plan.actions[0].reason must be one of remove_rule, budget, cascade"),
        ("actions.0.reason", ["budget"], "plan.actions[0].reason must be one of"),
        ("actions.0.rule", None, "plan.actions[0].rule must be text, got null"),
        ("actions.0.reclaim_bytes", "much", "plan.actions[0].reclaim_bytes must be an integer"),
        ("decisions", {}, "plan.decisions must be a list"),
        ("decisions.0.id", None, "plan.decisions[0].id must be an image ID"),
        ("decisions.0.decision", "maybe", "plan.decisions[0].decision must be one of keep, remove"),
        ("decisions.0.reason", 1, "plan.decisions[0].reason must be text"),
        ("would", None, "plan.would must be a list, got null"),
        ("blocked", "mood", "plan.blocked must be one of max_removals, max_removal_percent"),
        ("budget", [1], "plan.budget must be a dictionary"),
        ("budget", {"met": False}, "plan.budget.used_before must be an integer, got null"),
        ("budget.need", -1, "plan.budget.need must be at least 0"),
        ("budget.met", 2, "plan.budget.met must be true or false"),
        ("accounting", "x", 'plan.accounting must be a dictionary, got "x"'),
        ("accounting.method", "guess", "plan.accounting.method must be one of exact, bounds"),
        ("accounting.lower_bytes", None, "plan.accounting.lower_bytes must be an integer, got null"),
    ],
)
def test_a_plan_of_which_something_cannot_be_read(path: str, value: t.Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check(changed(planned(), path, value))
    assert str(caught.value).startswith(message)


def changed(plan: t.Any, path: str, value: t.Any) -> t.Any:
    if not path:
        return value
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: t.Any = plan
    for part in parents:
        place = place[part]
    place[last] = value
    return plan


def action(identity: str, reason: str = "remove_rule", rule: str = "old") -> Data:
    return {"id": identity, "references": [], "reason": reason, "rule": rule, "reclaim_bytes": 0}


def one_more(plan: Data) -> None:
    plan["actions"].append(action(C))


def one_less(plan: Data) -> None:
    plan["actions"].pop()


def twice(plan: Data) -> None:
    plan["actions"].append(dict(plan["actions"][0]))


def unknown(plan: Data) -> None:
    plan["actions"].append(action(long_id("x")))


def another_reason(plan: Data) -> None:
    plan["actions"][0]["reason"] = "budget"


def another_rule(plan: Data) -> None:
    for part in (plan["actions"], plan["decisions"]):
        next(one for one in part if one["id"] == A)["rule"] = "new"


def decided_otherwise(plan: Data) -> None:
    """Consistent in itself, and with one more image than max_removals allows."""
    next(one for one in plan["decisions"] if one["id"] == C).update(decision="remove", reason="remove_rule", rule="old")
    one_more(plan)


def decided_twice(plan: Data) -> None:
    plan["decisions"].append(dict(plan["decisions"][0]))


def unblocked(plan: Data) -> None:
    plan["would"] = [action(A)]


def blocked(plan: Data) -> None:
    plan["blocked"] = "max_removals"
    plan["actions"], plan["would"] = [], plan["actions"]


def half_blocked(plan: Data) -> None:
    plan["blocked"] = "max_removals"


def more_bytes(plan: Data) -> None:
    plan["accounting"]["lower_bytes"] += 1


@pytest.mark.parametrize(
    "edit, message",
    [
        (one_more, f"plan.actions[3] removes {C}, which plan.decisions keeps (keep_rule)"),
        (one_less, "removes {gone}, but plan.actions does not"),
        (twice, f"plan.actions[3] removes {A} a second time"),
        (unknown, f"plan.actions[3] removes {long_id('x')}, which is not in plan.decisions"),
        (another_reason, 'plan.actions[0].reason is "budget", plan.decisions says "remove_rule"'),
        (another_rule, 'plan.actions[0].rule is "new", which is not a remove rule of this policy'),
        (decided_otherwise, "plan.actions removes 4 of 4 images, max_removals allows 3"),
        (decided_twice, f"plan.decisions[4] is a second one about {A}"),
        (unblocked, "plan.would must be empty in a plan that is not blocked"),
        (blocked, "plan.blocked is max_removals, which allows 3 of 4 images"),
        (half_blocked, "plan.actions must be empty in a plan that is blocked by max_removals"),
        (more_bytes, "plan.accounting is exact, and says both"),
    ],
)
def test_a_plan_that_was_edited(edit: t.Callable[[Data], None], message: str) -> None:
    plan = planned()
    last = plan["actions"][-1]["id"]
    edit(plan)
    with pytest.raises(InputError) as caught:
        check(plan)
    assert message.format(gone=last) in str(caught.value)
    assert str(caught.value).endswith(": the plan was edited, make a new plan")


def test_a_budget_that_the_policy_does_not_have() -> None:
    plan = planned({"states": ["tagged"]})
    plan["budget"] = planned()["budget"]
    with pytest.raises(InputError, match=r"plan\.budget must be null, since the policy has no budget"):
        check(plan, {"states": ["tagged"]})
