# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WWW-Authenticate as registries send it, and as they should not."""

from __future__ import annotations

import time

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.registry.challenges import (
    Challenge,
    challenges_of,
    refusal_of,
    token_of,
    token_query,
    usable_challenge,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_error import RegistryError

HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"'


@pytest.mark.parametrize(
    "headers, found",
    [
        (
            [HUB],
            [
                Challenge(
                    "bearer",
                    {
                        "realm": "https://auth.docker.io/token",
                        "service": "registry.docker.io",
                        "scope": "repository:a/b:pull",
                    },
                )
            ],
        ),
        (["Basic"], [Challenge("basic", {})]),
        (['BASIC Realm="a, b", charset=UTF-8'], [Challenge("basic", {"realm": "a, b", "charset": "UTF-8"})]),
        (
            ['Basic realm="a", Bearer realm = "b"'],
            [Challenge("basic", {"realm": "a"}), Challenge("bearer", {"realm": "b"})],
        ),
        (["Negotiate", 'Basic realm="\\"q\\\\"'], [Challenge("negotiate", {}), Challenge("basic", {"realm": '"q\\'})]),
        (['Basic realm="a", realm="b"'], [Challenge("basic", {"realm": "a"})]),
        (['Basic realm="never ends'], [Challenge("basic", {"realm": '"never'})]),
        (['realm="a"'], []),
        ([""], []),
        (["Basic " + "x" * 9000], []),
    ],
)
def test_challenges(headers: list[str], found: list[Challenge]) -> None:
    if "never" in headers[0]:  # what matters is that it ends, and is not a realm
        assert challenges_of(headers)[0].scheme == "basic"
    else:
        assert challenges_of(headers) == found


@pytest.mark.parametrize(
    "headers, scheme",
    [
        ([HUB], "bearer"),
        (["Basic", HUB], "bearer"),
        ([HUB, "Basic"], "bearer"),
        (["Bearer", 'Basic realm="x"'], "basic"),
        (["Bearer"], None),
        (["Digest realm=x"], None),
        ([], None),
    ],
)
def test_which_challenge_is_answered(headers: list[str], scheme: str | None) -> None:
    found = usable_challenge(headers)
    assert (found.scheme if found else None) == scheme


@pytest.mark.parametrize("header", ["," * 8000, "a=" * 4000, '"' * 8000, 'a="' + "\\a" * 4000, "a " * 4000, " " * 8000])
def test_no_header_takes_long(header: str) -> None:
    began = time.process_time()
    challenges_of([header] * 20)
    assert time.process_time() - began < 2


def test_what_a_token_is_asked_for() -> None:
    challenge = Challenge("bearer", {"realm": "x", "service": "a b&c"})
    assert token_query(challenge, "shop/app") == "service=a+b%26c&scope=repository%3Ashop%2Fapp%3Apull"
    assert token_query(Challenge("bearer", {}), "app") == "scope=repository%3Aapp%3Apull"


@pytest.mark.parametrize(
    "body, text, life",
    [
        (b'{"token": "a.b-c_d=", "expires_in": 300}', "a.b-c_d=", 300),
        (b'{"access_token": "x"}', "x", 60),
        (b'{"token": "", "access_token": "x", "expires_in": 0}', "x", 60),
        (b'{"token": "x", "expires_in": true}', "x", 60),
        (b'{"token": "x", "expires_in": "300"}', "x", 60),
        (b'{"token": "x", "expires_in": 99999999999}', "x", 86400),
    ],
)
def test_tokens(body: bytes, text: str, life: int) -> None:
    assert token_of(body, "server") == (text, life)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b'{"token": "a b"}', b'{"token": "a\\r\\nX: y"}', b'{"token": ["x"]}']
)
def test_what_is_not_a_token(body: bytes) -> None:
    with pytest.raises(RegistryError, match="without a token"):
        token_of(body, "server")


@pytest.mark.parametrize(
    "body, text",
    [
        (b'{"errors": [{"code": "DENIED", "message": "no"}, {"code": "X"}]}', "DENIED: no; X"),
        (b'{"errors": [{"message": "only"}, 7, null]}', "only"),
        (b'{"errors": []}', ""),
        (b'{"errors": {"code": "X"}}', ""),
        (b'{"details": "incorrect username or password"}', "incorrect username or password"),
        (b'{"details": {"a": 1}}', ""),
        (b"[]", ""),
        (b"<html>", ""),
        (b"\xff", ""),
    ],
)
def test_refusals(body: bytes, text: str) -> None:
    assert refusal_of(body) == text
