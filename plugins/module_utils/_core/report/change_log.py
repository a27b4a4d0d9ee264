# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes of all hosts against one baseline."""

from __future__ import annotations

import typing as t

from .changes import host_changes
from .limited_lists import Bounded
from .schema import CHANGE_KINDS, change_order

if t.TYPE_CHECKING:
    from .baseline import Baseline
    from .changes import HostNow
    from .schema import ChangeRow, ChangesPart


class ChangeLog:
    """Takes hosts one by one and keeps the ``limit`` largest changes of each kind."""

    def __init__(self, baseline: Baseline, limit: int | None) -> None:
        self._baseline = baseline
        self._kinds: dict[str, Bounded[ChangeRow]] = {kind: Bounded(limit) for kind in CHANGE_KINDS}
        self._unchanged = 0

    def add(self, host: str, now: HostNow) -> None:
        """Compare one host."""
        for kind, change in host_changes(host, self._baseline.host(host), now):
            if kind == "unchanged":
                self._unchanged += 1
                continue
            self._kinds[kind].add(change_order(change), lambda change=change: change)  # type: ignore[misc]

    def to_dict(self) -> ChangesPart:
        """The part ``changes`` of the document."""
        lists = {kind: bounded.items() for kind, bounded in self._kinds.items()}
        counts = {kind: bounded.seen for kind, bounded in self._kinds.items()}
        return {**lists, "unchanged": self._unchanged, "counts": counts}  # type: ignore[typeddict-item]

    @property
    def left_out(self) -> int:
        """How many changes are not listed."""
        return sum(bounded.seen - len(bounded.items()) for bounded in self._kinds.values())
