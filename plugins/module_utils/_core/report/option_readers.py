# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the options of rules and waivers, so that every complaint names its path."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping
from fnmatch import fnmatchcase
from fractions import Fraction

from ..errors import InputError, shown

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}\Z")


def mapping_of(value: t.Any, where: str, what: str) -> Mapping[str, t.Any]:
    """The value, if it is a dictionary."""
    if not isinstance(value, Mapping):
        raise InputError(f"{where} must be {what} (a dictionary), got {shown(value)}", "E_TYPE")
    return value


def list_of(value: t.Any, where: str, what: str) -> t.Sequence[t.Any]:
    """The value, if it is a list; nothing is an empty list."""
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise InputError(f"{where} must be a list of {what}, got {shown(value)}", "E_TYPE")
    return value


def known_options(options: Mapping[str, t.Any], known: t.Collection[str], where: str, owner: str) -> None:
    """Refuse options nobody reads, by their path: ``rules[2].maxx is not an option of max-size; ...``."""
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


def text_of(value: t.Any, where: str) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value:
        raise InputError(f"{where} must be text, got {shown(value)}", "E_TYPE")
    return value


def texts_of(value: t.Any, where: str) -> tuple[str, ...]:
    """A list of texts; one text stands for a list of one."""
    items = [value] if isinstance(value, str) else list_of(value, where, "texts")
    if not items:
        raise InputError(f"{where} must hold at least one entry", "E_TYPE")
    return tuple(text_of(item, f"{where}[{index}]") for index, item in enumerate(items))


def choice_of(value: t.Any, where: str, choices: t.Sequence[str]) -> str:
    """One of some words."""
    if value not in choices:
        raise InputError(f"{where} must be one of {', '.join(choices)}, got {shown(value)}", "E_CHOICE")
    return str(value)


def flag_of(value: t.Any, where: str) -> bool:
    """A boolean, or its text: templates of ansible-core before 2.19 turn booleans into text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "yes", "false", "no"):
        return value.lower() in ("true", "yes")
    raise InputError(f"{where} must be true or false, got {shown(value)}", "E_TYPE")


def ratio_of(value: t.Any, where: str) -> Fraction:
    """An exact ratio from ``0.05`` or ``"5%"``; floats count as what they print, so that 0.1 is one tenth."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})\s*(%?)", str(value).strip())
        if found:
            return Fraction(found.group(1)) / (100 if found.group(2) else 1)
    raise InputError(f"{where} must be a ratio such as 0.05 or 5%, got {shown(value)}", "E_RATIO")


def matches_any(name: str, globs: t.Sequence[str]) -> bool:
    """Whether a host or rule name fits one of the shell patterns."""
    return any(fnmatchcase(name, glob) for glob in globs)
