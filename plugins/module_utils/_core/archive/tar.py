# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tar members, read the way the engines read them (Go's archive/tar), from any source of bytes.

Not ``tarfile``: it takes a damaged header in the middle of an archive for its end, reads extended headers of any length
into memory and keeps every member. Here damage is an error, headers have a limit, and nothing is kept.
Format: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html and
https://www.gnu.org/software/tar/manual/html_node/Standard.html
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from . import limits
from .pax import Overrides, overrides_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 512
_ZERO_BLOCK = bytes(BLOCK)
_OCTAL = re.compile(rb"[0-7]+\Z")
# Links, devices, directories and FIFOs have no content, whatever their size field says.
_HEADER_ONLY = frozenset({b"1", b"2", b"3", b"4", b"5", b"6"})
# What follows belongs to the next member: pax records, those for all members, GNU long name and long link.
_EXTENDED = frozenset({b"x", b"g", b"L", b"K"})
_NO_OVERRIDES = Overrides()


class Source(t.Protocol):
    """Where the bytes come from: the port that the file edge implements."""

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes, fewer only at the end."""

    def skip(self, count: int) -> None:
        """Pass over ``count`` bytes; raise InputError if there are fewer."""

    def tell(self) -> int:
        """Bytes read and passed over so far."""


class Member(t.NamedTuple):
    """One file of an archive. ``type`` is the type flag of its header, for example ``b"0"`` for a regular file."""

    name: bytes
    type: bytes
    link: bytes
    size: int
    """Bytes of the file when unpacked: more than is stored for a sparse file."""
    offset: int
    """Where the content starts, counted from the start of the source."""
    stored: int
    """Bytes of content in the archive."""


def members(source: Source) -> Iterator[Member]:
    """Yield the members in their order. Raises InputError for a damaged or truncated archive.

    The consumer may read the content of a member from the source before it asks for the next.
    """
    overrides: Overrides | None = None
    padding = records = files = 0
    while True:
        at = source.tell() + padding
        # Files are filled up to whole blocks. As in Go, what fills up the last one may be missing, its content may not.
        block = source.read(padding + BLOCK)[padding:]
        if not block or block == _ZERO_BLOCK:
            _end(source, at, overrides)
            return
        name, kind, link, stored = _header(block, at)
        if kind in _EXTENDED:
            data = _header_data(source, stored, at)
            # There is a line for each record. Those within values count too, which does no harm.
            records += data.count(b"\n")
            if records > limits.RECORDS + limits.RECORDS_PER_FILE * files:
                raise InputError(f"has more than {limits.RECORDS} records in extended tar headers", "E_LIMIT")
            overrides = _extended(kind, data, overrides)
            padding = -stored % BLOCK
            continue
        files += 1
        yield (member := _member(name, kind, link, stored, overrides or _NO_OVERRIDES, at + BLOCK))
        overrides = None
        source.skip(member.offset + member.stored - source.tell())
        padding = -member.stored % BLOCK


def _end(source: Source, at: int, overrides: Overrides | None) -> None:
    """The end is two zero blocks. The second or both may be missing. Raises InputError for other blocks."""
    if overrides is not None:
        raise truncated()
    if source.read(BLOCK).strip(b"\0"):
        raise _no_tar(at + BLOCK)


def truncated() -> InputError:
    """The error for every archive that ends before it should."""
    return InputError("is truncated: it ends within a file", "E_TRUNCATED")


def _header_data(source: Source, size: int, at: int) -> bytes:
    if size > limits.EXTENDED_HEADER:
        raise InputError(f"has an extended tar header of {size} bytes at byte {at}", "E_TAR")
    data = source.read(size)
    if len(data) < size:
        raise truncated()
    return data


def _extended(kind: bytes, data: bytes, overrides: Overrides | None) -> Overrides | None:
    """What one more extended header adds. Global ones (g) change nothing: the engines pass over them too."""
    if kind == b"g":
        return overrides
    overrides = overrides or _NO_OVERRIDES
    if kind == b"x":
        return overrides.updated(overrides_of(data))
    return overrides._replace(name=_text(data)) if kind == b"L" else overrides._replace(link=_text(data))


def _member(name: bytes, kind: bytes, link: bytes, stored: int, overrides: Overrides, offset: int) -> Member:
    name = name if overrides.name is None else overrides.name
    link = link if overrides.link is None else overrides.link
    stored = stored if overrides.stored is None else overrides.stored
    if kind == b"\0":
        # Before POSIX a closing slash made the directory.
        kind = b"5" if name.endswith(b"/") else b"0"
    if kind in _HEADER_ONLY:
        stored = 0
    size = overrides.size if overrides.size is not None and kind == b"0" else stored
    return Member(name, kind, link, size, offset, stored)


def _header(block: bytes, at: int) -> tuple[bytes, bytes, bytes, int]:
    if len(block) < BLOCK:
        raise truncated() if at else _no_tar(at)
    # The checksum covers the header with its own eight bytes read as blanks. Some old writers added signed bytes.
    unsigned = sum(block) - sum(block[148:156]) + 8 * 32
    told = _number(block[148:156], at)
    if told != unsigned:
        high = sum(byte >= 128 for byte in block) - sum(byte >= 128 for byte in block[148:156])
        if told != unsigned - 256 * high:
            raise _no_tar(at)
    name = _text(block[:100])
    # Other formats (GNU, v7) keep something else where ustar keeps the prefix of the name.
    if block[257:263] == b"ustar\0" and block[345]:
        width = 131 if block[508:512] == b"tar\0" else 155
        name = _text(block[345 : 345 + width]) + b"/" + name
    return name, block[156:157], _text(block[157:257]), _number(block[124:136], at)


def _no_tar(at: int) -> InputError:
    return InputError(f"has no valid tar header at byte {at}" if at else "is not a tar archive", "E_TAR")


def _number(field: bytes, at: int) -> int:
    """An octal number in ASCII, or base 256 if the first bit is set."""
    if field[0] & 0x80:
        number = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
        if field[0] & 0x40 or number >= 1 << 63:
            raise InputError(f"has a tar header with an impossible size at byte {at}", "E_TAR")
        return number
    digits = field.strip(b" \0").partition(b"\0")[0]
    if not digits:
        return 0
    if not _OCTAL.match(digits):
        raise _no_tar(at)
    return int(digits, 8)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]
