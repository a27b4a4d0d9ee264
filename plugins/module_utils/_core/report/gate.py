# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: whether a pipeline may continue, and why not."""

from __future__ import annotations

import typing as t

from ..fields import choice_of, texts_of
from ..safe_text import log_safe
from .limited_lists import Bounded
from .schema import ABSENT_STATUSES, FAIL_ON, VERDICTS, closes

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .schema import GatePart, HostRow

DEFAULT_FAIL_ON = ("error", "not_known", *ABSENT_STATUSES)
"""What is not known and hosts that were not asked are not a pass."""

_NAMED_HOSTS = 5
_NAMED_FINDINGS = 3
_LONGEST_REASON = 240

_WORDS = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "note": ("note", "notes"),
    "not_known": ("value is not known", "values are not known"),
    "incomparable": ("value cannot be compared", "values cannot be compared"),
}


def parse_fail_on(value: t.Any, where: str = "fail_on") -> tuple[str, ...]:
    """Read the list; null is the default, an empty list makes a gate that is always open. Raises InputError."""
    if value is None:
        return DEFAULT_FAIL_ON
    words = texts_of(value, where) if value else ()
    return tuple(choice_of(word, f"{where}[{index}]", FAIL_ON) for index, word in enumerate(words))


class Gate:
    """Takes the findings that say something one by one, and keeps the worst that close it, to name them as reasons."""

    def __init__(self, fail_on: Sequence[str]) -> None:
        self._fail_on = fail_on
        self._closing: dict[str, Bounded[str]] = {
            verdict: Bounded(_NAMED_FINDINGS) for verdict in _WORDS if verdict in fail_on
        }

    def add(self, verdict: str, level: str, order: t.Any, sentence: t.Callable[[], str]) -> None:
        """Take one finding; the smallest ``order`` is the worst."""
        if closes(verdict, level, self._fail_on):
            self._closing[verdict].add(order, sentence)

    def to_dict(self, counts: Mapping[str, int], expected: int, absent: Sequence[HostRow]) -> GatePart:
        """The verdict with a sentence for each reason."""
        reasons = [_sentence(verdict, findings) for verdict, findings in self._closing.items() if findings.seen]
        missing = [record for record in absent if record["status"] in self._fail_on]
        if missing:
            reasons.append(_hosts_sentence(missing, expected))
        if not expected and self._fail_on:
            reasons.append("no host was expected, so nothing was checked")
        return {
            "passed": not reasons,
            "fail_on": list(self._fail_on),
            "counts": {verdict: counts[verdict] for verdict in sorted(VERDICTS)},
            "closing": {verdict: findings.seen for verdict, findings in self._closing.items()},
            "reasons": reasons,
        }


def _sentence(verdict: str, findings: Bounded[str]) -> str:
    """``105 errors: ...; ...; ...; and 102 more``: a task prints it, so runners must find no command in it."""
    named = [_shortened(log_safe(sentence)) for sentence in findings.items()]
    more = findings.seen - len(named)
    counted = f"{findings.seen} {_WORDS[verdict][findings.seen != 1]}"
    return f"{counted}: {'; '.join(named)}{f'; and {more} more' if more else ''}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"


def _hosts_sentence(absent: Sequence[HostRow], expected: int) -> str:
    named = ", ".join(f"{record['host']} ({record['status']})" for record in absent[:_NAMED_HOSTS])
    more = f" and {len(absent) - _NAMED_HOSTS} more" if len(absent) > _NAMED_HOSTS else ""
    be = "is" if len(absent) == 1 else "are"
    return f"{len(absent)} of {expected} host{'' if expected == 1 else 's'} {be} missing from the report: {named}{more}"
