# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that changes while image_prune runs: its images, loops beside the module, a witness before the engine."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import pathlib
import random
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
import typing as t
import urllib.parse
from collections import Counter

import prune_lab
from archives import docker_archive
from engines.api import EngineAPI, Refused
from engines.images import Images

MODULE = "ansible_collections/container_ops/images/plugins/modules/image_prune.py"
LOOPS = 3
POLICY: dict[str, t.Any] = {"states": ["tagged", "dangling"], "accounting": "bounds"}


class Host:
    """One engine, the images that it had, and what became of them."""

    def __init__(self, engine: prune_lab.Record, tree: pathlib.Path) -> None:
        self.engine, self.tree = engine, tree
        self.images = Images(engine)
        self.before: dict[str, set[str]] = {}
        """References of every image, by ID."""
        self.counts: Counter[str] = Counter()
        self.pick = random.Random(1)

    def fill(self, count: int, names: t.Sequence[int] = (1, 2, 3), clear: bool = True) -> None:
        """Images with so many names, in turns; the last has a digest where a push gives one."""
        if clear:
            self.images.clear()
        # New ones each time: a name that was given to an image while it went comes back with its ID.
        self.counts["fills"] += 1
        made = []
        for number in range(count):
            tags = [f"{part}/app:{number}" for part in "abcd"[: names[number % len(names)]]]
            layers = [prune_lab.layer("base"), prune_lab.layer(f"{self.counts['fills']}-{number}")]
            made.append(prune_lab.dated(tags, layers, 2020))
        self.images.load(docker_archive(made))
        if self.engine.get("registry"):
            name = f"{self.engine['registry']}/pushed"
            self.images.load(docker_archive([prune_lab.image([f"{name}:1"], [prune_lab.layer("pushed")])]))
            self.images.push(name, "1")
        self.before = {row["Id"]: self.references(row["Id"]) or set() for row in self.images.api.get("/images/json")}

    def references(self, identity: str) -> set[str] | None:
        """All names of an image, or None if it is gone."""
        reply = self.images.api.send("GET", f"/images/{identity}/json")
        if reply.status == 404:
            return None
        image = json.loads(reply.body)
        # In the containerd store the image's own digest is no name of its own: every repository of a tag has it.
        digests = [name for name in image["RepoDigests"] or () if not name.endswith(f"@{identity}")]
        return {*(image["RepoTags"] or ()), *digests}

    def prune(self, socket: str = "", kill_after: float | None = None, **options: t.Any) -> dict[str, t.Any] | None:
        """Run the module as a process; None if it was killed, or left no result."""
        policy = {key: value for key, value in {**POLICY, **options}.items() if value is not None}
        policy["docker_host"] = f"unix://{socket or self.engine['socket']}"
        # Where ansible-test runs this, ansible-core is on PYTHONPATH and not in an environment.
        path = os.pathsep.join([str(self.tree), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONPATH": path}
        command = [sys.executable, str(self.tree / MODULE)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True
        ) as process:
            try:
                out, err = process.communicate(json.dumps({"ANSIBLE_MODULE_ARGS": policy}), kill_after)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return None
        try:
            result: dict[str, t.Any] = json.loads(out)
        except ValueError:
            self.counts["broken"] += 1
            print(f"no result: {out[-300:]} {err[-1000:]}", file=sys.stderr)
            return None
        self.counts["runs"] += 1
        if result.get("failed"):
            self.counts["failed"] += 1
            print(f"{self.engine['name']} failed: {result['msg']}", file=sys.stderr)
        return result

    def check(self, result: dict[str, t.Any] | None) -> None:
        """Count what was removed, what was kept, and what lacks a name that the result does not list."""
        outcomes = {one["id"]: one for one in (result or {}).get("images", ())}
        for identity, had in self.before.items():
            there = self.references(identity)
            self.counts["gone" if there is None else "kept"] += 1
            if there is not None:
                listed = set(outcomes.get(identity, {}).get("lost_references", ()))
                self.counts["listed"] += len(listed)
                if listed:
                    print(f"{self.engine['name']}: listed {outcomes[identity]}", file=sys.stderr)
                if had - there - listed:
                    self.counts["short"] += 1
                    print(
                        f"{self.engine['name']}: {identity[7:19]} lacks {sorted(had - there - listed)}:"
                        f" {outcomes.get(identity)}",
                        file=sys.stderr,
                    )
        self.counts.update(one["outcome"] for one in outcomes.values())


class Loops:
    """Threads that do the same thing again and again until the block ends."""

    def __init__(self, host: Host, step: t.Callable[[Images, str, str], None]) -> None:
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(host, step, f"loop{number}")) for number in range(LOOPS)
        ]

    def __enter__(self) -> Loops:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, host: Host, step: t.Callable[[Images, str, str], None], name: str) -> None:
        images, pick, number = Images(host.engine), random.Random(name), 0
        ids = sorted(host.before)
        while not self._over.is_set():
            number += 1
            # An image that is gone, or in use, is no reason to end.
            with contextlib.suppress(Refused, OSError):
                step(images, pick.choice(ids), f"{name}-{number}")
                host.counts["steps"] += 1


