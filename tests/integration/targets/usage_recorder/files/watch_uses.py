# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use images of an engine beside a recorder, kill and restart both, and compare the file with what was done.

  watch_uses.py ENGINE PYTHON PROGRAM FILE       ENGINE is a record of `lab.py status`, as JSON

A second daemon is started beside the engine, since the first one cannot be restarted without its data. It shares no
code with the collection, or with the recorder. Prints what was compared, as JSON.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time
import typing as t
from functools import partial

from archives import docker_archive, image, tar_of
from engines.images import Images

Record = dict[str, t.Any]
HOST = "registry.example.com"
# Of BuildKit, with the containerd store.
FIRST_THAT_LOGS_BUILDS = FIRST_WITH_IMAGE_MOUNTS = 28
SLACK = 3
"""Seconds between what is done and its event."""


class Daemon:
    """A second Docker beside that of the lab."""

    def __init__(self, engine: Record) -> None:
        self._engine = engine
        folder = pathlib.Path(engine["socket"]).parent
        settings = json.loads((folder / "daemon.json").read_text(encoding="ascii"))
        settings.update({"data-root": "/run/data2", "exec-root": "/run/docker2", "pidfile": "/run/docker2.pid"})
        (folder / "second.json").write_text(json.dumps(settings), encoding="ascii")
        self.socket = folder / "second.sock"
        self.record = {**engine, "socket": str(self.socket)}
        self._log = (folder / "second.log").open("ab")

    def inside(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside it."""
        return subprocess.run([*self._engine["inside"], *command], check=False, capture_output=True, text=True)

    def start(self) -> None:
        """And wait until it answers."""
        command = ["dockerd", "--config-file", "/run/lab/second.json", "--host", "unix:///run/lab/second.sock"]
        subprocess.Popen([*self._engine["inside"], *command], stdout=self._log, stderr=self._log)
        wait_for(lambda: self.cli("version").returncode == 0, "the second daemon answers")

    def stop(self) -> None:
        """And wait until it has ended."""
        self.inside("sh", "-c", "kill $(cat /run/docker2.pid)")
        wait_for(lambda: self.inside("test", "-e", "/run/docker2.pid").returncode != 0, "the second daemon has ended")

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Docker's own client."""
        return self.inside("docker", "--host", "unix:///run/lab/second.sock", *arguments)

    def run(self, *arguments: str) -> None:
        """The same, which must succeed."""
        done = self.cli(*arguments)
        if done.returncode:
            raise SystemExit(f"docker {' '.join(arguments)}: {done.stderr}")


class Recorder:
    """The program, as systemd would start it."""

    def __init__(self, command: list[str], file: str) -> None:
        self._command = [*command, file]
        self.file = pathlib.Path(file)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(self._command)

    def kill(self) -> None:
        """Without notice."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def read(self) -> dict[str, t.Any]:
        """The data of the file; of one that is not there or damaged, nothing."""
        try:
            return t.cast("dict[str, t.Any]", json.loads(self.file.read_bytes().partition(b"\n")[2]))
        except (OSError, ValueError):
            return {"until": 0}

    def settled(self) -> dict[str, t.Any]:
        """The data, once all that was done until now is in it."""
        now = time.time()
        wait_for(lambda: self.read()["until"] > now + 1, "the recorder has caught up")
        return self.read()


def wait_for(ready: t.Callable[[], bool], what: str, seconds: int = 120) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise SystemExit(f"it did not happen in {seconds} s that {what}")
        time.sleep(0.2)


class Day:
    """What was done, and what the file must have of it."""

    def __init__(self, daemon: Daemon, recorder: Recorder) -> None:
        self._daemon, self._recorder = daemon, recorder
        self._done: dict[tuple[str, str], tuple[float, float]] = {}
        self._lost: set[tuple[str, str]] = set()
        self.compared = 0
        self.wrong: list[str] = []
        self.log: list[str] = []

    def did(self, names: t.Iterable[str], key: str, what: t.Callable[[], t.Any]) -> None:
        """Do it, and note for which images. Names are resolved before, or after where they come into being."""
        begun = time.time()
        ids = [] if key == "arrived" else [self.id_of(name) for name in names]
        what()
        for identity in ids or [self.id_of(name) for name in names]:
            self._done[identity, key] = (begun, time.time())
            self._lost.discard((identity, key))

    def id_of(self, name: str) -> str:
        """By Docker's own client."""
        return self._daemon.cli("image", "inspect", "--format", "{{.Id}}", name).stdout.strip()

    def lose(self) -> None:
        """The file is lost: it may lack what was done before."""
        self._lost = set(self._done)

    def compare(self, when: str) -> dict[str, t.Any]:
        """The file with what was done."""
        data = self._recorder.settled()
        for identity in set(self._daemon.cli("images", "--all", "--quiet", "--no-trunc").stdout.split()):
            for key in ("arrived", "used"):
                span, found = self._done.get((identity, key)), data["images"].get(identity, {}).get(key)
                self.compared += 1
                if found is None and (identity, key) in self._lost:
                    continue
                if not (found is None if span is None else found and span[0] - SLACK <= found <= span[1] + SLACK):
                    self.wrong.append(f"{when}: {identity[:19]} {key} is {found}, done: {span}")
        self.log.append(f"{when}: watched since {data['since']}, {len(data['images'])} entries")
        return data


def version_of(daemon: Daemon) -> int:
    """Its major version."""
    return int(daemon.cli("version", "--format", "{{.Server.Version}}").stdout.partition(".")[0])


def main(engine: Record, command: list[str], file: str) -> dict[str, t.Any]:
    """A day in fast motion."""
    daemon = Daemon(engine)
    daemon.start()
    recorder = Recorder([*command, str(daemon.socket)], file)
    recorder.start()
    recorder.settled()
    try:
        return day(Day(daemon, recorder), daemon, recorder)
    finally:
        recorder.kill()
        daemon.stop()


def day(done: Day, daemon: Daemon, recorder: Recorder) -> dict[str, t.Any]:
    """Each step is compared."""
    images, registry = Images(daemon.record), daemon.record["registry"]
    program = tar_of({"busybox": (pathlib.Path(daemon.record["busybox"]).read_bytes(), 0o755)})
    names = [f"{HOST}/{name}:1" for name in ("one", "two", "three", "four")]
    made = [image([name], [program, tar_of({"name": name.encode()})], created="2020-01-01T00:00:00Z") for name in names]
    one, two, three, four = names
    pulled = f"{registry}/recorded"
    run = ("run", "--rm", "--network", "none")

    def use(name: str, written: str = "") -> None:
        done.did([name], "used", lambda: daemon.run(*run, written or name, "/busybox", "true"))

    done.did(names, "arrived", lambda: images.load(docker_archive(made)))
    use(one)
    since = done.compare("loaded and run")["since"]
    done.did([two], "arrived", lambda: images.tag(two, f"{HOST}/moving:1"))
    use(two, f"{HOST}/moving:1")
    done.did([three], "arrived", lambda: images.tag(three, f"{HOST}/moving:1"))
    use(three, f"{HOST}/moving:1")
    use(four, done.id_of(four)[7:19])
    done.did([four], "used", lambda: daemon.run("create", "--name", "made", "--network", "none", four, "/busybox"))
    done.did([four], "used", lambda: daemon.run("rm", "made"))
    done.compare("a tag that moved")
    context = daemon.socket.parent / "context"
    context.mkdir(exist_ok=True)
    (context / "root.tar").write_bytes(tar_of({"imported": b"imported"}))
    built, imported = f"{HOST}/built:1", f"{HOST}/imported:1"
    # The second one takes the name of the first.
    for number in (1, 2):
        (context / "Dockerfile").write_text(f"FROM {one}\nCOPY root.tar /{number}.tar\n", encoding="ascii")
        build = partial(daemon.run, "build", "--quiet", "--tag", built, "/run/lab/context")
        if daemon.record["store"] == "containerd" and version_of(daemon) < FIRST_THAT_LOGS_BUILDS:
            build()
        else:
            done.did([built], "arrived", build)
        use(built)
    done.did([imported], "arrived", lambda: daemon.run("import", "/run/lab/context/root.tar", imported))
    done.compare("built and imported")
    done.did([one], "arrived", lambda: images.tag(one, f"{pulled}:1"))
    images.push(pulled, "1")
    daemon.run("image", "rm", f"{pulled}:1")
    done.did([f"{pulled}:1"], "arrived", lambda: images.pull(pulled, "1"))
    use(f"{pulled}:1")
    done.compare("pulled")
    # Of a pull of all tags, a graph driver notes the repository alone.
    tags = [f"{pulled}:{number}" for number in (2, 3)]
    for name, tag in zip((two, three), tags):
        done.did([name], "arrived", partial(images.tag, name, tag))
        images.push(*tag.rsplit(":", 1))
        daemon.run("image", "rm", tag)
    done.did([f"{pulled}:1", *tags], "arrived", lambda: daemon.run("pull", "--quiet", "--all-tags", pulled))
    done.compare("pulled all tags")
    if version_of(daemon) >= FIRST_WITH_IMAGE_MOUNTS:
        mount = ("--mount", f"type=image,source={four},target=/mounted")
        done.did([one, four], "used", lambda: daemon.run(*run, *mount, one, "/busybox", "true"))
        done.compare("mounted")

    recorder.kill()
    use(four)
    recorder.start()
    after = done.compare("recorder killed")
    if after["since"] != since:
        done.wrong.append("a kill of the recorder alone is not a gap: the engine remembers")

    stopped = time.time()
    daemon.stop()
    daemon.start()
    after = done.compare("engine restarted")
    if after["since"] < stopped:
        done.wrong.append("a restart of the engine is a gap")
    use(two)
    done.compare("used after the restart")

    recorder.kill()
    content = recorder.file.read_bytes()
    recorder.file.write_bytes(content[: len(content) // 2])
    damaged = time.time()
    done.lose()
    recorder.start()
    after = done.compare("file damaged")
    if after["since"] < int(damaged):
        done.wrong.append("a damaged file is a gap")
    use(three)
    done.compare("used after the damage")
    memory = pathlib.Path(f"/proc/{recorder.process.pid if recorder.process else 0}/status").read_text(encoding="ascii")
    resident = next(int(line.split()[1]) for line in memory.splitlines() if line.startswith("VmRSS"))
    mode = oct(os.stat(recorder.file).st_mode & 0o7777)
    return {"compared": done.compared, "wrong": done.wrong, "log": done.log, "kB": resident, "mode": mode}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]), sys.argv[2:4], sys.argv[4])))
