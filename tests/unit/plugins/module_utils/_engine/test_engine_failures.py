# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sentence about a connection that failed, from the exceptions that libraries raise."""

from __future__ import annotations

import errno
import socket
import ssl
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.failures import (
    Asked,
    innermost,
    one_line,
    refused,
    ssh_failed,
    tls_failed,
    unreachable,
)

TCP = connection_from({"docker_host": "tcp://192.0.2.1:2375"}, {})
SSH = connection_from({"docker_host": "ssh://root@192.0.2.1"}, {})

UNREACHABLE = [
    (FileNotFoundError(errno.ENOENT, "No such file or directory"), "There is no socket at tcp://192.0.2.1:2375: start"),
    (PermissionError(errno.EACCES, "Permission denied"), "This user may not use tcp://192.0.2.1:2375"),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "Nothing listens at tcp://192.0.2.1:2375"),
    (OSError(errno.EHOSTUNREACH, "No route to host"), "There is no route to tcp://192.0.2.1:2375"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "There is no route to tcp://192.0.2.1:2375"),
    (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "did not reply within 60 s"),
    (socket.timeout("timed out"), "did not reply within 60 s"),
    (socket.gaierror(-2, "Name or service not known"), "The name in tcp://192.0.2.1:2375 cannot be resolved"),
    (ConnectionResetError(errno.ECONNRESET, "reset by peer"), "broke before a complete reply arrived ([Errno"),
    (ValueError("odd"), "broke before a complete reply arrived (odd)"),
]


@pytest.mark.parametrize(("problem", "message"), UNREACHABLE)
def test_unreachable(problem: Exception, message: str) -> None:
    error = unreachable(problem, TCP)
    assert message in error.message
    assert not error.can_talk
    # requests and urllib3 wrap: the sentence is the same.
    assert unreachable(RuntimeError("Connection aborted.", problem), TCP).message == error.message


GENERAL = "start the engine, or set docker_host (environment: DOCKER_HOST) or docker_context to the engine to use."


@pytest.mark.parametrize("user", [0, 1000], ids=["root", "rootless"])
@pytest.mark.parametrize(
    ("sockets", "programs", "message"),
    [
        ((), (), GENERAL),
        ((), ("dockerd",), GENERAL),
        ((), ("podman",), "this host has Podman without a socket, so set docker_host to podman://."),
        (
            ("podman.sock",),
            (),
            "this host has Podman's socket, so set docker_host to unix://{runtime}/podman/podman.sock.",
        ),
        (("podman.sock",), ("podman",), "so set docker_host to unix://{runtime}/podman/podman.sock."),
        (
            (),
            ("podman", "dockerd"),
            "or, since this host also has Podman without a socket, set docker_host to podman:// to ask it.",
        ),
    ],
)
def test_no_docker_socket_on_a_host_with_podman(
    user: int,
    sockets: tuple[str, ...],
    programs: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The error names the one address to set. Nothing else is asked silently."""
    runtime = "/run" if user == 0 else str(tmp_path)
    there = [f"{runtime}/podman/{name}" for name in sockets]
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("os.path.exists", there.__contains__)
    monkeypatch.setattr("shutil.which", lambda name: name if name in programs else None)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory")
    host = "unix:///var/run/docker.sock"
    said = unreachable(missing, connection_from({}, {})).message
    assert said == f"There is no socket at {host}: {said.partition(': ')[2]}"
    assert said.endswith(message.format(runtime=runtime))
    # An address that was chosen is not second-guessed.
    assert unreachable(missing, connection_from({"docker_host": "unix:///x.sock"}, {})).message.endswith(GENERAL)


TLS = [
    ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required", "refused the client certificate"),
    ("[SSL: SSLV3_ALERT_BAD_CERTIFICATE] sslv3 alert bad certificate", "refused the client certificate, or got none"),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed", "is not signed by one of the system's"),
    ("certificate verify failed: Hostname mismatch, certificate is not valid for 'x'", "is for another name"),
    ("certificate verify failed: IP address mismatch", "is for another name"),
    ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "does not speak TLS: leave tls and validate_certs out"),
    ("[SSL] record layer failure", "does not speak TLS"),
    ("[SSL] something new", "failed ([SSL] something new): check ca_path, client_cert and client_key"),
]


@pytest.mark.parametrize(("text", "message"), TLS)
def test_tls_failed(text: str, message: str) -> None:
    error = tls_failed(ssl.SSLError(1, text), TCP)
    assert "tcp://192.0.2.1:2375" in error.message and message in error.message
    assert not error.can_talk


def test_ssh_without_paramiko() -> None:
    error = ssh_failed(Exception("Install paramiko package to enable ssh:// support"), SSH)
    assert "needs the Python package paramiko" in error.message and "use_ssh_client=true" in error.message


def test_ssh_that_fails() -> None:
    error = ssh_failed(Exception("Authentication failed."), SSH)
    assert error.message.startswith("The ssh connection to ssh://root@192.0.2.1 failed (Authentication failed.)")


def test_the_innermost_complaint_is_the_system_s() -> None:
    system = OSError(errno.ENOENT, "No such file or directory")
    middle = RuntimeError("Connection aborted.", system)
    outer = ValueError("gave up")
    outer.__cause__ = middle
    assert innermost(outer) is system
    assert innermost(ValueError("alone")).args == ("alone",)


def test_a_body_nested_without_end_is_no_message_of_an_engine() -> None:
    error = refused(Asked("GET /images/json", TCP, True, ""), 500, b"[" * 100000)
    assert error.message.startswith("tcp://192.0.2.1:2375 refused GET /images/json with status 500: [[[")
    assert "\n" not in error.message


def test_foreign_text_is_one_short_line() -> None:
    assert one_line("a\n b\x1b[31m") == "a b\\x1b[31m"
    assert len(one_line("x" * 5000)) < 310
