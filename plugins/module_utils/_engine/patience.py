# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask an engine again if it refused only because something else was at work at that moment.

500  Docker up to 20.10 computes its disk usage for one client at a time; Podman fails over an image that is removed
     while it lists them.
404  Docker's containerd image store fails over a snapshot that is removed with its container while it adds up sizes.
     Beside two loops that create and remove containers, it refused one in four requests of its disk usage (28.5).
"""

from __future__ import annotations

import time
import typing as t

from .engine_error import EngineError

if t.TYPE_CHECKING:
    from .port import Engine

# Seconds between attempts. A run that cannot have a list or the disk usage ends, so it waits for 8 seconds in all.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1, 1, 1, 1, 1, 1)
# What is asked for every image must not add up to hours.
_SHORT_PAUSES = (0.1, 0.4)

_ABSENT = ("no such image", "image not known", "no such container")


def patient_get(engine: Engine, path: str, **query: str | list[str]) -> t.Any:
    """As the engine's ``get``, for what a run asks a few times. Raises EngineError."""
    try:
        return engine.get(path, **query)
    except EngineError as exc:
        return get_again(exc, engine, path, query)


def soon_get(engine: Engine, path: str, **query: str | list[str]) -> t.Any:
    """The same for what a run asks for every image."""
    try:
        return engine.get(path, **query)
    except EngineError as exc:
        return get_again(exc, engine, path, query, _SHORT_PAUSES)


def get_again(
    refusal: EngineError,
    engine: Engine,
    path: str,
    query: t.Mapping[str, str | list[str]],
    pauses: tuple[float, ...] | None = None,
) -> t.Any:
    """What was refused, as soon as the engine has it. Raises the last refusal."""
    for pause in _PAUSES if pauses is None else pauses:
        if not _may_pass(refusal):
            break
        time.sleep(pause)
        try:
            return engine.get(path, **query)
        except EngineError as exc:
            refusal = exc
    raise refusal


def _may_pass(exc: EngineError) -> bool:
    """Whether the refusal may be over in a moment."""
    text = exc.message.lower()
    if exc.status == 404:
        # An unknown path or image is still unknown a moment later.
        return "page not found" not in text and not any(words in text for words in _ABSENT)
    return exc.status == 500
