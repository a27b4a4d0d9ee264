# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that was saved and comes back: whether it may be applied."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..quantities import format_duration, parse_integer
from ..summary import image_id
from ..timestamps import to_epoch

REASONS = ("remove_rule", "budget", "cascade")
PLAN_VERSION = 1


def check_saved_plan(plan: t.Any, policy_digest: str, now: int, max_age: int) -> list[dict[str, t.Any]]:
    """Its actions. Raises InputError if it is no plan, is too old, or was made for another policy.

    The host may have changed since: that is for the checks before each removal to find out.
    """
    if not hasattr(plan, "keys"):
        raise InputError(f"plan must be a plan (a dictionary), got {shown(plan)}", "E_PLAN")
    if plan.get("plan_version") != PLAN_VERSION:
        raise InputError(
            f"plan.plan_version must be {PLAN_VERSION}, got {shown(plan.get('plan_version'))}: this is no plan of this"
            " collection, or one of another release",
            "E_PLAN",
        )
    if plan.get("policy_digest") != policy_digest:
        raise InputError(
            "plan was made for another policy: give the options that it was made with, or make a new plan",
            "E_PLAN_POLICY",
        )
    made = to_epoch(plan.get("now"), "plan.now", "E_PLAN")
    if not -max_age <= now - made <= max_age:
        age = format_duration(abs(now - made))
        when = f"{age} old" if now > made else f"from {age} in the future"
        raise InputError(
            f"plan is {when}, plan_max_age allows {format_duration(max_age)}: make a new plan", "E_PLAN_STALE"
        )
    actions = plan.get("actions")
    if isinstance(actions, (str, bytes)) or not isinstance(actions, (list, tuple)):
        raise InputError(f"plan.actions must be a list, got {shown(actions)}", "E_PLAN")
    return [_action(action, f"plan.actions[{index}]") for index, action in enumerate(actions)]


def _action(action: t.Any, where: str) -> dict[str, t.Any]:
    if not hasattr(action, "keys"):
        raise InputError(f"{where} must be a dictionary, got {shown(action)}", "E_PLAN")
    references = action.get("references")
    if not isinstance(references, (list, tuple)) or not all(isinstance(name, str) for name in references):
        raise InputError(f"{where}.references must be a list of strings, got {shown(references)}", "E_PLAN")
    if action.get("reason") not in REASONS:
        raise InputError(
            f"{where}.reason must be one of {', '.join(REASONS)}, got {shown(action.get('reason'))}", "E_PLAN"
        )
    return {
        "id": image_id(action.get("id"), f"{where}.id"),
        "references": [str(name) for name in references],
        "reason": str(action["reason"]),
        "rule": str(action.get("rule")),
        "reclaim_bytes": parse_integer(action.get("reclaim_bytes"), f"{where}.reclaim_bytes", "E_PLAN"),
    }
