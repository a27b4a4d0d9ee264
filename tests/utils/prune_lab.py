# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts to prune, on real engines, and what is left on them. ENGINE is a record of `lab.py status`, as JSON.

  python3 tests/utils/prune_lab.py uses ENGINE             images of every kind, and containers in every state
  python3 tests/utils/prune_lab.py layers ENGINE SEED N    N images that share layers at random, with a label `round`
  python3 tests/utils/prune_lab.py mounts ENGINE           a container mounts an image whose tag has moved since
  python3 tests/utils/prune_lab.py moved ENGINE            an image that was pushed, whose tag another image has by now
  python3 tests/utils/prune_lab.py platforms ENGINE        an image of two platforms
  python3 tests/utils/prune_lab.py budget ENGINE           small images that share a layer, and two large ones
  python3 tests/utils/prune_lab.py writes ENGINE           images that share a layer, and a container that wrote 12 MB
  python3 tests/utils/prune_lab.py defects ENGINE          what Docker's own prune gets wrong
  python3 tests/utils/prune_lab.py idle ENGINE             old images that were loaded or pulled a moment ago
  python3 tests/utils/prune_lab.py once ENGINE IMAGE       run a container and remove it
  python3 tests/utils/prune_lab.py many ENGINE N           N small images on one layer, `many/app:0` and so on
  python3 tests/utils/prune_lab.py crowd ENGINE N          N containers of `many/app:0`
  python3 tests/utils/prune_lab.py docker-prune ENGINE FILTERS     Docker's own prune
  python3 tests/utils/prune_lab.py tag ENGINE SOURCE NAME          give a name to another image
  python3 tests/utils/prune_lab.py run ENGINE NAME IMAGE           create a container
  python3 tests/utils/prune_lab.py end ENGINE NAME                 remove a container
  python3 tests/utils/prune_lab.py swarm ENGINE NOW BEFORE         a Swarm with a service of these two images
  python3 tests/utils/prune_lab.py serve ENGINE IMAGE              give another image to the service
  python3 tests/utils/prune_lab.py end-swarm ENGINE                leave the Swarm
  python3 tests/utils/prune_lab.py remove ENGINE NAME              remove an image
  python3 tests/utils/prune_lab.py stop-below ENGINE COUNT         stop the engine's process once it has fewer images
  python3 tests/utils/prune_lab.py left ENGINE                     names of all images, and the bytes of all layers

The first nine, and `idle`, remove all that the engine has before.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time
import typing as t

from archives import Image, docker_archive, image, oci_image, oci_index, tar_of
from engines.images import Images

Record = dict[str, t.Any]
HOST = "registry.example.com"  # a name with a registry is the same on every engine
FIRST_WITH_IMAGE_MOUNTS = (1, 48)
SWARM_SECONDS = 90


def layer(seed: object, size: int = 2000) -> bytes:
    """A layer of its own."""
    pick = random.Random(str(seed))
    return tar_of({f"file-{seed}": pick.randbytes(size + pick.randrange(1000))})


def dated(tags: t.Sequence[str], layers: list[bytes], year: int, **labels: str) -> Image:
    """An image of that year."""
    names = [f"{HOST}/{tag}" for tag in tags] or None
    return image(names, layers, created=f"{year}-01-01T00:00:00Z", config={"Labels": labels})


