# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP over a plain unix socket, with the standard library alone.

The Docker SDK for Python would do it too. It takes 62 ms of CPU to import (ansible-core 2.21, Python 3.13), and a whole
task that does nothing takes 700 ms: with the SDK, listing ten images took 1.2 times as long as that.
It also spares the managed host the package, for the socket that nearly every task uses.
"""

from __future__ import annotations

import select
import socket
import time
import typing as t

from .http_reply import HttpReply, request_of
from .replies import ReplyTooLong, whole_body

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .connection import Connection
    from .engine_error import EngineError


class UnixSocket:
    """A transport, see `port.Transport`."""

    proxy = ""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # As in the SDK, unix://var/run/docker.sock means the absolute path, too.
        self._path = "/" + connection.docker_host.partition("://")[2].lstrip("/")
        self._socket: TimedSocket | None = None

    def send(
        self,
        method: str,
        target: str,
        headers: t.Mapping[str, str] | None = None,
        sink: Callable[[bytes], None] | None = None,
    ) -> tuple[int, bytes]:
        """The status and the whole body of one request."""
        is_over = False
        try:
            reply = self._reply(request_of(method, target, headers or {}))
            body = whole_body(reply.read1, reply.length, reply.chunked, sink=sink if reply.status < 300 else None)
            is_over = reply.is_over
            return reply.status, body
        except ReplyTooLong:
            raise
        except Exception as exc:
            raise self._failed(exc) from exc
        finally:
            # What is left of an answer must not be taken for the next one.
            if not is_over:
                self._hang_up()

    def _reply(self, request: bytes) -> HttpReply:
        """The answer without its body, on the connection of the request before if the engine has kept it open.

        An engine may close a connection just when it is asked, and is asked once more then. Nothing that is asked here
        does more if it is done twice: an image that is gone is 404, and an image that has a tag keeps it.
        """
        kept = self._kept()
        if kept is not None:
            try:
                kept.sendall(request)
                return HttpReply(kept.receive)
            except ConnectionError:
                self._hang_up()
        opened = self._socket = self._open()
        opened.sendall(request)
        return HttpReply(opened.receive)

    def _kept(self) -> TimedSocket | None:
        """The connection that is open, if nothing has come since the last answer: no end, and no second answer."""
        if self._socket is None:
            return None
        arrived = select.poll()
        arrived.register(self._socket, select.POLLIN)
        if arrived.poll(0):
            self._hang_up()
            return None
        self._socket.give(self._connection.timeout)
        return self._socket

    def wait(self, seconds: int) -> None:
        """Give each answer from now on so many seconds."""
        self._connection = self._connection._replace(timeout=seconds)

    def close(self) -> None:
        """End the connection."""
        self._hang_up()

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> TimedSocket:
        connected = TimedSocket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connected.give(self._connection.timeout)
            connected.connect(self._path)
        except OSError:
            connected.close()
            raise
        return connected

    def _failed(self, exc: Exception) -> EngineError:
        # Imported here: see failures.py.
        from .failures import unreachable

        return unreachable(exc, self._connection)


if t.TYPE_CHECKING:
    _Socket = socket.socket
else:
    _Socket = object


class TimedReading(_Socket):
    """A socket that has so many seconds for all that it receives: a server that drips must not hang a task."""

    def give(self, seconds: int) -> None:
        """From now on."""
        self.settimeout(seconds)
        self._end = time.monotonic() + seconds

    def recv_into(self, buffer: t.Any, nbytes: int | None = 0, flags: int = 0) -> int:
        """Called by http.client for whatever it reads."""
        self._give_what_is_left()
        return super().recv_into(buffer, nbytes or 0, flags)

    def receive(self, size: int) -> bytes:
        """At most so many bytes, as soon as there are some."""
        self._give_what_is_left()
        return self.recv(size)

    def _give_what_is_left(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self.settimeout(left)


class TimedSocket(TimedReading, socket.socket):
    """Such a socket without TLS."""
