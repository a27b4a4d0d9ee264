# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed values out of data that a person wrote: each complaint names the place and has one wording everywhere.

``where`` is the path of the value, as in ``rules[2].max``. Every function raises InputError.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from .errors import InputError, shown

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}\Z")


def mapping_of(value: t.Any, where: str, what: str = "", code: str = "E_TYPE") -> Mapping[str, t.Any]:
    """The value, if it is a dictionary; ``what`` says what it describes: a rule, the entry of a host."""
    if not isinstance(value, Mapping):
        kind = f"{what} (a dictionary)" if what else "a dictionary"
        raise InputError(f"{where} must be {kind}, got {shown(value)}", code)
    return value


def list_of(
    value: t.Any, where: str, what: str = "", code: str = "E_TYPE", may_be_null: bool = True
) -> t.Sequence[t.Any]:
    """The value, if it is a list; ``what`` says of what. Null is an empty list, unless it may not be."""
    if value is None and may_be_null:
        return []
    if not isinstance(value, (list, tuple)):
        raise InputError(f"{where} must be a list{f' of {what}' if what else ''}, got {shown(value)}", code)
    return value


def known_options(options: Mapping[str, t.Any], known: t.Collection[str], where: str, owner: str) -> None:
    """Refuse options that are not read, by their path: ``rules[2].maxx is not an option of max-size; ...``."""
    for key in options:
        if key not in known:
            path = f"{where}.{key}" if isinstance(key, str) and _KEY.match(key) else f"{where}[{shown(key)}]"
            raise InputError(
                f"{path} is not an option of {owner}; known are {', '.join(sorted(known))}", "E_UNKNOWN_KEY"
            )


def required(options: Mapping[str, t.Any], key: str, where: str) -> t.Any:
    """The value of an option that must be there."""
    value = options.get(key)
    if value is None:
        raise InputError(f"{where}.{key} is required", "E_REQUIRED")
    return value


def text_of(value: t.Any, where: str, code: str = "E_TYPE", may_be_empty: bool = False) -> str:
    """Text, which is not empty unless it may be."""
    if not isinstance(value, str) or not (value or may_be_empty):
        raise InputError(f"{where} must be text, got {shown(value)}", code)
    return value


def texts_of(value: t.Any, where: str, code: str = "E_TYPE") -> tuple[str, ...]:
    """A list of texts with at least one entry; one text stands for a list of one."""
    items = [value] if isinstance(value, str) else list_of(value, where, "texts", code)
    if not items:
        raise InputError(f"{where} must hold at least one entry", code)
    return tuple(text_of(item, f"{where}[{index}]", code) for index, item in enumerate(items))


def any_texts_of(value: t.Any, where: str, code: str = "E_TYPE", may_be_null: bool = False) -> list[str]:
    """A list of texts; neither needs to hold anything."""
    items = list_of(value, where, "texts", code, may_be_null)
    return [
        str(item) if isinstance(item, str) else text_of(item, f"{where}[{index}]", code)
        for index, item in enumerate(items)
    ]


def choice_of(value: t.Any, where: str, choices: t.Sequence[str], code: str = "E_CHOICE") -> str:
    """One of some words."""
    if value not in choices:
        raise InputError(f"{where} must be one of {', '.join(choices)}, got {shown(value)}", code)
    return str(value)


def flag_of(value: t.Any, where: str, code: str = "E_TYPE") -> bool:
    """A boolean, or its text: templates of ansible-core before 2.19 turn booleans into text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "yes", "false", "no"):
        return value.lower() in ("true", "yes")
    raise InputError(f"{where} must be true or false, got {shown(value)}", code)
