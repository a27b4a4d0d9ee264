# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection for all requests of a task, as long as the engine keeps it open and in order."""

from __future__ import annotations

import json
import pathlib
import socket
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import replies
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import Engine, connect
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    SILENCE,
    InTurn,
    Reply,
    ScriptedEngine,
    version_reply,
)

LIST = "GET /v1.51/images/json"
REMOVAL = "DELETE /v1.51/images/x"
NOTHING = Reply(raw=b"")
"""The connection is closed in place of an answer."""


def connected(engine: ScriptedEngine, **options: t.Any) -> Engine:
    return connect(connection_from({"docker_host": engine.docker_host, **options}, {}))


def scripted(**script: t.Any) -> ScriptedEngine:
    """``list`` and ``removal`` are the replies."""
    names = {"list": LIST, "removal": REMOVAL}
    return ScriptedEngine({"GET /version": version_reply(), **{names[key]: reply for key, reply in script.items()}})


@pytest.mark.parametrize("status", [200, 404, 500])
def test_any_whole_answer_leaves_the_connection_open(status: int) -> None:
    with scripted(list=Reply(status, []), removal=[]) as engine, connected(engine) as port:
        for _number in range(3):
            try:
                assert port.get("/images/json") == [] and status == 200
            except EngineError as exc:
                assert exc.status == status
            assert port.delete("/images/x") == []
    assert engine.connections == 1


def test_an_engine_that_closes_it_is_asked_on_a_new_one() -> None:
    with scripted(list=Reply(200, [], close=True), removal=Reply(200, [], close=True)) as engine:
        with connected(engine) as port:
            for _number in range(3):
                assert port.get("/images/json") == [] and port.delete("/images/x") == []
    assert engine.requests.count(LIST) == engine.requests.count(REMOVAL) == 3


def test_a_request_that_is_not_answered_is_sent_once_more() -> None:
    """The engine closed the connection just then."""
    with scripted(list=InTurn(NOTHING, []), removal=InTurn(NOTHING, [])) as engine, connected(engine) as port:
        assert port.get("/images/json") == [] and port.delete("/images/x") == []
    assert engine.requests.count(LIST) == engine.requests.count(REMOVAL) == 2


def test_it_is_not_sent_a_third_time() -> None:
    with scripted(removal=NOTHING) as engine, connected(engine) as port:
        for count in (2, 3):
            with pytest.raises(EngineError) as caught:
                port.delete("/images/x")
            assert caught.value.transport and engine.requests.count(REMOVAL) == count


def test_what_is_answered_with_rubbish_is_not_sent_again() -> None:
    with scripted(removal=Reply(raw=b"rubbish\r\n\r\n")) as engine, connected(engine) as port:
        with pytest.raises(EngineError):
            port.delete("/images/x")
    assert engine.requests.count(REMOVAL) == 1


def test_the_first_request_is_not_repeated() -> None:
    with ScriptedEngine({"GET /version": InTurn(NOTHING, version_reply())}) as engine, pytest.raises(EngineError):
        connected(engine)
    assert engine.requests == ["GET /version"]


@pytest.mark.parametrize("reply", [Reply(200, [{}], cut_off=1), Reply(200, b"x" * 5000)])
def test_what_is_left_of_a_broken_answer_is_not_taken_for_the_next(
    reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "MAX_REPLY_SIZE", 4000)
    with scripted(list=reply, removal=[{"Deleted": "x"}]) as engine, connected(engine) as port:
        with pytest.raises(EngineError):
            port.get("/images/json")
        assert port.delete("/images/x") == [{"Deleted": "x"}]


def test_an_answer_that_was_not_asked_for_is_not_taken_for_the_next(tmp_path: pathlib.Path) -> None:
    path, is_read, has_come = tmp_path / "docker.sock", threading.Event(), threading.Event()

    def answer(to: socket.socket, body: t.Any, is_asked: bool = True) -> None:
        if is_asked:
            to.recv(65536)
        text = json.dumps(body).encode()
        to.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))

    def play(listener: socket.socket) -> None:
        with listener.accept()[0] as first:
            answer(first, version_reply())
            answer(first, ["first"])
            assert is_read.wait(60)
            answer(first, ["not asked for"], is_asked=False)
            has_come.set()
            with listener.accept()[0] as second:
                answer(second, ["second"])

    with socket.socket(socket.AF_UNIX) as listener, ThreadPoolExecutor(1) as pool:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(10)
        played = pool.submit(play, listener)
        with connect(connection_from({"docker_host": f"unix://{path}", "timeout": 10}, {})) as port:
            assert port.get("/images/json") == ["first"]
            is_read.set()
            assert has_come.wait(60)
            assert port.get("/images/json") == ["second"]
        played.result(timeout=60)


def test_each_answer_has_all_the_time() -> None:
    """What an earlier one took of it does not count."""
    slow = Reply(200, b"[      ]", pause=0.1)
    with scripted(list=slow) as engine, connected(engine, timeout=2) as port:
        for _number in range(3):
            assert port.get("/images/json") == []
        assert engine.connections == 1
        engine.script[LIST] = SILENCE
        with pytest.raises(EngineError, match="did not reply within 2 s"):
            port.get("/images/json")


def test_one_more_connection_needs_no_version() -> None:
    with scripted(list=[]) as engine:
        engine.script["GET /v1.51/_ping"] = Reply(200, b"OK", "text/plain")
        with connected(engine) as port, port.again() as other:
            assert port.get("/images/json") == other.get("/images/json") == []
            assert other.version_info == port.version_info and engine.connections == 2
        assert engine.requests.count("GET /version") == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_proxy_that_refuses_to_say_whether_it_is_there_is_there(status: int) -> None:
    with scripted(list=[]) as engine:
        engine.script["GET /v1.51/_ping"] = Reply(status, b"no")
        with connected(engine) as port, port.again() as other:
            assert other.get("/images/json") == [] and engine.connections == 2


def test_one_more_connection_that_is_not_answered_is_an_error() -> None:
    with scripted(list=[]) as engine:
        engine.script["GET /v1.51/_ping"] = NOTHING
        with connected(engine) as port, pytest.raises(EngineError) as caught:
            port.again()
    assert caught.value.transport
