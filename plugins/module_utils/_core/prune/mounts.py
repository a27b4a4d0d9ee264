# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image mounts: ``--mount type=image``. Docker has them since 28.0 (API 1.48), Podman since 3.0.

No engine counts them, none refuses to remove a mounted image, and none says which image is mounted: a container shows
what was written on the command line. If that is an ID or a digest, it is certain. A tag may have moved since, so any
image that may have had the name when the container was made may be the one.
"""

from __future__ import annotations

import re
import typing as t

from ..image.reference import Reference
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..image.summary import ImageSummary

# Clocks of hosts where images are built differ from that of the engine, but not by a day.
_DAY = 86_400
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})\Z")
# Engines take shorter ones, too. Such a word may as well be a name, so it settles nothing.
_SHORT_ID = re.compile(r"(?:sha256:)?([0-9a-f]{2,64})\Z")
# Events that give no name to an image. `tag` and `pull` tell which name; all others, `load` for one, may give any.
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
    """What it mounts, as it was asked for; "" where the engine does not say."""

    def is_settled_by(self, identity: str) -> bool:
        """Whether this image, which the source means today, is what it has always meant: by ID or by digest."""
        digits = _ID.match(self.source)
        by_id = digits is not None and identity.startswith("sha256:" + digits.group(1))
        return by_id or bool(Reference.parse(self.source).digest)

    @property
    def is_whole_id(self) -> bool:
        """Whether it can mean one image alone, be it there or not."""
        digits = _ID.match(self.source)
        return digits is not None and len(digits.group(1)) == 64


def mounts_of(row: Mapping[str, t.Any], user: str) -> list[Mount]:
    """The image mounts of a row of ``GET /containers/json``. Docker names the image in Name, Podman in Source."""
    mounts, created = row.get("Mounts"), row.get("Created")
    found = []
    for mount in mounts if isinstance(mounts, list) else []:
        if isinstance(mount, dict) and mount.get("Type") == "image":
            texts = [text for text in (mount.get("Name"), mount.get("Source")) if isinstance(text, str) and text]
            # Beside a name, Source is the directory of the mount on the host.
            source = texts[0] if texts and not texts[0].startswith("/") else ""
            moment = created if isinstance(created, int) else 0
            found.append(Mount(str(row.get("Id", "")), user, moment, source))
    return found


class MountNames:
    """Which images answer to what a mount names, among those given."""

    def __init__(self, images: Iterable[ImageSummary]) -> None:
        self._ids: list[str] = []
        self._names: dict[str, set[str]] = {}
        for image in images:
            self._ids.append(image.id)
            for reference in image.references:
                self._names.setdefault(canonical(reference), set()).add(image.id)

    def of(self, source: str, engine: str) -> set[str]:
        """By name, whole ID or the beginning of an ID; where it can be either, both count."""
        if not source:
            return set()
        found = {one for name in self._names if answers_to(name, source, engine) for one in self._names[name]}
        # In the containerd store a digest is an ID, and finds an image that has lost all its names.
        digits = _SHORT_ID.match(Reference.parse(source).digest or source)
        if digits:
            found.update(identity for identity in self._ids if identity.startswith("sha256:" + digits.group(1)))
        return found


def canonical(name: str) -> str:
    """The long spelling, with the tag that an engine adds. With a digest the tag says nothing."""
    reference = Reference.parse(name)
    if reference.digest:
        return f"{reference.canonical_repository}@{reference.digest}"
    return f"{reference.canonical_repository}:{reference.tag or 'latest'}"


def answers_to(name: str, source: str, engine: str) -> bool:
    """Whether a name in its long spelling may be meant by the source of a mount.

    Podman tries a name without registry on several of them, which its configuration lists.
    """
    if name == canonical(source):
        return True
    reference = Reference.parse(source)
    return (
        engine == "podman" and not reference.digest and name.endswith(f"/{source}{'' if reference.tag else ':latest'}")
    )


def may_be_mounted(image: ImageSummary, mount: Mount, clock: int, had: Sequence[str] | None, engine: str) -> bool:
    """Whether an image may be what a mount by tag mounts.

    ``had``: all names that it ever had, ``None`` where the engine does not remember. ``clock``: the present, in
    seconds since the epoch; a build date in the future says nothing.
    """
    if mount.created and mount.created + _DAY < image.created <= clock:
        return False
    if had is None or not mount.source:
        return True
    return any(_may_have_meant(name, mount.source, engine) for name in had)


def _may_have_meant(name: str, source: str, engine: str) -> bool:
    reference = Reference.parse(source)
    if reference.digest:
        # Podman remembers tags. Which of them had that digest it does not say.
        name, source = Reference.parse(name).repository, reference.repository
    return answers_to(canonical(name), source, engine)


def tagged_before(last_tagged: t.Any, created: t.Any) -> bool:
    """Whether the time of a tag is known and before that of a container; both as RFC 3339 text of one engine."""
    return to_epoch(last_tagged) > 0 and moment(last_tagged) < moment(created)


def moment(text: t.Any) -> tuple[int, int]:
    """Seconds since the epoch, and nanoseconds. Raises InputError."""
    fraction = re.search(r"\.([0-9]{1,9})", str(text))
    return to_epoch(text), int(fraction.group(1).ljust(9, "0")) if fraction else 0


def kept_its_name(events: Sequence[t.Any], mount: Mount) -> bool:
    """Whether the events since a container was made show that the name it mounts has not been given away.

    Docker remembers the last 256 events since it was started: they tell something only if the making of the container
    is among them. Source: ``GET /events``.
    """
    is_complete = False
    for event in events:
        kind, action, actor = event.get("Type"), str(event.get("Action")), event.get("Actor") or {}
        if kind == "container" and action == "create" and actor.get("ID") == mount.container:
            is_complete = True
        elif kind == "image" and action not in _HARMLESS:
            name = {"tag": (actor.get("Attributes") or {}).get("name"), "pull": actor.get("ID")}.get(action)
            if not name or _repository(name) == _repository(mount.source):
                return False
    return is_complete


def _repository(name: str) -> str:
    return Reference.parse(name).canonical_repository
