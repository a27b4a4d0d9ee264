# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's disk usage: what a budget needs, and what any other plan can do without."""

from __future__ import annotations

import typing as t
from contextlib import nullcontext

from .._core.errors import shown
from .._engine.connection import version_key
from .._engine.engine_error import EngineError
from .._engine.engine_images import SHARED_SIZE_IN_LIST, engine_name, layers_size_of
from .._engine.patience import patient_get

# Seconds. A plan that only informs about bytes does not wait for a disk usage that takes minutes.
PATIENCE = 20

if t.TYPE_CHECKING:
    from .._core.prune.policy import Policy
    from .._engine.port import Engine


def disk_usage(engine: Engine) -> t.Any:
    """Totals of images and build cache; from API 1.42 on without a walk over containers and volumes."""
    is_typed = version_key(engine.api_version) >= SHARED_SIZE_IN_LIST and engine_name(engine.version_info) == "docker"
    query: dict[str, str | list[str]] = {"type": ["image", "build-cache"]} if is_typed else {}
    reply = patient_get(engine, "/system/df", **query)
    if not isinstance(reply, dict):
        raise EngineError(
            f"{engine.host} answered GET /system/df with {shown(reply)}, not with an object", can_talk=True
        )
    return reply


def disk_usage_for(engine: Engine, policy: Policy) -> tuple[t.Any, str]:
    """The same, or ``None`` and a sentence if the engine does not report it and no budget needs it. Raises EngineError.

    It can take minutes: https://github.com/moby/moby/issues/31719, https://github.com/containers/podman/issues/7406
    """
    is_wanted = policy.budget is not None or policy.accounting == "exact"
    try:
        with nullcontext() if is_wanted else engine.waiting(PATIENCE):
            return disk_usage(engine), ""
    except EngineError as exc:
        if policy.budget is not None:
            exc.message = f"A budget needs the engine's disk usage (GET /system/df). {exc.message}"
            raise
        limit = f" Without a budget or accounting=exact, {PATIENCE} s are the most." if exc.transport else ""
        return None, f"the engine did not report its disk usage. {exc.message}{'' if is_wanted else limit}"


def build_cache_of(df: t.Any) -> int:
    """Bytes of the build cache that is not shared with images; -1 if that is not known."""
    if not isinstance(df, dict):
        return -1
    # From API 1.52 on, records are sent on demand only.
    usage, records = df.get("BuildCacheUsage"), df.get("BuildCache")
    if isinstance(usage, dict):
        # A size of 0 is left out.
        size = usage.get("TotalSize", 0)
        return size if isinstance(size, int) else -1
    rows = [row for row in (records if isinstance(records, list) else []) if isinstance(row, dict)]
    return sum(row["Size"] for row in rows if row.get("Shared") is not True and isinstance(row.get("Size"), int))


def total_of(engine: Engine, df: t.Any) -> int | None:
    """The engine's total of all layers, in bytes; ``None`` if it is not known."""
    return layers_size_of(df, engine_name(engine.version_info))
