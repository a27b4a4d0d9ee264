# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program: output into a log, its exit status back, nothing left running."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import typing as t
from pathlib import Path

TIMEOUT = 70 * 60
_running: set[int] = set()


class Failed(Exception):
    """A step cannot go on. The text is for the person who reads the run's output."""


class Log:
    """The log of one step."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.path.write_text("", encoding="utf-8")

    def write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as out:
            out.write(text.rstrip("\n") + "\n")

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")

    def tail(self, lines: int = 40) -> str:
        """Return the last lines, without what pip says on the way."""
        noise = ("WARNING: Location ", "Collecting ", "  Downloading ", "Looking in ", "     \u2501")
        return "\n".join([line for line in self.text().splitlines() if not line.startswith(noise)][-lines:])

    def run(self, command: t.Sequence[object], cwd: Path | None = None, env: t.Mapping[str, str] | None = None) -> int:
        """Run a command, append what it prints to the log, and return its exit status (124 after a timeout)."""
        words = [str(word) for word in command]
        self.write("$ " + shlex.join(words))
        with self.path.open("ab") as out:
            process = subprocess.Popen(
                words,
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that the whole family can be ended
            )
            _running.add(process.pid)
            try:
                return process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                self.write(f"stopped: not done after {TIMEOUT // 60} minutes")
                return 124
            finally:
                _running.discard(process.pid)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()

    def check(
        self, command: t.Sequence[object], cwd: Path | None = None, env: t.Mapping[str, str] | None = None
    ) -> None:
        """Run a command that must succeed."""
        status = self.run(command, cwd, env)
        if status:
            raise Failed(f"exit status {status} of: {shlex.join(map(str, command))}")


def stop_all() -> None:
    """End every program that still runs, with all that it started. For a user who has seen enough."""
    for pid in list(_running):
        os.killpg(pid, signal.SIGTERM)


def output(command: t.Sequence[object], cwd: Path | None = None) -> str:
    """Return what a command prints."""
    return subprocess.run([str(word) for word in command], cwd=cwd, check=True, capture_output=True, text=True).stdout
