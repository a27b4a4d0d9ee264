# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a Swarm manager which images its services need. Other engines are asked for nothing but whether they are one."""

from __future__ import annotations

import typing as t

from .._core.prune.services import ServiceImage, read_services
from .._engine.engine_error import EngineError
from .._engine.engine_images import REFUSALS_OF_PROXIES, engine_name, understood
from .._engine.patience import patient_get

if t.TYPE_CHECKING:
    from .._engine.port import Engine


def service_images(engine: Engine) -> list[ServiceImage]:
    """Empty where the engine is not a manager. Raises EngineError where it is one and does not say."""
    if engine_name(engine.version_info) != "docker" or not _is_manager(engine):
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


def _is_manager(engine: Engine) -> bool:
    try:
        info = engine.get("/info")
    except EngineError as exc:
        if exc.transport:
            raise
        # A socket proxy may refuse it.
        return False
    swarm = info.get("Swarm") if isinstance(info, dict) else None
    return isinstance(swarm, dict) and swarm.get("ControlAvailable") is True
