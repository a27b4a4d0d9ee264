# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a Swarm manager which images its services need. Other engines are asked for nothing but whether they are one."""

from __future__ import annotations

import typing as t

from .._core.prune.services import ServiceImage, read_services
from .._engine.engine_error import EngineError
from .._engine.engine_images import REFUSALS_OF_PROXIES, engine_name, info_of, understood
from .._engine.patience import patient_get

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._engine.port import Engine


def service_images(engine: Engine, info: Mapping[str, t.Any] | None = None) -> list[ServiceImage]:
    """Empty where the engine is not a manager. Raises EngineError where it is one and does not say.

    ``info`` is what the engine says of itself, if it was asked for already.
    """
    if engine_name(engine.version_info) != "docker" or not _is_manager(info_of(engine) if info is None else info):
        return []
    try:
        rows = patient_get(engine, "/services")
    except EngineError as exc:
        if exc.status in REFUSALS_OF_PROXIES:
            exc.message = (
                "Nothing is removed on a Swarm manager without the list of services, which says what is needed: a"
                f" socket proxy must allow it (SERVICES=1). {exc.message}"
            )
        raise
    return understood(engine, lambda: read_services(rows))


def _is_manager(info: Mapping[str, t.Any]) -> bool:
    swarm = info.get("Swarm")
    return isinstance(swarm, dict) and swarm.get("ControlAvailable") is True
