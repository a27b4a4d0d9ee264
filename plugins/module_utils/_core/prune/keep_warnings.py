# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings about keep patterns that protect less than they seem to: ``*`` does not cross ``/``, and Docker Hub has more
spellings than wildcards are tried against.

A pattern that matches nothing causes no warning: a policy for many hosts names images that some of them lack.
"""

from __future__ import annotations

import typing as t

from ..errors import shown

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .planned_image import PlannedImage
    from .policy import Policy

_CROSSING = "* does not cross /; use ** for that"
_SPELLING = "wildcards are compared with {short} and {long} alone"


def keep_pattern_warnings(removed: Sequence[PlannedImage], policy: Policy) -> list[str]:
    """One warning for each pattern by which images that the plan removes were nearly kept."""
    warnings: list[str] = []
    for rule in policy.keep_rules:
        reading = rule.match.reading
        for pattern in (one for group in rule.match.names for one in group if one.has_near_misses):
            names = [name for image in removed for name in image.facts.summary.names]
            near = {name: _CROSSING for name in names if pattern.nearly_matches_reference(name, reading)}
            near.update({name: _SPELLING for name in names if pattern.is_spelled_between(name, reading)})
            if near:
                first = min(near, key=lambda name: name.familiar)
                more = f" and {len(near) - 1} more" if len(near) > 1 else ""
                advice = near[first].format(short=shown(first.familiar), long=shown(first.canonical))
                warnings.append(
                    f"keep pattern {shown(pattern.text)} (rule {rule.name}) does not protect"
                    f" {shown(first.familiar)}{more}: {advice}"
                )
    return warnings
