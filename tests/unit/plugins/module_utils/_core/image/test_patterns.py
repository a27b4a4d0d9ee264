# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for names against names, row by row."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.patterns import (
    ReferencePattern,
    RepositoryPattern,
    TagPattern,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import (
    TO_KEEP_ON_PODMAN,
    TO_REMOVE,
    TO_SELECT,
    Reference,
)

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
        ("[fd00::1]:5000/app:1", "[fd00::1]:5000/app:1", True),
        ("[fd00::1]:5000/app:1", "f:5000/app:1", False),
        ("[fd00::1]:5000/*", "[fd00::1]:5000/app:1", True),
        ("[fd00::1]/**", "[fd00::1]/team/app:1", True),
        ("[fd00::1]:5000/app:[0-9]", "[fd00::1]:5000/app:1", True),
        ("[fd]/web:1", "f/web:1", True),
        ("reg.example:5000/acme/*", "reg.example:5000/acme/web:1", True),
        (f"alpine@{DIGEST}", f"alpine@{DIGEST}", True),
        ("alpine@*", f"alpine@{DIGEST}", True),
        ("alpine:3", f"alpine:3@{DIGEST}", True),
        (f"alpine:3@{DIGEST}", f"alpine@{DIGEST}", True),
        (f"alpine:*@{DIGEST}", f"alpine@{DIGEST}", True),
        (f"alp*:3@{DIGEST}", f"alpine@{DIGEST}", True),
        (f"alpine:3@{DIGEST}", "alpine:3", False),
        (f"alp*:3@{DIGEST}", "alpine:3", False),
        ("docker.io/alpine:3", "alpine:3", True),
        ("docker.io/alpine", f"alpine@{DIGEST}", True),
        ("index.docker.io/library/alpine:3", "alpine:3", True),
        ("regex:acme/(web|job):[0-9]+", "acme/web:12", True),
        ("regex:acme/(web|job)", "acme/web:12", False),
        ("regex:docker\\.io/acme/.*", "acme/web:12", True),
        ("regex:(?i)ACME/web:1", "acme/web:1", True),
        ("regex:acme|acme/web:1", "acme/web:1", True),
        ("regex:acme/web:1|x", "acme/web:12", False),
        ("regex:(?x)acme/web:1 # comment", "acme/web:1", True),
        ("a.c", "abc:1", False),
        ("alp*:3", f"alpine:3@{DIGEST}", True),
        ("alp*:4", f"alpine:3@{DIGEST}", False),
        ("alp*:3", f"alpine@{DIGEST}", False),
        ("web:1[\\^x]", "web:1^", True),
        ("web:1[!^x]", "web:1^", False),
        ("web:1[x^]", "web:1^", True),
        ("web:1[^^x]", "web:1^", False),
        ("web:1[^^x]", "web:1y", True),
        ("web:1[\\d]", "web:1\\", True),
        ("web:1[\\d]", "web:15", False),
        ("ünïcode*", "ünïcode:1", True),
    ],
)
def test_reference_patterns(pattern: str, name: str, expected: bool) -> None:
    assert (
        ReferencePattern.parse(pattern, "references[0]").matches_reference(Reference.parse(name), TO_SELECT) is expected
    )


@pytest.mark.parametrize(
    "pattern, name, expected",
    [
        ("acme/web", "acme/web:1", True),
        ("acme/web", f"acme/web@{DIGEST}", True),
        ("docker.io/acme/web", "acme/web:1", True),
        ("docker.io/**", "acme/web:1", True),
        ("**", "anything/at/all:1", True),
        ("*", "anything/at/all:1", False),
    ],
)
def test_repository_patterns(pattern: str, name: str, expected: bool) -> None:
    assert (
        RepositoryPattern.parse(pattern, "repositories[0]").matches_reference(Reference.parse(name), TO_SELECT)
        is expected
    )


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
    assert TagPattern.parse(pattern, "tags[0]").matches_reference(Reference.parse(name), TO_SELECT) is expected


def test_a_near_miss_is_what_would_match_if_a_star_crossed_the_slash() -> None:
    pattern = ReferencePattern.parse("*:latest", "keep_references[0]")
    missed = Reference.parse("acme/web:latest")
    assert not pattern.matches_reference(missed, TO_SELECT)
    assert pattern.nearly_matches_reference(missed, TO_SELECT)
    assert not pattern.nearly_matches_reference(Reference.parse("acme/web:1"), TO_SELECT)
    assert not pattern.nearly_matches_reference(Reference.parse("web:latest"), TO_SELECT)


@pytest.mark.parametrize("kind", [ReferencePattern, RepositoryPattern])
@pytest.mark.parametrize("pattern", ["acme/*", "regex:acme/.*", "acme/web"])
def test_keeping_and_selecting_look_below_localhost_but_removing_does_not(kind: t.Any, pattern: str) -> None:
    found = kind.parse(pattern, "")
    local = Reference.parse("localhost/acme/web:1")
    assert found.matches_reference(local, TO_KEEP_ON_PODMAN)
    assert found.matches_reference(local, TO_SELECT)
    assert not found.matches_reference(local, TO_REMOVE)
    assert found.matches_reference(Reference.parse("acme/web:1"), TO_REMOVE)


