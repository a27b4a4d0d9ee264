# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom, and what the pure middle may not even reach for. Read from the source, nothing is imported.

The second half plants defects and looks whether they are found.
"""

from __future__ import annotations

import ast
import sys
import typing as t
from pathlib import Path, PurePosixPath

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
COLLECTION = "ansible_collections.container_ops.images.plugins."

# Modules of the standard library that only compute.
PURE = frozenset(
    "__future__ bisect collections contextlib copy dataclasses datetime decimal difflib enum fnmatch fractions "
    "functools hashlib heapq ipaddress itertools json math operator re string types typing unicodedata "
    "urllib.parse".split()
)
SERIALIZERS = frozenset(["base64", "csv", "html", "io", "xml.etree", "xml.sax.saxutils"])
# `sys.stdlib_module_names` came with Python 3.10, and so did the oldest controller that this test runs on.
STDLIB = frozenset(getattr(sys, "stdlib_module_names", ()))

# What asks the machine, whatever it is called on.
IMPURE_CALLS = frozenset("breakpoint eval exec input open print __import__".split())
IMPURE_METHODS = frozenset("now utcnow today read_text write_text".split())


class Layer(t.NamedTuple):
    """What files below a path may import: names or dotted prefixes; own modules without the collection's name."""

    path: str
    own: tuple[str, ...]
    foreign: frozenset[str]


SDK = "module_utils/_engine/docker_sdk.py"
CORE = ("module_utils._core",)
MODULE_UTILS = ("module_utils.",)
ANSIBLE = STDLIB | {"ansible.module_utils"}


def core(*rooms: str) -> tuple[str, ...]:
    """The files that lie flat in `_core`, and the rooms named."""
    flat = ("errors", "fields", "json_text", "quantities", "remarks", "safe_text", "timestamps")
    return tuple(f"module_utils._core.{name}" for name in (*flat, *rooms))


# One row a room, as in CONTRIBUTING.md. The first that fits a file counts.
LAYERS = (
    Layer("module_utils/_core/image", core("image"), PURE),
    Layer("module_utils/_core/oci", core("image", "oci"), PURE),
    Layer("module_utils/_core/layers", core("image", "oci", "layers"), PURE),
    Layer("module_utils/_core/registry", core("image", "oci", "layers", "registry"), PURE),
    Layer("module_utils/_core/listing", core("image", "oci", "registry", "listing"), PURE),
    Layer("module_utils/_core/archive", core("image", "oci", "layers", "archive"), PURE),
    Layer("module_utils/_core/prune", core("image", "prune"), PURE),
    Layer("module_utils/_core/usage", core("image", "usage"), PURE),
    Layer("module_utils/_core/report", core("image", "registry", "report"), PURE),
    Layer("module_utils/_core/render", core("image", "report", "render"), PURE | SERIALIZERS),
    Layer("module_utils/_core", core(), PURE),
    Layer(SDK, (*CORE, "module_utils._engine"), STDLIB | {"docker", "requests", "urllib3"}),
    Layer("module_utils/_engine", (*CORE, "module_utils._engine"), ANSIBLE),
    Layer(
        "module_utils/_archives/compression.py",
        (*CORE, "module_utils._archives"),
        STDLIB | {"backports", "compression", "zstandard"},
    ),
    Layer("module_utils/_archives", (*CORE, "module_utils._archives"), ANSIBLE),
    Layer(
        "module_utils/_prune",
        (*CORE, *(f"module_utils.{name}" for name in ("_argspec", "_engine", "_prune", "_usage"))),
        ANSIBLE,
    ),
    Layer("module_utils/_usage", (*CORE, "module_utils._engine", "module_utils._usage"), ANSIBLE),
    Layer("module_utils/_registry", (*CORE, "module_utils._engine", "module_utils._registry"), ANSIBLE),
    Layer("module_utils/_report", (*CORE, "module_utils._report"), ANSIBLE),
    Layer("module_utils", MODULE_UTILS, ANSIBLE),
    Layer("modules", MODULE_UTILS, PURE | {"ansible.module_utils", "time"}),
    Layer(
        "plugin_utils",
        (*CORE, "module_utils._argspec", "module_utils._prune.policy_options", "plugin_utils."),
        STDLIB | {"ansible"},
    ),
    Layer("filter", (*CORE, "plugin_utils."), PURE | {"ansible.errors", "ansible.module_utils"}),
    Layer("test", (*CORE, "plugin_utils."), PURE | {"ansible.errors", "ansible.module_utils"}),
    Layer("action", (*CORE, "module_utils._argspec", "plugin_utils."), STDLIB | {"ansible"}),
    Layer("doc_fragments", (), frozenset(["__future__"])),
)
# ansible-core imports every filter and test file of a collection to find one name, so what costs time waits until then.
CHEAP = frozenset(["__future__", "collections.abc", "typing", "ansible.errors", "ansible.module_utils"])
CHEAP_OWN = "plugin_utils._filters"


