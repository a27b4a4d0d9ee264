# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a registry for which names, and what becomes of the answers."""

from __future__ import annotations

import base64
import json
import threading
import time
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_error import RegistryError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.web_address import web_address
from ansible_collections.container_ops.images.plugins.module_utils._registry.registry_options import Hosts
from ansible_collections.container_ops.images.plugins.module_utils._registry.web import Web
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._registry.small_registry import (
    CONFIG,
    INDEX,
    MANIFEST,
    Answer,
    Clock,
    Request,
    SmallRegistry,
    digest_of,
    host,
    look_up,
)


@pytest.fixture
def registry() -> t.Iterator[SmallRegistry]:
    with SmallRegistry() as running:
        yield running


def test_digest_alone_is_one_head(registry: SmallRegistry) -> None:
    digest = registry.image("app", "1")
    looked = look_up([f"{registry.name}/app:1"], [host(registry)])
    assert registry.asked == ["HEAD /v2/app/manifests/1"]
    assert (looked.row["digest"], looked.row["media_type"]) == (digest, MANIFEST)
    assert (looked.row["status"], looked.row["error"], looked.requests) == ("ok", None, 1)


def test_equal_references_are_asked_once_and_each_name_has_its_row(registry: SmallRegistry) -> None:
    digest = registry.image("app", "latest")
    names = [f"{registry.name}/app", f"{registry.name}/app@{digest}", "not a name", f"{registry.name}/app:latest"]
    names.append(f"{registry.name}/app:other@{digest}")
    looked = look_up(names, [host(registry)])
    assert sorted(registry.asked) == [f"HEAD /v2/app/manifests/{one}" for one in ("latest", digest)]
    assert [row["name"] for row in looked.rows] == names
    assert [row["digest"] for row in looked.rows] == [digest, digest, "", digest, digest]
    assert [row["tag"] for row in looked.rows] == ["latest", "", "", "latest", "other"]
    assert looked.rows[2]["status"] == "failed" and "not the name of an image" in looked.rows[2]["error"]


def test_eight_requests_at_a_time_and_no_more(registry: SmallRegistry) -> None:
    lock, full, active, most = threading.Lock(), threading.Event(), [0], [0]
    registry.image("first", "1")

    def together(request: Request) -> Answer:
        with lock:
            active[0] += 1
            most[0] = max(most[0], active[0])
            last = active[0] == 8
        if last:
            time.sleep(0.5)  # for a ninth to come
            full.set()
        full.wait(20)  # until eight are here at once
        with lock:
            active[0] -= 1
        return Answer(200, b"", {"Content-Type": MANIFEST, "Docker-Content-Digest": digest_of(b"")})

    for number in range(40):
        registry.answers[f"/v2/app{number}/manifests/1"] = together
    names = [f"{registry.name}/first:1", *(f"{registry.name}/app{number}:1" for number in range(40))]
    # The first answer comes alone: it says whether the registry wants a token.
    registry.answers["/v2/app0/manifests/1"] = registry.answers["/v2/first/manifests/1"]
    looked = look_up(names, [host(registry)])
    assert [row["error"] for row in looked.rows] == [None] * 41
    assert most == [8]
    assert registry.connections <= 9


def test_connections_are_kept(registry: SmallRegistry) -> None:
    registry.index("app", "1", ["amd64"])
    look_up([f"{registry.name}/app:1"], [host(registry)], details=True)
    assert (len(registry.requests), registry.connections) == (3, 1)


def test_a_connection_that_was_closed_meanwhile_is_made_again(registry: SmallRegistry) -> None:
    registry.index("app", "1", ["amd64"])
    whole = registry.answers["/v2/app/manifests/1"]
    assert isinstance(whole, Answer)
    # Without saying so, as an idle connection ends.
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {INDEX}\r\nContent-Length: {len(whole.body)}\r\n\r\n".encode()
    registry.answers["/v2/app/manifests/1"] = Answer(raw=[head + whole.body])
    looked = look_up([f"{registry.name}/app:1"], [host(registry)], details=True)
    assert looked.row["error"] is None and registry.connections == 2


