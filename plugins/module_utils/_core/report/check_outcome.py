# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check says about one image, one host or the fleet."""

from __future__ import annotations

import re
import typing as t

from ..quantities import format_size, parse_size

if t.TYPE_CHECKING:
    from .schema import Scalar, Status

_PREFIXES = "kmgtp"
_UNIT = re.compile(f"([{_PREFIXES}])(i?)b\\Z", re.IGNORECASE)


class CheckOutcome(t.NamedTuple):
    """One verdict with its figures.

    ``message`` is a function: the sentences of two million passes are never read.
    """

    status: Status
    """pass, fail, error (the value could not be known), skip or incomparable."""
    message: t.Callable[[], str]
    actual: Scalar = None
    limit: Scalar = None
    unit: str = ""
    """bytes, seconds, ratio, count or ""."""
    baseline: int | None = None
    growth: tuple[int, int] | None = None
    """By how many bytes the base and the own layers grew, where that is known."""


class SizeLimit(t.NamedTuple):
    """A size from a rule, and how its author spells sizes."""

    bytes: int
    units: str
    """si or iec: messages speak the language of the limit, so that MB and MiB do not get mixed."""
    text: str
    other: int
    """The same number with the other unit: what it would be if MB were read as MiB, or the other way round."""

    @classmethod
    def parse(cls, value: t.Any, where: str) -> SizeLimit:
        """Raises InputError naming ``where``. Bytes without a unit are shown in powers of 1000, as Docker does."""
        size = parse_size(value, where)
        text = str(value).strip()
        unit = _UNIT.search(text)
        if not unit:
            return cls(size, "si", text, size)
        power = _PREFIXES.index(unit.group(1).lower()) + 1
        # Whole bytes with one unit may be none with the other, so nothing is parsed again. Rounding down loses nothing:
        # sizes are whole bytes.
        if unit.group(2):
            return cls(size, "iec", text, size * 1000**power // 1024**power)
        return cls(size, "si", text, size * 1024**power // 1000**power)

    def compare(self, actual: int, what: str = "") -> str:
        """A sentence with both sizes: in bytes too where they would read the same or MB was probably meant as MiB."""
        left, right = format_sizes(actual, self.bytes, self.units)
        if actual <= self.bytes:
            return f"{what}{left} is within the limit of {right}"
        hint = ""
        if actual <= self.other:
            unit = "powers of 1000" if self.units == "si" else "powers of 1024"
            hint = f" ({self.text} means {unit}: {self.bytes} bytes)"
        return f"{what}{left} is over the limit of {right}{hint}"


def format_sizes(first: int, second: int, units: str) -> tuple[str, str]:
    """Two sizes for one sentence, with their bytes when rounding would make different sizes read the same."""
    texts = format_size(first, units), format_size(second, units)
    if first != second and texts[0] == texts[1]:
        return f"{texts[0]} ({first} bytes)", f"{texts[1]} ({second} bytes)"
    return texts


def growth_text(base: int, own: int, units: str) -> str:
    """``the base grew by 190 MB, own layers by 10.0 MB``."""
    verbs = ["grew by" if change > 0 else "shrank by" if change else "did not change" for change in (base, own)]
    base_text, own_text = (f" {format_size(abs(change), units)}" if change else "" for change in (base, own))
    own_verb = "by" if base and verbs[0] == verbs[1] else verbs[1]
    return f"the base {verbs[0]}{base_text}, own layers {own_verb}{own_text}"


def format_change(size: int, units: str) -> str:
    """A difference with its sign."""
    return ("-" if size < 0 else "+") + format_size(abs(size), units)
