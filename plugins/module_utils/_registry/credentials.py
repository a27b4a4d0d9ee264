# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials for registries: from the task, from the files of Docker and Podman, from credential helpers."""

from __future__ import annotations

import binascii
import os
import selectors
import shutil
import signal
import subprocess
import threading
import time
import typing as t
from base64 import b64decode

from .._core.errors import InputError, shown
from .._core.oci.documents import decoded
from .._core.registry.auth_file import Credentials, Helper, auth_entry, helper_answer, user_and_password
from .._core.registry.registry_error import RegistryError

if t.TYPE_CHECKING:
    from .registry_options import Hosts

_MAX_FILE = 2**20
_MAX_ANSWER = 2**16
# What helpers print where they know nothing: https://github.com/docker/docker-credential-helpers
_NOT_FOUND = b"credentials not found"


class CredentialStore:
    """Looks for credentials when a registry asks for some, and once for each repository."""

    def __init__(
        self, hosts: Hosts, files: t.Sequence[str] | None, timeout: int, environ: t.Mapping[str, str] | None = None
    ) -> None:
        self._hosts = hosts
        self._files = default_files(os.environ if environ is None else environ) if files is None else list(files)
        self._given = files is not None
        self._timeout = timeout
        self._lock = threading.Lock()
        self._documents: dict[str, t.Any] = {}
        self._answers: dict[Helper, Credentials | None] = {}

    def find(self, registry: str, repository: str) -> Credentials | None:
        """What speaks for a repository. Raises RegistryError for files and helpers that cannot be used."""
        given = self._hosts.named(registry).credentials
        if given:
            return given
        with self._lock:
            try:
                for path in self._files:
                    found = self._in_file(path, registry, repository)
                    if found:
                        return found
            except InputError as exc:
                raise RegistryError(
                    f"The credentials for {registry} cannot be read: {exc}; correct that, or name other files in"
                    " auth_files.",
                    "denied",
                ) from None
        return None

    def _in_file(self, path: str, registry: str, repository: str) -> Credentials | None:
        if path not in self._documents:
            self._documents[path] = _read(path, self._given)
        entry = auth_entry(self._documents[path], registry, repository, path)
        if isinstance(entry, Helper):
            if entry not in self._answers:
                self._answers[entry] = ask_helper(entry, self._timeout)
            return self._answers[entry]
        if entry is None or not entry.encoded or entry.credentials.identity_token or entry.credentials.registry_token:
            return entry.credentials if entry else None
        try:
            plain = b64decode(entry.encoded, validate=True)
        except (binascii.Error, ValueError):
            plain = b""
        return user_and_password(plain, f"{path}: auths[{shown(registry)}]")


def default_files(environ: t.Mapping[str, str]) -> list[str]:
    """Where Podman and Docker look, in this order; ``~`` is the home of the task's user."""
    home = environ.get("HOME") or os.path.expanduser("~")
    docker = environ.get("DOCKER_CONFIG") or os.path.join(home, ".docker")
    if environ.get("REGISTRY_AUTH_FILE"):
        return [environ["REGISTRY_AUTH_FILE"], os.path.join(docker, "config.json")]
    runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/containers/{os.geteuid()}"
    below = "containers/auth.json" if environ.get("XDG_RUNTIME_DIR") else "auth.json"
    config = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return [
        os.path.join(runtime, below),
        os.path.join(config, "containers", "auth.json"),
        os.path.join(docker, "config.json"),
    ]


def _read(path: str, must_exist: bool) -> t.Any:
    """The document in a file, or None where it is not there. Raises InputError, which does not show its content."""
    try:
        # Not blocking: a FIFO in its place must not hang the task.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            data = file.read(_MAX_FILE + 1) or b""
    except (OSError, ValueError) as exc:
        if isinstance(exc, (FileNotFoundError, NotADirectoryError)) and not must_exist:
            return None
        raise InputError(f"{shown(path)} cannot be read ({getattr(exc, 'strerror', None) or exc})") from None
    if len(data) > _MAX_FILE:
        raise InputError(f"{path} has more than {_MAX_FILE} bytes")
    if not data.strip():
        return None
    try:
        return decoded(data, path)
    except InputError:
        raise InputError(f"{path} is not JSON") from None


def ask_helper(helper: Helper, timeout: int) -> Credentials | None:
    """What ``docker-credential-NAME get`` answers; None if it knows nothing. Raises InputError without its output."""
    program = f"docker-credential-{helper.name}"
    path = shutil.which(program)
    if path is None:
        raise InputError(f"the credential helper {program} is not in PATH")
    status, output = _run([path, "get"], helper.server.encode(), timeout, program)
    if status:
        if _NOT_FOUND in output:
            return None
        raise InputError(f"the credential helper {program} failed for {shown(helper.server)} with status {status}")
    return helper_answer(output, f"the credential helper {program}")


def _run(command: list[str], text: bytes, timeout: int, program: str) -> tuple[int, bytes]:
    """Exit status and output. The helper, and what it has started, ends with its time."""
    # run_command() of a module would log the command and its output.
    try:
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as exc:
        raise InputError(f"the credential helper {program} cannot be run ({exc.strerror})") from None
    try:
        return _talk(process, text, time.monotonic() + timeout)
    except TimeoutError:
        raise InputError(f"the credential helper {program} gave no answer within {timeout} s") from None
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()


def _talk(process: subprocess.Popen[bytes], text: bytes, end: float) -> tuple[int, bytes]:
    if not (process.stdin and process.stdout):
        raise ValueError("a credential helper is started with two pipes")
    try:
        # A server's name always fits into a pipe.
        process.stdin.write(text + b"\n")
        process.stdin.close()
    except BrokenPipeError:
        pass
    output = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while len(output) <= _MAX_ANSWER:
            if not waiting.select(max(0.0, end - time.monotonic())):
                raise TimeoutError
            piece = os.read(process.stdout.fileno(), _MAX_ANSWER)
            if not piece:
                break
            output += piece
        else:
            return 0, b""  # whatever it is, it is not an answer
    try:
        return process.wait(max(0.1, end - time.monotonic())), output
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
