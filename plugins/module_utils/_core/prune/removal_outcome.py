# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of each planned removal, and the sentences about all of them."""

from __future__ import annotations

import typing as t
from collections import Counter

from ..image.reference import Reference

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..image.summary import ImageSummary

# It is gone, or would be.
REMOVED = "removed"
PLANNED = "planned"
ALREADY_ABSENT = "already_absent"
# It is kept, and rightly so: the host has changed since the plan was made.
IN_USE = "in_use"
CHANGED = "changed_since_plan"
HAS_KEPT_CHILDREN = "has_kept_children"
NOT_NEEDED = "not_needed"
NOT_MEASURED = "not_measured"
DEFERRED = "deferred"
CONFLICT = "conflict"
# It is kept, and the task fails.
FAILED = "failed"
NOT_REACHED = "not_reached"

GONE = (REMOVED, ALREADY_ABSENT)
FAILURES = (FAILED, NOT_REACHED)

_NAMED_AT_MOST = 5


class Outcome(t.NamedTuple):
    """One image after apply. ``detail`` is a sentence, or "" where there is nothing to say."""

    id: str
    references: Sequence[str]
    outcome: str
    detail: str = ""
    lost_references: Sequence[str] = ()
    """References that a kept image had when the plan was made, and lacks now."""
    has_changed: bool = False
    """Whether this run has changed the image, or may have."""

    @property
    def name(self) -> str:
        """For sentences: the first name, or the short ID."""
        return self.references[0] if self.references else self.id[7:19]

    def to_dict(self) -> dict[str, t.Any]:
        """Plain data for the module's result."""
        return {
            "id": self.id,
            "references": list(self.references),
            "outcome": self.outcome,
            "detail": self.detail,
            "lost_references": list(self.lost_references),
        }


class Allowance:
    """How many removals a run may still do. What follows its last child is removed along with it, and is not counted.

    Counted is what was removed: an image that the engine never lets go does not keep the others from their turn.
    """

    def __init__(self, at_most: int | None) -> None:
        self._at_most, self.left = at_most, at_most
        self._is_over = False

    def deferral(self, action: Mapping[str, t.Any]) -> Outcome | None:
        """The outcome of an action that is for the next run; ``None`` for one that may be carried out."""
        self._is_over = self._is_over or (self.left == 0 and action["reason"] != "cascade")
        if not self._is_over:
            return None
        return outcome_of(action, DEFERRED, f"for the next run: removals_per_run is {self._at_most}")

    def note(self, action: Mapping[str, t.Any], outcome: Outcome) -> None:
        """Count a removal, or what would be one."""
        if self.left and outcome.outcome in (REMOVED, PLANNED) and action["reason"] != "cascade":
            self.left -= 1


def planned_outcomes(actions: Iterable[Mapping[str, t.Any]], at_most: int | None) -> list[Outcome]:
    """What would become of the actions of a plan that was just made."""
    allowance = Allowance(at_most)
    outcomes = []
    for action in actions:
        outcome = allowance.deferral(action) or outcome_of(action, PLANNED)
        allowance.note(action, outcome)
        outcomes.append(outcome)
    return outcomes


def outcome_of(
    action: Mapping[str, t.Any], outcome: str, detail: str = "", lost: Sequence[str] = (), has_changed: bool = False
) -> Outcome:
    """An outcome for an action of the plan."""
    return Outcome(action["id"], action["references"], outcome, detail, lost, has_changed)


def named_references(tags: Sequence[str], digests: Sequence[str]) -> list[str]:
    """The references that make an image more than one name: digests count only where no tag has their repository.

    Engines agree: one tag and digests of the same repository are removed by ID as a single reference.
    """
    tagged = {Reference.parse(tag).canonical_repository for tag in tags}
    return [*tags, *(text for text in digests if Reference.parse(text).canonical_repository not in tagged)]


def added_references(image: ImageSummary, planned: Iterable[str]) -> list[str]:
    """References that the image has beyond those of the plan.

    It may have fewer: then a run that was interrupted took the others off, or the names were given to other images.
    Fewer names never protect an image from a policy that did not spare it with all of them.
    """
    known = _familiar(planned)
    found = named_references(image.repo_tags, image.repo_digests)
    return [text for text in found if Reference.parse(text).familiar not in known]


def missing_references(image: ImageSummary, had: Iterable[str]) -> list[str]:
    """Those of the references that the image does not have."""
    known = _familiar(image.references)
    return [text for text in had if Reference.parse(text).familiar not in known]


def failure_message(outcomes: Sequence[Outcome]) -> str | None:
    """What the module fails with; ``None`` if nothing failed."""
    failed = [one for one in outcomes if one.outcome == FAILED]
    if not failed:
        return None
    done = sum(one.outcome == REMOVED for one in outcomes)
    left = sum(one.outcome == NOT_REACHED for one in outcomes)
    rest = f", {left} not reached" if left else ""
    which = f"the first is {failed[0].name}: {failed[0].detail}"
    return f"{done} of {len(outcomes)} images removed, {len(failed)} failed{rest}; {which}"


def kept_sentences(outcomes: Sequence[Outcome]) -> list[str]:
    """Warnings about planned images that were kept, and about references that images have lost."""
    kept = [one for one in outcomes if one.outcome not in (*GONE, *FAILURES, NOT_NEEDED, PLANNED, DEFERRED)]
    said = []
    if kept:
        counts = Counter(one.outcome for one in kept)
        kinds = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
        which = "; ".join(f"{one.name}: {one.detail}" for one in kept[:_NAMED_AT_MOST])
        more = f"; and {len(kept) - _NAMED_AT_MOST} more" if len(kept) > _NAMED_AT_MOST else ""
        said.append(f"{len(kept)} of {len(outcomes)} planned images were kept ({kinds}): {which}{more}")
    for one in outcomes:
        if one.lost_references:
            said.append(
                f"{one.id} lacks {', '.join(one.lost_references)}, which it had when the plan was made: put a tag back"
                " by tagging this ID, a digest by pulling it"
            )
    return said


def _familiar(references: Iterable[str]) -> set[str]:
    return {Reference.parse(text).familiar for text in references}
