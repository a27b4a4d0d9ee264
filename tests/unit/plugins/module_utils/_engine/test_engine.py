# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port, over a real unix socket, against an engine that plays a script."""

from __future__ import annotations

import os
import socket
import time
import tracemalloc
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import replies
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import agreed_version, connect
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    SILENCE,
    Reply,
    ScriptedEngine,
    version_reply,
)

PAGE = b"<!DOCTYPE html><html><body>403 Forbidden</body></html>"


def failure(script: dict[str, t.Any], **options: t.Any) -> EngineError:
    """The complaint about an engine that plays this script."""
    with ScriptedEngine(script) as engine, pytest.raises(EngineError) as caught:
        with connect(connection_from({"docker_host": engine.docker_host, **options}, {})) as connected:
            connected.get("/images/json")
    message = caught.value.message
    assert engine.docker_host in message
    assert "\n" not in message and "Traceback" not in message
    return caught.value


def test_one_request_to_connect_and_one_for_each_question() -> None:
    script = {"GET /version": version_reply(), "GET /v1.51/images/json?all=1&shared-size=1": [{"Id": "x"}]}
    with ScriptedEngine(script) as engine:
        with connect(connection_from({"docker_host": engine.docker_host}, {})) as connected:
            assert connected.host == engine.docker_host
            assert connected.version_info["Version"] == "28.5.2"
            assert connected.get("/images/json", **{"all": "1", "shared-size": "1"}) == [{"Id": "x"}]
    assert engine.requests == list(script)


def test_events_are_one_object_per_line() -> None:
    path = "GET /v1.51/events?since=1.5&until=2"
    for body, expected in ((b'{"Type": "image"}\n{"Type": "network"}\n', ["image", "network"]), (b"", [])):
        with ScriptedEngine({"GET /version": version_reply(), path: Reply(200, body)}) as engine:
            with connect(connection_from({"docker_host": engine.docker_host}, {})) as connected:
                assert [event["Type"] for event in connected.get_lines("/events", since="1.5", until="2")] == expected


def test_post_and_delete() -> None:
    script = {
        "GET /version": version_reply(),
        "POST /v1.51/images/a%2Fb/tag?repo=x&tag=1": Reply(201),
        "POST /v1.51/images/prune": Reply(204),
        "DELETE /v1.51/images/x?noprune=1": [{"Untagged": "x"}],
    }
    with ScriptedEngine(script) as engine:
        with connect(connection_from({"docker_host": engine.docker_host}, {})) as connected:
            assert connected.post("/images/a%2Fb/tag", repo="x", tag="1") is None
            assert connected.post("/images/prune") is None
            assert connected.delete("/images/x", noprune="1") == [{"Untagged": "x"}]


def test_the_engine_may_close_the_connection_between_requests() -> None:
    script = {"GET /version": Reply(200, version_reply(), close=True), "GET /v1.51/images/json": []}
    with ScriptedEngine(script) as engine:
        with connect(connection_from({"docker_host": engine.docker_host}, {})) as connected:
            assert connected.get("/images/json") == []


