# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write report files: beside their place, then moved into it, and only if their content changes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
import typing as t

from .._core.errors import InputError, shown
from .input_files import LONGEST_PATH, odd_kind

# What the file system says when nothing more fits: no space, no quota, a limit of the process or of the file system.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class WrittenFile(t.NamedTuple):
    """The result for one file."""

    path: str
    changed: bool
    size: int
    warning: str = ""
    """Why nothing was written, if the user should know."""


class FileAccess(t.NamedTuple):
    """How files get written."""

    check_mode: bool
    move: t.Callable[[str, str], None]
    """Moves a file into its place in one step, with the owner and the mode of a file that is there."""

    def write(self, path: str, text: str, mode: int | None = None) -> WrittenFile:
        """Write a whole file. Raises InputError."""
        file = NewFile(path, self, mode)
        try:
            file.write(text)
            return file.close()
        finally:
            file.discard()


def refuse_odd_place(path: str, where: str) -> None:
    """Raise InputError unless the place is free, or has a regular file or a link to one.

    A report that replaced a device would take it away from the whole machine.
    """
    try:
        mode = os.lstat(path).st_mode
        # Links such as /dev/stdout point to what the process has open, which may be a regular file.
        if stat.S_ISLNK(mode) and os.readlink(path).startswith("/proc/"):
            raise InputError(f"{where}: {shown(path, LONGEST_PATH)} is a link to an open file of a process", "E_KIND")
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        if not os.path.basename(path):
            raise InputError(f"{where} must name a file, got the directory {shown(path, LONGEST_PATH)}") from None
        return
    except OSError as exc:
        raise _error(path, exc) from None
    kind = odd_kind(mode)
    if kind:
        raise InputError(f"{where}: {shown(path, LONGEST_PATH)} is {kind}, not a file", "E_KIND")


class NewFile:
    """A file that is being written. In check mode nothing is written, but the result says what would change.

    ``mode`` is the mode of the file. With None an existing file keeps its mode, and a new one gets the usual one.
    """

    def __init__(self, path: str, access: FileAccess, mode: int | None = None) -> None:
        self._path, self._move, self._mode = path, access.move, mode
        self._digest = hashlib.sha256()
        self._size = 0
        self._temporary = ""
        self._file: t.IO[bytes] | None = None
        if not access.check_mode:
            folder = os.path.dirname(path)
            try:
                os.makedirs(folder, exist_ok=True)
                handle, self._temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
            except OSError as exc:
                raise _error(path, exc) from None
            self._file = os.fdopen(handle, "wb")

    def write(self, text: str) -> None:
        """Add text. Renderers emit no lone surrogates; if one did, the report would still be written."""
        data = _encoded(text)
        self._digest.update(data)
        self._size += len(data)
        if self._file:
            try:
                self._file.write(data)
            except OSError as exc:
                raise _error(self._path, exc) from None

    def close(self) -> WrittenFile:
        """Move the file into its place, unless it is there already."""
        changed = not self._is_there()
        try:
            if self._file:
                self._file.close()
                if changed:
                    self._replace()
                    self._temporary = ""
            changed = _give_mode(self._path, self._mode, dry=not self._file) or changed
        except OSError as exc:
            raise _error(self._path, exc) from None
        self.discard()
        return WrittenFile(self._path, changed, self._size)

    def _replace(self) -> None:
        """Move the file into its place. Its mode is never wider than the one that was asked for."""
        # atomic_move() copies the mode of an existing file, and gives a new one 0666 less the umask.
        _give_mode(self._path, self._mode)
        umask = os.umask(0o077)
        try:
            os.umask(umask if self._mode is None else 0o077)
            self._move(self._temporary, self._path)
        except OSError:
            raise
        except Exception as exc:  # atomic_move() of ansible-core 2.19 and newer raises nothing more special
            raise InputError(f"cannot write {shown(self._path, LONGEST_PATH)}: {exc}", "E_WRITE") from None
        finally:
            os.umask(umask)

    def discard(self) -> None:
        """Remove the temporary file, also after an error, which may be a full disk."""
        if self._file:
            with contextlib.suppress(OSError):
                self._file.close()
        if self._temporary:
            os.unlink(self._temporary)
            self._temporary = ""

    def _is_there(self) -> bool:
        """Whether the place already has this content, read in blocks: a list of a fleet's images may exceed memory."""
        digest = hashlib.sha256()
        try:
            if os.stat(self._path).st_size != self._size:
                return False
            with open(self._path, "rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise InputError(f"cannot read {shown(self._path, LONGEST_PATH)}: {exc.strerror}", "E_READ") from None
        return digest.digest() == self._digest.digest()


def append_text(path: str, text: str, check_mode: bool, mode: int | None = None) -> WrittenFile:
    """Add text to a file that other programs add to as well, such as GitHub's step summary. Raises InputError.

    If there is no room, the file is left unchanged, with a warning.
    """
    data = _encoded(text)
    if check_mode:
        return WrittenFile(path, True, len(data))
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        is_new = not os.path.exists(path)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(path, flags, 0o666 if mode is None else 0o600)
        try:
            _write_all(handle, data)
        except OSError:
            if is_new and not os.fstat(handle).st_size:
                os.unlink(path)
            raise
        finally:
            os.close(handle)
        _give_mode(path, mode)
    except OSError as exc:
        if exc.errno in _NO_ROOM:
            return not_appended(path, str(exc.strerror))
        raise InputError(f"cannot append to {shown(path, LONGEST_PATH)}: {exc.strerror}", "E_WRITE") from None
    return WrittenFile(path, True, len(data))


def not_appended(path: str, why: str) -> WrittenFile:
    """The result for a file that had no room."""
    return WrittenFile(path, False, 0, f"nothing was appended to {shown(path, LONGEST_PATH)}: {why}")


def _write_all(handle: int, data: bytes) -> None:
    """Write all of the data or none of it."""
    size, written = os.fstat(handle).st_size, 0
    try:
        while written < len(data):
            written += os.write(handle, data[written:])
    except OSError:
        # Another process may have added something since.
        if os.fstat(handle).st_size == size + written:
            os.ftruncate(handle, size)
        raise


def _give_mode(path: str, mode: int | None, dry: bool = False) -> bool:
    """Set the mode, and return whether the file had another one. Links are left alone, because they get replaced."""
    if mode is None:
        return False
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    if stat.S_ISLNK(found.st_mode) or stat.S_IMODE(found.st_mode) == mode:
        return False
    if not dry:
        os.chmod(path, mode)
    return True


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _error(path: str, exc: OSError) -> InputError:
    return InputError(f"cannot write {shown(path, LONGEST_PATH)}: {exc.strerror}", "E_WRITE")


def size_of(path: str) -> int:
    """Bytes of a file; 0 if there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
