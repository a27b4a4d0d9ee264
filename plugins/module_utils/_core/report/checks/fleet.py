# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``tag-drift`` and ``min-hosts``: what only shows when hosts are put side by side."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...errors import InputError
from ...fields import required
from ...image.reference import Reference
from ...quantities import parse_integer
from ..check_outcome import CheckOutcome
from ..first_hosts import FirstHosts
from ..hosts import REGISTRY, short_id
from ..remembered import Remembered
from .kinds import Demand, FleetCheck, FleetTally

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...image.summary import ImageSummary
    from ..hosts import HostFacts, ImageView

_NAMED_HOSTS = 3


@dataclass(frozen=True)
class TagDrift(FleetCheck):
    """A tag must mean the same image on every host that has it."""

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> TagDrift:
        return cls()

    def tally(self) -> TagDriftTally:
        return TagDriftTally()


@dataclass
class _Holders:
    """Who holds one image under one tag."""

    hosts: FirstHosts = field(default_factory=FirstHosts)
    stores: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        more = self.hosts.count - len(self.hosts.named)
        return ", ".join(self.hosts.named) + (f" and {more} more" if more else "")


class TagDriftTally(FleetTally):
    """tag -> image ID -> who holds it.

    Engines make IDs in different ways (of the config or of the manifest), so images of different IDs are the same if
    they have a repository digest in common. Where stores differ and digests are missing, they cannot be compared.
    """

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, _Holders]] = {}
        self._holders = Remembered(self._holders_of)

    def add(self, host: HostFacts, views: Sequence[ImageView]) -> None:
        store = f"{host.engine.name}/{host.engine.image_store}" if host.engine else ""
        name = host.host
        for holders in self._holders.all_of(view.image for view in views if view.image.repo_tags):
            for holder in holders:
                holder.hosts.add(name, _NAMED_HOSTS)
                holder.stores.add(store)

    def _holders_of(self, image: ImageSummary) -> list[_Holders]:
        """One for each of its tags."""
        found = []
        for tag in image.repo_tags:
            holder = self._tags.setdefault(Reference.parse(tag).familiar, {}).setdefault(image.id, _Holders())
            holder.digests.update(digest.rpartition("@")[2] for digest in image.repo_digests)
            found.append(holder)
        return found

    def judge(self, absent: int) -> Iterable[tuple[str | None, CheckOutcome]]:
        for tag in sorted(self._tags):
            yield tag, _drift(self._tags[tag])


def _drift(holders: Mapping[str, _Holders]) -> CheckOutcome:
    groups = _same_images(holders)
    if len(groups) == 1:
        hosts = sum(holder.hosts.count for holder in holders.values())
        text = f"the same image on {hosts} host{'' if hosts == 1 else 's'}"
        return CheckOutcome("pass", lambda: text, 1, 1, "count")
    parts = [f"{short_id(group[0])} on {', '.join(str(holders[item]) for item in group)}" for group in groups]
    text = f"means {len(groups)} different images: {'; '.join(parts)}"
    if not _comparable([[holders[item] for item in group] for group in groups]):
        reason = (
            "the hosts use different image stores, and without repository digests their image IDs cannot be compared"
        )
        return CheckOutcome("incomparable", lambda: f"{text} ({reason})", len(groups), 1, "count")
    return CheckOutcome("fail", lambda: text, len(groups), 1, "count")


def _same_images(holders: Mapping[str, _Holders]) -> list[list[str]]:
    """The IDs in groups that share a digest, in order."""
    groups: list[tuple[list[str], set[str]]] = []
    for image_id in sorted(holders):
        members, digests = [image_id], holders[image_id].digests
        apart = []
        for group in groups:
            if group[1] & digests:
                members, digests = group[0] + members, group[1] | digests
            else:
                apart.append(group)
        groups = [*apart, (members, digests)]
    return sorted(sorted(members) for members, _digests in groups)


def _comparable(groups: Sequence[Sequence[_Holders]]) -> bool:
    """Whether at least two of the groups are proven to be different images: same store, or both with digests."""
    facts = [(set().union(*(item.stores for item in group)), any(item.digests for item in group)) for group in groups]
    return any(
        stores & other_stores or (known and other_known)
        for index, (stores, known) in enumerate(facts)
        for other_stores, other_known in facts[:index]
    )


@dataclass(frozen=True)
class MinHosts(FleetCheck):
    """``min``: how many hosts at least must have an image that ``when`` selects."""

    OPTIONS = ("min",)
    min: int

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> MinHosts:
        if not options.get("when"):
            raise InputError(f"{where}.when is required: it says which images the hosts must have", "E_REQUIRED")
        return cls(parse_integer(required(options, "min", where), f"{where}.min", minimum=0))

    def demand(self) -> Demand:
        return Demand(self.min, "count")

    def tally(self) -> MinHostsTally:
        return MinHostsTally(self.min)


class MinHostsTally(FleetTally):
    """Counts hosts with at least one image."""

    def __init__(self, minimum: int) -> None:
        self._min = minimum
        self._hosts = 0

    def add(self, host: HostFacts, views: Sequence[ImageView]) -> None:
        # A registry runs nothing.
        self._hosts += bool(views) and not (host.engine and host.engine.name == REGISTRY)

    def judge(self, absent: int) -> Iterable[tuple[str | None, CheckOutcome]]:
        count, minimum = self._hosts, self._min
        text = f"{count} host{' has' if count == 1 else 's have'} such an image, at least {minimum} must"
        if count >= minimum:
            yield None, CheckOutcome("pass", lambda: text, count, minimum, "count")
        elif count + absent >= minimum:
            yield None, CheckOutcome("error", lambda: f"{text}; {absent} did not report", count, minimum, "count")
        else:
            yield None, CheckOutcome("fail", lambda: text, count, minimum, "count")
