# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On how many hosts only stopped containers use an image, and which of these containers exited last."""

from __future__ import annotations

import typing as t

from ..image.stopped import MOST_LISTED

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .schema import StoppedOnHost


class StoppedOfGroup(t.TypedDict, total=False):
    """The keys of a group of images."""

    stopped: int
    stopped_containers: list[StoppedOnHost]


class StoppedOnHosts:
    """Takes hosts in any order."""

    __slots__ = ("count", "exits")

    def __init__(self) -> None:
        self.count = 0
        self.exits: list[tuple[int, str, str]] = []
        """When, where, and the names."""

    def add(self, host: str, exits: Iterable[tuple[int, str]]) -> None:
        """Take one host: when the containers exited, and their names."""
        self.count += 1
        self.exits = sorted([*self.exits, *((exited, host, name) for exited, name in exits)])[-MOST_LISTED:]


def keys_of(stopped: StoppedOnHosts | None) -> StoppedOfGroup:
    """As the document lists them; nothing if there is no such host."""
    if stopped is None:
        return {}
    exits: list[StoppedOnHost] = [{"host": host, "name": name, "exited": at} for at, host, name in stopped.exits]
    return {"stopped": stopped.count, "stopped_containers": exits}
