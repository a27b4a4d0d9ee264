# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When containers that do not run were started and exited: GET /containers/{id}/json, one request for each."""

from __future__ import annotations

import typing as t

from .._core.errors import InputError
from .._core.image.image_ids import whole_id
from .._core.image.selector import PLACEHOLDER_BEFORE
from .._core.image.stopped import StoppedContainer
from .._core.prune.mounts import moment
from .._core.prune.usage import read_usage
from .._core.timestamps import to_epoch
from .._core.usage.trace import Trace
from .._engine.engine_error import EngineError
from .._engine.engine_images import engine_name
from .._engine.patience import soon_get

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .._core.image.summary import ImageSummary
    from .._core.prune.usage import EndedContainer
    from .._engine.port import Engine

    State = Mapping[str, t.Any]

RUNNING = ("running", "paused", "restarting")


def states_of_ended(engine: Engine, rows: Iterable[Mapping[str, t.Any]]) -> dict[str, State]:
    """The state of each container that does not run and has an image, by its ID. Raises EngineError."""
    ids = [str(row.get("Id")) for row in rows if row.get("State") not in RUNNING and whole_id(str(row.get("ImageID")))]
    return {identity: state_of_container(engine, identity) for identity in ids}


def state_of_container(engine: Engine, identity: str) -> State:
    """Its state as an inspection shows it; empty if it is gone. Raises EngineError."""
    state = object_or_nothing(engine, f"/containers/{identity}/json").get("State")
    return state if isinstance(state, dict) else {}


def exit_trace(rows: Iterable[Mapping[str, t.Any]], states: Mapping[str, State]) -> Trace:
    """The last use of images that those containers show."""
    used: dict[str, int] = {}
    for row in rows:
        state = states.get(str(row.get("Id")))
        if state:
            image = whole_id(str(row.get("ImageID")))
            moments = (known_moment(state.get(key)) for key in ("StartedAt", "FinishedAt"))
            used[image] = max(used.get(image, 0), *moments)
    return Trace("containers", {}, {image: moment for image, moment in used.items() if moment})


def exits(containers: Iterable[EndedContainer], state_of: Callable[[str], State]) -> tuple[StoppedContainer, ...]:
    """When these exited. Empty if one of them is gone or runs by now, or if the engine does not say when it exited."""
    found = []
    for one in containers:
        state = state_of(one.id)
        exited = known_moment(state.get("FinishedAt"))
        if state.get("Running") is not False or not exited:
            return ()
        found.append(StoppedContainer(exited, one.name, one.id))
    return tuple(sorted(found))


def only_stopped(
    engine: Engine, images: Sequence[ImageSummary], rows: t.Any, states: Mapping[str, State]
) -> dict[str, tuple[StoppedContainer, ...]]:
    """The containers of each image that all have exited; none where one runs, was never started, or does not exist.

    An image is left out if that is not known. ``rows``: the list of all containers. Raises EngineError.
    """
    try:
        usage = read_usage(rows, images, engine_name(engine.version_info))
        mounts = None
        if usage.uncertain:
            # Imported here: image mounts are rare.
            from .open_mounts import open_mounts

            mounts = open_mounts(engine, usage.uncertain)
    except (EngineError, InputError) as exc:
        if isinstance(exc, EngineError) and exc.transport:
            raise
        return {}
    ended = usage.only_ended(usage.users)
    found: dict[str, tuple[StoppedContainer, ...]] = {}
    for image in images:
        alone = ended.get(image.id)
        if alone is None or (mounts and image.id in mounts.users):
            found[image.id] = ()
        # Podman counts containers that it does not list.
        elif image.containers <= len(alone) and not (mounts and mounts.of(image)):
            stopped = exits(alone, lambda identity: states.get(identity, {}))
            if stopped:
                found[image.id] = stopped
    return found


def object_or_nothing(engine: Engine, path: str) -> Mapping[str, t.Any]:
    """The reply to GET. Empty if there is none, or if the engine refuses. Raises EngineError if it does not answer."""
    try:
        reply = soon_get(engine, path)
    except EngineError as exc:
        if exc.transport:
            raise
        return {}
    return reply if isinstance(reply, dict) else {}


def exact_moment(value: t.Any) -> str:
    """Seconds since the epoch, with nanoseconds for ``GET /events``; "" if it is not a time, or a placeholder."""
    if not known_moment(value):
        return ""
    second, nano = moment(value)
    return f"{second}.{nano:09}"


def known_moment(value: t.Any) -> int:
    """Seconds since the epoch; 0 if it is not a time, or a placeholder."""
    try:
        found = to_epoch(value)
    except InputError:
        return 0
    return found if found >= PLACEHOLDER_BEFORE else 0
