# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine that sends a little now and then has as much time for its answer as one that sends nothing."""

from __future__ import annotations

import socket

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import unix_socket


def test_all_that_is_received_has_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    now = 1000.0
    monkeypatch.setattr(unix_socket.time, "monotonic", lambda: now)
    with theirs, unix_socket.TimedSocket(fileno=ours.detach()) as timed:
        timed.give(5)
        assert timed.gettimeout() == 5
        theirs.sendall(b"abc")
        now = 1003.0
        assert timed.recv_into(bytearray(9), 1) == 1
        assert timed.gettimeout() == 2, "what is left of the five seconds"
        now = 1005.0
        with pytest.raises(socket.timeout):
            timed.recv_into(bytearray(9), 1)
        with pytest.raises(socket.timeout):
            timed.receive(9)
        timed.give(5)
        assert timed.recv_into(bytearray(9), 1) == 1
        now = 1006.0
        assert timed.receive(9) == b"c" and timed.gettimeout() == 4
