# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer for each image: keep or remove, every reason in a fixed order, and a sentence."""

from __future__ import annotations

import typing as t

from . import decision_sentences

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .image_facts import ImageFacts
    from .removals import Selection
    from .verdicts import Verdict


def decide(
    images: Sequence[ImageFacts],
    verdicts: Sequence[Verdict],
    chosen: Selection,
    evict_order: str,
    now: int,
    frees: Mapping[int, int],
) -> list[dict[str, t.Any]]:
    """One decision per image, sorted by ID. ``frees``: bytes by the number of each image that goes."""
    exact = chosen.accounting.method == "exact"
    evicted = {index: place for place, index in enumerate(chosen.evicted, 1)}
    unsure = set(chosen.unsure)
    worthless = unsure.union(chosen.worthless)
    stays = _kept_children(images, frees)
    decisions = []
    for index, (image, verdict) in enumerate(zip(images, verdicts)):
        rule: str | None = None
        if index in evicted:
            reasons, rule = ["budget"], "budget"
            detail = decision_sentences.evicted(evicted[index], len(evicted), evict_order, frees[index], exact)
        elif index in frees and verdict.removed_by is not None:
            reasons, rule = ["remove_rule"], verdict.removed_by.name
            detail = decision_sentences.removed_by_rule(verdict.removed_by, image, now)
        elif index in frees:
            reasons, rule = ["cascade"], "cascade"
            detail = decision_sentences.cascade()
        else:
            reasons = _reasons_to_keep(index, image, verdict, chosen, worthless)
            rule = _rule_that_keeps(reasons[0], verdict)
            code = "unsure" if reasons[0] == "no_reclaimable_bytes" and index in unsure else reasons[0]
            detail = decision_sentences.kept(code, image, verdict, stays.get(image.id, 0), now)
        decisions.append(
            {
                "id": image.id,
                "state": image.state,
                "decision": "remove" if index in frees else "keep",
                "reason": reasons[0],
                "reasons": reasons,
                "rule": rule,
                "detail": detail,
            }
        )
    return decisions


def _kept_children(images: Sequence[ImageFacts], frees: Mapping[int, int]) -> dict[str, int]:
    stays: dict[str, int] = {}
    for index, image in enumerate(images):
        if image.summary.parent_id and index not in frees:
            stays[image.summary.parent_id] = stays.get(image.summary.parent_id, 0) + 1
    return stays


def _reasons_to_keep(
    index: int, image: ImageFacts, verdict: Verdict, chosen: Selection, worthless: t.Collection[int]
) -> list[str]:
    """Every reason, in the fixed order: whoever lifts the first one sees what else is in the way."""
    obstacles = () if verdict.removed_by else tuple(code for code, _rule in verdict.obstacles)
    found = {
        **dict.fromkeys(verdict.invariants, True),
        "keep_rule": bool(verdict.kept_by),
        "has_kept_children": chosen.blocked_by_children[index],
        "partial_match": "partial_match" in obstacles,
        "age_unknown": "age_unknown" in obstacles,
        "last_use_unknown": "last_use_unknown" in obstacles,
        "no_reclaimable_bytes": index in worthless,
        "budget_met": chosen.candidates[index] and index not in worthless,
        "intermediate": image.state == "intermediate",
        "no_rule_matched": chosen.need is None
        and verdict.removed_by is None
        and not obstacles
        and image.state != "intermediate",
    }
    return [code for code, applies in found.items() if applies]


def _rule_that_keeps(reason: str, verdict: Verdict) -> str | None:
    if reason == "keep_rule":
        return verdict.kept_by[0][0].name
    return next((rule.name for code, rule in verdict.obstacles if code == reason), None)
