# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names in a policy mean on one host: where they may mean several images, all are kept and none is removed."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..errors import shown
from ..image.image_ids import id_digits
from ..image.reference import TO_KEEP_ON_PODMAN, TO_REMOVE, TO_SELECT, takes_short_names

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..image.patterns import NamePattern
    from ..image.reference import Reading
    from ..image.summary import ImageSummary
    from .policy import Policy
    from .rules import Rule


def policy_of_host(policy: Policy, images: Sequence[ImageSummary], engine: str) -> tuple[Policy, list[str]]:
    """The policy as it is meant on a host with these images, and warnings. ``engine``: "" if it is not known."""
    warnings: list[str] = []
    short_names = takes_short_names(engine, (name for image in images for name in image.names))
    # An engine prints short IDs with 12 digits: a shorter text in a remove rule is a name.
    elsewhere = TO_KEEP_ON_PODMAN if short_names else TO_REMOVE
    elsewhere = elsewhere._replace(id_digits=TO_SELECT.id_digits)
    rules = []
    for rule in policy.rules:
        if rule.action == "remove":
            rules.append(_without_ambiguous_names(rule, images, elsewhere, warnings))
        else:
            rules.append(rule.for_short_names() if short_names else rule)
    return replace(policy, rules=tuple(rules)), warnings


def _without_ambiguous_names(
    rule: Rule, images: Sequence[ImageSummary], elsewhere: Reading, warnings: list[str]
) -> Rule:
    groups = []
    for group in rule.match.names:
        unambiguous = []
        for pattern in group:
            others = _other_meanings(pattern, images, elsewhere)
            if others:
                more = f" and {len(others) - 1} more" if len(others) > 1 else ""
                warnings.append(
                    f"rule {rule.name} ignores the name {shown(pattern.spelled)}, which may also mean"
                    f" {min(others)}{more}: write it with its registry, or the whole ID"
                )
            else:
                unambiguous.append(pattern)
        groups.append(tuple(unambiguous))
    return replace(rule, match=replace(rule.match, names=tuple(groups)))


def _other_meanings(pattern: NamePattern, images: Iterable[ImageSummary], elsewhere: Reading) -> set[str]:
    """What a name without a registry may mean besides itself."""
    if not pattern.is_short_name or not (elsewhere.short_names or id_digits(pattern.text)):
        return set()
    others = set()
    for image in images:
        if pattern.matches_id(image.id, elsewhere) and not pattern.matches_id(image.id, TO_REMOVE):
            others.add(f"the image {image.id}")
        others.update(
            shown(str(name))
            for name in image.names
            if pattern.matches_reference(name, elsewhere) and not pattern.matches_reference(name, TO_REMOVE)
        )
    return others
