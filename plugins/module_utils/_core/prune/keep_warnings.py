# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings about keep patterns that do not do what their writer believes."""

from __future__ import annotations

import typing as t

from ..errors import shown
from .digests import familiar_pattern

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .planned_image import PlannedImage
    from .policy import Policy


def keep_pattern_warnings(images: Sequence[PlannedImage], policy: Policy) -> list[str]:
    """A pattern that matched nothing, and one that protects less than it seems to because ``*`` stops at ``/``."""
    warnings: list[str] = []
    for rule in policy.keep_rules:
        for group in rule.match.names:
            for pattern in group:
                text = shown(familiar_pattern(pattern.text))
                near = []
                # Without a single * there is nothing that could cross a slash.
                if pattern.crossing.pattern != pattern.compiled.pattern:
                    near = [
                        name.familiar
                        for image in images
                        if not image.protected
                        for name in image.facts.summary.names
                        if pattern.nearly_matches_reference(name) and not pattern.matches_reference(name)
                    ]
                matched = any(pattern.matches_reference(name) for image in images for name in image.facts.summary.names)
                if not matched:
                    warnings.append(f"keep pattern {text} (rule {rule.name}) matched no image")
                if near:
                    warnings.append(
                        f"keep pattern {text} (rule {rule.name}) does not protect {shown(min(near))}"
                        + (f" and {len(near) - 1} more" if len(near) > 1 else "")
                        + ": * stops at /; use ** to cross it"
                    )
    return warnings
