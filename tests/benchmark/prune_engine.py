# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""image_prune on a real engine: bytes predicted and measured over many rounds, and the time beside Docker's own prune.

  PYTHONPATH=... python3 tests/benchmark/prune_engine.py [--engines docker-28.5] [--rounds 60] [--images 1000]
                                                       [--containers 1000] [--passes 3]

PYTHONPATH holds the folder above ansible_collections and tests/utils. Needs root on Debian, as the other tests against
real engines, and a Python with ansible-core and community.docker (the package ansible has both). Starts engines with
graph drivers, prints tables, and ends the engines.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import typing as t
from functools import partial

import prune_lab
from engines.catalogue import engine_named
from engines.launch import start_engine
from engines.roots import unpack
from engines.state import State

from ansible_collections.container_ops.images.plugins.module_utils._argspec import ENGINE_OPTIONS
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune import Request, prune
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune_result import Result

ROOT = pathlib.Path(__file__).parents[2]
ENGINES = ("docker-20.10", "docker-28.5")
MODULE = "container_ops.images.image_prune"
ROUNDS_PER_HOST = 5
IMAGES_PER_HOST = 40
PEER = "docker_prune"
WHOLE = {"ansible": "whole ansible", "ansible-playbook": "whole ansible-playbook"}
"""The command, which prints the result, and a play, which does not."""


def run(engine: prune_lab.Record, **policy: t.Any) -> Result:
    """What the module does, in this process."""
    options = {key: option.get("default") for key, option in ENGINE_OPTIONS.items()}
    request = Request(Policy.parse(policy), int(time.time()), None, None, 3600, False)
    connection = connection_from({**options, "docker_host": f"unix://{engine['socket']}"})
    with connect(connection) as port:
        return prune(port, request, None)


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


def times(engine: prune_lab.Record, count: int, containers: int, passes: int) -> None:
    """Remove half of the images in each way, in turns. A ping is what any task of Ansible takes beside its work."""
    address = {"docker_host": f"unix://{engine['socket']}"}
    ours = {"states": ["tagged"], "label_selectors": ["half=1"]}
    peer = {"images": True, "images_filters": {"dangling": False, "label": ["half=1"]}}
    # The images have just arrived, so an age of days would keep all of them.
    by_age = {**ours, "older_than": "1s"}
    tasks: dict[str, tuple[str, prune_lab.Record]] = {
        PEER: ("community.docker.docker_prune", peer),
        "image_prune": (MODULE, ours),
        # docker_prune returns what was removed, and nothing about what was kept.
        "image_prune, return_plan: false": (MODULE, {**ours, "return_plan": False}),
        "older_than and usage": (MODULE, by_age),
        "older_than alone": (MODULE, {**by_age, "usage": False}),
    }
    shipped = shipped_module({**ours, **address})
    ways: dict[str, t.Callable[[], object]] = {
        "docker image prune -a": lambda: call([*engine["cli"], *"image prune -af --filter label=half=1".split()]),
        "image_prune, its work alone": lambda: run(engine, **ours),
        "image_prune, its process": lambda: call([sys.executable, shipped]),
    }
    if containers:
        ways = {name: ways[name] for name in (*ways,)[:1]}
    for program, whole in WHOLE.items():
        for name, (module, options) in tasks.items():
            ways[f"{name}, {whole}"] = partial(task, program, module, {**options, **address})
    taken: dict[str, list[float]] = {}
    for _pass in range(passes):
        for name, way in ways.items():
            prune_lab.docker_prune(engine, '{"dangling": ["false"]}')
            prune_lab.many(engine, str(count))
            prune_lab.crowd(engine, str(containers))
            if containers:
                # As on any host that was not set up just now, most containers are older than ten seconds.
                time.sleep(11)
                prune_lab.run(engine, "late", "many/app:0")
            time.sleep(2)
            taken.setdefault(name, []).append(seconds(way))
            assert len(prune_lab.left(engine)["names"]) == count // 2, name
        for program, whole in WHOLE.items():
            ping = partial(task, program, "ansible.builtin.ping", {})
            taken.setdefault(f"ping, {whole}", []).append(seconds(ping))
    docker = statistics.median(taken["docker image prune -a"])
    print(f"{engine['name']}: {count // 2} of {count} images, {containers} containers")
    # In turns, so a machine that is busy for a while slows down all of them: the ratio is that of each pass.
    for name, all_seconds in taken.items():
        median = statistics.median(all_seconds)
        print(f"  {name:53} {median:5.2f} s  {median / docker:5.2f} x docker image prune -a", end="")
        for whole in WHOLE.values():
            if name.endswith(whole):
                beside_peer = statistics.median(a / b for a, b in zip(all_seconds, taken[f"{PEER}, {whole}"]))
                print(f"  {beside_peer:5.2f} x {PEER}", end="")
        print(flush=True)


