# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private container engines for tests: real ones, side by side, from Debian's packages, touching no other.

  python3 tests/utils/lab.py up                      unpack what is missing (once), start all engines and a registry
  python3 tests/utils/lab.py up podman-5.4           only that one
  python3 tests/utils/lab.py images                  make the representative image set on every engine that runs
  python3 tests/utils/lab.py status                  names, versions and sockets, as JSON
  python3 tests/utils/lab.py exec podman-5.4 podman images
  python3 tests/utils/lab.py facts podman-5.4        its images, as the engine itself tells them: what the tests expect
  python3 tests/utils/lab.py podman-hosts             hosts with Podman, ssh and Python, and no socket
  python3 tests/utils/lab.py registries               registries of every kind, and crane, oras and skopeo beside them
  python3 tests/utils/lab.py down                    end them and leave nothing behind

Needs root on Debian 12 or 13. Started within `ansible-test`, a lab belongs to that run and ends with it.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile
import typing as t

from engines import launch
from engines.catalogue import ENGINES, SUITES, LabError
from engines.podman_hosts import start_podman_hosts
from engines.processes import Process
from engines.proxy import serve_proxy
from engines.registries import serve_issuer, start_registries
from engines.remotes import start_remotes
from engines.replay import serve_replay
from engines.roots import unpack
from engines.state import State
from engines.witness import facts
from image_set import make_image_sets

NAMES = {engine.name for engine in ENGINES}


def main() -> int:
    """Run one command."""
    options = _parser().parse_args()
    state = State(options.state)
    cache = pathlib.Path(
        options.cache or os.environ.get("LAB_CACHE") or os.path.join(tempfile.gettempdir(), "engine-lab-cache")
    )
    try:
        _run(options, state, cache)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace, state: State, cache: pathlib.Path) -> None:
    if options.command == "roots":
        for reason in unpack(cache, options.suites or list(SUITES)).values():
            print(f"lab: {reason}", file=sys.stderr)
    elif options.command == "up":
        launch.up(state, cache, options.names)
        for engine in _status(state)["engines"]:
            print(f"{engine['name']:<24} {engine['version']:<16} {engine['docker_host']}")
    elif options.command == "images":
        make_image_sets(state, options.names)
    elif options.command == "status":
        _print(_status(state))
    elif options.command == "facts":
        _print(facts(_engine(state, options.name)))
    elif options.command == "remotes":
        _print(start_remotes(state, cache))
    elif options.command == "podman-hosts":
        _print(start_podman_hosts(state, cache, options.names))
    elif options.command == "registries":
        _print(start_registries(state, cache))
    elif options.command == "serve-issuer":
        serve_issuer(state, options.port)
    elif options.command in ("proxy", "replay"):
        allowed = getattr(options, "allowed", [])
        launch.start_helper(state, options.name, [f"serve-{options.command}", options.name, options.target, *allowed])
    elif options.command == "serve-proxy":
        serve_proxy(state.folder / options.name, options.target, options.allowed)
    elif options.command == "serve-replay":
        serve_replay(state.folder / options.name, pathlib.Path(options.target))
    elif options.command == "exec":
        _exec(state, options.name, options.words)
    elif options.command == "watch":
        launch.watch(state, Process(options.pid, options.started))
    elif options.command == "down":
        if options.names:
            state.stop(options.names)
        else:
            state.remove()


def _print(facts: dict[str, t.Any]) -> None:
    print(json.dumps(facts, indent=2))


def _status(state: State) -> dict[str, t.Any]:
    """Return what runs; an engine whose version its name no longer tells is said on stderr."""
    services = state.services()
    engines = [service for name, service in services.items() if name in NAMES and "version" in service]
    for engine in engines:
        release = engine["name"].split("-")[1]
        if not engine["version"].startswith(f"{release}."):
            moved = f"Debian {engine['suite']} has moved on"
            print(f"lab: {engine['name']} is {engine['version']} now: {moved}", file=sys.stderr)
    registry = services.get("registry", {}).get("address")
    return {"state": str(state.folder), "registry": registry, "engines": engines, "left_out": state.left_out()}


def _engine(state: State, name: str) -> dict[str, t.Any]:
    services = state.services()
    if "version" not in services.get(name, {}):
        raise LabError(f"no engine {name} runs in {state.folder}; start it with `lab.py up {name}`")
    return services[name]


def _exec(state: State, name: str, words: list[str]) -> None:
    service = _engine(state, name)
    command = [*service["cli"], *words[1:]] if words[:1] == [service["kind"]] else [*service["inside"], *words]
    os.execvp(command[0], command)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--state",
        help="folder for sockets and logs, at most 60 characters (LAB_STATE; default: /tmp/engine-lab)",
    )
    parser.add_argument("--cache", help="folder that keeps the unpacked packages, 0.5 GB for each suite (LAB_CACHE)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("roots", help="only unpack").add_argument("suites", nargs="*")
    for name in ("up", "images", "podman-hosts", "down"):
        commands.add_parser(name).add_argument("names", nargs="*")
    commands.add_parser("status")
    execute = commands.add_parser("exec", help="run the engine's CLI, or another command beside the engine")
    execute.add_argument("name")
    execute.add_argument("words", nargs=argparse.REMAINDER)
    commands.add_parser("facts", help="what the engine itself says about its images").add_argument("name")
    commands.add_parser(
        "remotes", help="engines with TLS, plain TCP and ssh on loopback, and contexts of the Docker CLI"
    )
    commands.add_parser("registries", help="registries with user and password, TLS and tokens, and clients to compare")
    commands.add_parser("serve-issuer").add_argument("port", type=int)
    commands.add_parser("proxy", help="a socket in front of an engine that notes every request")
    commands.add_parser("replay", help="a socket that answers with captured replies")
    for name in ("proxy", "replay", "serve-proxy", "serve-replay"):
        helper = commands.choices.get(name) or commands.add_parser(name)
        helper.add_argument("name")
        helper.add_argument("target")
        if name.endswith("proxy"):
            helper.add_argument("allowed", nargs="*", help="first words of the paths that may be asked for; none: all")
    watch = commands.add_parser("watch")
    watch.add_argument("pid", type=int)
    watch.add_argument("started", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
