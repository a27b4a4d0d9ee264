# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image config says of how the image was built, and of how it runs. Engines have the same settings in an
inspection.

Format: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
"""

from __future__ import annotations

import typing as t

from ..fields import any_texts_of, list_of, mapping_of
from .documents import mapping, text


class HistoryEntry(t.NamedTuple):
    """One build step. ``empty`` says that it left no layer."""

    created_by: str
    empty: bool


def history_of(value: t.Any, where: str) -> tuple[HistoryEntry, ...]:
    """The steps, bottom up. Raises InputError."""
    return tuple(_entry(step, f"{where}[{index}]") for index, step in enumerate(list_of(value, where, "steps")))


def _entry(value: t.Any, where: str) -> HistoryEntry:
    step = mapping_of(value, where, "a step")
    made_by = text(step.get("created_by"), f"{where}.created_by") or text(step.get("comment"), f"{where}.comment")
    return HistoryEntry(made_by, step.get("empty_layer") is True)


def configuration_of(settings: t.Mapping[str, t.Any], where: str) -> dict[str, t.Any]:
    """How a container of the image runs, always with all keys. Raises InputError."""
    return {
        "cmd": _words(settings, "Cmd", where),
        "entrypoint": _words(settings, "Entrypoint", where),
        "env": _words(settings, "Env", where),
        "exposed_ports": sorted(mapping(settings.get("ExposedPorts"), f"{where}.ExposedPorts")),
        "stop_signal": text(settings.get("StopSignal"), f"{where}.StopSignal"),
        "user": text(settings.get("User"), f"{where}.User"),
        "volumes": sorted(mapping(settings.get("Volumes"), f"{where}.Volumes")),
        "working_dir": text(settings.get("WorkingDir"), f"{where}.WorkingDir"),
    }


def _words(settings: t.Mapping[str, t.Any], key: str, where: str) -> list[str]:
    value = settings.get(key)
    if isinstance(value, str):  # Podman's inspection before 5.0 joins an entrypoint
        return [value] if value else []
    return [text(word, f"{where}.{key}") for word in any_texts_of(value, f"{where}.{key}", may_be_null=True)]
