# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entry of a configuration file speaks for a registry.

Files: ``config.json`` of Docker (https://github.com/docker/cli/blob/v28.2.2/cli/config/configfile/file.go) and
``auth.json`` of Podman (https://github.com/containers/image/blob/v5.36.0/docs/containers-auth.json.5.md).
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..oci.documents import decoded, mapping, text
from .web_address import registry_name

# A helper is a program named docker-credential-NAME. What else would be in the name is not for us to run.
_HELPER = re.compile("[A-Za-z0-9-]{1,100}")
# Docker's key for Docker Hub, and what its helpers are asked for.
_HUB_KEY = "https://index.docker.io/v1/"
# What a helper answers as the user where the secret is an identity token.
_TOKEN_USER = "<token>"


class Credentials(t.NamedTuple):
    """User and password, or one of two tokens; never printed."""

    username: str = ""
    password: str = ""
    identity_token: str = ""
    """Exchanged by the token server for a token."""
    registry_token: str = ""
    """Sent to the registry as it is."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may show."""
        return tuple(text for text in (self.password, self.identity_token, self.registry_token) if text)


class Helper(t.NamedTuple):
    """A program to ask, and for what."""

    name: str
    server: str


class AuthEntry(t.NamedTuple):
    """What a file says about a registry: credentials, or in ``encoded`` their base64 form."""

    credentials: Credentials
    encoded: str = ""


def auth_entry(document: t.Any, registry: str, repository: str, where: str) -> AuthEntry | Helper | None:
    """What speaks for a repository of a registry, or None. Raises InputError.

    A helper for the registry wins over the one for all; both win over what is written down. Of the entries that are
    written down, the one with the longest path counts, as in Podman.
    """
    config = mapping(document, where)
    helpers = mapping(config.get("credHelpers"), f"{where}: credHelpers")
    for key, name in helpers.items():
        if _key(key) == registry:
            return _helper(name, _server(registry, key), f"{where}: credHelpers[{shown(key)}]")
    if config.get("credsStore"):
        server = _HUB_KEY if registry == "docker.io" else registry
        return _helper(config["credsStore"], server, f"{where}: credsStore")
    entries = mapping(config.get("auths"), f"{where}: auths")
    paths = sorted({_key(key): key for key in entries if _speaks_for(_key(key), registry, repository)}.items())
    if not paths:
        return None
    path, key = max(paths, key=lambda item: len(item[0]))
    return _entry(entries[key], f"{where}: auths[{shown(path)}]")


def helper_answer(data: bytes, where: str) -> Credentials:
    """What a helper has printed. Raises InputError, which does not show it."""
    try:
        answer = decoded(data, where)
    except InputError:
        answer = None
    username = answer.get("Username") if isinstance(answer, dict) else None
    secret = answer.get("Secret") if isinstance(answer, dict) else None
    if not isinstance(username, str) or not isinstance(secret, str) or not secret:
        raise InputError(f"{where} answered without Username and Secret", "E_CREDENTIALS")
    return Credentials(identity_token=secret) if username == _TOKEN_USER else Credentials(username, secret)


def user_and_password(decoded_text: bytes, where: str) -> Credentials:
    """``user:password``. Raises InputError, which does not show it."""
    try:
        user, colon, password = decoded_text.decode("utf-8").strip("\0").partition(":")
    except UnicodeDecodeError:
        user, colon, password = "", "", ""
    if not colon or not user:
        raise InputError(f"{where}.auth must be user:password in base64", "E_CREDENTIALS")
    return Credentials(user, password)


def _entry(value: t.Any, where: str) -> AuthEntry | None:
    entry = mapping(value, where)
    names = ("username", "password", "identitytoken", "registrytoken", "auth")
    try:
        username, password, identity, registry, encoded = (text(entry.get(name), f"{where}.{name}") for name in names)
    except InputError:
        # The complaint would show the value.
        raise InputError(f"{where} must hold texts", "E_CREDENTIALS") from None
    found = Credentials(username, password, identity, registry)
    return AuthEntry(found, encoded) if encoded or any(found) else None


def _helper(name: t.Any, server: str, where: str) -> Helper:
    if not isinstance(name, str) or not _HELPER.fullmatch(name):
        raise InputError(
            f"{where} must be the name of a credential helper, of letters, digits and dashes, got {shown(name)}",
            "E_HELPER",
        )
    return Helper(name, server)


def _server(registry: str, key: str) -> str:
    """Docker asks the helper for its own key of Docker Hub."""
    return _HUB_KEY if registry == "docker.io" else key


def _key(key: str) -> str:
    """A key without scheme and API version: ``https://index.docker.io/v1/`` means ``docker.io``."""
    plain = re.sub(r"\Ahttps?://", "", key).rstrip("/")
    host, slash, path = plain.partition("/")
    if re.fullmatch("v[12]", path) or "://" in key:
        slash = path = ""
    return registry_name(host) + slash + path


def _speaks_for(path: str, registry: str, repository: str) -> bool:
    whole = f"{registry}/{repository}"
    return whole == path or whole.startswith(f"{path}/")
