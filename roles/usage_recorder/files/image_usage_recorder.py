# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Note when the images of a Docker engine arrive and are used. Sends GET requests alone, and writes one file.

    python3 image_usage_recorder.py SOCKET FILE

The file is a line with a digest, and JSON behind it: since when and until when no event was missed, and for each image
when it arrived and when it was last used, in seconds since the epoch. It is replaced as a whole.

What the engine cannot repeat, because it was restarted or has forgotten it, is a gap: the watching begins anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import socket
import sys
import time
import typing as t
from urllib.parse import quote

FORMAT = "image_usage/1"
WRITE_EVERY = 5  # seconds, at most this often
PAUSE = 2  # seconds before the engine is asked again
CLOCK_TOLERANCE = 60  # seconds by which the clock of the wall may run away from the one that only counts
USES = ("create", "start", "restart", "die", "destroy", "kill")
NOT_ARRIVING = ("untag", "delete", "push", "save", "prune")
EARLIEST = 315_619_200  # 1980, as the collection reads it
ANSWER_SECONDS = 30


class Gone(Exception):
    """The engine does not answer, or has ended the connection."""


class Engine:
    """Docker's API on a unix socket. HTTP/1.0: the reply ends with the connection, and nothing is chunked."""

    def __init__(self, path: str) -> None:
        self._path = path

    def open(self, target: str) -> tuple[socket.socket, int, bytes]:
        """A connection behind the headers of the reply, its status, and what came of the body."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(self._path)
            connection.sendall(f"GET {target} HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece or len(received) > 65536:
                    raise Gone("no reply")
                received += piece
            head, _end, body = received.partition(b"\r\n\r\n")
            return connection, int(head.split(None, 2)[1]), body
        except (OSError, ValueError, IndexError) as exc:
            connection.close()
            raise Gone(str(exc)) from None
        except Gone:
            connection.close()
            raise

    def get(self, target: str) -> tuple[int, bytes]:
        """The status and the whole body."""
        connection, status, body = self.open(target)
        pieces = [body]
        try:
            with connection:
                while True:
                    piece = connection.recv(65536)
                    if not piece:
                        return status, b"".join(pieces)
                    pieces.append(piece)
        except OSError as exc:
            raise Gone(str(exc)) from None

    def json(self, target: str) -> t.Any:
        """The JSON of a reply; None if the engine refuses."""
        status, body = self.get(target)
        if status != 200:
            return None
        try:
            return json.loads(body)
        except ValueError as exc:
            raise Gone(str(exc)) from None


class Record:
    """What is in the file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.engine_id = ""
        self.since = 0
        self.until = 0
        self.last_event = 0
        self.images: dict[str, dict[str, int | None]] = {}
        self._written = ""
        self._read()

    def _read(self) -> None:
        """What cannot be read is as good as not there: the watching begins anew."""
        try:
            with open(self._path, "rb") as file:
                head, _newline, body = file.read().partition(b"\n")
            if head.decode("ascii") != f"{FORMAT} sha256:{hashlib.sha256(body).hexdigest()}":
                raise ValueError("damaged")
            data = json.loads(body)
            self.engine_id, self.since, self.until = data["engine_id"], data["since"], data["until"]
            self.last_event, self.images = data["last_event"], data["images"]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            if not isinstance(exc, FileNotFoundError):
                say(f"{self._path} cannot be used, so the watching begins anew: {exc}")

    def write(self) -> None:
        """Replace the file. A disk that is full changes nothing; it is tried again."""
        data = {
            "engine_id": self.engine_id,
            "since": self.since,
            "until": self.until,
            "last_event": self.last_event,
            "images": self.images,
        }
        body = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
        temporary = f"{self._path}.new"
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(f"{FORMAT} sha256:{hashlib.sha256(body).hexdigest()}\n".encode() + body)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError as exc:
            say(f"{self._path} cannot be written: {exc.strerror}")

    def note(self, image: str, key: str, moment: int) -> None:
        """The latest moment counts."""
        entry = self.images.setdefault(image, {"arrived": None, "used": None})
        entry[key] = max(moment, entry[key] or 0)

    def begin_anew(self, moment: int) -> None:
        """A gap: what happened before is not known to be all."""
        self.since = moment


