# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linters and the checks that Galaxy makes on import, each counted as one."""

from __future__ import annotations

import os
import re
import typing as t
from pathlib import Path

from . import build, pythons, tree, venvs
from .paths import CACHE, REQUIREMENTS, ROOT
from .process import Log
from .result import Result

PACKAGE = "ansible_collections.container_ops.images.plugins"


# Schemas that check-jsonschema brings along, and the files that they are for.
SCHEMAS = {
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/*_*.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.dependabot": ".github/dependabot.yml",
}


# antsibull-docs works in a temporary folder. One name in 37 ends in "_", which docutils reads as a link.
UNLUCKY = 'Unknown target name: "antsibull-docs-'


def tools(interpreters: t.Mapping[str, Path], log: Log) -> Path:
    """Return the folder of the linters' programs."""
    version, python = pythons.for_tools(interpreters)
    return venvs.venv(f"lint-{version}", python, ["-r", str(REQUIREMENTS / "lint.txt")], log) / "bin"


def lint(interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run every linter, also after one has failed."""
    bin_ = tools(interpreters, log)
    here = tree.copy("lint")
    top = here.parents[2]
    env = dict(
        os.environ,
        HOME=str(venvs.home("lint")),
        PATH=f"{bin_}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        ANSIBLE_COLLECTIONS_PATH=str(top),
        ANSIBLE_ROLES_PATH=str(here / "tests" / "integration" / "targets"),  # as ansible-test sets it for plays there
        MYPYPATH=str(top),
    )
    config = here / ".mypy.ini"
    mypy = [bin_ / "mypy", "--strict", "--config-file", config, "--cache-dir", CACHE / "mypy"]
    checks: list[tuple[str, list[object], Path]] = [
        ("ruff check", [bin_ / "ruff", "check", "--no-cache", "--output-format", "concise", "."], here),
        ("ruff format", [bin_ / "ruff", "format", "--no-cache", "--check", "."], here),
        ("mypy plugins", [*mypy, "-p", PACKAGE], top),
        ("mypy tests/utils", [*mypy, "-p", "suite"], here / "tests" / "utils"),
        ("yamllint", [bin_ / "yamllint", "--strict", "."], here),
        (
            "antsibull-docs",
            [bin_ / "antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all"]
            + ["--check-extra-docs-refs", "."],
            here,
        ),
        ("antsibull-changelog", [bin_ / "antsibull-changelog", "lint"], here),
        ("ansible-lint", [bin_ / "ansible-lint", "--offline", "--nocolor"], here),
        ("reuse", [bin_ / "reuse", "--root", here, "lint", "--lines"], here),
    ]
    for schema, pattern in SCHEMAS.items():
        files = sorted(here.glob(pattern))
        command = [bin_ / "check-jsonschema", "--no-cache", "--builtin-schema", schema, *files]
        checks.append((f"check-jsonschema {schema}", command, here))
    result = Result()
    for name, command, cwd in checks:
        start = len(log.text())
        status = log.run(command, cwd=cwd, env=env)
        if status and UNLUCKY in log.text()[start:]:
            start = len(log.text())
            status = log.run(command, cwd=cwd, env=env)
        if status:
            result.problem(name)
            result.problems += [f"  {line}" for line in log.text()[start:].splitlines()[1:] if line.strip()][-12:]
        else:
            result.passed += 1
    return result


def importer(interpreters: t.Mapping[str, Path], log: Log, source: Path = ROOT) -> Result:
    """Run what Galaxy runs when a collection is uploaded. It pins old libraries: an environment of its own."""
    python = pythons.for_tools(interpreters)[1]
    bin_ = venvs.venv("importer", python, ["-r", str(REQUIREMENTS / "importer.txt")], log) / "bin"
    work = CACHE / "importer"
    work.mkdir(parents=True, exist_ok=True)
    archive = build.archive("importer", interpreters, log, source)
    switches = ("check_required_tags", "check_runtime_yaml", "check_changelog", "run_ansible_lint")
    text = "[galaxy-importer]\n" + "".join(f"{name} = True\n" for name in switches) + "run_ansible_test = False\n"
    (work / "galaxy-importer.cfg").write_text(text, encoding="utf-8")
    env = dict(
        os.environ,
        HOME=str(venvs.home("importer")),
        PATH=f"{bin_}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        GALAXY_IMPORTER_CONFIG=str(work / "galaxy-importer.cfg"),
    )
    start = len(log.text())
    status = log.run([bin_ / "python", "-m", "galaxy_importer.main", archive], cwd=work, env=env)
    said = log.text()[start:].splitlines()
    result = Result()
    if status:
        result.problem(f"galaxy-importer: exit status {status}")
    result.problems += [line for line in said if re.match(r"(WARNING|ERROR): ", line)]
    result.failed = len(result.problems)
    result.passed = int(not result.failed)
    return result
