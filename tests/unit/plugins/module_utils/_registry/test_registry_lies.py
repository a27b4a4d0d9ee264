# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries that lie, drip, loop, answer with web pages or never end: one sentence each, and a bounded cost."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._registry.small_registry import (
    INDEX,
    MANIFEST,
    Answer,
    SmallRegistry,
    digest_of,
    host,
    look_up,
)

DIGEST = digest_of(b"")
EMPTY = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []}


@pytest.fixture
def registry() -> t.Iterator[SmallRegistry]:
    with SmallRegistry() as running:
        yield running


def sent(body: bytes, media_type: str = MANIFEST, **headers: str) -> Answer:
    more = {key.replace("_", "-"): one for key, one in headers.items()}
    return Answer(200, body, {"Content-Type": media_type, **more})


def raw(*pieces: bytes) -> Answer:
    return Answer(raw=pieces)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\n"
MANY = json.dumps({"manifests": [{"digest": DIGEST, "size": 2}] * 1001}).encode()


@pytest.mark.parametrize(
    "answer, says",
    [
        (sent(b"<!DOCTYPE html><p>Welcome", "text/html"), 'sent as "text/html"'),
        (Answer(502, b"<html>Bad gateway", {}), "a web page"),
        (Answer(404, b"<html>hello", {}), "a web page"),
        (Answer(500, b"\x1b[2J::error::no", {}), "status 500."),
        (
            Answer(500, b'{"errors": [{"code": "UNKNOWN", "message": "a\\u001b[2J\\nb"}]}'),
            r"status 500 (UNKNOWN: a\x1b[2J b).",
        ),
        (Answer(403, b'{"errors": [{"code": "DENIED"}]}'), "status 403 (DENIED)"),
        (Answer(204, b""), "status 204"),
        (Answer(304, b""), "status 304"),
        (sent(b"{}", "application/vnd.docker.distribution.manifest.v1+prettyjws"), "schema 1"),
        (sent(b"{}", Docker_Content_Digest=digest_of(b"{ }")), "has the digest"),
        (sent(b"{}", Docker_Content_Digest="sha256:../../etc"), "a digest for app that is not one"),
        (sent(b"{}", Docker_Content_Digest="md5:0"), "a digest for app that is not one"),
        (sent(b"{}"), "must be an index (with manifests) or a manifest"),
        (sent(b"[]"), "must be an index (with manifests) or a manifest"),
        (sent(b"\xff"), "is not UTF-8"),
        (sent(b"{"), "is not JSON"),
        (sent(b'{"a":' * 100_000), "nested too deeply"),
        (sent(b'{"manifests": [], "layers": []}', INDEX), "must be an index (with manifests) or a manifest"),
        (sent(json.dumps(EMPTY).encode(), INDEX), "calls itself"),
        (sent(json.dumps({**EMPTY, "mediaType": INDEX}).encode(), INDEX), "is a manifest, but has the media type"),
        (sent(json.dumps({**EMPTY, "mediaType": "text/plain"}).encode()), "calls itself"),
        (sent(json.dumps(EMPTY).encode()), "config.size must be a number"),
        (sent(b'{"layers": [' + b"[]," * 250_000 + b"[]]}"), "more than 200000 objects"),
        (
            sent(MANY, INDEX),
            "more than 1000 manifests",
        ),
        (sent(b"x" * (4 * 2**20 + 1)), "more than the 4194304 bytes"),
        (raw(OK + b"Content-Length: 9000000000\r\n\r\n"), "more than the 4194304 bytes"),
        (raw(OK + b"Content-Length: 50\r\n\r\n{}"), "broke before a whole answer came (ReplyCutOff)"),
        (raw(OK + b"Content-Length: -5\r\n\r\n{}"), ""),
        (raw(OK + b"Content-Length: 1e9\r\n\r\n{}"), ""),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}"), "broke before a whole answer came"),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}"), "broke before a whole answer came"),
        (raw(OK), "broke before a whole answer came"),
        (raw(b""), "broke before a whole answer came"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "broke before a whole answer came (BadStatusLine)"),
        (raw(OK + b"X: y\r\n" * 1000 + b"\r\n"), "broke before a whole answer came"),
        (raw(OK, *[b"X" * 1000] * 100), "broke before a whole answer came (LineTooLong)"),
    ],
)
def test_one_sentence(registry: SmallRegistry, answer: Answer, says: str) -> None:
    registry.answers["/v2/app/manifests/1"] = answer
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert row["status"] in ("failed", "denied") and row["platforms"] == []
    assert says in row["error"]
    assert row["error"].endswith(".") and row["error"].isprintable() and len(row["error"]) < 500


def test_an_answer_without_an_end(registry: SmallRegistry) -> None:
    pieces = itertools.chain(
        [OK + b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    )
    registry.answers["/v2/app/manifests/1"] = Answer(raw=pieces)
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert "more than the 4194304 bytes" in row["error"]


@pytest.mark.parametrize("begin", [b"", OK, OK + b"Content-Length: 100000\r\n\r\n"])
def test_a_registry_that_drips(registry: SmallRegistry, begin: bytes) -> None:
    gone = threading.Event()

    def drips() -> t.Iterator[bytes]:
        yield begin
        for _number in range(3000):  # five minutes; each byte comes well within the timeout
            if gone.wait(0.1):
                return
            yield b"x"

    registry.answers["/v2/app/manifests/1"] = Answer(raw=drips())
    began = time.monotonic()
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True, timeout=1).row
    gone.set()
    assert "gave no whole answer within 1 s" in row["error"]
    assert time.monotonic() - began < 200


