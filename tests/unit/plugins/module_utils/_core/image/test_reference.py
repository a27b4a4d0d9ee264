# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and their two spellings; most rows are from distribution/reference's normalize_test.go."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import Reference

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    "text, repository, tag, digest",
    [
        ("alpine", "alpine", "", ""),
        ("alpine:3", "alpine", "3", ""),
        ("localhost:5000/a/b", "localhost:5000/a/b", "", ""),
        ("localhost:5000/a/b:1", "localhost:5000/a/b", "1", ""),
        (f"a/b@{DIGEST}", "a/b", "", DIGEST),
        (f"reg:5000/a/b:1@{DIGEST}", "reg:5000/a/b", "1", DIGEST),
        ("UPPER_case", "UPPER_case", "", ""),
        ("", "", "", ""),
        ("{{ x }}:\n", "{{ x }}", "\n", ""),
    ],
)
def test_splitting(text: str, repository: str, tag: str, digest: str) -> None:
    assert Reference.parse(text) == (repository, tag, digest)


@pytest.mark.parametrize(
    "text, familiar, canonical",
    [
        ("alpine", "alpine", "docker.io/library/alpine"),
        ("library/alpine", "alpine", "docker.io/library/alpine"),
        ("docker.io/alpine:3", "alpine:3", "docker.io/library/alpine:3"),
        ("docker.io/library/alpine", "alpine", "docker.io/library/alpine"),
        ("index.docker.io/alpine", "alpine", "docker.io/library/alpine"),
        ("index.docker.io/acme/web", "acme/web", "docker.io/acme/web"),
        ("acme/web:1", "acme/web:1", "docker.io/acme/web:1"),
        ("library/a/b", "library/a/b", "docker.io/library/a/b"),
        ("localhost/web", "localhost/web", "localhost/web"),
        ("localhost:5000/web", "localhost:5000/web", "localhost:5000/web"),
        ("reg.example/web", "reg.example/web", "reg.example/web"),
        ("LOCALDOMAIN/debian", "LOCALDOMAIN/debian", "LOCALDOMAIN/debian"),
        ("docker.io/1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a", None, None),
    ],
)
def test_the_two_spellings(text: str, familiar: str | None, canonical: str | None) -> None:
    reference = Reference.parse(text)
    if familiar is not None:
        assert (reference.familiar, reference.canonical) == (familiar, canonical)
    # Each spelling means the same name.
    assert Reference.parse(reference.familiar).canonical == reference.canonical
    assert Reference.parse(reference.canonical).familiar == reference.familiar
