# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between a module and an engine, each as one sentence: the request, the host, and the remedy.

Nothing here knows the Docker SDK: a transport sees exceptions and statuses, and picks a sentence. Imported only when
something did go wrong.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import typing as t

from .._core.errors import shown
from .._core.quantities import format_size
from .addresses import without_secrets
from .connection import DEFAULT_DOCKER_HOST
from .engine_error import EngineError
from .replies import MAX_REPLY_SIZE, MAX_STREAM_SIZE

if t.TYPE_CHECKING:
    from .connection import Connection

# The first part of a body or of what ssh says. A message shows even less.
_LONGEST_TEXT = 20_000


class Asked(t.NamedTuple):
    """The request that a reply answers."""

    what: str
    """Method and path."""
    connection: Connection
    can_talk: bool
    """Whether an engine has spoken before."""
    proxy: str
    """The proxy between, or ""."""

    @property
    def through(self) -> str:
        """Where the answer comes from, if a proxy may have given it."""
        return f" through the proxy {self.proxy}" if self.proxy else ""

    def error(self, sentence: str, status: int | None = None, can_talk: bool | None = None) -> EngineError:
        """The sentence, with the name of the engine."""
        talks = self.can_talk if can_talk is None else can_talk
        return EngineError(f"{self.connection.shown_host} {sentence}", status, talks)


def unreachable(exc: BaseException, connection: Connection, proxy: str = "") -> EngineError:
    """No reply arrived, or only a part of one."""
    host, problem = connection.shown_host, innermost(exc)
    if isinstance(problem, TimeoutError) or "timed out" in str(problem).lower():
        return no_answer_in_time(connection, proxy)
    if proxy:
        # Its address may be a part of the complaint, with a password in whatever spelling.
        safe = getattr(problem, "strerror", None) or ("Tunnel connection" in str(problem) and str(problem))
        text = _said(safe or type(problem).__name__, connection)
        return EngineError(
            f"{host} did not send a complete reply through the proxy {proxy} ({text}): check the proxy, or add the"
            " engine's host to NO_PROXY."
        )
    if isinstance(problem, OSError):
        number = problem.errno
        if number == errno.ENOENT:
            return EngineError(f"There is no socket at {host}: {_remedy_without_socket(connection)}.")
        if number in (errno.EACCES, errno.EPERM):
            return EngineError(
                f"This user may not use {host} (permission denied): run the task with become, or add the user to the"
                " group that owns the socket."
            )
        if number == errno.ECONNREFUSED:
            return EngineError(
                f"Nothing listens at {host} (connection refused): start the engine, or set docker_host (environment:"
                " DOCKER_HOST) to where it listens."
            )
        if number in (errno.EHOSTUNREACH, errno.ENETUNREACH):
            return EngineError(f"There is no route to {host}: check docker_host and the network.")
    text = _said(problem, connection)
    if "name or service not known" in text.lower() or "name resolution" in text.lower() or "nodename" in text.lower():
        return EngineError(f"The name in {host} cannot be resolved: check docker_host (environment: DOCKER_HOST).")
    tls = "" if host.startswith("unix:") else ", and whether it requires TLS (options tls and validate_certs)"
    return EngineError(
        f"The connection to {host} broke before a complete reply arrived ({text}): check that an engine listens"
        f" there{tls}."
    )


def _remedy_without_socket(connection: Connection) -> str:
    """What to do; on a host that has Podman, the address that asks it."""
    general = "start the engine, or set docker_host (environment: DOCKER_HOST) or docker_context to the engine to use"
    if connection.docker_host != DEFAULT_DOCKER_HOST:
        return general
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}"
    socket = ("/run" if os.geteuid() == 0 else runtime) + "/podman/podman.sock"
    if os.path.exists(socket):
        found, address = "Podman's socket", f"unix://{socket}"
    elif shutil.which(connection.podman_executable):
        found, address = "Podman without a socket", "podman://"
    else:
        return general
    if shutil.which("dockerd"):
        return f"start Docker, or, since this host also has {found}, set docker_host to {address} to ask it"
    return f"this host has {found}, so set docker_host to {address}"


