# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What formats for people say about an image that several hosts have."""

from __future__ import annotations

import typing as t

from ..image.stopped import MOST_LISTED
from ..report.headline import place_text
from ..report.schema import VERDICTS, verdict_of
from ..timestamps import format_epoch
from .numbers import UNKNOWN

if t.TYPE_CHECKING:
    from ..report.schema import ImageGroup
    from .document import Report

_NAMED_CONTAINERS = 3


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


def use_text(row: ImageGroup, is_fleet: bool) -> str:
    """The same with what has stopped: ``2 stopped`` if all have, ``5, 2 stopped`` if so on two of five hosts."""
    text, stopped = in_use_text(row, is_fleet), row.get("stopped", 0)
    if not stopped:
        return text
    if text == UNKNOWN:
        return "stopped"
    return f"{text}, {stopped:,} stopped" if is_fleet and stopped != row["used"] else f"{text} stopped"


def usage(row: ImageGroup) -> str:
    """used, unused or unknown."""
    return "used" if row["used"] else "unknown" if row["unknown"] else "unused"


def held_images(report: Report) -> list[ImageGroup]:
    """The images that only stopped containers use, on one host at least."""
    return [row for row in report.image_groups if row.get("stopped")]


def stopped_text(row: ImageGroup) -> str:
    """``old, older, last exit 2026-10-01``: the first names, and when the last of the containers exited."""
    exits = row.get("stopped_containers", [])[-MOST_LISTED:]
    if not exits:
        return ""
    names = list(dict.fromkeys(one["name"] for one in reversed(exits)))
    more = ", …" if len(names) > _NAMED_CONTAINERS else ""
    return f"{', '.join(names[:_NAMED_CONTAINERS])}{more}, last exit {format_epoch(exits[-1]['exited'])[:10]}"


def stopped_lines(row: ImageGroup, is_fleet: bool) -> list[str]:
    """``web01: old exited 2026-10-01T08:00:00Z`` for each container that is listed, the last one first."""
    return [
        f"{one['host']}: {text}" if is_fleet else text
        for one in reversed(row.get("stopped_containers", [])[-MOST_LISTED:])
        for text in (f"{one['name']} exited {format_epoch(one['exited'])}",)
    ]


def on_hosts(row: ImageGroup) -> str:
    """``on web01 and 2 more hosts``: where only stopped containers use it."""
    hosts = sorted({one["host"] for one in row.get("stopped_containers", [])[-MOST_LISTED:]})
    return place_text(row.get("stopped", 0), hosts)