class TestNoAnswer:
    def test_no_socket(self, tmp_path: Path) -> None:
        with pytest.raises(EngineError, match="There is no socket at unix://.*set docker_host") as caught:
            connect(connection_from({"docker_host": f"unix://{tmp_path}/docker.sock"}, {}))
        assert not caught.value.can_talk

    def test_a_file_that_is_no_socket(self, tmp_path: Path) -> None:
        (tmp_path / "docker.sock").write_text("")
        with pytest.raises(EngineError, match="Nothing listens at unix://.*start the engine"):
            connect(connection_from({"docker_host": f"unix://{tmp_path}/docker.sock"}, {}))

    def test_a_path_too_long_for_a_socket(self) -> None:
        with pytest.raises(EngineError, match="path too long"):
            connect(connection_from({"docker_host": f"unix:///{'x' * 200}"}, {}))

    def test_a_socket_without_permission(self, tmp_path: Path) -> None:
        """As root nothing is forbidden, so a child process asks as nobody."""
        host = f"unix://{tmp_path}/docker.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{tmp_path}/docker.sock")
            listener.listen()
            os.chmod(f"{tmp_path}/docker.sock", 0)
            message = message_of_nobody(host)
        assert message.startswith(f"This user may not use {host} (permission denied): run the task with become")

    def test_an_engine_that_hangs(self) -> None:
        error = failure({"GET /version": SILENCE}, timeout=1)
        assert "did not reply within 1 s: raise timeout (environment: DOCKER_TIMEOUT)" in error.message
        assert not error.can_talk

    def test_an_engine_that_hangs_later(self) -> None:
        error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": SILENCE}, timeout=1)
        assert "did not reply within 1 s" in error.message
        assert error.can_talk  # it did speak
        assert error.transport

    def test_an_engine_that_hangs_where_less_is_given(self) -> None:
        script = {"GET /version": version_reply(), "GET /v1.51/system/df": SILENCE}
        with ScriptedEngine(script) as engine:
            with connect(connection_from({"docker_host": engine.docker_host, "timeout": 3}, {})) as connected:
                with pytest.raises(EngineError, match="did not reply within 1 s"), connected.waiting(1):
                    connected.get("/system/df")
                with pytest.raises(EngineError, match="did not reply within 3 s"), connected.waiting(9):
                    connected.get("/system/df")
                with pytest.raises(EngineError, match="did not reply within 3 s"):
                    connected.get("/system/df")

    def test_an_engine_that_drips(self) -> None:
        """Each byte comes in time, the answer does not."""
        start = time.monotonic()
        error = failure({"GET /version": Reply(200, version_reply(), pause=0.3)}, timeout=1)
        assert "did not reply within 1 s" in error.message
        assert time.monotonic() - start < 30, "the whole reply takes longer"

    @pytest.mark.parametrize("missing", [1, 100])
    def test_an_answer_that_breaks_off(self, missing: int) -> None:
        broken = Reply(200, [{"Id": "sha256:" + 64 * "1"}] * 10, cut_off=missing)
        error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": broken})
        assert "broke before a complete reply arrived (" in error.message and " bytes came)" in error.message
        assert error.can_talk
        assert error.transport


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

NOT_HTTP = [
    b"",
    b"\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n[]",
    b"HTTP/1.1 abc OK\r\n\r\n[]",
    b"HTTP/1.1 99999 OK\r\n\r\n[]",
    b"HTTP/1.1 200 " + b"x" * 100_000,
    OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n[]",
    OK + b"X: 1\r\n" * 20_000 + b"\r\n[]",
    OK + b"X: 1\rContent-Length: 2\r\n\r\n[]",
    OK + b"Content-Length: two\r\n\r\n[]",
    OK + b"Content-Length: -1\r\n\r\n[]",
    OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
    OK + b"Content-Length: 3\r\n\r\n[]",
    OK + b"Content-Length: 10\r\n\r\n",
    OK,
    OK + b"Content-Le",
    CHUNKED,
    CHUNKED + b"2\r\n[]",
    CHUNKED + b"2\r\n[]\r\n",
    CHUNKED + b"5\r\n[]\r\n0\r\n\r\n",
    CHUNKED + b"x\r\n[]\r\n0\r\n\r\n",
    CHUNKED + b"-1\r\n[]",
    CHUNKED + b"-9\r\n[]\r\n0\r\n\r\n",
    CHUNKED + b"9" * 40 + b"\r\n[]",
    CHUNKED + b"1" * 100_000 + b"\r\n[]",
]


@pytest.mark.parametrize("raw", NOT_HTTP, ids=[str(number) for number in range(len(NOT_HTTP))])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_whatever_comes_is_an_answer_or_one_sentence(raw: bytes, method: str) -> None:
    """Among them impossible lengths and chunks, halves of replies, and no HTTP at all."""
    script = {"GET /version": version_reply(), f"{method.upper()} /v1.51/images/x": Reply(raw=raw)}
    with ScriptedEngine(script) as engine, pytest.raises(EngineError) as caught:
        with connect(connection_from({"docker_host": engine.docker_host}, {})) as connected:
            getattr(connected, method)("/images/x")
    assert engine.docker_host in caught.value.message and "\n" not in caught.value.message
    assert len(caught.value.message) < 700
    assert caught.value.transport  # nobody knows what the engine did
    assert caught.value.can_talk


