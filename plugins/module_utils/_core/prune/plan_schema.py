# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a plan, as modules and filters return it. Sizes are bytes, -1 is not known."""

from __future__ import annotations

import typing as t


class Action(t.TypedDict):
    """One removal; ``rule`` is the policy's, ``budget`` or ``cascade``."""

    id: str
    references: list[str]
    reason: str
    rule: str | None
    reclaim_bytes: int


class Decision(t.TypedDict):
    """Keep or remove, for every image: all reasons in a fixed order, and a sentence."""

    id: str
    references: list[str]
    size: int
    state: str
    decision: t.Literal["keep", "remove"]
    reason: str
    reasons: list[str]
    rule: str | None
    detail: str


class PlanBudget(t.TypedDict):
    """What the budget wants, and what the plan can do for it."""

    used_before: int
    freed_by_rules: int
    need: int
    reclaim: int
    met: bool
    shortfall: int


class PlanAccounting(t.TypedDict):
    """How the bytes were counted; ``obstacles`` are sentences that say why not exactly.

    ``certain``: whether the bounds are equal, and the bytes by which the engine's total will drop.
    """

    method: str
    lower_bytes: int
    upper_bytes: int
    certain: bool
    obstacles: list[str]


class HeldContainer(t.TypedDict):
    """A container that has exited, and when."""

    id: str
    name: str
    exited: str


class HeldImage(t.TypedDict):
    """An image that only containers which stopped long ago keep, and the bytes that are free without it."""

    id: str
    references: list[str]
    containers: list[HeldContainer]
    reclaim_bytes: int


class PlanData(t.TypedDict):
    """The whole plan."""

    plan_version: int
    now: str
    policy_digest: str
    facts_digest: str
    actions: list[Action]
    decisions: list[Decision]
    budget: PlanBudget | None
    build_cache: int
    accounting: PlanAccounting
    blocked: str | None
    would: list[Action]
    held_by_stopped: list[HeldImage]
    warnings: list[str]
