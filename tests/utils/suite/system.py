# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that the tests call: installed by apt where they are missing and we may."""

from __future__ import annotations

import os
import shutil
import threading
import typing as t

from .process import Failed, Log

_lock = threading.Lock()


def package(line: str) -> tuple[str, str]:
    """Read `package` or `package:program`."""
    name, _colon, program = line.strip().partition(":")
    return name, program or name


def install(packages: t.Mapping[str, str], log: Log) -> None:
    """Install packages of the distribution whose program is missing. Nothing else of the machine is changed."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    missing = [name for name, program in packages.items() if not shutil.which(program, path=path)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failed(f"missing: {' '.join(missing)}. As root: apt-get install {' '.join(missing)}")
    # RUNLEVEL=1: a package that brings a service must not start it on the user's machine.
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    with _lock:
        log.check(["apt-get", "-qq", "update"], env=env)
        log.check(["apt-get", "-qq", "-y", "--no-install-recommends", "install", *missing], env=env)
