# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which images may be mounted by a container, where the name that it mounts may have been given to another image.

What settles it differs by engine: in the containerd store the time of the last tag; with graph drivers the engine's
events, as long as it remembers them; Podman remembers all names of every image. Asked with GET alone, and only where a
container has such a mount.
"""

from __future__ import annotations

import time
import typing as t

from .._core.errors import shown
from .._core.image.reference import Reference
from .._core.prune.mounts import Mount, kept_its_name, may_be_mounted, moment, tagged_before
from .._engine.engine_error import EngineError
from .._engine.engine_images import engine_name, object_of, store_of_info, understood
from .._engine.port import quoted

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._core.image.summary import ImageSummary
    from .._engine.port import Engine


class OpenMounts(t.NamedTuple):
    """Mounts that name an image, and what the engine says about the names."""

    users: dict[str, list[str]]
    """As in ``Usage``: who mounts by a name that means this image today."""
    mounts: list[Mount]
    """Those that may mount another image than the one that has the name today."""
    names: Mapping[str, Sequence[str]] | None
    """Every name that an image ever had, by image ID; ``None`` if the engine does not remember."""
    clock: int
    engine: str

    def of(self, image: ImageSummary) -> list[Mount]:
        """Those that may mount this image."""
        had = None if self.names is None else self.names.get(image.id, ())
        return [mount for mount in self.mounts if may_be_mounted(image, mount, self.clock, had, self.engine)]


def open_mounts(engine: Engine, mounts: Sequence[Mount], only: str = "") -> OpenMounts:
    """Settle what can be settled. ``only``: the ID of the image that is asked about later. Raises EngineError."""
    name = engine_name(engine.version_info)
    users: dict[str, list[str]] = {}
    left = []
    for mount in mounts:
        image = _meant(engine, mount.source)
        if image:
            users.setdefault(str(image.get("Id")), []).append(f"{mount.user} (image mount)")
            if mount.is_settled_by(str(image.get("Id"))) or (name == "docker" and _has_stayed(engine, mount, image)):
                continue
        left.append(mount)
    names = _names_ever(engine, only) if left and name == "podman" else None
    return OpenMounts(users, left, names, int(time.time()), name)


def _meant(engine: Engine, source: str) -> dict[str, t.Any]:
    """The image that a source means today; empty if there is none, or if the engine answers with an error."""
    # In the containerd store a digest is an ID as well, and outlives the names.
    for name in filter(None, (source, Reference.parse(source).digest)):
        try:
            found = engine.get(f"/images/{quoted(name)}/json")
        except EngineError as exc:
            if exc.status is None:
                raise
        else:
            return found if isinstance(found, dict) else {}
    return {}


def _has_stayed(engine: Engine, mount: Mount, image: Mapping[str, t.Any]) -> bool:
    """Whether the image had the name already when the container was made. What cannot be asked settles nothing."""
    try:
        return _has_not_moved(engine, mount, image)
    except EngineError as exc:
        if exc.status is None:
            raise
        return False


def _has_not_moved(engine: Engine, mount: Mount, image: Mapping[str, t.Any]) -> bool:
    # To the nanosecond: the list of containers has seconds alone.
    created = object_of(engine, f"/containers/{mount.container}/json").get("Created")
    info = object_of(engine, "/info")
    metadata = image.get("Metadata")
    last_tagged = metadata.get("LastTagTime") if isinstance(metadata, dict) else None
    # With graph drivers a pull moves a tag and leaves this time as it is.
    if store_of_info(info) == "containerd" and understood(engine, lambda: tagged_before(last_tagged, created)):
        return True
    moments = understood(engine, lambda: (moment(created), moment(info.get("SystemTime"))))
    since, until = (f"{second}.{nano:09}" for second, nano in moments)
    return kept_its_name(engine.get_lines("/events", since=since, until=until), mount)


def _names_ever(engine: Engine, only: str) -> dict[str, list[str]] | None:
    """Podman's own replies have all names that an image ever had: its list as History, null where there are none.

    Source: https://docs.podman.io/en/latest/_static/api.html, ImageListLibpod and ImageInspectLibpod.
    """
    try:
        if only:
            image = object_of(engine, f"/libpod/images/{only}/json")
            return {only: _texts(image["NamesHistory"])} if "NamesHistory" in image else None
        rows = engine.get("/libpod/images/json", all="true")
    except EngineError as exc:
        if exc.status is None:
            raise
        return None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise EngineError(f"{engine.host} answered GET /libpod/images/json with {shown(rows)}, not with images")
    if not any(row.get("History") for row in rows):
        return None
    return {"sha256:" + str(row.get("Id")).rpartition(":")[2]: _texts(row.get("History")) for row in rows}


def _texts(value: t.Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
