# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keys of a report document hold, and a checker of thirty lines.

Not JSON Schema: managed hosts have no validator for it.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown

_TEXT = "text"
_INTEGER = "an integer"
_NUMBER = "a number"
_FLAG = "a boolean"
_ANY = "anything"
_KINDS: dict[str, tuple[type, ...]] = {
    _TEXT: (str,),
    _INTEGER: (int,),
    _NUMBER: (int, float),
    _FLAG: (bool,),
}


class OneOf(t.NamedTuple):
    """One of some words."""

    words: tuple[str, ...]


class MapOf(t.NamedTuple):
    """A mapping whose keys are free."""

    shape: t.Any


class OrNull(t.NamedTuple):
    """The shape, or null."""

    shape: t.Any


_ENGINE = OrNull(dict.fromkeys(("name", "version", "api_version", "image_store", "os", "architecture"), _ANY))
_SIZE = OrNull(_INTEGER)

_HOST = {
    "host": _TEXT,
    "status": OneOf(("reported", "unreachable", "failed", "stale", "missing")),
    "message": _TEXT,
    "engine": _ENGINE,
    "reported_at": OrNull(_TEXT),
    "images": _SIZE,
    "size": _SIZE,
    "unique_size": _SIZE,
    "layers_size": _SIZE,
    "dangling": _SIZE,
    "unused": _SIZE,
    "findings": OrNull(MapOf(_INTEGER)),
}

_REPOSITORY = {
    "host": OrNull(_TEXT),
    "repository": _TEXT,
    "images": _INTEGER,
    "size": _SIZE,
    "largest_size": _SIZE,
}

_FINDING = {
    "rule": _TEXT,
    "check": _TEXT,
    "level": OneOf(("error", "warning", "note")),
    "status": OneOf(("pass", "fail", "waived", "error", "skip", "incomparable")),
    "host": OrNull(_TEXT),
    "image": OrNull(_TEXT),
    "id": OrNull(_TEXT),
    "actual": _ANY,
    "limit": _ANY,
    "unit": _TEXT,
    "baseline": _ANY,
    "message": _TEXT,
    "fingerprint": _TEXT,
    "waiver": OrNull({"reason": _TEXT, "expires": OrNull(_TEXT), "expired": _FLAG}),
}

IMAGE = {
    "host": _TEXT,
    "name": _TEXT,
    "state": OneOf(("tagged", "digest_only", "dangling", "intermediate")),
    "age_seconds": OrNull(_INTEGER),
    "containers": _INTEGER,
    "created": _INTEGER,
    "id": _TEXT,
    "labels": {},
    "parent_id": _TEXT,
    "repo_digests": [_TEXT],
    "repo_tags": [_TEXT],
    "shared_size": _INTEGER,
    "size": _INTEGER,
    "virtual_size": _SIZE,
}

_CHANGE = {
    "host": _TEXT,
    "name": _TEXT,
    "before": _SIZE,
    "after": _SIZE,
    "delta": _SIZE,
    "ratio": OrNull(_NUMBER),
}

REPORT = {
    "generated_at": _TEXT,
    "generator": {"collection": _TEXT, "version": _TEXT},
    "scope": {"expected": _INTEGER, "reported": _INTEGER, "hosts": [_HOST]},
    "engine": _ENGINE,
    "measure": {"metric": _TEXT, "engine": _TEXT, "store": _TEXT},
    "totals": {
        "hosts": _INTEGER,
        "images": _INTEGER,
        "distinct_images": _INTEGER,
        "size": _INTEGER,
        "unique_size": _SIZE,
        "layers_size": _SIZE,
        "dangling": _INTEGER,
        "unused": _INTEGER,
        "unknown_usage": _INTEGER,
    },
    "gate": {"passed": _FLAG, "fail_on": [_TEXT], "counts": MapOf(_INTEGER), "reasons": [_TEXT]},
    "findings": [_FINDING],
    "repositories": [_REPOSITORY],
    "images": [IMAGE],
    "changes": OrNull(
        {
            "new": [_CHANGE],
            "removed": [_CHANGE],
            "grown": [_CHANGE],
            "shrunk": [_CHANGE],
            "incomparable": [{**_CHANGE, "reason": _TEXT}],
            "unchanged": _INTEGER,
            "counts": MapOf(_INTEGER),
        }
    ),
    "warnings": [_TEXT],
}


def check(value: t.Any, shape: t.Any, where: str) -> None:
    """Raise InputError that names the path, unless ``value`` is what ``shape`` says. Further keys are not looked at."""
    if isinstance(shape, OrNull):
        if value is not None:
            check(value, shape.shape, where)
    elif isinstance(shape, MapOf):
        if not isinstance(value, dict):
            raise InputError(f"{where} must be a mapping, got {shown(value)}", "E_REPORT")
        for key, item in value.items():
            check(item, shape.shape, f"{where}[{shown(key)}]")
    elif isinstance(shape, OneOf):
        if value not in shape.words:
            raise InputError(f"{where} must be one of {', '.join(shape.words)}, got {shown(value)}", "E_REPORT")
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            raise InputError(f"{where} must be a mapping, got {shown(value)}", "E_REPORT")
        for key, inner in shape.items():
            if key not in value:
                raise InputError(f"{where} must have the key {key}", "E_REPORT")
            check(value[key], inner, f"{where}.{key}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise InputError(f"{where} must be a list, got {shown(value)}", "E_REPORT")
        for index, item in enumerate(value):
            check(item, shape[0], f"{where}[{index}]")
    elif shape != _ANY and (not isinstance(value, _KINDS[shape]) or (isinstance(value, bool) and shape != _FLAG)):
        raise InputError(f"{where} must be {shape}, got {shown(value)}", "E_REPORT")
