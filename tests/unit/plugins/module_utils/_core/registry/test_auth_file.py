# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entry of a file speaks for a repository. Files and helpers themselves are in the tests of _registry."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.auth_file import (
    AuthEntry,
    Credentials,
    Helper,
    auth_entry,
    helper_answer,
    user_and_password,
)

HUB = "https://index.docker.io/v1/"
REGISTRY = "registry.example.com"


def entry(document: t.Any, registry: str = REGISTRY, repository: str = "shop/app") -> AuthEntry | Helper | None:
    return auth_entry(document, registry, repository, "it")


@pytest.mark.parametrize(
    "key, registry, found",
    [
        (REGISTRY, REGISTRY, True),
        (f"https://{REGISTRY}/v2/", REGISTRY, True),
        (f"https://{REGISTRY}/anything", REGISTRY, True),
        (f"{REGISTRY}/v1", REGISTRY, True),
        (f"{REGISTRY}/shop", REGISTRY, True),
        (f"{REGISTRY}/shop/app", REGISTRY, True),
        (f"{REGISTRY}/sho", REGISTRY, False),
        (f"{REGISTRY}/shop/app/x", REGISTRY, False),
        (f"{REGISTRY}:5000", REGISTRY, False),
        (f"{REGISTRY}.example.org", REGISTRY, False),
        (HUB, "docker.io", True),
        ("docker.io/shop", "docker.io", True),
    ],
)
def test_which_entry_speaks(key: str, registry: str, found: bool) -> None:
    assert entry({"auths": {key: {"auth": "x"}}}, registry) == (AuthEntry(Credentials(), "x") if found else None)


def test_the_longest_path_speaks() -> None:
    keys = [REGISTRY, f"{REGISTRY}/shop/app", f"{REGISTRY}/shop"]
    found = entry({"auths": {key: {"auth": key} for key in keys}})
    assert found == AuthEntry(Credentials(), keys[1])


def test_helpers_win() -> None:
    document = {"auths": {REGISTRY: {"auth": "x"}}, "credsStore": "all", "credHelpers": {f"https://{REGISTRY}": "one"}}
    assert entry(document) == Helper("one", f"https://{REGISTRY}")
    assert entry(document, "docker.io") == Helper("all", HUB)
    assert entry(document, "other.example.com") == Helper("all", "other.example.com")
    assert entry({"credHelpers": {HUB: "one", "docker.io": "two"}}, "docker.io") == Helper("one", HUB)
    assert entry({"credsStore": ""}) is None


@pytest.mark.parametrize("name", ["", "a/b", "../a", "a b", "a;b", "a\n", "x" * 101, 7, ["a"]])
def test_names_of_helpers(name: t.Any) -> None:
    with pytest.raises(InputError, match="credential helper"):
        entry({"credHelpers": {REGISTRY: name}})


@pytest.mark.parametrize(
    "document", [None, {}, {"auths": None}, {"auths": {REGISTRY: None}}, {"auths": {REGISTRY: {}}}]
)
def test_files_without_an_entry(document: t.Any) -> None:
    assert entry(document) is None


@pytest.mark.parametrize("value", [{"auth": 1}, {"password": ["secret"]}, {"identitytoken": {"secret": 1}}])
def test_entries_that_are_not_shown(value: t.Any) -> None:
    with pytest.raises(InputError, match="must hold texts") as caught:
        entry({"auths": {REGISTRY: value}})
    assert "secret" not in str(caught.value)


def test_what_an_entry_holds() -> None:
    keys = {"username": "u", "password": "p", "identitytoken": "i", "registrytoken": "r", "auth": "a"}
    found = entry({"auths": {REGISTRY: keys}})
    assert found == AuthEntry(Credentials("u", "p", "i", "r"), "a")
    assert found.credentials.secrets == ("p", "i", "r")  # type: ignore[union-attr]
    assert Credentials("u", "p").secrets == ("p",)


def test_user_and_password() -> None:
    assert user_and_password(b"u:p:w\0\0", "it") == Credentials("u", "p:w")
    for wrong in (b"", b"u", b":p", b"\xff:secret"):
        with pytest.raises(InputError, match="^it.auth must be user:password in base64$"):
            user_and_password(wrong, "it")


def test_what_helpers_answer() -> None:
    assert helper_answer(b'{"Username": "u", "Secret": "s"}', "it") == Credentials("u", "s")
    assert helper_answer(b'{"Username": "<token>", "Secret": "s"}', "it") == Credentials(identity_token="s")
    more = (b'{"Username": "u", "Secret": ""}', b'{"Secret": "s"}', b'{"Username": 1, "Secret": "s"}')
    for wrong in (b"", b"[]", b"{}", *more):
        with pytest.raises(InputError, match="^it answered without Username and Secret$"):
            helper_answer(wrong, "it")
