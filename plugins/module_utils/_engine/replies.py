# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a reply, read piece by piece: all of it or an error, and never more than a limit."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable

# An image or container in a list takes 0.5 to 10 kB, so this is room for 25,000 of the largest. Python needs about five
# times as much memory for the parsed JSON.
MAX_REPLY_SIZE = 256 * 2**20
# What is read piece by piece takes no memory, but time: an event takes 400 bytes.
MAX_STREAM_SIZE = 2 * 2**30

_PIECE = 65536


class ReplyTooLong(Exception):
    """The reply has more bytes than it may have."""


class ReplyCutOff(Exception):
    """The reply ended before all the bytes came that it had announced."""


def whole_body(
    read: Callable[[int], bytes],
    length: int | None,
    chunked: bool,
    limit: int = 0,
    sink: Callable[[bytes], None] | None = None,
) -> bytes:
    """All that ``read`` returns, or ``length`` bytes of it if the reply announced a length.

    With a ``sink``, it takes each piece, and nothing is returned.

    ``read`` must not wait for more than one byte, as ``read1`` of http.client: its ``read`` reserves as much memory as
    a reply announces, and takes a chunk of -1 bytes for everything. Raises ReplyTooLong above ``limit`` bytes
    (``MAX_REPLY_SIZE`` without one), ReplyCutOff, and what ``read`` raises.
    """
    pieces: list[bytes] = []
    size, limit, take = 0, limit or (MAX_STREAM_SIZE if sink else MAX_REPLY_SIZE), sink or pieces.append
    if length is not None and length > limit:
        raise ReplyTooLong
    while length is None or size < length:
        piece = read(_PIECE if length is None else min(_PIECE, length - size))
        if not piece:
            break
        take(piece)
        size += len(piece)
        if size > limit:
            raise ReplyTooLong
    if length is not None and size < length:
        raise ReplyCutOff(f"{size} of {length} bytes came")
    # http.client takes the end of the connection for the end of the headers. Engines send the length even of nothing.
    if length is None and not chunked and not size:
        raise ReplyCutOff("nothing came after the headers")
    return b"".join(pieces)