def recipe(engine: prune_lab.Record) -> None:
    """Run the recipe of the guide for images that only stopped containers hold, with times that a test can wait for."""
    guide = ROOT / "docs/docsite/rst/guide_prune_recipes.rst"
    found = re.search(
        r"(?<=yaml\+jinja\n\n)   - name: Find images that only.*?(?=\n\n[^ ])", guide.read_text("utf-8"), re.S
    )
    assert found, guide
    tasks = found.group().replace("90d", "1s").replace("older_than: 14d", "repositories: ['**/stopped', '**/running']")
    prune_lab.uses(engine)
    time.sleep(2)
    with tempfile.TemporaryDirectory() as folder:
        play = pathlib.Path(folder, "play.yml")
        play.write_text(
            f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{textwrap.indent(tasks, '  ')}\n", "utf-8"
        )
        program = pathlib.Path(sys.executable).parent / "ansible-playbook"
        python = f"ansible_python_interpreter={sys.executable}"
        address = {"DOCKER_HOST": f"unix://{engine['socket']}"}
        subprocess.run(
            [program, "-i", "localhost,", "-c", "local", "-e", python, play], check=True, env={**os.environ, **address}
        )
    names = [name for names in prune_lab.left(engine)["names"] for name in names]
    # What runs is in use, and what has stopped was removed with its container; other repositories are not asked about.
    assert "running:1" in names and "created:1" in names and "stopped:1" not in names, names
    print(f"{engine['name']}: the recipe of the guide removed what only a stopped container held", flush=True)


def seconds(way: t.Callable[[], object]) -> float:
    """How long it took."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def shipped_module(arguments: prune_lab.Record) -> pathlib.Path:
    """The module as Ansible ships it to a host, with its arguments; what it removes now does not matter."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-module-"))
    os.environ.update(ANSIBLE_KEEP_REMOTE_FILES="1", ANSIBLE_REMOTE_TMP=str(folder))
    task("ansible", MODULE, arguments)
    del os.environ["ANSIBLE_KEEP_REMOTE_FILES"], os.environ["ANSIBLE_REMOTE_TMP"]
    (shipped,) = folder.glob("*/AnsiballZ_*.py")
    return shipped


def task(program: str, module: str, arguments: prune_lab.Record) -> None:
    """A whole process of ``ansible`` or ``ansible-playbook``, from the environment that runs this."""
    python = f"ansible_python_interpreter={sys.executable}"
    words = [str(pathlib.Path(sys.executable).parent / program), *"-i localhost, -c local -e".split(), python]
    if program == "ansible":
        call([*words, "localhost", "-m", module, *(["-a", json.dumps(arguments)] if arguments else [])])
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json") as play:
        json.dump([{"hosts": "all", "gather_facts": False, "tasks": [{module: arguments}]}], play)
        play.flush()
        call([*words, play.name])


def call(words: t.Sequence[str | pathlib.Path]) -> None:
    """Run it, and drop what it prints."""
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Measure, print, and end the engines whatever happens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--containers", type=int, default=1000, help="0: the removals are not timed beside containers")
    parser.add_argument("--passes", type=int, default=3, help="over the removals that are timed")
    parser.add_argument("--engines", nargs="+", default=ENGINES)
    options = parser.parse_args()
    # Who ends the benchmark early must not be left with an engine that runs on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    cache = pathlib.Path(os.environ.get("LAB_CACHE") or os.path.join(tempfile.gettempdir(), "engine-lab-cache"))
    state, wrong = State(tempfile.mkdtemp(prefix="bench-")), 0
    try:
        for name in options.engines:
            unpack(cache, [engine_named(name).suite])
            engine = start_engine(state, cache, engine_named(name))
            wrong += bytes_table(engine, options.rounds // len(options.engines))
            recipe(engine)
            times(engine, options.images, 0, options.passes)
            if options.containers:
                # They take longer to make than all of the rest.
                times(engine, options.images, options.containers, 1)
    finally:
        state.remove()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
