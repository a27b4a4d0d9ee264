# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that CONTRIBUTING.md and RELEASING.md give, run in a fresh clone at an ordinary path."""

from __future__ import annotations

import os
import re
import shutil
import typing as t
from pathlib import Path

from . import pythons, release, tree, venvs
from .paths import CACHE, COLLECTION, ROOT, TREES
from .process import Log
from .result import Result

# Blocks of commands are marked ```sh; in running text and lists, what begins with a program is one.
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.M | re.S)
INLINE = re.compile(r"`((?:make|python3|pytest|\.venv/bin/\w+) [^`]+)`")
# Those that run steps for many minutes are asked for their list instead: the names must exist, and the steps themselves
# are run by `make test` and `make test-all`. In capitals: what the reader puts in.
LONG = re.compile(r"^make (?!docs$|demo$|help$|release )")
SHARED = ("debian", "npm", "pip", "venvs", "wheels")


def of(text: str) -> list[str]:
    """Return the commands of a Markdown text, each once."""
    blocks = [line.strip() for found in BLOCK.finditer(text) for line in found.group(2).splitlines()]
    return list(dict.fromkeys(line for line in [*blocks, *INLINE.findall(BLOCK.sub("", text))] if line))


def _clone(target: Path, cache: Path) -> Path:
    """Return a copy of what would be committed, whose cache shares what takes long to fetch."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(tree.copy("commands"), target, symlinks=True)
    cache.mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        (CACHE / name).resolve().mkdir(parents=True, exist_ok=True)
        (cache / name).symlink_to(CACHE / name, target_is_directory=True)
    return target


def commands(interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run them all, and the one that is sensitive to it below `ansible_collections` too."""
    result = Result()
    programs = CACHE / "commands" / "bin"
    shutil.rmtree(programs, ignore_errors=True)
    programs.mkdir(parents=True)
    # Not a link: an unpacked interpreter finds its library by its own place.
    (programs / "python3").write_text(f'#!/bin/sh\nexec {pythons.for_tools(interpreters)[1]} "$@"\n', "utf-8")
    (programs / "python3").chmod(0o755)
    env = dict(os.environ, HOME=str(venvs.home("commands")))
    env.setdefault("PYENV_ROOT", str(Path("~/.pyenv").expanduser()))
    env["PATH"] = f"{programs}{os.pathsep}{env.get('PATH', os.defpath)}"
    for name in ("TEST_CACHE", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"):
        env.pop(name, None)

    def run(command: str, clone: Path) -> None:
        words = f"{command} LIST=1" if LONG.match(command) else command
        if " VERSION=" in command:  # which one is the reader's to choose
            fragment = clone / "changelogs/fragments/commands.yml"
            fragment.parent.mkdir(exist_ok=True)  # after a release there is none
            fragment.write_text("bugfixes: [commands - work]\n", encoding="utf-8")
            words = re.sub(r"(?<= VERSION=)\S+", release.choices(clone)[-1], words)  # none later than what is new says
        start = len(log.text())
        if log.run(["bash", "-euc", words], clone, env):
            result.problem(command)
            result.problems += [f"  {line}" for line in log.text()[start:].splitlines()[-12:]]
        else:
            result.passed += 1

    clone = _clone(TREES / "clone", TREES / "clone" / ".cache")
    for file in ("CONTRIBUTING.md", "RELEASING.md"):
        for command in of((ROOT / file).read_text(encoding="utf-8")):
            run(command, clone)
    below = TREES / "clone-below" / COLLECTION
    run("make docs", _clone(below, below / ".cache"))
    return result
