# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state folder of a lab: one folder per running service, with its socket, log and record."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import tempfile
import typing as t

from engines.catalogue import LabError
from engines.namespace import remove_cgroups
from engines.processes import Process, ansible_test_run, child_of

RECORD = "service.json"
LEFT_OUT = "left-out.json"


class State:
    """Where the sockets are. Short, for the path of a unix socket may hold 107 bytes."""

    def __init__(self, folder: str | None = None) -> None:
        self.owner = ansible_test_run()
        suffix = f"-{self.owner.pid}" if self.owner else ""
        self.folder = pathlib.Path(
            folder or os.environ.get("LAB_STATE") or os.path.join(tempfile.gettempdir(), f"engine-lab{suffix}")
        ).absolute()
        if len(str(self.folder)) > 60:
            raise LabError(f"{self.folder} is too long: sockets are made in it and their paths may hold 107 bytes")

    @property
    def cgroup(self) -> str:
        """The control group that holds the containers of this lab, and of no other."""
        return str(self.folder).strip("/").replace("/", "-")

    @contextlib.contextmanager
    def locked(self) -> t.Iterator[None]:
        """Let one command at a time start or stop things."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def new(self, name: str) -> pathlib.Path:
        """Return an empty folder for a service, open to everybody (the socket in it is not)."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o755)
        return folder

    def write(self, name: str, pid: int, **facts: t.Any) -> dict[str, t.Any]:
        """Note a service that runs, so that any later command can find and end it."""
        process = Process.of(pid)
        record = {"name": name, "pid": pid, "started": process.started if process else 0, **facts}
        part = self.folder / name / f"{RECORD}.part"
        part.write_text(json.dumps(record, indent=2), encoding="utf-8")
        part.rename(self.folder / name / RECORD)
        return record

    def services(self) -> dict[str, dict[str, t.Any]]:
        """Return the records of the services that run, by name."""
        records = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob(f"*/{RECORD}")))
        return {record["name"]: record for record in records if Process(record["pid"], record["started"]).alive()}

    def leave_out(self, reasons: t.Mapping[str, str]) -> None:
        """Note engines that cannot be had, and why."""
        (self.folder / LEFT_OUT).write_text(json.dumps(reasons), encoding="utf-8")

    def left_out(self) -> dict[str, str]:
        """Return the engines that could not be had when the lab was started last, and why."""
        path = self.folder / LEFT_OUT
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def stop(self, names: t.Sequence[str]) -> None:
        """End services at once: killing process 1 of a pid namespace ends everything in it, and frees its mounts."""
        running = self.services()
        # The watch ends the lab that it is part of, and itself last, by coming to its end.
        doomed = [running[name] for name in names if name in running and running[name]["pid"] != os.getpid()]
        for record in doomed:
            first = child_of(record["pid"]) if record.get("namespace") else None
            inner = Process.of(first) if first else None
            if inner:
                inner.kill()
            Process(record["pid"], record["started"]).kill()
        for name in names:
            remove_cgroups(f"{self.cgroup}/{name}")
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def remove(self) -> None:
        """End all services and leave nothing: no process, no mount, no control group, no file."""
        self.stop([path.parent.name for path in self.folder.glob(f"*/{RECORD}")])
        remove_cgroups(self.cgroup)
        shutil.rmtree(self.folder, ignore_errors=True)
