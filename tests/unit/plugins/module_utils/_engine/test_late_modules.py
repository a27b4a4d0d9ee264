# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No thread is the first to import a module.

Python 3.9 shows modules of a zip to other threads before they are complete.
"""

from __future__ import annotations

import ast
import importlib.util
import pathlib
import subprocess
import sys

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import late_modules

ROOT = pathlib.Path(__file__).parents[5] / "plugins/module_utils"
PACKAGE = "ansible_collections.container_ops.images.plugins.module_utils"
LATE = late_modules.__name__[len(PACKAGE) :]
LOADED = """
import sys
import {0}
from {1} import import_late_modules
import_late_modules()
print(*(name for name in sys.modules if name.startswith("{2}.")))
"""
# What runs before the threads do, or after them.
BEFORE = {
    "._engine.connection": ("connection_from", "shown_host"),
    "._engine.engine_images": ("_get", "_with_shared_sizes"),
    "._engine.engine_layers": ("read_layers",),
    "._engine.port": ("transport_for",),
    "._prune.apply": ("apply_side_by_side",),
    "._usage.exits": ("only_stopped",),
    "._core.image.stopped": ("read_stopped",),
    "._core.image.summary": ("_compressed",),
    "._registry.web": (),
}


def late_imports(name: str, path: pathlib.Path) -> list[tuple[str, str]]:
    """(function, module of this collection that it imports)."""
    found = []
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and node.level:
                    relative = f"{'.' * node.level}{node.module or ''}"
                    target = importlib.util.resolve_name(relative, (PACKAGE + name).rpartition(".")[0])[len(PACKAGE) :]
                    found += [
                        (function.name, f"{target}.{one.name}" if not node.module else target) for one in node.names
                    ]
    return found


@pytest.mark.parametrize("module", ["._prune.apply", "._engine.engine_layers", "._registry.registry_lookup"])
def test_threads_import_nothing(module: str) -> None:
    code = LOADED.format(PACKAGE + module, PACKAGE + LATE, PACKAGE)
    above = pathlib.Path(sys.modules["ansible_collections"].__path__[0]).parent
    environment = {"PYTHONPATH": str(above), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    loaded = [name[len(PACKAGE) :] for name in done.stdout.split()]
    assert module in loaded
    first = []
    for name in loaded:
        path = ROOT / f"{name[1:].replace('.', '/')}.py"
        if path.is_file() and name != LATE:
            first += [
                (name, function, target)
                for function, target in late_imports(name, path)
                if function not in BEFORE.get(name, ()) and target not in loaded
            ]
    assert first == []
