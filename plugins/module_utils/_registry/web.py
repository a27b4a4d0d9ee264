# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to any number of hosts: connections that are kept, waits that a host asks for, redirects, sentences."""

from __future__ import annotations

import http.client
import socket
import threading
import time
import typing as t

from .._core.registry.registry_error import RegistryError
from .._core.registry.registry_headers import RateLimit, rate_limit_of, retry_after
from .._core.registry.web_address import check_scheme, redirected
from .._engine.replies import whole_body
from .web_connection import WebConnection, proxy_for, tls_context
from .web_failures import broken, unusable_files

if t.TYPE_CHECKING:
    import ssl

    from .._core.registry.web_address import WebAddress
    from .registry_options import Hosts
    from .web_connection import Proxy

AT_ONCE = 8
"""Requests at a time."""

_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_TRY_LATER = (429, 503)
_MAX_FAILURES = 3
"""Requests in a row that a host may leave without a whole answer before it is given up."""
_USER_AGENT = "ansible-container_ops.images"


class WebReply(t.NamedTuple):
    """A whole answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without parameters."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


class Web:
    """All hosts that one task talks to. Every method may be called from several threads."""

    def __init__(
        self,
        hosts: Hosts,
        timeout: int,
        max_wait: int,
        sleep: t.Callable[[float], None] = time.sleep,
        clock: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._hosts = hosts
        self._timeout = timeout
        self._max_wait = max_wait
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._sites: dict[tuple[str, str, int], Site] = {}
        self.requests = 0
        """How many were sent."""

    def send(
        self, method: str, address: WebAddress, headers: dict[str, str], limit: int, body: bytes | None = None
    ) -> WebReply:
        """One answer of one host, after the waits that it asks for. Raises RegistryError."""
        site = self._site(address)
        attempt = 0
        while True:
            site.wait()
            with self._lock:
                self.requests += 1
            reply = site.send(method, address.target, {"User-Agent": _USER_AGENT, **headers}, limit, body)
            asked = retry_after(reply.headers.get("Retry-After"), time.time())
            if reply.status not in _TRY_LATER or (reply.status == 503 and asked is None):
                return reply
            # At least a second, so that waiting comes to an end whatever the host says.
            site.pause(max(1.0, 2.0**attempt if asked is None else asked), asked is not None, reply.status)
            attempt += 1

    def follow(
        self, method: str, address: WebAddress, headers: dict[str, str], limit: int
    ) -> tuple[WebReply, WebAddress]:
        """The same through redirects, and who answered in the end. No other host gets the header Authorization."""
        at, asked = address, dict(headers)
        for _hop in range(_MAX_REDIRECTS + 1):
            reply = self.send(method, at, asked, limit)
            location = reply.headers.get("Location")
            if reply.status not in _REDIRECTS or not location:
                return reply, at
            there = redirected(at, location)
            if there.scheme != at.scheme:
                check_scheme(there, self._hosts.plain_http, f"The redirect of {at.registry}")
            if there.origin != at.origin:
                asked.pop("Authorization", None)
            at = there
        raise RegistryError(f"{address.registry} redirects more than {_MAX_REDIRECTS} times, which is not followed.")

    def rate_limit(self, address: WebAddress) -> RateLimit | None:
        """What the host said last about its limit."""
        site = self._sites.get(address.origin)
        return site.rate_limit if site else None

    def close(self) -> None:
        """End all connections."""
        for site in self._sites.values():
            site.close()

    def _site(self, address: WebAddress) -> Site:
        check_scheme(address, self._hosts.plain_http, "An address")
        with self._lock:
            site = self._sites.get(address.origin)
            if site is None:
                site = self._sites[address.origin] = self._open(address)
            return site

    def _open(self, address: WebAddress) -> Site:
        context = None
        if address.scheme == "https":
            try:
                context = tls_context(self._hosts.at(address))
            except OSError as exc:
                raise unusable_files(exc, address) from None
        return Site(address, context, proxy_for(address), self._timeout, self._max_wait, self._sleep, self._clock)


class Site:
    """One host. Idle connections are kept; how long it may make a task wait is bounded for all requests together."""

    def __init__(
        self,
        address: WebAddress,
        context: ssl.SSLContext | None,
        proxy: Proxy | None,
        timeout: int,
        max_wait: int,
        sleep: t.Callable[[float], None],
        clock: t.Callable[[], float],
    ) -> None:
        self._address = address
        self._context = context
        self._proxy = proxy
        self._timeout = timeout
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._idle: list[WebConnection] = []
        self._resume = 0.0
        self._left = float(max_wait)
        self._max_wait = max_wait
        self._failures = 0
        self._given_up: RegistryError | None = None
        self.rate_limit: RateLimit | None = None

    def send(self, method: str, target: str, headers: dict[str, str], limit: int, body: bytes | None) -> WebReply:
        """One answer. Raises RegistryError."""
        # For plain HTTP a proxy wants the whole address.
        if self._proxy and self._context is None:
            target = f"http://{self._address.authority}{target}"
            if self._proxy.authorization:
                headers = {**headers, "Proxy-Authorization": self._proxy.authorization}
        for connection in self._connections():
            reused = connection.sock is not None
            try:
                reply = self._exchange(connection, method, target, headers, limit, body)
            except RegistryError as exc:
                connection.close()
                raise self._failed(exc) from None
            except Exception as exc:
                # http.client passes on more than its own exceptions, such as OverflowError for an odd length.
                connection.close()
                if reused and isinstance(exc, (OSError, http.client.HTTPException)) and not _is_timeout(exc):
                    continue  # the host has closed what was idle
                raise self._failed(broken(exc, self._address, self._proxy, self._timeout, limit)) from None
            with self._lock:
                self._failures = 0
                self.rate_limit = rate_limit_of(reply.headers) or self.rate_limit
            return reply
        raise AssertionError("a new connection is the last one")

    def wait(self) -> None:
        """Until the host may be asked again. Raises RegistryError if it was given up."""
        while True:
            with self._lock:
                if self._given_up:
                    raise self._given_up.again()
                left = self._resume - self._clock()
            if left <= 0:
                return
            self._sleep(left)

    def pause(self, seconds: float, asked: bool, status: int) -> None:
        """Let all requests wait. Raises RegistryError if that is more than the task may wait for this host."""
        with self._lock:
            now = self._clock()
            further = now + seconds - max(self._resume, now)
            if further <= self._left:
                self._left -= max(0.0, further)
                self._resume = max(self._resume, now + seconds)
                return
            wish = f"asks to wait {seconds:.0f} s" if asked else "does not say for how long"
            self._given_up = self._given_up or RegistryError(
                f"{self._address.registry} takes no more requests for now (status {status}) and {wish}; max_wait allows"
                f" {self._max_wait} s for each registry.",
                "limited",
            )
            raise self._given_up.again()

    def close(self) -> None:
        """End the idle connections."""
        for connection in self._idle:
            connection.close()

    def _connections(self) -> t.Iterator[WebConnection]:
        """An idle one if there is one, then a new one."""
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle is not None:
            yield idle
        yield WebConnection(self._address, self._context, self._proxy, self._timeout)

    def _exchange(
        self,
        connection: WebConnection,
        method: str,
        target: str,
        headers: dict[str, str],
        limit: int,
        body: bytes | None,
    ) -> WebReply:
        connection.give()
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        content = b""
        if method != "HEAD" and response.length != 0:
            content = whole_body(response.read1, response.length, response.chunked, limit)
        reply = WebReply(response.status, response.headers, content)
        if response.will_close:
            connection.close()
        else:
            response.read()  # of nothing: http.client wants the end to be seen
            with self._lock:
                self._idle.append(connection)
        return reply

    def _failed(self, error: RegistryError) -> RegistryError:
        """Count it: a host that is down must not cost every name its timeout."""
        with self._lock:
            self._failures += error.unreached
            if self._failures >= _MAX_FAILURES:
                self._given_up = self._given_up or error
        return error


def _is_timeout(exc: BaseException) -> bool:
    return isinstance(exc, (TimeoutError, socket.timeout))
