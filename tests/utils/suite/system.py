# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that the tests call: installed by apt where they are missing and we may."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import typing as t
from pathlib import Path

from .process import Failed, Log

APT = Path("/var/lib/apt")
POLICY = Path("/usr/sbin/policy-rc.d")


def package(line: str) -> tuple[str, str]:
    """Read `package` or `package:program`."""
    name, _colon, program = line.strip().partition(":")
    return name, program or name


@contextlib.contextmanager
def _alone() -> t.Iterator[None]:
    """One at a time, among steps and among runs: apt-get does not wait for another one."""
    folder = os.open(APT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextlib.contextmanager
def _no_services() -> t.Iterator[None]:
    """Let no package start the service that it brings: `invoke-rc.d` and systemd's helpers ask this file first."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def install(packages: t.Mapping[str, str], log: Log) -> None:
    """Install packages of the distribution whose program is missing. Nothing else of the machine is changed."""
    if not (missing := _missing(packages)):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failed(f"missing: {' '.join(missing)}. As root: apt-get install {' '.join(missing)}")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with _alone(), _no_services():
        # What is not ours may install, too.
        apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
        if missing := _missing(packages):
            log.check([*apt, "update"], env=env)
            log.check([*apt, "-y", "--no-install-recommends", "install", *missing], env=env)


def _missing(packages: t.Mapping[str, str]) -> list[str]:
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    return [name for name, program in packages.items() if not shutil.which(program, path=path)]
