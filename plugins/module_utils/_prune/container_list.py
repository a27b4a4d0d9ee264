# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The containers that may use one of the images of a plan, asked for before each removal.

Engines take longer to list many containers than to remove an image. So the whole list is asked for once a second, and
in between only the containers that are newer than one of it: beside 1,000 containers, 500 removals took 11 s instead of
87 on a busy machine (Docker 28.5). A container whose creation took longer than ten seconds, or began after the engine's
clock was set back, may be seen only in the next whole list. Until then, the engine refuses to remove its image, but not
an image that it mounts.
"""

from __future__ import annotations

import json
import time
import typing as t

from .._core.prune.usage import rows_about
from .._engine.engine_error import EngineError
from .._engine.patience import soon_get

if t.TYPE_CHECKING:
    from collections.abc import Collection

    from .._engine.port import Engine

_PATH = "/containers/json"
_MANY = 20
_FRESH = 1.0
"""Seconds."""
# Containers are sorted by when their creation began, and listed when it has ended: copying a volume takes time.
_CREATION = 10
"""Seconds."""


class ContainerList:
    """The list of one run. One thread at a time may ask."""

    def __init__(self, identities: Collection[str]) -> None:
        """``identities``: IDs of the images of the plan. What other images are used by is left out."""
        self._identities = identities
        self._rows: list[t.Any] = []
        """The last whole list."""
        self._known = ""
        """The ID of a container in it; the engine is asked for newer ones. Empty: for all."""
        self._until = 0.0
        """Until when, on the clock of this process."""

    def ask(self, engine: Engine) -> t.Any:
        """Rows of containers; one that was removed after the last whole list may be among them. Raises EngineError."""
        if self._known and time.monotonic() < self._until:
            try:
                newer = engine.get(_PATH, all="1", filters=json.dumps({"since": [self._known]}))
            except EngineError as exc:
                if exc.transport:
                    raise
                # The known container is gone, or the engine is busy.
            else:
                return _joined(self._rows, newer)
        return self._ask_whole(engine)

    def _ask_whole(self, engine: Engine) -> t.Any:
        begun = time.monotonic()
        rows = soon_get(engine, _PATH, all="1")
        ended = time.monotonic()
        self._known = ""
        if not isinstance(rows, list) or len(rows) < _MANY:
            return rows
        self._rows, self._known = rows_about(rows, self._identities), _known(rows)
        # A list that takes seconds is asked for less often: at most a tenth of the time is spent on it.
        self._until = ended + max(_FRESH, 9 * (ended - begun))
        return self._rows


def _known(rows: list[t.Any]) -> str:
    """The newest container whose creation was over when that of the newest of all began."""
    dated = [
        (row["Created"], row["Id"])
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("Created"), int) and isinstance(row.get("Id"), str)
    ]
    newest, _identity = max(dated, default=(0, ""))
    return max(((when, identity) for when, identity in dated if when <= newest - _CREATION), default=(0, ""))[1]


def _joined(rows: list[t.Any], newer: t.Any) -> t.Any:
    """Both lists, each container once. What is not a list is returned, for the function that reads it."""
    if not isinstance(newer, list):
        return newer
    known = [row.get("Id") for row in rows if isinstance(row, dict)]
    return rows + [row for row in newer if not isinstance(row, dict) or row.get("Id") not in known]
