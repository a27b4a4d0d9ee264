# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as people read them. Formats that machines read write the integers themselves and do not come here."""

from __future__ import annotations

from ..quantities import format_duration, format_size

UNKNOWN = "unknown"
NONE = "-"


def size_text(size: int | None, units: str) -> str:
    """``275 MB``; ``unknown`` for -1 and for null."""
    return UNKNOWN if size is None else format_size(size, units)


def exact_bytes(size: int) -> str:
    """``259,615,262 B``."""
    return f"{size:,} B"


def size_pair(before: int | None, after: int | None, units: str) -> tuple[str, str]:
    """Two sizes that differ, as two texts that differ: exact bytes where both would round to the same text."""
    first, second = size_text(before, units), size_text(after, units)
    if first == second and before != after and before is not None and after is not None:
        return exact_bytes(before), exact_bytes(after)
    return first, second


def size_change(delta: int | None, ratio: float | None, units: str) -> str:
    """``+61.9 MB (+25.0 %)``; a dash when there is nothing to compare."""
    if delta is None:
        return NONE
    sign = "-" if delta < 0 else "+"
    text = f"{sign}{format_size(abs(delta), units)}"
    return text if ratio is None else f"{text} ({ratio * 100:+.1f} %)"


def age_text(seconds: int | None) -> str:
    """``38 d``; ``unknown`` for null."""
    return UNKNOWN if seconds is None else format_duration(seconds)


def count_text(number: int | None) -> str:
    """``3``; ``unknown`` for null and for -1, which is how engines say that they did not count."""
    return UNKNOWN if number is None or number < 0 else f"{number:,}"


def counted(number: int, noun: str) -> str:
    """``1 image``, ``1,200 images``, ``2 repositories``."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {plural}"
