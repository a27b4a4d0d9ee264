# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan and, outside of check mode, apply: what the module image_prune does, without the module."""

from __future__ import annotations

import typing as t
from contextlib import suppress

from .._core.prune.plan import make_plan
from .._core.prune.removal_outcome import NOT_REACHED, planned_outcomes
from .._core.prune.shortfall import target_of
from .._core.prune.unknown_arrivals import unknown_arrivals
from .._engine.engine_error import EngineError
from .._engine.engine_images import read_images
from .apply import apply, apply_side_by_side
from .disk_usage import disk_usage, disk_usage_for, total_of
from .gather import gather, with_layers, with_stopped
from .prune_result import Measured, Result, blocked, foreseen, result_of
from .swarm import service_images

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .._core.image.summary import ImageSummary
    from .._core.prune.budget import Disk
    from .._core.prune.plan_schema import PlanData
    from .._core.prune.policy import Policy
    from .._core.prune.removal_outcome import Outcome
    from .._core.prune.services import ServiceImage
    from .._engine.port import Engine
    from .._usage.ask import UsageRequest
    from .gather import Gathered
    from .uses import Uses

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
    use: UsageRequest | None = None
    """How arrival and last use are asked for; ``None`` if no decision depends on them."""


def saved_plan(request: Request, clock: int) -> PlanData | None:
    """The saved plan, checked before any engine is asked. Raises InputError.

    ``clock`` is the time of day: a moment that the policy names for ages says nothing about how old a plan is.
    """
    if request.plan is None:
        return None
    # Imported here: nothing else needs it.
    from .._core.prune.saved_plan import check_saved_plan

    return t.cast("PlanData", check_saved_plan(request.plan, request.policy, clock, request.plan_max_age))


def prune(engine: Engine, request: Request, saved: PlanData | None) -> Result:
    """Plan, apply, measure. Raises EngineError."""
    if saved is not None:
        return _prune_by_saved_plan(engine, request, saved)
    facts = gather(engine, request.policy, request.disk)
    uses = None
    if request.use is not None:
        # Imported here: many policies have no ages.
        from .uses import Uses

        uses = Uses(engine, facts, request.use)
    facts, plan = _planned(engine, request, facts, uses)
    warnings = facts.warnings + plan["warnings"]
    if uses is not None:
        warnings += [*uses.warnings, *unknown_arrivals(plan, facts.images, request.policy, request.now)]
    if plan["blocked"]:
        return blocked(plan, warnings)
    if request.check_mode or not plan["actions"]:
        planned = planned_outcomes(plan["actions"], request.policy.removals_per_run)
        return foreseen(plan, request.policy, planned, None if request.check_mode else 0, warnings)
    independent = _are_independent(plan, facts.engine, (image.summary for image in facts.images))
    outcomes = _apply(engine, plan, request.policy, independent)
    measured, unmeasured = _measured(engine, request, facts.figures.total, outcomes)
    return result_of(plan, request.policy, outcomes, measured, warnings + unmeasured)


def _planned(engine: Engine, request: Request, facts: Gathered, uses: Uses | None) -> tuple[Gathered, PlanData]:
    """The plan, with more facts where it depends on them, and these facts."""
    name = facts.engine.get("name", "")

    def plan_of(facts: Gathered) -> PlanData:
        return make_plan(facts.images, request.policy, request.now, facts.figures, name).to_dict()

    facts = facts if uses is None else uses.added_to(facts)
    plan = plan_of(facts)
    if request.policy.accounting == "auto" and _is_vague(plan):
        facts = with_layers(engine, facts)
        plan = plan_of(facts)
    while uses is not None and (new := uses.unasked(plan, facts)):
        known, facts = facts, uses.with_tags(facts, new)
        if facts is known:
            break
        plan = plan_of(facts)
    held = [one["id"] for one in plan["decisions"] if one["reasons"] == ["in_use"] and one["id"] in facts.ended]
    if held:
        with_exits = with_stopped(engine, facts, held, request.now - request.policy.stopped_for)
        if with_exits is not facts:
            plan = plan_of(with_exits)
    return facts, plan