def test_details_are_one_request_and_two_for_each_platform(registry: SmallRegistry) -> None:
    digest = registry.index("app", "1", ["amd64", "arm64", "s390x"])
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert len(registry.requests) == 1 + 2 * 3 and {request.method for request in registry.requests} == {"GET"}
    assert (row["digest"], row["kind"], row["media_type"]) == (digest, "index", INDEX)
    assert [one["platform"] for one in row["platforms"]] == ["linux/amd64", "linux/arm64", "linux/s390x"]
    first = row["platforms"][0]
    assert first["labels"] == {"architecture": "amd64"} and first["annotations"] == {"of": "amd64"}
    assert (first["compressed_size"], len(first["layers"]), first["created"]) == (20, 2, 1767323045)
    assert first["config_digest"] in registry.asked[2] + registry.asked[3] + "".join(registry.asked)


def test_one_image_costs_two_requests_and_says_its_platform(registry: SmallRegistry) -> None:
    registry.image("app", "1", "arm64")
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert len(registry.requests) == 2
    assert (row["kind"], [one["platform"] for one in row["platforms"]]) == ("image", ["linux/arm64"])


def test_only_the_platforms_that_are_wanted_are_fetched(registry: SmallRegistry) -> None:
    registry.index("app", "1", ["amd64", "arm64", "s390x"])
    wanted = ["linux/arm64/v8", "linux/riscv64"]
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True, platforms=wanted).row
    assert len(registry.requests) == 3
    assert [one["platform"] for one in row["platforms"]] == ["linux/arm64"]
    assert row["missing_platforms"] == ["linux/riscv64"]


def test_an_image_of_another_platform_is_missing(registry: SmallRegistry) -> None:
    registry.image("app", "1", "arm64")
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True, platforms=["linux/amd64"]).row
    assert (row["platforms"], row["missing_platforms"], row["error"]) == ([], ["linux/amd64"], None)


def test_two_tags_of_one_image_are_fetched_once(registry: SmallRegistry) -> None:
    registry.index("app", "1", ["amd64"])
    registry.answers["/v2/app/manifests/2"] = registry.answers["/v2/app/manifests/1"]
    rows = look_up([f"{registry.name}/app:{tag}" for tag in "12"], [host(registry)], details=True).rows
    assert len(registry.requests) == 2 + 2
    assert rows[0]["platforms"] == rows[1]["platforms"] != []


