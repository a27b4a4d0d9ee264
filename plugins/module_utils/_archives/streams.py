# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of an archive, plain or compressed, as the tar reader wants them. Streams only: nothing is written to disk."""

from __future__ import annotations

import hashlib
import typing as t

from .._core.archive import limits
from .._core.archive.tar import truncated

_CHUNK = 256 * limits.KIB


class Part:
    """A read-only view of ``size`` bytes of a file from ``start`` on: how a member is read where it lies."""

    def __init__(self, file: t.BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._position = 0
        self.size = size

    def read(self, count: int = -1) -> bytes:
        """As for a file. Raises InputError if the file has become shorter."""
        left = self.size - self._position
        count = left if count < 0 else min(count, left)
        if count <= 0:
            return b""
        self._file.seek(self._start + self._position)
        data = self._file.read(count)
        if not data:
            raise truncated()
        self._position += len(data)
        return data

    def peek(self, count: int) -> bytes:
        """Return the next bytes without passing them."""
        data = self.read(count)
        self._position -= len(data)
        return data

    def skip(self, count: int) -> None:
        """Pass over ``count`` bytes without reading them."""
        if count > self.size - self._position:
            raise truncated()
        self._position += count

    def seek(self, offset: int, whence: int = 0) -> int:
        """Needed by decompressors that look at the start twice."""
        self._position = offset + (0, self._position, self.size)[whence]
        return self._position

    def tell(self) -> int:
        """The position from the start of the part."""
        return self._position

    def readable(self) -> bool:
        """Always: decompressors ask."""
        return True


class Sequential:
    """A stream that can only be read onward, with a digest of all of it if wanted."""

    def __init__(self, read: t.Callable[[int], bytes], digest: bool = False) -> None:
        self._read = read
        self._buffer = b""
        self._at = 0
        self._before = 0
        self._sha256 = hashlib.sha256() if digest else None

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes, fewer only at the end."""
        if len(self._buffer) - self._at >= count:
            self._at += count
            return self._buffer[self._at - count : self._at]
        parts = [self._buffer[self._at :]]
        count -= len(parts[0])
        self._at = len(self._buffer)
        while count and self._fill():
            part = self._buffer[:count]
            self._at = len(part)
            count -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Pass over ``count`` bytes; they must be there."""
        while count:
            step = min(count, len(self._buffer) - self._at)
            self._at += step
            count -= step
            if count and not self._fill():
                raise truncated()

    def tell(self) -> int:
        """Bytes read and passed over so far."""
        return self._before + self._at

    def finish(self) -> None:
        """Read on to the very end: there are the checksums of compressed data, and what was cut off is missed there."""
        while self._fill():
            pass

    def digest(self) -> str:
        """Read on to the very end and return the digest of all bytes."""
        self.finish()
        return f"sha256:{self._sha256.hexdigest()}" if self._sha256 else ""

    def _fill(self) -> bool:
        self._before += len(self._buffer)
        self._buffer = self._read(_CHUNK)
        self._at = 0
        if self._sha256:
            self._sha256.update(self._buffer)
        return bool(self._buffer)


class StreamPart:
    """The next ``size`` bytes of a stream, as a file object that decompressors accept."""

    def __init__(self, stream: Sequential, size: int) -> None:
        self._stream = stream
        self._left = size
        self._ahead = b""
        self.size = size

    def peek(self, count: int) -> bytes:
        self._ahead = self.read(count)
        self._left += len(self._ahead)
        return self._ahead

    def read(self, count: int = -1) -> bytes:
        count = self._left if count < 0 else min(count, self._left)
        head, self._ahead = self._ahead[:count], self._ahead[count:]
        data = head + self._stream.read(count - len(head))
        if len(data) < count:
            raise truncated()
        self._left -= count
        return data

    def skip(self, count: int) -> None:
        if count > self._left:
            raise truncated()
        self._stream.skip(count - len(self._ahead[:count]))
        self._ahead = self._ahead[count:]
        self._left -= count

    def tell(self) -> int:
        return self.size - self._left

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
