# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run steps, named in full (`units-2.21`), by their first word (`units`), or as a set of tables.py (`check`)."""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import sys
import threading
import time
import typing as t
from functools import partial
from pathlib import Path

from . import ansible_test, build, commands, demo, docsite, lint, process, pythons, suites, system
from .paths import CACHE, LOGS, ROOT, TREES
from .process import Failed, Log
from .result import Result
from .tables import CORES, ENGINES_OF, SANITY_NOT_IN, SETS, SUITES, SYSTEM

Interpreters = dict[str, Path]
Step = t.Callable[[Interpreters, Log], Result]
# On two cores: with two, a fifth of the time was idle, since plays wait for engines.
AT_ONCE = 3


def steps(core: str | None = None, targets: t.Sequence[str] = (), in_full: bool = True) -> dict[str, Step]:
    """Return all steps in their order. Some run side by side, each with engines of its own.

    The longest begin first, so that no core is idle at the end. `core` is for plain pytest, `targets` chooses
    among the integration targets. Not `in_full`: without what tables.py leaves to `make test-all`.
    """
    found: dict[str, Step] = {}
    for one in reversed(CORES):
        if one.integration:
            engines = () if in_full else ENGINES_OF[one.version]
            found[f"integration-{one.version}"] = partial(ansible_test.integration, one, targets, engines)
    for one in reversed(CORES):
        skipped = () if in_full else SANITY_NOT_IN.get(one.version, ())
        found[f"sanity-{one.version}"] = partial(ansible_test.sanity, one, skipped)
        found[f"units-{one.version}"] = partial(ansible_test.units, one)
    found.update({"lint": lint.lint, "pytest": partial(suites.units, core), "commands": commands.commands})
    found.update({f"suite-{name}": partial(suites.suite, name) for name in SUITES})
    found.update({"sdk": suites.sdk, "importer": lint.importer, "docs": docsite.docs})
    found.update({"demo": demo.demo, "build": build.build})
    return found


class Run:
    """One run: counts, and lines for the person who waits."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.sum = Result()
        self.begun: dict[str, float] = {}
        self.took: dict[str, float] = {}
        self.failures: list[str] = []
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        print(text, flush=True)

    def step(self, name: str, step: t.Callable[[Log], Result]) -> Result:
        """Run a step and report it. Whatever goes wrong in it, the others still run."""
        log = Log(LOGS / f"{name}.log")
        self.begun[name] = start = time.monotonic()
        self.say(f"        start   {name}")
        try:
            result = step(log)
        except Failed as exc:
            result = Result(failed=1, problems=[str(exc)])
        except Exception as exc:  # a defect of the runner must not look like success, nor end the run
            result = Result(failed=1, problems=[f"{type(exc).__name__}: {exc}"])
        with self._lock:
            del self.begun[name]
            self.took[name] = time.monotonic() - start
            self.failures += [f"{name}: {line}" for line in result.problems[:3]]
            self.sum.passed += result.passed
            self.sum.failed += result.failed
            self.sum.left_out |= result.left_out
            verdict = "FAILED" if result.failed else "ok    "
            seconds = f"{self.took[name]:.0f} s"
            self.say(
                f"[{len(self.took):2}/{self.total}] {verdict}  {name:18} {seconds:>6}  "
                f"{result.passed} passed, {result.failed} failed"
            )
            if result.failed:
                self.say("\n".join(f"    | {line}" for line in log.tail().splitlines()))
                self.say("\n".join(f"    {name}: {line}" for line in result.problems[:60]))
                self.say(f"    whole log: {log.path}")
        return result

    def summary(self) -> None:
        """Print times and the first failures of each step once more: a CI system may show the last lines only."""
        self.say("seconds: " + ", ".join(f"{name} {took:.0f}" for name, took in self.took.items()))
        for reason in sorted(self.sum.left_out):
            self.say(f"left out: {reason}")
        for line in self.failures:
            self.say(f"failed: {line[:160]}")
        self.say(f"{self.sum.passed} passed, {self.sum.failed} failed")

    def heartbeat(self, stop: threading.Event) -> None:
        while not stop.wait(30):
            now = time.monotonic()
            running = ", ".join(f"{name} ({now - start:.0f} s)" for name, start in sorted(self.begun.items()))
            self.say(f"        ...     {running}")


def prepare(interpreters: Interpreters, log: Log) -> Result:
    """Get programs and interpreters before anything runs side by side."""
    result = Result()
    try:
        system.install(SYSTEM, log)
    except Failed as exc:  # the tests that need it will say so again; the others can run
        result.problem(str(exc))
    interpreters.update(pythons.all_needed(log))
    log.write("\n".join(f"Python {version}: {path}" for version, path in interpreters.items()))
    result.passed = 1
    return result


def chosen(names: t.Sequence[str], known: t.Sequence[str]) -> set[str]:
    """Return the steps that were asked for."""
    found: set[str] = set()
    for name in names:
        matching = {step for step in known if step == name or step.startswith(f"{name}-")}
        if name in SETS:
            matching = chosen(SETS[name], known)
        if not matching:
            sys.exit(f"no step is called {name!r}. Steps: {' '.join(known)}; sets of them: {' '.join(SETS)}")
        found |= matching
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python3 -m suite", description=__doc__)
    parser.add_argument("step", nargs="*", default=["test"])
    parser.add_argument("--core", help="the ansible-core of the step pytest")
    parser.add_argument("--targets", nargs="*", default=(), help="integration targets; all by default")
    parser.add_argument("--list", action="store_true", help="only name the steps that would run")
    parser.add_argument(
        "--matrix", action="store_true", help="print each core and its Python as JSON, for the workflow"
    )
    parser.add_argument("--clean", action="store_true", help="remove what these steps have made")
    args = parser.parse_args()
    if args.core and args.core not in [core.version for core in CORES]:
        parser.error(f"ansible-core {args.core} is not in tables.py: {', '.join(core.version for core in CORES)}")
    for name in args.targets:
        if not (ROOT / "tests/integration/targets" / name).is_dir():
            parser.error(f"tests/integration/targets/{name} is not there")
    return args


def main() -> int:
    """Run what was asked for."""
    args = arguments()
    if args.matrix:
        print(json.dumps([{"core": core.version, "python": core.python} for core in CORES]))
        return 0
    if args.clean:
        for folder in (CACHE, TREES):
            shutil.rmtree(folder, ignore_errors=True)
        return 0
    known = steps(args.core, args.targets, in_full=args.step != ["test"])
    wanted = chosen(args.step, [*known])
    if args.list:
        print("\n".join(name for name in known if name in wanted))
        return 0
    CACHE.mkdir(parents=True, exist_ok=True)
    bare = wanted <= chosen(["check"], [*known])  # what runs on any machine
    run = Run(len(wanted) + (not bare))
    interpreters: Interpreters = pythons.this_one() if bare else {}
    stop = threading.Event()
    threading.Thread(target=run.heartbeat, args=[stop], daemon=True).start()
    if not bare:
        run.step("prepare", partial(prepare, interpreters))
    if interpreters:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for name, step in known.items():
                if name in wanted:
                    pool.submit(run.step, name, partial(step, interpreters))
    stop.set()
    run.summary()
    return int(bool(run.sum.failed))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system that ends the run, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        process.stop_all()
        os._exit(130)  # no waiting for the steps that have not begun
