# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP over a plain unix socket, with the standard library alone.

The Docker SDK for Python would do it too. It takes 62 ms of CPU to import, http.client 12 ms (ansible-core 2.21, Python
3.13), and a whole task that does nothing takes 700 ms: with the SDK, listing ten images took 1.2 times as long as that.
It also spares the managed host the package, for the socket that nearly every task uses.
"""

from __future__ import annotations

import http.client
import select
import socket
import time
import typing as t

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
        self._http = HttpConnection(self._open, connection.timeout)

    def send(
        self,
        method: str,
        target: str,
        headers: t.Mapping[str, str] | None = None,
        sink: Callable[[bytes], None] | None = None,
    ) -> tuple[int, bytes]:
        """The status and the whole body of one request."""
        is_whole = False
        try:
            response = self._response(method, target, headers or {})
            body = whole_body(
                response.read1, response.length, response.chunked, sink=sink if response.status < 300 else None
            )
            response.close()
            is_whole = True
            return response.status, body
        except ReplyTooLong:
            raise
        except Exception as exc:
            # http.client passes on more than its own exceptions, such as OverflowError for an odd length.
            raise self._failed(exc) from exc
        finally:
            # What is left of an answer must not be taken for the next one.
            if not is_whole:
                self._http.close()

    def _response(self, method: str, target: str, headers: t.Mapping[str, str]) -> http.client.HTTPResponse:
        """The answer without its body, on the connection of the request before if the engine has kept it open.

        An engine may close a connection just when it is asked, and is asked once more then. Nothing that is asked here
        does more if it is done twice: an image that is gone is 404, and an image that has a tag keeps it.
        """
        is_kept = self._is_kept()
        try:
            self._http.request(method, target, headers=headers)
            return self._http.getresponse()
        except ConnectionError:
            if not is_kept:
                raise
        self._http.close()
        self._http.request(method, target, headers=headers)
        return self._http.getresponse()

    def _is_kept(self) -> bool:
        """Whether a connection is open and nothing has come since the last answer: no end, and no second answer."""
        kept = t.cast("TimedSocket | None", self._http.sock)
        if kept is None:
            return False
        arrived = select.poll()
        arrived.register(kept, select.POLLIN)
        if arrived.poll(0):
            self._http.close()
            return False
        kept.give(self._connection.timeout)
        return True

    def wait(self, seconds: int) -> None:
        """Give each answer from now on so many seconds."""
        self._connection = self._connection._replace(timeout=seconds)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def _open(self) -> socket.socket:
        connected = TimedSocket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connected.give(self._connection.timeout)
            connected.connect(self._path)
        except OSError:
            connected.close()
            raise
        return connected

    def _failed(self, exc: Exception) -> EngineError:
        # Imported here: see _engine_failures.
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
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self.settimeout(left)
        return super().recv_into(buffer, nbytes or 0, flags)


class TimedSocket(TimedReading, socket.socket):
    """Such a socket without TLS."""


class HttpConnection(http.client.HTTPConnection):
    """HTTP whose other end is whatever ``open_socket`` gives."""

    def __init__(self, open_socket: Callable[[], socket.socket], timeout: int) -> None:
        super().__init__("localhost", timeout=timeout)
        self._open_socket = open_socket

    def connect(self) -> None:
        """Called by http.client where no connection is open."""
        self.sock = self._open_socket()
