# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start engines, a registry and helpers, and say what each one is."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
import typing as t
import urllib.error
import urllib.request

from engines import daemons
from engines.api import EngineAPI
from engines.catalogue import ENGINES, REGISTRY_SUITE, Engine, LabError, engine_named
from engines.namespace import INSIDE, inside, spawn
from engines.processes import Process
from engines.roots import root_of, unpack
from engines.state import State

PATIENCE = 60  # seconds; an engine answers within two


def up(state: State, cache: pathlib.Path, names: list[str]) -> None:
    """Start the named engines (all without names) and the registry; what runs already stays as it is."""
    if os.geteuid():
        raise LabError("private engines need root (mounts and namespaces); the tests against real engines are left out")
    wanted = [engine_named(name) for name in names] or list(ENGINES)
    lost = unpack(cache, sorted({engine.suite for engine in wanted} | {REGISTRY_SUITE}))
    left_out = {engine.name: lost[engine.suite] for engine in wanted if engine.suite in lost}
    if names and left_out:
        raise LabError(next(iter(left_out.values())))
    wanted = [engine for engine in wanted if engine.name not in left_out]
    with state.locked():
        state.leave_out(left_out)
        running = state.services()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            starting: list[concurrent.futures.Future[t.Any]] = [
                pool.submit(start_engine, state, cache, engine) for engine in wanted if engine.name not in running
            ]
            if "registry" not in running:
                starting.append(pool.submit(_start_registry, state, cache))
            for start in starting:
                start.result()
        if state.owner and "watch" not in running:
            _watch(state)


def start_engine(
    state: State,
    cache: pathlib.Path,
    engine: Engine,
    name: str = "",
    arguments: t.Sequence[str] = (),
    files: t.Mapping[str, bytes] | None = None,
) -> dict[str, t.Any]:
    """Start one engine, wait until it answers, note it. `files` are put into its state folder (INSIDE) first."""
    name = name or engine.name
    folder = state.new(name)
    for file, content in (files or {}).items():
        (folder / file).write_bytes(content)
    if engine.kind == "docker":
        command, environment, cli = daemons.docker(engine, folder, f"{state.cgroup}/{name}"), {}, ["docker"]
    else:
        command, environment, cli = daemons.podman(folder), daemons.PODMAN_ENVIRONMENT, daemons.PODMAN
    process = spawn(
        root_of(cache, engine.suite), folder, [*command, *arguments], "v2" if engine.kind == "podman" else "host"
    )
    path = folder / daemons.SOCKET
    state.write(name, process.pid, namespace=True)
    _wait(process, folder, name, lambda: EngineAPI(str(path), 5).send("GET", "/_ping").status == 200)
    version = EngineAPI(str(path)).get("/version")
    product = version["Components"][0] if engine.kind == "podman" else version
    beside = inside(process.pid, {"DOCKER_HOST": f"unix://{INSIDE}/{daemons.SOCKET}", **environment})
    return state.write(
        name,
        process.pid,
        namespace=True,
        kind=engine.kind,
        store=engine.store,
        suite=engine.suite,
        version=product["Version"],
        api_version=version["ApiVersion"],
        socket=str(path),
        docker_host=f"unix://{path}",
        inside=beside,
        cli=[*beside, *cli],
        busybox=str(root_of(cache, engine.suite) / "bin" / "busybox"),
    )


def _start_registry(state: State, cache: pathlib.Path) -> None:
    port = free_port()
    folder = state.new("registry")
    process = spawn(root_of(cache, REGISTRY_SUITE), folder, daemons.registry(folder, port))
    state.write("registry", process.pid, namespace=True)

    def answers() -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/", timeout=5) as reply:
            return bool(reply.status == 200)

    _wait(process, folder, "registry", answers)
    state.write("registry", process.pid, namespace=True, address=f"127.0.0.1:{port}", inside=inside(process.pid, {}))


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Wait until something listens on a port of loopback."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.02)
    raise LabError(f"nothing came to listen on 127.0.0.1:{port} for {PATIENCE} s")


def start_helper(state: State, name: str, arguments: list[str], **facts: t.Any) -> dict[str, t.Any]:
    """Start a `lab.py` command as a service of the lab; it is ready when its socket is there."""
    folder = state.new(name)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, os.path.abspath(sys.argv[0]), "--state", str(state.folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    path = folder / daemons.SOCKET
    record = state.write(name, process.pid, socket=str(path), docker_host=f"unix://{path}", **facts)
    if not facts.get("silent"):
        _wait(process, folder, name, path.exists)
    return record


def _watch(state: State) -> None:
    """Leave a process behind that ends everything when the test run is over, however it ended."""
    assert state.owner
    start_helper(state, "watch", ["watch", str(state.owner.pid), str(state.owner.started)], silent=True)


def watch(state: State, owner: Process) -> None:
    """Wait for the end of the owner, then take the lab down."""
    while owner.alive():
        time.sleep(0.5)
    state.remove()


def _wait(process: subprocess.Popen[bytes], folder: pathlib.Path, name: str, ready: t.Callable[[], bool]) -> None:
    """Wait until the service answers; show the end of its log if it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except (OSError, urllib.error.URLError):
            pass
        if process.poll() is not None:
            break
        time.sleep(0.02)
    what = "ended at once" if process.poll() is not None else f"gave no answer for {PATIENCE} s"
    tail = (folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    raise LabError("\n  ".join([f"{name} {what}; the end of its log ({folder / 'log'}):", *tail]))
