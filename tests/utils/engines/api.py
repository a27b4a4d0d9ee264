# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain client of the Docker Engine API over a unix socket, apart from the collection's own: a second opinion."""

from __future__ import annotations

import http.client
import json
import socket
import typing as t
import urllib.parse


class Refused(Exception):
    """The engine answered with an error; `status` is 200 when the error came inside a stream."""

    def __init__(self, request: str, status: int, body: bytes) -> None:
        super().__init__(f"{request}: {status} {body.decode('utf-8', 'replace').strip()[-500:]}")
        self.status = status


class Reply(t.NamedTuple):
    """One HTTP reply."""

    status: int
    headers: dict[str, str]
    body: bytes


class EngineAPI:
    """Requests to one engine, one connection each. Paths go out as given: `/images/json`, `/v1.41/images/json`."""

    def __init__(self, path: str, timeout: float = 600) -> None:
        self.path = path
        self.timeout = timeout

    def send(
        self, method: str, path: str, body: t.Any = None, headers: dict[str, str] | None = None, **query: t.Any
    ) -> Reply:
        """Send a request: bytes go out as a tar, anything else as JSON; False and None in the query are left out."""
        headers = dict(headers or {})
        if isinstance(body, bytes):
            headers.setdefault("Content-Type", "application/x-tar")
        elif body is not None:
            headers.setdefault("Content-Type", "application/json")
            body = json.dumps(body).encode()
        wanted = {key: value for key, value in query.items() if value not in (None, False)}
        target = f"{path}?{urllib.parse.urlencode(wanted, doseq=True)}" if wanted else path
        connection = _UnixConnection(self.path, self.timeout)
        try:
            connection.request(method, target, body=body, headers=headers)
            reply = connection.getresponse()
            return Reply(reply.status, {key.lower(): value for key, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def json(self, method: str, path: str, body: t.Any = None, **query: t.Any) -> t.Any:
        """Send a request and return its JSON, or None for an empty reply; raise Refused for an error."""
        reply = self.send(method, path, body, **query)
        if reply.status >= 400:
            raise Refused(f"{method} {path}", reply.status, reply.body)
        return json.loads(reply.body) if reply.body.strip() else None

    def stream(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, **query: t.Any
    ) -> list[dict[str, t.Any]]:
        """POST and return the progress messages of build, load, pull and push, whose errors come inside a 200."""
        reply = self.send("POST", path, body, headers, **query)
        if reply.status >= 400:
            raise Refused(f"POST {path}", reply.status, reply.body)
        messages = _messages(reply.body)
        if any("error" in message for message in messages):
            raise Refused(f"POST {path}", reply.status, reply.body)
        return messages

    def get(self, path: str, **query: t.Any) -> t.Any:
        """GET and return the JSON."""
        return self.json("GET", path, **query)


def _messages(body: bytes) -> list[dict[str, t.Any]]:
    """Return the JSON objects of a stream. Docker sends one a line; Podman's import sends one, indented, over many."""
    decoder, text, messages = json.JSONDecoder(), body.decode().strip(), []
    while text:
        message, end = decoder.raw_decode(text)
        messages.append(message)
        text = text[end:].lstrip()
    return messages


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("engine", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket file instead of a TCP port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)
