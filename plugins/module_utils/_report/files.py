# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report files on disk: written beside their place and moved into it, and only where their content changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
import typing as t

from .._core.errors import InputError, shown


class WrittenFile(t.NamedTuple):
    """What became of a file."""

    path: str
    changed: bool
    size: int


class NewFile:
    """A file in the making. Nothing is written in check mode, but what would change is known all the same."""

    def __init__(self, path: str, check_mode: bool, move: t.Callable[[str, str], None]) -> None:
        self._path, self._move = path, move
        self._digest = hashlib.sha256()
        self._size = 0
        self._temporary = ""
        self._file: t.IO[bytes] | None = None
        if not check_mode:
            folder = os.path.dirname(path) or "."
            try:
                os.makedirs(folder, exist_ok=True)
                handle, self._temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
            except OSError as exc:
                raise self._error(exc) from None
            self._file = os.fdopen(handle, "wb")

    def write(self, text: str) -> None:
        """Add text. Renderers leave no lone surrogates; if one did, it must not cost the report."""
        data = text.encode("utf-8", "backslashreplace")
        self._digest.update(data)
        self._size += len(data)
        if self._file:
            try:
                self._file.write(data)
            except OSError as exc:
                raise self._error(exc) from None

    def close(self) -> WrittenFile:
        """Put the file into its place, unless it is there already."""
        changed = _digest_of(self._path) != self._digest.digest()
        if self._file:
            try:
                self._file.close()
            except OSError as exc:
                raise self._error(exc) from None
            if changed:
                self._move(self._temporary, self._path)
            else:
                os.unlink(self._temporary)
            self._temporary = ""
        return WrittenFile(self._path, changed, self._size)

    def discard(self) -> None:
        """Leave nothing behind after an error."""
        if self._file and self._temporary:
            self._file.close()
            os.unlink(self._temporary)
            self._temporary = ""

    def _error(self, exc: OSError) -> InputError:
        return InputError(f"cannot write {shown(self._path)}: {exc.strerror}", "E_WRITE")


def _digest_of(path: str) -> bytes | None:
    """A list of a fleet's images can be larger than memory, so it is not read at once."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise InputError(f"cannot read {shown(path)}: {exc.strerror}", "E_READ") from None
    return digest.digest()


def read_text(path: str) -> str:
    """The content of a file, "" if there is none. Raises InputError."""
    try:
        with open(path, encoding="utf-8", errors="backslashreplace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except OSError as exc:
        raise InputError(f"cannot read {shown(path)}: {exc.strerror}", "E_READ") from None


def append_text(path: str, text: str, check_mode: bool) -> WrittenFile:
    """Add text to a file that others add to as well, like the step summary of GitHub."""
    data = text.encode("utf-8", "backslashreplace")
    if not check_mode:
        try:
            with open(path, "ab") as file:
                file.write(data)
        except OSError as exc:
            raise InputError(f"cannot append to {shown(path)}: {exc.strerror}", "E_WRITE") from None
    return WrittenFile(path, True, len(data))


def size_of(path: str) -> int:
    """Bytes of a file; 0 if there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
