# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A checker of data against types such as those in ``report/schema.py``.

Not JSON Schema: managed hosts have no validator for it.
"""

from __future__ import annotations

import typing as t
from functools import lru_cache

from ..errors import InputError, shown

Complaint = t.Optional[tuple[str, str]]
"""Where in a value, and what is wrong there: the path is only put together when there is something to say."""
Checker = t.Callable[[t.Any], Complaint]

_TOO_LARGE = 2**63

_WORDS: dict[t.Any, str] = {str: "text", int: "an integer", bool: "a boolean", float: "a number"}


def check(value: t.Any, kind: t.Any, where: str) -> None:
    """Raise InputError that names the path, unless ``value`` is a ``kind``. Further keys are not looked at."""
    complaint = _checker(kind)(value)
    if complaint:
        path, sentence = complaint
        raise InputError(f"{where}{path} {sentence}", "E_REPORT")


@lru_cache(maxsize=128)
def _checker(kind: t.Any) -> Checker:
    """The function for one type: a TypedDict, a list, a dict, a Literal, a union of plain types, or one of these."""
    origin, arguments = t.get_origin(kind), t.get_args(kind)
    if origin is t.Union and len(arguments) == 2 and arguments[1] is type(None):
        inner = _checker(arguments[0])
        return lambda value: None if value is None else inner(value)
    if origin is t.Union:
        return _plain(arguments)
    if origin is t.Literal:
        return lambda value: (
            None if value in arguments else ("", f"must be one of {', '.join(arguments)}, got {shown(value)}")
        )
    if origin is list:
        return _list(_checker(arguments[0]))
    if origin is dict:
        return _mapping(_checker(arguments[1]))
    if kind in _WORDS:
        return _plain((kind,))
    if kind is t.Any:
        return lambda value: None
    hints = t.get_type_hints(kind)
    return _record([(name, name in kind.__required_keys__, _checker(hint)) for name, hint in hints.items()])


def _plain(kinds: tuple[t.Any, ...]) -> Checker:
    """One of some plain types. A boolean is not a number, an integer is. JSON readers know every number."""
    words = " or ".join(_WORDS.get(kind, "null") for kind in kinds)
    types = (*kinds, *((int,) if float in kinds else ()))
    takes_flags = bool in kinds

    def complain(value: t.Any) -> Complaint:
        if not isinstance(value, types) or (isinstance(value, bool) and not takes_flags):
            return "", f"must be {words}, got {shown(value)}"
        if isinstance(value, (int, float)) and not abs(value) < _TOO_LARGE:
            return "", f"must be a number below 2^63, got {shown(value)}"
        return None

    return complain


def _list(item: Checker) -> Checker:
    def complain(value: t.Any) -> Complaint:
        if not isinstance(value, list):
            return "", f"must be a list, got {shown(value)}"
        for index, entry in enumerate(value):
            complaint = item(entry)
            if complaint:
                return f"[{index}]{complaint[0]}", complaint[1]
        return None

    return complain


def _mapping(item: Checker) -> Checker:
    def complain(value: t.Any) -> Complaint:
        if not isinstance(value, dict):
            return "", f"must be a mapping, got {shown(value)}"
        for key, entry in value.items():
            if not isinstance(key, str):
                return "", f"must have text as keys, got {shown(key)}"
            complaint = item(entry)
            if complaint:
                return f"[{shown(key)}]{complaint[0]}", complaint[1]
        return None

    return complain


def _record(keys: list[tuple[str, bool, Checker]]) -> Checker:
    def complain(value: t.Any) -> Complaint:
        if not isinstance(value, dict):
            return "", f"must be a mapping, got {shown(value)}"
        for name, is_required, inner in keys:
            if name in value:
                complaint = inner(value[name])
                if complaint:
                    return f".{name}{complaint[0]}", complaint[1]
            elif is_required:
                return "", f"must have the key {name}"
        return None

    return complain
