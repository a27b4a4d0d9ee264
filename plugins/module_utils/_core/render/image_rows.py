# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What formats for people say about an image that several hosts have."""

from __future__ import annotations

import typing as t

from ..report.schema import VERDICTS, verdict_of
from .numbers import UNKNOWN

if t.TYPE_CHECKING:
    from ..report.schema import ImageGroup
    from .document import Report


def verdicts_of_images(report: Report) -> dict[tuple[str, str], dict[str, str]]:
    """(name, ID) -> rule -> the worst verdict of its findings, in the order of the findings.

    The ID is "" for findings about a name, such as a tag that means several images.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for group in report.finding_groups:
        if group["image"]:
            rules = found.setdefault((group["image"], group["id"] or ""), {})
            verdict = verdict_of(group["status"], group["level"])
            if VERDICTS.index(verdict) < VERDICTS.index(rules.get(group["rule"], "pass")):
                rules[group["rule"]] = verdict
    return found


def verdicts_of(row: ImageGroup, found: t.Mapping[tuple[str, str], dict[str, str]]) -> dict[str, str]:
    """rule -> verdict, for the rules that the image breaks."""
    return {**found.get((row["name"], row["id"]), {}), **found.get((row["name"], ""), {})}


def in_use_text(row: ImageGroup, is_fleet: bool) -> str:
    """The number of containers, on a fleet that of hosts with one; ``unknown`` where no engine said it."""
    if row["unknown"] == row["hosts"] or row["containers"] is None:
        return UNKNOWN
    number = row["used"] if is_fleet else row["containers"]
    return f"{number:,}{'+' if row['unknown'] else ''}" if number or row["unknown"] else "no"


def usage(row: ImageGroup) -> str:
    """used, unused or unknown."""
    return "used" if row["used"] else "unknown" if row["unknown"] else "unused"
