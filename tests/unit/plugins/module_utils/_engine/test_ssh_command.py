# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport through the ssh command, with a stand-in for ssh that reaches a scripted engine."""

from __future__ import annotations

import os
import sys
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect
from ansible_collections.container_ops.images.plugins.module_utils._engine.ssh_command import ssh_command
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    SILENCE,
    Reply,
    ScriptedEngine,
    version_reply,
)

HOST = "ssh://root@engine.example.com:2222"

# What `docker system dial-stdio` does over there: it carries bytes between its standard streams and the engine.
DIAL_STDIO = """#!{python}
import os, socket, threading
engine = socket.socket(socket.AF_UNIX)
engine.connect({path!r})
def up():
    while data := os.read(0, 65536):
        engine.sendall(data)
    os._exit(0)
threading.Thread(target=up, daemon=True).start()
while data := engine.recv(65536):
    os.write(1, data)
"""
REFUSED = "#!/bin/sh\necho 'root@engine.example.com: Permission denied (publickey).' >&2\nexit 255\n"


@pytest.fixture
def engine() -> t.Iterator[ScriptedEngine]:
    with ScriptedEngine({"GET /version": version_reply(), "GET /v1.51/images/json": []}) as scripted:
        yield scripted


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: ScriptedEngine) -> Path:
    """The command in PATH. Tests write other programs into it."""
    command = tmp_path / "ssh"
    command.write_text(DIAL_STDIO.format(python=sys.executable, path=engine.docker_host[len("unix://") :]))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return command


def ask(timeout: int = 60) -> t.Any:
    options = {"docker_host": HOST, "use_ssh_client": True, "timeout": timeout}
    with connect(connection_from(options, {})) as connected:
        return connected.get("/images/json")


def complaint(timeout: int = 60) -> str:
    with pytest.raises(EngineError) as caught:
        ask(timeout)
    assert HOST in caught.value.message and not caught.value.can_talk
    return caught.value.message


@pytest.mark.usefixtures("ssh")
def test_requests_go_through_one_ssh(engine: ScriptedEngine) -> None:
    assert ask() == []
    assert engine.requests == ["GET /version", "GET /v1.51/images/json"] and engine.connections == 1


@pytest.mark.usefixtures("ssh")
def test_an_ssh_that_has_ended_is_started_again(engine: ScriptedEngine) -> None:
    engine.script["GET /version"] = Reply(200, version_reply(), close=True)
    assert ask() == [] and engine.connections == 2


def test_what_ssh_complains_of_is_shown(ssh: Path) -> None:
    ssh.write_text(REFUSED)
    assert "failed (root@engine.example.com: Permission denied (publickey).): check that ssh connects" in complaint()


@pytest.mark.usefixtures("ssh")
def test_an_engine_that_hangs(engine: ScriptedEngine) -> None:
    for reply in (SILENCE, Reply(200, version_reply(), pause=0.3)):
        engine.script = {"GET /version": reply}
        start = time.monotonic()
        assert "did not reply within 1 s" in complaint(timeout=1)
        assert time.monotonic() - start < 30, "the whole reply takes longer"


def test_no_ssh_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "needs the ssh command, which is not in PATH" in complaint()


@pytest.mark.parametrize(
    ("host", "end"),
    [
        ("ssh://192.0.2.1", ["--", "192.0.2.1", "docker system dial-stdio"]),
        ("ssh://root@[::1]:2222", ["-l", "root", "-p", "2222", "--", "::1", "docker system dial-stdio"]),
        ("ssh://h/run/x y.sock", ["--", "h", "docker --host unix://'/run/x y.sock' system dial-stdio"]),
        ("ssh://-oProxyCommand=x@h", ["-l", "-oProxyCommand=x", "--", "h", "docker system dial-stdio"]),
    ],
)
def test_the_command(host: str, end: list[str]) -> None:
    connection = connection_from({"docker_host": host, "use_ssh_client": True, "timeout": 7}, {})
    assert ssh_command(connection) == ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=7", *end]
