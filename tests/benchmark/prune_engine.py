# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""image_prune on a real engine: bytes predicted and measured over many rounds, and the time beside Docker's own prune.

  PYTHONPATH=... python3 tests/benchmark/prune_engine.py [--rounds 60] [--images 1000]

PYTHONPATH holds the folder above ansible_collections and tests/utils. Needs root on Debian, as the other tests against
real engines. Starts engines with graph drivers, prints tables, and ends the engines.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import signal
import statistics
import sys
import tempfile
import time
import typing as t

import prune_lab
from engines.catalogue import engine_named
from engines.launch import start_engine
from engines.roots import unpack
from engines.state import State

from ansible_collections.container_ops.images.plugins.module_utils._argspec import ENGINE_OPTIONS
from ansible_collections.container_ops.images.plugins.module_utils._connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine import connect
from ansible_collections.container_ops.images.plugins.module_utils._prune_run import Request, Result, prune

ENGINES = ("docker-20.10", "docker-28.5")
ROUNDS_PER_HOST = 5
IMAGES_PER_HOST = 40


def run(engine: prune_lab.Record, **policy: t.Any) -> Result:
    """What the module does, in this process."""
    options = {key: option.get("default") for key, option in ENGINE_OPTIONS.items()}
    request = Request(Policy.parse(policy), int(time.time()), None, None, 3600, False)
    connection = connection_from({**options, "docker_host": f"unix://{engine['socket']}"})
    with connect(connection) as port:
        return prune(port, request, None, lambda: connect(connection))


def bytes_table(engine: prune_lab.Record, rounds: int) -> int:
    """Prune round by round, and measure beside; returns how many rounds were not predicted to the byte."""
    wrong = 0
    for number in range(rounds):
        seed, part = divmod(number, ROUNDS_PER_HOST)
        if part == 0:
            prune_lab.layers(engine, f"{engine['name']}-{seed}", str(IMAGES_PER_HOST))
        before = prune_lab.left(engine)["total"]
        result = run(engine, states=["tagged"], label_selectors=[f"round={part}"], accounting="exact")
        measured = before - prune_lab.left(engine)["total"]
        accounting = result.plan["accounting"]
        good = accounting["method"] == "exact" and accounting["lower_bytes"] == measured == result.space_reclaimed
        wrong += not good
        print(
            f"{engine['name']:13} {number:3}  {len(result.outcomes):3} images  {accounting['method']:7}"
            f" predicted {accounting['lower_bytes']:8}  measured {measured:8}  {'' if good else 'WRONG'}",
            flush=True,
        )
    return wrong


def times(engine: prune_lab.Record, count: int, passes: int = 3) -> None:
    """Remove half of the images with image_prune, and with Docker's prune, in turns."""
    ours, theirs = [], []
    for _pass in range(passes):
        for taken in (ours, theirs):
            prune_lab.docker_prune(engine, '{"dangling": ["false"]}')
            prune_lab.many(engine, str(count))
            start = time.perf_counter()
            if taken is ours:
                run(engine, states=["tagged"], label_selectors=["half=1"])
            else:
                prune_lab.docker_prune(engine, '{"dangling": ["false"], "label": ["half=1"]}')
            taken.append(time.perf_counter() - start)
            assert len(prune_lab.left(engine)["names"]) == count // 2
    mine, docker = statistics.median(ours), statistics.median(theirs)
    print(
        f"{engine['name']:13} {count // 2} of {count} images: image_prune {mine:.2f} s,"
        f" docker image prune -a {docker:.2f} s, ratio {mine / docker:.2f}",
        flush=True,
    )


def main() -> int:
    """Measure, print, and end the engines whatever happens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--images", type=int, default=1000)
    options = parser.parse_args()
    # Who ends the benchmark early must not be left with an engine that runs on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    cache = pathlib.Path(os.environ.get("LAB_CACHE") or os.path.join(tempfile.gettempdir(), "engine-lab-cache"))
    state, wrong = State(tempfile.mkdtemp(prefix="bench-")), 0
    try:
        for name in ENGINES:
            unpack(cache, [engine_named(name).suite])
            engine = start_engine(state, cache, engine_named(name))
            wrong += bytes_table(engine, options.rounds // len(ENGINES))
            times(engine, options.images)
    finally:
        state.remove()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
