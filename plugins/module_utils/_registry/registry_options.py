# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options about registries: their form, and what they say about one host."""

from __future__ import annotations

import os
import typing as t

from .._core.errors import InputError, shown
from .._core.registry.auth_file import Credentials
from .._core.registry.registry_error import RegistryError
from .._core.registry.web_address import registry_address, registry_name
from .._engine.connection import LONGEST_TIMEOUT

if t.TYPE_CHECKING:
    from .._core.registry.web_address import WebAddress

REGISTRY_OPTIONS: dict[str, dict[str, t.Any]] = {
    "names": {"type": "list", "elements": "str"},
    "src": {"type": "list", "elements": "path"},
    "via": {"type": "str", "default": "registry", "choices": ["registry", "engine"]},
    "details": {"type": "bool", "default": False},
    "platforms": {"type": "list", "elements": "str"},
    "newer_tags": {
        "type": "dict",
        "options": {
            "pattern": {"type": "str"},
            "pre_releases": {"type": "bool", "default": False},
            "max_pages": {"type": "int", "default": 20},
        },
    },
    "registries": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "ca_path": {"type": "path"},
            "client_cert": {"type": "path"},
            "client_key": {"type": "path"},
            "validate_certs": {"type": "bool", "default": True},
            "plain_http": {"type": "bool", "default": False},
        },
        "required_together": [("username", "password"), ("client_cert", "client_key")],
    },
    "auth_files": {"type": "list", "elements": "path"},
    "max_wait": {"type": "int", "default": 60},
    "fail_on_error": {"type": "bool", "default": False},
}


class HostOptions(t.NamedTuple):
    """What the task says about one host by name."""

    credentials: Credentials | None = None
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    validate_certs: bool = True
    plain_http: bool = False


_NOTHING_SAID = HostOptions()


class Hosts:
    """The hosts that the task names. A host that it does not name is asked with TLS that is verified."""

    def __init__(self, options: t.Sequence[t.Mapping[str, t.Any]]) -> None:
        """Raises InputError."""
        self._hosts: dict[str, HostOptions] = {}
        for index, option in enumerate(options):
            where = f"registries[{index}]"
            name = _name(option["name"], f"{where}.name")
            if name in self._hosts:
                raise InputError(f"{where}.name is given twice: {shown(option['name'])}")
            self._hosts[name] = _host_options(option, where)

    @property
    def plain_http(self) -> frozenset[str]:
        """The hosts that are asked without TLS."""
        return frozenset(name for name, options in self._hosts.items() if options.plain_http)

    def named(self, registry: str) -> HostOptions:
        """What is said about a registry."""
        return self._hosts.get(registry, _NOTHING_SAID)

    def at(self, address: WebAddress) -> HostOptions:
        """What is said about the host of an address."""
        return next((self._hosts[name] for name in address.names if name in self._hosts), _NOTHING_SAID)


def _name(value: str, where: str) -> str:
    name = registry_name(value)
    try:
        if "/" in name or name not in registry_address(name, False).names:
            raise RegistryError(value)
    except RegistryError:
        # Not shown: what is not a name may be an address with a password.
        raise InputError(f"{where} must be a registry as image names begin with it: host or host:port") from None
    return name


def _host_options(option: t.Mapping[str, t.Any], where: str) -> HostOptions:
    if option["plain_http"]:
        for key in ("ca_path", "client_cert"):
            if option[key]:
                raise InputError(f"{where}.{key} is not used with plain_http=true: leave one of them out")
    for key in ("ca_path", "client_cert", "client_key"):
        if option[key] and not os.path.isfile(option[key]):
            raise InputError(f"{where}.{key} names {shown(option[key])}, but there is no such file")
    credentials = None
    if option["username"] is not None:
        if not option["username"] or ":" in option["username"] or not option["password"]:
            raise InputError(f"{where}.username and password must not be empty, and a user must not contain a colon")
        credentials = Credentials(option["username"], option["password"])
    return HostOptions(
        credentials,
        option["ca_path"],
        option["client_cert"],
        option["client_key"],
        option["validate_certs"],
        option["plain_http"],
    )


def check_timeouts(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError for times that cannot be."""
    if not 0 < params["timeout"] <= LONGEST_TIMEOUT:
        raise InputError(f"timeout must be a positive number of seconds, at most {LONGEST_TIMEOUT}")
    if params["max_wait"] < 0:
        raise InputError(f"max_wait must not be negative, got {params['max_wait']}")