def say(text: str) -> None:
    """For the journal."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Until the process is ended."""
    if len(arguments) != 2:
        say(str(__doc__))
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    record = Record(arguments[1])
    while True:
        try:
            Watch(Engine(arguments[0]), record).run()
        except Gone as exc:
            say(f"the engine does not answer: {exc}")
        time.sleep(PAUSE)


class Watch:
    """One connection to the engine."""

    def __init__(self, engine: Engine, record: Record) -> None:
        self._engine = engine
        self._record = record
        self._names: dict[str, str] = {}
        self._names_before: dict[str, str] = {}
        self._listed: set[str] = set()
        self._names_of = 0.0
        self._made: dict[str, set[str]] = {}
        self._clock = time.time() - time.monotonic()

    def run(self) -> None:
        """Catch up, then follow. Raises Gone."""
        record, now = self._record, int(time.time())
        info = self._engine.json("/info") or {}
        if not info.get("ID"):
            raise Gone("no ID")
        remembered = self._remembered(now)
        is_known = any(event.get("timeNano") == record.last_event for event in remembered)
        if record.engine_id != info["ID"] or not is_known or record.until > now:
            record.begin_anew(now)
            say(f"watching since {now}")
        record.engine_id = info["ID"]
        self._learn_names()
        for index, event in enumerate(remembered):
            if event.get("timeNano", 0) > record.last_event and is_known:
                self._take(event, is_new=False)
                if self._may_have_moved(event, remembered[index + 1 :]):
                    record.begin_anew(event["timeNano"] // 10**9 + 1)
        record.last_event = max([record.last_event, *(event.get("timeNano", 0) for event in remembered)])
        record.until = now
        record.write()
        self._follow(now)

    @staticmethod
    def _may_have_moved(event: dict[str, t.Any], later: list[dict[str, t.Any]]) -> bool:
        """Whether the name in an event means perhaps another image today: that of a container, or of a pull."""
        is_pull = event.get("Type") == "image" and event.get("Action") == "pull"
        return (is_pull or event.get("Type") == "container") and any(
            one.get("Type") == "image" and one.get("Action") not in NOT_ARRIVING for one in later
        )

    def _remembered(self, now: int) -> list[dict[str, t.Any]]:
        status, body = self._engine.get(f"/events?since=1&until={now}")
        if status != 200:
            raise Gone(f"status {status}")
        try:
            return [json.loads(line) for line in body.splitlines() if line.strip()]
        except ValueError as exc:
            raise Gone(str(exc)) from None

    def _learn_names(self) -> None:
        """What each name means now. Images that are gone are left out of the file from then on."""
        rows = self._engine.json("/images/json?all=1")
        if not isinstance(rows, list):
            raise Gone("no list of images")
        self._names_before, self._names_of = self._names, time.time()
        self._names = {
            familiar(name): row["Id"]
            for row in rows
            for name in [*(row["RepoTags"] or []), *(row["RepoDigests"] or [])]
        }
        self._listed = {row["Id"] for row in rows}
        self._record.images = {one: entry for one, entry in self._record.images.items() if one in self._listed}

    def _follow(self, now: int) -> None:
        """Take events as they come."""
        record = self._record
        last = record.last_event or now * 10**9
        connection, status, rest = self._engine.open(f"/events?since={last // 10**9}.{last % 10**9:09}")
        if status != 200:
            connection.close()
            raise Gone(f"status {status}")
        written = time.monotonic()
        with connection:
            while True:
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    self._take_line(line, last)
                if not select.select([connection], [], [], 1)[0]:
                    # What happened a second ago has been sent.
                    record.until = max(record.until, int(time.time()) - 1)
                    self._check_clock()
                    piece = b""
                else:
                    piece = connection.recv(65536)
                    if not piece:
                        record.write()
                        raise Gone("it has closed the connection")
                rest += piece
                if time.monotonic() - written >= WRITE_EVERY:
                    record.write()
                    written = time.monotonic()

    def _take_line(self, line: bytes, last: int) -> None:
        try:
            event = json.loads(line) if line.strip() else {}
        except ValueError as exc:
            raise Gone(str(exc)) from None
        if event.get("timeNano", 0) >= last:
            self._take(event, is_new=True)

    def _check_clock(self) -> None:
        """A clock that jumps makes moments of before and after incomparable."""
        ahead = time.time() - time.monotonic()
        if abs(ahead - self._clock) > CLOCK_TOLERANCE:
            say("the clock has jumped, so the watching begins anew")
            self._clock = ahead
            self._record.begin_anew(int(time.time()))

    def _take(self, event: dict[str, t.Any], is_new: bool) -> None:
        moment, actor = event.get("timeNano", 0), event.get("Actor")
        if not isinstance(actor, dict) or moment < EARLIEST * 10**9:
            return
        self._record.last_event = max(self._record.last_event, moment)
        self._record.until = max(self._record.until, moment // 10**9 - 1)
        attributes, identity = actor.get("Attributes") or {}, str(actor.get("ID"))
        action = str(event.get("Action")).partition(":")[0]
        if event.get("Type") == "image":
            self._take_image(action, identity, moment // 10**9, is_new)
        elif event.get("Type") == "container" and action in USES:
            self._take_container(action, identity, str(attributes.get("image")), moment // 10**9)

    def _take_image(self, action: str, identity: str, moment: int, is_new: bool) -> None:
        if is_new:
            self._learn_names()
        if action not in NOT_ARRIVING:
            for image in {identity} if identity.startswith("sha256:") else self._pulled(identity):
                self._record.note(image, "arrived", moment)

    def _pulled(self, name: str) -> set[str]:
        """What a pull brought. Without a tag, Docker pulled all tags of the repository."""
        if "@" in name or ":" in name.rpartition("/")[2]:
            return {self._names.get(familiar(name), "")} - {""}
        repository = familiar(name).rpartition(":")[0]
        return {image for known, image in self._names.items() if known.partition("@")[0].startswith(f"{repository}:")}

    def _take_container(self, action: str, identity: str, name: str, moment: int) -> None:
        images = self._made.get(identity) or self._image_of(identity, name, moment)
        self._made[identity] = images
        if not images:
            say(f"which image {name} meant is not known, so the watching begins anew")
            self._record.begin_anew(moment + 1)
        for image in images:
            self._record.note(image, "used", moment)
        if action == "destroy":
            del self._made[identity]

    def _image_of(self, container: str, name: str, moment: int) -> set[str]:
        """The image of a container; two, if it is gone and its name has moved at that moment."""
        found = self._engine.json(f"/containers/{quote(container)}/json")
        if isinstance(found, dict) and str(found.get("Image")).startswith("sha256:"):
            return {found["Image"], *self._mounted(found)}
        if name.startswith("sha256:"):
            return {name}
        if moment > self._names_of:
            # Some releases give names to what BuildKit built without an event.
            self._learn_names()
        return {*self._meant(name), self._names_before.get(familiar(name), "")} - {""}

    def _mounted(self, container: dict[str, t.Any]) -> set[str]:
        """The images that it mounts."""
        mounts = (container.get("HostConfig") or {}).get("Mounts") or []
        names = [str(one.get("Source")) for one in mounts if one.get("Type") == "image"]
        return {image for name in names for image in self._meant(name)} - {""}

    def _meant(self, name: str) -> set[str]:
        """By name, or by the first twelve digits of an ID or more."""
        meant = {self._names.get(familiar(name), "")}
        digits = name[7:] if name.startswith("sha256:") else name
        if len(digits) >= 12 and not set(digits) - set("0123456789abcdef"):
            meant.update(one for one in self._listed if one[7:].startswith(digits))
        return meant


def familiar(name: str) -> str:
    """One spelling of a name: ``web`` is ``docker.io/library/web:latest``."""
    repository, _at, digest = name.partition("@")
    path, colon, tag = repository.rpartition(":")
    if not colon or "/" in tag:
        path, tag = repository, ""
    host, slash, rest = path.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, rest = "docker.io", path
    if host in ("docker.io", "index.docker.io"):
        host, rest = "docker.io", rest if "/" in rest else f"library/{rest}"
    return f"{host}/{rest}@{digest}" if digest else f"{host}/{rest}:{tag or 'latest'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
