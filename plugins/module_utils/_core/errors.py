# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems with data, as values: an error that stops, and a warning that accompanies a result."""

from __future__ import annotations

import typing as t


class InputError(ValueError):
    """Data that cannot be used: a sentence for the person who supplied it.

    ``code`` names the kind of complaint for tests and callers, for example ``E_TYPE_Size``; it is never printed.
    """

    def __init__(self, message: str, code: str = "E_INPUT") -> None:
        super().__init__(message)
        self.code = code


class ListingWarning(t.NamedTuple):
    """A warning about a result that can be used."""

    code: str
    message: str


def shown(value: t.Any, limit: int = 60) -> str:
    """A value as it may stand in a message: one line, short, with control characters escaped.

    Text is quoted, so that ``"3"`` and ``3`` differ; ``ascii`` makes lone surrogates and terminal escapes harmless.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value.encode("unicode_escape").decode("ascii").replace('"', '\\"')
        return f'"{text[:limit]}…"' if len(text) > limit else f'"{text}"'
    try:
        text = ascii(value)
    except (ValueError, RecursionError):  # an integer of more than 4,300 digits; nested too deep
        name = type(value).__name__
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name} that is too large to show"
    return f"{text[:limit]}…" if len(text) > limit else text


def quoted(text: str) -> str:
    """A name or label in backticks."""
    return f"`{shown(text, 200)[1:-1]}`"


def unknown_keys(given: t.Iterable[t.Any], known: t.Collection[str], where: str) -> None:
    """Refuse unknown keys, so that a misspelt option is never silently ignored."""
    unknown = sorted(shown(key) for key in given if key not in known)
    if unknown:
        place = f"{where} has" if where else "found"
        plural = "keys" if len(unknown) > 1 else "key"
        raise InputError(
            f"{place} unknown {plural} {', '.join(unknown)}; known are {', '.join(sorted(known))}", "E_UNKNOWN_KEY"
        )
