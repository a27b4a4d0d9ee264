# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a format: each has a name, a type and a default. Unknown options are errors."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..quantities import parse_integer, parse_size

Parser = t.Callable[[t.Any, str], t.Any]


class Option(t.NamedTuple):
    """How to read the value of an option, and its default."""

    parse: Parser
    default: t.Any


def text(default: str) -> Option:
    """Text that is not empty."""

    def parse(value: t.Any, where: str) -> str:
        if not isinstance(value, str) or not value:
            raise InputError(f"{where} must be a text that is not empty, got {shown(value)}", "E_OPTION")
        return value

    return Option(parse, default)


def choice(*words: str) -> Option:
    """One of some words; the first is the default."""

    def parse(value: t.Any, where: str) -> str:
        if value not in words:
            raise InputError(f"{where} must be one of {', '.join(words)}, got {shown(value)}", "E_OPTION")
        return str(value)

    return Option(parse, words[0])


def flag(default: bool) -> Option:
    """A boolean, or its text, which older versions of ansible-core pass."""
    texts = {"true": True, "yes": True, "false": False, "no": False}

    def parse(value: t.Any, where: str) -> bool:
        if isinstance(value, str) and value.lower() in texts:
            return texts[value.lower()]
        if not isinstance(value, bool):
            raise InputError(f"{where} must be true or false, got {shown(value)}", "E_OPTION")
        return value

    return Option(parse, default)


def integer(default: int, minimum: int = 0) -> Option:
    """A whole number."""
    return Option(lambda value, where: parse_integer(value, where, "E_OPTION", minimum=minimum), default)


def size(default: int) -> Option:
    """A number of bytes, or text such as ``900KiB``."""
    return Option(parse_size, default)


def names(default: t.Sequence[str] = ()) -> Option:
    """A list of texts, or one text with commas."""

    def parse(value: t.Any, where: str) -> list[str]:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) and name for name in value):
            raise InputError(f"{where} must be a list of names, got {shown(value)}", "E_OPTION")
        return [str(name) for name in value]

    return Option(parse, list(default))


UNITS = choice("si", "iec")


def _repository_path(value: t.Any, where: str) -> str:
    """A path inside the repository: consumers drop results with an absolute one."""
    if not isinstance(value, str) or not value or value.startswith("/") or ".." in value.split("/"):
        raise InputError(f"{where} must be a path relative to the repository, got {shown(value)}", "E_OPTION")
    return value


def _locations(value: t.Any, where: str) -> dict[str, tuple[str, int]]:
    if not isinstance(value, dict):
        raise InputError(f"{where} must be a mapping of rules to path and line, got {shown(value)}", "E_OPTION")
    result = {}
    for rule, place in value.items():
        spot = f"{where}[{shown(rule)}]"
        if not isinstance(place, dict) or "path" not in place or set(place) - {"path", "line"}:
            raise InputError(f"{spot} must be a mapping with path and line, got {shown(place)}", "E_OPTION")
        line = parse_integer(place.get("line", 1), f"{spot}.line", "E_OPTION", minimum=1)
        result[str(rule)] = (_repository_path(place["path"], f"{spot}.path"), line)
    return result


LOCATIONS = {"location": Option(_repository_path, "image-report.yml"), "locations": Option(_locations, {})}
"""Formats that point into a file of the repository: which one, for all rules and for some."""


class Format(t.NamedTuple):
    """One format: what ``render`` makes of a report and of the options, all of them present and read."""

    options: t.Mapping[str, Option]
    render: t.Callable[..., str]


def read_options(given: t.Mapping[str, t.Any], known: t.Mapping[str, Option], name: str) -> dict[str, t.Any]:
    """All options of the format ``name``, those not given at their defaults. Raises InputError for unknown names."""
    unknown = sorted(shown(key) for key in given if key not in known)
    if unknown:
        raise InputError(
            f"the format {name} has no option {', '.join(unknown)}; it has {', '.join(sorted(known))}", "E_OPTION"
        )
    return {
        key: option.parse(given[key], key) if given.get(key) is not None else option.default
        for key, option in known.items()
    }
