# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove one image of a plan: by ID, never with force, whole or not at all.

An engine removes an image with one reference in one request, and refuses if a container uses it. Several references
have to be removed one by one. If a request is refused or its reply cannot be used, the image is inspected again:
it is gone, or it gets its tags back, or the outcome lists what it lacks.
"""

from __future__ import annotations

import typing as t

from .._core.image.reference import Reference
from .._core.prune.removal_outcome import (
    ALREADY_ABSENT,
    CHANGED,
    CONFLICT,
    FAILED,
    IN_USE,
    NOT_MEASURED,
    NOT_NEEDED,
    PLANNED,
    REMOVED,
    Outcome,
    added_references,
    missing_references,
    named_references,
    outcome_of,
)
from .._core.prune.services import users_of_images
from .._engine.engine_error import EngineError
from .._engine.port import quoted
from .look import Look, inspect, look_at
from .put_back import put_back

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._core.image.summary import ImageSummary
    from .._core.prune.services import ServiceImage
    from .._engine.port import Engine
    from .look import Containers

    Action = Mapping[str, t.Any]
    Enough = Callable[[], t.Optional[bool]]

_CONFLICT = 409
_NOT_FOUND = 404


class ImageRemoval:
    """One action being carried out."""

    def __init__(
        self,
        engine: Engine,
        action: Action,
        containers: Containers,
        only_look: bool = False,
        services: Sequence[ServiceImage] = (),
    ) -> None:
        self._services, self._containers = services, containers
        self._engine, self._action, self._id, self._only_look = engine, action, action["id"], only_look
        self._image: ImageSummary | None = None
        """As it was seen before anything was removed."""
        self._at_risk: list[str] = []
        """References that the engine was asked to remove, whatever it answered."""
        self.parent_id = ""
        self.silent = False
        """Whether the engine gave no answer: nothing more can be asked of it."""

    def carry_out(self, kept_parents: Mapping[str, str], enough: Enough) -> Outcome:
        """Look, check, remove. Raises nothing: every error is an outcome."""
        try:
            return self._run(look_at(self._engine, self._id, self._containers), kept_parents, enough)
        except EngineError as exc:
            return self._failed(exc.message)
        except Exception as exc:  # no error may lose the record of earlier removals
            return self._failed(f"{type(exc).__name__}: {exc}")

    def _run(self, look: Look, kept_parents: Mapping[str, str], enough: Enough) -> Outcome:
        image = look.image
        if image is None:
            return self._outcome(ALREADY_ABSENT)
        self._image, self.parent_id = image, image.parent_id
        is_enough = self._action["reason"] == "budget" and enough()
        if is_enough is None:
            return self._kept(NOT_MEASURED, "the engine does not report whether the budget is met already")
        if is_enough:
            return self._kept(NOT_NEEDED, "the budget is met already")
        if self._id in kept_parents:
            return self._kept(kept_parents[self._id], "an image that was built on it is kept")
        added = added_references(image, self._action["references"])
        if added:
            return self._kept(CHANGED, f"it was given another name after the plan was made: {', '.join(added)}")
        users = [*look.users, *users_of_images(self._services, [image]).get(self._id, ())]
        if users:
            return self._kept(IN_USE, f"in use by {', '.join(users)}")
        return self._outcome(PLANNED) if self._only_look else self._remove(image)

    def _remove(self, image: ImageSummary) -> Outcome:
        references = named_references(image.repo_tags, image.repo_digests)
        for reference in _in_order(references, image.repo_digests)[:-1]:
            found = inspect(self._engine, reference)
            # A name that is gone, or means another image by now, is none of this image.
            if found is not None and found.id == self._id:
                # Noted before it is asked for: an answer of 500 does not say whether it was done.
                self._at_risk += [reference, *_digests_beside(reference, image.repo_digests)]
                refusal = self._delete(reference)
                if refusal is not None and refusal.status != _NOT_FOUND:
                    return self._settled(refusal)
        self._at_risk = image.references
        refusal = self._delete(self._id)
        if refusal is not None:
            return self._settled(refusal)
        return self._checked(image) if _is_its_own_digest(image) else self._outcome(REMOVED)

    def _checked(self, image: ImageSummary) -> Outcome:
        """Docker's containerd store removes the names that it knew, and may miss one that the image got meanwhile.

        In Docker 26.1 that is the name of an image which is still there then, without its other names.
        """
        found = put_back(self._engine, image, self._at_risk)
        if found.image is None:
            return self._outcome(REMOVED)
        added = ", ".join(added_references(found.image, image.references))
        detail = f"it was given another name while the engine removed the others: {added}"
        return self._outcome(CHANGED, detail, found.lost, has_changed=bool(found.lost))

    def _delete(self, name: str) -> EngineError | None:
        """Remove a reference or the image; what the engine says if it refuses."""
        try:
            self._engine.delete(f"/images/{quoted(name)}", noprune="1")
        except EngineError as exc:
            if exc.status == _NOT_FOUND or _is_conflict(exc):
                return exc
            raise
        return None

    def _settled(self, refusal: EngineError) -> Outcome:
        return self._after(CONFLICT if _is_conflict(refusal) else FAILED, refusal.message)

    def _failed(self, message: str) -> Outcome:
        """The outcome of an error that is not the engine's refusal."""
        if self._image is not None and self._at_risk:
            return self._after(FAILED, message)
        try:
            is_gone = inspect(self._engine, self._id) is None
        except EngineError as exc:
            is_gone, self.silent = False, exc.transport
        return self._outcome(ALREADY_ABSENT if is_gone else FAILED, message)

    def _after(self, outcome: str, message: str) -> Outcome:
        """After a removal request: inspect the image, and put back what it lacks."""
        image = t.cast("ImageSummary", self._image)
        found = put_back(self._engine, image, self._at_risk)
        self.silent = found.is_silent
        if not found.is_known:
            return self._outcome(FAILED, f"{message}; then {found.problem}", found.lost, has_changed=True)
        if found.image is None:
            return self._outcome(REMOVED, f"the engine reported an error, but the image no longer exists: {message}")
        added = added_references(found.image, image.references)
        if added:
            outcome, message = CHANGED, f"it was given another name at the same time, {', '.join(added)}: {message}"
        if found.problem:
            message = f"{message}; its names could not be put back: {found.problem}"
        return self._outcome(outcome, message, found.lost, has_changed=bool(found.lost))

    def _kept(self, outcome: str, detail: str) -> Outcome:
        """It is kept, and nothing was asked of it. An earlier run may have been interrupted half-way."""
        image = t.cast("ImageSummary", self._image)
        missing = [
            text
            for text in missing_references(image, self._action["references"])
            if Reference.parse(text).digest or inspect(self._engine, text) is None
        ]
        return self._outcome(outcome, detail, missing)

    def _outcome(
        self, outcome: str, detail: str = "", lost: Sequence[str] = (), has_changed: bool | None = None
    ) -> Outcome:
        return outcome_of(
            self._action, outcome, detail, lost, outcome == REMOVED if has_changed is None else has_changed
        )


def _is_conflict(refusal: EngineError) -> bool:
    """Whether the engine will not remove the image as it is, because of containers, children or further names."""
    # Podman's reply for an image that was given another name.
    return refusal.status == _CONFLICT or (refusal.status == 500 and "please force removal" in refusal.message)


def _is_its_own_digest(image: ImageSummary) -> bool:
    """Whether the ID is the digest of its names, as in Docker's containerd store."""
    return any(text.endswith(f"@{image.id}") for text in image.repo_digests)


def _digests_beside(reference: str, digests: Sequence[str]) -> list[str]:
    """The digests that an engine takes off with the last tag of their repository."""
    tagged = Reference.parse(reference)
    if tagged.digest:
        return []
    return [text for text in digests if Reference.parse(text).canonical_repository == tagged.canonical_repository]


def _in_order(references: Sequence[str], digests: Sequence[str]) -> list[str]:
    """What can be put back first: tags of repositories without digests, other tags, digests."""
    repositories = {Reference.parse(text).canonical_repository for text in digests}

    def key(text: str) -> tuple[bool, bool, str]:
        reference = Reference.parse(text)
        return bool(reference.digest), reference.canonical_repository in repositories, text

    return sorted(references, key=key)