def podman_failed(exc: BaseException | None, connection: Connection, complaints: str, running: bool) -> EngineError:
    """Podman's service did not start, or broke. ``running``: whether the process is still there."""
    problem = innermost(exc) if exc is not None else None
    if (problem is None and running) or isinstance(problem, TimeoutError):
        return no_answer_in_time(connection)
    # Podman warns before it fails; what stopped it stands last.
    lines = complaints.strip().splitlines()
    text = one_line(lines[-1] if lines else problem or "it ended without a message")
    return EngineError(
        f"podman system service failed as user {os.geteuid()} ({text}): check that {connection.podman_executable} info"
        " works for that user on this host."
    )


def no_answer_in_time(connection: Connection, proxy: str = "") -> EngineError:
    """The engine did not reply in time, or did not even accept the connection."""
    through, check = (f" through the proxy {proxy}", "the proxy and the engine") if proxy else ("", "the engine")
    return EngineError(
        f"{connection.shown_host} did not reply within {connection.timeout} s{through}: raise timeout (environment:"
        f" DOCKER_TIMEOUT) if the engine is only slow, else check {check}."
    )


def tls_failed(problem: BaseException, connection: Connection) -> EngineError:
    """The TLS handshake failed; OpenSSL's words say which side refused."""
    host, text = connection.shown_host, _said(problem, connection)
    lowered = text.lower().replace("_", " ")
    # Alerts of the engine: no certificate, one of a CA that it does not know, or one it cannot use.
    alerts = ("certificate required", "alert unknown ca", "bad certificate", "handshake failure")
    if any(alert in lowered for alert in alerts):
        return EngineError(
            f"{host} refused the client certificate, or got none: set client_cert and client_key (environment:"
            " DOCKER_CERT_PATH) to a pair that its CA has signed."
        )
    if "hostname" in lowered or "ip address mismatch" in lowered:
        return EngineError(
            f"The certificate of {host} is for another name ({text}): put a name from the certificate into docker_host."
        )
    if "certificate verify failed" in lowered:
        ca = (connection.tls and connection.ca_path) or "one of the system's CA certificates"
        return EngineError(
            f"The certificate of {host} is not signed by {ca} ({text}): set ca_path (environment: DOCKER_CERT_PATH)"
            " to the CA certificate of that engine."
        )
    if "wrong version number" in lowered or "record layer failure" in lowered or "unknown protocol" in lowered:
        return EngineError(f"{host} does not speak TLS: leave tls and validate_certs out, or check the port.")
    return EngineError(f"TLS with {host} failed ({text}): check ca_path, client_cert and client_key.")


def too_long(asked: Asked, limit: str = "MAX_REPLY_SIZE") -> EngineError:
    """More bytes came than any reply of an engine has."""
    size = format_size(MAX_REPLY_SIZE if limit == "MAX_REPLY_SIZE" else MAX_STREAM_SIZE, "iec")
    error = asked.error(
        f"answered {asked.what} with more than {size}, which was not read to the end:"
        f" check that docker_host names an engine. The limit is {limit} in"
        " plugins/module_utils/_engine/replies.py of this collection."
    )
    error.transport = True
    return error


def redirected(asked: Asked, status: int, body: bytes) -> EngineError:
    """The answer names another address. Where it leads is not shown: it may hold a token."""
    del body
    return asked.error(
        f"answered {asked.what}{asked.through} with status {status}, a redirect, which is not followed: set docker_host"
        " to the address of the engine itself.",
        status,
    )


