# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the steps that are named, in full or by their first word (`units-2.21`, `units`); without names, all of them."""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import signal
import sys
import threading
import time
import typing as t
from functools import partial
from pathlib import Path

from . import ansible_test, build, demo, docsite, lint, process, pythons, suites, system
from .paths import CACHE, LOGS
from .process import Failed, Log
from .result import Result
from .tables import CORES, SUITES, SYSTEM

Interpreters = dict[str, Path]
Step = t.Callable[[Interpreters, Log], Result]
AT_ONCE = 2


def steps(targets: t.Sequence[str] = ()) -> tuple[dict[str, Step], dict[str, Step]]:
    """Return the steps that may run side by side, the long ones first, and those that need the machine alone.

    `targets` chooses among the integration targets.
    """
    beside: dict[str, Step] = {}
    for core in reversed(CORES):
        beside[f"sanity-{core.version}"] = partial(ansible_test.sanity, core)
        beside[f"units-{core.version}"] = partial(ansible_test.units, core)
    beside.update({"lint": lint.lint, "importer": lint.importer, "build": build.build, "docs": docsite.docs})
    beside.update({"demo": demo.demo, "sdk": suites.sdk})
    beside.update({f"suite-{name}": partial(suites.suite, name) for name in SUITES})
    alone: dict[str, Step] = {
        f"integration-{core.version}": partial(ansible_test.integration, core, targets)
        for core in CORES
        if core.integration
    }
    return beside, alone


class Run:
    """One run: counts, and lines for the person who waits."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.sum = Result()
        self.begun: dict[str, float] = {}
        self._done = 0
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
            self._done += 1
            self.sum.passed += result.passed
            self.sum.failed += result.failed
            self.sum.left_out |= result.left_out
            verdict = "FAILED" if result.failed else "ok    "
            seconds = f"{time.monotonic() - start:.0f} s"
            self.say(
                f"[{self._done:2}/{self.total}] {verdict}  {name:18} {seconds:>6}  "
                f"{result.passed} passed, {result.failed} failed"
            )
            if result.failed:
                self.say("\n".join(f"    | {line}" for line in log.tail().splitlines()))
                self.say("\n".join(f"    {name}: {line}" for line in result.problems[:60]))
                self.say(f"    whole log: {log.path}")
        return result

    def heartbeat(self, stop: threading.Event) -> None:
        while not stop.wait(30):
            now = time.monotonic()
            running = ", ".join(f"{name} ({now - start:.0f} s)" for name, start in sorted(self.begun.items()))
            self.say(f"        ...     {running}")


def prepare(interpreters: Interpreters, log: Log) -> Result:
    """Get programs, interpreters and every ansible-core, before anything runs side by side."""
    result = Result()
    try:
        system.install(SYSTEM, log)
    except Failed as exc:  # the tests that need it will say so again; the others can run
        result.problem(str(exc))
    interpreters.update(pythons.all_needed(log))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda core: ansible_test.core_venv(core, interpreters, log), CORES))
    log.write("\n".join(f"Python {version}: {path}" for version, path in interpreters.items()))
    result.passed = 1
    return result


def chosen(names: t.Sequence[str], targets: t.Sequence[str]) -> tuple[dict[str, Step], dict[str, Step]]:
    """Return the steps that were asked for."""
    beside, alone = steps(targets)
    known = [*beside, *alone]
    for name in names:
        if not any(step == name or step.startswith(f"{name}-") for step in known):
            sys.exit(f"no step is called {name!r}. Steps: {' '.join(known)}")
    if not names:
        return beside, alone
    wanted = {step for step in known if any(step == name or step.startswith(f"{name}-") for name in names)}
    return {n: s for n, s in beside.items() if n in wanted}, {n: s for n, s in alone.items() if n in wanted}


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python3 -m suite", description=__doc__)
    parser.add_argument("step", nargs="*")
    parser.add_argument("--targets", nargs="*", default=(), help="integration targets; all by default")
    args = parser.parse_args()
    beside, alone = chosen(args.step, args.targets)
    CACHE.mkdir(parents=True, exist_ok=True)
    run = Run(1 + len(beside) + len(alone))
    interpreters: Interpreters = {}
    stop = threading.Event()
    threading.Thread(target=run.heartbeat, args=[stop], daemon=True).start()
    run.step("prepare", partial(prepare, interpreters))
    if interpreters:
        for group, workers in ((beside, AT_ONCE), (alone, 1)):
            with concurrent.futures.ThreadPoolExecutor(workers) as pool:
                for name, step in group.items():
                    pool.submit(run.step, name, partial(step, interpreters))
    stop.set()
    for reason in sorted(run.sum.left_out):
        run.say(f"left out: {reason}")
    run.say(f"{run.sum.passed} passed, {run.sum.failed} failed")
    return int(bool(run.sum.failed))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system that ends the run, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        process.stop_all()
        os._exit(130)  # no waiting for the steps that have not begun
