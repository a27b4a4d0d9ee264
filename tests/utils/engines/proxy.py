# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A unix socket in front of an engine that notes every request: shows how many a task really sends.

It may allow some paths only, as socket proxies do that keep an engine from harm.
"""

from __future__ import annotations

import http.server
import os
import pathlib
import re
import socketserver

from engines.api import EngineAPI
from engines.daemons import SOCKET

LOG = "requests.log"  # one line per request: method, path with query
HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


# What Tecnativa's docker-socket-proxy sends for a path that is not allowed: a page of HAProxy, in HTTP/1.0.
FORBIDDEN = (
    b"HTTP/1.0 403 Forbidden\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n"
    b"<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n"
)


def serve_proxy(folder: pathlib.Path, target: str, allowed: list[str]) -> None:
    """Forward requests to the engine's socket at `target` until this process is ended.

    With `allowed`, only GET, and only of paths that begin with one of these words after the API version, as in
    https://github.com/Tecnativa/docker-socket-proxy/blob/master/haproxy.cfg.
    """
    engine = EngineAPI(target)
    paths = re.compile(rf"(/v[\d.]+)?/({'|'.join(map(re.escape, allowed))})") if allowed else None

    class Handler(http.server.BaseHTTPRequestHandler):
        """Pass on the request, note it, and send the whole reply back."""

        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            """Forward one request; method and path arrive as the client sent them."""
            with (folder / LOG).open("a", encoding="ascii") as log:
                log.write(f"{self.command} {self.path}\n")
            if paths and not (self.command == "GET" and paths.match(self.path)):
                self.close_connection = True
                self.wfile.write(FORBIDDEN)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
            headers = {key: value for key, value in self.headers.items() if key.lower() not in HOP_BY_HOP | {"host"}}
            reply = engine.send(self.command, self.path, body, headers)
            self.send_response_only(reply.status)
            for key, value in reply.headers.items():
                if key not in HOP_BY_HOP:
                    self.send_header(key, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = do_DELETE = forward

        def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
            """Stay silent: requests.log is the log."""

    part = folder / f"{SOCKET}.part"
    with socketserver.ThreadingUnixStreamServer(str(part), Handler) as server:
        os.rename(part, folder / SOCKET)
        server.serve_forever()
