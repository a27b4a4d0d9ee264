# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry of a listing, field by field.

Every complaint names entry and key as the engine spells it, ``images[3].Size must be an integer, got "abc"``.
Keys are matched exactly and unknown keys are ignored: engines add some with each release.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..image.summary import image_id
from ..quantities import parse_integer
from ..timestamps import to_epoch

Entry = t.Mapping[str, t.Any]
Names = tuple[list[str], list[str]]
"""What belongs in repo_tags, and what in repo_digests: unique, sorted by code point."""

NONE = "<none>"
"""Docker's placeholder for a name that does not exist; it never appears in a summary."""

# Engines count with the 64 bit of Go's int64.
_INT64 = 2**63 - 1
_USUAL_ID = re.compile(r"sha256:[0-9a-f]{64}\Z")


# Imports inside of functions are for what engines rarely send: a managed host compiles what a listing imports, which
# took 2 ms for these.


def entry_of(value: t.Any, where: str) -> Entry:
    """The entry itself, if it is an object."""
    return object_of(value, where, "an image", "E_TYPE_ITEM")


def entries_of(rows: t.Iterable[t.Any], key: str) -> t.Iterator[tuple[str, Entry]]:
    """Each row of a list with its place in it, ``images[3]``."""
    for index, row in enumerate(rows):
        where = f"{key}[{index}]"
        yield where, row if isinstance(row, dict) else entry_of(row, where)


def object_of(value: t.Any, where: str, what: str, code: str) -> Entry:
    """The value, if it is an object; ``what`` says what it describes."""
    if isinstance(value, dict):
        return value
    from ..fields import mapping_of

    return mapping_of(value, where, what, code)


def identity(entry: Entry, key: str, where: str) -> str:
    """The image's ID, whole."""
    value = entry.get(key)
    if isinstance(value, str) and _USUAL_ID.match(value):
        return value
    return image_id(value, f"{where}.{key}")


def parent(entry: Entry, key: str, where: str) -> str:
    """The parent's ID; "" if there is none. Podman writes it without ``sha256:`` beside an ID that has it."""
    return identity(entry, key, where) if entry.get(key) else ""


def labels(entry: Entry, key: str, where: str) -> t.Mapping[str, str]:
    """Labels as they are; null on every Docker version with the graphdriver store means none."""
    value = entry.get(key)
    if value is None:
        return {}
    found = value if isinstance(value, dict) else object_of(value, f"{where}.{key}", "labels", f"E_TYPE_{key}")
    try:
        # To join them looks at all at once: 0.5 µs for an image of six labels, where a loop took 1.0 µs.
        if "".join((*found, *found.values())).isascii():
            return found
    except TypeError:
        for name, content in found.items():
            if not isinstance(name, str):
                raise InputError(
                    f"{where}.{key} must have texts for names, got {shown(name)}", f"E_TYPE_{key}"
                ) from None
            if not isinstance(content, str):
                _refuse(content, f"{where}.{key}[{shown(name)}]", key)
    from ..json_text import encodable

    return {encodable(name): encodable(content) for name, content in found.items()}


def integer(entry: Entry, key: str, where: str) -> int | None:
    """A whole number; None if the engine does not say."""
    value = entry.get(key)
    if value is None or (value.__class__ is int and -_INT64 <= value <= _INT64):
        return value
    return parse_integer(value, f"{where}.{key}", f"E_TYPE_{key}")


def amount(entry: Entry, key: str, where: str) -> int:
    """A count or a size; -1 if it is not known, which engines say in many ways."""
    value = entry.get(key)
    # As engines send nearly all of them.
    if value.__class__ is int and -1 <= value <= _INT64:
        return value
    value = integer(entry, key, where)
    return -1 if value is None or value < 0 else value


def created(entry: Entry, key: str, where: str) -> int:
    """Seconds since the epoch; 0 if the image has no date."""
    value = entry.get(key)
    # Every engine sends a number; True is not larger than 1.
    if isinstance(value, int) and value > 1:
        return value
    return to_epoch(value, f"{where}.{key}", f"E_TYPE_{key}")


def names_of(entry: Entry, where: str, tags: str = "RepoTags", digests: str = "RepoDigests") -> Names:
    """The names in two lists of an entry; a digested name among the tags is a digest.

    Left out is what names no image: a placeholder, a digest without a repository.
    """
    found: list[str] = []
    digested: list[str] = []
    for name in _texts(entry, tags, where):
        if "@" in name:
            # It was pulled by digest: the engine knows no such plain tag.
            digested += _without_tag(name)
        elif name and NONE not in name:
            found.append(name)
    for name in _texts(entry, digests, where):
        repository, at, _digest = name.partition("@")
        if at and repository and repository != NONE:
            digested.append(name)
    return _sorted(found), _sorted(digested)


def names_of_row(repository: str, tag: str, digest: str) -> Names:
    """The names in the three columns that the command line tools print; each may be a placeholder."""
    if repository in ("", NONE):
        return [], []
    tags = [] if tag in ("", NONE) else [f"{repository}:{tag}"]
    digests = [] if digest in ("", NONE) else [f"{repository}@{digest}"]
    return _sorted(tags), _sorted(digests)


def _without_tag(name: str) -> list[str]:
    named, _at, digest = name.partition("@")
    # The separator is the last ":" after the last "/": before it, a ":" belongs to the registry's port.
    slash, colon = named.rfind("/"), named.rfind(":")
    repository = named[:colon] if colon > slash else named
    return [f"{repository}@{digest}"] if repository and NONE not in repository else []


def text(entry: Entry, key: str, where: str) -> str:
    """A text; "" for null or a key that is not there."""
    value = entry.get(key)
    if value is None:
        return ""
    return value if isinstance(value, str) else _refuse(value, f"{where}.{key}", key)


def _sorted(names: list[str]) -> list[str]:
    if not names:
        return names
    if not "".join(names).isascii():
        from ..json_text import encodable

        names = [encodable(name) for name in names]
    return sorted(set(names)) if len(names) > 1 else names


def _texts(entry: Entry, key: str, where: str) -> t.Sequence[str]:
    values = entry.get(key)
    if not values and (values is None or isinstance(values, list)):
        return ()
    if not isinstance(values, list):
        from ..fields import list_of

        values = list_of(values, f"{where}.{key}", "names", f"E_TYPE_{key}")
    for index, value in enumerate(values):
        if not isinstance(value, str):
            _refuse(value, f"{where}.{key}[{index}]", key)
    return values


def _refuse(value: t.Any, where: str, key: str) -> str:
    """Complain of what should be text."""
    from ..fields import text_of

    return text_of(value, where, f"E_TYPE_{key}")