def uses(engine: Record) -> None:
    """Of each repository an old and a new image. With `keep_last: 1` it shows what else keeps the old one."""
    images = Images(engine)
    images.clear()
    base, program = layer("base"), _program(engine)
    made = [
        dated(["web:1"], [base, layer("w"), layer("w1")], 2020),
        dated(["web:2"], [base, layer("w"), layer("w2")], 2021),
        dated(["web:3", "web:latest"], [base, layer("w"), layer("w3")], 2022),
        dated(["job:1"], [base, layer("j1")], 2020),
        dated(["job:2", "mirror/job:stable"], [base, layer("j2")], 2021),
        dated(["job:3"], [base, layer("j3")], 2022),
        dated(["kept:1"], [layer("k1")], 2020, keep="true"),
        dated(["kept:2"], [layer("k2")], 2021),
        dated([], [base, layer("d")], 2020, dangling="true"),
    ]
    for use in ("running", "stopped", "created", "mounted"):
        made.append(dated([f"{use}:1", f"{use}:also"], [program, layer(use)], 2020))
        made.append(dated([f"{use}:2"], [program, layer(f"{use}2")], 2021))
    images.load(docker_archive(made))
    images.run("running", f"{HOST}/running:1", ["/busybox", "sleep", "1000"])
    images.wait(images.run("stopped", f"{HOST}/stopped:1", ["/busybox", "true"]))
    images.create("created", f"{HOST}/created:1", ["/busybox"])
    if engine["kind"] == "podman" or _api(engine) >= FIRST_WITH_IMAGE_MOUNTS:
        _mount(images, f"{HOST}/running:2", f"{HOST}/mounted:1")
    else:
        images.create("mounting", f"{HOST}/mounted:1", ["/busybox"])
    if engine["kind"] == "podman":
        # A container without an image, which only its command line makes.
        create = ["create", "--name", "rootfs", "--network", "none", "--rootfs", "/tmp", "/busybox"]
        subprocess.run([*engine["cli"], *create], check=True, stdout=subprocess.DEVNULL)


def mounts(engine: Record) -> None:
    """`mounted:1` was the dangling image with that label when the container was made, and is another one now."""
    images = Images(engine)
    images.clear()
    made = [dated(["program:1"], [_program(engine)], 2020)]
    made += [dated([f"mounted:{number}"], [layer(f"mounted{number}")], 2020) for number in (1, 2)]
    images.load(docker_archive(made))
    _mount(images, f"{HOST}/program:1", f"{HOST}/mounted:1")
    images.tag(f"{HOST}/mounted:2", f"{HOST}/mounted:1")


def moved(engine: Record) -> None:
    """Two images that had the same tag one after the other; the older one was pushed, so it has a digest."""
    images, name = Images(engine), f"{engine['registry']}/moved"
    images.clear()
    images.load(docker_archive([image([f"{name}:1"], [layer("older")])]))
    images.push(name, "1")
    images.load(docker_archive([image([f"{name}:1"], [layer("newer")])]))


def platforms(engine: Record) -> None:
    """Beside another image."""
    images = Images(engine)
    images.clear()
    images.load(docker_archive([dated(["kept:1"], [layer("kept")], 2020, keep="true")]))
    parts = []
    for architecture in ("amd64", "s390x"):
        whole = image(None, [layer(architecture)], architecture=architecture)
        parts.append(oci_image(whole, {"os": "linux", "architecture": architecture}))
    images.load(oci_index(parts).tar(f"{HOST}/platforms:1"))


def budget(engine: Record) -> None:
    """Four images of 20 kB on a shared layer of 4 MB, and two older ones of 3 MB."""
    images = Images(engine)
    images.clear()
    shared = layer("shared", 4_000_000)
    made = [dated([f"web:{number}"], [shared, layer(f"w{number}", 20_000)], 2024) for number in range(1, 5)]
    made += [dated([f"huge:{number}"], [layer(f"huge{number}", 3_000_000)], 2020) for number in (1, 2)]
    images.load(docker_archive(made))


def writes(engine: Record) -> None:
    """Three images of 20 kB on a shared layer of 4 MB, and a container that wrote three times as much."""
    images = Images(engine)
    images.clear()
    shared = layer("shared", 4_000_000)
    made = [dated([f"web:{number}"], [shared, layer(f"w{number}", 20_000)], 2024) for number in range(1, 4)]
    images.load(docker_archive([*made, dated(["program:1"], [_program(engine)], 2020)]))
    command = ["/busybox", "dd", "if=/dev/zero", "of=/data", "bs=1000000", "count=12"]
    images.wait(images.run("writes", f"{HOST}/program:1", command))


