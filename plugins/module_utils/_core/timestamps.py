# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Points in time, from every spelling the engines and their tools use, as integer seconds since the epoch.

Integer arithmetic throughout: ``datetime.fromisoformat`` refuses ``Z`` and nanoseconds before Python 3.11, and
``datetime.fromtimestamp`` refuses the year 1, which is how Go prints "no date".
"""

from __future__ import annotations

import re
import typing as t
from datetime import date

from .errors import InputError, shown

NOT_KNOWN = 0
"""What stands for a date that is not known."""

# time.Time{} of Go, 0001-01-01T00:00:00Z, in seconds since 1970: sent by Docker up to 24 for images without a date.
_GO_ZERO = -62135596800
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# RFC 3339 (Engine API inspect, OCI image config) and the text of `docker image ls` ("2024-01-12 00:36:40 +0530 IST").
# Zone names are not unique, so only the numeric offset counts. Offsets of old local mean time have seconds.
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?\s*"
    r"(?:([Zz]|UTC)|([+-])(\d\d):?(\d\d)(?::?(\d\d))?)(?:\s+[A-Za-z0-9+:-]+)?(?:\s+m=[+-][\d.]+)?\Z",
    re.ASCII,
)
_NUMBERS = (1, 2, 3, 4, 5, 6, 9, 10, 11)


def to_epoch(value: t.Any, where: str = "created", code: str = "E_TYPE_created") -> int:
    """Seconds since the epoch; 0 for null, "", a missing date and anything in the year 1. Fractions are cut off.

    Accepts integers, integral floats, digit text, RFC 3339 with any number of fraction digits, and docker's CLI text.
    Raises InputError that names ``where``.
    """
    # Docker sends it for every image that was pulled, and to read its date takes 2 µs.
    if value is None or value in ("", "0001-01-01T00:00:00Z"):
        return NOT_KNOWN
    if isinstance(value, bool):
        raise InputError(f"{where} must be a time, got {shown(value)}", code)
    if isinstance(value, int):
        return NOT_KNOWN if int(value) == _GO_ZERO else int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return to_epoch(int(value), where, code)
    if isinstance(value, str):
        text = value.strip()
        found = _MOMENT.match(text)
        if found:
            return _seconds(found, value, where, code)
        if re.fullmatch(r"-?[0-9]{1,19}", text):
            return to_epoch(int(text), where, code)
    raise InputError(
        f"{where} must be seconds since the epoch or an RFC 3339 time such as 2024-01-02T03:04:05Z, got {shown(value)}",
        code,
    )


def _seconds(found: re.Match[str], value: str, where: str, code: str) -> int:
    year, month, day, hour, minute, second, hours, minutes, seconds = [
        int(part or 0) for part in found.group(*_NUMBERS)
    ]
    try:
        # Some tools count from the year 0, which the calendar of Python does not have.
        days = date(max(year, 1), month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        raise InputError(f"{where} is not a date of the calendar: {shown(value)}", code) from None
    if max(hour, hours) > 23 or max(minute, minutes, seconds) > 59:
        raise InputError(f"{where} is not a time of the day: {shown(value)}", code)
    offset = (hours * 3600 + minutes * 60 + seconds) * (-1 if found.group(8) == "-" else 1)
    total = days * 86400 + hour * 3600 + minute * 60 + second - offset
    # Leap seconds end a day of UTC.
    if second > 60 or (second == 60 and total % 86400):
        raise InputError(f"{where} is not a time of the day: {shown(value)}", code)
    return total if year > 1 else NOT_KNOWN


def format_epoch(seconds: int) -> str:
    """RFC 3339 in UTC, ``2024-01-02T03:04:05Z``; a second outside the years 1 to 9999 as a bare number."""
    days, rest = divmod(seconds, 86400)
    try:
        day = date.fromordinal(days + _EPOCH_DAY)
    except (ValueError, OverflowError):
        return str(seconds)
    return f"{day.isoformat()}T{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}Z"
