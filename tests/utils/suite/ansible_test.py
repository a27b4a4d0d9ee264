# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ansible-test` of each core: sanity, units, integration, without containers and without downloads but from PyPI."""

from __future__ import annotations

import json
import os
import re
import shutil
import typing as t
from pathlib import Path

from . import pythons, tree, venvs
from .paths import ENGINES
from .process import Log
from .result import Result, read_junit
from .tables import NEWEST, Core

_SKIPPED = re.compile(
    r"Skipping (sanity|unit) test|Required program|Excluding .*tests|Skipping .* collection version|LEFT OUT:"
)


def core_venv(core: Core, interpreters: t.Mapping[str, Path], log: Log) -> Path:
    """Return the virtual environment of an ansible-core."""
    venv = venvs.venv(f"core-{core.version}", interpreters[core.python], [core.requirement], log)
    # A release candidate asks for a library as an archive of GitHub's; what PyPI has does as well.
    for file in venv.glob("lib/python3*/site-packages/ansible_test/_data/requirements/*.txt"):
        text = file.read_text(encoding="utf-8")
        from_pypi = re.sub(r"^(\S+) @ https://\S+$", r"\1", text, flags=re.M)
        if from_pypi != text:
            file.write_text(from_pypi, encoding="utf-8")
    return venv


def _run(
    core: Core,
    kind: str,
    arguments: t.Sequence[str],
    interpreters: t.Mapping[str, Path],
    log: Log,
    engines: t.Sequence[str] = (),
) -> int:
    """Run ansible-test in a tree of its own, so that no two runs share `tests/output`. `engines`: all, unless named."""
    venv = core_venv(core, interpreters, log)
    folder = tree.copy(f"{kind}-{core.version}")
    shutil.rmtree(folder / "tests" / "output" / "junit", ignore_errors=True)
    home = venvs.home(core.version)
    venvs.stand_in_for_get_pip(venv, home, log)
    if kind == "integration":
        settings: dict[str, t.Any] = {"engine_cache": str(ENGINES), "engine_names": [*engines]}
        settings["with_races"] = not engines or core is NEWEST
        # JSON is YAML.
        (folder / "tests/integration/integration_config.yml").write_text(json.dumps(settings), encoding="utf-8")
    env = dict(os.environ, HOME=str(home), PATH=pythons.search_path(interpreters), LC_ALL="C.UTF-8")
    env.pop("PYTHONPATH", None)
    return log.run([venv / "bin" / "ansible-test", kind, "--color", "no", *arguments], cwd=folder, env=env)


def _judge(result: Result, status: int, log: Log, start: int = 0) -> None:
    """Look for tests that were left out, and, after a failure, for what ansible-test and Ansible say of it."""
    text = log.text()[start:]
    for line in sorted({line.strip() for line in text.splitlines() if _SKIPPED.search(line)}):
        result.skipped(line)
    if status:
        result.problem(f"ansible-test: exit status {status}")
        listed = re.search(r"^FATAL: The \d+ \w+ test\(s\) listed below.*\n((?:(?!FATAL)[^$\s].*\n?)+)", text, re.M)
        if listed:
            result.problems.append(f"failed tests: {' '.join(listed.group(1).split())}")
        said = [line for line in text.splitlines() if re.match(r"(ERROR|FATAL): |fatal: \[", line)]
        result.problems += [line[:500] for line in said[:30]]


def _tally(result: Result, log: Log, ran: int) -> Result:
    """Count sanity tests or integration targets: those that ran, less those that ansible-test lists as failed."""
    listed = re.search(r"^FATAL: The (\d+) \w+ test\(s\) listed below", log.text(), re.M)
    failed = int(listed.group(1)) if listed else 0
    result.failed = max(result.failed, result.failed - 1 + failed)  # its exit status is counted already
    result.passed = max(ran - failed, 0)
    if not ran and not result.left_out:
        result.problem("not one test ran")
    return result


def sanity(core: Core, skipped: t.Sequence[str], interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run the sanity tests: on the controller's Python, and where it matters on each Python that there is."""
    result = Result()
    arguments = [word for name in skipped for word in ("--skip-test", name)]
    _judge(result, _run(core, "sanity", arguments, interpreters, log), log)
    return _tally(result, log, len(re.findall(r'^Running sanity test "', log.text(), re.M)))


def units(core: Core, interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run the unit tests on the controller's Python, but those of modules on the managed host's if that is another."""
    result = Result()
    of_hosts = ("--exclude", "tests/unit/plugins/modules/", "--exclude", "tests/unit/plugins/module_utils/")
    for python in dict.fromkeys((core.python, core.integration or core.python)):
        start = len(log.text())
        elsewhere = of_hosts if python != (core.integration or python) else ()
        status = _run(core, "units", ["--venv", "--python", python, *elsewhere], interpreters, log)
        junit = tree.folder(f"units-{core.version}") / "tests" / "output" / "junit"
        read_junit(result, sorted(junit.glob("*.xml")))
        if status and not result.failed:
            _judge(result, status, log, start)
        else:
            _judge(result, 0, log, start)
    return result


def integration(
    core: Core, targets: t.Sequence[str], engines: t.Sequence[str], interpreters: t.Mapping[str, Path], log: Log
) -> Result:
    """Run integration targets (all unless named): modules on the Python of a managed host, the rest here."""
    result = Result()
    arguments = ["--venv", "--allow-destructive", "--continue-on-error", "--python", str(core.integration)]
    arguments += targets
    _judge(result, _run(core, "integration", arguments, interpreters, log, engines), log)
    return _tally(result, log, len(re.findall(r"^Running \S+ integration test", log.text(), re.M)))
