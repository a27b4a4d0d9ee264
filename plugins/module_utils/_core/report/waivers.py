# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers: findings that are accepted, for a reason and until a day."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from datetime import date

from ..errors import InputError, shown
from ..fields import known_options, list_of, mapping_of, required, text_of, texts_of
from ..image.patterns import ReferencePattern
from ..image.reference import TO_SELECT
from ..timestamps import format_epoch
from .report_rules import matches_any

if t.TYPE_CHECKING:
    from .report_rules import ReportRule
    from .schema import WaiverRow

_OPTIONS = ("rule", "image", "host", "reason", "expires")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(frozen=True)
class Waiver:
    """One waiver. Rules and hosts are shell patterns, images are patterns of the selector's kind, or image IDs."""

    where: str
    rules: tuple[str, ...]
    hosts: tuple[str, ...] | None
    images: tuple[ReferencePattern, ...] | None
    reason: str
    expires: str | None
    expired: bool

    def covers(self, rule: ReportRule, host: str | None, names: t.Sequence[str]) -> bool:
        """Whether it is meant for a finding; ``names`` are all names of its image, and the ID."""
        return (
            (matches_any(rule.id, self.rules) or matches_any(rule.check_name, self.rules))
            and (self.hosts is None or (host is not None and matches_any(host, self.hosts)))
            and (self.images is None or any(self._names_image(name) for name in names))
        )

    def _names_image(self, name: str) -> bool:
        return any(pattern.text == name or pattern.matches_text(name, TO_SELECT) for pattern in self.images or ())

    def to_dict(self) -> WaiverRow:
        """The form that a finding carries."""
        return {"reason": self.reason, "expires": self.expires, "expired": self.expired}

    def __str__(self) -> str:
        parts = [f"{self.where} (rule {', '.join(map(shown, self.rules))}"]
        if self.images is not None:
            parts.append(f"image {', '.join(shown(pattern.text) for pattern in self.images)}")
        if self.hosts is not None:
            parts.append(f"host {', '.join(map(shown, self.hosts))}")
        return ", ".join(parts) + ")"


def parse_waivers(waivers: t.Any, now: int, where: str = "waivers") -> tuple[Waiver, ...]:
    """Read a list of waivers; a waiver holds through the whole day (UTC) that it names. Raises InputError."""
    today = format_epoch(now)[:10]
    return tuple(
        _waiver(mapping_of(item, f"{where}[{index}]", "a waiver"), f"{where}[{index}]", today)
        for index, item in enumerate(list_of(waivers, where, "waivers"))
    )


def _waiver(options: t.Mapping[str, t.Any], where: str, today: str) -> Waiver:
    known_options(options, _OPTIONS, where, "a waiver")
    expires = None if options.get("expires") is None else _day(options["expires"], f"{where}.expires")
    images = options.get("image")
    if images is not None:
        texts = texts_of(images, f"{where}.image")
        images = tuple(ReferencePattern.parse(text, f"{where}.image[{index}]") for index, text in enumerate(texts))
    return Waiver(
        where=where,
        rules=texts_of(required(options, "rule", where), f"{where}.rule"),
        hosts=None if options.get("host") is None else texts_of(options["host"], f"{where}.host"),
        images=images,
        reason=text_of(required(options, "reason", where), f"{where}.reason"),
        expires=expires,
        expired=expires is not None and expires < today,
    )


def _day(value: t.Any, where: str) -> str:
    """YYYY-MM-DD. YAML reads a bare 2026-06-30 as a date."""
    text = value.isoformat()[:10] if isinstance(value, date) else value
    if isinstance(text, str) and _DAY.match(text):
        try:
            return date(*(int(part) for part in text.split("-"))).isoformat()
        except ValueError:
            pass
    raise InputError(f"{where} must be a day such as 2026-06-30, got {shown(value)}", "E_DAY")
