# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of one planned removal, and what all of them come to."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# It is gone, or it would go.
REMOVED = "removed"
PLANNED = "planned"
ALREADY_ABSENT = "already_absent"
# It stays, and rightly so: the host has changed since the plan was made.
IN_USE = "in_use"
CHANGED = "changed_since_plan"
HAS_KEPT_CHILDREN = "has_kept_children"
NOT_NEEDED = "not_needed"
NOT_MEASURED = "not_measured"
CONFLICT = "conflict"
# It stays, and somebody should look.
FAILED = "failed"
NOT_REACHED = "not_reached"

GONE = (REMOVED, ALREADY_ABSENT)
FAILURES = (FAILED, NOT_REACHED)


class Outcome(t.NamedTuple):
    """One image after apply. ``detail`` is a sentence, or "" where there is nothing to say."""

    id: str
    references: Sequence[str]
    outcome: str
    detail: str = ""
    lost_references: Sequence[str] = ()
    """References that went although the image stays: digests, which no API puts back."""

    def to_dict(self) -> dict[str, t.Any]:
        """Plain data for the module's result."""
        return {**self._asdict(), "references": list(self.references), "lost_references": list(self.lost_references)}


def outcome_of(action: Mapping[str, t.Any], outcome: str, detail: str = "", lost: Sequence[str] = ()) -> Outcome:
    """An outcome for an action of the plan."""
    return Outcome(action["id"], action["references"], outcome, detail, lost)


def named_references(tags: Sequence[str], digests: Sequence[str]) -> list[str]:
    """The references that make an image more than one name: digests count only where no tag has their repository.

    Engines agree: one tag and digests of the same repository are removed by ID as a single reference.
    """
    from ..image.reference import Reference

    tagged = {Reference.parse(tag).canonical_repository for tag in tags}
    return [*tags, *(text for text in digests if Reference.parse(text).canonical_repository not in tagged)]


def failure_message(outcomes: Sequence[Outcome]) -> str | None:
    """What the module fails with; ``None`` if nothing failed."""
    failed = [one for one in outcomes if one.outcome == FAILED]
    if not failed:
        return None
    done = sum(one.outcome == REMOVED for one in outcomes)
    left = sum(one.outcome == NOT_REACHED for one in outcomes)
    rest = f", {left} not reached" if left else ""
    return f"{done} of {len(outcomes)} images removed, {len(failed)} failed{rest}; the first: {failed[0].detail}"
