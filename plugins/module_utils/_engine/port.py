# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine behind a small port: GET, POST and DELETE of JSON in one agreed API version."""

from __future__ import annotations

import json
import typing as t
from contextlib import contextmanager
from copy import copy
from urllib.parse import quote

from .._core.errors import shown
from .connection import OLDEST_API_VERSION, PODMAN_HOST, version_key
from .engine_error import EngineError
from .replies import ReplyTooLong

if t.TYPE_CHECKING:
    from types import TracebackType

    from .connection import Connection
    from .failures import Asked

# The newest version whose replies were seen. A newer engine is asked in this one, so that an upgrade changes no facts.
NEWEST_API_VERSION = "1.55"
_LONGEST_LINE = 2**20


class Transport(t.Protocol):
    """What carries the bytes. Every failure is an EngineError with a sentence, or ReplyTooLong."""

    @property
    def proxy(self) -> str:
        """The proxy that requests go through, as it may be shown; "" without one."""

    def send(
        self,
        method: str,
        target: str,
        headers: t.Mapping[str, str] | None = None,
        sink: t.Callable[[bytes], None] | None = None,
    ) -> tuple[int, bytes]:
        """The status and the whole body of one request; ``target`` is path and query. Redirects are not followed.

        With a ``sink``, a body that is not a refusal is handed to it in pieces, and b"" is returned.
        """

    def wait(self, seconds: int) -> None:
        """Give each answer from now on so many seconds."""

    def close(self) -> None:
        """Give the sockets back."""


def quoted(name: str) -> str:
    """A name as a part of a path."""
    return quote(name, safe="/:@")


class Engine:
    """An engine that answered once. Use it as a context manager.

    Paths are below the API version and begin with ``/``; names inside of a path come URL-quoted.
    """

    def __init__(self, connection: Connection, transport: Transport) -> None:
        """One request: GET /version."""
        self._connection = connection
        self._transport = transport
        self._prefix = ""
        self.host = connection.shown_host
        """The address, without secrets."""
        self.version_info: dict[str, t.Any] = {}
        """The reply of GET /version."""
        self.version_info = self._version_info()
        self.api_version = agreed_version(self.version_info, connection.api_version, self.host)
        """The API version that is spoken, for example 1.51."""
        self._prefix = f"/v{self.api_version}"

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._transport.close()

    @contextmanager
    def waiting(self, seconds: int) -> t.Iterator[None]:
        """Give each answer at most so many seconds, where the option ``timeout`` gives more."""
        self._transport.wait(min(seconds, self._connection.timeout))
        try:
            yield
        finally:
            self._transport.wait(self._connection.timeout)

    def get(self, path: str, **query: str | list[str]) -> t.Any:
        """The JSON of a path; a list in the query is sent as one parameter per item. Raises EngineError."""
        return self._request("GET", path, query)

    def get_with(self, path: str, headers: t.Mapping[str, str]) -> t.Any:
        """The same with headers of our own."""
        return self._request("GET", path, {}, headers=headers)

    def get_lines(self, path: str, **query: str | list[str]) -> list[t.Any]:
        """The JSON of each line, which is how an engine reports events. The last of them must be over already."""
        return t.cast("list[t.Any]", self._request("GET", path, query, _lines))

    def each_line(self, path: str, take: t.Callable[[t.Any], None], **query: str | list[str]) -> None:
        """The same for more than may be kept: ``take`` gets the JSON of each line as it comes."""
        lines = _LineSink(take)
        self._request("GET", path, query, lambda _body: lines.end(), sink=lines)

    def post(self, path: str, **query: str | list[str]) -> t.Any:
        """The same for POST; None where the engine sends no body."""
        return self._request("POST", path, query)

    def delete(self, path: str, **query: str | list[str]) -> t.Any:
        """The same for DELETE."""
        return self._request("DELETE", path, query)

    def again(self) -> Engine:
        """One more connection to this engine. Raises EngineError if there is no answer to GET /_ping.

        Docker takes 6 ms for GET /version, since it runs other programs for it.
        """
        other = copy(self)
        other._transport = transport_for(self._connection)
        try:
            other._request("GET", "/_ping", {}, bytes)
        except BaseException as exc:
            # The refusal of a socket proxy is an answer, too.
            if not isinstance(exc, EngineError) or exc.transport:
                other._transport.close()
                raise
        return other

    def _version_info(self) -> dict[str, t.Any]:
        info = self._request("GET", "/version", {})
        if not isinstance(info, dict) or not isinstance(info.get("ApiVersion"), str):
            raise EngineError(
                f"{self.host} answered GET /version without an ApiVersion: check that docker_host names a Docker or"
                " Podman engine."
            )
        return info

    def _request(
        self,
        method: str,
        path: str,
        query: dict[str, str | list[str]],
        read: t.Callable[[bytes], t.Any] = json.loads,
        headers: t.Mapping[str, str] | None = None,
        sink: _LineSink | None = None,
    ) -> t.Any:
        target = self._prefix + path
        if query:
            from urllib.parse import urlencode

            target += "?" + urlencode(query, doseq=True)
        try:
            status, body = self._transport.send(method, target, headers, *([sink] if sink else []))
        except EngineError as exc:
            exc.transport, exc.can_talk = True, bool(self.version_info)
            raise
        except ReplyTooLong:
            # Imported here: see failures.py.
            from .failures import too_long

            raise too_long(self._asked(method, path), "MAX_STREAM_SIZE" if sink else "MAX_REPLY_SIZE") from None
        if status >= 300:
            from .failures import redirected, refused

            raise (redirected if status < 400 else refused)(self._asked(method, path), status, body)
        if status == 204 or (method == "POST" and not body):
            return None
        try:
            return read(body)
        except (ValueError, RecursionError):
            from .failures import odd_line, unusable

            asked = self._asked(method, path)
            raise (odd_line(asked) if sink else unusable(asked, body)) from None

    def _asked(self, method: str, path: str) -> Asked:
        from .failures import Asked

        return Asked(f"{method} {path}", self._connection, bool(self.version_info), self._transport.proxy)


