# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack the engines of a Debian suite into a folder: no package is installed, no maintainer script runs."""

from __future__ import annotations

import concurrent.futures
import fcntl
import os
import pathlib
import re
import shutil
import subprocess

from engines.catalogue import PARTIAL, LabError

# What an engine needs around it: busybox-static also feeds the image set; without base-files GET /info names no
# operating system; dash, coreutils, mount and util-linux are what engines and their helpers call.
COMMON = (
    "docker.io docker-registry podman crun netavark uidmap busybox-static base-files dash coreutils mount util-linux"
).split()
# In bookworm, docker.io still holds the CLI; its root also makes certificates and serves ssh.
PACKAGES = {
    "bookworm": [*COMMON, "openssl", "openssh-client", "openssh-server"],
    "experimental": [name for name in COMMON if not name.startswith("docker")],
}
NEWER = [*COMMON, "docker-cli", "docker-buildx"]
# A root whose name ends so is a managed host: Podman, journald, and what Ansible wants of a host.
HOST = "-host"
HOST_PACKAGES = (
    "podman crun netavark uidmap fuse-overlayfs busybox-static base-files dash coreutils mount util-linux "
    "sudo libpam-modules openssh-server systemd python3 tar grep findutils"
).split()
# A root whose name ends so holds clients of registries, which the tests take as witnesses.
CLIENTS = "-clients"
CLIENT_PACKAGES = "crane oras skopeo base-files dash coreutils mount util-linux".split()
KINDS = {HOST: HOST_PACKAGES, CLIENTS: CLIENT_PACKAGES}

APT_OPTIONS = {
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    "Acquire::Check-Valid-Until": "false",  # mirrors of testing lag behind its Release file
    "APT::Update::Error-Mode": "any",  # a mirror that cannot be reached is an error, not a warning
    "APT::Update::Post-Invoke-Success": "",
    "APT::Update::Post-Invoke": "",
    "DPkg::Post-Invoke": "",
}
PASSWD = "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
GROUP = "root:x:0:\ndocker:x:0:\nnogroup:x:65534:\n"
STAMP = ".packages"  # in an unpacked root: what it was made of


def unpack(cache: pathlib.Path, suites: list[str]) -> dict[str, str]:
    """Unpack every suite that is not in the cache yet (20 s and 0.5 GB each), side by side.

    Returns the suites that the mirror has no more, of those that were to be expected to go, and why.
    """
    cache.mkdir(parents=True, exist_ok=True)
    lost: dict[str, str] = {}

    def unpack_or_note(suite: str) -> None:
        try:
            _unpack_suite(cache, suite)
        except LabError as error:
            if _split(suite)[0] not in PARTIAL:
                raise
            lost[suite] = str(error)

    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # runs that share a cache wait for each other
        missing = [suite for suite in suites if not _is_current(root_of(cache, suite) / STAMP, suite)]
        for tool in ("apt-get", "dpkg-deb", "tar") if missing else ():
            if not shutil.which(tool):
                raise LabError(
                    f"{tool} is not here: the engines are unpacked from Debian's packages, on Debian 12 or 13"
                )
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(unpack_or_note, missing))
    return lost


def root_of(cache: pathlib.Path, suite: str) -> pathlib.Path:
    """Return the folder that becomes / for the engines of that suite."""
    return cache.absolute() / "roots" / suite


def _is_current(stamp: pathlib.Path, suite: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="ascii") == _content(suite)


def _content(suite: str) -> str:
    return " ".join(_packages(suite))


def _split(name: str) -> tuple[str, str]:
    """The suite that a root is made of, and its kind: "" for engines."""
    kind = next((kind for kind in KINDS if name.endswith(kind)), "")
    return name.removesuffix(kind), kind


def _packages(suite: str) -> list[str]:
    suite, kind = _split(suite)
    names = KINDS[kind] if kind else PACKAGES.get(suite, NEWER)
    _rest, taken = PARTIAL.get(suite, ("", ()))
    return [*(name for name in names if name not in taken), *(f"{name}/{suite}" for name in taken)]


