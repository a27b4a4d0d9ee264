# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of registries, of their token servers and of where they redirect to, and which of them may be followed."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, urljoin, urlsplit

from ..errors import shown
from .registry_error import RegistryError

_DEFAULT_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
# What http.client may send; everything else is percent-encoded, as a browser does.
_SAFE = "%/:=&?~#+!$,;'@()*[]"
# What is called Docker Hub, and the host that answers for it.
HUB = "docker.io"
_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_HUB_API = "registry-1.docker.io"


class WebAddress(t.NamedTuple):
    """A URL without a user. ``target`` is its path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must be the same for a secret to be sent."""
        return self.scheme, self.host, self.port

    @property
    def names(self) -> tuple[str, ...]:
        """The names that options may know this host by: ``registry.example.com``, with a port that is not usual."""
        host = self.authority.rpartition(":")[0]
        if self.port != _DEFAULT_PORTS[self.scheme]:
            return (registry_name(self.authority),)
        return (registry_name(host), *([registry_name(self.authority)] if self.scheme == "http" else []))

    @property
    def registry(self) -> str:
        """The first of these, for messages."""
        return self.names[0]

    @property
    def authority(self) -> str:
        """Host and port as a proxy wants them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def to(self, target: str) -> WebAddress:
        """Another path of the same host."""
        return self._replace(target=target)


def registry_name(host: str) -> str:
    """One spelling for one registry: in lower case, without the port of https, ``docker.io`` for Docker Hub."""
    name = re.sub(r":443\Z", "", host.lower())
    return HUB if name in _HUB_HOSTS else name


def registry_address(registry: str, plain_http: bool) -> WebAddress:
    """Where a registry answers. Raises RegistryError for a name that is not an address."""
    scheme = "http" if plain_http else "https"
    return web_address(f"{scheme}://{_HUB_API if registry == HUB else registry}/v2/", "The name of the registry")


def web_address(url: str, what: str) -> WebAddress:
    """Read a URL. Raises RegistryError; ``what`` says whose it is."""
    where = shown(url.partition("?")[0].rpartition("@")[2], 100)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RegistryError(f"{what} is not a valid address: {where}.") from None
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host) or parts.port == 0:
        raise RegistryError(f"{what} is not an address with https or http: {where}.")
    if "@" in parts.netloc:
        raise RegistryError(f"{what} holds a user, which is not followed: {where}.")
    target = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return WebAddress(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], target)


def redirected(current: WebAddress, location: str) -> WebAddress:
    """Where a redirect leads. Raises RegistryError for what is not followed, whatever the options say."""
    try:
        url = urljoin(f"{current.scheme}://{current.authority}{current.target}", location)
    except ValueError:
        url = location
    return web_address(url, f"The redirect of {current.registry}")


def check_scheme(address: WebAddress, plain_http: t.Collection[str], said_by: str) -> None:
    """Raise RegistryError for plain HTTP, unless the options ask for it with this host."""
    if address.scheme == "http" and not any(name in plain_http for name in address.names):
        raise RegistryError(
            f"{said_by} names {address.registry} over plain HTTP, which is not used: give {address.registry} in"
            " registries with plain_http=true if that is meant."
        )
