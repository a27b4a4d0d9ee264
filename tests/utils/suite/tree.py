# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the collection where ansible-test wants it: below `ansible_collections/NAMESPACE/NAME`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .paths import COLLECTION, ROOT, TREES
from .process import output


def files() -> list[Path]:
    """Return the relative paths of the collection's files: tracked ones, and new ones that are not ignored."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = {Path(name) for name in output(command, cwd=ROOT).split("\0") if name}
    return sorted(name for name in names if os.path.lexists(ROOT / name))


def folder(name: str) -> Path:
    """Return where the copy of that name lies."""
    return TREES / name / COLLECTION


def copy(name: str) -> Path:
    """Bring a copy up to date and return its folder. What ansible-test keeps in `tests/output` stays."""
    target = folder(name)
    wanted = files()
    keep = {*wanted, *(parent for path in wanted for parent in path.parents)}
    for root, folders, names in os.walk(target):
        here = Path(root).relative_to(target)
        if here == Path("."):
            folders[:] = [one for one in folders if one != ".git"]
        if here == Path("tests") and "output" in folders:
            folders.remove("output")
        for one in [one for one in names if here / one not in keep]:
            Path(root, one).unlink()
        for one in [one for one in folders if here / one not in keep]:
            folders.remove(one)
            shutil.rmtree(Path(root, one))
    for path in wanted:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).unlink(missing_ok=True)
        shutil.copy2(ROOT / path, target / path, follow_symlinks=False)
    if not (target / ".git").exists():  # else ansible-test asks the clone around it, which ignores the whole cache
        output(["git", "init", "-q", target])
    return target
