# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain pytest: the Docker SDK matrix, and the suites that need more than `ansible-test units` gives."""

from __future__ import annotations

import os
import shutil
import typing as t
from pathlib import Path

from . import system, tree, venvs
from .paths import CACHE, REQUIREMENTS, ROOT
from .process import Failed, Log
from .result import Result, read_junit
from .tables import CORES, SDKS, STABLE


def _pytest(
    name: str,
    folder: str,
    venv: Path,
    log: Log,
    arguments: t.Sequence[str] = (),
    env: t.Mapping[str, str] | None = None,
) -> Result:
    here = tree.copy(name)
    if not (here / "tests" / folder).is_dir():
        raise Failed(f"tests/{folder} is not there")
    report = CACHE / "junit" / f"{name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    scratch = CACHE / "suites" / name
    scratch.mkdir(parents=True, exist_ok=True)
    command = [
        venv / "bin/python",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--durations=10",
        f"--junit-xml={report}",
        *arguments,
        f"tests/{folder}",
    ]
    full = dict(os.environ, HOME=str(venvs.home("suites")), PYTHONPATH=str(here.parents[2]), SUITE_CACHE=str(scratch))
    full["ANSIBLE_COLLECTIONS_PATH"] = str(here.parents[2])
    full["PATH"] = f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    full.update(env or {})
    status = log.run(command, cwd=here, env=full)
    result = Result()
    if report.exists():
        read_junit(result, [report])
    if status and not result.failed:
        result.problem(f"pytest: exit status {status}")
    return result


def newest_core(wanted: str | None, interpreters: t.Mapping[str, Path], name: str, log: Log) -> Path:
    """Return an environment with what the unit tests need, and the newest core that a Python at hand can run.

    `name` is that of the environment, and of a file of further requirements if there is one.
    """
    able = [(core, one) for core in CORES for one in core.controllers if one in interpreters]
    able = [(core, one) for core, one in able if wanted in (None, core.version)]
    if not able:
        raise Failed(f"no Python at hand ({', '.join(interpreters)}) can run ansible-core {wanted or 'of any release'}")
    core, version = able[-1]
    files = [path for path in (REQUIREMENTS / "unit.txt", REQUIREMENTS / f"{name}.txt") if path.exists()]
    requirements = [core.requirement, *(word for path in files for word in ("-r", str(path)))]
    log.write(f"ansible-core {core.version}, Python {version}")
    return venvs.venv(f"{name}-{core.version}-{version}", interpreters[version], requirements, log)


def units(wanted: str | None, interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run the unit tests with plain pytest, on the newest core that a Python at hand can run, or on the wanted one."""
    venv = newest_core(wanted, interpreters, "pytest", log)
    return _pytest("pytest", "unit", venv, log, ["--numprocesses", "2"])


def _requirements(folder: str) -> list[str]:
    path = ROOT / "tests" / folder / "requirements.txt"
    return ["-r", str(path)] if path.exists() else []


def suite(name: str, interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run one of the suites, in an environment with everything that it asks for."""
    venv, env = environment(name, interpreters, log)
    return _pytest(f"suite-{name}", name, venv, log, env=env)


def environment(name: str, interpreters: t.Mapping[str, Path], log: Log) -> tuple[Path, dict[str, str]]:
    """What a suite asks for: its virtual environment, and variables of the process."""
    folder = ROOT / "tests" / name
    if (folder / "apt.txt").exists():
        lines = (folder / "apt.txt").read_text(encoding="utf-8").split("\n")
        system.install(dict(system.package(line) for line in lines if line.strip() and line[0] != "#"), log)
    wanted = [STABLE.requirement, "docker", "pytest", *_requirements(name)]
    venv = venvs.venv(f"suite-{name}", interpreters[STABLE.python], wanted, log)
    env = {"PATH": f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if (folder / "package.json").exists():
        modules = _node_modules(name, folder, log)
        env["NODE_PATH"] = str(modules)
        env["PATH"] = f"{modules / '.bin'}{os.pathsep}{env['PATH']}"
    return venv, env


def _node_modules(name: str, folder: Path, log: Log) -> Path:
    """Install npm packages outside of the tree, and return their folder (`NODE_PATH`, and `.bin` on `PATH`)."""
    system.install({"nodejs": "node", "npm": "npm"}, log)
    target = CACHE / "node" / name
    target.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        if (folder / file).exists():
            shutil.copy(folder / file, target / file)
    how = "ci" if (target / "package-lock.json").exists() else "install"
    log.check(["npm", how, "--no-audit", "--no-fund", "--cache", CACHE / "npm"], cwd=target)
    return target / "node_modules"


def sdk(interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run tests/sdk with every release of the Docker SDK that we say we support."""
    total = Result()
    for one in SDKS:
        wanted = [f"docker=={one.version}", *one.with_, "pytest", *_requirements("sdk")]
        if one.python == STABLE.python:
            wanted.append(STABLE.requirement)
        venv = venvs.venv(f"sdk-{one.version}", interpreters[one.python], wanted, log)
        found = _pytest(f"sdk-{one.version}", "sdk", venv, log)
        total.passed += found.passed
        total.failed += found.failed
        total.problems += [f"docker {one.version}: {text}" for text in found.problems]
        total.left_out |= found.left_out
    return total
