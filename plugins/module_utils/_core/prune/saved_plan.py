# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a saved plan may be applied.

It may have been in a file, in an editor, or in a template of ansible-core 2.17, which makes text of numbers. What is
read later is checked here, before any engine is asked. A plan whose parts contradict each other, or that does what the
policy does not allow, was edited.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..fields import any_texts_of, choice_of, flag_of, list_of, mapping_of, text_of
from ..image.summary import image_id
from ..quantities import format_duration, parse_integer
from ..timestamps import NOT_KNOWN, to_epoch
from .plan import PLAN_VERSION, exceeded_limit
from .policy import LIMIT_KEYS

if t.TYPE_CHECKING:
    from .policy import Policy

REASONS = ("remove_rule", "budget", "cascade")
_EDITED = "the plan was edited, make a new plan"

Data = dict[str, t.Any]


def check_saved_plan(plan: t.Any, policy: Policy, clock: int, max_age: int) -> Data:
    """The plan, with numbers as numbers. ``clock`` is the time of day, ``max_age`` is in seconds.

    Raises InputError if it is not a plan, is too old, was made for another policy, or was edited. The host may have
    changed since: that is for the checks before each removal to find out.
    """
    given = mapping_of(plan, "plan", "a plan", "E_PLAN")
    if str(given.get("plan_version")) != str(PLAN_VERSION):
        raise InputError(
            f"plan.plan_version must be {PLAN_VERSION}, got {shown(given.get('plan_version'))}: this is not a plan of"
            " this collection, or one of another release",
            "E_PLAN",
        )
    if given.get("policy_digest") != policy.digest:
        raise InputError(
            "plan was made for another policy: give the options that it was made with, or make a new plan",
            "E_PLAN_POLICY",
        )
    _check_age(given.get("now"), clock, max_age)
    found = {
        **given,
        "plan_version": PLAN_VERSION,
        "decisions": [_decision(item, where) for where, item in _entries(given, "decisions")],
        "actions": [_action(item, where) for where, item in _entries(given, "actions")],
        "would": [_action(item, where) for where, item in _entries(given, "would")],
        "blocked": _blocked(given.get("blocked")),
        "budget": _budget(given.get("budget"), policy),
        "build_cache": parse_integer(given.get("build_cache", -1), "plan.build_cache", "E_PLAN", minimum=-1),
        "accounting": _accounting(given.get("accounting")),
    }
    _check_actions(found, policy)
    return found


def _check_age(now: t.Any, clock: int, max_age: int) -> None:
    made = to_epoch(now, "plan.now", "E_PLAN")
    if made == NOT_KNOWN:
        raise InputError(f"plan.now must be the time when the plan was made, got {shown(now)}", "E_PLAN")
    if not -max_age <= clock - made <= max_age:
        age = format_duration(abs(clock - made))
        when = f"{age} old" if clock > made else f"from {age} in the future"
        raise InputError(
            f"plan is {when}, plan_max_age allows {format_duration(max_age)}: make a new plan", "E_PLAN_STALE"
        )


def _check_actions(plan: Data, policy: Policy) -> None:
    """The actions are what the decisions and the policy say, no more and no less."""
    doing, idle = ("would", "actions") if plan["blocked"] else ("actions", "would")
    if plan[idle]:
        state = f"blocked by {plan['blocked']}" if plan["blocked"] else "not blocked"
        raise _edited(f"plan.{idle} must be empty in a plan that is {state}")
    decided: dict[str, Data] = {}
    for index, decision in enumerate(plan["decisions"]):
        if decision["id"] in decided:
            raise _edited(f"plan.decisions[{index}] is a second one about {decision['id']}")
        decided[decision["id"]] = decision
    seen: set[str] = set()
    for index, action in enumerate(plan[doing]):
        _check_action(action, f"plan.{doing}[{index}]", decided.get(action["id"]), policy)
        if action["id"] in seen:
            raise _edited(f"plan.{doing}[{index}] removes {action['id']} a second time")
        seen.add(action["id"])
    for index, decision in enumerate(plan["decisions"]):
        if decision["decision"] == "remove" and decision["id"] not in seen:
            raise _edited(f"plan.decisions[{index}] removes {decision['id']}, but plan.{doing} does not")
    limit = exceeded_limit(policy, len(seen), len(decided))
    if limit != plan["blocked"]:
        does = f"removes {len(seen)} of {len(decided)} images, {{}} allows {{}}"
        raise _edited(
            f"plan.{doing} {does.format(limit, getattr(policy, limit))}"
            if limit
            else f"plan.blocked is {plan['blocked']}, which allows {len(seen)} of {len(decided)} images"
        )


