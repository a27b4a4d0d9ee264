# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a plan: by ID, never with force, each image checked again, nothing outside of the plan.

An image goes whole or not at all. An engine removes an image with one reference in one step, and refuses if a container
uses it. Several references have to be taken off one by one, so a refusal in between is answered by tagging back.
"""

from __future__ import annotations

import typing as t

from .._core.image.reference import Reference
from .._core.prune.removal_outcome import (
    ALREADY_ABSENT,
    CHANGED,
    CONFLICT,
    FAILED,
    GONE,
    HAS_KEPT_CHILDREN,
    IN_USE,
    NOT_MEASURED,
    NOT_NEEDED,
    NOT_REACHED,
    PLANNED,
    REMOVED,
    Outcome,
    named_references,
    outcome_of,
)
from .._engine.engine_error import EngineError
from .._engine.port import quoted
from .look import Look, inspect, look_at

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._engine.port import Engine

    Action = Mapping[str, t.Any]

_CONFLICT = 409
_NOT_FOUND = 404


def apply(
    engine: Engine, actions: Sequence[Action], enough: Callable[[], bool | None], only_look: bool = False
) -> list[Outcome]:
    """One outcome per action, in the order of the plan.

    ``enough``: whether evictions have reached their target; ``None`` if that cannot be measured, which keeps the rest.
    ``only_look`` asks the same questions, and then ends with what would be removed.
    """
    outcomes: list[Outcome] = []
    kept_parents: dict[str, str] = {}
    silent = False
    for action in actions:
        if silent:
            outcomes.append(_not_reached(action))
            continue
        removal = _Removal(engine, action, only_look)
        outcome = removal.carry_out(kept_parents, enough)
        silent = removal.silent
        if outcome.outcome == NOT_NEEDED and removal.parent_id:
            kept_parents.setdefault(removal.parent_id, NOT_NEEDED)
        elif outcome.outcome not in (*GONE, PLANNED) and removal.parent_id:
            kept_parents[removal.parent_id] = HAS_KEPT_CHILDREN
        outcomes.append(outcome)
    return outcomes


def apply_side_by_side(engines: Sequence[Engine], actions: Sequence[Action]) -> list[Outcome]:
    """The same on several connections to one engine, for actions that do not depend on each other.

    Most of the time of a removal goes into three round trips. Begun in the order of the plan, and reported in it.
    """
    # Imported here: only large plans come this way.
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue
    from threading import Event

    idle: SimpleQueue[Engine] = SimpleQueue()
    for engine in engines:
        idle.put(engine)
    silent = Event()

    def carry_out(action: Action) -> Outcome:
        if silent.is_set():
            return _not_reached(action)
        engine = idle.get()
        removal = _Removal(engine, action)
        try:
            return removal.carry_out({}, lambda: False)
        finally:
            idle.put(engine)
            if removal.silent:
                silent.set()

    with ThreadPoolExecutor(len(engines)) as pool:
        return list(pool.map(carry_out, actions))


def _not_reached(action: Action) -> Outcome:
    return outcome_of(action, NOT_REACHED, "the engine did not answer any more")


class _Removal:
    """One action being carried out."""

    def __init__(self, engine: Engine, action: Action, only_look: bool = False) -> None:
        self._engine, self._action, self._id, self._only_look = engine, action, action["id"], only_look
        self._untagged: list[str] = []
        self._digests: Sequence[str] = ()
        self._asked_to_remove = False
        self.parent_id = ""
        self.silent = False
        """Whether the engine gave no answer: nothing more can be asked of it."""

    def carry_out(self, kept_parents: Mapping[str, str], enough: Callable[[], bool | None]) -> Outcome:
        """Look, check, remove. Raises nothing: every error is an outcome."""
        try:
            return self._run(look_at(self._engine, self._id), kept_parents, enough)
        except EngineError as exc:
            return self._failed(exc)

    def _run(self, look: Look, kept_parents: Mapping[str, str], enough: Callable[[], bool | None]) -> Outcome:
        image = look.image
        if image is None:
            return self._outcome(ALREADY_ABSENT)
        self.parent_id, self._digests = image.parent_id, image.repo_digests
        is_enough = self._action["reason"] == "budget" and enough()
        if is_enough is None:
            return self._outcome(NOT_MEASURED, "the engine does not report whether the budget is met already")
        if is_enough:
            return self._outcome(NOT_NEEDED, "the budget is met already")
        if self._id in kept_parents:
            return self._outcome(kept_parents[self._id], "an image that was built upon it stays")
        references = named_references(image.repo_tags, image.repo_digests)
        planned = self._action["references"]
        tags = [text for text in planned if not Reference.parse(text).digest]
        digests = [text for text in planned if Reference.parse(text).digest]
        if _familiar(references) != _familiar(named_references(tags, digests)):
            now = ", ".join(references) or "no name"
            return self._outcome(CHANGED, f"it has other references than when the plan was made: {now}")
        if look.users:
            return self._outcome(IN_USE, f"in use by {', '.join(look.users)}")
        return self._outcome(PLANNED) if self._only_look else self._remove(references)

    def _remove(self, references: Sequence[str]) -> Outcome:
        for reference in _in_order(references, self._digests)[:-1]:
            found = inspect(self._engine, reference)
            if found is None or found.id != self._id:
                return self._undo(CHANGED, f"{reference} means another image now")
            # Noted before it is asked for: an answer of 500 does not say whether it was done.
            self._untagged.append(reference)
            refusal = self._delete(reference)
            if refusal:
                return self._undo(CONFLICT, refusal)
        refusal = self._delete(self._id)
        return self._undo(CONFLICT, refusal) if refusal else self._outcome(REMOVED)

    def _delete(self, name: str) -> str:
        """Remove a reference or the image; the engine's sentence if it refuses."""
        self._asked_to_remove = True
        try:
            self._engine.delete(f"/images/{quoted(name)}", noprune="1")
        except EngineError as exc:
            if exc.status == _CONFLICT:
                return exc.message
            if exc.status != _NOT_FOUND:
                raise
        return ""

    def _failed(self, exc: EngineError) -> Outcome:
        """The outcome of an error that is no answer of the rules; an engine that is silent is not asked to undo."""
        if exc.transport:
            self.silent = True
            lost = f"; it had lost {', '.join(self._untagged)}" if self._untagged else ""
            return self._outcome(FAILED, f"no answer: {exc.message}{lost}", self._untagged)
        try:
            if inspect(self._engine, self._id) is None:
                detail = f"the engine complained, but it is gone: {exc.message}"
                return self._outcome(REMOVED if self._asked_to_remove else ALREADY_ABSENT, detail)
        except EngineError:
            pass
        return self._undo(FAILED, exc.message)

    def _undo(self, outcome: str, detail: str) -> Outcome:
        """Tag back what was taken off, unless somebody has given the name to another image meanwhile."""
        lost = []
        for reference in self._untagged:
            parsed = Reference.parse(reference)
            try:
                found = inspect(self._engine, reference) if parsed.tag else None
                if parsed.tag and found is None:
                    self._engine.post(f"/images/{self._id}/tag", repo=parsed.repository, tag=parsed.tag)
                elif found is None or found.id != self._id:
                    lost.append(reference)
            except EngineError as exc:
                self.silent = self.silent or exc.transport
                lost.append(reference)
                detail = f"{detail}; {reference} could not be put back: {exc.message}"
        lost += self._lost_digests()
        return self._outcome(outcome, detail, lost)

    def _lost_digests(self) -> list[str]:
        """Digests go with the last tag of their repository, and no API puts them back."""
        if not self._untagged or not self._digests:
            return []
        try:
            image = inspect(self._engine, self._id)
        except EngineError:
            return []
        there = image.repo_digests if image else ()
        return [text for text in self._digests if text not in there and text not in self._untagged]

    def _outcome(self, outcome: str, detail: str = "", lost: Sequence[str] = ()) -> Outcome:
        return outcome_of(self._action, outcome, detail, lost)


def _in_order(references: Sequence[str], digests: Sequence[str]) -> list[str]:
    """What can be put back first: tags of repositories without digests, other tags, digests."""
    repositories = {Reference.parse(text).canonical_repository for text in digests}

    def key(text: str) -> tuple[bool, bool, str]:
        reference = Reference.parse(text)
        return bool(reference.digest), reference.canonical_repository in repositories, text

    return sorted(references, key=key)


def _familiar(references: Sequence[str]) -> set[str]:
    return {Reference.parse(text).familiar for text in references}
