# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers that have exited, and when, which the list of containers does not have."""

from __future__ import annotations

import typing as t

from ..fields import list_of, mapping_of
from ..timestamps import to_epoch

HELD = "in_use_stopped"


class StoppedContainer(t.NamedTuple):
    """A container that has exited, and when."""

    exited: int
    name: str
    id: str = ""


def read_stopped(value: t.Any, where: str) -> tuple[StoppedContainer, ...]:
    """The fact ``stopped_containers`` of an image. Raises InputError that names the place."""
    found = []
    for index, item in enumerate(list_of(value, where, "containers")):
        one = mapping_of(item, f"{where}[{index}]", "a container")
        exited = to_epoch(one.get("exited"), f"{where}[{index}].exited", "E_TYPE_exited")
        found.append(StoppedContainer(exited, str(one.get("name") or ""), str(one.get("id") or "")))
    return tuple(sorted(found))
