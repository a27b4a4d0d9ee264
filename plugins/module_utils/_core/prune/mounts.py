# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image mounts: ``--mount type=image``. Docker has them since 28.0 (API 1.48), Podman since 3.0.

No engine counts them, refuses to remove a mounted image, or reports which image is mounted: a container shows what was
written on the command line. An ID or a digest is certain. A tag may have moved since, so any image that may have had
the name when the container was made may be the mounted one.
"""

from __future__ import annotations

import re
import typing as t

from ..image.image_ids import whole_id
from ..image.reference import TO_KEEP, TO_KEEP_ON_PODMAN, TO_SELECT, Reference, may_mean_id
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..image.reference import Reading
    from ..image.summary import ImageSummary

# The clock of a host that builds images may differ from that of the engine, but not by a day.
_DAY = 86_400
# Events that give no name to an image. `tag` and `pull` say which name they give; others, such as `load`, may give any.
_HARMLESS = ("untag", "delete", "push", "save", "prune")


class Mount(t.NamedTuple):
    """One image mount of one container."""

    container: str
    """The container's ID."""
    user: str
    """The container's name, for people."""
    created: int
    """When the container was made, in seconds since the epoch; 0 is not known."""
    source: str
    """What it mounts, as requested; "" where the engine does not report it."""

    def is_settled_by(self, identity: str) -> bool:
        """Whether this image, which the source means today, is what it has always meant: by ID or by digest."""
        # Fewer digits than engines print may as well be a name, and settle nothing.
        return may_mean_id(self.source, identity, TO_SELECT) or bool(Reference.parse(self.source).digest)

    @property
    def is_whole_id(self) -> bool:
        """Whether it can mean only one image, whether or not that exists."""
        return bool(whole_id(self.source))


def mounts_of(row: Mapping[str, t.Any], user: str) -> list[Mount]:
    """The image mounts of a row of ``GET /containers/json``. Docker names the image in Name, Podman in Source."""
    mounts, created = row.get("Mounts"), row.get("Created")
    found = []
    for mount in mounts if isinstance(mounts, list) else []:
        if isinstance(mount, dict) and mount.get("Type") == "image":
            texts = [text for text in (mount.get("Name"), mount.get("Source")) if isinstance(text, str) and text]
            # If there is a name, Source is the directory of the mount on the host.
            source = texts[0] if texts and not texts[0].startswith("/") else ""
            moment = created if isinstance(created, int) else 0
            found.append(Mount(str(row.get("Id", "")), user, moment, source))
    return found


def reading_of(engine: str) -> Reading:
    """What an engine may take the source of a mount for."""
    return TO_KEEP_ON_PODMAN if engine == "podman" else TO_KEEP._replace(local=False)


def may_be_mounted(image: ImageSummary, mount: Mount, clock: int, had: Sequence[str] | None, engine: str) -> bool:
    """Whether an image may be what a mount by tag mounts.

    ``had``: all names that it ever had, ``None`` where the engine does not remember them. ``clock``: the present, in
    seconds since the epoch; a build date in the future is ignored.
    """
    if mount.created and mount.created + _DAY < image.created <= clock:
        return False
    if had is None or not mount.source:
        return True
    return any(_may_have_meant(name, mount.source, engine) for name in had)


def _may_have_meant(name: str, source: str, engine: str) -> bool:
    listed, written = Reference.parse(name).with_default_tag, Reference.parse(source).with_default_tag
    if written.digest:
        # Podman remembers tags, but not which of them had that digest.
        return written.may_mean_repository(listed, reading_of(engine))
    return written.may_mean(listed, reading_of(engine))


def tagged_before(last_tagged: t.Any, created: t.Any) -> bool:
    """Whether the time of a tag is known and before that of a container; both are RFC 3339 texts of one engine."""
    return to_epoch(last_tagged) > 0 and moment(last_tagged) < moment(created)


def moment(text: t.Any) -> tuple[int, int]:
    """Seconds since the epoch, and nanoseconds. Raises InputError."""
    fraction = re.search(r"\.([0-9]{1,9})", str(text))
    return to_epoch(text), int(fraction.group(1).ljust(9, "0")) if fraction else 0


def kept_its_name(events: Sequence[t.Any], mount: Mount) -> bool:
    """Whether the events since a container was made show that no other image was given the name that it mounts.

    Docker remembers the last 256 events since it was started. They prove something only if they include the creation of
    the container. Source: ``GET /events``.
    """
    is_complete = False
    for event in events:
        actor = event.get("Actor") if isinstance(event, dict) else None
        if not isinstance(actor, dict):
            # An event that cannot be read may have given the name away.
            return False
        kind, action = event.get("Type"), str(event.get("Action"))
        if kind == "container" and action == "create" and actor.get("ID") == mount.container:
            is_complete = True
        elif kind == "image" and action not in _HARMLESS:
            attributes = actor.get("Attributes")
            tag = attributes.get("name") if isinstance(attributes, dict) else None
            name = {"tag": tag, "pull": actor.get("ID")}.get(action)
            if not isinstance(name, str) or not name or _repository(name) == _repository(mount.source):
                return False
    return is_complete


def _repository(name: str) -> str:
    return Reference.parse(name).canonical_repository
