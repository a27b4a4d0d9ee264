# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a run of image_prune: changed or not, warnings, and the sentence that it fails with."""

from __future__ import annotations

import typing as t

from .._core.prune.removal_outcome import (
    ALREADY_ABSENT,
    DEFERRED,
    GONE,
    PLANNED,
    REMOVED,
    Outcome,
    failure_message,
    kept_sentences,
)
from .._core.prune.shortfall import foreseen_sentence, foreseen_shortfall, measured_shortfall, not_met, perhaps_not_met

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._core.prune.budget import Disk
    from .._core.prune.plan_schema import PlanData
    from .._core.prune.policy import Policy


class Measured(t.NamedTuple):
    """Bytes, after apply."""

    total: int
    """The engine's total of all layers."""
    reclaimed: int
    """By how much it dropped."""
    disk: Disk | None
    """As it was before."""


class Result(t.NamedTuple):
    """What the module returns. ``failure`` is the message of a failed task, which has the result as well."""

    changed: bool
    plan: PlanData
    outcomes: list[Outcome]
    space_reclaimed: int | None
    """Measured, in bytes; ``None`` where the engine does not report its total, or nothing was applied."""
    warnings: list[str]
    failure: str | None

    def to_dict(self) -> dict[str, t.Any]:
        """Plain data."""
        accounting = self.plan["accounting"]
        is_certain = accounting["certain"] or not self.plan["actions"]
        predicted: int | None = accounting["lower_bytes"] if is_certain else None
        deferred = {outcome.id for outcome in self.outcomes if outcome.outcome == DEFERRED}
        if deferred:
            # The bytes of the first removals add up where they are exact. Bounds say something of all of them only.
            now = [action["reclaim_bytes"] for action in self.plan["actions"] if action["id"] not in deferred]
            predicted = sum(now) if accounting["method"] == "exact" else None
        return {
            "changed": self.changed,
            "plan": self.plan,
            "images": [outcome.to_dict() for outcome in self.outcomes],
            "space_reclaimed_predicted": predicted,
            "space_reclaimed": self.space_reclaimed,
        }

    def diff(self) -> dict[str, t.Any]:
        """Images before and after, for diff mode; those that were gone already are left out."""
        before = [one for one in self.outcomes if one.outcome != ALREADY_ABSENT]
        after = [one for one in before if one.outcome not in (REMOVED, PLANNED)]
        return {
            "before": {"images": [{"id": one.id, "references": list(one.references)} for one in before]},
            "after": {
                "images": [
                    {"id": one.id, "references": [name for name in one.references if name not in one.lost_references]}
                    for one in after
                ]
            },
        }


def blocked(plan: PlanData, warnings: Sequence[str]) -> Result:
    """A plan that is larger than allowed."""
    would, count = len(plan["would"]), len(plan["decisions"])
    why = f"the plan would remove {would} of {count} images, more than {plan['blocked']} allows"
    return Result(False, plan, [], None, list(warnings), f"nothing was removed: {why}")


def foreseen(
    plan: PlanData, policy: Policy, outcomes: list[Outcome], reclaimed: int | None, warnings: Sequence[str]
) -> Result:
    """Nothing was removed: the plan alone says whether its budget will be met."""
    changed = any(one.outcome == PLANNED for one in outcomes)
    said, failure = [*warnings, *kept_sentences(outcomes)], failure_message(outcomes)
    if policy.on_budget_unmet == "fail":
        missing = foreseen_shortfall(plan)
        if missing is None:
            said.append(perhaps_not_met(plan))
        elif missing:
            failure = failure or not_met(plan, missing)
    return Result(changed, plan, outcomes, reclaimed, said, failure)


def result_of(
    plan: PlanData, policy: Policy, outcomes: list[Outcome], measured: Measured | None, warnings: Sequence[str]
) -> Result:
    """After apply. What was measured says whether the budget is met."""
    said, failure = [*warnings, *kept_sentences(outcomes)], failure_message(outcomes)
    unmet = _unmet(plan, policy, outcomes, measured)
    if policy.on_budget_unmet == "fail":
        failure = failure or unmet
    elif policy.on_budget_unmet == "warn" and not _is_deferred(outcomes):
        # It replaces the prediction.
        foreseen_before = foreseen_sentence(plan)
        said = [text for text in said if text != foreseen_before] + ([unmet] if unmet else [])
    accounting, complete = plan["accounting"], all(one.outcome == REMOVED for one in outcomes)
    reclaimed = None if measured is None else measured.reclaimed
    if accounting["method"] == "exact" and complete and reclaimed not in (None, accounting["lower_bytes"]):
        said.append(
            f"{reclaimed} bytes were freed instead of {accounting['lower_bytes']}: something else changed the images of"
            " this engine at the same time"
        )
    return Result(any(one.has_changed for one in outcomes), plan, outcomes, reclaimed, said, failure)


def _unmet(plan: PlanData, policy: Policy, outcomes: Sequence[Outcome], measured: Measured | None) -> str | None:
    """A sentence if the budget is not met. Without a measurement, what was foreseen counts, if it all came true."""
    if policy.budget is None:
        return None
    if _is_deferred(outcomes):
        # What the next runs free is not missing.
        missing = foreseen_shortfall(plan) or 0
    elif measured is not None:
        missing = measured_shortfall(plan, policy.budget, measured.disk, measured.total, measured.reclaimed)
    elif all(one.outcome in GONE for one in outcomes):
        missing = foreseen_shortfall(plan) or 0
    else:
        return (
            "it is not known whether the budget is met: some planned images were not removed, and the engine does not"
            " report a total"
        )
    return not_met(plan, missing) if missing else None


def _is_deferred(outcomes: Sequence[Outcome]) -> bool:
    return any(one.outcome == DEFERRED for one in outcomes)
