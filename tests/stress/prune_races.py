# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""image_prune against real engines that change all the time, and that lose the module half-way.

  PYTHONPATH=tests/utils python3 tests/stress/prune_races.py [ENGINE ...] [--prunes 50] [--kills 20] [--seconds 600]

containers   loops create and remove containers while images are pruned
crowd        the same beside 25 containers that are older, so that only new containers are asked for
names        loops give images one more name, and take it away
budget       loops create and remove containers while images are pruned to a budget
kills        the module is killed at a random moment, some images get a container, and the same saved plan runs again
slow         the engine takes ten minutes for its disk usage, and no budget needs it
garbled      the first removals get answers with an impossible length, whether they are done or not; the plan runs again
engine       without the module: how many containers lose their image to a plain DELETE that starts together with them

What must hold: an image that is still there has every reference that it had, or the result lists the reference as lost
(`short` counts the others); nothing is asked to be removed that the list of containers before showed in use (`asked`);
every run ends with a result (`broken`), and only with the errors that it reports (`failed`).

Needs root on Debian, as the other tests against real engines, and a Python with ansible-core. ENGINE is a name of
`lab.py`, or a record of `lab.py status` as JSON for an engine that runs. `--tree` takes the module from another clone;
a clone that is not below an `ansible_collections` folder needs it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time
import typing as t

import prune_lab
from archives import docker_archive
from engines.api import Refused
from engines.catalogue import ENGINES, engine_named
from engines.launch import start_engine
from engines.roots import unpack
from engines.state import State
from prune_host import Host, Loops, Witness, container, name

if t.TYPE_CHECKING:
    from engines.images import Images

PARTS = ("containers", "crowd", "names", "budget", "kills", "slow", "garbled", "engine")
TREE = next((top.parent for top in pathlib.Path(__file__).resolve().parents if top.name == "ansible_collections"), None)


def rounds(count: int, seconds: float) -> t.Iterator[int]:
    """So many, or fewer if they take longer than that; at least one, so that nothing passes because it is slow."""
    end = time.monotonic() + seconds
    for number in range(count):
        if number and time.monotonic() > end:
            break
        yield number


def beside_loops(
    host: Host, step: t.Callable[[Images, str, str], None], prunes: int, seconds: float, **options: t.Any
) -> None:
    """Prune in turns few images through a witness, and many, which Docker's graph drivers remove side by side."""
    for number in rounds(prunes, seconds):
        host.fill(11 if number % 2 else 23)
        with Loops(host, step), Witness(host) as witness:
            time.sleep(0.05)
            result = host.prune(witness.path if number % 2 else "", **options)
        host.counts["asked"] += witness.asked
        host.check(result)


def beside_a_crowd(host: Host, prunes: int, seconds: float) -> None:
    """Prune images beside loops, with so many containers that the whole list is asked for once a second."""
    host.fill(1)
    for number in range(25):
        host.images.create(f"crowd-{number}", min(host.before), ["/x"])
    time.sleep(11)  # so long a creation may take
    host.images.create("late", min(host.before), ["/x"])
    for _number in rounds(prunes, seconds):
        host.fill(6, clear=False)  # with what earlier rounds left, few enough for one connection, as the witness needs
        with Loops(host, container), Witness(host) as witness:
            result = host.prune(witness.path)
        host.counts["asked"] += witness.asked
        host.counts["newer"] += witness.newer
        host.check(result)
    host.counts["failed"] += host.counts["newer"] == 0


