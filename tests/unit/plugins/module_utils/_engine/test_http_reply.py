# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read from a reply is what http.client reads, whatever the engine sends and in whatever pieces it comes."""

from __future__ import annotations

import http.client
import io
import typing as t

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils._engine.http_reply import (
    BadReply,
    HttpReply,
    request_of,
)
from ansible_collections.container_ops.images.plugins.module_utils._engine.replies import ReplyCutOff, whole_body

MANY = settings(max_examples=600, deadline=None, database=None)
BODIES = st.one_of(st.binary(max_size=40), st.sampled_from([b"[]", b"0\r\n\r\n", b"\r\n", b"x" * 70_000]))
OTHER_HEADERS = st.sampled_from([b"Api-Version: 1.51", b"X:", b"Ostype: linux", b"Server: Docker/28.5.2 (linux)"])


class FakeSocket:
    """What http.client reads from."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.raw)


def by_http_client(raw: bytes) -> tuple[int, bytes]:
    response = http.client.HTTPResponse(t.cast(t.Any, FakeSocket(raw)), method="GET")
    response.begin()
    return response.status, whole_body(response.read1, response.length, response.chunked)


def in_pieces(raw: bytes, size: int) -> t.Callable[[int], bytes]:
    stream = io.BytesIO(raw)
    return lambda most: stream.read(min(most, size))


def by_us(raw: bytes, size: int) -> tuple[int, bytes, bool]:
    reply = HttpReply(in_pieces(raw, size))
    return reply.status, whole_body(reply.read1, reply.length, reply.chunked), reply.is_over


@st.composite
def chunked(draw: t.Any, body: bytes) -> bytes:
    """The body in chunks, with what may stand beside them."""
    pieces, rest = [], body
    while rest:
        size = draw(st.integers(1, len(rest)))
        extension = draw(st.sampled_from([b"", b"", b";x=1", b" "]))
        pieces.append(b"%x%s\r\n%s\r\n" % (size, extension, rest[:size]))
        rest = rest[size:]
    return b"".join(pieces) + b"0\r\n" + draw(st.sampled_from([b"", b"", b"Trailer: 1\r\n"])) + b"\r\n"


@st.composite
def replies(draw: t.Any) -> bytes:
    """A reply as RFC 9112 allows it."""
    status = draw(st.sampled_from([200, 200, 201, 204, 304, 404, 500]))
    body = b"" if status in (204, 304) else draw(BODIES)
    headers = draw(st.lists(OTHER_HEADERS, max_size=3))
    framing = draw(st.sampled_from(["length", "chunked", "end"]))
    if framing == "length":
        headers.append(b"Content-Length: %d" % len(body))
    elif framing == "chunked" and status not in (204, 304):
        headers.append(b"Transfer-Encoding: chunked")
        body = draw(chunked(body))
    headers += draw(st.sampled_from([[], [], [b"Connection: close"], [b"Connection: keep-alive"]]))
    lines = [draw(st.sampled_from([line, line.lower()])) for line in draw(st.permutations(headers))]
    interim = draw(st.sampled_from([b"", b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n"]))
    version = draw(st.sampled_from([b"1.1", b"1.1", b"1.0"]))
    reason = draw(st.sampled_from([b" OK", b"", b" "]))
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\n"]))
    return interim + end.join([b"HTTP/%s %d%s" % (version, status, reason), *lines, b"", body])


@MANY
@given(replies(), st.sampled_from([1, 2, 7, 100_000]))
def test_both_read_the_same(raw: bytes, size: int) -> None:
    try:
        expected = by_http_client(raw)
    except ReplyCutOff:
        with pytest.raises(ReplyCutOff):
            by_us(raw, size)
        return
    assert by_us(raw, size)[:2] == expected


@MANY
@given(replies(), st.data())
def test_what_is_damaged_is_refused_or_read_as_http_client_does(raw: bytes, data: st.DataObject) -> None:
    """http.client takes more; what both take has one meaning."""
    where = data.draw(st.integers(0, min(len(raw), 400)))
    removed = data.draw(st.integers(0, 3))
    added = data.draw(st.sampled_from([b"", b"\r", b"\n", b"\r\n", b" ", b":", b"0", b"9", b"a", b"-", b"\0", b"\xff"]))
    damaged = raw[:where] + added + raw[where + removed :]
    # RFC 9112 has spaces before and behind a value; http.client takes this for another encoding.
    assume(b"chunked " not in damaged.lower())
    try:
        status, body, _is_over = by_us(damaged, data.draw(st.sampled_from([1, 100_000])))
    except (BadReply, ReplyCutOff, ConnectionError):
        return
    read = by_http_client(damaged)
    # http.client takes every interim reply but 100 for the last one.
    assert read == (status, body) or read[0] // 100 == 1


@MANY
@given(replies())
def test_a_reply_that_is_cut_off_is_not_taken_for_a_whole_one(raw: bytes) -> None:
    """Unless it is one whose end is that of the connection."""
    status, body, is_over = by_us(raw, 100_000) if not _is_empty(raw) else (0, b"", True)
    for end in {*range(min(len(raw), 150)), len(raw) - 1}:
        try:
            found = by_us(raw[:end], 100_000)
        except (ReplyCutOff, ConnectionError):
            continue
        assert found[0] == status and body.startswith(found[1]) and not is_over


def _is_empty(raw: bytes) -> bool:
    try:
        by_us(raw, 100_000)
    except ReplyCutOff:
        return True
    return False


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("raw", "is_over"),
    [
        (OK + b"Content-Length: 2\r\n\r\n[]", True),
        (OK + b"Content-Length: 2\r\n\r\n[]HTTP/1.1 200 OK\r\n", False),
        (OK + b"Content-Length: 2\r\nConnection: close\r\n\r\n[]", False),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n[]", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: \t 2 \t\nX: 1\n\r\n[]", True),
        (b"HTTP/1.1 103 Early\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", True),
        (OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n", False),
        (OK + b"Content-Length: 2\r\nConnection: keep-alive\r\nConnection: Close\r\n\r\n[]", False),
        (OK + b"\r\n[]", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n[]", False),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n", True),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n0", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_whether_the_connection_can_be_used_again(raw: bytes, is_over: bool) -> None:
    assert by_us(raw, 100_000)[2] is is_over


def test_a_blank_line_that_comes_in_two_pieces() -> None:
    """Behind an interim reply, too, whose end comes with the begin of the next one."""
    interim, last = b"HTTP/1.1 100 Continue\r\n\r\n", OK + b"Content-Length: 2\r\n\r\n[]"
    for raw in (last, interim + last):
        for where in range(1, len(raw)):
            pieces = iter([raw[:where], raw[where:], b""])
            reply = HttpReply(lambda _most, pieces=pieces: next(pieces))  # type: ignore[misc]
            assert (reply.status, whole_body(reply.read1, reply.length, reply.chunked)) == (200, b"[]"), where


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "it does not begin with a status of HTTP/1.1"),
        (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]", "it has two values of content-length"),
        (OK + b"Content-Length: 2\r\n 3\r\n\r\n[]", "a line of its headers has no name, or a carriage return within"),
        (OK + b"X: 1\rY: 2\r\n\r\n", "a line of its headers has no name, or a carriage return within"),
        (OK + b"Content-Length: -2\r\n\r\n[]", "its length is not a number"),
        (OK + b"Transfer-Encoding: gzip\r\n\r\n[]", "it has a transfer encoding that was not asked for"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n[]", "a chunk does not say its size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n[]\r\n0\r\n\r\n", "a chunk is longer than it says"),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n2\n[]\r\n0\r\n\r\n",
            "a line beside its chunks does not end with CR LF",
        ),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0;" + b"x" * 5_000, "a line beside its chunks is longer than 4 kB"),
        (OK + b"Content-Length:\x0b2\r\n\r\n[]", "its length is not a number"),
        (OK + b"X: " + b"x" * 70_000, "it has more than 64 kB of headers"),
        (OK + b"X: " + b"x" * 65_520 + b"\r\n\r\n", "it has more than 64 kB of headers"),
    ],
)
def test_what_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(BadReply) as caught:
        by_us(raw, 100_000)
    assert str(caught.value) == message


def test_a_request() -> None:
    assert request_of("GET", "/v1.51/images/json?all=1", {}) == (
        b"GET /v1.51/images/json?all=1 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n"
    )
    assert request_of("POST", "/x", {"X-Registry-Auth": "e30="}) == (
        b"POST /x HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\nContent-Length: 0\r\n"
        b"X-Registry-Auth: e30=\r\n\r\n"
    )


@pytest.mark.parametrize("target", ["/x y", "/x\r\nX: 1", "/\x00", "/ä", "x", ""])
def test_an_odd_path_is_not_sent(target: str) -> None:
    with pytest.raises(ValueError, match="must be quoted"):
        request_of("GET", target, {})


def test_an_odd_header_is_not_sent() -> None:
    with pytest.raises(ValueError, match="must be quoted"):
        request_of("GET", "/", {"X": "1\r\nY: 2"})