def container(images: Images, identity: str, name: str) -> None:
    """A container that is there for a moment."""
    made = images.create(name, identity, ["/x"])
    images.remove_container(made)


def name(images: Images, identity: str, name: str) -> None:
    """A name that is there for a moment."""
    repository = f"{prune_lab.HOST}/{name}"
    images.api.json("POST", f"/images/{identity}/tag", repo=repository, tag="x")
    images.api.json("DELETE", f"/images/{repository}:x", noprune="1")


class Witness:
    """A socket before the engine's that compares what is asked to be removed with the list of containers before.

    ``slow``: how many seconds the disk usage takes. ``garbled``: the first removals get an answer that cannot be read,
    whether the engine has been asked for them or not.
    """

    def __init__(self, host: Host, slow: float = 0, garbled: t.Sequence[tuple[bool, bytes]] = ()) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="witness-")
        self.path = f"{self._folder.name}/engine.sock"
        self.asked = 0
        self.newer = 0
        """How often only new containers were asked for."""
        self.over = threading.Event()
        self._used: set[str] = set()
        self._host, self._api = host, EngineAPI(host.engine["socket"])
        self._garbled = list(garbled)
        witness = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request of the module, which sends one after the other."""

            protocol_version = "HTTP/1.1"

            def forward(self) -> None:
                """Look at it, pass it on, and look at the reply."""
                witness.see_request(self.command, self.path)
                if "/system/df" in self.path and witness.over.wait(slow):
                    return
                if self.command == "DELETE" and witness._garbled:
                    is_asked, raw = witness._garbled.pop(0)
                    if is_asked:
                        witness._api.send(self.command, self.path)
                    self.wfile.write(raw)
                    self.close_connection = True
                    return
                # The module may ask for new containers only. It must know all that are there before and after.
                before = witness.containers() if "since" in self.path else {}
                reply = witness._api.send(self.command, self.path)
                after = witness.containers() if before else {}
                witness.see_reply(self.path, reply.body, {before[one] for one in before.keys() & after.keys()})
                self.send_response_only(reply.status)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.body:
                    self.wfile.write(reply.body)

            do_GET = do_POST = do_DELETE = forward

            def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
                """Stay silent."""

        self._server = socketserver.ThreadingUnixStreamServer(self.path, Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Witness:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._folder.cleanup()

    def see_request(self, method: str, path: str) -> None:
        """A name belongs to the image that had it when the images were made."""
        found = re.search(r"/images/(.+?)(\?|$)", path)
        if method == "DELETE" and found:
            asked = urllib.parse.unquote(found.group(1))
            self.asked += any(asked in (one, *self._host.before.get(one, ())) for one in self._used)

    def containers(self) -> dict[str, str]:
        """The image of each container."""
        return {row["Id"]: row["ImageID"] for row in self._api.get("/containers/json", all="1")}

    def see_reply(self, path: str, body: bytes, known: t.AbstractSet[str]) -> None:
        """Who uses what. ``known``: images that must be known to be used, whatever the reply lists."""
        if re.search(r"/containers/json", path):
            rows = json.loads(body)
            self.newer += bool(known)
            # A reply that is not a list is a refusal, after which the module asks for the whole list.
            self._used = known | {row["ImageID"] for row in (rows if isinstance(rows, list) else ())}
