# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docker_host=podman:// costs beside a socket that is there: image_summary_info as a process on a Podman host.

  PYTHONPATH=... python3 tests/benchmark/podman_service.py [--passes 21] [--images 10] [podman-5.8 ...]

PYTHONPATH holds the folder above ansible_collections and tests/utils. Needs root on Debian, as the other tests against
real engines, and a Python with ansible-core. Starts hosts with Podman, asks each as root and as another user, both ways
in each pass, in turns, and ends the hosts.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t

from engines.namespace import INSIDE
from engines.podman_hosts import start_podman_hosts
from engines.state import State

SOCKET = "/tmp/{user}.sock"
USERS = ("root", "ops")
IMAGES = """\
cd /
for number in $(seq {count}); do
  echo $number > /tmp/{user}.layer
  tar -C /tmp -c {user}.layer | podman import - localhost/bench/$number:1
done
"""


def measure(host: dict[str, t.Any], folder: pathlib.Path, user: str, count: int, passes: int) -> str:
    """One line of the table: medians of both ways, and of their difference in each pass, in milliseconds.

    The CPU time of podman:// is that of the module and of the service that it starts. That of a socket has no service.
    """
    as_user = [*host["inside"], "sudo", "-n", "-H", "-u", user]
    subprocess.run([*as_user, "sh", "-euc", IMAGES.format(count=count, user=user)], check=True, capture_output=True)
    path = SOCKET.format(user=user)
    ways: dict[str, str] = {}
    for name, address in (("socket", f"unix://{path}"), ("podman://", "podman://")):
        module = shipped(address, folder / f"{user}-{name.strip(':/')}.py")
        module.chmod(0o644)
        ways[name] = f"{INSIDE}/{module.name}"
    # It ends with its host.
    subprocess.Popen([*as_user, "sh", "-c", f"cd /; exec podman system service --time 0 unix://{path}"])
    while subprocess.run([*as_user, "test", "-S", path], check=False).returncode:
        time.sleep(0.1)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number in range(passes + 1):
        for name in sorted(ways, reverse=bool(number % 2)):
            start, cpu = time.perf_counter(), children()
            done = subprocess.run([*as_user, "python3", ways[name]], check=False, capture_output=True, text=True)
            spent = 1000 * (time.perf_counter() - start), 1000 * (children() - cpu)
            assert len(json.loads(done.stdout)["images"]) == count, done.stdout + done.stderr
            if number:  # the first pass warms the caches
                taken[name].append(spent)
    line = f"{host['release']:11} {user:5}"
    for number, what in enumerate(("time", "CPU")):
        socket, podman = ([spent[number] for spent in taken[name]] for name in ("socket", "podman://"))
        more = statistics.median(ours - theirs for ours, theirs in zip(podman, socket))
        line += f"  {what}: socket {statistics.median(socket):5.0f}  podman:// {statistics.median(podman):5.0f}"
        line += f"  more {more:5.0f}"
    return line


def children() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shipped(docker_host: str, target: pathlib.Path) -> pathlib.Path:
    """The module as Ansible ships it to a host, with its arguments; what it answers here does not matter."""
    folder = target.with_suffix("")
    environment = {**os.environ, "ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TMP": str(folder)}
    program = pathlib.Path(sys.executable).parent / "ansible"
    words = [program, "localhost", "-i", "localhost,", "-c", "local", "-m", "container_ops.images.image_summary_info"]
    subprocess.run([*words, "-a", f"docker_host={docker_host}"], check=False, env=environment, capture_output=True)
    (module,) = folder.glob("*/AnsiballZ_*.py")
    return module.rename(target)


def main() -> None:
    """Measure, print, and end the hosts whatever happens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=21)
    parser.add_argument("--images", type=int, default=10)
    parser.add_argument("names", nargs="*", help="releases of Podman; all by default")
    options = parser.parse_args()
    # Who ends the benchmark early must not be left with a host that runs on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    cache = pathlib.Path(os.environ.get("LAB_CACHE") or os.path.join(tempfile.gettempdir(), "engine-lab-cache"))
    state = State(tempfile.mkdtemp(prefix="bench-"))
    try:
        print(f"Milliseconds, medians of {options.passes} passes, {options.images} images")
        for host in start_podman_hosts(state, cache, options.names)["hosts"]:
            for user in USERS:
                folder = state.folder / host["name"]
                print(measure(host, folder, user, options.images, options.passes), flush=True)
    finally:
        state.remove()


if __name__ == "__main__":
    main()