def _unpack_suite(cache: pathlib.Path, suite: str) -> None:
    """Download with a private apt state, unpack next to the target, and move into place only when whole."""
    apt, part = cache.absolute() / "apt" / suite, root_of(cache, f"{suite}.part")
    for leftover in (apt, part, root_of(cache, suite)):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        archives = _download(apt, suite)
        _extract(archives, part)
        _furnish(part)
        (part / STAMP).write_text(_content(suite), encoding="ascii")
        part.rename(root_of(cache, suite))
    finally:
        shutil.rmtree(apt, ignore_errors=True)


def _download(apt: pathlib.Path, suite: str) -> list[pathlib.Path]:
    """Let apt resolve and fetch the packages of the suite as if nothing were installed; its signatures are checked."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    base, _kind = _split(suite)
    sources = [base, PARTIAL[base][0]] if base in PARTIAL else [base]
    lines = (f"deb [signed-by={_keyring()}] {_mirror()} {source} main\n" for source in sources)
    (apt / "sources.list").write_text("".join(lines), encoding="utf-8")
    options = {
        **APT_OPTIONS,
        "Dir::Etc::SourceList": apt / "sources.list",
        "Dir::State::Lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
    }
    command = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in options.items())]
    _run(suite, [*command, "update"])
    _run(suite, [*command, "-y", "--download-only", "install", *_packages(suite)])
    return sorted((apt / "cache" / "archives").glob("*.deb"))


def _run(suite: str, command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    trouble = re.findall(r"^(?:E|W): (.*)", done.stdout, re.M)
    if done.returncode:
        reason = (trouble[0] if trouble else done.stdout.strip()[-300:]).rstrip(".")
        remedy = "Set DEBIAN_MIRROR to a mirror that still has it, or leave its engines out"
        raise LabError(f"Debian suite {suite} cannot be fetched from {_mirror()}: {reason}. {remedy}")


def _extract(archives: list[pathlib.Path], root: pathlib.Path) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):  # merged /usr first, so that tar follows these links
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    unpacking = 'dpkg-deb --fsys-tarfile "$1" | tar -C "$2" -xp --keep-directory-symlink ' + " ".join(
        f"--exclude=./usr/share/{name}" for name in ("doc", "info", "locale", "man")
    )

    def extract(archive: pathlib.Path) -> None:
        _run(archive.name, ["sh", "-c", unpacking, "sh", str(archive), str(root)])

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(extract, archives))


def _furnish(root: pathlib.Path) -> None:
    """Do the little that maintainer scripts would have done."""
    for folder in ("proc", "sys", "dev", "run", "tmp", "root", "etc/containers", "var/lib", "var/tmp"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    if not (root / "bin" / "sh").exists():
        (root / "bin" / "sh").symlink_to("dash")
    if not (root / "var" / "run").exists():
        (root / "var" / "run").symlink_to("/run")
    for name, text in {"passwd": PASSWD, "group": GROUP, "hosts": "127.0.0.1 localhost\n", "resolv.conf": ""}.items():
        (root / "etc" / name).write_text(text, encoding="ascii")


def _mirror() -> str:
    """Return the Debian mirror that this machine uses."""
    if os.environ.get("DEBIAN_MIRROR"):
        return os.environ["DEBIAN_MIRROR"]
    for path in ("/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"):
        if os.path.exists(path):
            text = pathlib.Path(path).read_text(encoding="utf-8")
            found = re.search(r"^URIs:\s*(\S+)", text, re.M) or re.search(r"^deb\s+(?:\[.*?\]\s+)?(\S+)", text, re.M)
            if found:
                return found.group(1)
    return "http://deb.debian.org/debian"


def _keyring() -> str:
    keyrings = [f"/usr/share/keyrings/debian-archive-keyring.{suffix}" for suffix in ("pgp", "gpg")]
    for path in keyrings:
        if os.path.exists(path):
            return path
    raise LabError(f"{keyrings[-1]} is missing: apt-get install debian-archive-keyring")
