# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for names against names, row by row."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.patterns import (
    ReferencePattern,
    RepositoryPattern,
    TagPattern,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import Reference

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    "pattern, name, expected",
    [
        ("alpine", "alpine:3", True),
        ("alpine", f"alpine@{DIGEST}", True),
        ("alpine", "docker.io/library/alpine:3", True),
        ("docker.io/library/alpine", "alpine:3", True),
        ("docker.io/library/alpine:3", "alpine:3", True),
        ("alpine:3", "docker.io/library/alpine:3", True),
        ("alpine:3", "alpine:3.1", False),
        ("alpine:3*", "alpine:3.1", True),
        ("alpine:3.?", "alpine:3.1", True),
        ("alpine:3.[0-4]", "alpine:3.1", True),
        ("alpine:3.[!0-4]", "alpine:3.1", False),
        ("alpine:3.[^0-4]", "alpine:3.1", False),
        ("alp", "alpine:3", False),
        ("*:latest", "alpine:latest", True),
        ("*:latest", "acme/web:latest", False),
        ("**:latest", "acme/web:latest", True),
        ("**:latest", "reg.example:5000/acme/web:latest", True),
        ("acme/*", "acme/web:1", True),
        ("acme/*", "acme/web/deep:1", False),
        ("acme/**", "acme/web/deep:1", True),
        ("acme[/]web", "acme/web:1", False),
        ("reg.example:5000/acme/*", "reg.example:5000/acme/web:1", True),
        (f"alpine@{DIGEST}", f"alpine@{DIGEST}", True),
        ("alpine@*", f"alpine@{DIGEST}", True),
        ("alpine:3", f"alpine:3@{DIGEST}", True),
        ("regex:acme/(web|job):[0-9]+", "acme/web:12", True),
        ("regex:acme/(web|job)", "acme/web:12", False),
        ("regex:docker\\.io/acme/.*", "acme/web:12", True),
        ("regex:(?i)ACME/web:1", "acme/web:1", True),
        ("regex:acme|acme/web:1", "acme/web:1", True),
        ("regex:acme/web:1|x", "acme/web:12", False),
        ("regex:(?x)acme/web:1 # comment", "acme/web:1", True),
        ("a.c", "abc:1", False),
        ("ünïcode*", "ünïcode:1", True),
    ],
)
def test_reference_patterns(pattern: str, name: str, expected: bool) -> None:
    assert ReferencePattern.parse(pattern, "references[0]").matches_reference(Reference.parse(name)) is expected


@pytest.mark.parametrize(
    "pattern, name, expected",
    [
        ("acme/web", "acme/web:1", True),
        ("acme/web", f"acme/web@{DIGEST}", True),
        ("docker.io/acme/web", "acme/web:1", True),
        ("docker.io/**", "acme/web:1", True),
        ("acme/web:1", "acme/web:1", False),
        ("**", "anything/at/all:1", True),
        ("*", "anything/at/all:1", False),
    ],
)
def test_repository_patterns(pattern: str, name: str, expected: bool) -> None:
    assert RepositoryPattern.parse(pattern, "repositories[0]").matches_reference(Reference.parse(name)) is expected


@pytest.mark.parametrize(
    "pattern, name, expected",
    [
        ("latest", "acme/web:latest", True),
        ("v[0-9]*", "acme/web:v1.2", True),
        ("latest", f"acme/web@{DIGEST}", False),
        ("*", f"acme/web@{DIGEST}", False),
        ("*", "reg:5000/acme/web", False),
    ],
)
def test_tag_patterns(pattern: str, name: str, expected: bool) -> None:
    assert TagPattern.parse(pattern, "tags[0]").matches_reference(Reference.parse(name)) is expected


def test_a_near_miss_is_what_would_match_if_a_star_crossed_the_slash() -> None:
    pattern = ReferencePattern.parse("*:latest", "keep_references[0]")
    missed = Reference.parse("acme/web:latest")
    assert not pattern.matches_reference(missed)
    assert pattern.nearly_matches_reference(missed)
    assert not pattern.nearly_matches_reference(Reference.parse("acme/web:1"))


@pytest.mark.parametrize(
    "pattern", ["", None, 3, "a[b", "a[]", "regex:(", "regex:a{99999999999999999999}", "regex:" + "(" * 9999]
)
def test_bad_patterns_name_the_place(pattern: object) -> None:
    with pytest.raises(InputError, match=r"^references\[4\]"):
        ReferencePattern.parse(pattern, "references[4]")
