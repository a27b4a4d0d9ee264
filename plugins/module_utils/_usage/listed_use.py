# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrival, last use and stopped containers for the images of image_summary_info."""

from __future__ import annotations

import typing as t

from .._core.errors import ListingWarning
from .._core.image.stopped import listed
from .._core.usage.trace import last_uses
from .._engine.engine_error import EngineError
from .._engine.engine_images import REFUSALS_OF_PROXIES
from .._engine.patience import patient_get
from .ask import tag_trace, usage_traces
from .exits import exit_trace, only_stopped, states_of_ended

if t.TYPE_CHECKING:
    from .._engine.engine_images import EngineImages
    from .._engine.port import Engine
    from .ask import UsageRequest


def with_usage(engine: Engine, facts: EngineImages, request: UsageRequest) -> EngineImages:
    """The same images with their ``use``, and warnings about what could not be asked. Raises EngineError."""
    warnings: list[str] = []
    replied = _containers(engine, warnings)
    rows = [row for row in replied if isinstance(row, dict)] if isinstance(replied, list) else []
    traces, said = usage_traces(engine, facts.images, rows, request)
    ids = [image.id for image in facts.images]
    states = states_of_ended(engine, rows)
    traces += [exit_trace(rows, states), tag_trace(engine, ids)]
    uses = last_uses(ids, traces, request.now)
    for identity, stopped in only_stopped(engine, facts.images, replied, states).items():
        uses[identity] = uses[identity]._replace(stopped_containers=listed(stopped))
    return facts._replace(
        images=[image._replace(use=uses[image.id]) for image in facts.images],
        warnings=[*facts.warnings, *(ListingWarning("W_USAGE", text) for text in [*warnings, *said])],
    )


def _containers(engine: Engine, warnings: list[str]) -> t.Any:
    """The list of containers as the engine replied; ``None`` if it refused."""
    try:
        return patient_get(engine, "/containers/json", all="1")
    except EngineError as exc:
        if exc.status not in REFUSALS_OF_PROXIES:
            raise
        warnings.append(f"the uses of containers are not known: {exc.message}")
        return None
