# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP over tcp, TLS and paramiko's ssh by the Docker SDK for Python. The one file that imports the SDK.

Only its connection is used. Its calls for images cannot ask for shared sizes, take the engine's newest API version
without a limit, and let KeyError and the exceptions of requests through.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import typing as t

from .._core.errors import shown
from .addresses import shown_address
from .connection import OLDEST_API_VERSION
from .engine_error import EngineError
from .failures import innermost, no_answer_in_time, one_line, ssh_failed, tls_failed, unreachable, wrapped
from .replies import ReplyTooLong, whole_body

if t.TYPE_CHECKING:
    from .connection import Connection

# Debian 12 ships 5.0.3; nothing older was tried.
OLDEST_SDK = (5, 0, 3)
FIRST_WITHOUT_ASSERT_HOSTNAME = (7, 0, 0)


class DockerSdk:
    """A transport, see `port.Transport`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._docker = import_sdk()
        self._client: t.Any = None
        self._check_tls_hostname()
        try:
            self._client = self._docker.APIClient(
                base_url=connection.docker_host,
                # A version, any, keeps the SDK from asking the engine for one by itself.
                version=OLDEST_API_VERSION,
                timeout=connection.timeout,
                tls=self._tls(),
            )
        except Exception as exc:
            # Paramiko connects here and raises its own exceptions; the SDK adds DockerException and its kin.
            raise self._explained(exc) from exc

    def send(
        self,
        method: str,
        target: str,
        headers: t.Mapping[str, str] | None = None,
        sink: t.Callable[[bytes], None] | None = None,
    ) -> tuple[int, bytes]:
        """The status and the whole body of one request."""
        call = {"GET": self._client._get, "POST": self._client._post, "DELETE": self._client._delete}[method]
        try:
            # Given again with each request: requests prefers REQUESTS_CA_BUNDLE to the value of a session.
            verify = self._client.verify
            url, sent = self._client.base_url + target, dict(headers or {})
            with call(url, headers=sent, verify=verify, stream=True, allow_redirects=False) as response:
                return response.status_code, _body(response, sink if response.status_code < 300 else None)
        except ReplyTooLong:
            raise
        except Exception as exc:
            # requests, urllib3, http.client, ssl and socket each have their own; the SDK lets all of them through.
            raise self._explained(exc) from exc

    @property
    def proxy(self) -> str:
        """The proxy of the environment, unless NO_PROXY names the engine: requests reads both, as docker itself."""
        from requests.utils import get_environ_proxies, select_proxy

        url = self._client.base_url if self._client else ""
        if not url.startswith(("http://", "https://")):
            return ""
        proxy = select_proxy(url, get_environ_proxies(url))
        if not proxy:
            return ""
        names = [f"{url.partition(':')[0]}_proxy", "all_proxy"]
        variable = next((spelled for name in names for spelled in (name.upper(), name) if os.environ.get(spelled)), "")
        return shown_address(proxy) + (f" (environment: {variable})" if variable else "")

    def wait(self, seconds: int) -> None:
        """Give each answer from now on so many seconds."""
        self._connection = self._connection._replace(timeout=seconds)
        self._client.timeout = seconds

    def close(self) -> None:
        """Give the sockets back: the SDK leaves them open otherwise."""
        self._client.close()

    def _check_tls_hostname(self) -> None:
        name, version = self._connection.tls_hostname, self._docker.__version__
        if name and _release(version) >= FIRST_WITHOUT_ASSERT_HOSTNAME:
            raise EngineError(
                f"The Docker SDK for Python {version} cannot expect another name in a certificate than that in"
                f" docker_host: unset tls_hostname, which is {shown(name)} (environment: DOCKER_TLS_HOSTNAME), or use a"
                " version below 7.0.0."
            )

    def _tls(self) -> t.Any:
        connection = self._connection
        if not connection.tls:
            return False
        pair = (connection.client_cert, connection.client_key)
        options = {"assert_hostname": connection.tls_hostname} if connection.tls_hostname else {}
        return self._docker.tls.TLSConfig(
            client_cert=pair if all(pair) else None,
            ca_cert=connection.ca_path,
            verify=connection.validate_certs,
            **options,
        )

    def _explained(self, exc: Exception) -> EngineError:
        """One sentence for what the SDK or a library below it raised."""
        connection = self._connection
        if "http+docker" in str(exc) or "unexpected keyword argument" in str(exc):
            return EngineError(
                f"The Docker SDK for Python {self._docker.__version__} does not work with the package requests or"
                f" urllib3 that {sys.executable} has: upgrade docker to 7.1.0 or newer, or install requests below 2.32"
                " and urllib3 below 2."
            )
        if connection.docker_host.startswith("ssh://"):
            return ssh_failed(exc, connection)
        proxy, problems = self.proxy, list(wrapped(exc))
        if any("InvalidHeader" in type(one).__name__ or "Invalid header" in str(one) for one in problems):
            # Not with what requests says of it: that is the header, perhaps a token.
            return EngineError(
                "A header in HttpHeaders of the Docker configuration file (config.json) cannot be sent to"
                f" {connection.shown_host}: names and values must be text without line breaks or spaces around it."
            )
        for problem in problems:
            if isinstance(problem, socket.timeout):
                return no_answer_in_time(connection, proxy)
            if "ProxyError" in type(problem).__name__:
                break
            if "SSL" in type(problem).__name__ or "[SSL" in str(problem):
                return tls_failed(innermost(exc), connection)
        return unreachable(exc, connection, proxy)


def _body(response: t.Any, sink: t.Callable[[bytes], None] | None = None) -> bytes:
    """The body of a response of requests. urllib3 has ``read1`` since 2.2, and before 2 notices no missing bytes."""
    raw = response.raw
    read = raw.read
    # What Paramiko reads from has no read1.
    if hasattr(raw, "read1") and hasattr(getattr(getattr(raw, "_fp", None), "fp", None), "read1"):
        read = raw.read1
    # The length of compressed content does not show how much there will be.
    length = None if response.headers.get("Content-Encoding") else raw.length_remaining
    return whole_body(lambda size: t.cast(bytes, read(size, decode_content=True)), length, raw.chunked, sink=sink)


def import_sdk() -> t.Any:
    """The SDK's top module, or an EngineError that says which Python lacks it."""
    python = f"{sys.executable} on {socket.gethostname()}"
    remedy = "install it there (ansible.builtin.pip: name=docker, or the distribution's package python3-docker)"
    try:
        import docker
        import docker.tls
    except ImportError as exc:
        raise EngineError(
            f"The Docker SDK for Python cannot be imported by {python} ({one_line(exc)}): {remedy}, or point"
            " ansible_python_interpreter to a Python that has it."
        ) from exc
    version = str(getattr(docker, "__version__", "unknown"))
    if not hasattr(docker, "APIClient") or _release(version) < OLDEST_SDK:
        oldest = ".".join(map(str, OLDEST_SDK))
        raise EngineError(
            f"The Docker SDK for Python of {python} is too old (version {version}; {oldest} or newer is needed):"
            f" {remedy}."
        )
    return docker


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version; (0,) if it has none."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else (0,)
