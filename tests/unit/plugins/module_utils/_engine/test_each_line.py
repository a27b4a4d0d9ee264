# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies of any length, whose lines are taken as they come. tests/sdk has the same over TCP."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import failures, replies
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    Reply,
    ScriptedEngine,
    version_reply,
)

LINES = b"".join(b'{"n": %d}\n' % number for number in range(20_000))


def taken(reply: Reply) -> list[t.Any]:
    found: list[t.Any] = []
    with ScriptedEngine({"GET /version": version_reply(), "GET /v1.51/events?since=1": reply}) as engine:
        with connect(connection_from({"docker_host": engine.docker_host, "timeout": 5}, {})) as connected:
            connected.each_line("/events", found.append, since="1")
    return [line["n"] for line in found]


def test_pieces_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than may be kept."""
    monkeypatch.setattr(replies, "MAX_REPLY_SIZE", 1000)
    assert taken(Reply(body=LINES)) == list(range(20_000))
    assert taken(Reply(body=LINES.rstrip() + b"\n\n")) == list(range(20_000))
    assert taken(Reply(body=LINES.rstrip())) == list(range(20_000))


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (Reply(403, {"message": "forbidden"}), "with status 403: forbidden"),
        (Reply(body=LINES + b"{"), "with a line that is not JSON"),
        (Reply(body=b"{\n" + LINES), "with a line that is not JSON"),
        (Reply(body=b"[" * 3_000_000), "with a line that is not JSON"),
        (Reply(body=LINES, cut_off=5), "events|reply|answer"),
    ],
)
def test_what_cannot_be_used(reply: Reply, complaint: str) -> None:
    with pytest.raises(EngineError, match=complaint):
        taken(reply)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_STREAM_SIZE", 1000)
    monkeypatch.setattr(failures, "MAX_STREAM_SIZE", 1000)
    with pytest.raises(EngineError, match="with more than 1000 B, .* The limit is MAX_STREAM_SIZE"):
        taken(Reply(body=LINES))
