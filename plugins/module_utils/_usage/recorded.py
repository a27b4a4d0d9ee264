# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a file about last use. The file is on the machine where the module runs."""

from __future__ import annotations

import os
import stat
import typing as t

from .._core.errors import InputError
from .._core.usage.docuum_state import LARGEST_FILE, read_docuum_state
from .._core.usage.recorder_file import is_recorder_file, read_recorder_file

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._core.image.summary import ImageSummary
    from .._core.usage.trace import Trace


def file_trace(path: str, images: Sequence[ImageSummary], engine_id: str) -> Trace:
    """What the file says. ``engine_id``: "" if it is not known. Raises InputError, a sentence about "it"."""
    content, modified = _content(path)
    if is_recorder_file(content):
        recorded = read_recorder_file(content)
        if recorded.engine_id != engine_id:
            raise InputError(
                "it is about another engine" if engine_id else "the engine did not report its ID to compare"
            )
        return recorded.trace
    return read_docuum_state(content, modified, {image.id for image in images})


def _content(path: str) -> tuple[bytes, int]:
    try:
        # A pipe must not hang the task.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise InputError("it is not a file")
            if status.st_size > LARGEST_FILE:
                raise InputError(f"it has {status.st_size} bytes, more than {LARGEST_FILE}")
            return file.read(LARGEST_FILE + 1), int(status.st_mtime)
    except OSError as exc:
        raise InputError(f"{exc.strerror}") from None