def refused(asked: Asked, status: int, body: bytes) -> EngineError:
    """The reply has an HTTP status of failure."""
    message = engine_message(body, asked.connection)
    if message is None:
        if b"HTTP request to an HTTPS server" in body:
            return asked.error(
                "requires TLS: set validate_certs=true with ca_path, client_cert and client_key (or tls=true to skip"
                " the verification).",
                status,
                can_talk=False,
            )
        answered = f"answered {asked.what}{asked.through} with status {status}"
        if _is_page(body):
            remedy = (
                "a proxy stands between; a socket proxy must allow this path (IMAGES=1, CONTAINERS=1, SYSTEM=1), any"
                " other host is not an engine"
            )
            if asked.proxy:
                remedy = "check the proxy, or add the engine's host to NO_PROXY"
            return asked.error(f"{answered} and a web page, which is not the reply of an engine: {remedy}.", status)
        message = _said(body.decode("utf-8", "replace") or "no text", asked.connection)
        if not asked.can_talk:
            check = "the proxy, or add the engine's host to NO_PROXY" if asked.proxy else "docker_host"
            return asked.error(f"{answered} ({message}), which is not the reply of an engine: check {check}.", status)
    return asked.error(f"refused {asked.what} with status {status}: {message}", status, can_talk=True)


def odd_line(asked: Asked) -> EngineError:
    """Status 200, but a line of the body is not JSON."""
    return asked.error(
        f"answered {asked.what}{asked.through} with a line that is not JSON: check that docker_host names an engine,"
        " and any proxy in between."
    )


def unusable(asked: Asked, body: bytes) -> EngineError:
    """Status 200, but the body is not the JSON that was asked for."""
    if not body.strip():
        what = "an empty body"
    elif _is_page(body):
        what = "a web page"
    else:
        what = f"a body that is not whole JSON ({len(body)} bytes)"
    return asked.error(
        f"answered {asked.what}{asked.through} with {what}: check that docker_host names an engine, and any proxy in"
        " between."
    )


def engine_message(body: bytes, connection: Connection) -> str | None:
    """The ``message`` of an engine's error body, or None if the body is something else."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    text = (answer.get("message") or answer.get("cause")) if isinstance(answer, dict) else None
    return _said(text if isinstance(text, str) else body.decode("utf-8", "replace"), connection)


def one_line(problem: object, limit: int = 300) -> str:
    """Untrusted text within a message: one line, without control characters and secrets, of limited length."""
    return shown(without_secrets(" ".join(str(problem)[:_LONGEST_TEXT].split())), limit)[1:-1]


def _said(problem: object, connection: Connection) -> str:
    """What a library, ssh or an engine says on this connection."""
    return one_line(str(problem).replace(connection.docker_host, connection.shown_host)) or type(problem).__name__


def ssh_failed(exc: Exception, connection: Connection, complaints: str = "") -> EngineError:
    """No answer came through ssh; ``exc`` is of the SDK or of a socket, ``complaints`` is what the ssh command said."""
    host, problem = connection.shown_host, innermost(exc)
    if isinstance(problem, TimeoutError) or "timed out" in str(problem):
        return no_answer_in_time(connection)
    if isinstance(problem, FileNotFoundError):
        return EngineError(f"{host} needs the ssh command, which is not in PATH: install it (openssh-client).")
    if "paramiko" in str(exc).lower():
        return EngineError(
            f"{host} needs the Python package paramiko, which {sys.executable} does not have: install it, or set"
            " use_ssh_client=true to use the ssh command."
        )
    text = _said(complaints or problem, connection)
    return EngineError(
        f"The ssh connection to {host} failed ({text}): check that ssh connects to this host without asking, and"
        " that docker system dial-stdio works there."
    )


def wrapped(exc: BaseException) -> t.Iterator[BaseException]:
    """The exception and all that it wraps: requests hides causes in ``args``, others in ``__cause__`` or ``reason``."""
    seen: list[BaseException] = []
    queue: list[t.Any] = [exc]
    while queue:
        problem = queue.pop(0)
        if isinstance(problem, BaseException) and problem not in seen:
            seen.append(problem)
            yield problem
            queue += [*problem.args, getattr(problem, "reason", None), problem.__cause__, problem.__context__]


def innermost(exc: BaseException) -> BaseException:
    """The operating system's own complaint if there is one, else the last exception of the chain."""
    chain = list(wrapped(exc))
    systems = [problem for problem in chain if isinstance(problem, OSError) and problem.errno is not None]
    return systems[-1] if systems else chain[-1]


def _is_page(body: bytes) -> bool:
    start = body.lstrip()[:100].lower()
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml"))
