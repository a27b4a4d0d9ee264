# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of the role usage_recorder: a line with a digest, and JSON behind it.

A file that is damaged anywhere is refused as a whole: a digit that was changed could make an image look older.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ..errors import InputError
from ..image.image_ids import whole_id
from ..image.selector import PLACEHOLDER_BEFORE
from .trace import Trace

FORMAT = "image_usage/1"
_HEAD = re.compile(r"image_usage/1 sha256:([0-9a-f]{64})\Z")
_LATEST = 2**40


class Recorded(t.NamedTuple):
    """What the file says, and about which engine."""

    trace: Trace
    engine_id: str


def is_recorder_file(content: bytes) -> bool:
    """Whether it is meant to be one."""
    return content.startswith(b"image_usage/")


def read_recorder_file(content: bytes) -> Recorded:
    """Read the file. Raises InputError, a sentence about "it"."""
    head, _newline, body = content.partition(b"\n")
    found = _HEAD.match(head.decode("ascii", "replace"))
    if not found or hashlib.sha256(body).hexdigest() != found.group(1):
        raise InputError("it is damaged, or of a version that is not known here")
    try:
        data = json.loads(body)
        arrived, used = {}, {}
        for identity, row in data["images"].items():
            arrived[_image(identity)] = _second(row["arrived"])
            used[_image(identity)] = _second(row["used"])
        watch = Trace("recorder", _known(arrived), _known(used), _second(data["since"]) or None, _second(data["until"]))
        return Recorded(watch, str(data["engine_id"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"it is not as {FORMAT} describes") from None


def _image(identity: str) -> str:
    if not whole_id(identity):
        raise ValueError(identity)
    return identity


def _second(value: t.Any) -> int:
    """A moment; null is 0. Raises ValueError."""
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not PLACEHOLDER_BEFORE <= value < _LATEST:
        raise ValueError(value)
    return value


def _known(moments: dict[str, int]) -> dict[str, int]:
    return {identity: moment for identity, moment in moments.items() if moment}
