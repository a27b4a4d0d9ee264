# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry of a listing, field by field: typed getters.

Every complaint names entry and key as the engine spells it, ``images[3].Size must be an integer, got "abc"``.
Keys are matched exactly and keys that nobody reads are ignored: engines add some with each release.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..image.summary import image_id
from ..json_text import encodable
from ..quantities import parse_integer
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from ..remarks import Remarks

    Entry = dict[str, t.Any]

NONE = "<none>"
"""Docker's placeholder for a name that does not exist; it never appears in a summary."""

# Engines count with the 64 bit of Go's int64.
_INT64 = 2**63 - 1
_USUAL_ID = re.compile(r"sha256:[0-9a-f]{64}\Z")


def entry_of(value: t.Any, where: str) -> Entry:
    """The entry itself, if it is an object."""
    if isinstance(value, dict):
        return value
    raise InputError(f"{where} must be an object that describes an image, got {shown(value)}", "E_TYPE_ITEM")


def identity(entry: Entry, key: str, where: str) -> str:
    """The image's ID, whole."""
    value = entry.get(key)
    if isinstance(value, str) and _USUAL_ID.match(value):
        return value
    return image_id(value, f"{where}.{key}")


def parent(entry: Entry, key: str, where: str) -> str:
    """The parent's ID; "" if there is none. Podman writes it without ``sha256:`` beside an ID that has it."""
    value = entry.get(key)
    if value is None or value == "":
        return ""
    return identity(entry, key, where)


def labels(entry: Entry, key: str, where: str) -> dict[str, str]:
    """Labels as they are; null on every Docker version with the graphdriver store means none."""
    value = entry.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{where}.{key} must be an object of texts, got {shown(value)}", f"E_TYPE_{key}")
    is_ascii = True
    for name, content in value.items():
        if not isinstance(name, str):
            raise InputError(f"{where}.{key} must have texts for names, got {shown(name)}", f"E_TYPE_{key}")
        if not isinstance(content, str):
            raise InputError(f"{where}.{key}[{shown(name)}] must be text, got {shown(content)}", f"E_TYPE_{key}")
        is_ascii = is_ascii and name.isascii() and content.isascii()
    return value if is_ascii else {encodable(name): encodable(content) for name, content in value.items()}


def integer(entry: Entry, key: str, where: str) -> int | None:
    """A whole number; None if the engine does not say."""
    value = entry.get(key)
    if value is None or (type(value) is int and -_INT64 <= value <= _INT64):
        return value
    return parse_integer(value, f"{where}.{key}", f"E_TYPE_{key}")


def amount(entry: Entry, key: str, where: str) -> int:
    """A count or a size; -1 if it is not known, which engines say in many ways."""
    value = entry.get(key)
    if type(value) is not int or value > _INT64:
        value = integer(entry, key, where)
    return -1 if value is None or value < 0 else value


def created(entry: Entry, key: str, where: str) -> int:
    """Seconds since the epoch; 0 if the image has no date."""
    return to_epoch(entry.get(key), f"{where}.{key}", f"E_TYPE_{key}")


class EntryNames:
    """The names of one image: what goes to repo_tags, what to repo_digests."""

    def __init__(self, where: str, remarks: Remarks) -> None:
        self._where = where
        self._remarks = remarks
        self._tags: set[str] = set()
        self._digests: set[str] = set()

    def add_tags(self, entry: Entry, key: str) -> None:
        """Take a list of names such as ``alpine:3.19``; a digested name among them is a digest."""
        for index, name in enumerate(_texts(entry, key, self._where)):
            self.add_tag(name, f"{key}[{index}]")

    def add_digests(self, entry: Entry, key: str) -> None:
        """Take a list of names such as ``alpine@sha256:…``."""
        for index, name in enumerate(_texts(entry, key, self._where)):
            repository, at, _digest = name.partition("@")
            if at and repository and repository != NONE:
                self._digests.add(name)
            elif name not in ("", NONE, "<none>@<none>"):
                self._remarks.add("W_BARE_DIGEST", f"{self._where}.{key}[{index}] {shown(name)}")

    def add_tag(self, name: str, key: str) -> None:
        """Take one name that is, or at least looks like, a tag."""
        if "@" in name:
            self._add_digested(name, key)
        elif name and NONE not in name:
            self._tags.add(name)

    def add_row(self, repository: str, tag: str, digest: str) -> None:
        """Take the three columns that the command line tools print; each may be a placeholder."""
        if repository in ("", NONE):
            return
        if tag not in ("", NONE):
            self._tags.add(f"{repository}:{tag}")
        if digest not in ("", NONE):
            self._digests.add(f"{repository}@{digest}")

    def tags(self) -> list[str]:
        """Unique, sorted by code point."""
        return _sorted(self._tags)

    def digests(self) -> list[str]:
        """Unique, sorted by code point."""
        return _sorted(self._digests)

    def _add_digested(self, name: str, key: str) -> None:
        named, _at, digest = name.partition("@")
        # The separator is the last ":" after the last "/": before it, a ":" belongs to the registry's port.
        slash, colon = named.rfind("/"), named.rfind(":")
        repository = named[:colon] if colon > slash else named
        if not repository:
            self._remarks.add("W_BARE_DIGEST", f"{self._where}.{key} {shown(name)}")
        elif NONE not in repository:
            self._digests.add(f"{repository}@{digest}")
            if repository != named:
                self._remarks.add("W_TAG_AND_DIGEST", f"{self._where}.{key} {shown(name)}")


def text(entry: Entry, key: str, where: str) -> str:
    """A text; "" for null or a key that is not there."""
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}.{key} must be text, got {shown(value)}", f"E_TYPE_{key}")
    return value


def _sorted(names: set[str]) -> list[str]:
    return sorted(names) if all(map(str.isascii, names)) else sorted(map(encodable, names))


def _texts(entry: Entry, key: str, where: str) -> list[str]:
    values = entry.get(key)
    if values is None:
        return []
    if not isinstance(values, list):
        raise InputError(f"{where}.{key} must be a list of names, got {shown(values)}", f"E_TYPE_{key}")
    for index, value in enumerate(values):
        if not isinstance(value, str):
            raise InputError(f"{where}.{key}[{index}] must be text, got {shown(value)}", f"E_TYPE_{key}")
    return values
