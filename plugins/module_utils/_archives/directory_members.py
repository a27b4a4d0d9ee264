# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an archive that is a directory: an OCI image layout, or an unpacked docker-archive.

Symbolic links in it are not followed, wherever they lead: what can be written into the directory could lead out of it.
"""

from __future__ import annotations

import errno
import os
import stat
import typing as t

from .._core.errors import InputError, shown
from .members import Members, normal_name
from .streams import Part


class DirectoryMembers(Members):
    """An OCI layout, or an unpacked docker-archive, in a directory. Symbolic links in it are not followed."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._root = descriptor
        self._file: t.BinaryIO | None = None

    def has(self, name: str) -> bool:
        try:
            self._opened(name)
        except InputError as error:
            if error.code == "E_MISSING":
                return False
            raise
        return True

    def size(self, name: str) -> int:
        return self._opened(name).st_size

    def place(self, name: str) -> t.Any:
        status = self._opened(name)
        return status.st_dev, status.st_ino

    def open(self, name: str) -> t.Any:
        size = self._opened(name).st_size
        return Part(t.cast("t.BinaryIO", self._file), 0, size)

    def bytes_on_disk(self, names: t.Iterable[str]) -> int:
        return sum(self.size(name) for name in names)

    def close(self) -> None:
        if self._file:
            self._file.close()
        os.close(self._root)

    def _opened(self, name: str) -> os.stat_result:
        """The status of a file, which is open from then on."""
        if self._file:
            self._file.close()
        self._file = os.fdopen(self._descriptor(normal_name(name, "")), "rb")
        return os.fstat(self._file.fileno())

    def _descriptor(self, name: str) -> int:
        if "\0" in name:
            raise _missing(name)
        at = self._root
        steps = name.split("/")
        for left, step in zip(range(len(steps) - 1, -1, -1), steps):
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_DIRECTORY if left else 0)
            try:
                below = os.open(step, flags, dir_fd=at)
            except OSError as error:
                raise _refusal(name, error) from None
            except UnicodeError:
                # What the host's file names cannot hold is not the name of a file there.
                raise _missing(name) from None
            finally:
                if at != self._root:
                    os.close(at)
            at = below
        if not stat.S_ISREG(os.fstat(at).st_mode):
            os.close(at)
            raise InputError(f"holds {shown(name, 100)} as something other than a file", "E_KIND")
        return at


def _refusal(name: str, error: OSError) -> InputError:
    if error.errno == errno.ENOENT:
        return _missing(name)
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
        return InputError(f"holds {shown(name, 100)} through a symbolic link, which is not followed", "E_KIND")
    return InputError(f"holds {shown(name, 100)}, which cannot be read: {error.strerror}", "E_READ")


def _missing(name: str) -> InputError:
    return InputError(f"does not hold {shown(name, 100)}, which it names", "E_MISSING")