class _LineSink:
    """Cuts pieces of a body into lines. What is not JSON is reported at the end: a transport must not fail over it."""

    def __init__(self, take: t.Callable[[t.Any], None]) -> None:
        self._take = take
        self._rest = b""
        self._is_whole = True

    def __call__(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._read(line)
        if len(self._rest) > _LONGEST_LINE:
            self._is_whole, self._rest = False, b""

    def end(self) -> None:
        """Read what is behind the last line break. Raises ValueError if a line was not JSON."""
        self._read(self._rest)
        if not self._is_whole:
            raise ValueError("a line is not JSON")

    def _read(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            self._take(json.loads(line))
        except (ValueError, RecursionError):
            self._is_whole = False


def _lines(body: bytes) -> list[t.Any]:
    return [json.loads(line) for line in body.splitlines() if line.strip()]


def connect(connection: Connection) -> Engine:
    """Reach the engine and agree on an API version: one request. Raises EngineError."""
    transport = transport_for(connection)
    try:
        return Engine(connection, transport)
    except BaseException:
        transport.close()
        raise


def transport_for(connection: Connection) -> Transport:
    """What the address asks for. Raises EngineError."""
    if connection.docker_host.startswith(("unix://", "http+unix://")):
        from .unix_socket import UnixSocket

        return UnixSocket(connection)
    if connection.docker_host == PODMAN_HOST:
        from .podman_service import PodmanService

        return PodmanService(connection)
    if connection.docker_host.startswith("ssh://") and connection.use_ssh_client:
        from .ssh_command import SshCommand

        return SshCommand(connection)
    from .docker_sdk import DockerSdk

    return DockerSdk(connection)


def agreed_version(version_info: t.Mapping[str, t.Any], pinned: str | None, host: str) -> str:
    """The API version to speak: the pinned one if the engine takes it, else the newest that both sides know."""
    newest = str(version_info["ApiVersion"])
    oldest = str(version_info.get("MinAPIVersion") or OLDEST_API_VERSION)
    try:
        wanted = pinned or min(newest, NEWEST_API_VERSION, key=version_key)
        fits = (version_key(wanted) > version_key(newest)) - (version_key(wanted) < version_key(oldest))
    except ValueError:
        raise EngineError(f"{host} reported an invalid API version: {shown(newest)}, oldest {shown(oldest)}") from None
    if fits != 0:
        remedy = "set api_version to auto" if pinned else "upgrade this collection"
        raise EngineError(
            f"api_version {wanted} is too {'new' if fits > 0 else 'old'} for the engine at {host} (version"
            f" {shown(version_info.get('Version'))}), which speaks {oldest} to {newest}: {remedy}.",
            can_talk=True,
        )
    return wanted
