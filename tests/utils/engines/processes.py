# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes by pid and start time, so that a reused pid is never mistaken for one of ours (Linux, /proc)."""

from __future__ import annotations

import os
import pathlib
import signal
import time
import typing as t


class Process(t.NamedTuple):
    """A process that was seen alive; `started` is in clock ticks since boot (proc(5), field 22 of stat)."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """Return the process with that pid, or None if there is none or only its zombie."""
        fields = _stat(pid)
        return cls(pid, int(fields[19])) if fields and fields[0] not in "ZX" else None

    def alive(self) -> bool:
        """Return whether this very process still runs."""
        return Process.of(self.pid) == self

    def kill(self, patience: float = 10) -> None:
        """End the process at once and wait until it is gone."""
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
        deadline = time.monotonic() + patience
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.01)


def child_of(pid: int) -> int | None:
    """Return the first child of a process: inside a pid namespace it is process 1."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    try:
        first = children.read_text(encoding="ascii").split()[:1]
    except OSError:
        return None
    return int(first[0]) if first else None


def ansible_test_run() -> Process | None:
    """Return the outermost `ansible-test` around this process; engines are shared by its targets and end with it."""
    found, pid = None, os.getpid()
    while pid > 1:
        fields = _stat(pid)
        if not fields:
            break
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:3]
        if any(os.path.basename(word).startswith((b"ansible-test", b"ansible_test")) for word in words):
            found = Process.of(pid)
        pid = int(fields[1])
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from `state` on; the command before it may hold spaces and parentheses."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