def layers(engine: Record, seed: str, count: str) -> None:
    """Paths through a random tree, each image with a label `round` from 0 to 4."""
    images, pick = Images(engine), random.Random(seed)
    images.clear()
    paths: list[list[bytes]] = [[]]
    made = []
    for number in range(int(count)):
        stem = pick.choice(paths)
        path = stem[: pick.randint(0, len(stem))]
        path = path + [layer(f"{seed}-{number}-{depth}", 500) for depth in range(pick.randint(0 if path else 1, 3))]
        paths.append(path)
        made.append(dated([f"layers:{number}"], path, 2020, round=str(pick.randrange(5)), number=str(number)))
    images.load(docker_archive(made))


def idle(engine: Record) -> None:
    """Images of 2020; two can run, one has no name, and one was pulled."""
    images = Images(engine)
    images.clear()
    program = _program(engine)
    made = [dated([f"{name}:1"], [program, layer(name)], 2020) for name in ("idle", "busy")]
    images.load(docker_archive([*made, dated([], [program, layer("nameless")], 2020)]))
    name = f"{engine['registry']}/pulled"
    images.load(docker_archive([image([f"{name}:1"], [layer("pulled")], created="2020-01-01T00:00:00Z")]))
    images.push(name, "1")
    images.remove(f"{name}:1")
    images.pull(name, "1")


def once(engine: Record, name: str) -> None:
    """As ``docker run --rm``."""
    images = Images(engine)
    images.wait(images.run("once", f"{HOST}/{name}", ["/busybox", "true"]))
    images.remove_container("once")


def defects(engine: Record) -> None:
    """One image for each of the four: a used one with two names, a parent, two protected by label, a digest."""
    images = Images(engine)
    images.clear()
    images.load(
        docker_archive(
            [
                dated(["app/x:1", "rel/x:stable"], [layer("x")], 2020),
                dated(["team:red"], [layer("red")], 2020, team="red"),
                dated(["team:blue"], [layer("blue")], 2020, team="blue"),
                dated(["team:green"], [layer("green")], 2020, team="green"),
            ]
        )
    )
    images.create("uses-x", f"{HOST}/app/x:1", ["/x"])
    images.build(f"{HOST}/base:1", "FROM scratch\nCOPY a /", {"a": b"a"})
    images.build(f"{HOST}/child:1", f"FROM {HOST}/base:1\nCOPY b /", {"b": b"b"})
    images.create("uses-child", f"{HOST}/child:1", ["/x"])
    if engine.get("registry"):
        name = f"{engine['registry']}/pulled"
        images.load(docker_archive([image([f"{name}:1"], [layer("pulled")])]))
        images.push(name, "1")
        digest = images.api.get(f"/images/{name}:1/json")["RepoDigests"][0]
        images.remove(f"{name}:1")
        images.pull(digest)


def many(engine: Record, count: str) -> None:
    """Many images, one small layer each on a common one. The label `half` is 0 and 1 in turns."""
    images = Images(engine)
    images.clear()
    base = layer("many")
    made = [
        dated([f"many/app:{number}"], [base, layer(f"many-{number}", 100)], 2020, half=str(number % 2))
        for number in range(int(count))
    ]
    for start in range(0, len(made), 500):
        images.load(docker_archive(made[start : start + 500]))


def crowd(engine: Record, count: str) -> None:
    """Many containers beside the images of `many`, of an image that is kept."""
    images = Images(engine)
    for number in range(int(count)):
        images.create(f"crowd-{number}", f"{HOST}/many/app:0", ["/x"])


def docker_prune(engine: Record, filters: str) -> Record:
    """POST /images/prune, as `docker image prune` sends it."""
    found: Record = Images(engine).api.json("POST", "/images/prune", filters=filters)
    return found


def left(engine: Record) -> Record:
    """Tags of every image, sorted; untagged ones as their `dangling` label or digest. And the engine's total."""
    api = Images(engine).api
    names = []
    for entry in api.get("/images/json"):
        tags = sorted(tag for tag in entry["RepoTags"] or [] if "@" not in tag and "<none>" not in tag)
        names.append([tag.replace(f"{HOST}/", "") for tag in tags])
    return {"names": sorted(names), "total": api.get("/v1.41/system/df")["LayersSize"]}


def tag(engine: Record, source: str, name: str) -> None:
    """Move or add a name."""
    Images(engine).tag(source, f"{HOST}/{name}")


