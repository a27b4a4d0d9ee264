# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules say about each image by itself: what protects it, what keeps it, what would remove it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .keep_last import Rank, keep_newest

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import ImageFacts
    from .policy import Policy
    from .rules import Rule

INVARIANTS = ("in_use", "usage_unknown", "pinned", "read_only")


@dataclass
class Verdict:
    """All that was found about one image, before its parents, its children and the budget are looked at."""

    invariants: list[str] = field(default_factory=list)
    kept_by: list[tuple[Rule, Rank | None]] = field(default_factory=list)
    removed_by: Rule | None = None
    """The first remove rule whose conditions all hold, whether or not something protects the image."""
    obstacles: list[tuple[str, Rule]] = field(default_factory=list)
    """Why a remove rule that is about this image does not remove it: codes, each with the rule."""

    @property
    def protected(self) -> bool:
        """Neither rule nor budget nor cascade may touch it."""
        return bool(self.invariants or self.kept_by)


def evaluate(images: Sequence[ImageFacts], policy: Policy, now: int) -> list[Verdict]:
    """One verdict per image, in the same order."""
    verdicts = [Verdict(invariants=invariants(image)) for image in images]
    for rule in policy.keep_rules:
        fitting = [index for index, image in enumerate(images) if rule.fits_to_keep(image)]
        if rule.keep_last is not None:
            ranks = keep_newest(rule, [images[index] for index in fitting])
            for index in fitting:
                if images[index].id in ranks:
                    verdicts[index].kept_by.append((rule, ranks[images[index].id]))
        else:
            for index in fitting:
                if rule.keeps_by_time(images[index], now):
                    verdicts[index].kept_by.append((rule, None))
    for rule in policy.remove_rules:
        for image, verdict in zip(images, verdicts):
            obstacles = rule.obstacles_to_remove(image, now)
            if obstacles:
                verdict.obstacles += [(code, rule) for code in obstacles]
            elif obstacles is not None and verdict.removed_by is None:
                verdict.removed_by = rule
    return verdicts


def invariants(image: ImageFacts) -> list[str]:
    """What no policy can switch off."""
    found = {
        "in_use": image.summary.containers > 0 or bool(image.in_use_by),
        "usage_unknown": image.summary.containers < 0,
        "pinned": image.pinned,
        "read_only": image.read_only,
    }
    return [code for code in INVARIANTS if found[code]]
