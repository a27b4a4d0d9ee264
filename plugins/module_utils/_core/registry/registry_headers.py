# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What registries say in headers beside their answers: how much may be asked, and how long to wait."""

from __future__ import annotations

import re
import typing as t
from datetime import date

_AMOUNT = re.compile(r"\s*([0-9]{1,12})(?:\s*;\s*w=([0-9]{1,9}))?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# The one form that servers must send: RFC 9110, section 5.6.7.
_DATE = re.compile(r"[A-Za-z]{3}, ([0-9]{2}) ([A-Za-z]{3}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT\Z")
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,<]*)?)")


class RateLimit(t.NamedTuple):
    """As Docker Hub reports it: requests allowed and left in a window of seconds; None where it is not said."""

    limit: int | None
    remaining: int | None
    window: int | None

    def to_dict(self) -> dict[str, int | None]:
        """The form of the result."""
        return dict(self._asdict())


class Headers(t.Protocol):
    """The headers of an answer, whatever the case of their names."""

    def get(self, name: str, /) -> str | None:
        """The first header of that name."""


def rate_limit_of(headers: Headers) -> RateLimit | None:
    """The limit that an answer reports, if it reports one."""
    limit = _AMOUNT.match(headers.get("RateLimit-Limit") or headers.get("X-RateLimit-Limit") or "")
    remaining = _AMOUNT.match(headers.get("RateLimit-Remaining") or headers.get("X-RateLimit-Remaining") or "")
    if not limit and not remaining:
        return None
    window = (limit and limit[2]) or (remaining and remaining[2])
    return RateLimit(
        int(limit[1]) if limit else None, int(remaining[1]) if remaining else None, int(window) if window else None
    )


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait, from a number or an HTTP date; None without either. ``now`` is seconds since the epoch."""
    text = (value or "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    found = _DATE.match(text)
    if not found or found[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    try:
        days = date(year, _MONTHS.index(found[2].lower()) + 1, day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    return max(0.0, days * 86400 + hour * 3600 + minute * 60 + second - now)


def next_page(headers: t.Iterable[str]) -> str:
    """The address of the page that follows, from the Link headers; "" on the last page."""
    for header in headers:
        for address, parameters in _LINK.findall(header[:8192]):
            if re.search(r';\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|\Z)', parameters, re.IGNORECASE):
                return str(address)
    return ""
