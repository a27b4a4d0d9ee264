# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules say about each image by itself: what protects it, what keeps it, what would remove it."""

from __future__ import annotations

import typing as t

from .keep_last import Rank, keep_newest

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .image_facts import ImageFacts
    from .policy import Policy
    from .rules import Rule

INVARIANTS = ("in_use", "usage_unknown", "pinned", "read_only")


class Verdict:
    """All that was found about one image, before its parents, its children and the budget are looked at.

    kept_by     keep rules, with the rank where the rule is about ranks
    removed_by  the first remove rule whose conditions all hold, whether or not something protects the image
    obstacles   why a remove rule that is about this image does not remove it: codes, each with the rule
    """

    __slots__ = ("invariants", "kept_by", "obstacles", "removed_by")

    def __init__(self, invariants: tuple[str, ...]) -> None:
        self.invariants = invariants
        self.kept_by: tuple[tuple[Rule, Rank | None], ...] = ()
        self.removed_by: Rule | None = None
        self.obstacles: tuple[tuple[str, Rule], ...] = ()

    @property
    def protected(self) -> bool:
        """Neither rule nor budget nor cascade may touch it."""
        return bool(self.invariants or self.kept_by)


def evaluate(images: Sequence[ImageFacts], policy: Policy, now: int) -> list[Verdict]:
    """One verdict per image, in the same order."""
    verdicts = [Verdict(invariants(image)) for image in images]
    for rule in policy.keep_rules:
        fitting = [index for index, image in enumerate(images) if rule.fits_to_keep(image)]
        if rule.keep_last is not None:
            ranks = keep_newest(rule, [images[index] for index in fitting])
            for index in fitting:
                if images[index].id in ranks:
                    verdicts[index].kept_by += ((rule, ranks[images[index].id]),)
        else:
            for index in fitting:
                if rule.keeps_by_time(images[index], now):
                    verdicts[index].kept_by += ((rule, None),)
    for rule in policy.remove_rules:
        for image, verdict in zip(images, verdicts):
            obstacles = rule.obstacles_to_remove(image, now)
            if obstacles:
                verdict.obstacles += tuple((code, rule) for code in obstacles)
            elif obstacles is not None and verdict.removed_by is None:
                verdict.removed_by = rule
    return verdicts


def invariants(image: ImageFacts) -> tuple[str, ...]:
    """What no policy can switch off."""
    containers = image.summary.containers
    if not (containers or image.in_use_by or image.pinned or image.read_only):
        return ()
    found = (containers > 0 or bool(image.in_use_by), containers < 0, image.pinned, image.read_only)
    return tuple(code for code, applies in zip(INVARIANTS, found) if applies)
