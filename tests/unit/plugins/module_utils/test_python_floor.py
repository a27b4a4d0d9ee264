# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An older Python gets one sentence, from each module and before anything else is imported."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils import _python_floor

# An installed collection is looked at as well: plugins/ and tests/ are siblings there too.
ROOT = next(
    parent
    for parent in Path(__file__).resolve().parents
    if (parent / "plugins" / "modules").is_dir() and parent.name != "unit"
)
FLOOR = ROOT / "plugins" / "module_utils" / "_python_floor.py"
MODULES = sorted(ROOT.glob("plugins/modules/*.py"))
OLDEST = ".".join(map(str, _python_floor.OLDEST))

RUN = "import runpy, sys; sys.version_info = {}; runpy.run_path(sys.argv[1])"


def run(version: tuple[int, int, int]) -> subprocess.CompletedProcess[str]:
    """Import the file on a Python that says it is of this version."""
    command = [sys.executable, "-c", RUN.format((*version, "final", 0)), str(FLOOR)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", [(3, 7, 16), (3, 8, 99)])
def test_an_older_python_ends_the_module_with_a_sentence(version: tuple[int, int, int]) -> None:
    done = run(version)
    result = json.loads(done.stdout)
    assert (done.returncode, done.stderr, result["failed"]) == (1, "", True)
    assert f"needs Python {OLDEST} or newer" in result["msg"]
    assert f"is {'.'.join(map(str, version))}: set ansible_python_interpreter" in result["msg"]


def test_the_oldest_python_goes_on() -> None:
    done = run((*_python_floor.OLDEST, 0))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_looks_at_its_python_before_it_imports_the_collection(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    own = [
        node for node in body if isinstance(node, ast.ImportFrom) and str(node.module).startswith("ansible_collections")
    ]
    assert own[0].module == "ansible_collections.container_ops.images.plugins.module_utils"
    assert [alias.name for alias in own[0].names] == ["_python_floor"]


def test_what_runs_first_imports_only_the_standard_library() -> None:
    names = [
        node for node in ast.walk(ast.parse(FLOOR.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    assert [node.module for node in names] == ["__future__"]
