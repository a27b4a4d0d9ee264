# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a task takes as a whole process, beside the modules that people use today. `make bench` runs it.

Starts one private engine, fills it with 10, 100 and 1000 images (`--images 10 10000` for others), and times whole
`ansible localhost -m ...` processes: in each pass every cell once, in random order. A ratio is that of a cell to
ansible.builtin.ping in the same pass, so a machine that is busy for a while does not move it much. Then each module's
own process is measured alone, and its requests are counted by a proxy.

Needs root on Debian, as the other tests against real engines. Prints a table, and writes it with `--write FILE`.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import typing as t

import many_images
from cells import CELLS, Cell, ModuleProcess, Sample, module_process, whole_process
from engines.catalogue import LabError, engine_named
from engines.daemons import SOCKET
from engines.launch import start_engine
from engines.proxy import LOG
from engines.roots import unpack
from engines.state import State
from suite import pythons, tree, venvs
from suite.paths import CACHE, ROOT
from suite.process import Failed, Log
from table import Row, table

ENGINE = "docker-28.5"
# The package `ansible` brings ansible-core and the peers; the peers need requests.
REQUIREMENTS = ["ansible", "docker", "requests"]
PYTHON = "3.13"


def main() -> int:
    """Measure, print, and end the engine whatever happens."""
    options = parser().parse_args()
    # Who ends the benchmark early must not be left with an engine that runs on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        environment = prepare()
        cache = pathlib.Path(os.environ.get("LAB_CACHE") or os.path.join(tempfile.gettempdir(), "engine-lab-cache"))
        say(f"Starting {ENGINE}")
        unpack(cache, [engine_named(ENGINE).suite])
        state = State(tempfile.mkdtemp(prefix="bench-"))
        try:
            engine = start_engine(state, cache, engine_named(ENGINE))
            rows = [
                row for count in options.images for row in measure(count, options.passes, state, engine, environment)
            ]
        finally:
            state.remove()
    except (Failed, LabError) as exc:
        print(f"bench: {exc}", file=sys.stderr)
        return 1
    text = report(rows, options.passes, engine["version"], environment)
    print(text)
    if options.write:
        pathlib.Path(options.write).write_text(text + "\n", encoding="utf-8")
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=int, nargs="+", default=[10, 100, 1000], help="numbers of images, rising")
    made.add_argument("--passes", type=int, default=15, help="how often each cell is run")
    made.add_argument("--write", help="file for the table, in Markdown")
    return made


def prepare() -> dict[str, str]:
    """Environment of an Ansible of its own: the peers, this collection, no discovery, no callbacks of the user."""
    say("Making a virtual environment with the package ansible")
    log = Log(CACHE / "logs" / "bench.log")
    venv = venvs.venv("bench", pythons.all_needed(log)[PYTHON], REQUIREMENTS, log)
    collections = tree.copy("bench").parents[2]
    return {
        "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(venvs.home("bench")),
        "ANSIBLE_HOME": str(CACHE / "bench" / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_PYTHON_INTERPRETER": str(venv / "bin" / "python"),
        "LC_ALL": "C.UTF-8",
    }


def measure(
    count: int, passes: int, state: State, engine: dict[str, t.Any], environment: dict[str, str]
) -> t.Iterator[Row]:
    """Fill the engine up to ``count`` images, and measure every cell."""
    say(f"Loading images up to {count}")
    # In a process of its own: what this one holds would count as memory of every process that it starts.
    subprocess.run([sys.executable, many_images.__file__, engine["socket"], str(count)], check=True)
    for cell in CELLS:
        whole_process(cell, engine["docker_host"], environment)
    samples: dict[str, list[Sample]] = {cell.name: [] for cell in CELLS}
    for number in range(passes):
        say(f"{count} images: pass {number + 1} of {passes}", end="\r")
        for cell in shuffled(CELLS, number):
            samples[cell.name].append(whole_process(cell, engine["docker_host"], environment))
    say(f"{count} images: each module alone            ")
    for cell in CELLS:
        yield Row(
            count,
            cell.name,
            statistics.median(one.wall for one in samples[cell.name]),
            ratios(samples, cell, "wall"),
            ratios(samples, cell, "cpu"),
            alone(cell, engine["docker_host"], environment),
            requests(cell, state, engine, environment),
        )


def ratios(samples: dict[str, list[Sample]], cell: Cell, kind: str) -> float:
    """Median over the passes of cell to ping."""
    pairs = zip(samples[cell.name], samples[CELLS[0].name])
    return statistics.median(getattr(one, kind) / getattr(ping, kind) for one, ping in pairs)


def alone(cell: Cell, docker_host: str, environment: dict[str, str]) -> ModuleProcess:
    """The module's own process: median time and memory of five."""
    found = [module_process(cell, docker_host, environment) for _run in range(5)]
    return sorted(found, key=lambda one: one.wall)[2]


def requests(cell: Cell, state: State, engine: dict[str, t.Any], environment: dict[str, str]) -> int:
    """How many requests one task sends."""
    if not cell.asks:
        return 0
    lab = [sys.executable, str(ROOT / "tests" / "utils" / "lab.py"), "--state", str(state.folder)]
    subprocess.run([*lab, "proxy", "proxy", engine["socket"]], check=True)
    try:
        whole_process(cell, f"unix://{state.folder}/proxy/{SOCKET}", environment)
        return len((state.folder / "proxy" / LOG).read_text(encoding="ascii").splitlines())
    finally:
        state.stop(["proxy"])


def shuffled(cells: t.Sequence[Cell], seed: int) -> list[Cell]:
    """Another order in each pass, the same in each run."""
    return random.Random(seed).sample(list(cells), len(cells))


def report(rows: list[Row], passes: int, engine: str, environment: dict[str, str]) -> str:
    """The table with what was measured on what."""
    version = subprocess.run(
        ["ansible", "--version"], env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    about = f"{version}, Python {PYTHON}, Docker Engine {engine} (graphdriver), {machine}; medians of {passes} passes."
    return f"{about}\n\n{table(rows)}"


def say(text: str, end: str = "\n") -> None:
    """Progress goes to stderr, so that the table can be redirected."""
    print(text, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