def to_a_budget(host: Host, step: t.Callable[[Images, str, str], None], prunes: int, seconds: float) -> None:
    """Evict about a half of the images."""
    for _number in rounds(prunes, seconds):
        host.fill(11)
        total = host.images.api.get("/system/df").get("LayersSize", 0)
        with Loops(host, step):
            result = host.prune(max_used_space=total // 2, states=None, accounting="auto", on_budget_unmet="ignore")
        host.check(result)


def kills(host: Host, count: int, seconds: float) -> None:
    """Kill the module within the time that a whole run takes, and let the same plan run again."""
    host.fill(23, [4])
    plan = (host.prune(_ansible_check_mode=True) or {})["plan"]
    start = time.monotonic()
    host.prune(plan=plan)
    whole = time.monotonic() - start
    for _number in rounds(count, seconds):
        host.fill(23, [4])
        plan = (host.prune(_ansible_check_mode=True) or {})["plan"]
        host.counts["killed"] += host.prune(plan=plan, kill_after=host.pick.uniform(whole / 4, whole)) is None
        for identity in host.before:
            if host.pick.random() < 0.3:
                with contextlib.suppress(Refused):
                    host.images.create(f"late-{identity[-12:]}", identity, ["/x"])
        host.check(host.prune(plan=plan))


def without_disk_usage(host: Host) -> None:
    """The result comes all the same, with a warning, and removes what it should."""
    host.fill(11)
    start = time.monotonic()
    with Witness(host, slow=600) as witness:
        result = host.prune(witness.path, accounting=None) or {}
    host.counts["seconds"] = round(time.monotonic() - start)
    host.counts["warned"] = sum("bytes are not known" in str(one) for one in result.get("warnings", ()))
    host.check(result)
    host.counts["failed"] += host.counts["warned"] != 1 or host.counts["kept"] > 0


LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n[]"
CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\n[]"


def with_garbled_answers(host: Host) -> None:
    """What was done is removed, what was not has failed with its names, and the same plan ends the work."""
    host.fill(11, [1])
    plan = (host.prune(_ansible_check_mode=True) or {})["plan"]
    garbled = [(True, LENGTH), (False, LENGTH), (True, CHUNK), (False, CHUNK)]
    with Witness(host, garbled=garbled) as witness:
        result = host.prune(witness.path, plan=plan)
    host.check(result)
    # The run fails, for the two images that were not removed.
    host.counts["failed"] = int((host.counts["failed"], host.counts["kept"]) != (3, 2))
    host.check(host.prune(plan=plan))
    host.counts["failed"] += host.counts["kept"] != 2


def races_of_the_engine(host: Host, count: int, seconds: float) -> None:
    """How a removal and the creation of a container end that start together; nothing uses the image before."""
    for number in rounds(count, seconds):
        host.images.clear()
        host.images.load(docker_archive([prune_lab.dated(["race:1"], [prune_lab.layer(f"race{number}")], 2020)]))
        identity = host.images.id_of(f"{prune_lab.HOST}/race:1")
        made = "container" if race(host, identity) else "no container"
        there = host.references(identity)
        host.counts[f"{made}, image {'kept' if there else 'gone' if there is None else 'nameless'}"] += 1


def race(host: Host, identity: str) -> bool:
    """Whether the container was created."""
    both, made = threading.Barrier(2), threading.Event()

    def create() -> None:
        both.wait()
        time.sleep(host.pick.uniform(0, 0.004))
        with contextlib.suppress(Refused):
            host.images.create("race", identity, ["/x"])
            made.set()

    thread = threading.Thread(target=create)
    thread.start()
    both.wait()
    time.sleep(random.uniform(0, 0.002))
    with contextlib.suppress(Refused):
        host.images.api.json("DELETE", f"/images/{identity}", noprune="1")
    thread.join()
    return made.is_set()


def stress(engine: prune_lab.Record, options: argparse.Namespace) -> int:
    """Every part on one engine; returns how often something did not hold."""
    wrong = 0
    for part in options.parts:
        host = Host(engine, options.tree)
        if part == "kills":
            kills(host, options.kills, options.seconds)
        elif part == "budget":
            to_a_budget(host, container, options.prunes, options.seconds)
        elif part == "crowd":
            beside_a_crowd(host, options.prunes, options.seconds)
        elif part == "slow":
            without_disk_usage(host)
        elif part == "garbled":
            with_garbled_answers(host)
        elif part == "engine":
            races_of_the_engine(host, options.races, options.seconds)
        else:
            beside_loops(host, container if part == "containers" else name, options.prunes, options.seconds)
        counts = host.counts
        violations = {key: counts[key] for key in ("short", "asked", "broken", "failed")}
        wrong += sum(violations.values())
        rest = {key: counts[key] for key in sorted(counts) if key not in violations}
        print(f"{engine['name']:22} {part:10} {json.dumps(violations)}  {json.dumps(rest)}", flush=True)
    host.images.clear()
    return wrong


def main() -> int:
    """Run, print one line for each engine and part, and end the engines whatever happens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="*", default=[engine.name for engine in ENGINES])
    parser.add_argument("--parts", nargs="+", default=PARTS)
    parser.add_argument("--prunes", type=int, default=50, help="of each part but the kills")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--races", type=int, default=300, help="of the engine alone")
    parser.add_argument("--seconds", type=int, default=600, help="of a part; no round begins later but the first")
    parser.add_argument(
        "--tree",
        type=pathlib.Path,
        default=TREE,
        required=TREE is None,
        help="the folder above ansible_collections; required in a clone elsewhere",
    )
    options = parser.parse_args()
    # Who ends this early must not be left with engines that run on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    cache = pathlib.Path(os.environ.get("LAB_CACHE") or os.path.join(tempfile.gettempdir(), "engine-lab-cache"))
    state, wrong = State(tempfile.mkdtemp(prefix="stress-")), 0
    try:
        for name in options.engines:
            if name.startswith("{"):
                wrong += stress(json.loads(name), options)
            else:
                unpack(cache, [engine_named(name).suite])
                wrong += stress(start_engine(state, cache, engine_named(name)), options)
    finally:
        state.remove()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
