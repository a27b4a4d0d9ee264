# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a name means, and the keys of a row."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_row import (
    empty_row,
    engine_answer,
    failed_row,
    registry_reference,
    tags_of,
)

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    "name, reference, tag",
    [
        ("alpine", "docker.io/library/alpine:latest", "latest"),
        ("alpine:3", "docker.io/library/alpine:3", "3"),
        ("index.docker.io/library/alpine:3", "docker.io/library/alpine:3", "3"),
        ("a/b", "docker.io/a/b:latest", "latest"),
        ("Registry.example.com:443/a:1", "registry.example.com/a:1", "1"),
        ("registry.example.com:5000/a/b/c:1", "registry.example.com:5000/a/b/c:1", "1"),
        ("[fd00::1]:5000/a:1", "[fd00::1]:5000/a:1", "1"),
        (f"a@{DIGEST}", f"docker.io/library/a@{DIGEST}", ""),
        (f"a:1@{DIGEST}", f"docker.io/library/a@{DIGEST}", "1"),
    ],
)
def test_what_a_name_means(name: str, reference: str, tag: str) -> None:
    found = registry_reference(name)
    row = empty_row(name, found)
    assert (str(found), row["reference"], row["tag"]) == (reference, reference, tag)
    assert reference.startswith(f"{row['registry']}/{row['repository']}{'@' if found.is_digest else ':'}")
    assert found.is_digest == ("@" in name)


@pytest.mark.parametrize(
    "name", ["", " ", "A:1", "a:", "a@", "a@sha256:1", "a b", "https://a/b", DIGEST, "a" * 64, "-a"]
)
def test_what_is_not_a_name(name: str) -> None:
    with pytest.raises(InputError):
        registry_reference(name)
    row = failed_row(empty_row(name, None), "No.", "failed")
    assert set(row) == set(empty_row("a", registry_reference("a")))
    assert (row["name"], row["reference"], row["tag"], row["status"], row["error"]) == (name, "", "", "failed", "No.")


def test_what_docker_answers() -> None:
    answer = {
        "Descriptor": {"mediaType": "m", "digest": DIGEST, "size": 1},
        "Platforms": [
            {"os": "linux", "architecture": "arm64", "variant": "v8"},
            {"os": "windows", "architecture": "amd64", "os.version": "10.0"},
            {"os": "unknown", "architecture": "unknown"},
            {},
        ],
    }
    assert engine_answer(answer, "it") == {
        "digest": DIGEST,
        "media_type": "m",
        "platforms": [
            {"platform": "linux/arm64/v8", "os_version": ""},
            {"platform": "windows/amd64", "os_version": "10.0"},
        ],
    }
    assert engine_answer({**answer, "Platforms": None}, "it")["platforms"] == []


@pytest.mark.parametrize(
    "answer", [[], {}, {"Descriptor": {"digest": "x"}}, {"Descriptor": {"digest": DIGEST}, "Platforms": {}}]
)
def test_what_docker_does_not_answer(answer: t.Any) -> None:
    with pytest.raises(InputError, match="^it"):
        engine_answer(answer, "it")


def test_tags() -> None:
    assert tags_of(b'{"name": "a", "tags": ["1", "2"]}', "it") == ["1", "2"]
    assert tags_of(b'{"tags": null}', "it") == [] == tags_of(b"{}", "it")
    for wrong in (b"[]", b'{"tags": {}}', b'{"tags": [1]}', b"<html>"):
        with pytest.raises(InputError):
            tags_of(wrong, "it")
