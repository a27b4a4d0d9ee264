# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask an engine, and a file beside it, when images arrived and were used. GET requests alone.

events        Docker: GET /info and GET /events, 256 of them. Podman: GET /libpod/info and GET /libpod/events
names         Podman, if its log has a use by a name that moved: GET /libpod/images/json
last tag      GET /images/{id}/json for each image that is asked about; Docker alone
"""

from __future__ import annotations

import json
import sys
import typing as t

from .._core.errors import InputError
from .._core.image.image_ids import whole_id
from .._core.image.lookup import ImageNames
from .._core.image.reference import TO_KEEP_ON_PODMAN, TO_SELECT, Reference
from .._core.usage.events import EventReader
from .._core.usage.trace import Trace
from .._engine.engine_error import EngineError
from .._engine.engine_images import engine_name, object_of, release_of, store_of_info
from .exits import RUNNING, exact_moment, known_moment, object_or_nothing
from .recorded import file_trace

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from .._core.image.summary import ImageSummary
    from .._engine.port import Engine


# Before, builds by BuildKit (with a graph driver, those of buildx) gave names to images without an event:
# https://github.com/moby/moby/pull/45410 and https://github.com/moby/moby/pull/49678
_FIRST_THAT_LOGS_BUILDS = {"graphdriver": (24, 0), "containerd": (28, 1)}
_NEVER = (sys.maxsize, 0)


class UsageRequest(t.NamedTuple):
    """What is asked for."""

    now: int
    """Seconds since the epoch, by the clock of the machine that asks."""
    within: int
    """Seconds: how far back the log of Podman is read."""
    file: str = ""
    """The path of a file of the role usage_recorder, or of the state file of docuum."""


def usage_traces(
    engine: Engine, images: Sequence[ImageSummary], rows: Sequence[Mapping[str, t.Any]], request: UsageRequest
) -> tuple[list[Trace], list[str]]:
    """What the engine and the file say, and warnings. ``rows``: the list of all containers. Raises EngineError."""
    traces = [container_trace(rows, request.now)]
    warnings: list[str] = []
    engine_id = ""
    reader = EventReader(engine_name(engine.version_info), _images_of(rows))
    try:
        ask = _podman_events if engine_name(engine.version_info) == "podman" else _docker_events
        trace, engine_id = ask(engine, images, reader, request)
        traces.append(trace)
    except EngineError as exc:
        warnings.append(f"the events of the engine are not known (usage=false does not ask for them): {exc.message}")
    if request.file:
        try:
            traces.append(file_trace(request.file, images, engine_id))
        except InputError as exc:
            warnings.append(f"usage_file {request.file} is not used: {exc}")
    return traces, warnings


def container_trace(rows: Iterable[Mapping[str, t.Any]], now: int) -> Trace:
    """Containers that exist: one that runs uses its image now, another one did so when it was created at least."""
    used: dict[str, int] = {}
    for row in rows:
        image, created = whole_id(str(row.get("ImageID"))), row.get("Created")
        moment = now if row.get("State") in RUNNING else created
        if image and isinstance(moment, int) and moment > used.get(image, 0):
            used[image] = moment
    return Trace("containers", {}, used)


def tag_trace(engine: Engine, ids: Iterable[str]) -> Trace:
    """When images were given their last tag: pulls and loads too in the containerd store. Raises EngineError."""
    arrived = {}
    if engine_name(engine.version_info) == "docker":
        for identity in ids:
            metadata = object_or_nothing(engine, f"/images/{identity}/json").get("Metadata")
            moment = known_moment(metadata.get("LastTagTime")) if isinstance(metadata, dict) else 0
            if moment:
                arrived[identity] = moment
    return Trace("last_tag", arrived, {})


def _images_of(rows: Iterable[Mapping[str, t.Any]]) -> dict[str, str]:
    found = {str(row.get("Id")): whole_id(str(row.get("ImageID"))) for row in rows}
    return {container: image for container, image in found.items() if image}


def _docker_events(
    engine: Engine, images: Sequence[ImageSummary], reader: EventReader, request: UsageRequest
) -> tuple[Trace, str]:
    info = object_of(engine, "/info")
    # Until a moment that is over by the engine's own clock, to the nanosecond: it would wait for another one.
    until = exact_moment(info.get("SystemTime")) or str(request.now)
    engine.each_line("/events", reader.take, since="1", until=until)
    names = ImageNames(images)

    def resolve(name: str) -> Collection[str]:
        return names.exactly(Reference.parse(name)) or names.by_id(name, TO_SELECT)

    moves_silently = release_of(engine) < _FIRST_THAT_LOGS_BUILDS.get(store_of_info(info), _NEVER)
    trace = reader.trace("docker_events", resolve, None, request.now, moves_silently)
    return trace, str(info.get("ID") or "")


def _podman_events(
    engine: Engine, images: Sequence[ImageSummary], reader: EventReader, request: UsageRequest
) -> tuple[Trace, str]:
    host = object_of(engine, "/libpod/info").get("host")
    if isinstance(host, dict) and host.get("eventLogger") == "none":
        raise EngineError(
            f"{engine.host} is Podman without a log of events (events_logger is none in containers.conf)", can_talk=True
        )
    wanted = json.dumps({"type": ["container", "image"]})
    since = str(max(1, request.now - request.within))
    engine.each_line("/libpod/events", reader.take, stream="false", since=since, filters=wanted)
    names = ImageNames(images)

    def resolve(name: str) -> Collection[str]:
        return names.possibly(name, TO_KEEP_ON_PODMAN)

    return reader.trace("podman_events", resolve, _EverNames(engine), request.now, moves_silently=True), ""


class _EverNames:
    """The images that ever had a name. Asked once, and only if it is needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._names: dict[str, list[Reference]] | None = None

    def __call__(self, name: str) -> Collection[str]:
        if self._names is None:
            self._names = {}
            rows = self._engine.get("/libpod/images/json", all="true")
            for row in rows if isinstance(rows, list) else []:
                had = [text for key in ("Names", "History", "RepoDigests") for text in _texts(row.get(key))]
                self._names["sha256:" + str(row.get("Id"))] = [Reference.parse(one).with_default_tag for one in had]
        written = Reference.parse(name).with_default_tag
        return [
            identity
            for identity, names in self._names.items()
            if any(written.may_mean(one, TO_KEEP_ON_PODMAN) for one in names) or identity[7:].startswith(name)
        ]


def _texts(value: t.Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