ENDLESS = {
    "announced": Reply(raw=OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", endless=b"x" * 65536),
    "to the end of the connection": Reply(raw=OK + b"\r\n", endless=b" " * 65536),
    "chunks": Reply(raw=CHUNKED, endless=b"1000\r\n" + b"[" * 4096 + b"\r\n"),
    "one chunk": Reply(raw=CHUNKED + b"f" * 15 + b"\r\n", endless=b"x" * 65536),
}


@pytest.mark.parametrize("reply", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_reply_without_an_end(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not read any further than the limit, which is lowered here to make the test fast."""
    monkeypatch.setattr(replies, "MAX_REPLY_SIZE", 2**20)
    tracemalloc.start()
    try:
        error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": reply}, timeout=20)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
    assert "answered GET /images/json with more than 256 MiB, which was not read to the end" in error.message
    assert error.transport and error.can_talk


def test_the_memory_that_such_a_reply_costs() -> None:
    """With the limit as it is. All that is read and joined counts, the replies that the server sends as well."""
    endless = Reply(raw=CHUNKED, endless=b"10000\r\n" + b"[" * 65536 + b"\r\n")
    tracemalloc.start()
    try:
        error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": endless})
        assert 256 * 2**20 < tracemalloc.get_traced_memory()[1] < 300 * 2**20
    finally:
        tracemalloc.stop()
    assert "with more than 256 MiB" in error.message


def test_headers_without_an_end() -> None:
    for raw in (OK, OK + b"X: "):
        endless = Reply(raw=raw, endless=b"X: 1\r\n" if raw is OK else b"x" * 4096)
        error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": endless}, timeout=20)
        assert "broke before a complete reply arrived (it has more than 64 kB of headers)" in error.message


@pytest.mark.parametrize("size", [2**20, 2**20 + 1])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_limit_of_a_reply(size: int, chunked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_REPLY_SIZE", 2**20)
    body = b"[" + b" " * (size - 2) + b"]"
    head = CHUNKED + b"%x\r\n" % size if chunked else OK + b"Content-Length: %d\r\n\r\n" % size
    reply = Reply(raw=head + body + (b"\r\n0\r\n\r\n" if chunked else b""))
    script = {"GET /version": version_reply(), "GET /v1.51/images/json": reply}
    if size > 2**20:
        assert "answered GET /images/json with more than" in failure(script).message
        return
    with ScriptedEngine(script) as engine, connect(connection_from({"docker_host": engine.docker_host}, {})) as asked:
        assert asked.get("/images/json") == []


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    head = b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1:1/x?token=hunter2\r\nContent-Length: 0\r\n\r\n" % status
    error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": Reply(raw=head)})
    assert f"answered GET /images/json with status {status}, a redirect, which is not followed" in error.message
    assert "hunter2" not in error.message and not error.transport


UNUSABLE = [
    (Reply(200, b""), "answered GET /images/json with an empty body", True),
    (Reply(200, b"  \n"), "answered GET /images/json with an empty body", True),
    (Reply(200, PAGE), "answered GET /images/json with a web page", True),
    (Reply(200, b'[{"Id": "sha256:'), "answered GET /images/json with a body that is not whole JSON (16 bytes)", True),
    (Reply(200, b"[" * 100000), "answered GET /images/json with a body that is not whole JSON (100000 bytes)", True),
    (Reply(200, b"\xff\xfe"), "answered GET /images/json with a body that is not whole JSON", True),
    (
        Reply(403, PAGE, "text/html"),
        "answered GET /images/json with status 403 and a web page, which is not the reply",
        True,
    ),
    (Reply(404, b"404 page not found", "text/plain"), "refused GET /images/json with status 404: 404 page", True),
    (Reply(500, {"message": "boom"}), "refused GET /images/json with status 500: boom", True),
    (Reply(500, {"message": "a\nb\x1b[31m"}), r"status 500: a b\x1b[31m", True),
    (Reply(500, {"cause": "no such file", "response": 500}), "status 500: no such file", True),
    (Reply(500, {"error": "x"}), 'status 500: {\\"error\\": \\"x\\"}', True),
    (Reply(500, ["x"]), 'status 500: [\\"x\\"]', True),
    (Reply(500, b""), "status 500: no text", True),
]


@pytest.mark.parametrize(("reply", "message", "can_talk"), UNUSABLE)
def test_an_answer_that_cannot_be_used(reply: Reply, message: str, can_talk: bool) -> None:
    error = failure({"GET /version": version_reply(), "GET /v1.51/images/json": reply})
    assert message in error.message
    assert error.can_talk is can_talk
    assert not error.transport
    assert error.status == (reply.status if reply.status != 200 else None)


NO_ENGINE = [
    (Reply(200, PAGE), "answered GET /version with a web page: check that docker_host names an engine"),
    (Reply(200, b""), "answered GET /version with an empty body"),
    (Reply(200, []), "answered GET /version without an ApiVersion"),
    (Reply(200, {}), "answered GET /version without an ApiVersion"),
    (Reply(200, {"ApiVersion": 1.51}), "answered GET /version without an ApiVersion"),
    (Reply(200, {"ApiVersion": "latest"}), 'reported an invalid API version: "latest"'),
    (Reply(403, PAGE), "answered GET /version with status 403 and a web page"),
    (Reply(404, b"not here"), "answered GET /version with status 404 (not here), which is not the reply of an engine"),
    (Reply(400, b"Client sent an HTTP request to an HTTPS server.\n"), "requires TLS: set validate_certs=true"),
]


@pytest.mark.parametrize(("reply", "message"), NO_ENGINE)
def test_something_that_is_no_engine(reply: Reply, message: str) -> None:
    error = failure({"GET /version": reply})
    assert message in error.message
    assert not error.can_talk


@pytest.mark.parametrize(
    ("newest", "oldest", "pinned", "wanted"),
    [
        ("1.41", "1.12", None, "1.41"),
        ("1.51", "1.24", None, "1.51"),
        ("1.55", "1.40", None, "1.55"),
        ("1.60", "1.40", None, "1.55"),  # newer than what was seen: asked in the newest that was
        ("1.9", "1.1", None, "1.9"),
        ("1.51", "1.24", "1.43", "1.43"),
        ("1.51", "1.24", "1.24", "1.24"),
        ("1.51", None, "1.51", "1.51"),
    ],
)
def test_the_version_that_is_agreed_on(newest: str, oldest: str | None, pinned: str | None, wanted: str) -> None:
    info = {"Version": "x", "ApiVersion": newest, "MinAPIVersion": oldest}
    assert agreed_version(info, pinned, "unix:///x") == wanted


@pytest.mark.parametrize(
    ("newest", "oldest", "pinned", "start", "remedy"),
    [
        ("1.41", "1.12", "1.43", "api_version 1.43 is too new", "set api_version to auto"),
        ("1.55", "1.40", "1.39", "api_version 1.39 is too old", "set api_version to auto"),
        ("1.70", "1.60", None, "api_version 1.55 is too old", "upgrade this collection"),
    ],
)
def test_no_version_in_common(newest: str, oldest: str, pinned: str | None, start: str, remedy: str) -> None:
    info = {"Version": "20.10.24", "ApiVersion": newest, "MinAPIVersion": oldest}
    with pytest.raises(EngineError) as caught:
        agreed_version(info, pinned, "unix:///x")
    engine = f'the engine at unix:///x (version "20.10.24"), which speaks {oldest} to {newest}'
    assert caught.value.message == f"{start} for {engine}: {remedy}."
    assert caught.value.can_talk


def message_of_nobody(docker_host: str) -> str:
    """What a process without rights is told."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setuid(65534)
            connect(connection_from({"docker_host": docker_host}, {}))
        except EngineError as exc:
            os.write(writer, exc.message.encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with open(reader, encoding="utf-8") as pipe:
        return pipe.read()
