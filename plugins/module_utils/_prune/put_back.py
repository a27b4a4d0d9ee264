# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at an image that an engine did not remove, and give it back the tags that it lost meanwhile.

Docker with a graph driver takes the last tag off before it looks for containers a second time, and then refuses: the
image has no name any more (moby issues 18873 and 19435). So the refusal itself says nothing about the names.
"""

from __future__ import annotations

import time
import typing as t

from .._core.image.reference import Reference
from .._core.prune.removal_outcome import missing_references
from .._engine.engine_error import EngineError
from .look import inspect

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._core.image.summary import ImageSummary
    from .._engine.port import Engine

# Seconds between the first look and three more, if the engine complains.
_PAUSES = (0.1, 0.4, 1)


class Whole(t.NamedTuple):
    """The image after a removal that went wrong."""

    image: ImageSummary | None
    """``None`` if it is gone, or if nothing is known of it."""
    lost: Sequence[str] = ()
    """References that it lacks. If nothing is known of it, those that it may lack."""
    problem: str = ""
    """The last complaint of the engine, "" if it had none."""
    is_known: bool = True
    is_silent: bool = False
    """Whether the engine gave no answer."""


def put_back(engine: Engine, before: ImageSummary, at_risk: Sequence[str]) -> Whole:
    """Tag the image with the tags that it had ``before``, unless another image has them by now. Raises nothing.

    Digests cannot be put back through the API. ``at_risk`` are the references that the engine was asked to remove.
    """
    problem = ""
    for pause in (*_PAUSES, None):
        try:
            image = inspect(engine, before.id)
            if image is None:
                return Whole(None)
            missing = missing_references(image, before.references)
            free = [text for text in missing if _is_free_tag(engine, text)]
        except EngineError as exc:
            if exc.transport or pause is None:
                return Whole(None, at_risk, exc.message, False, exc.transport)
            problem = exc.message
        else:
            if not free or pause is None:
                digests = [text for text in missing if Reference.parse(text).digest]
                return Whole(image, [*free, *digests], problem if free else "")
            problem = _tag(engine, before.id, free)
        if problem:
            time.sleep(t.cast(float, pause))
    raise AssertionError("the last look always returns")


def _is_free_tag(engine: Engine, text: str) -> bool:
    """Whether it is a tag that no image has."""
    return not Reference.parse(text).digest and inspect(engine, text) is None


def _tag(engine: Engine, identity: str, tags: Sequence[str]) -> str:
    """The engine's complaint, or "" if it took all of them."""
    problem = ""
    for text in tags:
        reference = Reference.parse(text)
        try:
            engine.post(f"/images/{identity}/tag", repo=reference.repository, tag=reference.tag)
        except EngineError as exc:
            problem = exc.message
    return problem
