# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``label``: which labels an image must have, and what their values look like."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ...errors import InputError, shown
from ...fields import choice_of, flag_of, required, text_of
from ..check_outcome import CheckOutcome
from ..label_types import LABEL_TYPES
from .kinds import Demand, ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..hosts import ImageView
    from .kinds import Before


@dataclass(frozen=True)
class Label(ImageCheck):
    """``name``, ``required`` (default true), and at most one of ``value``, ``pattern``, ``type``."""

    OPTIONS = ("name", "required", "value", "pattern", "type")
    name: str
    required: bool
    expected: str | None
    """What the value must be, in words; None when any value will do."""
    accepts: t.Callable[[str], bool]
    limit: str | None

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> Label:
        given = [key for key in ("value", "pattern", "type") if options.get(key) is not None]
        if len(given) > 1:
            raise InputError(f"{where} can have only one of value, pattern and type, got {' and '.join(given)}")
        expected, accepts, limit = _expectation(given[0] if given else "", options, where)
        return cls(
            text_of(required(options, "name", where), f"{where}.name"),
            flag_of(options.get("required", True), f"{where}.required"),
            expected,
            accepts,
            limit,
        )

    def demand(self) -> Demand:
        return Demand(self.limit if self.limit is not None else "required" if self.required else None)

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        value = view.image.labels.get(self.name)
        name = shown(self.name)
        if value is None:
            return CheckOutcome(
                "fail" if self.required else "skip", lambda: f"lacks the label {name}", None, self.limit
            )
        if self.accepts(value):
            return CheckOutcome("pass", lambda: f"the label {name} is {shown(value)}", value, self.limit)
        return CheckOutcome(
            "fail", lambda: f"the label {name} must be {self.expected}, got {shown(value)}", value, self.limit
        )


def _expectation(
    kind: str, options: Mapping[str, t.Any], where: str
) -> tuple[str | None, t.Callable[[str], bool], str | None]:
    """What is expected in words, the function that checks it, and the short form for the finding's limit."""
    if not kind:
        return None, lambda text: True, None
    if kind == "type":
        name = choice_of(options["type"], f"{where}.type", tuple(LABEL_TYPES))
        words, accepts = LABEL_TYPES[name]
        return words, accepts, name
    # Labels are text: version 2 written in YAML without quotes is still the text "2".
    value = options[kind]
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InputError(f"{where}.{kind} must be text, got {shown(value)}", "E_TYPE")
    text = str(value)
    if kind == "value":
        return shown(text), lambda found: found == text, text
    try:
        compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError) as exc:
        raise InputError(
            f"{where}.pattern is not a valid regular expression: {shown(text)}: {exc}", "E_PATTERN"
        ) from None
    return f"as the pattern {shown(text)} says", lambda found: compiled.fullmatch(found) is not None, text