# Rows of TestMatch in distribution/reference, and of what the documentation of Go's path.Match says.
@pytest.mark.parametrize(
    "name, pattern, expected",
    [
        ("foo", "foo/**/ba[rz]", False),
        ("foo/any/bat", "foo/**/ba[rz]", False),
        ("foo/a/bar", "foo/**/ba[rz]", True),
        ("foo/b/baz", "foo/**/ba[rz]", True),
        ("foo/c/baz:tag", "foo/**/ba[rz]", True),
        ("foo/c/baz:tag", "foo/*/baz:tag", True),
        ("foo/c/baz:tag", "foo/c/baz:tag", True),
        ("example.com/foo/c/baz:tag", "*/foo/c/baz", True),
        ("example.com/foo/c/baz:tag", "example.com/foo/c/baz", True),
        ("foo/bar", "foo*", False),
        ("foo/bar", "foo?bar", False),
        ("foo-bar", "foo?bar", True),
        ("foo-bar", "foo[^a-z]bar", True),
        ("fooxbar", "foo[^a-z]bar", False),
        ("fooxbar", "foo[a-z]bar", True),
        ("fooxbar", "oo*", False),
    ],
)
def test_wildcards_as_in_docker(name: str, pattern: str, expected: bool) -> None:
    assert ReferencePattern.parse(pattern, "").matches_reference(Reference.parse(name), TO_SELECT) is expected


# What Docker's filter answers with the opposite; the guide names each difference.
@pytest.mark.parametrize(
    "name, pattern, expected",
    [
        ("foo/a/b/bar", "foo/**/bar", True),
        ("foo.bar", r"f*\.bar", False),
        ("foo-bar", "foo[!a-z]bar", True),
        ("foo/bar", "foo[/]bar", False),
        ("foo:tag", "docker.io/library/foo:tag", True),
        ("foo:tag", "docker.io/**", True),
        ("foo:tag", "f*g", False),
    ],
)
def test_wildcards_not_as_in_docker(name: str, pattern: str, expected: bool) -> None:
    assert ReferencePattern.parse(pattern, "").matches_reference(Reference.parse(name), TO_SELECT) is expected


@pytest.mark.parametrize(
    "pattern", ["", None, 3, "a[b", "a[]", "regex:(", "regex:a{99999999999999999999}", "regex:" + "(" * 9999]
)
def test_bad_patterns_name_the_place(pattern: object) -> None:
    with pytest.raises(InputError, match=r"^references\[4\]"):
        ReferencePattern.parse(pattern, "references[4]")


@pytest.mark.parametrize(
    "kind, pattern, message",
    [
        (ReferencePattern, "Nginx:1", 'got "Nginx:1": a repository is in lower case'),
        (ReferencePattern, "https://nginx:1", 'got "https://nginx:1": a name has no scheme'),
        (ReferencePattern, "nginx@sha256:6f6c64", 'got "nginx@sha256:6f6c64": a digest is sha256: and 64 hex digits'),
        (ReferencePattern, "nginx:", 'got "nginx:": a tag has up to 128'),
        (ReferencePattern, " nginx", 'got " nginx": a repository has letters and digits'),
        (RepositoryPattern, "nginx:1", 'got "nginx:1": tags and digests are for references'),
        (RepositoryPattern, f"nginx@{DIGEST}", "tags and digests are for references"),
        (RepositoryPattern, "a" * 64, "64 hex digits are an image ID"),
        (ReferencePattern, "https://u:pw@host/app:1", 'got "***": a digest is'),
        (ReferencePattern, "https://host/app?token=pw", 'got "***": a name has no scheme'),
        (ReferencePattern, "u:pw@host/app:1", 'got "***": a digest is'),
        (ReferencePattern, f"u%3Apw@host/app@{DIGEST}", 'got "***": '),
        (RepositoryPattern, "u:pw@host/app", 'got "***": tags and digests'),
        (TagPattern, "nginx:1", 'got "nginx:1": it is what follows the colon of a name'),
        (TagPattern, "1 2", 'got "1 2": it is what follows the colon of a name'),
    ],
)
def test_what_cannot_be_a_name_is_refused_in_a_sentence(kind: t.Any, pattern: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        kind.parse(pattern, "here")
    assert str(refused.value).startswith("here must be ")
    assert message in str(refused.value)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    "pattern, reading, expected",
    [
        (f"web@{DIGEST}", TO_SELECT, True),
        (f"web@{DIGEST}", TO_REMOVE, False),
        (f"web@sha256:{'0' * 64}", TO_SELECT, False),
        ("web", TO_SELECT, False),
        ("**", TO_SELECT, False),
        (DIGEST, TO_SELECT, False),
    ],
)
def test_the_digest_of_an_image_that_has_lost_its_names(pattern: str, reading: t.Any, expected: bool) -> None:
    found = ReferencePattern.parse(pattern, "")
    assert found.matches_digest(DIGEST, reading) is expected
    assert not found.matches_digest("", reading)


@pytest.mark.parametrize(
    "pattern, listed, expected",
    [
        (DIGEST, DIGEST, True),
        (DIGEST[7:], DIGEST, True),
        (DIGEST[7:19], DIGEST, True),
        (DIGEST[7:18], DIGEST, False),
        ("web", "web:1", True),
        ("web:2", "web:1", False),
    ],
)
def test_a_pattern_beside_a_name_or_an_id(pattern: str, listed: str, expected: bool) -> None:
    assert ReferencePattern.parse(pattern, "").matches_text(listed, TO_SELECT) is expected


def test_a_bad_pattern_is_named_by_its_place() -> None:
    for kind in (ReferencePattern, RepositoryPattern, TagPattern):
        with pytest.raises(InputError, match=r"^at\[0\] is not a valid pattern"):
            kind.parse("a[", "at[0]")
