# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HTTP server, on a unix socket or on tcp, that plays an engine from a script.

    with ScriptedEngine({"GET /version": VERSION, "GET /v1.51/images/json": []}) as engine:
        ...  # engine.docker_host says where it listens, engine.requests what it was asked

A reply is JSON data, a Reply for anything else an engine or a proxy may do, or a function that returns one of both.
"""

from __future__ import annotations

import json
import shutil
import socketserver
import tempfile
import threading
import typing as t
from http.server import BaseHTTPRequestHandler
from pathlib import Path

if t.TYPE_CHECKING:
    import ssl
    from types import TracebackType


class Reply(t.NamedTuple):
    """One answer. Without a status, the server takes the request and says nothing until the test ends."""

    status: int | None = 200
    body: bytes | t.Any = b""
    content_type: str = "application/json"
    cut_off: int = 0
    """So many bytes of the announced body are never sent."""
    pause: float = 0
    """So many seconds pass between two bytes of the body."""
    close: bool = False
    """Close the connection afterwards, without saying so."""
    raw: bytes | None = None
    """These bytes, with status line and headers, instead of all of the above."""
    endless: bytes = b""
    """After ``raw``, this again and again until the client goes away."""


SILENCE = Reply(status=None)


class InTurn:
    """Replies to the same request: one after the other, and the last of them from then on."""

    def __init__(self, *replies: t.Any) -> None:
        self._replies = list(replies)

    def next(self) -> t.Any:
        """The next of them."""
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


def version_reply(version: str = "28.5.2", api: str = "1.51", oldest: str = "1.24", **more: t.Any) -> dict[str, t.Any]:
    """What Docker answers to GET /version, in short."""
    return {
        "Version": version,
        "ApiVersion": api,
        "MinAPIVersion": oldest,
        "Os": "linux",
        "Arch": "amd64",
        "Components": [{"Name": "Engine", "Version": version}],
        **more,
    }


def podman_version_reply(version: str = "5.8.6", api: str = "1.44") -> dict[str, t.Any]:
    """What Podman answers to GET /version, in short."""
    return version_reply(version, api, Components=[{"Name": "Podman Engine", "Version": version}])


class ScriptedEngine:
    """Plays ``script``: request line without HTTP version, to reply. What is not in it is 404."""

    def __init__(
        self, script: dict[str, t.Any], listen: str = "unix", tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.script = script
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.over = threading.Event()
        self._folder = tempfile.mkdtemp(prefix="engine-")
        if listen == "unix":
            path = str(Path(self._folder, "docker.sock"))
            self._server: socketserver.BaseServer = _UnixServer(path, _Handler)
            self.docker_host = f"unix://{path}"
        else:
            tcp = _TcpServer((host, 0), _Handler)
            if tls is not None:
                # The handshake happens in the handler's thread: a client that fails it must not stop the server.
                tcp.socket = tls.wrap_socket(tcp.socket, server_side=True, do_handshake_on_connect=False)
            self._server = tcp
            self.docker_host = f"tcp://{host}:{tcp.server_address[1]}"
        self._server.engine = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ScriptedEngine:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        shutil.rmtree(self._folder)


class _UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """A client that goes away is a part of many tests, not worth a traceback."""


class _TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """As above."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Count the connection."""
        super().setup()
        self.server.engine.connections += 1  # type: ignore[attr-defined]

    def address_string(self) -> str:
        """A unix socket's client has no address."""
        return "client"

    def log_message(self, format: str, *args: t.Any) -> None:
        """Tests read `requests` instead."""

    def answer(self) -> None:
        """Look the request up and play its reply."""
        engine = self.server.engine  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = f"{self.command} {self.path}"
        engine.requests.append(request)
        engine.headers.append(dict(self.headers))
        reply = engine.script.get(request, Reply(404, {"message": "page not found"}))
        if callable(reply):
            reply = reply()
        if isinstance(reply, InTurn):
            reply = reply.next()
        if not isinstance(reply, Reply):
            reply = Reply(body=reply)
        if reply.status is None:
            engine.over.wait(30)
            self.close_connection = True
            return
        if reply.raw is not None:
            self.close_connection = True
            self.wfile.write(reply.raw)
            while reply.endless and not engine.over.is_set():
                self.wfile.write(reply.endless)
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.pause:
            for position in range(len(body)):
                self.wfile.write(body[position : position + 1])
                if engine.over.wait(reply.pause):
                    return
        else:
            self.wfile.write(body[: len(body) - reply.cut_off])
        if reply.cut_off or reply.close:
            self.close_connection = True

    do_GET = do_POST = do_DELETE = answer  # names that http.server looks for
