# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``outdated``: whether the tags of an image still mean it in their registries."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...registry.outdated import compared_tag
from ...timestamps import format_epoch
from ..check_outcome import CheckOutcome
from .kinds import ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...registry.outdated import RegistryRow
    from ..hosts import ImageView
    from .kinds import Before


class FirstSeen(t.NamedTuple):
    """What earlier runs of the report have seen."""

    times: Mapping[str, str]
    """The ID of an image to the time of the first run that found it outdated."""
    is_all: bool
    """Whether an image that is not there was not outdated in the run before."""


@dataclass(frozen=True)
class Outdated(ImageCheck):
    """An image with a tag that means another image in its registry by now."""

    known: Mapping[str, RegistryRow] = field(default_factory=dict)
    first_seen: FirstSeen | None = None
    """None if no history is kept."""

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> Outdated:
        return cls()

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        image = view.image
        rows = [compared_tag(image, tag, self.known) for tag in image.repo_tags]
        found = {status: [row for row in rows if row["status"] == status] for status in ("outdated", "unknown")}
        if found["outdated"]:
            rows = found["outdated"]
            since = self._since(image.id, view.now)
            own, current = rows[0]["digests"], rows[0]["registry_digest"]
            message = _sentence(rows, image.repo_tags, since, view.now)
            return CheckOutcome("fail", lambda: message, own[0] if own else image.id, current)
        if found["unknown"]:
            row = found["unknown"][0]
            return CheckOutcome("error", lambda: f"{row['reference']}: {row['reason']}")
        if not rows:
            return CheckOutcome("skip", lambda: "has no tag")
        status = "pass" if any(row["status"] == "current" for row in rows) else "skip"
        return CheckOutcome(t.cast("t.Any", status), lambda: rows[0]["reason"])

    def _since(self, image_id: str, now: int) -> str | None:
        """When a run first found it outdated; None if that is not known."""
        if self.first_seen is None:
            return None
        known = self.first_seen.times.get(image_id)
        return known or (format_epoch(now) if self.first_seen.is_all else None)


def _sentence(rows: Sequence[Mapping[str, t.Any]], tags: Sequence[str], since: str | None, now: int) -> str:
    """``means another image in the registry now, first seen 2026-01-01; the new image was built 2025-12-30``."""
    names = ", ".join(row["reference"] for row in rows)
    subject = "" if [row["reference"] for row in rows] == list(tags[:1]) else f"{names}: "
    parts = [f"{subject}the tag means another image in the registry now"]
    if since is not None:
        parts.append("first seen by this run" if since == format_epoch(now) else f"first seen {since[:10]}")
    built = max(row["registry_created"] for row in rows)
    text = ", ".join(parts)
    return f"{text}; the new image was built {format_epoch(built)[:10]}" if built else text
