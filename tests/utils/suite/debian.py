# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages of any Debian suite, unpacked below the cache. Needs apt and the machine's mirror, but no root.

apt works on a state of its own, so neither the machine's package lists nor its installed packages are touched.
"""

from __future__ import annotations

import shutil
import subprocess
import typing as t
from pathlib import Path

from .paths import DEBIAN
from .process import Failed, Log, output

KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")


def mirror() -> str:
    """Return the address of the Debian mirror that this machine is configured for."""
    if not shutil.which("apt-get"):
        raise Failed("this needs Debian's apt-get")
    targets = output(
        ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)", "Created-By: Packages"]
    )
    for address in targets.split():
        if address.rstrip("/").endswith("/debian"):
            return address
    raise Failed("no Debian mirror among the sources of apt")


def _options(suite: str) -> list[str]:
    state = DEBIAN / "apt" / suite
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    keyrings = [Path("/usr/share/keyrings", name) for name in KEYRINGS]
    keyring = next((path for path in keyrings if path.exists()), None)
    if keyring is None:
        raise Failed(f"{keyrings[0]} is missing: apt-get install debian-archive-keyring")
    (state / "sources.list").write_text(f"deb [signed-by={keyring}] {mirror()} {suite} main\n", encoding="utf-8")
    settings = {
        "Dir::Etc::SourceList": state / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "APT::Update::Post-Invoke": "",
        "APT::Update::Post-Invoke-Success": "",
        "DPkg::Post-Invoke": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Acquire::Check-Valid-Until": "false",
        "Debug::NoLocking": "true",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def unpack(suite: str, packages: t.Sequence[str], name: str, log: Log) -> Path:
    """Unpack packages and all they depend on into a folder of their own, and return it."""
    root = DEBIAN / name
    if (root / ".complete").exists():
        return root
    options = _options(suite)
    archives = DEBIAN / "apt" / suite / "cache" / "archives"
    log.check(["apt-get", "-qq", *options, "update"])
    log.check(["apt-get", "-qq", "-y", *options, "--download-only", "install", *packages])
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("bin", "sbin", "lib", "lib64"):  # older packages still use /lib, and nobody merges it for us
        (root / "usr" / folder).mkdir(parents=True)
        (root / folder).symlink_to(f"usr/{folder}")
    for archive in sorted(archives.glob("*.deb")):
        _extract(archive, root)
    shutil.rmtree(archives)
    (root / ".complete").touch()
    return root


def _extract(archive: Path, root: Path) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE) as reader:
        subprocess.run(
            ["tar", "-x", "--keep-directory-symlink", "--no-same-owner", "--exclude=./usr/share/doc", "-C", str(root)],
            stdin=reader.stdout,
            check=True,
        )
