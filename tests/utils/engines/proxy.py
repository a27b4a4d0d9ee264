# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A unix socket in front of an engine that notes every request: shows how many a task really sends."""

from __future__ import annotations

import http.server
import os
import pathlib
import socketserver

from engines.api import EngineAPI
from engines.daemons import SOCKET

LOG = "requests.log"  # one line per request: method, path with query
HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


def serve_proxy(folder: pathlib.Path, target: str) -> None:
    """Forward requests to the engine's socket at `target` until this process is ended."""
    engine = EngineAPI(target)

    class Handler(http.server.BaseHTTPRequestHandler):
        """Pass on the request, note it, and send the whole reply back."""

        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            """Forward one request; method and path arrive as the client sent them."""
            with (folder / LOG).open("a", encoding="ascii") as log:
                log.write(f"{self.command} {self.path}\n")
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