@pytest.mark.parametrize(
    "options, says",
    [
        ({"platforms": ["linux/amd64"]}, "details=true"),
        ({"platforms": [], "details": True}, "at least one"),
        ({"platforms": ["amd64"], "details": True}, "platforms[0]"),
        ({"newer_tags": {"pattern": None, "pre_releases": False, "max_pages": 0}}, "max_pages"),
        ({"newer_tags": {"pattern": "[", "pre_releases": False, "max_pages": 1}}, "newer_tags.pattern"),
    ],
)
def test_options_that_cannot_be(options: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        look_up([], [], **options)
    assert says in str(caught.value)


# Without a digest in the header, as some registries answer HEAD.


def test_a_head_without_a_digest_is_asked_again(registry: SmallRegistry) -> None:
    digest = registry.image("app", "1")
    whole = registry.answers["/v2/app/manifests/1"]
    assert isinstance(whole, Answer)
    registry.answers["/v2/app/manifests/1"] = whole._replace(headers={"Content-Type": MANIFEST})
    assert look_up([f"{registry.name}/app:1"], [host(registry)]).row["digest"] == digest
    assert registry.asked == ["HEAD /v2/app/manifests/1", "GET /v2/app/manifests/1"]


# Tokens.


class TokenServer:
    """A registry and, in it or beside it, the server whose tokens it wants."""

    def __init__(self, registry: SmallRegistry, server: SmallRegistry, answer: Answer | None = None) -> None:
        self.tokens = 0
        self.good: set[str] = set()
        self._answer = answer
        realm = f"http://{server.name}/token"
        challenge = f'Bearer realm="{realm}",service="the, service",scope="repository:x:pull"'
        self.challenge = {"WWW-Authenticate": challenge}
        server.answers["/token"] = self._token
        for path, kept in list(registry.answers.items()):
            if path.startswith("/v2/"):
                registry.answers[path] = self._guarded(kept)

    def _token(self, request: Request) -> Answer:
        self.tokens += 1
        if self._answer:
            return self._answer
        self.good.add(f"Bearer t{self.tokens}")
        return Answer(200, json.dumps({"token": f"t{self.tokens}", "expires_in": 300}).encode())

    def _guarded(self, kept: t.Any) -> t.Callable[[Request], Answer]:
        def answer(request: Request) -> Answer:
            if request.headers.get("authorization") in self.good:
                return t.cast("Answer", kept)
            return Answer(401, b"{}", self.challenge)

        return answer


def test_one_token_for_each_repository(registry: SmallRegistry) -> None:
    for repository in ("a", "b/c"):
        for tag in "12345":
            registry.image(repository, tag)
    server = TokenServer(registry, registry)
    names = [f"{registry.name}/{repository}:{tag}" for repository in ("a", "b/c") for tag in "12345"]
    looked = look_up(names, [host(registry)])
    assert {row["error"] for row in looked.rows} == {None}
    tokens = [path for path in registry.asked if "/token" in path]
    assert sorted(tokens) == [
        f"GET /token?service=the%2C+service&scope=repository%3A{name}%3Apull" for name in ("a", "b%2Fc")
    ]
    # Every name once, one token a repository, and the first request, which was refused.
    assert len(registry.requests) == 10 + 2 + 1 == looked.requests
    assert server.tokens == 2


def test_a_token_server_elsewhere_gets_user_and_password_and_the_registry_the_token(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    with SmallRegistry() as elsewhere:
        TokenServer(registry, elsewhere)
        hosts = [host(registry, username="u", password="hunter2"), host(elsewhere)]
        assert look_up([f"{registry.name}/app:1"], hosts).row["error"] is None
        assert elsewhere.sent("Authorization") == ["Basic " + base64.b64encode(b"u:hunter2").decode()]
    assert registry.sent("Authorization") == [None, "Bearer t1"]


def test_a_token_that_has_ended_is_renewed_once(registry: SmallRegistry) -> None:
    registry.index("app", "1", ["amd64"])
    server = TokenServer(registry, registry)
    guarded = registry.answers["/v2/app/manifests/1"]

    def once(request: Request) -> Answer:
        assert callable(guarded)
        answer = guarded(request)
        if answer.status == 200:
            server.good.clear()
        return answer

    registry.answers["/v2/app/manifests/1"] = once
    assert look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row["error"] is None
    assert server.tokens == 2


def test_a_registry_that_refuses_every_token_is_asked_for_no_more(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    server = TokenServer(registry, registry)
    server.good = frozenset()  # type: ignore[assignment]
    server.good = _Nothing()
    row = look_up([f"{registry.name}/app:1"], [host(registry)]).row
    assert (row["status"], server.tokens) == ("denied", 1)
    assert "refuses access to app:1 with status 401" in row["error"]


class _Nothing(set):  # type: ignore[type-arg]
    def add(self, _element: object) -> None:
        pass


@pytest.mark.parametrize(
    "answer, status, says",
    [
        (Answer(401, b'{"details": "wrong\\u001b[31m password hunter2"}'), "denied", "refused the credentials for app"),
        (Answer(500, b"<html>"), "failed", "with status 500"),
        (Answer(200, b'{"token": "a\\nb: c"}'), "failed", "without a token"),
        (Answer(200, b'{"token": 7}'), "failed", "without a token"),
        (Answer(200, b"hunter2"), "failed", "without a token"),
        (Answer(200, b"[]"), "failed", "without a token"),
        (Answer(302, b"", {"Location": "http://127.0.0.1:1/"}), "failed", "with status 302"),
    ],
)
def test_a_token_server_that_gives_none(registry: SmallRegistry, answer: Answer, status: str, says: str) -> None:
    for tag in "123":
        registry.image("app", tag)
    server = TokenServer(registry, registry, answer)
    names = [f"{registry.name}/app:{tag}" for tag in "123"]
    rows = look_up(names, [host(registry, username="u", password="hunter2")]).rows
    assert {row["status"] for row in rows} == {status}
    assert all(says in row["error"] and "hunter2" not in row["error"] and "\x1b" not in row["error"] for row in rows)
    assert server.tokens == 1  # not once for each name


@pytest.mark.parametrize(
    "realm, says",
    [
        ("http://token.example.com/token", "names token.example.com over plain HTTP"),
        ("file:///etc/passwd", "not an address"),
        ("https://u:p@token.example.com/token", "holds a user"),
        ("https://token.example.com:99999/token", "not a valid address"),
        ("token", "not an address"),
    ],
)
def test_token_servers_that_are_not_asked(registry: SmallRegistry, realm: str, says: str) -> None:
    registry.answers["/v2/app/manifests/1"] = Answer(401, b"", {"WWW-Authenticate": f'Bearer realm="{realm}"'})
    row = look_up([f"{registry.name}/app:1"], [host(registry, username="u", password="hunter2")]).row
    assert row["error"].startswith(f"The token server of {registry.name} ")
    assert says in row["error"] and "hunter2" not in row["error"]
    assert registry.asked == ["HEAD /v2/app/manifests/1"]


def test_user_and_password_go_to_a_registry_that_asks_for_them(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    login = "Basic " + base64.b64encode("u:pä".encode()).decode()
    kept = registry.answers["/v2/app/manifests/1"]

    def guarded(request: Request) -> Answer:
        assert isinstance(kept, Answer)
        known = request.headers.get("authorization") == login
        return kept if known else Answer(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})

    registry.answers["/v2/app/manifests/1"] = guarded
    assert look_up([f"{registry.name}/app:1"], [host(registry, username="u", password="pä")]).row["error"] is None
    assert registry.sent("Authorization") == [None, login]
    assert look_up([f"{registry.name}/app:1"], [host(registry)]).row["status"] == "denied"


def test_credentials_are_not_sent_unless_asked_for(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    look_up([f"{registry.name}/app:1"], [host(registry, username="u", password="hunter2")], details=True)
    assert set(registry.sent("Authorization")) == {None}


def test_no_registry_gets_the_credentials_of_another(registry: SmallRegistry) -> None:
    with SmallRegistry() as other:
        for one in (registry, other):
            one.answers["/v2/app/manifests/1"] = Answer(401, b"", {"WWW-Authenticate": "Basic"})
        hosts = [host(registry, username="u", password="hunter2"), host(other)]
        look_up([f"{one.name}/app:1" for one in (registry, other)], hosts)
        assert other.sent("Authorization") == [None]
    assert registry.sent("Authorization")[0] is None and len(registry.requests) == 2


# Redirects.


def test_a_redirect_to_another_host_takes_no_credentials_along(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    blob = next(path for path in registry.answers if "/blobs/" in path)
    with SmallRegistry() as elsewhere:
        elsewhere.answers["/there"] = registry.answers[blob]
        registry.answers[blob] = Answer(307, b"", {"Location": f"http://{elsewhere.name}/there?signature=1"})
        TokenServer(registry, registry)
        row = look_up([f"{registry.name}/app:1"], [host(registry), host(elsewhere)], details=True).row
        assert row["error"] is None and len(row["platforms"]) == 1
        assert elsewhere.sent("Authorization") == [None] and elsewhere.asked == ["GET /there?signature=1"]
    assert "Bearer t1" in registry.sent("Authorization")


def test_a_redirect_back_takes_no_credentials_along_either(registry: SmallRegistry) -> None:
    registry.image("app", "1")
    blob = next(path for path in registry.answers if "/blobs/" in path)
    with SmallRegistry() as elsewhere:
        registry.answers["/back"] = registry.answers[blob]
        elsewhere.answers["/there"] = Answer(302, b"", {"Location": f"http://{registry.name}/back"})
        registry.answers[blob] = Answer(307, b"", {"Location": f"http://{elsewhere.name}/there"})
        TokenServer(registry, registry)
        look_up([f"{registry.name}/app:1"], [host(registry), host(elsewhere)], details=True)
    assert registry.requests[-1].path == "/back" and registry.sent("Authorization")[-1] is None


def test_a_401_of_another_host_is_not_answered_with_credentials(registry: SmallRegistry) -> None:
    with SmallRegistry() as elsewhere:
        elsewhere.answers["/there"] = Answer(401, b"", {"WWW-Authenticate": "Basic"})
        registry.answers["/v2/app/manifests/1"] = Answer(307, b"", {"Location": f"http://{elsewhere.name}/there"})
        hosts = [host(registry, username="u", password="hunter2"), host(elsewhere)]
        row = look_up([f"{registry.name}/app:1"], hosts).row
        assert row["status"] == "denied" and elsewhere.name in row["error"]
        assert set(elsewhere.sent("Authorization")) | set(registry.sent("Authorization")) == {None}


@pytest.mark.parametrize(
    "location, says",
    [
        ("https://u:p@example.com/", "holds a user"),
        ("file:///etc/passwd", "not an address"),
        ("https://exa mple.com/", "not an address"),
        ("https://[::1/", "not a valid address"),
        ("/v2/app/manifests/1", "more than 5 times"),
    ],
)
def test_redirects_that_are_not_followed(registry: SmallRegistry, location: str, says: str) -> None:
    registry.answers["/v2/app/manifests/1"] = Answer(307, b"", {"Location": location})
    row = look_up([f"{registry.name}/app:1"], [host(registry)]).row
    assert says in row["error"] and row["status"] == "failed"
    assert len(registry.requests) <= 6


# Limits of rates.


def limited(*waits: str | None, status: int = 429) -> t.Callable[[Request], Answer]:
    left = list(waits)

    def answer(request: Request) -> Answer:
        if left:
            wait = left.pop(0)
            return Answer(status, b"", {} if wait is None else {"Retry-After": wait})
        headers = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "7;w=21600"}
        return Answer(200, b"", {"Content-Type": MANIFEST, "Docker-Content-Digest": digest_of(b""), **headers})

    return answer


@pytest.mark.parametrize(
    "answers, status, waits",
    [
        (["3"], 429, [3]),
        (["3"], 503, [3]),
        (["0", "0"], 429, [1, 1]),
        ([None, None, None], 429, [1, 2, 4]),
        (["Thu, 01 Jan 1970 00:00:00 GMT"], 429, [1]),
        (["nonsense"], 429, [1]),
        (["30", "30"], 429, [30, 30]),
    ],
)
def test_a_wait_that_a_registry_asks_for_is_kept(
    registry: SmallRegistry, answers: list[str | None], status: int, waits: list[float]
) -> None:
    registry.answers["/v2/app/manifests/1"] = limited(*answers, status=status)
    clock = Clock()
    looked = look_up([f"{registry.name}/app:1"], [host(registry)], clock)
    assert (looked.row["error"], clock.waits) == (None, waits)
    assert looked.rate_limits == [{"registry": registry.name, "limit": 100, "remaining": 7, "window": 21600}]


def test_a_503_without_retry_after_is_an_answer(registry: SmallRegistry) -> None:
    registry.answers["/v2/app/manifests/1"] = limited(None, status=503)
    clock = Clock()
    row = look_up([f"{registry.name}/app:1"], [host(registry)], clock).row
    assert (row["status"], clock.waits) == ("failed", [])


@pytest.mark.parametrize(
    "wait, max_wait, waited, says",
    [("61", 60, [], "asks to wait 61 s"), ("30", 60, [30, 30], "30 s"), (None, 10, [1, 2, 4], "does not say")],
)
def test_waiting_ends(registry: SmallRegistry, wait: str | None, max_wait: int, waited: list[float], says: str) -> None:
    registry.answers["/v2/app/manifests/1"] = limited(*[wait] * 1000)
    clock = Clock()
    row = look_up([f"{registry.name}/app:1"], [host(registry)], clock, max_wait=max_wait).row
    assert (row["status"], clock.waits) == ("limited", waited)
    assert says in row["error"] and f"max_wait allows {max_wait} s" in row["error"]


def test_a_registry_that_takes_no_more_is_not_asked_for_every_name(registry: SmallRegistry) -> None:
    names = [f"{registry.name}/app{number}:1" for number in range(200)]
    for number in range(200):
        registry.answers[f"/v2/app{number}/manifests/1"] = limited(*["3600"] * 9)
    rows = look_up(names, [host(registry)], Clock()).rows
    assert {row["status"] for row in rows} == {"limited"}
    assert len(registry.requests) == 1


def test_the_waits_of_all_names_add_up_to_no_more(registry: SmallRegistry) -> None:
    names = [f"{registry.name}/app{number}:1" for number in range(40)]
    for number in range(40):
        registry.answers[f"/v2/app{number}/manifests/1"] = limited(*["7"] * 1000)
    clock = Clock()
    began = clock.now
    look_up(names, [host(registry)], clock, max_wait=20)
    assert sum(clock.waits[:2]) == 14 and clock.now - began >= 14
    assert len(registry.requests) <= 3 * 8


def test_a_host_is_given_up_after_failures_in_a_row_alone(registry: SmallRegistry) -> None:
    registry.answers["/good"], registry.answers["/bad"] = Answer(), Answer(raw=[])
    web, address = Web(Hosts([host(registry)]), 20, 60), web_address(f"http://{registry.name}/", "It")
    for path in ("/bad", "/bad", "/good", "/bad", "/bad", "/good", "/bad", "/bad", "/bad", "/good"):
        try:
            web.send("GET", address.to(path), {}, 100)
        except RegistryError as exc:
            assert "broke before a whole answer came" in exc.message
    assert [path for path in registry.asked if "good" in path] == ["GET /good"] * 2
    web.close()


# Tags.


NEWER = {"pattern": None, "pre_releases": False, "max_pages": 20}


def pages(registry: SmallRegistry, *lists: list[str], link: str = "/v2/app/tags/list?n=1000&last={0}") -> None:
    for number, tags in enumerate(lists):
        headers = {"Link": f'<{link.format(number + 1)}>; rel="next"'} if number + 1 < len(lists) else {}
        path = "/v2/app/tags/list?n=1000" + (f"&last={number}" if number else "")
        registry.answers[path] = Answer(200, json.dumps({"name": "app", "tags": tags}).encode(), headers)


def test_newer_tags_from_all_pages(registry: SmallRegistry) -> None:
    registry.image("app", "1.9")
    registry.image("app", "latest")
    pages(registry, ["1.9", "1.10", "latest"], ["2.0", "1.8"], ["2.1-alpine"])
    names = [f"{registry.name}/app:{tag}" for tag in ("1.9", "latest")]
    rows = look_up(names, [host(registry)], newer_tags=NEWER).rows
    assert [row["newer_tags"] for row in rows] == [["2.0", "1.10"], None]
    assert [row["newer_tags_complete"] for row in rows] == [True, None]
    assert len([path for path in registry.asked if "tags" in path]) == 3


def test_newer_tags_of_a_pattern(registry: SmallRegistry) -> None:
    registry.image("app", "1.9")
    pages(registry, ["1.10", "2.0", "2.1", "2.0-rc1"])
    name = f"{registry.name}/app:1.9"
    for pattern, found in {
        "1.*": ["1.10"],
        "regex:2[.].": ["2.1", "2.0"],
        "2.0": ["2.0"],
        "*": ["2.1", "2.0", "1.10"],
    }.items():
        assert look_up([name], [host(registry)], newer_tags={**NEWER, "pattern": pattern}).row["newer_tags"] == found
    found = look_up([name], [host(registry)], newer_tags={**NEWER, "pre_releases": True}).row["newer_tags"]
    assert found == ["2.1", "2.0", "2.0-rc1", "1.10"]


def test_pages_come_to_an_end(registry: SmallRegistry) -> None:
    registry.image("app", "1.9")
    endless = Answer(200, b'{"tags": ["1.10"]}', {"Link": '</v2/app/tags/list?n=1000>; rel="next"'})
    registry.answers["/v2/app/tags/list"] = endless
    row = look_up([f"{registry.name}/app:1.9"], [host(registry)], newer_tags={**NEWER, "max_pages": 7}).row
    assert (row["newer_tags"], row["newer_tags_complete"]) == (["1.10"], False)
    assert len([path for path in registry.asked if "tags" in path]) == 7


@pytest.mark.parametrize("link", ["http://127.0.0.1:1/v2/app/tags/list", "/v2/other/tags/list", "/elsewhere"])
def test_pages_of_another_place_are_not_read(registry: SmallRegistry, link: str) -> None:
    registry.image("app", "1.9")
    pages(registry, ["1.10"], ["2"], link=link)
    row = look_up([f"{registry.name}/app:1.9"], [host(registry)], newer_tags=NEWER).row
    assert row["digest"] and row["status"] == "failed" and "another place" in row["error"]
    assert row["newer_tags"] is None


def test_a_repository_that_lists_no_tags(registry: SmallRegistry) -> None:
    registry.image("app", "1.9")
    registry.answers["/v2/app/tags/list"] = Answer(200, b'{"name": "app", "tags": null}')
    assert look_up([f"{registry.name}/app:1.9"], [host(registry)], newer_tags=NEWER).row["newer_tags"] == []
    registry.answers["/v2/app/tags/list"] = Answer(200, b'{"tags": {"a": 1}}')
    assert "must be a list" in look_up([f"{registry.name}/app:1.9"], [host(registry)], newer_tags=NEWER).row["error"]


def test_attachments_are_told_apart(registry: SmallRegistry) -> None:
    image = registry.image("app", "only")
    attested = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image}
    signed = {"kind": "dev.cosignproject.cosign/sigs"}
    kinds = [
        {"mediaType": MANIFEST, "digest": image, "size": 1, "platform": {"os": "linux", "architecture": "amd64"}},
        {"mediaType": MANIFEST, "digest": digest_of(b"1"), "size": 2, "annotations": attested},
        {"mediaType": MANIFEST, "digest": digest_of(b"2"), "size": 3, "artifactType": "application/vnd.example"},
        {"mediaType": MANIFEST, "digest": digest_of(b"3"), "size": 4, "annotations": signed},
    ]
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": kinds, "annotations": {"a": "b"}}
    registry.manifest("app", "1", json.dumps(document).encode(), INDEX)
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert [one["digest"] for one in row["platforms"]] == [image] and row["annotations"] == {"a": "b"}
    assert [(one["kind"], one["image_digest"]) for one in row["attachments"]] == [
        ("attestation", image),
        ("artifact", ""),
        ("signature", ""),
    ]
    assert len(registry.requests) == 3


@pytest.mark.parametrize(
    "config, layer, annotations, kind",
    [
        (CONFIG, "application/vnd.dev.cosign.simplesigning.v1+json", {}, "signature"),
        ("application/vnd.cncf.notary.signature", "application/jose+json", {}, "signature"),
        (CONFIG, "application/vnd.dsse.envelope.v1+json", {}, "attestation"),
        (CONFIG, "application/vnd.in-toto+json", {}, "attestation"),
        ("application/vnd.oci.empty.v1+json", "application/vnd.dev.sigstore.bundle.v0.3+json", {}, "signature"),
        (
            "application/vnd.oci.empty.v1+json",
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            {"dev.sigstore.bundle.content": "dsse-envelope"},
            "attestation",
        ),
        (
            "application/vnd.cncf.helm.config.v1+json",
            "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            {},
            "artifact",
        ),
    ],
)
def test_what_is_not_an_image(
    registry: SmallRegistry, config: str, layer: str, annotations: dict[str, str], kind: str
) -> None:
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": config, "digest": digest_of(b"{}"), "size": 2},
        "layers": [{"mediaType": layer, "digest": digest_of(b"x"), "size": 17}],
        "annotations": annotations,
    }
    registry.manifest("app", "1", json.dumps(document).encode())
    row = look_up([f"{registry.name}/app:1"], [host(registry)], details=True).row
    assert (row["kind"], row["error"], len(registry.requests)) == (kind, None, 1)
    assert [(one["platform"], one["compressed_size"]) for one in row["platforms"]] == [("", 17)]
    assert row["artifact_type"] not in ("", CONFIG)


def test_an_image_by_its_own_name_and_in_an_index(registry: SmallRegistry) -> None:
    """The index calls it by another platform than its config; each name gets what it says."""
    image = registry.image("app", "alone", "amd64")
    entry = {"mediaType": MANIFEST, "digest": image, "size": 1, "platform": {"os": "linux", "architecture": "x"}}
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}
    registry.manifest("app", "index", json.dumps(document).encode(), INDEX)
    for tags in (("alone", "index"), ("index", "alone")):
        rows = look_up([f"{registry.name}/app:{tag}" for tag in tags], [host(registry)], details=True).rows
        found = {row["tag"]: [one["platform"] for one in row["platforms"]] for row in rows}
        assert found == {"alone": ["linux/amd64"], "index": ["linux/x"]}
