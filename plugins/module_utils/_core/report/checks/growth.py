# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``max-growth``: how much an image may have grown since the baseline."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from fractions import Fraction

from ...errors import InputError, shown
from ...fields import choice_of
from ...quantities import format_size
from ..check_outcome import CheckOutcome, SizeLimit, format_change, format_sizes, growth_text
from .kinds import Demand, ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..hosts import ImageView
    from .kinds import Before


@dataclass(frozen=True)
class MaxGrowth(ImageCheck):
    """``max_ratio`` and ``max_bytes``, ``combine`` them by and (both must be passed; default) or or (any)."""

    OPTIONS = ("max_ratio", "max_bytes", "combine", "on_missing")
    max_ratio: Fraction | None
    max_bytes: SizeLimit | None
    combine: str
    on_missing: str

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> MaxGrowth:
        ratio, size = options.get("max_ratio"), options.get("max_bytes")
        if ratio is None and size is None:
            raise InputError(f"{where} needs max_ratio or max_bytes or both", "E_REQUIRED")
        return cls(
            None if ratio is None else _ratio(ratio, f"{where}.max_ratio"),
            None if size is None else SizeLimit.parse(size, f"{where}.max_bytes"),
            choice_of(options.get("combine", "and"), f"{where}.combine", ("and", "or")),
            choice_of(options.get("on_missing", "skip"), f"{where}.on_missing", ("skip", "fail")),
        )

    def demand(self) -> Demand:
        parts = []
        if self.max_ratio is not None:
            parts.append(f"+{float(self.max_ratio * 100):g} %")
        if self.max_bytes is not None:
            parts.append(f"+{format_size(self.max_bytes.bytes, self.max_bytes.units)}")
        return Demand(f" {self.combine} ".join(parts), "", self.max_bytes.units if self.max_bytes else "si")

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        actual = view.image.size
        if not before.given:
            return CheckOutcome("skip", lambda: "no baseline was given", None, None, "bytes")
        if before.skipped:
            return CheckOutcome("skip", lambda: before.skipped, actual, None, "bytes")
        if before.incomparable:
            return CheckOutcome("incomparable", lambda: before.incomparable, actual, None, "bytes", before.size)
        if before.size is None:
            missing = self.on_missing == "fail"
            return CheckOutcome(
                "fail" if missing else "skip", lambda: "the baseline does not have this image", actual, None, "bytes"
            )
        if actual < 0 or before.size < 0:
            return CheckOutcome("error", lambda: "its size, now or in the baseline, is not known", None, None, "bytes")
        limit, old = self.limit(before.size), before.size
        layers = view.image.layer_sizes
        growth = layers.growth_since(before.layer_sizes) if layers and before.layer_sizes else None
        return CheckOutcome(
            "pass" if actual <= limit else "fail",
            lambda: self._sentence(old, actual, limit) + self._parts(growth),
            actual,
            limit,
            "bytes",
            old,
            growth,
        )

    def limit(self, before: int) -> int:
        """The largest size that passes. Sizes are whole bytes, so the ratio may be rounded down without loss."""
        limits = []
        if self.max_ratio is not None:
            limits.append(before + int(before * self.max_ratio))
        if self.max_bytes is not None:
            limits.append(before + self.max_bytes.bytes)
        return max(limits) if self.combine == "and" else min(limits)

    def _sentence(self, before: int, actual: int, limit: int) -> str:
        units = self.max_bytes.units if self.max_bytes else "si"
        old, new = format_sizes(before, actual, units)
        ratio = f", {(actual - before) / before:+.1%}" if before else ""
        # Bytes beside the limit where it would read like the size that broke it.
        shown_limit = format_sizes(limit, actual, units)[0] if actual > limit else format_size(limit, units)
        side = "over" if actual > limit else "within"
        return f"{old} -> {new} ({format_change(actual - before, units)}{ratio}), {side} the limit of {shown_limit}"

    def _parts(self, growth: tuple[int, int] | None) -> str:
        units = self.max_bytes.units if self.max_bytes else "si"
        return f"; {growth_text(*growth, units)}" if growth else ""


def _ratio(value: t.Any, where: str) -> Fraction:
    """An exact ratio from ``0.05`` or ``"5%"``; floats count as what they print, so that 0.1 is one tenth."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})\s*(%?)", str(value).strip())
        if found:
            return Fraction(found.group(1)) / (100 if found.group(2) else 1)
    raise InputError(f"{where} must be a ratio such as 0.05 or 5%, got {shown(value)}", "E_RATIO")
