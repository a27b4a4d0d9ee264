# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk budget: how many bytes must still go after the remove rules have done their part.

Used space is what the engine reports for image layers (LayersSize of /system/df), not the sum of image sizes.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from decimal import Decimal

from ..errors import InputError, shown, unknown_keys
from ..fields import mapping_of
from ..quantities import parse_integer, parse_size

if t.TYPE_CHECKING:
    from collections.abc import Mapping

BUDGET_KEYS = ("max_used_space", "target_used_space", "min_free_space")
EVICT_ORDERS = ("least_recently_used", "oldest", "largest_reclaim")
ON_BUDGET_UNMET = ("warn", "fail", "ignore")

_PERCENT = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%\s*\Z")


class Disk(t.NamedTuple):
    """The file system that holds the images, in bytes."""

    capacity: int
    free: int

    @classmethod
    def parse(cls, value: t.Any, where: str = "disk") -> Disk | None:
        """Read ``{capacity, free}``; null is not known. Raises InputError that names the key."""
        if value is None:
            return None
        unknown_keys(mapping_of(value, where, code="E_DISK"), cls._fields, where)
        for key in cls._fields:
            if value.get(key) is None:
                raise InputError(f"{where} lacks {key}", "E_DISK")
        disk = cls(parse_size(value["capacity"], f"{where}.capacity"), parse_size(value["free"], f"{where}.free"))
        if disk.free > disk.capacity:
            raise InputError(f"{where}.free is larger than {where}.capacity: {disk.free} > {disk.capacity}", "E_DISK")
        return disk


class Amount(t.NamedTuple):
    """Bytes, or a share of the disk."""

    key: str
    size: int
    percent: Decimal | None = None

    @classmethod
    def parse(cls, value: t.Any, key: str) -> Amount:
        """``500GB``, an integer of bytes, or ``80%``."""
        found = _PERCENT.match(value) if isinstance(value, str) else None
        if not found:
            return cls(key, parse_size(value, key))
        percent = Decimal(found.group(1))
        if percent > 100:
            raise InputError(f"{key} must be at most 100%, got {shown(value)}", "E_BUDGET")
        return cls(key, 0, percent)

    def bytes(self, disk: Disk | None) -> int:
        """Raises InputError if it is a share of a disk that is not known."""
        if self.percent is None:
            return self.size
        if disk is None:
            raise InputError(f"{self.key} is a percentage, which needs disk (capacity and free)", "E_BUDGET_DISK")
        return int(disk.capacity * self.percent / 100)

    def canonical(self) -> int | str:
        """For the digest of the policy: a percentage is kept as one, because the disk is a fact and not a rule."""
        return self.size if self.percent is None else f"{self.percent.normalize():f}%"


@dataclass(frozen=True)
class Budget:
    """What the policy says about space; ``None`` was not given."""

    max_used_space: Amount | None = None
    target_used_space: Amount | None = None
    min_free_space: Amount | None = None

    @classmethod
    def parse(cls, options: Mapping[str, t.Any]) -> Budget | None:
        """Read the budget's keys; ``None`` if there is no budget. Contradictions raise InputError."""
        amounts = {key: Amount.parse(options[key], key) for key in BUDGET_KEYS if options.get(key) is not None}
        if "target_used_space" in amounts and "max_used_space" not in amounts:
            raise InputError("target_used_space needs max_used_space: it is where eviction ends", "E_BUDGET")
        return cls(**amounts) if amounts else None

    def check(self, disk: Disk | None) -> None:
        """Everything that can be wrong without knowing a single image. Raises InputError that names the key."""
        if self.min_free_space is not None and disk is None:
            raise InputError("min_free_space needs disk (capacity and free)", "E_BUDGET_DISK")
        if self.max_used_space is not None and self.target_used_space is not None:
            high, low = self.max_used_space.bytes(disk), self.target_used_space.bytes(disk)
            if low > high:
                raise InputError(
                    f"target_used_space must be at most max_used_space, got {low} > {high} bytes", "E_BUDGET"
                )
        for amount in (self.max_used_space, self.min_free_space):
            if amount is not None:
                amount.bytes(disk)

    def need(self, used: int | None, disk: Disk | None, freed: int) -> int:
        """Bytes still to free after ``freed`` went by the rules. ``used`` is the engine's LayersSize."""
        need = 0
        if self.max_used_space is not None:
            if used is None:
                raise InputError(
                    "max_used_space needs layers_size, the bytes of all image layers as the engine's"
                    " /system/df reports them",
                    "E_BUDGET_USED",
                )
            high = self.max_used_space.bytes(disk)
            low = self.target_used_space.bytes(disk) if self.target_used_space is not None else high
            if used - freed > high:
                need = used - freed - low
        if self.min_free_space is not None and disk is not None:
            need = max(need, self.min_free_space.bytes(disk) - (disk.free + freed))
        # More than everything cannot go.
        return need if used is None else min(need, max(0, used - freed))

    def canonical(self) -> dict[str, int | str]:
        """For the digest of the policy."""
        amounts = (self.max_used_space, self.target_used_space, self.min_free_space)
        return {amount.key: amount.canonical() for amount in amounts if amount is not None}


def parse_share(value: t.Any, where: str) -> int:
    """A whole number from 0 to 100."""
    share = parse_integer(value, where, "E_PERCENT", minimum=0)
    if share > 100:
        raise InputError(f"{where} must be at most 100, got {share}", "E_PERCENT")
    return share