def _check_action(action: Data, where: str, decision: Data | None, policy: Policy) -> None:
    if decision is None:
        raise _edited(f"{where} removes {action['id']}, which is not in plan.decisions")
    if decision["decision"] != "remove":
        raise _edited(f"{where} removes {action['id']}, which plan.decisions keeps ({decision['reason']})")
    for key in ("reason", "rule"):
        if action[key] != decision[key]:
            raise _edited(f"{where}.{key} is {shown(action[key])}, plan.decisions says {shown(decision[key])}")
    rules = [rule.name for rule in policy.remove_rules] if action["reason"] == "remove_rule" else [action["reason"]]
    if action["rule"] not in rules or (action["reason"] == "budget" and policy.budget is None):
        raise _edited(f"{where}.rule is {shown(action['rule'])}, which is not a remove rule of this policy")


def _edited(problem: str) -> InputError:
    return InputError(f"{problem}: {_EDITED}", "E_PLAN_EDITED")


def _decision(value: t.Any, where: str) -> Data:
    decision = mapping_of(value, where, code="E_PLAN")
    return {
        **decision,
        "id": image_id(decision.get("id"), f"{where}.id"),
        "decision": choice_of(decision.get("decision"), f"{where}.decision", ("keep", "remove"), "E_PLAN"),
        "reason": _text(decision.get("reason"), f"{where}.reason"),
        "rule": None if decision.get("rule") in (None, "") else _text(decision["rule"], f"{where}.rule"),
    }


def _action(value: t.Any, where: str) -> Data:
    action = mapping_of(value, where, code="E_PLAN")
    return {
        "id": image_id(action.get("id"), f"{where}.id"),
        "references": any_texts_of(action.get("references"), f"{where}.references", "E_PLAN"),
        "reason": choice_of(action.get("reason"), f"{where}.reason", REASONS, "E_PLAN"),
        "rule": _text(action.get("rule"), f"{where}.rule"),
        "reclaim_bytes": parse_integer(action.get("reclaim_bytes"), f"{where}.reclaim_bytes", "E_PLAN"),
    }


def _blocked(value: t.Any) -> str | None:
    # Templates of ansible-core 2.17 make an empty text of null.
    return None if value in (None, "") else choice_of(value, "plan.blocked", LIMIT_KEYS, "E_PLAN")


def _budget(value: t.Any, policy: Policy) -> Data | None:
    if policy.budget is None:
        if value not in (None, ""):
            raise _edited("plan.budget must be null, since the policy has no budget")
        return None
    budget = mapping_of(value, "plan.budget", code="E_PLAN")
    numbers = {
        key: parse_integer(budget.get(key), f"plan.budget.{key}", "E_PLAN", minimum=-1 if key == "used_before" else 0)
        for key in ("used_before", "freed_by_rules", "need", "reclaim", "shortfall")
    }
    return {**budget, **numbers, "met": flag_of(budget.get("met"), "plan.budget.met", "E_PLAN")}


def _accounting(value: t.Any) -> Data:
    accounting = mapping_of(value, "plan.accounting", code="E_PLAN")
    method = choice_of(accounting.get("method"), "plan.accounting.method", ("exact", "bounds"), "E_PLAN")
    lower = parse_integer(accounting.get("lower_bytes"), "plan.accounting.lower_bytes", "E_PLAN", minimum=0)
    upper = parse_integer(accounting.get("upper_bytes"), "plan.accounting.upper_bytes", "E_PLAN", minimum=-1)
    certain = flag_of(accounting.get("certain", method == "exact"), "plan.accounting.certain", "E_PLAN")
    if (method == "exact" or certain) and lower != upper:
        raise _edited(f"plan.accounting is exact, and says both {lower} and {upper} bytes")
    return {**accounting, "method": method, "lower_bytes": lower, "upper_bytes": upper, "certain": certain}


def _entries(plan: t.Any, key: str) -> t.Iterator[tuple[str, t.Any]]:
    items = list_of(plan.get(key), f"plan.{key}", code="E_PLAN", may_be_null=False)
    return ((f"plan.{key}[{index}]", item) for index, item in enumerate(items))


def _text(value: t.Any, where: str) -> str:
    return str(text_of(value, where, "E_PLAN", may_be_empty=True))
