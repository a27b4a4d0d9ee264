# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer for each image: keep or remove, every reason in a fixed order, and a sentence."""

from __future__ import annotations

import typing as t

from . import decision_sentences

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .plan_schema import Action, Decision
    from .planned_image import PlannedImage
    from .removals import Selection


def decide(images: Sequence[PlannedImage], chosen: Selection, evict_order: str, now: int) -> list[Decision]:
    """One decision per image, sorted by ID."""
    exact = chosen.accounting.method == "exact"
    return [_decision(image, chosen, evict_order, exact, now) for image in images]


def _decision(image: PlannedImage, chosen: Selection, evict_order: str, exact: bool, now: int) -> Decision:
    rule: str | None
    facts = image.facts
    if image.frees is None:
        reasons = _reasons_to_keep(image, chosen.need is not None)
        rule = _rule_that_keeps(reasons[0], image) if image.kept_by or image.obstacles else None
        code = "unsure" if reasons[0] == "no_reclaimable_bytes" and image.unsure else reasons[0]
        detail = decision_sentences.kept(code, image, now)
    elif image.evicted:
        reasons, rule = ["budget"], "budget"
        detail = decision_sentences.evicted(image.evicted, len(chosen.evicted), evict_order, image.frees, exact)
    elif image.removed_by is not None:
        reasons, rule = ["remove_rule"], image.removed_by.name
        detail = decision_sentences.removed_by_rule(image.removed_by, facts, now)
    else:
        reasons, rule = ["cascade"], "cascade"
        detail = decision_sentences.cascade()
    return {
        "id": facts.id,
        "references": list(facts.references),
        "size": facts.summary.size,
        "state": facts.state,
        "decision": "keep" if image.frees is None else "remove",
        "reason": reasons[0],
        "reasons": reasons,
        "rule": rule,
        "detail": detail,
    }


def action(decision: Decision, reclaim_bytes: int) -> Action:
    """What is done about an image that is removed."""
    return {
        "id": decision["id"],
        "references": list(decision["references"]),
        "reason": decision["reason"],
        "rule": decision["rule"],
        "reclaim_bytes": reclaim_bytes,
    }


def _reasons_to_keep(image: PlannedImage, has_budget: bool) -> list[str]:
    """Every reason, in the fixed order: lifting the first one shows what else is in the way."""
    obstacles = () if image.removed_by or not image.obstacles else [code for code, _rule in image.obstacles]
    found = [*image.invariants]
    if image.kept_by:
        found.append("keep_rule")
    if image.blocked_by_children:
        found.append("has_kept_children")
    if obstacles:
        found += [code for code in ("partial_match", "age_unknown", "last_use_unknown") if code in obstacles]
    if image.worthless or image.unsure:
        found.append("no_reclaimable_bytes")
    elif image.candidate:
        found.append("budget_met")
    if image.facts.state == "intermediate":
        found.append("intermediate")
    elif not has_budget and image.removed_by is None and not obstacles:
        found.append("no_rule_matched")
    return found


def _rule_that_keeps(reason: str, image: PlannedImage) -> str | None:
    if reason == "keep_rule":
        return image.kept_by[0][0].name
    return next((rule.name for code, rule in image.obstacles if code == reason), None)
