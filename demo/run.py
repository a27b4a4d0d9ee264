# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make demo` runs: get Ansible into the clone, run the playbook, print its table."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import make_archive
from suite import pythons, venvs  # tests/utils is on the path
from suite.paths import CACHE, COLLECTION, LOGS, ROOT
from suite.process import Failed, Log
from suite.tables import RELEASED, STABLE, newest_for

FOLDER = CACHE / "demo"


def ansible(log: Log) -> Path:
    """Return the folder of Ansible's programs, in a virtual environment with the Docker SDK."""
    found = pythons.installed()
    able = [version for version in found if newest_for(version, RELEASED)]
    version = max(able, key=lambda version: int(version.split(".")[1]), default=STABLE.python)
    core = newest_for(version, RELEASED)
    python = found.get(version) or pythons.from_debian(version, pythons.NEEDED[version], log)
    assert core
    print(f"Getting ansible-core {core.version} and the Docker SDK for Python {version} into {CACHE} ...", flush=True)
    return venvs.venv("demo", python, [core.requirement, "docker"], log) / "bin"


def link_collection() -> Path:
    """Return a collections path through which Ansible finds this very clone."""
    place = FOLDER / "collections" / COLLECTION
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(ROOT, target_is_directory=True)
    return FOLDER / "collections"


def cli_context(environ: t.Mapping[str, str]) -> str:
    """Return the context that the Docker CLI would use, or nothing where `DOCKER_HOST` or the default socket counts."""
    if environ.get("DOCKER_HOST"):
        return ""
    config = Path(environ.get("DOCKER_CONFIG") or Path("~/.docker").expanduser(), "config.json")
    try:
        current = json.loads(config.read_text(encoding="utf-8")).get("currentContext", "")
    except (OSError, ValueError, AttributeError):
        current = ""
    context = environ.get("DOCKER_CONTEXT") or current
    return "" if context == "default" else str(context)


def play(bin_: Path, collections: Path) -> int:
    """Run the playbook and return its exit status."""
    archive = FOLDER / "images.tar"
    make_archive.write(archive)
    variables = {
        "ansible_python_interpreter": str(bin_ / "python"),
        "demo_archive": str(archive),
        "demo_context": cli_context(os.environ),
        "demo_folder": str(FOLDER),
    }
    env = dict(
        os.environ,
        ANSIBLE_COLLECTIONS_PATH=str(collections),
        ANSIBLE_CONFIG=str(ROOT / "demo" / "ansible.cfg"),
        ANSIBLE_HOME=str(FOLDER / "ansible"),
        ANSIBLE_REMOTE_TMP=str(FOLDER / "ansible" / "tmp"),  # nothing in the user's home
        LC_ALL="C.UTF-8",
    )
    playbook = ROOT / "demo" / "playbook.yml"
    return subprocess.run(
        [bin_ / "ansible-playbook", playbook, "-e", json.dumps(variables)], env=env, cwd=FOLDER, check=False
    ).returncode


def main() -> int:
    """Get ready, play, show."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("report.txt", "report.html"):
        (FOLDER / name).unlink(missing_ok=True)
    log = Log(LOGS / "demo.log")
    try:
        status = play(ansible(log), link_collection())
    except Failed as exc:
        print(f"{log.tail()}\n{exc}", file=sys.stderr)
        return 1
    if status:
        return status
    shutil.copyfileobj((FOLDER / "report.txt").open(encoding="utf-8"), sys.stdout)
    print(f"The same as a page: {FOLDER / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
