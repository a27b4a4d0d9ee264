# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines' events, read one by one: which image arrived when, and which was used when.

A container event has the image's name as typed, not its ID. What the name meant at that moment is known if the
container still exists, if an event before gave the name to an image, or if no event since then gave it to another one.
A use or an arrival whose image is not known ends the watching: it begins again behind it.

Docker     keeps its last 256 events in memory. ``tag``, ``import`` and ``load`` have the ID of the image, ``pull`` the
           name; ``load`` may move any name. Builds by BuildKit have no event in some releases.
Podman     keeps a log. Before each container that it makes it notes a ``pull`` with the ID of the image; Podman 4.3
           notes the name alone. ``build`` has the ID where others have the name, and not the names that it gave.
           ``loadfromarchive``, ``commit`` and a pull from an archive may move any name, and other programs do so
           without an event. A container made through the API has no ``pull`` before it.
"""

from __future__ import annotations

import heapq
import typing as t

from ..image.image_ids import whole_id
from ..image.reference import Reference
from ..image.selector import PLACEHOLDER_BEFORE
from .trace import Trace, later

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Resolve = Callable[[str], Collection[str]]

# Podman notes events of the same moment in any order.
_REORDERED = 500
# More than a host has. What exceeds it is not followed, and ends the watching.
_MOST = 200_000
_USES_OF_IMAGES = ("pull", "mount", "unmount")  # Podman's
_NOT_ARRIVING = ("untag", "delete", "remove", "push", "save", "prune", "mount", "unmount", "pull-error")
_USES = ("create", "start", "restart", "die", "died", "destroy", "remove", "kill", "exec_start", "exec", "attach")


class _Meaning:
    """What a name means from one event on."""

    __slots__ = ("identity", "is_lost", "name", "pulled", "used")

    def __init__(self, name: str, identity: str = "") -> None:
        self.name = name
        self.identity = identity
        """The image; "" if it is what the name means at the end, as long as no event gives the name away."""
        self.is_lost = False
        """Whether an event has given it away."""
        self.used = 0
        self.pulled = 0


class EventReader:
    """Takes events, and keeps one entry for each image, name and container."""

    def __init__(self, engine: str, containers: Mapping[str, str]) -> None:
        """``containers``: the image ID of each container that exists, by the container's ID."""
        self._podman = engine == "podman"
        self._containers = containers
        self._waiting: list[tuple[int, int, t.Mapping[str, t.Any]]] = []
        self._count = 0
        self._arrived: dict[str, int] = {}
        self._used: dict[str, int] = {}
        self._names: dict[str, _Meaning] = {}
        self._made: dict[str, _Meaning] = {}
        self._claims: dict[tuple[str, str], int] = {}
        """The last use by a name of the image that events say it meant. The name may have moved without one."""
        self._unclear_uses: dict[str, int] = {}
        """The last use by a name that meant another image later, or whose meaning was never seen."""
        self._unclear_arrivals: dict[str, int] = {}
        """The same of arrivals; "" for what came without a name."""
        self._first: int | None = None
        self._is_broken = False

    def take(self, event: t.Any) -> None:
        """One event, in nearly any order. One that cannot be read ends the watching for good."""
        moment = _moment_of(event)
        if moment < PLACEHOLDER_BEFORE * 10**9:
            self._is_broken = True
            return
        self._count += 1
        entry = (moment, self._count, event)
        if len(self._waiting) < _REORDERED:
            heapq.heappush(self._waiting, entry)
        else:
            self._read(*heapq.heappushpop(self._waiting, entry))

    def trace(
        self, source: str, resolve: Resolve, ever: Resolve | None, now: int, moves_silently: bool = False
    ) -> Trace:
        """What all events say.

        ``resolve``: the images that a name means now. ``ever``: those that have had it at any time, where an engine
        remembers that. ``moves_silently``: whether names may move without an event. Then, what is known by a name
        alone is not certain.
        """
        while self._waiting:
            self._read(*heapq.heappop(self._waiting))
        for meaning in self._names.values():
            if not meaning.identity:
                self._settle(meaning, resolve, moves_silently)
        if moves_silently:
            for (name, identity), moment in self._claims.items():
                if [*resolve(name)] != [identity]:
                    later(self._unclear_uses, name, moment)
        for name, moment in self._unclear_arrivals.items():
            # What has the name now may be what arrived. It can only be younger for that.
            for identity in resolve(name) if name else ():
                later(self._arrived, identity, moment)
        since = max(
            now if self._first is None else self._first,
            _credit(self._unclear_uses, self._used, ever),
            _credit(self._unclear_arrivals, self._arrived, ever),
        )
        return Trace(source, self._arrived, self._used, None if self._is_broken else since, now)

    def _settle(self, meaning: _Meaning, resolve: Resolve, moves_silently: bool) -> None:
        found = resolve(meaning.name)
        if len(found) == 1:
            (identity,) = found
            later(self._arrived, identity, meaning.pulled)
            later(self._used, identity, meaning.used)
        if len(found) != 1 or moves_silently:
            self._note_unclear(meaning)

    def _read(self, moment: int, _count: int, event: t.Mapping[str, t.Any]) -> None:
        second = moment // 10**9
        if self._first is None:
            # An earlier event of the same second may be forgotten.
            self._first = second + 1
        actor = event.get("Actor")
        if not isinstance(actor, dict):
            self._is_broken = True
            return
        attributes = actor.get("Attributes")
        texts = attributes if isinstance(attributes, dict) else {}
        identity, action = str(actor.get("ID") or ""), str(event.get("Action")).partition(":")[0]
        if event.get("Type") == "image":
            self._read_image(action, identity, str(texts.get("name") or ""), second)
        elif self._podman and action == "commit":
            self._give_all_away()
        elif event.get("Type") == "container" and action in _USES:
            self._read_container(action, identity, str(texts.get("image") or event.get("from") or ""), second)

    def _read_image(self, action: str, identity: str, name: str, second: int) -> None:
        image = whole_id(identity) or (whole_id(name) if self._podman else "")
        if self._podman and action in _USES_OF_IMAGES and image:
            later(self._used, image, second)
        if action in _NOT_ARRIVING:
            return
        if image:
            later(self._arrived, image, second)
        given = name if image or self._podman else identity
        is_any = action.startswith(("load", "build")) or not given or _has_transport(given)
        if is_any or (action == "pull" and not self._podman and _is_repository(given)):
            self._give_all_away()
            if not image:
                later(self._unclear_arrivals, "", second)
        elif not whole_id(given) and len(self._names) < _MOST:
            key = self._key(given)
            self._give_away(key)
            self._names[key] = meaning = _Meaning(given, image)
            meaning.pulled = 0 if image else second

    def _read_container(self, action: str, identity: str, name: str, second: int) -> None:
        image = self._containers.get(identity) or whole_id(name)
        if image:
            later(self._used, image, second)
            return
        if self._podman and not name:
            # Those of a pod, and others with a root file system of their own, have no image.
            return
        if action == "create" and len(self._names) < _MOST and len(self._made) < _MOST:
            self._made[identity] = self._names.setdefault(self._key(name), _Meaning(name))
        # A container that was made before the first event may have another image than its name means by now.
        meaning = self._made.get(identity)
        if action in ("destroy", "remove"):
            self._made.pop(identity, None)
        if meaning is None or meaning.is_lost:
            _note(self._unclear_uses, name, second)
        elif meaning.identity:
            later(self._used, meaning.identity, second)
            if len(self._claims) < _MOST:
                later(self._claims, (name, meaning.identity), second)
            else:
                later(self._unclear_uses, "", second)
        else:
            meaning.used = second
            if self._podman and name != meaning.name:
                # Names of two registries have one key.
                _note(self._unclear_uses, name, second)

    def _give_all_away(self) -> None:
        """Any name may have been given to any image."""
        for key in list(self._names):
            self._give_away(key)

    def _give_away(self, key: str) -> None:
        meaning = self._names.pop(key, None)
        if meaning is not None and not meaning.identity:
            meaning.is_lost = True
            self._note_unclear(meaning)

    def _note_unclear(self, meaning: _Meaning) -> None:
        _note(self._unclear_uses, meaning.name, meaning.used)
        _note(self._unclear_arrivals, meaning.name, meaning.pulled)

    def _key(self, name: str) -> str:
        reference = Reference.parse(name).with_default_tag
        if not self._podman:
            return reference.canonical
        # Podman notes the pull by the name as typed and the container by the whole name.
        registry_and_path = reference.canonical.partition("/")[2]
        return registry_and_path[8:] if registry_and_path.startswith("library/") else registry_and_path


def _note(unclear: dict[str, int], name: str, moment: int) -> None:
    """What is more than can be kept counts as without a name."""
    later(unclear, name if len(unclear) < _MOST else "", moment)


def _credit(unclear: Mapping[str, int], moments: dict[str, int], ever: Resolve | None) -> int:
    """Give each moment to every image that ever had the name, or return where the watching begins behind them all."""
    since = 0
    for name, moment in unclear.items():
        if ever is None or not name:
            since = max(since, moment + 1)
        else:
            for identity in ever(name):
                later(moments, identity, moment)
    return since


def _has_transport(name: str) -> bool:
    """Whether it is where Podman took an image from, such as ``docker-archive:/a.tar`` or ``docker://web:1``."""
    return ":/" in name


def _is_repository(name: str) -> bool:
    """Whether Docker pulled all tags: it notes one pull for them."""
    reference = Reference.parse(name)
    return not reference.tag and not reference.digest


def _moment_of(event: t.Any) -> int:
    """Nanoseconds since the epoch; 0 if it is not an event."""
    if not isinstance(event, dict):
        return 0
    moment, second = event.get("timeNano"), event.get("time")
    if isinstance(moment, int) and moment > 0:
        return moment
    return second * 10**9 if isinstance(second, int) else 0
