# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an image arrived, when it was last used, and what holds it: six keys that a summary has on request."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..timestamps import to_epoch
from .stopped import listed, read_stopped

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .stopped import StoppedContainer


class LastUse(t.NamedTuple):
    """Times are seconds since the epoch; ``None`` is not known."""

    arrived: int | None = None
    """When it was last pulled, loaded, imported, built or given a name on this host."""
    arrived_source: str | None = None
    last_used: int | None = None
    """When one of its containers was last made, started or ended."""
    last_used_source: str | None = None
    watched_since: int | None = None
    """Since when no use of it was missed; ``None`` if it is not watched."""
    stopped_containers: tuple[StoppedContainer, ...] | None = None
    """Its containers, if all have exited, sorted by when; those that exited last alone. ``None`` is not known."""

    def to_dict(self) -> dict[str, t.Any]:
        """The keys of a summary."""
        stopped = self.stopped_containers
        return {
            **self._asdict(),
            "stopped_containers": None if stopped is None else [one._asdict() for one in stopped],
        }


USAGE_FIELDS = LastUse._fields


def latest_need(
    last_used: int | None, arrived: int | None, built: int | None, now: int
) -> tuple[int, t.Literal["last used", "arrived", "built"]] | None:
    """The latest known moment at which an image was needed on its host, and what that was; ``None`` if none is known.

    What was built on this host may have no arrival, but it was not unused before it was built. A build date in the
    future is none.
    """
    latest: tuple[int, t.Literal["last used", "arrived", "built"]] | None = None
    if built is not None and built <= now:
        latest = built, "built"
    if arrived is not None and (latest is None or arrived >= latest[0]):
        latest = arrived, "arrived"
    if last_used is not None and (latest is None or last_used >= latest[0]):
        latest = last_used, "last used"
    return latest


def read_last_use(data: Mapping[str, t.Any], where: str) -> LastUse:
    """The keys of a summary that was made with them. Raises InputError that names the place."""
    return LastUse(
        _moment(data, "arrived", where),
        _source(data, "arrived_source", where),
        _moment(data, "last_used", where),
        _source(data, "last_used_source", where),
        _moment(data, "watched_since", where),
        _stopped(data, where),
    )


def _moment(data: Mapping[str, t.Any], key: str, where: str) -> int | None:
    return to_epoch(data.get(key), f"{where}.{key}", f"E_TYPE_{key}") or None


def _stopped(data: Mapping[str, t.Any], where: str) -> tuple[StoppedContainer, ...] | None:
    value = data.get("stopped_containers")
    return None if value is None else listed(read_stopped(value, f"{where}.stopped_containers"))


def _source(data: Mapping[str, t.Any], key: str, where: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{where}.{key} must be text, got {shown(value)}", f"E_TYPE_{key}")
    return value
