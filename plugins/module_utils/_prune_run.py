# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan and, outside of check mode, apply: what the module image_prune does, without the module."""

from __future__ import annotations

import typing as t
from collections import Counter

from ._core.prune.outcome import (
    FAILURES,
    GONE,
    NOT_NEEDED,
    NOT_REACHED,
    PLANNED,
    REMOVED,
    Outcome,
    failure_message,
    outcome_of,
)
from ._core.prune.plan import make_plan
from ._core.prune.saved import check_saved_plan
from ._core.quantities import format_size
from ._engine_errors import EngineError
from ._images import engine_name, layers_size_of
from ._prune_apply import apply, apply_side_by_side
from ._prune_facts import disk_usage, gather, with_layers

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from ._core.prune.budget import Disk
    from ._core.prune.policy import Policy
    from ._engine import Engine
    from ._prune_facts import HostFacts

    Connect = Callable[[], AbstractContextManager[Engine]]

PlanData = dict[str, t.Any]

_MANY = 20


class Request(t.NamedTuple):
    """What the user asked for, checked."""

    policy: Policy
    now: int
    disk: Disk | None
    plan: t.Any
    """A saved plan, or None to make one."""
    plan_max_age: int
    check_mode: bool


class Result(t.NamedTuple):
    """What the module returns. ``failure`` is the sentence it fails with, though the result is there all the same."""

    changed: bool
    plan: PlanData
    outcomes: list[Outcome]
    space_reclaimed: int | None
    """Measured, in bytes; ``None`` where the engine does not tell its total, or nothing was applied."""
    warnings: list[str]
    failure: str | None

    def to_dict(self) -> dict[str, t.Any]:
        """Plain data."""
        accounting = self.plan["accounting"]
        # A bound is no promise: where the two differ they stand in the plan, side by side.
        certain = accounting["lower_bytes"] == accounting["upper_bytes"]
        return {
            "changed": self.changed,
            "plan": self.plan,
            "images": [outcome.to_dict() for outcome in self.outcomes],
            "space_reclaimed_predicted": accounting["lower_bytes"] if certain else None,
            "space_reclaimed": self.space_reclaimed,
            "diff": _diff(self.outcomes),
        }


def saved_plan(request: Request) -> PlanData | None:
    """The saved plan, checked before any engine is asked. Raises InputError."""
    if request.plan is None:
        return None
    actions = check_saved_plan(request.plan, request.policy.digest, request.now, request.plan_max_age)
    return {**request.plan, "actions": actions}


def prune(engine: Engine, request: Request, saved: PlanData | None, connect_again: Connect | None = None) -> Result:
    """Plan, apply, measure. ``connect_again`` gives further connections, for large plans. Raises EngineError."""
    side_by_side = False
    if saved is None:
        facts = gather(engine, request.policy, request.disk)
        plan = make_plan(facts.images, request.policy, request.now, facts.figures).to_dict()
        if request.policy.accounting == "auto" and _is_vague(plan):
            facts = with_layers(engine, facts)
            plan = make_plan(facts.images, request.policy, request.now, facts.figures).to_dict()
        warnings, total = facts.warnings + plan["warnings"], facts.figures.total
        side_by_side = _is_worth_connections(plan, facts)
    else:
        plan, warnings, total = saved, [], None
    if plan.get("blocked"):
        return Result(False, plan, [], None, warnings, f"nothing was removed: {_why_blocked(plan)}")
    actions = plan["actions"]
    if request.check_mode or not actions:
        planned = [outcome_of(action, PLANNED) for action in actions]
        measured = None if request.check_mode else 0
        return Result(bool(actions), plan, planned, measured, warnings, _unmet(plan, request.policy))
    if total is None:
        total = _total(engine)
    if connect_again is not None and side_by_side:
        with connect_again() as second, connect_again() as third:
            outcomes = apply_side_by_side([engine, second, third], actions)
    else:
        outcomes = apply(engine, actions, _enough(engine, plan))
    reclaimed = _reclaimed(engine, total, outcomes)
    return Result(
        changed=any(one.outcome == REMOVED or one.lost_references for one in outcomes),
        plan=plan,
        outcomes=outcomes,
        space_reclaimed=reclaimed,
        warnings=warnings + _after(plan, outcomes, reclaimed),
        failure=failure_message(outcomes) or _unmet(plan, request.policy),
    )


