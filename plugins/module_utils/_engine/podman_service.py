# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker_host=podman://: Podman's own service, for the length of a task, on a socket that only this user may open.

Podman hosts have no socket until podman.socket is enabled, and rootless users without a session never have one. The
service is the same program that systemd would start: it answers on the same API, as the user that the task runs as.
https://docs.podman.io/en/latest/markdown/podman-system-service.1.html
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import typing as t

from .._core.errors import InputError, shown
from .unix_socket import UnixSocket

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .connection import Connection
    from .engine_error import EngineError

# The service ends by itself after so many seconds without a request: nothing else ends it if this process is killed.
IDLE_SECONDS = 60
# Seconds that it gets to end when it is asked to.
_GRACE = 5
# These would make Podman talk to another service instead of being one.
_REMOTE = ("CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINER_SSHKEY", "DOCKER_HOST")


class PodmanService(UnixSocket):
    """A transport, see `_engine.port.Transport`."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        executable = found_executable(connection.podman_executable)
        self._folder = tempfile.mkdtemp(prefix="container_ops-")  # with mode 0700
        self._path = os.path.join(self._folder, "podman.sock")
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            # run_command() of a module waits for the end; this process runs beside the module.
            self._process = subprocess.Popen(  # pylint: disable=ansible-bad-function
                [executable, "system", "service", "--time", str(IDLE_SECONDS), f"unix://{self._path}"],
                stdin=subprocess.DEVNULL,
                stdout=self._complaints,
                stderr=self._complaints,
                cwd="/",  # a user who was become may not read the directory of the one who logged in
                env=environment(os.environ, os.geteuid()),
                start_new_session=True,  # so that whatever it starts can be ended with it
            )
            self._wait()
        except OSError as exc:
            self.close()
            raise self._failed(exc) from exc
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the service and leave nothing behind."""
        super().close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                pass
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except OSError:  # the whole group has ended
                pass
            self._process.wait()
            self._process = None
        self._complaints.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        """Until the service listens."""
        end = time.monotonic() + self._connection.timeout
        while time.monotonic() < end:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                try:
                    return probe.connect(self._path)
                except OSError:  # not yet
                    pass
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(0.01)
        raise self._failed(None)

    def _failed(self, exc: Exception | None) -> EngineError:
        # Imported here: see failures.
        from .failures import podman_failed

        said = b""
        if not self._complaints.closed:
            self._complaints.seek(0)
            said = self._complaints.read(100_000)
        running = self._process is not None and self._process.poll() is None
        return podman_failed(exc, self._connection, said.decode("utf-8", "replace"), running)


def found_executable(name: str) -> str:
    """The path of Podman. Raises InputError if there is none."""
    path = shutil.which(name)
    if path is None:
        where = "is not an executable file" if os.sep in name else "is not in the PATH of the task's user"
        raise InputError(
            f"docker_host is podman://, but {shown(name)} {where}: install Podman, or set podman_executable to its"
            " absolute path"
        )
    return path


def environment(environ: Mapping[str, str], user: int) -> dict[str, str]:
    """The environment for Podman: without another service, and without the runtime directory of another user."""
    found = {name: value for name, value in environ.items() if name not in _REMOTE}
    runtime = found.get("XDG_RUNTIME_DIR")
    if runtime is not None and not _is_owned(runtime, user):
        # become keeps the variable of the user who logged in. Without it, Podman finds a directory of its own.
        del found["XDG_RUNTIME_DIR"]
    return found


def _is_owned(path: str, user: int) -> bool:
    try:
        return os.stat(path).st_uid == user
    except OSError:
        return False
