# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: whether a pipeline may go on, and why not."""

from __future__ import annotations

import typing as t

from ..fields import choice_of, texts_of
from .schema import ABSENT_STATUSES, FAIL_ON, VERDICTS

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .schema import GatePart, HostRow

DEFAULT_FAIL_ON = ("error", "not_known", *ABSENT_STATUSES)
"""A value that nobody knows and a host that nobody asked are no reason to go on."""

_NAMED_HOSTS = 5

_WORDS = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "note": ("note", "notes"),
    "not_known": ("value could not be known", "values could not be known"),
    "incomparable": ("size cannot be compared with the baseline", "sizes cannot be compared with the baseline"),
}


def parse_fail_on(value: t.Any, where: str = "fail_on") -> tuple[str, ...]:
    """Read the list; null is the default, an empty list makes a gate that is always open. Raises InputError."""
    if value is None:
        return DEFAULT_FAIL_ON
    words = texts_of(value, where) if value else ()
    return tuple(choice_of(word, f"{where}[{index}]", FAIL_ON) for index, word in enumerate(words))


def gate(counts: Mapping[str, int], fail_on: Sequence[str], expected: int, absent: Sequence[HostRow]) -> GatePart:
    """The verdict with a sentence for each reason, the worst first."""
    reasons = [
        f"{counts[verdict]} {words[counts[verdict] != 1]}"
        for verdict, words in _WORDS.items()
        if verdict in fail_on and counts[verdict]
    ]
    closing = [record for record in absent if record["status"] in fail_on]
    if closing:
        reasons.append(_hosts_sentence(closing, expected))
    if not expected and fail_on:
        reasons.append("no host was expected, so nothing was judged")
    return {
        "passed": not reasons,
        "fail_on": list(fail_on),
        "counts": {verdict: counts[verdict] for verdict in sorted(VERDICTS)},
        "reasons": reasons,
    }


def _hosts_sentence(absent: Sequence[HostRow], expected: int) -> str:
    named = ", ".join(f"{record['host']} ({record['status']})" for record in absent[:_NAMED_HOSTS])
    more = f" and {len(absent) - _NAMED_HOSTS} more" if len(absent) > _NAMED_HOSTS else ""
    be = "is" if len(absent) == 1 else "are"
    return f"{len(absent)} of {expected} host{'' if expected == 1 else 's'} {be} missing from the report: {named}{more}"
