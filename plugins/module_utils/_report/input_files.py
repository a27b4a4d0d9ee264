# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that others wrote: only regular files are opened, and no more is read than a limit allows."""

from __future__ import annotations

import os
import stat
import typing as t

from .._core.errors import InputError, shown
from .._core.quantities import format_size

LONGEST_PATH = 4096
"""Characters of a path in a message. Paths are shown whole, because the reader has to find the file."""

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


def odd_kind(mode: int) -> str:
    """``a named pipe`` for the mode of one, "" for the mode of a regular file."""
    if stat.S_ISREG(mode):
        return ""
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "a special file")


def checked_path(path: str, where: str) -> str:
    """The absolute path that an option names. Raises InputError for text that no file can have as its name."""
    try:
        if path and b"\0" not in os.fsencode(path):
            return os.path.join(os.getcwd(), path)
    except UnicodeEncodeError:
        pass
    raise InputError(f"{where} must be a path, got {shown(path, LONGEST_PATH)}", "E_PATH")


def open_input(path: str) -> t.BinaryIO:
    """Open a regular file, or a link to one. Raises OSError, and InputError, a sentence about "it", for anything else.

    Looked at before it is opened, since a tape rewinds when it is opened, and afterwards, since it may be another file
    by then. O_NONBLOCK: a pipe would wait for its other end.
    """
    _refuse_odd(os.stat(path).st_mode)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _refuse_odd(os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _refuse_odd(mode: int) -> None:
    kind = odd_kind(mode)
    if kind:
        raise InputError(f"it is {kind}, not a file", "E_KIND")


def limited_lines(file: t.BinaryIO, longest: int, most: int) -> t.Iterator[bytes]:
    """The lines of a file. Raises InputError, a sentence about "it", at a line or a file of more bytes than allowed."""
    seen = 0
    while True:
        line = file.readline(longest + 1)
        if not line:
            return
        seen += len(line)
        if len(line) > longest:
            raise InputError(f"a line has more than {format_size(longest, 'iec')}", "E_LIMIT")
        if seen > most:
            raise InputError(f"it has more than {format_size(most, 'iec')}", "E_LIMIT")
        yield line


def read_text(path: str, most: int) -> str:
    """The content of a file, "" if there is none. Raises InputError."""
    try:
        with open_input(path) as file:
            # Looked at first: reading a huge file to its limit would take as much memory.
            large = os.fstat(file.fileno()).st_size > most
            data = b"" if large else file.read(most + 1)
    except FileNotFoundError:
        return ""
    except OSError as exc:
        raise InputError(f"cannot read {shown(path, LONGEST_PATH)}: {exc.strerror or exc}", "E_READ") from None
    except InputError as exc:
        raise InputError(f"cannot read {shown(path, LONGEST_PATH)}: {exc}", exc.code) from None
    if large or len(data) > most:
        limit = format_size(most, "iec")
        raise InputError(f"cannot read {shown(path, LONGEST_PATH)}: it has more than {limit}", "E_LIMIT")
    return data.decode("utf-8", "backslashreplace")
