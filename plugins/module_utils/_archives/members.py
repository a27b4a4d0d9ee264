# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an image archive by name, wherever they are. Nothing is ever extracted."""

from __future__ import annotations

import typing as t

from .._core.archive import limits
from .._core.errors import InputError, shown


class Members:
    """Files by name. Subclasses say where they are."""

    def __init__(self) -> None:
        self._documents = 0
        self._values = 0

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        raise NotImplementedError

    def size(self, name: str) -> int:
        """Bytes of a file. Raises InputError if there is none."""
        raise NotImplementedError

    def place(self, name: str) -> t.Any:
        """Where the content lies: something to sort by, the same for all names of one content."""
        raise NotImplementedError

    def open(self, name: str) -> t.Any:
        """A file object, good until the next one is opened."""
        raise NotImplementedError

    def bytes_on_disk(self, names: t.Iterable[str]) -> int:
        """How much was stored to hold these files: what their unpacked size is compared with."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the files back."""

    def read(self, name: str) -> bytes:
        """The content of a document. Raises InputError if it is missing or larger than a document may be."""
        size = self.size(name)
        self._documents += size
        if size > limits.DOCUMENT:
            raise InputError(f"{shown(name, 100)} has {size} bytes; {limits.DOCUMENT} is the limit", "E_LIMIT")
        if self._documents > limits.DOCUMENTS:
            raise InputError(f"holds more than {limits.DOCUMENTS} bytes of JSON documents", "E_LIMIT")
        data: bytes = self._content(name)
        if len(data) != size:
            raise InputError(f"{shown(name, 100)} changed while it was read", "E_TRUNCATED")
        # There is a comma or a bracket for each value. Those within strings count too, which does no harm.
        self._values += data.count(b",") + data.count(b"[") + data.count(b"{")
        if self._values > limits.VALUES:
            raise InputError(f"holds more than {limits.VALUES} values in JSON documents", "E_LIMIT")
        return data

    def _content(self, name: str) -> bytes:
        data: bytes = self.open(name).read()
        return data


def normal_name(name: str, link_at: str) -> str:
    """A name from the root of the archive. Raises InputError if it leads out of it.

    ``link_at`` is the name of the symbolic link that ``name`` is relative to, or "".
    """
    if name.startswith("/"):
        raise InputError(f"holds an absolute path: {shown(name, 100)}", "E_OUTSIDE")
    parts = link_at.split("/")[:-1]
    for part in name.split("/"):
        if part == "..":
            if not parts:
                raise InputError(f"holds a path that leads out of it: {shown(name, 100)}", "E_OUTSIDE")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
