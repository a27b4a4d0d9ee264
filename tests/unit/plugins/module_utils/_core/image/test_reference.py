# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listed and written names: split, and spelled in one way. test_name_grammar.py has the table of valid names."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import (
    TO_KEEP,
    TO_REMOVE,
    TO_SELECT,
    Reading,
    Reference,
    familiar_name,
    has_registry,
    may_mean_id,
    takes_short_names,
)

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    "text, repository, tag, digest",
    [
        ("UPPER_case", "UPPER_case", "", ""),
        ("", "", "", ""),
        (":", "", "", ""),
        ("a:", "a", "", ""),
        ("a:/b", "a:/b", "", ""),
        ("a:b:c", "a:b", "c", ""),
        ("a@b@c:d", "a", "", "b@c:d"),
        ("{{ x }}:\n", "{{ x }}", "\n", ""),
    ],
)
def test_listed_names_that_break_the_grammar_are_split_all_the_same(
    text: str, repository: str, tag: str, digest: str
) -> None:
    assert Reference.parse(text) == (repository, tag, digest)


@pytest.mark.parametrize(
    "text, spelled",
    [
        ("alpine:3", "alpine:3"),
        ("library/alpine:3", "library/alpine:3"),
        ("docker.io/alpine:3", "docker.io/library/alpine:3"),
        ("index.docker.io/library/alpine:3", "docker.io/library/alpine:3"),
        ("index.docker.io/acme/web", "docker.io/acme/web"),
        ("localhost/web", "localhost/web"),
        ("reg:5000/web", "reg:5000/web"),
        ("[fd00::1]:5000/web:1", "[fd00::1]:5000/web:1"),
        (f"alpine:3@{DIGEST}", f"alpine@{DIGEST}"),
        (f"docker.io/alpine:3@{DIGEST}", f"docker.io/library/alpine@{DIGEST}"),
    ],
)
def test_the_one_spelling_of_names_that_mean_the_same(text: str, spelled: str) -> None:
    assert str(Reference.parse(text).spelled) == spelled
    assert Reference.parse(spelled).spelled == Reference.parse(spelled)


@pytest.mark.parametrize("text", ["acme/web:1", "library/a/b", "", "UPPER_case", "a//b"])
def test_each_spelling_of_a_listed_name_means_the_same(text: str) -> None:
    reference = Reference.parse(text)
    assert Reference.parse(reference.familiar).canonical == reference.canonical
    assert Reference.parse(reference.canonical).familiar == reference.familiar


@pytest.mark.parametrize(
    "text",
    ["alpine", "alpine:3", "docker.io/library/alpine:3", "reg:5000/web", "reg:5000/web:1", f"docker.io/a/b:1@{DIGEST}"]
    + [f"alpine@{DIGEST}", "", ":", "a:", ":a", "a:/b", "a@", "docker.io/alpine:"],
)
def test_the_short_spelling_of_a_whole_name(text: str) -> None:
    assert familiar_name(text) == Reference.parse(text).familiar


def test_whether_an_engine_searches_for_names_without_a_registry() -> None:
    short, long = Reference.parse("alpine:3"), Reference.parse("docker.io/library/alpine:3")
    assert takes_short_names("podman", [short])
    assert not takes_short_names("docker", [long])
    assert takes_short_names("", [long])
    assert not takes_short_names("", [long, short])


@pytest.mark.parametrize(
    "repository, expected",
    [
        ("web", False),
        ("acme/web", False),
        ("acme/web.d/deep", False),
        ("acme/localhost/web", False),
        ("localhost/web", True),
        ("localhost", False),
        ("reg.example/web", True),
        ("reg:5000/web", True),
        ("Reg/web", True),
    ],
)
def test_a_registry_is_the_first_part_of_a_name(repository: str, expected: bool) -> None:
    assert has_registry(repository) is expected


@pytest.mark.parametrize(
    "written, reading, expected",
    [
        (DIGEST, TO_REMOVE, True),
        ("a" * 64, TO_REMOVE, True),
        ("a" * 63, TO_REMOVE, False),
        ("a" * 12, TO_SELECT, True),
        ("a" * 11, TO_SELECT, False),
        ("a", TO_KEEP, True),
        ("b", TO_KEEP, False),
        (f"web@{DIGEST}", TO_KEEP, True),
        (f"web@{DIGEST}", TO_REMOVE, False),
        (f"web@sha256:{'b' * 64}", TO_KEEP, False),
    ],
)
def test_what_may_mean_an_image_id(written: str, reading: Reading, expected: bool) -> None:
    assert may_mean_id(written, DIGEST, reading) is expected
