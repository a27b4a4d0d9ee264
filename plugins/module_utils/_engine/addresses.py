# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of engines: which can work, and how they may be shown."""

from __future__ import annotations

import re
import string

from .._core.errors import InputError, shown

_SCHEMES = ("unix", "tcp", "http", "https", "ssh", "http+unix")

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(.*)", re.DOTALL)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?\]|[\w.-]*)(?::(.*))?", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9._/-]*(?::[0-9]+)?")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+-]*")
_SOCKET = re.compile(r"[\w./+ @:-]*")
_SCHEME_CHARACTERS = string.ascii_letters + string.digits + "+.-"

HIDDEN = "***"


def shown_address(address: str) -> str:
    """An address as it may stand in a message or a result: ``***`` for every part that may hold a secret.

    Shown is only what looks harmless, whatever else there is and however it is spelled: scheme, user of ssh, host,
    port, path.
    """
    if address.startswith("unix:///"):
        # Sockets of systemd's template units have an "@" in their names; after a ":" it is an address that went wrong.
        harmless = _SOCKET.fullmatch(address, 7) and not 0 <= address.find(":", 7) < address.rfind("@")
        return address if harmless else f"unix://{HIDDEN}"
    found = _URL.fullmatch(address)
    if not found:
        return address if _PLAIN.fullmatch(address) else HIDDEN
    scheme, authority, path, rest = found.groups()
    if "@" in path + rest:
        # A secret with "/", "?" or "#" in it, or a name with "@" after all: who knows where it begins.
        return f"{scheme}://{HIDDEN}"
    userinfo, at, host = authority.rpartition("@")
    return f"{scheme}://{_user(scheme, userinfo, at)}{_host(host)}{_path(path)}{HIDDEN if rest else ''}"


def without_secrets(text: str) -> str:
    """Text of an engine, a library or ssh, with every address in it as it may be shown."""
    return re.sub(r"[^\s\"'<>]+", lambda found: _shown_word(found.group()), text)


def _shown_word(word: str) -> str:
    mark = word.find("://")
    if mark > 0:
        begin, end = len(word[:mark].rstrip(_SCHEME_CHARACTERS)), len(word.rstrip(".,:;)}"))
        return word[:begin] + shown_address(word[begin:end]) + word[end:]
    # user:secret@, but not a name of an image that has a digest after the "@".
    spelled = re.split("@sha[0-9]+:", word.lower().replace("%25", "%").replace("%3a", ":").replace("%40", "@"))[0]
    return HIDDEN if 0 <= spelled.find(":") < spelled.rfind("@") else word


def _user(scheme: str, userinfo: str, at: str) -> str:
    """A name is shown where it matters, for ssh. Elsewhere it may be a token."""
    name, colon, _secret = userinfo.partition(":")
    if scheme == "ssh" and re.fullmatch("[A-Za-z0-9._-]+", name):
        return f"{name}:{HIDDEN}@" if colon else f"{name}@"
    return HIDDEN + at if at else ""


def _host(host: str) -> str:
    found = _HOST.fullmatch(host)
    if not found:
        return HIDDEN
    name, port = found.groups()
    return name if port is None else f"{name}:{port if re.fullmatch('[0-9]*', port) else HIDDEN}"


def _path(path: str) -> str:
    return path if _PLAIN_PATH.fullmatch(path) else f"/{HIDDEN}"


def check_address(host: str, use_ssh_client: bool, option: str) -> None:
    """Raise InputError if no engine can be reached at this address. ``option`` says what named it."""
    where = shown(shown_address(host))
    if not host.isprintable():
        raise InputError(f"{option} must not contain control characters, got {where}")
    if host.startswith("unix:///") and host.strip("/") != "unix:":
        return
    # Imported here: 3 ms that the usual host does not need.
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(host)
        port, user, password = parts.port, unquote(parts.username or ""), parts.password
    except ValueError:
        raise InputError(f"{option} is not a valid address: {where}") from None
    if parts.scheme not in _SCHEMES or not host.startswith(parts.scheme):
        remedy = " (environment: DOCKER_HOST)" if option == "docker_host" else ""
        schemes = "unix://, tcp://, http://, https:// or ssh://"
        raise InputError(f"{option} must start with {schemes}, or be podman://, got {where}{remedy}")
    over_http = parts.scheme in ("tcp", "http", "https")
    if (
        password is not None
        or ":" in user
        or "%" in user
        or (over_http and "@" in parts.path + parts.query + parts.fragment)
    ):
        raise InputError(f"{option} must not contain a password: {where}")
    if (over_http or parts.scheme == "ssh") and not _HOST.fullmatch(parts.netloc.rpartition("@")[2]):
        raise InputError(f"{option} is not a valid address: {where}")
    if over_http and not port:
        raise InputError(f"{option} needs a port, as in tcp://192.0.2.23:2376, got {where}")
    if (over_http or parts.scheme == "ssh") and not parts.hostname:
        raise InputError(f"{option} needs a host name, got {where}")
    if parts.scheme in ("unix", "http+unix") and not (parts.netloc + parts.path).strip("/"):
        raise InputError(f"{option} needs the path of a socket, as in unix:///var/run/docker.sock, got {where}")
    if parts.scheme == "ssh" and parts.path.strip("/") and not use_ssh_client:
        raise InputError(f"{option} may name a socket of the ssh host only with use_ssh_client=true, got {where}")
    if parts.query or parts.fragment:
        raise InputError(f"{option} must not have a query or a fragment, got {where}")
