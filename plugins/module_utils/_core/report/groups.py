# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images, findings and changes without their copies: one row for what is the same on many hosts.

A fleet runs the same image on a hundred hosts, and people read about it once. The rows of single hosts are limited, so
the numbers of hosts cannot be made from them.
"""

from __future__ import annotations

import typing as t

from ..image.reference import Reference
from ..image.totals import unshared_size
from .first_hosts import FirstHosts
from .hosts import ImageView
from .order import change_group_order, change_key, finding_rank, group_order, image_group_order
from .remembered import Remembered
from .schema import CHANGE_KINDS, PROBLEMS, verdict_of
from .stopped_on_hosts import StoppedOnHosts, keys_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .schema import (
        ChangeGroup,
        ChangeRow,
        ChangesPart,
        FindingGroup,
        FindingRow,
        ImageGroup,
        ImageRow,
        RuleRow,
        Scalar,
    )

T = t.TypeVar("T")

NAMED_HOSTS = 20


class SameOnHosts(t.Generic[T]):
    """One thing and the hosts that have it."""

    __slots__ = ("containers", "hosts", "item", "last", "stopped", "unknown", "used")

    def __init__(self, item: T) -> None:
        self.item = item
        """That of the first host by name."""
        self.hosts = FirstHosts()
        self.last: str | None = None
        self.used = 0
        self.unknown = 0
        self.containers = 0
        self.stopped: StoppedOnHosts | None = None

    def add(self, host: str, item: T) -> None:
        """Take notice of a host; what it has twice counts once."""
        if host == self.last:
            return
        self.last = host
        if self.hosts.add(host, NAMED_HOSTS):
            self.item = item

    def note_stopped(self, host: str, exits: Iterable[tuple[int, str]]) -> None:
        """Take notice of a host where only containers use it that have exited."""
        self.stopped = self.stopped or StoppedOnHosts()
        self.stopped.add(host, exits)


class SameThings(t.Generic[T]):
    """The ``limit`` things with the smallest keys, and how many hosts have each.

    A key that was cut off never comes back, because only smaller ones are kept. So the numbers of those that are kept
    are exact, and do not depend on the order of hosts.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._kept: dict[t.Any, SameOnHosts[T]] = {}
        self._last: t.Any = None
        self.is_cut = False

    def same(self, key: t.Any, item: T) -> SameOnHosts[T] | None:
        """What counts the hosts of a key; None if the key is beyond the limit."""
        same = self._kept.get(key)
        if same is None:
            if self.is_cut and key > self._last:
                return None
            same = self._kept[key] = SameOnHosts(item)
            if self._limit is not None and len(self._kept) > self._limit + max(self._limit // 4, 100):
                self._shorten()
        return same

    def add(self, key: t.Any, host: str | None, item: T) -> None:
        """Count one host; None: it is about all hosts."""
        same = self.same(key, item)
        if same and host is not None:
            same.add(host, item)

    def _shorten(self) -> None:
        if self._limit is not None and len(self._kept) > self._limit:
            keys = sorted(self._kept)
            self.is_cut, self._last = True, keys[self._limit - 1] if self._limit else ()
            for key in keys[self._limit :]:
                del self._kept[key]

    def items(self) -> list[SameOnHosts[T]]:
        """What was kept, in the order of the keys."""
        self._shorten()
        return [self._kept[key] for key in sorted(self._kept)]


class FindingGroups:
    """Findings that a reader should see, by rule; at most ``limit`` groups of each."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._rules: dict[str, SameThings[t.Callable[[], FindingRow]]] = {}

    def add(
        self,
        rule: str,
        rank: tuple[int, float],
        place: tuple[str | None, str | None, str | None],
        values: tuple[Scalar, Scalar, tuple[int, int] | None],
        make: t.Callable[[], FindingRow],
    ) -> None:
        """Take one finding: about which host, image and image ID (``place``), and with which values."""
        same = self._rules.get(rule)
        if same is None:
            same = self._rules[rule] = SameThings(self._limit)
        host, image, image_id = place
        same.add((*rank, image or "", image_id or "", *map(str, values)), host, make)

    def items(self) -> list[FindingGroup]:
        """The groups of all rules, the worst first."""
        groups = [_finding_group(same) for things in self._rules.values() for same in things.items()]
        return sorted(groups, key=group_order)

    def cut_rules(self) -> set[str]:
        """The rules with more groups than are kept. To be asked after items()."""
        return {rule for rule, same in self._rules.items() if same.is_cut}


def _finding_group(same: SameOnHosts[t.Callable[[], FindingRow]]) -> FindingGroup:
    row = same.item()
    group: FindingGroup = {
        "rule": row["rule"],
        "check": row["check"],
        "level": row["level"],
        "status": row["status"],
        "image": row["image"],
        "id": row["id"],
        "actual": row["actual"],
        "limit": row["limit"],
        "unit": row["unit"],
        "baseline": row["baseline"],
        "message": row["message"],
        "hosts": same.hosts.count,
        "on": same.hosts.named,
    }
    if "growth" in row:
        group["growth"] = row["growth"]
    return group


def groups_of_findings(rows: Iterable[FindingRow]) -> list[FindingGroup]:
    """The same from the findings that a document lists."""
    groups = FindingGroups()
    for row in rows:
        verdict = verdict_of(row["status"], row["level"])
        if verdict in PROBLEMS:
            rank = finding_rank(verdict, row["actual"], row["limit"])
            place, growth = (row["host"], row["image"], row["id"]), row.get("growth")
            values = row["actual"], row["baseline"], (growth["base"], growth["own"]) if growth else None
            groups.add(row["rule"], rank, place, values, lambda row=row: row)  # type: ignore[misc]
    return groups.items()


def rules_of_findings(rows: Iterable[FindingRow], is_all: bool) -> list[RuleRow]:
    """The rules of a document that does not list them; ``is_all`` says whether it lists all of its findings."""
    rules: dict[str, RuleRow] = {}
    for row in rows:
        rule = rules.get(row["rule"])
        if rule is None:
            rule = rules[row["rule"]] = {
                "rule": row["rule"],
                "check": row["check"],
                "level": row["level"],
                "limit": None if row["check"] == "max-growth" else row["limit"],
                "unit": row["unit"],
                "counts": {},
                "cut": not is_all,
            }
        verdict = verdict_of(row["status"], row["level"])
        rule["counts"][verdict] = rule["counts"].get(verdict, 0) + 1
    return [rules[name] for name in sorted(rules)]


class ImageGroups:
    """The images of all hosts, the ``limit`` largest ones."""

    def __init__(self, limit: int | None = None) -> None:
        self._same: SameThings[ImageView | ImageRow] = SameThings(limit)
        self._beyond: SameOnHosts[t.Any] = SameOnHosts(None)
        self._counters = Remembered(self._counter_of)

    def add_host(self, host: str, views: Iterable[ImageView]) -> None:
        """Take the images of a host."""
        for view, same in zip(views, self._counters.all_of(views)):
            if same is not self._beyond:
                _count(same, host, view.image.containers, view)
                if view.image.use is not None and view.stopped:
                    same.note_stopped(host, ((one.exited, one.name) for one in view.stopped))

    def add_row(self, row: ImageRow) -> None:
        """Take an image as a document lists it."""
        same = self._same.same((-row["size"], row["name"], row["id"], row["state"]), row)
        if same:
            _count(same, row["host"], row["containers"], row)
            if row.get("stopped_containers"):
                same.note_stopped(row["host"], ((one["exited"], one["name"]) for one in row["stopped_containers"]))

    def _counter_of(self, view: ImageView) -> SameOnHosts[t.Any]:
        return self._same.same((-view.image.size, view.name, view.image.id, view.state), view) or self._beyond

    def items(self) -> list[ImageGroup]:
        """The groups, the largest image first."""
        return [_image_group(same) for same in self._same.items()]


def groups_of_images(rows: Iterable[ImageRow]) -> list[ImageGroup]:
    """The same from the images that a document lists."""
    groups = ImageGroups()
    for row in rows:
        groups.add_row(row)
    return sorted(groups.items(), key=image_group_order)


def _count(same: SameOnHosts[t.Any], host: str, containers: int, item: ImageView | ImageRow) -> None:
    same.add(host, item)
    if containers > 0:
        same.used += 1
        same.containers += containers
    elif containers < 0:
        same.unknown += 1


def _image_group(same: SameOnHosts[ImageView | ImageRow]) -> ImageGroup:
    hosts, item = same.hosts, same.item
    row = item.row(hosts.named[0]) if isinstance(item, ImageView) else item
    names = row["repo_tags"] or row["repo_digests"]
    return {
        "name": row["name"],
        "id": row["id"],
        "state": row["state"],
        "size": row["size"],
        "unique_size": unshared_size(row["size"], row["shared_size"]) if hosts.count == 1 else None,
        "age_seconds": row["age_seconds"],
        "containers": None if same.unknown == hosts.count else same.containers,
        "repositories": sorted({Reference.parse(name).familiar_repository for name in names}),
        "hosts": hosts.count,
        "used": same.used,
        "unknown": same.unknown,
        "on": hosts.named,
        **keys_of(same.stopped),
    }


class ChangeGroups:
    """Changes since the baseline; at most ``limit`` groups of a kind."""

    def __init__(self, limit: int | None = None) -> None:
        self._kinds: dict[str, SameThings[ChangeRow]] = {kind: SameThings(limit) for kind in CHANGE_KINDS}
        self.sums: dict[str, int] = dict.fromkeys(CHANGE_KINDS, 0)

    def add(self, kind: str, row: ChangeRow) -> None:
        """Take one change of a host."""
        self._kinds[kind].add(change_key(row), row["host"], row)
        self.sums[kind] += change_in_bytes(row)

    def items(self) -> list[ChangeGroup]:
        """The groups by kind, the largest change first."""
        return [_change_group(kind, same) for kind, things in self._kinds.items() for same in things.items()]


def change_in_bytes(row: ChangeRow | ChangeGroup) -> int:
    """What a change adds or takes away; 0 where that is not known."""
    before, after = row["before"], row["after"]
    if row["delta"] is not None:
        return row["delta"]
    if row.get("reason") or (before is not None and after is not None):
        return 0
    return max(0, after or 0) - max(0, before or 0)


def _change_group(kind: t.Any, same: SameOnHosts[ChangeRow]) -> ChangeGroup:
    row = same.item
    return {
        "kind": kind,
        "name": row["name"],
        "before": row["before"],
        "after": row["after"],
        "delta": row["delta"],
        "ratio": row["ratio"],
        "reason": row.get("reason", ""),
        "hosts": same.hosts.count,
        "on": same.hosts.named,
    }


def groups_of_changes(changes: ChangesPart) -> tuple[list[ChangeGroup], dict[str, int]]:
    """The groups and the sums from the changes that a document lists."""
    groups = ChangeGroups()
    kinds: Mapping[str, t.Any] = changes
    for kind in CHANGE_KINDS:
        for row in kinds[kind]:
            groups.add(kind, row)
    return sorted(groups.items(), key=change_group_order), groups.sums
