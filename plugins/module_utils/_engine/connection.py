# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From module options to a connection: precedence, TLS files, a context of the Docker CLI by name."""

from __future__ import annotations

import os
import re
import typing as t

from .._core.errors import InputError, shown

DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock"
# This collection's own: Podman without a socket, see podman_service.
PODMAN_HOST = "podman://"

# What nearly every task asks, without any other check: what is imported for the rest took 2 ms of its time.
_USUAL_SOCKET = re.compile(r"unix:///[A-Za-z0-9._/-]*[A-Za-z0-9]\Z")
_API_VERSION = re.compile(r"1\.[0-9]{1,3}\Z")

# The oldest version the Docker SDK for Python still speaks (7.1), and the first with labels in the list.
OLDEST_API_VERSION = "1.24"
# Twelve days. Sockets of Python count milliseconds in 32 bits.
LONGEST_TIMEOUT = 10**6


class Connection(t.NamedTuple):
    """Where the engine is and how to talk to it. Paths are of this host; ``timeout`` is in seconds."""

    docker_host: str
    api_version: str | None
    """None: agree on one with the engine."""
    timeout: int
    tls: bool
    """Whether TLS is spoken, verified or not."""
    validate_certs: bool
    ca_path: str | None
    client_cert: str | None
    client_key: str | None
    tls_hostname: str | None
    """The name to expect in the engine's certificate; None: that of ``docker_host``."""
    use_ssh_client: bool
    podman_executable: str = "podman"

    @property
    def shown_host(self) -> str:
        """The host without secrets, for messages and results."""
        if _USUAL_SOCKET.match(self.docker_host):
            return self.docker_host
        from .addresses import shown_address

        return shown_address(self.docker_host)


def connection_from(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> Connection:
    """Read the options of `_argspec.ENGINE_OPTIONS`; Ansible already applied environment fallbacks and defaults.

    Raises InputError for options that cannot work, before anything is connected.
    """
    environ = os.environ if environ is None else environ
    host = (options.get("docker_host") or DEFAULT_DOCKER_HOST).strip()
    files = _certificate_files(options, environ)
    verify, tls = bool(options.get("validate_certs")), bool(options.get("tls"))
    context, option = options.get("docker_context"), "docker_host"
    if context and context != "default":
        # Imported here: few tasks name a context, and a module on a host compiles what it imports each time.
        from .context import read_context

        if host not in (DEFAULT_DOCKER_HOST, environ.get("DOCKER_HOST")):
            raise InputError("docker_host and docker_context are mutually exclusive: give one of them")
        endpoint = read_context(context, environ)
        host, option = endpoint.host, f"The Host of docker_context {shown(context)}"
        # DOCKER_CERT_PATH belongs to DOCKER_HOST, not to a context; what the task itself names wins.
        files = {name: options.get(name) or getattr(endpoint, name) for name in files}
        if any(files.values()) or endpoint.skip_tls_verify:
            tls, verify = True, verify or not endpoint.skip_tls_verify
    if host.startswith("/"):
        host = f"unix://{host}"
    if host != PODMAN_HOST and not _USUAL_SOCKET.match(host):
        from .addresses import check_address

        check_address(host, bool(options.get("use_ssh_client")), option)
    if host.startswith("https://") and not tls:
        verify = True
    tls = (tls or verify) and host.startswith(("tcp://", "https://"))
    if tls:
        _check_files(files, verify)
    return Connection(
        docker_host=host,
        api_version=_api_version(options.get("api_version")),
        timeout=_timeout(options.get("timeout")),
        tls=tls,
        validate_certs=verify,
        tls_hostname=(options.get("tls_hostname") or "").strip() or None if tls and verify else None,
        use_ssh_client=bool(options.get("use_ssh_client")),
        podman_executable=options.get("podman_executable") or "podman",
        **files,
    )


def _certificate_files(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> dict[str, str | None]:
    folder = environ.get("DOCKER_CERT_PATH")
    names = (("ca_path", "ca.pem"), ("client_cert", "cert.pem"), ("client_key", "key.pem"))
    return {
        option: options.get(option) or (os.path.join(os.path.expanduser(folder), name) if folder else None)
        for option, name in names
    }


def _check_files(files: t.Mapping[str, str | None], verify: bool) -> None:
    for option, path in files.items():
        if path is None or (option == "ca_path" and not verify):
            continue
        if not os.path.isfile(path):
            raise InputError(f"{option} names {shown(path)}, but there is no such file (environment: DOCKER_CERT_PATH)")
        if not os.access(path, os.R_OK):
            raise InputError(f"{option} names {shown(path)}, which this user may not read")


def _api_version(value: str | None) -> str | None:
    text = (value or "auto").strip()
    if text.lower() == "auto":
        return None
    if not _API_VERSION.match(text):
        raise InputError(f"api_version must be auto or a version such as 1.43, got {shown(text)}")
    if version_key(text) < version_key(OLDEST_API_VERSION):
        raise InputError(f"api_version must be at least {OLDEST_API_VERSION}, got {text}")
    return text


def _timeout(value: int | None) -> int:
    seconds = 60 if value is None else value
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise InputError(
            f"timeout must be a positive number of seconds, at most {LONGEST_TIMEOUT}, got {seconds} (environment:"
            " DOCKER_TIMEOUT)"
        )
    return seconds


def version_key(version: str) -> tuple[int, ...]:
    """Engine API versions compare as numbers: 1.9 is older than 1.40."""
    return tuple(int(part) for part in version.split("."))
