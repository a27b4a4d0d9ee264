# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: a pure function of facts, policy and clock, with a decision and all its reasons for every image.

Evaluation order: invariants, keep rules, remove rules, parent closure, budget, cascade, blast radius. Keep needs ANY,
remove needs ALL, unknown keeps; an image is removed whole or not at all.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..errors import InputError
from ..quantities import parse_size
from ..timestamps import format_epoch, to_epoch
from .budget import Disk
from .bytes.figures import Figures
from .decisions import action, decide
from .digests import digest
from .held import held_images, mark_held, measure_held
from .image_facts import read_images
from .keep_warnings import keep_pattern_warnings
from .name_meanings import policy_of_host
from .policy import Policy
from .removals import choose
from .shortfall import foreseen_sentence
from .verdicts import evaluate

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .plan_schema import Action, Decision, HeldImage, PlanAccounting, PlanBudget, PlanData
    from .removals import Selection

PLAN_VERSION = 1


@dataclass(frozen=True)
class Plan:
    """The plan as plain data, field by field as :func:`to_dict` returns it. Sizes are bytes, -1 is not known."""

    now: int
    policy_digest: str
    facts_digest: str
    actions: list[Action]
    decisions: list[Decision]
    budget: PlanBudget | None
    accounting: PlanAccounting
    warnings: list[str]
    held_by_stopped: list[HeldImage]
    build_cache: int = -1
    blocked: str | None = None
    would: tuple[Action, ...] = ()
    """The actions of a plan that is blocked: what it would do."""

    def to_dict(self) -> PlanData:
        """Plain data that may go through JSON and a playbook."""
        return {
            "plan_version": PLAN_VERSION,
            "now": format_epoch(self.now),
            "policy_digest": self.policy_digest,
            "facts_digest": self.facts_digest,
            "actions": self.actions,
            "decisions": self.decisions,
            "budget": self.budget,
            "build_cache": self.build_cache,
            "accounting": self.accounting,
            "blocked": self.blocked,
            "would": list(self.would),
            "held_by_stopped": self.held_by_stopped,
            "warnings": self.warnings,
        }


def plan_from_options(
    images: t.Any,
    options: t.Any,
    now: int | None,
    layers_size: t.Any = None,
    disk: t.Any = None,
    build_cache_shared: t.Any = None,
) -> Plan:
    """Read everything as a playbook hands it on, and plan. Raises InputError that names the key."""
    known_disk = Disk.parse(disk)
    policy = Policy.parse(options, known_disk)
    moment = policy_now(options) if now is None else now
    if moment is None:
        raise InputError("now must be given: the plan reads no clock", "E_NOW")
    total = None if layers_size is None else parse_size(layers_size, "layers_size")
    held = 0 if build_cache_shared is None else parse_size(build_cache_shared, "build_cache_shared")
    return make_plan(read_images(images), policy, moment, Figures(total, held, known_disk, ()))


def policy_now(options: t.Any) -> int | None:
    """The policy's own clock, if it has one."""
    now = options.get("now") if hasattr(options, "keys") else None
    return None if now is None else to_epoch(now, "now", "E_NOW")


def make_plan(images: Sequence[ImageFacts], policy: Policy, now: int, figures: Figures, engine: str = "") -> Plan:
    """Decide about every image. ``images`` are sorted by ID; ``engine`` is ``docker``, ``podman``, or not known."""
    meant, name_warnings = policy_of_host(policy, [image.summary for image in images], engine)
    planned = evaluate(images, meant, now)
    mark_held(planned, now - policy.stopped_for)
    chosen = choose(planned, policy, figures)
    held = measure_held(planned, chosen)
    decisions = decide(planned, chosen, policy.evict_order, now)
    actions = [action(decisions[image.position], image.frees or 0) for image in chosen.removed]
    budget = _budget(chosen, policy, figures)
    warnings = name_warnings + keep_pattern_warnings(chosen.removed, meant) + chosen.accounting.warnings
    accounting: PlanAccounting = {
        "method": chosen.accounting.method,
        "lower_bytes": chosen.lower,
        "upper_bytes": chosen.upper,
        "certain": chosen.accounting.method == "exact"
        or (chosen.lower == chosen.upper and figures.sizes_are_of_layers),
        "obstacles": chosen.accounting.obstacles,
    }
    if policy.on_budget_unmet == "warn":
        unmet = foreseen_sentence({"budget": budget, "accounting": accounting, "build_cache": figures.build_cache})
        warnings += [unmet] if unmet else []
    plan = Plan(
        now=now,
        policy_digest=policy.digest,
        facts_digest=_facts_digest(images),
        actions=actions,
        decisions=decisions,
        budget=budget,
        accounting=accounting,
        warnings=sorted(set(warnings)),
        held_by_stopped=held_images(held),
        build_cache=figures.build_cache,
    )
    return _within_limits(plan, policy, len(images))


def exceeded_limit(policy: Policy, planned: int, count: int) -> str | None:
    """The limit that so many removals of so many images go beyond."""
    if policy.max_removals is not None and planned > policy.max_removals:
        return "max_removals"
    if policy.max_removal_percent is not None and planned * 100 > policy.max_removal_percent * count:
        return "max_removal_percent"
    return None


def _within_limits(plan: Plan, policy: Policy, count: int) -> Plan:
    """A plan larger than allowed is not cut short: it does nothing, and says what it would do."""
    planned = len(plan.actions)
    blocked = exceeded_limit(policy, planned, count)
    if blocked is None:
        return plan
    limit = getattr(policy, blocked)
    budget = plan.budget
    if budget is not None:
        budget = {**budget, "reclaim": 0, "met": budget["need"] == 0, "shortfall": budget["need"]}
    return replace(
        plan,
        actions=[],
        would=tuple(plan.actions),
        blocked=blocked,
        budget=budget,
        accounting={**plan.accounting, "lower_bytes": 0, "upper_bytes": 0},
        warnings=sorted(
            [
                *plan.warnings,
                f"nothing is removed: {planned} of {count} images would be removed, but {blocked} allows {limit}",
            ]
        ),
    )


def _budget(chosen: Selection, policy: Policy, figures: Figures) -> PlanBudget | None:
    if policy.budget is None or chosen.need is None:
        return None
    return {
        "used_before": -1 if figures.total is None else figures.total,
        "freed_by_rules": chosen.freed_by_rules,
        "need": chosen.need,
        "reclaim": chosen.reclaimed,
        "met": chosen.reclaimed >= chosen.need,
        "shortfall": max(0, chosen.need - chosen.reclaimed),
    }


def _facts_digest(images: Sequence[ImageFacts]) -> str:
    return digest(
        [
            [image.id, image.references, image.containers, image.summary.size, image.summary.parent_id]
            for image in images
        ]
    )