def _is_worth_connections(plan: PlanData, facts: HostFacts) -> bool:
    """Whether many images go of which none waits for another one, nor for a measurement.

    Only with graph drivers: the other stores do one removal at a time anyhow, and Podman fails over images that go away
    while it looks at others.
    """
    going = {action["id"] for action in plan["actions"]}
    return (
        len(going) >= _MANY
        and facts.engine.get("image_store") == "graphdriver"
        and (plan["budget"] is None or plan["accounting"]["method"] == "exact")
        and not any(image.summary.parent_id in going for image in facts.images)
    )


def _is_vague(plan: PlanData) -> bool:
    """Whether the bytes of what goes could be known better. A plan that does nothing costs no further request."""
    return bool(plan["actions"]) and plan["accounting"]["lower_bytes"] != plan["accounting"]["upper_bytes"]


def _total(engine: Engine) -> int | None:
    return layers_size_of(disk_usage(engine), engine_name(engine.version_info))


def _enough(engine: Engine, plan: PlanData) -> Callable[[], bool]:
    """Whether evictions may stop early: bounds tell only what is sure to go, so the engine is measured in between."""
    budget = plan.get("budget")
    if not budget or budget["used_before"] < 0 or plan["accounting"]["method"] == "exact":
        return lambda: False
    target = budget["used_before"] - budget["freed_by_rules"] - budget["need"]

    def enough() -> bool:
        total = _total(engine)
        return total is not None and total <= target

    return enough


def _reclaimed(engine: Engine, before: int | None, outcomes: Sequence[Outcome]) -> int | None:
    """By how much the total dropped. An engine that fails now must not hide what was done before."""
    if before is None or any(one.outcome == NOT_REACHED for one in outcomes):
        return None
    try:
        after = _total(engine)
    except EngineError:
        return None
    return None if after is None else max(0, before - after)


def _after(plan: PlanData, outcomes: Sequence[Outcome], reclaimed: int | None) -> list[str]:
    stays = [one for one in outcomes if one.outcome not in (*GONE, *FAILURES, NOT_NEEDED)]
    warnings = []
    if stays:
        counts = Counter(one.outcome for one in stays)
        kinds = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
        warnings.append(
            f"{len(stays)} images of the plan stay ({kinds}); the first is {stays[0].id}: {stays[0].detail}"
        )
    accounting = plan["accounting"]
    complete = all(one.outcome == REMOVED for one in outcomes)
    if accounting["method"] == "exact" and complete and reclaimed not in (None, accounting["lower_bytes"]):
        warnings.append(
            f"{accounting['lower_bytes']} bytes were to be freed, {reclaimed} were: something else changed the images"
            " of this engine at the same time"
        )
    return warnings


def _unmet(plan: PlanData, policy: Policy) -> str | None:
    budget = plan.get("budget")
    if not budget or budget["met"] or policy.on_budget_unmet != "fail":
        return None
    return f"the budget is not met: {format_size(budget['shortfall'])} more would have to go"


def _why_blocked(plan: PlanData) -> str:
    would, count = len(plan["would"]), len(plan["decisions"])
    return f"the plan would remove {would} of {count} images, more than {plan['blocked']} allows"


def _diff(outcomes: Sequence[Outcome]) -> dict[str, t.Any]:
    """Images before and after; those that stay anyway are left out."""
    before = [{"id": one.id, "references": list(one.references)} for one in outcomes]
    gone = {one.id for one in outcomes if one.outcome in (*GONE, PLANNED)}
    return {
        "before": {"images": before},
        "after": {"images": [image for image in before if image["id"] not in gone]},
    }
