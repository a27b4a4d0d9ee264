# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP through the ssh command, for docker_host=ssh://... with use_ssh_client=true.

The Docker SDK has this too, but needs paramiko for it, waits without a limit, and never shows what ssh complains of.
The command is that of the docker command: https://github.com/docker/cli/blob/v28.2.2/cli/connhelper/connhelper.go
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import tempfile
import typing as t
from urllib.parse import urlsplit

from .failures import ssh_failed
from .unix_socket import TimedSocket, UnixSocket

if t.TYPE_CHECKING:
    from .connection import Connection
    from .engine_error import EngineError


class SshCommand(UnixSocket):
    """A transport, see `port.Transport`: the other end of the socket is an ssh process."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close()

    def close(self) -> None:
        """End ssh."""
        super().close()
        self._end()
        self._complaints.close()

    def _open(self) -> TimedSocket:
        self._end()
        pair, theirs = socket.socketpair()
        ours = TimedSocket(fileno=pair.detach())
        ours.give(self._connection.timeout)
        try:
            with theirs:
                command = ssh_command(self._connection)
                # run_command() of a module waits for the end; this process is the connection.
                self._process = subprocess.Popen(  # pylint: disable=ansible-bad-function
                    command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=self._complaints
                )
        except OSError:
            ours.close()
            raise
        return ours

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _failed(self, exc: Exception) -> EngineError:
        self._end()
        self._complaints.seek(0)
        return ssh_failed(exc, self._connection, self._complaints.read(20_000).decode("utf-8", "replace"))


def ssh_command(connection: Connection) -> list[str]:
    """The command that carries the bytes; a path in the URL is that of the engine's socket over there."""
    url = urlsplit(connection.docker_host)
    user = ["-l", url.username] if url.username else []
    port = ["-p", str(url.port)] if url.port else []
    host = f"--host unix://{shlex.quote(url.path)} " if url.path.strip("/") else ""
    options = ["-T", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={connection.timeout}"]
    return ["ssh", *options, *user, *port, "--", str(url.hostname), f"docker {host}system dial-stdio"]
