# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state file of docuum, a daemon that watches Docker.

It is YAML of two levels, and docuum writes it in one form, so it is read line by line. Anything else is refused.
Source: https://github.com/stepchowfun/docuum/blob/main/src/state.rs
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .trace import Trace

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# Far more than a host has images: 150 bytes each.
LARGEST_FILE = 64 * 2**20


def read_docuum_state(content: bytes, modified: int, ids: Collection[str]) -> Trace:
    """Read the file. Raises InputError, a sentence about "it".

    ``modified``: when it was written. ``ids``: those of the engine's images.
    """
    try:
        lines = content.decode("ascii").splitlines()
    except ValueError:
        lines = []
    if lines[:1] == ["---"]:
        lines = lines[1:]
    if not lines or not lines[0].startswith("images:"):
        raise InputError("it is neither a file of the role usage_recorder nor a state file of docuum")
    if not content.endswith(b"\n"):
        raise InputError("it is cut off")
    used = {identity: second for identity, second in _docuum_images(lines) if identity in ids and second}
    # It writes its file at each use, so it has seen everything from the first use in it until then.
    return Trace("docuum", {}, used, min(used.values(), default=None), modified)


# docuum's two levels, as serde_yaml writes them:
#
#   images:
#     "sha256:...":
#       parent_id: ~
#       last_used_since_epoch:
#         secs: 1700000000
#         nanos: 123456789
_DOCUUM_ID = re.compile(r"""  (["']?)(sha256:[0-9a-f]{64})\1:\Z""")
_DOCUUM_PARENT = re.compile(r"""    parent_id: *(?:~|null|(["']?)sha256:[0-9a-f]{64}\1)\Z""")
_DOCUUM_SECONDS = re.compile(r"      secs: ([0-9]{1,12})\Z")
_DOCUUM_NANOS = re.compile(r"      nanos: ([0-9]{1,9})\Z")


def _docuum_images(lines: list[str]) -> Iterator[tuple[str, int]]:
    """IDs and last uses, 0 for none.

    For an image that it has not seen in use, docuum writes the build date, or the latest one of the images that were
    built upon it. Docker lists these in whole seconds; a use is the time of day to the nanosecond.
    Source: https://github.com/stepchowfun/docuum/blob/main/src/run.rs
    """
    if lines[0] in ("images: {}", "images:") and len(lines) == 1:
        return
    rest = lines[1:] if lines[0] == "images:" else []
    if not rest or len(rest) % 5:
        raise InputError("it is cut off, or not the state file of docuum that is known here")
    for index in range(0, len(rest), 5):
        name, parent, use, seconds, nanos = rest[index : index + 5]
        identity, second = _DOCUUM_ID.match(name), _DOCUUM_SECONDS.match(seconds)
        nano = _DOCUUM_NANOS.match(nanos)
        is_whole = _DOCUUM_PARENT.match(parent) and use == "    last_used_since_epoch:"
        if not identity or not second or not nano or not is_whole:
            raise InputError(f"line {index + 2} or one of the next four is not what docuum writes")
        yield identity.group(2), int(second.group(1)) if int(nano.group(1)) else 0
