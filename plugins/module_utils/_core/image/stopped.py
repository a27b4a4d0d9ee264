# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers that have exited, and when, which the list of containers does not have."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LISTED = 20
"""How many of the stopped containers of an image a listing and a report name."""

_LONGEST_TEXT = 255


class StoppedContainer(t.NamedTuple):
    """A container that has exited, and when."""

    exited: int
    """Seconds since the epoch."""
    name: str
    id: str = ""


def read_stopped(value: t.Any, where: str) -> tuple[StoppedContainer, ...]:
    """The fact ``stopped_containers`` of an image. Raises InputError that names the place."""
    # Imported here: a listing makes this fact and does not read it, and a managed host compiles what a module imports.
    from ..fields import list_of, mapping_of, text_of

    found = []
    for index, item in enumerate(list_of(value, where, "containers")):
        place = f"{where}[{index}]"
        one = mapping_of(item, place, "a container")
        exited = to_epoch(one.get("exited"), f"{place}.exited", "E_TYPE_exited")
        if not 0 < exited < 2**63:
            raise InputError(f"{place}.exited must be when it exited, got {shown(one.get('exited'))}", "E_TYPE_exited")
        name, identity = (text_of(one.get(key) or "", f"{place}.{key}", may_be_empty=True) for key in ("name", "id"))
        found.append(StoppedContainer(exited, name, identity))
    return tuple(sorted(found))


def listed(stopped: Iterable[StoppedContainer]) -> tuple[StoppedContainer, ...]:
    """Those that exited last, with texts of limited length: a host may have thousands of one image."""
    return tuple(
        StoppedContainer(one.exited, one.name[:_LONGEST_TEXT], one.id[:_LONGEST_TEXT])
        for one in sorted(stopped)[-MOST_LISTED:]
    )
