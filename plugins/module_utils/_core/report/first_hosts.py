# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many hosts have something, and the first few of them by name."""

from __future__ import annotations

from bisect import insort


class FirstHosts:
    """Takes hosts in any order."""

    __slots__ = ("count", "named")

    def __init__(self) -> None:
        self.count = 0
        self.named: list[str] = []
        """The first few by name."""

    def add(self, host: str, most: int) -> bool:
        """Count a host, and name it if it is among the first ``most``; whether it is the first of all."""
        self.count += 1
        named = self.named
        if len(named) >= most:
            # Hosts mostly come in their order.
            if host > named[-1]:
                return False
            named.pop()
        insort(named, host)
        return named[0] is host
