# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and durations: one rule for every option, filter argument and report limit.

Integers are bytes and seconds. ``500MB`` is 500 * 10^6 as Docker prints it, ``500MiB`` is 500 * 2^20. A bare letter
(``500M``) is refused: Ansible's ``human_to_bytes`` reads it as binary, Docker's own output means decimal.
"""

from __future__ import annotations

import re
import typing as t
from decimal import Decimal

from .errors import InputError, shown

_DECIMAL = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "pb": 10**15, "eb": 10**18}
_BINARY = {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40, "pib": 2**50, "eib": 2**60}
_UNITS = {**_DECIMAL, **_BINARY}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\Z")

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:[0-9]+[smhdw])+\Z")
_DURATION_PART = re.compile(r"([0-9]+)([smhdw])")

_INT64 = 2**63 - 1


def parse_integer(value: t.Any, where: str, code: str = "E_TYPE", minimum: int | None = None) -> int:
    """A whole number from an integer, an integral float or digit text (templates of old ansible-core give text)."""
    number: int | None = None
    if isinstance(value, bool):
        pass
    elif isinstance(value, int):
        number = int(value)
    elif isinstance(value, float):
        number = int(value) if value.is_integer() and abs(value) < 2**63 else None
    elif isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,19}\s*", value):
        number = int(value)
    if number is None or abs(number) > _INT64:
        raise InputError(f"{where} must be an integer, got {shown(value)}", code)
    if minimum is not None and number < minimum:
        raise InputError(f"{where} must be at least {minimum}, got {number}", code)
    return number


def parse_size(value: t.Any, where: str = "size") -> int:
    """Bytes from ``1048576``, ``"500MB"``, ``"1.2 GiB"``, rounded. Negative sizes, ``0.5B``, ``500M``: InputError."""
    if isinstance(value, str):
        found = _SIZE.match(value.strip())
        if found:
            return _bytes(Decimal(found.group(1)), found.group(2), value, where)
    elif not isinstance(value, bool) and isinstance(value, (int, float)):
        return parse_integer(value, where, "E_SIZE", minimum=0)
    raise InputError(f"{where} must be a size such as 500MB, 500MiB or a number of bytes, got {shown(value)}", "E_SIZE")


def _bytes(number: Decimal, unit: str, value: str, where: str) -> int:
    factor = _UNITS.get(unit.lower(), 0) if unit else 1
    if not factor:
        letter = unit.upper()
        if letter in ("K", "M", "G", "T", "P", "E"):
            prefix = "k" if letter == "K" else letter
            raise InputError(
                f"{where} must say which unit it means: {shown(value)} could be {number}{prefix}B"
                f" (powers of 1000, as Docker prints sizes) or {number}{letter}iB (powers of 1024)",
                "E_SIZE",
            )
        raise InputError(
            f"{where} has the unknown unit {shown(unit)}; known are B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB,"
            " TiB, PiB, EiB",
            "E_SIZE",
        )
    # A text such as 1.88 GiB, as Docker and this collection print sizes, is rarely a whole number of bytes.
    result = (number * factor).to_integral_value() if factor > 1 else number
    if result > _INT64 or result != int(result):
        raise InputError(f"{where} must be a whole number of bytes below 2^63, got {shown(value)}", "E_SIZE")
    return int(result)


def parse_duration(value: t.Any, where: str = "duration") -> int:
    """Seconds from ``90``, ``"90s"``, ``"45m"``, ``"12h"``, ``"30d"``, ``"2w"``, ``"1h30m"``.

    Months, fractions and negative durations are refused with an InputError.
    """
    if isinstance(value, str):
        text = value.strip()
        if _DURATION.match(text):
            total = sum(int(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(text))
            if total <= _INT64:
                return total
        if re.fullmatch(r"[0-9]{1,19}", text):
            return parse_integer(text, where, "E_DURATION", minimum=0)
    elif not isinstance(value, bool) and isinstance(value, (int, float)):
        return parse_integer(value, where, "E_DURATION", minimum=0)
    raise InputError(
        f"{where} must be a duration such as 90s, 45m, 12h, 30d, 2w, 1h30m or a number of seconds, got {shown(value)}",
        "E_DURATION",
    )


def format_size(size: int, units: str = "si") -> str:
    """``275 MB`` (units si) or ``262 MiB`` (units iec) with three significant digits; -1 is ``unknown``."""
    if size < 0:
        return "unknown"
    step, names = (
        (1000, ("kB", "MB", "GB", "TB", "PB", "EB"))
        if units == "si"
        else (1024, ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))
    )
    if size < step:
        return f"{size} B"
    value, name = float(size), names[0]
    for name in names:  # noqa: B007  # the last one read is the unit
        value /= step
        # 999.5 would be printed as 1000: it belongs to the next unit.
        if value < step - 0.5:
            break
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f} {name}"


def format_duration(seconds: int) -> str:
    """The largest whole unit, ``38 d``, ``5 h``, ``12 min``, ``40 s``; a minus sign for the future."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    for name, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{sign}{seconds // length} {name}"
    return f"{sign}{seconds} s"
