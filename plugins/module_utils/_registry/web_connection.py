# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP connection to one host: its socket, its TLS, and the proxy before it.

ansible's ``open_url`` is not used: it installs an opener for the whole process, reads ~/.netrc, and passes headers on
with a redirect to another host.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import typing as t
from base64 import b64encode
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from .._core.registry.registry_error import RegistryError
from .._engine.unix_socket import TimedReading, TimedSocket

if t.TYPE_CHECKING:
    from .._core.registry.web_address import WebAddress
    from .registry_options import HostOptions


class TimedTlsSocket(TimedReading, ssl.SSLSocket):
    """The same for TLS."""


class Proxy(t.NamedTuple):
    """An HTTP proxy. ``shown`` is its address without a password."""

    host: str
    port: int
    authorization: str
    shown: str


def proxy_for(address: WebAddress) -> Proxy | None:
    """The proxy that the environment names for a host, as for the docker command. Raises RegistryError."""
    proxies = getproxies_environment()
    url = proxies.get(address.scheme) or proxies.get("all")
    if not url or proxy_bypass_environment(address.authority, proxies):
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme != "http":
        raise RegistryError(
            f"{address.registry} cannot be asked: the proxy in the environment must be http://HOST:PORT; correct it, or"
            f" add {address.host} to NO_PROXY."
        )
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    login = f"Basic {b64encode(user.encode()).decode()}" if parts.username else ""
    return Proxy(host, port, login, f"http://{host}:{port}")


def tls_context(options: HostOptions) -> ssl.SSLContext:
    """What one host is verified with. Raises OSError for files that cannot be used."""
    context = ssl.create_default_context()
    if options.ca_path:
        context.load_verify_locations(options.ca_path)
    if not options.validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.client_cert:
        context.load_cert_chain(options.client_cert, options.client_key)
    context.sslsocket_class = TimedTlsSocket
    return context


class WebConnection(http.client.HTTPConnection):
    """A connection that is kept alive. Each answer has so many seconds, to its last byte."""

    def __init__(self, address: WebAddress, context: ssl.SSLContext | None, proxy: Proxy | None, timeout: int) -> None:
        super().__init__(address.host, address.port, timeout=timeout)
        self._address = address
        self._context = context
        self._proxy = proxy
        self._seconds = timeout

    def give(self) -> None:
        """The next answer has its seconds from now on."""
        if self.sock is not None:
            t.cast("TimedReading", self.sock).give(self._seconds)

    def connect(self) -> None:
        """Called by http.client where no connection is open."""
        proxy = self._proxy
        where = (proxy.host, proxy.port) if proxy else (self._address.host, self._address.port)
        plain = socket.create_connection(where, self._seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        timed = TimedSocket(fileno=plain.detach())
        self.sock = timed
        self.give()
        try:
            if self._context is not None:
                if proxy:
                    self._tunnel_through(proxy)
                self.sock = self._context.wrap_socket(timed, server_hostname=self._address.host)
                self.give()
        except BaseException:
            timed.close()
            raise

    def _tunnel_through(self, proxy: Proxy) -> None:
        # http.client has this too, but reads the proxy's answer without an end to its time.
        login = f"Proxy-Authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
        authority = self._address.authority
        self.sock.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{login}\r\n".encode("ascii"))
        response = http.client.HTTPResponse(self.sock, method="CONNECT")
        try:
            response.begin()
            if response.status != 200:
                raise RegistryError(
                    f"The proxy {proxy.shown} refused to connect to {self._address.registry} with status"
                    f" {response.status}: check the proxy, or add {self._address.host} to NO_PROXY.",
                    unreached=True,
                )
        finally:
            response.close()
