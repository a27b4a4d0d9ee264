# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a budget is met: as a plan foresees it, and by the engine's total afterwards."""

from __future__ import annotations

import typing as t

from ..quantities import format_size

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .budget import Budget, Disk


def foreseen_shortfall(plan: Mapping[str, t.Any]) -> int | None:
    """Bytes that will be missing, at least; 0 if the budget will be met, or there is none.

    ``None``: only a measurement can show it, since what is needed lies between the plan's bounds.
    """
    budget, accounting = plan["budget"], plan["accounting"]
    if budget is None or budget["met"]:
        return 0
    if accounting["method"] == "exact":
        return int(budget["shortfall"])
    missing = int(budget["freed_by_rules"] + budget["need"] - accounting["upper_bytes"])
    return missing if accounting["upper_bytes"] >= 0 and missing > 0 else None


def not_met(plan: Mapping[str, t.Any], missing: int) -> str:
    """What is said of a budget that so many bytes are missing for."""
    return f"the budget is not met: {format_size(missing)} more would have to be freed{_besides_images(plan)}"


def perhaps_not_met(plan: Mapping[str, t.Any]) -> str:
    """What is said before anything is removed, if only a measurement can show it."""
    more = format_size(plan["budget"]["shortfall"])
    return (
        f"the budget may not be met: only bounds are known, and {more} of what is needed may not be freed"
        f"{_besides_images(plan)}"
    )


def _besides_images(plan: Mapping[str, t.Any]) -> str:
    """Where else the bytes may be."""
    size = plan["build_cache"]
    if size <= 0:
        return ""
    return f". {format_size(size)} of build cache are not images: docker builder prune --all removes what no build uses"


def foreseen_sentence(plan: Mapping[str, t.Any]) -> str | None:
    """What the plan has to say of a budget that will not be met, or perhaps not."""
    missing = foreseen_shortfall(plan)
    if missing is None:
        return perhaps_not_met(plan)
    return not_met(plan, missing) if missing else None


def target_of(plan: Mapping[str, t.Any]) -> int | None:
    """The engine's total at which evictions end; ``None`` if the plan has no eviction in mind, or knew no total."""
    budget = plan["budget"]
    if budget is None or budget["need"] == 0 or budget["used_before"] < 0:
        return None
    return int(budget["used_before"] - budget["freed_by_rules"] - budget["need"])


def measured_shortfall(plan: Mapping[str, t.Any], budget: Budget, disk: Disk | None, total: int, reclaimed: int) -> int:
    """Bytes that are still missing, or 0. ``total`` is the engine's after all that went, ``reclaimed`` what went."""
    target = target_of(plan)
    if target is not None:
        return max(0, total - target)
    if plan["budget"]["need"]:
        return max(0, int(plan["budget"]["freed_by_rules"] + plan["budget"]["need"]) - reclaimed)
    # The rules alone were to keep the host within its budget. Whether they did is asked as if nothing had been done.
    return max(0, budget.need(total, disk and disk._replace(free=disk.free + reclaimed), 0))
