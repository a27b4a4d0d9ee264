# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: whether a pipeline may continue, and why not."""

from __future__ import annotations

import typing as t

from ..fields import choice_of, texts_of
from ..safe_text import log_safe
from .headline import finding_sentence
from .schema import ABSENT_STATUSES, FAIL_ON, VERDICTS, closes, verdict_of

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .schema import FindingGroup, GatePart, HostRow

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
    """Counts the findings that close it."""

    def __init__(self, fail_on: Sequence[str]) -> None:
        self._fail_on = fail_on
        self._closing = {verdict: 0 for verdict in _WORDS if verdict in fail_on}

    def add(self, verdict: str, level: str) -> None:
        """Take one finding."""
        if closes(verdict, level, self._fail_on):
            self._closing[verdict] += 1

    def to_dict(
        self,
        counts: Mapping[str, int],
        groups: Sequence[FindingGroup],
        units: Mapping[str, str],
        expected: int,
        absent: Sequence[HostRow],
        emptiness: str = "",
    ) -> GatePart:
        """The verdict with a sentence for each reason.

        ``groups`` are the findings without copies, the worst first; ``units`` is how each rule spells sizes.
        ``emptiness`` says why there was nothing to check on the hosts that answered.
        """
        named: dict[str, list[str]] = {verdict: [] for verdict in self._closing}
        for group in groups:
            verdict = verdict_of(group["status"], group["level"])
            if closes(verdict, group["level"], self._fail_on) and len(named[verdict]) < _NAMED_FINDINGS:
                named[verdict].append(finding_sentence(group, units.get(group["rule"], "si")))
        seen = {verdict: number for verdict, number in self._closing.items() if number}
        reasons = [_sentence(verdict, number, named[verdict]) for verdict, number in seen.items()]
        missing = [record for record in absent if record["status"] in self._fail_on]
        if missing:
            reasons.append(_hosts_sentence(missing, expected))
        if not expected and self._fail_on:
            reasons.append("no host was expected, so nothing was checked")
        if emptiness and self._fail_on:
            reasons.append(emptiness)
        return {
            "passed": not reasons,
            "fail_on": list(self._fail_on),
            "counts": {verdict: counts[verdict] for verdict in sorted(VERDICTS)},
            "closing": dict(self._closing),
            "reasons": reasons,
        }


def _sentence(verdict: str, number: int, named: Sequence[str]) -> str:
    """``105 errors: ...; ...; ...``, the worst; a task prints it, so runners must find no command in it."""
    counted = f"{number:,} {_WORDS[verdict][number != 1]}"
    worst = "; ".join(_shortened(log_safe(sentence)) for sentence in named)
    return f"{counted}{', first' if number > len(named) else ''}: {worst}" if worst else counted


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"


def _hosts_sentence(absent: Sequence[HostRow], expected: int) -> str:
    named = ", ".join(f"{record['host']} ({record['status']})" for record in absent[:_NAMED_HOSTS])
    more = f" and {len(absent) - _NAMED_HOSTS} more" if len(absent) > _NAMED_HOSTS else ""
    be = "is" if len(absent) == 1 else "are"
    hosts = f"{len(absent):,} of {expected:,} host{'' if expected == 1 else 's'}"
    return f"{hosts} {be} missing from the report: {named}{more}"
