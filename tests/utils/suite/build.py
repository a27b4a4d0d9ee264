# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, install what was built, and look at what is in it."""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import textwrap
import typing as t
from pathlib import Path

from . import pythons, tree, venvs
from .paths import CACHE, REQUIREMENTS, ROOT
from .process import Log
from .result import Result
from .tables import OLDEST, STABLE

# What users get. Tests are among it for those who package collections; what needs a clone is not.
TOP = {"LICENSES", "changelogs", "docs", "meta", "playbooks", "plugins", "roles", "tests"}
TOP_FILES = re.compile(r"[A-Z_]+(\.(md|rst|json|toml))?|\.ansible-lint|\.yamllint")  # linters of Galaxy's importer
# Nothing of a build, a test run or an editor belongs into what users get.
SCRATCH = re.compile(
    r"(^|/)(\.cache|\.ansible|\.git|\.github|\.ci|\.hypothesis|\.(mypy|pytest|ruff)_cache|\.?venv|__pycache__|node_modules"
    r"|pyvenv\.cfg|site-packages|importer_result\.json|integration_config\.yml)(/|$)"
    r"|^tests/output(/|$)|^tests/integration/inventory$|\.(pyc|tar\.gz|log|swp)$"
)
# What must be there beside every file of plugins/, roles/ and playbooks/.
WANTED = ("COPYING", "FILES.json", "MANIFEST.json", "README.md", "meta/runtime.yml", "changelogs/config.yaml")


def _core(interpreters: t.Mapping[str, Path], log: Log) -> Path:
    """Return the folder of ansible-core's programs."""
    python = pythons.for_tools(interpreters)[1]
    return venvs.venv(f"core-{STABLE.version}", python, [STABLE.requirement], log) / "bin"


def archive(name: str, interpreters: t.Mapping[str, Path], log: Log, source: Path = ROOT) -> Path:
    """Build the collection in a folder of that name and return the archive."""
    target = CACHE / "build" / name
    shutil.rmtree(target, ignore_errors=True)
    # The checkout itself, not a clean copy: `build_ignore` must keep out what lies about in it.
    env = dict(os.environ, HOME=str(venvs.home("build")))
    program = _core(interpreters, log) / "ansible-galaxy"
    log.check([program, "collection", "build", "--output-path", target, source], env=env)
    return next(target.glob("*.tar.gz"))


def build(interpreters: t.Mapping[str, Path], log: Log, source: Path = ROOT) -> Result:
    """Build, install, compare."""
    built = archive("step", interpreters, log, source)
    result = Result(passed=1)
    supported = re.search(r'requires_ansible: "(.*)"', (ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    if supported and supported.group(1) == f">={OLDEST.version}.0":
        result.passed += 1
    else:
        result.problem(
            "requires_ansible in meta/runtime.yml must be >= the oldest of CORES in tables.py, without upper bound"
        )
    with tarfile.open(built) as tar:
        names = {member.name for member in tar.getmembers() if not member.isdir()}
    scratch = sorted(name for name in names if SCRATCH.search(name) or not _belongs(name))
    shipped = {str(path) for path in tree.files() if path.parts[0] in {"plugins", "roles", "playbooks", "meta"}}
    missing = sorted((shipped | set(WANTED)) - names)
    for text, found in (("scratch in the archive", scratch), ("missing in the archive", missing)):
        if found:
            result.problem(f"{text}: {', '.join(found[:10])}")
        else:
            result.passed += 1
    target = CACHE / "build" / "installed"
    shutil.rmtree(target, ignore_errors=True)
    env = dict(os.environ, HOME=str(venvs.home("build")))
    core = _core(interpreters, log)
    log.check([core / "ansible-galaxy", "collection", "install", "--offline", "-p", target, built], env=env)
    env["ANSIBLE_COLLECTIONS_PATH"] = str(target)
    for kind in ("module", "filter", "test", "role"):
        wanted = _public(kind)
        if not wanted:
            continue
        log.check([core / "ansible-doc", "-t", kind, "-l", "container_ops.images"], env=env)
        listed = set(re.findall(r"^container_ops\.images\.(\w+)", log.text(), re.M))
        if wanted <= listed:
            result.passed += 1
        else:
            result.problem(f"ansible-doc does not list {kind} {', '.join(sorted(wanted - listed))}")
    _execution_environment(target, interpreters, log, result)
    return result


def _execution_environment(installed: Path, interpreters: t.Mapping[str, Path], log: Log, result: Result) -> None:
    """Let ansible-builder find what the collection needs, and accept the definition that the guide shows."""
    python = pythons.for_tools(interpreters)[1]
    builder = venvs.venv("builder", python, ["-r", str(REQUIREMENTS / "builder.txt")], log) / "bin/ansible-builder"
    work = CACHE / "build" / "environment"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    found = {"requirements": work / "pip.txt", "bindep": work / "bindep.txt"}
    log.check(
        [builder, "introspect", "--write-pip", found["requirements"], "--write-bindep", found["bindep"], installed]
    )
    for name, path in found.items():
        wanted = (ROOT / "meta" / f"ee-{name}.txt").read_text(encoding="utf-8").splitlines()
        lines = [line.partition("  #")[0] for line in path.read_text(encoding="utf-8").splitlines() if line]
        if lines == wanted:
            result.passed += 1
        else:
            result.problem(f"ansible-builder finds {lines} in meta/ee-{name}.txt, not {wanted}")
    guide = (ROOT / "docs/docsite/rst/guide_execution_nodes.rst").read_text(encoding="utf-8")
    (block,) = re.findall(r"^   # execution-environment\.yml\n((?:   .*\n)+)", guide, re.M)
    (work / "execution-environment.yml").write_text(textwrap.dedent(block), encoding="utf-8")
    definition = ["--file", work / "execution-environment.yml", "--context", work / "context"]
    log.check([builder, "create", *definition, "--output-filename", "Containerfile"])
    wanted_collection = "container_ops.images" in (work / "context/_build/requirements.yml").read_text(encoding="utf-8")
    if wanted_collection and (work / "context/Containerfile").exists():
        result.passed += 1
    else:
        result.problem("ansible-builder does not take the collection from the definition in guide_execution_nodes.rst")


def _belongs(name: str) -> bool:
    top, slash, _rest = name.partition("/")
    return top in TOP if slash else bool(TOP_FILES.fullmatch(top))


def _public(kind: str) -> set[str]:
    """Return the names of the plugins of a kind, by their files."""
    if kind == "role":
        return {path.parts[1] for path in tree.files() if re.match(r"roles/\w+/meta/argument_specs\.yml$", str(path))}
    folder = Path("plugins", "modules" if kind == "module" else kind)
    return {path.stem for path in tree.files() if path.parent == folder and path.suffix == ".py"}
