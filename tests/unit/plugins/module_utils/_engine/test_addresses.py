# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How addresses are shown: no secret of any spelling, in any message about a connection."""

from __future__ import annotations

import errno
import socket
import ssl
import time
import typing as t
from urllib.parse import unquote

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._engine import failures
from ansible_collections.container_ops.images.plugins.module_utils._engine.addresses import (
    shown_address,
    without_secrets,
)
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import Connection, connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import agreed_version, connect
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.address_spellings import (
    SECRET,
    SPELLINGS,
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("unix:///run/docker.sock", "unix:///run/docker.sock"),
        ("unix:///run/user/1000/podman@a.sock", "unix:///run/user/1000/podman@a.sock"),
        ("unix:///run/a:1.sock", "unix:///run/a:1.sock"),
        ("unix:///srv/Büro/x y.sock", "unix:///srv/Büro/x y.sock"),
        ("unix:///run/a:b@c.sock", "unix://***"),
        ("unix:///run/x.sock?token=hunter2", "unix://***"),
        ("unix:///run/x.sock%3Ftoken=hunter2", "unix://***"),
        ("unix:////user:hunter2@host", "unix://***"),
        ("tcp://192.0.2.1:2375", "tcp://192.0.2.1:2375"),
        ("tcp://engine_1.example.com:2375/path", "tcp://engine_1.example.com:2375/path"),
        ("tcp://[::1]:2375", "tcp://[::1]:2375"),
        ("tcp://[fe80::1%eth0]:2375", "tcp://[fe80::1%eth0]:2375"),
        ("tcp://192.0.2.1:high", "tcp://192.0.2.1:***"),
        ("tcp://user:hunter2@192.0.2.1:2375", "tcp://***@192.0.2.1:2375"),
        ("tcp://hunter2@192.0.2.1:2375", "tcp://***@192.0.2.1:2375"),
        ("tcp://user:a@b:c@192.0.2.1:2375", "tcp://***@192.0.2.1:2375"),
        ("tcp://user:hunter2%40host:2375", "tcp://user:***"),
        ("tcp://user%3Ahunter2@host:2375", "tcp://***@host:2375"),
        ("tcp://user%3Ahunter2%40host:2375", "tcp://***"),
        ("tcp://user:hunter2/x@host:2375", "tcp://***"),
        ("tcp://user:12?hunter2@host:2375", "tcp://***"),
        ("tcp://host:2375?token=hunter2", "tcp://host:2375***"),
        ("tcp://host:2375#hunter2", "tcp://host:2375***"),
        ("tcp://host:2375/a;token=hunter2", "tcp://host:2375/***"),
        ("ssh://root@192.0.2.1", "ssh://root@192.0.2.1"),
        ("ssh://root:hunter2@192.0.2.1:22/run/docker.sock", "ssh://root:***@192.0.2.1:22/run/docker.sock"),
        ("ssh://root%3Ahunter2@192.0.2.1", "ssh://***@192.0.2.1"),
        ("user:hunter2@host:2375", "***"),
        ("user:hunter2://x@host:2375", "***"),
        ("tcp:/user:hunter2@host:2375", "***"),
        ("docker.sock", "docker.sock"),
        ("localhost:2375", "localhost:2375"),
    ],
)
def test_what_is_shown_of_an_address(address: str, expected: str) -> None:
    assert shown_address(address) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Failed to parse: http://u:hunter2@host/x, again", "Failed to parse: http://***@host/x, again"),
        ("(Caused by ssh://root:hunter2@h)", "(Caused by ssh://root:***@h)"),
        (
            'Get "https://u:hunter2@registry.example.com/v2/?token=hunter2": refused',
            'Get "https://***@registry.example.',
        ),
        ("login u:hunter2@host failed", "login *** failed"),
        ("login u%3Ahunter2%40host failed", "login *** failed"),
        ("root@engine.example.com: Permission denied (publickey).", "root@engine.example.com: Permission denied (publ"),
        ("no such image: localhost:5000/app:1@sha256:1234", "no such image: localhost:5000/app:1@sha256:1234"),
        ("tcp://[::1]:2375: refused", "tcp://[::1]:2375: refused"),
        ("dial unix /run/docker.sock: connect: no such file", "dial unix /run/docker.sock: connect: no such file"),
    ],
)
def test_what_is_shown_of_foreign_text(text: str, expected: str) -> None:
    assert without_secrets(text).startswith(expected)
    assert "hunter2" not in without_secrets(text)


@pytest.mark.parametrize("character", [":", "@", "a", "%", "/", "a:", ":@", "://", "%3a"])
def test_long_foreign_text_costs_little(character: str) -> None:
    start = time.process_time()
    assert len(failures.one_line(character * 5_000_000)) < 400
    assert time.process_time() - start < 2


PROBLEMS: list[t.Callable[[str], Exception]] = [
    lambda address: OSError(errno.ENOENT, "No such file or directory", address),
    lambda address: OSError(errno.ECONNREFUSED, f"refused by {address}"),
    lambda address: socket.gaierror(-2, "Name or service not known"),
    lambda address: socket.timeout("timed out"),
    lambda address: ValueError(f"Invalid bind address: {address}"),
    lambda address: RuntimeError(
        f"Max retries exceeded with url: {address} (Caused by", OSError(f"({address}) failed")
    ),
    lambda address: ssl.SSLError(1, f"certificate verify failed: {address}"),
]


def messages_about(address: str, use_ssh_client: bool) -> t.Iterator[str]:
    """Every message that this address may become a part of."""
    try:
        connection = connection_from({"docker_host": address, "use_ssh_client": use_ssh_client}, {})
    except InputError as exc:
        yield str(exc)
        return
    yield from (error.message for error in errors_of(connection))


def errors_of(connection: Connection) -> t.Iterator[EngineError]:
    for problem in PROBLEMS:
        # What libraries say of an address is what they were given.
        exc = problem(connection.docker_host)
        yield failures.unreachable(exc, connection)
        yield failures.unreachable(exc, connection, shown_address(connection.docker_host))
        yield failures.ssh_failed(exc, connection, f"connect to {connection.docker_host}: refused")
        yield failures.tls_failed(exc, connection)
    for proxy in ("", shown_address(connection.docker_host)):
        asked = failures.Asked("GET /version", connection, False, proxy)
        for body in (b"", b"<html>", f"cannot reach {connection.docker_host}".encode(), b'{"message": "x"}'):
            yield failures.refused(asked, 502, body)
            yield failures.redirected(asked, 307, body)
            yield failures.unusable(asked, body)
        yield failures.too_long(asked)
        yield failures.no_answer_in_time(connection, proxy)
    for version in ("x", "1.99"):
        try:
            agreed_version({"ApiVersion": version, "MinAPIVersion": version}, None, connection.shown_host)
        except EngineError as exc:
            yield exc


@pytest.mark.parametrize("use_ssh_client", [False, True])
def test_no_message_shows_a_secret_whatever_its_spelling(use_ssh_client: bool) -> None:
    for address in SPELLINGS:
        for message in messages_about(address, use_ssh_client):
            # Nor in a spelling that somebody could undo.
            assert SECRET not in unquote(unquote(message)), address


def test_no_connection_shows_a_secret() -> None:
    """The same from the start: sockets that are not there, and commands that fail."""
    for address in SPELLINGS:
        try:
            connection = connection_from({"docker_host": address, "timeout": 1}, {})
        except InputError:
            continue
        if connection.docker_host.startswith("unix://"):
            with pytest.raises(EngineError) as caught:
                connect(connection)
            assert SECRET not in unquote(unquote(caught.value.message)), address
