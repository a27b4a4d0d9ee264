# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service that podman:// starts, with small programs in its place. The integration target has the real ones."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._engine import podman_service
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.podman_service import (
    IDLE_SECONDS,
    environment,
    found_executable,
)
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect

SERVER = """\
import http.server, os, signal, socketserver, sys
path = sys.argv[-1].partition("://")[2]
open(os.environ["NOTES"], "w").write(" ".join([str(os.getpid()), *sys.argv[1:-1], os.getcwd()]))
{before}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{{"ApiVersion": "1.41", "Version": "5.4.2", "Components": [{{"Name": "Podman Engine"}}]}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def address_string(self):
        return ""
    def log_message(self, *arguments):
        pass
socketserver.UnixStreamServer(path, Handler).serve_forever()
"""


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> t.Iterator[None]:
    # Not tmp_path: the path of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
        yield


def program(tmp_path: Path, source: str, interpreter: str = sys.executable) -> str:
    path = tmp_path / "podman"
    path.write_text(f"#!{interpreter}\n{source}")
    path.chmod(0o755)
    return str(path)


def connection(executable: str, timeout: int = 20) -> t.Any:
    return connection_from({"docker_host": "podman://", "podman_executable": executable, "timeout": timeout}, {})


def folders() -> set[str]:
    return set(os.listdir(tempfile.gettempdir()))


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("before", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"], ids=["obeys", "ignores"])
def test_the_service_lives_as_long_as_the_connection(
    tmp_path: Path, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(podman_service, "_GRACE", 0.2)
    with connect(connection(program(tmp_path, SERVER.format(before=before)))) as engine:
        assert engine.host == "podman://"
        assert engine.version_info["Version"] == "5.4.2"
        (folder,) = folders()
        path = Path(tempfile.gettempdir(), folder)
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        process, *words, where = (tmp_path / "notes").read_text().split()
        assert words == ["system", "service", "--time", str(IDLE_SECONDS)]
        assert where == "/"
        assert alive(int(process))
    assert not alive(int(process))
    assert folders() == set()


@pytest.mark.parametrize(
    "source, message",
    [
        ("echo 'level=warning' >&2; echo 'Error: the database is locked' >&2; exit 125", "the database is locked"),
        ("exit 0", "it ended without a message"),
        ("printf '\\377\\033[31mError\\n' >&2; exit 1", "Error"),
    ],
)
def test_a_service_that_ends_is_one_sentence(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(EngineError) as caught:
        connect(connection(program(tmp_path, source, "/bin/sh")))
    assert message in caught.value.message
    assert caught.value.message.startswith(f"podman system service failed as user {os.geteuid()} (")
    assert caught.value.message.isprintable()
    assert folders() == set()


def test_a_service_that_never_listens_is_ended(tmp_path: Path) -> None:
    source = "echo $$ > $NOTES; exec sleep 600"
    with pytest.raises(EngineError, match="podman:// did not reply within 1 s"):
        connect(connection(program(tmp_path, source, "/bin/sh"), timeout=1))
    assert not alive(int((tmp_path / "notes").read_text()))
    assert folders() == set()


def test_a_program_for_another_machine_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "podman"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    with pytest.raises(EngineError, match="podman system service failed"):
        connect(connection(str(path)))


@pytest.mark.parametrize(
    "name, message",
    [
        ("/nowhere/podman", "is not an executable file: install Podman, or set podman_executable to its absolute path"),
        ("no-such-podman", "is not in the PATH of the task's user"),
    ],
)
def test_no_podman(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_executable(name)


def test_podman_sees_no_other_service_and_no_directory_of_another_user(tmp_path: Path) -> None:
    given = {"PATH": "/bin", "CONTAINER_HOST": "x", "CONTAINER_CONNECTION": "x", "DOCKER_HOST": "x", "HOME": "/h"}
    assert environment(given, 0) == {"PATH": "/bin", "HOME": "/h"}
    mine = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert environment(mine, tmp_path.stat().st_uid) == mine
    assert environment(mine, tmp_path.stat().st_uid + 1) == {}
    assert environment({"XDG_RUNTIME_DIR": "/nowhere"}, 0) == {}


@pytest.mark.parametrize("host", ["podman:///run/x.sock", "podman://host", "podman:", "PODMAN://"])
def test_the_value_takes_nothing_else(host: str) -> None:
    with pytest.raises(InputError, match="or be podman://"):
        connection_from({"docker_host": host}, {})