def run(engine: Record, name: str, used: str) -> None:
    """A container that is only created: enough to use its image."""
    Images(engine).create(name, f"{HOST}/{used}", ["/x"])


def end(engine: Record, name: str) -> None:
    """Remove a container."""
    Images(engine).remove_container(name)


def swarm(engine: Record, now: str, before: str) -> None:
    """A service named lab without a task, so that no container has its images."""
    create = ("--name", "lab", "--replicas", "0", "--no-resolve-image", "--detach", f"{HOST}/{before}", "/busybox")
    with socket.create_server(("127.0.0.1", 0)) as free:  # engines share the network, and other tests have a Swarm too
        port = free.getsockname()[1]
    listening = ["--advertise-addr", "127.0.0.1", "--listen-addr", f"127.0.0.1:{port}"]
    _docker(engine, ["swarm", "init", *listening], shown_by=["node", "ls"])
    _docker(engine, ["service", "create", *create], shown_by=["service", "inspect", "lab"])
    serve(engine, now)


def serve(engine: Record, image: str) -> None:
    """What was current becomes the previous spec."""
    _docker(engine, ["service", "update", "--no-resolve-image", "--detach", "--image", f"{HOST}/{image}", "lab"])


def end_swarm(engine: Record) -> None:
    """The service goes with it."""
    _docker(engine, ["swarm", "leave", "--force"])


def _docker(engine: Record, words: list[str], shown_by: list[str] | None = None) -> None:
    """A Swarm on a busy machine elects its leader late, and a service that is being worked on refuses an update."""
    deadline = time.monotonic() + SWARM_SECONDS
    while True:
        done = subprocess.run([*engine["cli"], *words], check=False, capture_output=True, text=True)
        shown = done
        if shown_by:  # a command that ran out of time may have done its work
            shown = subprocess.run([*engine["cli"], *shown_by], check=False, capture_output=True, text=True)
        if shown.returncode == 0:
            return
        if time.monotonic() > deadline:
            sys.exit(f"docker {' '.join(words)}: {done.stderr}{shown.stderr if shown_by else ''}")
        time.sleep(1)


def remove(engine: Record, name: str) -> None:
    """Remove an image, as somebody else might."""
    Images(engine).remove(f"{HOST}/{name}")


def stop_below(engine: Record, count: str) -> None:
    """The engine hangs from then on: its sockets stay open, and nobody answers."""
    api = Images(engine).api
    while len(api.get("/images/json")) >= int(count):
        pass
    os.kill(int(engine["inside"][2]), signal.SIGSTOP)


def _program(engine: Record) -> bytes:
    """A layer with something to run."""
    return tar_of({"busybox": (pathlib.Path(engine["busybox"]).read_bytes(), 0o755)})


def _mount(images: Images, image_of_container: str, mounted: str) -> None:
    """A container `mounting`, only created, that mounts another image."""
    mount = {"Type": "image", "Source": mounted, "Target": "/mounted"}
    host = {"NetworkMode": "none", "Mounts": [mount]}
    body = {"Image": image_of_container, "Cmd": ["/busybox"], "HostConfig": host}
    images.api.json("POST", "/containers/create", body, name="mounting")


def _api(engine: Record) -> tuple[int, ...]:
    return tuple(int(part) for part in engine["api_version"].split("."))


COMMANDS: dict[str, t.Callable[..., t.Any]] = {
    "uses": uses,
    "mounts": mounts,
    "moved": moved,
    "platforms": platforms,
    "budget": budget,
    "writes": writes,
    "layers": layers,
    "defects": defects,
    "many": many,
    "crowd": crowd,
    "docker-prune": docker_prune,
    "left": left,
    "stop-below": stop_below,
    "tag": tag,
    "run": run,
    "swarm": swarm,
    "serve": serve,
    "end-swarm": end_swarm,
    "end": end,
    "idle": idle,
    "once": once,
    "remove": remove,
}


def main() -> int:
    """Run one command and print what it says."""
    if len(sys.argv) < 3 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(COMMANDS[sys.argv[1]](json.loads(sys.argv[2]), *sys.argv[3:])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
