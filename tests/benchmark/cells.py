# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is timed, and how one process is timed: by the operating system's own accounting, children included."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import typing as t

from suite.process import Failed


class Cell(t.NamedTuple):
    """One task, ad hoc."""

    name: str
    module: str
    arguments: dict[str, t.Any]
    asks: bool = True
    """Whether it talks to the engine."""


INFO = "container_ops.images.image_summary_info"
CELLS = (
    Cell("ping", "ansible.builtin.ping", {}, asks=False),
    Cell("image_summary_info", INFO, {}),
    Cell("image_summary_info, three fields", INFO, {"fields": ["id", "repo_tags", "size"]}),
    Cell("docker_host_info", "community.docker.docker_host_info", {"images": True, "verbose_output": True}),
    Cell("docker_image_info", "community.docker.docker_image_info", {}),
)


class Sample(t.NamedTuple):
    """Seconds of one process and all that it waited for."""

    wall: float
    cpu: float


class ModuleProcess(t.NamedTuple):
    """The module's process alone: seconds, peak memory in MiB, bytes of its result."""

    wall: float
    peak: float
    result: int


def whole_process(cell: Cell, docker_host: str, environment: dict[str, str]) -> Sample:
    """One `ansible localhost -m ...`, its output read through a pipe and thrown away."""
    wall, usage, _output = timed(command(cell, docker_host), environment)
    return Sample(wall, usage.ru_utime + usage.ru_stime)


def module_process(cell: Cell, docker_host: str, environment: dict[str, str]) -> ModuleProcess:
    """The module as Ansible ships it to a host, run by itself."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-module-"))
    try:
        keep = {"ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TMP": str(folder)}
        timed(command(cell, docker_host), {**environment, **keep})
        (shipped,) = folder.glob("*/AnsiballZ_*.py")
        wall, usage, output = timed([environment["ANSIBLE_PYTHON_INTERPRETER"], str(shipped)], environment)
        return ModuleProcess(wall, usage.ru_maxrss / 1024, len(output))
    finally:
        shutil.rmtree(folder)


def command(cell: Cell, docker_host: str) -> list[str]:
    """The command of a cell."""
    arguments = {**cell.arguments, **({"docker_host": docker_host} if cell.asks else {})}
    return ["ansible", "localhost", "-m", cell.module, *(["-a", json.dumps(arguments)] if arguments else [])]


def timed(words: list[str], environment: dict[str, str]) -> tuple[float, t.Any, bytes]:
    """Seconds, resource usage and output of a process that must succeed."""
    start = time.monotonic()
    process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise Failed(f"{' '.join(words)} failed: {output[-500:].decode('utf-8', 'replace')}")
    return time.monotonic() - start, usage, output