def test_a_digest_that_was_asked_for(registry: SmallRegistry) -> None:
    other = registry.image("app", "1")
    asked = digest_of(b"asked")
    registry.answers[f"/v2/app/manifests/{asked}"] = registry.answers["/v2/app/manifests/1"]
    for details in (False, True):
        row = look_up([f"{registry.name}/app@{asked}"], [host(registry)], details=details).row
        assert row["digest"] == "" and f"was asked for {registry.name}/app@{asked}, but sent {other}" in row["error"]
    # It says that it is what was asked for.
    body = registry.answers["/v2/app/manifests/1"].body  # type: ignore[union-attr]
    registry.answers[f"/v2/app/manifests/{asked}"] = sent(body, Docker_Content_Digest=asked)
    row = look_up([f"{registry.name}/app@{asked}"], [host(registry)], details=True).row
    assert f"has the digest {other} instead of {asked}" in row["error"]


def test_a_manifest_of_an_index_that_is_another(registry: SmallRegistry) -> None:
    registry.index("app", "1", ["amd64", "arm64"])
    amd64, arm64 = (digest_of(registry.answers[f"/v2/app/manifests/only-{one}"].body) for one in ("amd64", "arm64"))  # type: ignore[union-attr]
    answer = registry.answers["/v2/app/manifests/only-amd64"]
    assert isinstance(answer, Answer)
    registry.answers[f"/v2/app/manifests/{arm64}"] = sent(answer.body)
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert f"has the digest {amd64} instead of {arm64}" in row["error"]
    # What is known stays: the digest of the index, the other platform, and that there is this one.
    assert row["digest"] and [one["compressed_size"] for one in row["platforms"]] == [20, -1]
    assert [one["platform"] for one in row["platforms"]] == ["linux/amd64", "linux/arm64"]


def test_a_config_that_is_another(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    blob = next(path for path in registry.answers if "/blobs/" in path)
    for body, says in ((b"{}", "has the digest"), (b"x" * (4 * 2**20 + 1), "more than the 4194304 bytes")):
        registry.answers[blob] = Answer(200, body)
        row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
        assert says in row["error"] and row["digest"]


def test_a_config_with_other_layers(registry: SmallRegistry) -> None:
    config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": [DIGEST]}}).encode()
    document = {
        **EMPTY,
        "config": {
            "mediaType": MANIFEST.replace("manifest", "config"),
            "size": 1,
            "digest": registry.blob("app", config),
        },
    }
    registry.manifest("app", "1", json.dumps(document).encode())
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert "names 1 layers, the manifest 0" in row["error"]


def test_an_index_within_an_index(registry: SmallRegistry) -> None:
    inner = registry.index("app", "inner", ["amd64"])
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [{"mediaType": INDEX, "digest": inner, "size": 1}]}
    registry.manifest("app", "1", json.dumps(document).encode(), INDEX)
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert "an index within an index" in row["error"]


def test_a_registry_that_repeats_what_it_was_sent(registry: SmallRegistry) -> None:
    def repeats(request: t.Any) -> Answer:
        if "authorization" not in request.headers:
            return Answer(401, b"", {"WWW-Authenticate": "Basic"})
        said = {"errors": [{"code": "DENIED", "message": f"{request.headers['authorization']} is hunter2"}]}
        return Answer(403, json.dumps(said).encode())

    registry.answers["/v2/app/manifests/1"] = repeats
    known = host(registry, username="u", password="hunter2")
    row = look_up([f"{registry.name}/app:1"], [known], details=True).row
    assert "(DENIED: Basic *** is ***)" in row["error"]


def test_a_host_that_is_not_there_is_tried_three_times() -> None:
    accepted = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                accepted.append(1)
                connection.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        name = f"127.0.0.1:{server.getsockname()[1]}"
        rows = look_up([f"{name}/app{number}:1" for number in range(100)], [host(name)]).rows
        server.shutdown(socket.SHUT_RDWR)
        thread.join(20)
    assert all("broke before a whole answer came" in row["error"] for row in rows)
    assert len(accepted) == 3


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"127.0.0.1:{server.getsockname()[1]}"
    assert "Nothing listens at" in look_up([f"{name}/app:1"], [host(name)]).row["error"]


@pytest.mark.parametrize(
    "name, says",
    [
        ("sha256:" + "a" * 64, "is an image ID"),
        ("https://registry.example.com/app", "a name has no scheme"),
        ("u:hunter2@registry.example.com/app", "is not the name of an image"),
        ("registry.example.com:99999/app:1", "not a valid address"),
        ("registry.example.com:0/app:1", "not an address"),
        ("App:1", "lower case"),
        ("", "is not the name of an image"),
        ("app:1\n", "is not the name of an image"),
    ],
)
def test_names_that_cannot_be_asked_for(name: str, says: str) -> None:
    looked = look_up([name], [], details=True)
    assert looked.row["status"] == "failed" and says in looked.row["error"] and "hunter2" not in looked.row["error"]
    assert looked.requests == 0