def is_below(name: str, prefixes: t.Iterable[str]) -> bool:
    """Whether a dotted name is one of these, or lies in one of them."""
    return any(name == prefix.rstrip(".") or name.startswith(prefix.rstrip(".") + ".") for prefix in prefixes)


def imports(path: str, nodes: t.Iterable[ast.AST]) -> t.Iterator[str]:
    """Full names that these nodes import: `os`, `module_utils._core.summary`."""
    package = PurePosixPath(path).with_suffix("").parts
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.replace(COLLECTION, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = [*package[: len(package) - node.level]] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            if (base + ".").startswith(COLLECTION) or node.level:
                # The names too: `from . import x` imports a file.
                yield from (f"{base}.{alias.name}".replace(COLLECTION, "") for alias in node.names)
            else:
                yield base


def layer_of(path: str) -> Layer | None:
    """The rule for a file, by its path below plugins/."""
    return next((layer for layer in LAYERS if path == layer.path or path.startswith(layer.path + "/")), None)


def offences(path: str, source: str) -> list[str]:
    """What is wrong with a file, a line each."""
    layer = layer_of(path)
    if layer is None:
        return [f"{path} lies in no known layer"]
    tree = ast.parse(source)
    own_folders = tuple(child.name for child in PLUGINS.iterdir())
    found = []
    for name in imports(path, ast.walk(tree)):
        own = name.split(".")[0] in own_folders and name.split(".")[0] not in STDLIB
        if not is_below(name, layer.own if own else layer.foreign):
            found.append(f"imports {name}")
    if layer.path in ("filter", "test"):
        for name in imports(path, tree.body):
            if not is_below(name, [*CHEAP, CHEAP_OWN]):
                found.append(f"imports {name} at the top")
    if layer.path.startswith("module_utils/_core"):
        found += impurities(tree)
    if path.startswith("module_utils/"):
        found += handles(tree)
    return found


def impurities(tree: ast.AST) -> t.Iterator[str]:
    """Calls that reach out of the program: what the import rules alone do not see."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS:
                yield f"calls {node.func.id}()"
            if isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_METHODS:
                yield f"calls .{node.func.attr}()"
            if ast.unparse(node.func) == "io.open":
                yield "calls io.open()"


def handles(tree: ast.AST) -> t.Iterator[str]:
    """Functions that take Ansible's module object. One may: it ends the module with an answer or an error."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name != "run_module":
            names = {argument.arg for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
            if names & {"module", "ansible_module"}:
                yield f"{node.name}() takes the module object"


FILES = sorted(path.relative_to(PLUGINS).as_posix() for path in PLUGINS.rglob("*.py"))


@pytest.mark.parametrize("path", FILES)
def test_imports_stay_in_their_layer(path: str) -> None:
    assert offences(path, (PLUGINS / path).read_text(encoding="utf-8")) == []


def test_only_one_file_names_the_docker_sdk() -> None:
    naming = [
        path
        for path in FILES
        if any(
            is_below(name, ["docker"])
            for name in imports(path, ast.walk(ast.parse((PLUGINS / path).read_text("utf-8"))))
        )
    ]
    assert naming == [SDK]


def own_imports(path: str) -> set[str]:
    """The files of module_utils that a file there imports, for types as well."""
    here = PLUGINS / path
    names = set(imports(path, ast.walk(ast.parse(here.read_text(encoding="utf-8")))))
    found = {name.replace(".", "/") for full in names for name in (full, full.rpartition(".")[0])}
    return {f"{name}.py" for name in found if (PLUGINS / f"{name}.py").is_file()} - {path}


MODULE_UTILS_FILES = [path for path in FILES if path.startswith("module_utils/")]


def test_no_import_circles() -> None:
    wanted = {path: own_imports(path) for path in MODULE_UTILS_FILES}
    while True:
        done = [path for path, files in wanted.items() if not files & wanted.keys()]
        if not done:
            break
        for path in done:
            del wanted[path]
    assert sorted(wanted) == []


@pytest.mark.parametrize("path", MODULE_UTILS_FILES)
def test_imports_within_module_utils_are_relative(path: str) -> None:
    assert COLLECTION not in (PLUGINS / path).read_text(encoding="utf-8")


UNITS = Path(__file__).parent / "plugins"
UNITS_OF_HOSTS = sorted(path for room in ("module_utils", "modules") for path in (UNITS / room).rglob("*.py"))


@pytest.mark.parametrize("path", UNITS_OF_HOSTS, ids=lambda path: path.name)
def test_unit_tests_of_hosts_code_need_no_controller(path: Path) -> None:
    """ansible-test runs them where only `ansible.module_utils` can be imported."""
    source = ast.parse(path.read_text(encoding="utf-8"))
    found = list(imports("module_utils/" + path.relative_to(UNITS).name, ast.walk(source)))
    controller = ("filter", "test", "action", "plugin_utils", "doc_fragments")
    assert not [name for name in found if is_below(name, controller)]
    assert not [name for name in found if is_below(name, ["ansible"]) and not is_below(name, ["ansible.module_utils"])]


def test_few_files_lie_flat() -> None:
    assert len([path for path in MODULE_UTILS_FILES if path.count("/") == 1]) <= 6


def test_no_two_files_share_a_name() -> None:
    names = [PurePosixPath(path).name for path in MODULE_UTILS_FILES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_two_classes_share_a_name() -> None:
    names = [
        node.name
        for path in MODULE_UTILS_FILES
        for node in ast.parse((PLUGINS / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_ansible_supplies_the_packages() -> None:
    assert list(PLUGINS.rglob("__init__.py")) == []


@pytest.mark.parametrize(
    "path, source, offence",
    [
        ("filter/image_select.py", "import docker", "imports docker"),
        (
            "filter/image_select.py",
            f"def f():\n    from {COLLECTION}module_utils._engine.port import connect",
            "imports module_utils._engine.port.connect",
        ),
        (
            "filter/image_select.py",
            f"from {COLLECTION}module_utils._core.image.selector import select",
            "imports module_utils._core.image.selector.select at the top",
        ),
        ("filter/image_select.py", "import json", "imports json at the top"),
        ("test/image_matches.py", "import requests", "imports requests"),
        ("test/image_matches.py", "def f():\n    import time", "imports time"),
        ("module_utils/_core/x.py", "import os", "imports os"),
        ("module_utils/_core/x.py", "import os.path as json", "imports os.path"),
        ("module_utils/_core/x.py", "import urllib.request", "imports urllib.request"),
        ("module_utils/_core/x.py", "import csv", "imports csv"),
        ("module_utils/_core/x.py", "import ansible.module_utils.basic", "imports ansible.module_utils.basic"),
        ("module_utils/_core/prune/x.py", "from ..report import gate", "imports module_utils._core.report.gate"),
        ("module_utils/_report/x.py", "from .._engine import port", "imports module_utils._engine.port"),
        ("module_utils/_core/x.py", "from .. import _engine", "imports module_utils._engine"),
        (
            "module_utils/_core/deep/x.py",
            "from ..._engine.port import connect",
            "imports module_utils._engine.port.connect",
        ),
        (
            "module_utils/_core/x.py",
            f"from {COLLECTION}module_utils import _argspec",
            "imports module_utils._argspec",
        ),
        ("module_utils/_core/x.py", "import datetime\nnow = datetime.datetime.now()", "calls .now()"),
        ("module_utils/_core/x.py", "with open('f') as file: pass", "calls open()"),
        ("module_utils/_core/x.py", "__import__('os')", "calls __import__()"),
        ("module_utils/_core/render/x.py", "import io\nio.open('f')", "calls io.open()"),
        ("module_utils/_core/render/x.py", "import jinja2", "imports jinja2"),
        ("module_utils/_engine/x.py", "def f():\n    import docker", "imports docker"),
        ("module_utils/_engine/x.py", "import ansible.errors", "imports ansible.errors"),
        ("module_utils/_engine/x.py", "def f(module): pass", "f() takes the module object"),
        ("module_utils/_engine/x.py", f"import {COLLECTION}plugin_utils._filters", "imports plugin_utils._filters"),
        (SDK, "import podman", "imports podman"),
        (
            "modules/image_prune.py",
            f"from {COLLECTION}modules import image_summary_info",
            "imports modules.image_summary_info",
        ),
        ("modules/image_prune.py", f"import {COLLECTION}plugin_utils._filters", "imports plugin_utils._filters"),
        ("modules/image_prune.py", "from ansible.errors import AnsibleError", "imports ansible.errors"),
        ("modules/image_prune.py", "import subprocess", "imports subprocess"),
        ("doc_fragments/_docker.py", "import os", "imports os"),
        ("lookup/x.py", "", "lookup/x.py lies in no known layer"),
    ],
)
def test_a_planted_defect_is_found(path: str, source: str, offence: str) -> None:
    assert offence in offences(path, source)


@pytest.mark.parametrize(
    "path, source",
    [
        (
            "module_utils/_core/prune/x.py",
            "import collections.abc\nfrom ..image.summary import ImageSummary",
        ),
        ("module_utils/_core/render/x.py", "import xml.etree.ElementTree\nfrom ..errors import InputError"),
        (SDK, "try:\n    import docker.errors\nexcept ImportError:\n    pass"),
        ("filter/x.py", f"def f():\n    import json\n    from {COLLECTION}module_utils._core import x"),
        ("test/x.py", "from ansible.module_utils.parsing.convert_bool import boolean"),
    ],
)
def test_what_is_allowed_is_not_found(path: str, source: str) -> None:
    assert offences(path, source) == []
