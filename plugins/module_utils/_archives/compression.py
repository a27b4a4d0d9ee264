# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compressed parts of an archive: recognised by their first bytes, unpacked as a stream, with a limit."""

from __future__ import annotations

import typing as t

from .._core.archive import limits
from .._core.errors import InputError

_CHUNK = 256 * limits.KIB

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
)

# LZMA asks for as much memory as the archive says; this is what `xz -9` writes, twice.
_XZ_MEMORY = 128 * limits.MIB


class NoDecompressor(Exception):
    """This Python lacks what it takes to read a compression. The text says what to install."""


class UnpackLimit:
    """Counts unpacked bytes, so that no archive can make its reader work for days."""

    def __init__(self, archive_size: int) -> None:
        self._left = min(limits.UNPACKED, max(limits.RATIO_APPLIES_FROM, limits.RATIO * archive_size))

    def spend(self, count: int) -> None:
        """Raise InputError once the archive has unpacked to more than it may."""
        self._left -= count
        if self._left < 0:
            raise InputError(
                f"unpacks to more than {limits.RATIO} times its size or {limits.UNPACKED} bytes:"
                " it is refused as a decompression bomb",
                "E_BOMB",
            )


def compression_of(start: bytes) -> str:
    """The compression that the first six bytes show, "" for none. Names and media types are not trusted."""
    return next((name for magic, name in _MAGIC if start.startswith(magic)), "")


def decompressing(file: t.Any, compression: str, budget: UnpackLimit) -> t.Callable[[int], bytes]:
    """A function that returns the next unpacked bytes, up to a count. Raises NoDecompressor.

    The function raises InputError for damaged data.
    """
    reader, failures = _reader(file, compression)

    def read(count: int) -> bytes:
        try:
            data: bytes = reader.read(count)
        except EOFError:
            raise InputError(f"has truncated {compression} data", "E_TRUNCATED") from None
        except failures as error:
            raise InputError(f"has damaged {compression} data ({error})", "E_COMPRESSION") from None
        budget.spend(len(data))
        return data

    return read


def _reader(file: t.Any, compression: str) -> tuple[t.Any, tuple[type[BaseException], ...]]:
    """A decompressing file object and what it raises for damaged data. Imported on demand: a Python may lack them."""
    try:
        if compression == "gzip":
            import gzip
            import zlib

            return gzip.GzipFile(fileobj=file, mode="rb"), (OSError, zlib.error)
        if compression == "bzip2":
            import bz2

            return bz2.BZ2File(file), (OSError,)
        if compression == "xz":
            import lzma

            return _XzReader(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)), (
                lzma.LZMAError,
            )
    except ImportError as error:
        raise NoDecompressor(f"is compressed with {compression}, and this Python has no {error.name}") from None
    return _zstd_reader(file)


def _zstd_reader(file: t.Any) -> tuple[t.Any, tuple[type[BaseException], ...]]:
    zstd: t.Any
    try:
        from compression import zstd  # type: ignore[import-not-found,no-redef,unused-ignore]  # Python 3.14

        return zstd.ZstdFile(file), (zstd.ZstdError,)
    except ImportError:
        pass
    try:
        from backports import zstd  # type: ignore[import-not-found,no-redef,unused-ignore]  # the same for older ones

        return zstd.ZstdFile(file), (zstd.ZstdError,)
    except ImportError:
        pass
    try:
        import zstandard

        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True), (zstandard.ZstdError,)
    except ImportError:
        raise NoDecompressor(
            "is compressed with zstd, which needs Python 3.14 or newer, or the Python package backports.zstd (or"
            " zstandard, Debian's python3-zstandard) on the host that reads it"
        ) from None


class _XzReader:
    """Like ``lzma.LZMAFile``, which has no way to limit the memory that an archive asks for."""

    def __init__(self, file: t.Any, new_decompressor: t.Callable[[], t.Any]) -> None:
        self._file = file
        self._new = new_decompressor
        self._decompressor = new_decompressor()

    def read(self, count: int) -> bytes:
        """Return up to ``count`` bytes, none only at the end. Raises EOFError within a stream."""
        data = b""
        while not data:
            given = b""
            if self._decompressor.eof:
                given = self._decompressor.unused_data.lstrip(b"\0") or self._file.read(_CHUNK).lstrip(b"\0")
                if not given:
                    return b""
                self._decompressor = self._new()
            elif self._decompressor.needs_input:
                given = self._file.read(_CHUNK)
                if not given:
                    raise EOFError
            data = self._decompressor.decompress(given, count)
        return data
