# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a tar, compressed or not. Links are followed from name to name, inside the tar only."""

from __future__ import annotations

import typing as t

from .._core.archive import limits
from .._core.archive.tar import Member, members
from .._core.errors import InputError, shown
from .compression import NoDecompressor, UnpackLimit, decompressing
from .members import Members, normal_name
from .streams import Part, Sequential, StreamPart

_MAX_LINKS = 8
# How often a compressed tar may be unpacked anew to go back in it. Twice is normal.
_MAX_PASSES = 8

_KINDS = {b"0": "a sparse file", b"3": "a device", b"4": "a device", b"5": "a directory", b"6": "a FIFO"}


class TarMembers(Members):
    """A tar, compressed or not, listed once when it is opened."""

    def __init__(self, file: t.BinaryIO, size: int, compression: str) -> None:
        super().__init__()
        self._file = file
        self._file_size = size
        self._compression = compression
        self._stream: Sequential | None = None
        self._position = 0
        self._kept: dict[int, bytes] = {}
        self._passes = 0
        self._index: dict[str, Member] = {}
        self._targets: dict[str, str] = {}
        self._list()

    def has(self, name: str) -> bool:
        return normal_name(name, "") in self._index

    def size(self, name: str) -> int:
        return self._member(name).stored

    def place(self, name: str) -> t.Any:
        return self._member(name).offset

    def open(self, name: str) -> t.Any:
        member = self._member(name)
        if not self._compression:
            return Part(self._file, member.offset, member.stored)
        return StreamPart(self._onward_to(member.offset), member.stored)

    def bytes_on_disk(self, names: t.Iterable[str]) -> int:
        return self._file_size

    def close(self) -> None:
        self._file.close()

    def _content(self, name: str) -> bytes:
        kept = self._kept.get(self._member(name).offset)
        return super()._content(name) if kept is None else kept

    def _list(self) -> None:
        source = self._restart() if self._compression else Part(self._file, 0, self._file_size)
        room = limits.DOCUMENTS
        kept = 0
        for member in members(source):
            longest = max(len(member.name), len(member.link))
            if longest > limits.PATH:
                raise InputError(f"holds a path of {longest} bytes; {limits.PATH} is the limit", "E_LIMIT")
            name = normal_name(member.name.decode("utf-8", "surrogateescape"), "")
            if name in self._index and not member.type == self._index[name].type == b"5":
                raise InputError(f"holds {shown(name, 100)} twice", "E_DUPLICATE")
            self._index[name] = member._replace(name=b"")
            kept += len(member.name) + len(member.link)
            if len(self._index) > limits.FILES:
                raise InputError(f"holds more than {limits.FILES} files", "E_LIMIT")
            if kept > limits.NAMES:
                raise InputError(f"holds more than {limits.NAMES} bytes of names and targets of links", "E_LIMIT")
            # Documents are kept on the way: to go back for each would unpack everything before it again.
            if self._compression and 0 < member.stored <= min(room, limits.DOCUMENT):
                start = source.read(1)
                if start in (b"{", b"["):
                    self._kept[member.offset] = start + source.read(member.stored - 1)
                    room -= member.stored
        if isinstance(source, Sequential):
            source.finish()

    def _member(self, name: str) -> Member:
        """Follow links from name to name: old engines write a repeated layer as a link to the first."""
        at = normal_name(name, "")
        for _link in range(_MAX_LINKS):
            member = self._index.get(at)
            if member is None:
                raise InputError(f"does not hold {shown(at, 100)}, which it names", "E_MISSING")
            if member.type == b"0" and member.size == member.stored:
                return member
            if member.type not in (b"1", b"2"):
                kind = _KINDS.get(member.type, "something of an unknown type")
                raise InputError(f"holds {shown(at, 100)} as {kind}, not as a regular file", "E_KIND")
            at = self._target(at, member)
        raise InputError(f"holds {shown(name, 100)} as a loop of links", "E_KIND")

    def _target(self, at: str, member: Member) -> str:
        """The name that a link leads to. Each is worked out once: many layers can be links to one chain of links."""
        target = self._targets.get(at)
        if target is None:
            target = normal_name(member.link.decode("utf-8", "surrogateescape"), at if member.type == b"2" else "")
            self._targets[at] = target
        return target

    def _onward_to(self, offset: int) -> Sequential:
        if self._stream is None or self._stream.tell() > offset:
            self._stream = self._restart()
        self._stream.skip(offset - self._stream.tell())
        return self._stream

    def _restart(self) -> Sequential:
        self._passes += 1
        if self._passes > _MAX_PASSES:
            raise InputError(f"is compressed and would have to be unpacked more than {_MAX_PASSES} times", "E_LIMIT")
        self._file.seek(0)
        try:
            return Sequential(decompressing(self._file, self._compression, UnpackLimit(self._file_size)))
        except NoDecompressor as error:
            raise InputError(str(error), "E_COMPRESSION") from None
