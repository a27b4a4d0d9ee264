# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program with an unpacked root as /, in private mount and pid namespaces that end with it."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import subprocess
import time

from engines.catalogue import LabError
from engines.processes import child_of

INSIDE = "/run/lab"  # where the service finds its state folder (sockets, certificates, configuration)
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# The root stays as it was unpacked: an overlay in memory takes what is written, for engines of one suite share it.
# pivot_root, not chroot: runc refuses to start containers in a chroot.
# cgroup: runc works on v1, v2 and hybrid hosts. crun refuses hybrid hosts, so Podman sees a bare cgroup2 there.
ENTER = r"""
mkdir -p "$STATE/root"
mount -t tmpfs tmpfs "$STATE/root"
cd "$STATE/root"
mkdir changes work merged
mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$STATE/root/changes,workdir=$STATE/root/work" merged
cd merged
mkdir -p .old
mount -t proc proc proc
mount --rbind /dev dev
mount -t sysfs sysfs sys
if [ "$CGROUP" = v2 ] && ! grep -q '^cgroup2 /sys/fs/cgroup ' /proc/mounts; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount --rbind /sys/fs/cgroup sys/fs/cgroup
fi
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs var/tmp
mkdir -p run/lab run/lock
mount --bind "$STATE" run/lab
pivot_root . .old
cd /
umount -l /.old
exec env -i PATH="$PATH" HOME=/root "$@"
"""


def spawn(root: pathlib.Path, state: pathlib.Path, command: list[str], cgroup: str = "host") -> subprocess.Popen[bytes]:
    """Start a command inside; it outlives this process. Its output goes to STATE/log. Needs root (CAP_SYS_ADMIN)."""
    for tool in ("unshare", "pivot_root", "nsenter"):
        if not shutil.which(tool, path=PATH):
            raise LabError(f"{tool} is not here: apt-get install util-linux")
    entering = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
    with (state / "log").open("wb") as log:
        return subprocess.Popen(
            [*entering, "--", "/bin/sh", "-euc", ENTER, "sh", *command],
            env={"PATH": PATH, "ROOT": str(root), "STATE": str(state), "CGROUP": cgroup},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def inside(pid: int, environment: dict[str, str]) -> list[str]:
    """Return the words that run a command beside the service whose `unshare` has that pid."""
    settings = [f"{key}={value}" for key, value in {"PATH": PATH, "HOME": "/root", **environment}.items()]
    return ["nsenter", "-t", str(child_of(pid)), "-m", "-p", "--", "env", "-i", *settings]


def remove_cgroups(name: str, patience: float = 2) -> None:
    """Remove the control groups that a killed engine leaves, in every hierarchy (v1 and v2)."""
    mounts = pathlib.Path("/sys/fs/cgroup")
    deadline = time.monotonic() + patience
    tops = [top for top in (mounts / name, *(folder / name for folder in mounts.glob("*/"))) if top.is_dir()]
    for top in tops:
        while top.is_dir() and time.monotonic() < deadline:
            for folder, _folders, _files in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):  # busy: a killed process in it is still on its way out
                    os.rmdir(folder)
            if top.is_dir():
                time.sleep(0.02)