def _prune_by_saved_plan(engine: Engine, request: Request, plan: PlanData) -> Result:
    """The host may have changed since, which check mode has to find out as well."""
    if plan["blocked"]:
        return blocked(plan, [])
    if not plan["actions"]:
        return foreseen(plan, request.policy, [], None if request.check_mode else 0, [])
    if request.check_mode:
        at_most = request.policy.removals_per_run
        outcomes = apply(engine, plan["actions"], _enough_for_good(engine, plan), True, at_most, service_images(engine))
        return foreseen(plan, request.policy, outcomes, None, [])
    df, problem = disk_usage_for(engine, request.policy)
    warnings = [f"bytes are not known: {problem}"] if problem else []
    total, independent = total_of(engine, df), False
    if _may_go_side_by_side(plan):
        # One list costs little beside many removals. Without it, images are removed one after the other.
        with suppress(EngineError):
            found = read_images(engine, containers=False, all_images=True)
            independent = _are_independent(plan, found.engine or {}, found.images)
    services = service_images(engine)
    outcomes = _apply(engine, plan, request.policy, independent, services)
    measured, unmeasured = _measured(engine, request, total, outcomes)
    return result_of(plan, request.policy, outcomes, measured, warnings + unmeasured)


def _apply(
    engine: Engine,
    plan: PlanData,
    policy: Policy,
    independent: bool,
    services: Sequence[ServiceImage] = (),
) -> list[Outcome]:
    """One after the other, or what is ``independent`` side by side.

    ``services``: what they need, unless the plan was made with them a moment ago.
    """
    if not independent:
        enough = _enough(engine, plan)
        return apply(engine, plan["actions"], enough, at_most=policy.removals_per_run, services=services)
    return apply_side_by_side(engine, plan["actions"], policy.removals_per_run, services)


def _may_go_side_by_side(plan: PlanData) -> bool:
    """Whether many images are removed, and none waits for a measurement."""
    return len(plan["actions"]) >= _MANY and (plan["budget"] is None or plan["accounting"]["method"] == "exact")


def _are_independent(plan: PlanData, engine: Mapping[str, str], images: Iterable[ImageSummary]) -> bool:
    """Whether many images are removed, and none waits for another one or for a measurement.

    Only with graph drivers: the other stores do one removal at a time anyhow, and Podman fails over images that vanish
    while it looks at others.
    """
    if not _may_go_side_by_side(plan) or engine.get("image_store") != "graphdriver":
        return False
    going = {action["id"] for action in plan["actions"]}
    return not any(image.parent_id in going for image in images)


def _is_vague(plan: PlanData) -> bool:
    """Whether the bytes could be known better. A plan that removes nothing costs no further request."""
    return bool(plan["actions"]) and plan["accounting"]["lower_bytes"] != plan["accounting"]["upper_bytes"]


def _enough(engine: Engine, plan: PlanData) -> Callable[[], bool | None]:
    """Whether evictions may end: bounds say only what is sure to be freed, so the engine is measured in between.

    ``None``: it cannot be measured, and is not asked any more.
    """
    target = target_of(plan)
    if target is None or plan["accounting"]["method"] == "exact":
        return lambda: False
    limit, is_measured = target, True

    def enough() -> bool | None:
        nonlocal is_measured
        try:
            total = total_of(engine, disk_usage(engine)) if is_measured else None
        except EngineError:
            total = None
        is_measured = total is not None
        return None if total is None else total <= limit

    return enough


def _enough_for_good(engine: Engine, plan: PlanData) -> Callable[[], bool | None]:
    """The same while nothing is removed: one measurement is enough."""
    enough = _enough(engine, plan)
    met: list[bool | None] = []

    def enough_once() -> bool | None:
        if not met:
            met.append(enough())
        return met[0]

    return enough_once


def _measured(
    engine: Engine, request: Request, before: int | None, outcomes: Sequence[Outcome]
) -> tuple[Measured | None, list[str]]:
    """The total once more, and a warning. An engine that fails now must not hide what was done before."""
    if before is None or any(one.outcome == NOT_REACHED for one in outcomes):
        return None, []
    try:
        df, problem = disk_usage_for(engine, request.policy)
    except EngineError as exc:
        df, problem = None, exc.message
    after = total_of(engine, df)
    if after is None:
        return None, [f"space_reclaimed is not known: {problem}"] if problem else []
    return Measured(after, max(0, before - after), request.disk), []
