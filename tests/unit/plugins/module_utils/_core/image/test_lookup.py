# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that people type, and the images they mean."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.lookup import ImageNames, find_images
from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import (
    TO_KEEP,
    TO_KEEP_ON_PODMAN,
    Reading,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary

ALPINE = "sha256:" + "a" * 64
LOCAL = "sha256:" + "b" * 64
TWIN_1, TWIN_2 = "sha256:" + "c" * 63 + "1", "sha256:" + "c" * 63 + "2"
HEXNAME = "sha256:" + "e" * 64
DIGEST = "sha256:" + "9" * 64

IMAGES = [
    ImageSummary(ALPINE, repo_tags=["alpine:3.20", "alpine:latest"], repo_digests=["alpine@" + DIGEST]),
    ImageSummary(LOCAL, repo_tags=["localhost/app:1", "registry.example.com:5000/team/app:2"]),
    ImageSummary(TWIN_1),
    ImageSummary(TWIN_2),
    ImageSummary(HEXNAME, repo_tags=["aaaaaaaaaaaa:latest"]),
]

FOUND = [
    (ALPINE, ALPINE),
    ("a" * 64, ALPINE),
    ("a" * 13, ALPINE),
    ("sha256:" + "a" * 13, ALPINE),
    ("alpine", ALPINE),
    ("alpine:latest", ALPINE),
    ("alpine:3.20", ALPINE),
    ("library/alpine", ALPINE),
    ("docker.io/alpine:3.20", ALPINE),
    ("docker.io/library/alpine:3.20", ALPINE),
    ("index.docker.io/library/alpine", ALPINE),
    ("alpine@" + DIGEST, ALPINE),
    ("docker.io/library/alpine@" + DIGEST, ALPINE),
    ("alpine:3.20@" + DIGEST, ALPINE),
    ("alpine:other@" + DIGEST, ALPINE),  # as docker image inspect: with a digest the tag says nothing
    ("localhost/app:1", LOCAL),
    ("registry.example.com:5000/team/app:2", LOCAL),
    (TWIN_2, TWIN_2),
    ("aaaaaaaaaaaa", HEXNAME),  # a name goes before a short ID
]


@pytest.mark.parametrize(("name", "image"), FOUND)
def test_found(name: str, image: str) -> None:
    assert find_images(IMAGES, [name]) == (frozenset([image]), [])


MISSING = [
    "a" * 11,  # too short for an ID
    "f" * 64,
    "sha256:" + "f" * 64,
    "f" * 12,
    "alpine:3.19",
    "app",
    "app:1",
    "registry.example.com/team/app:2",
    "alpine@sha256:" + "8" * 64,
    "busybox@" + DIGEST,
]


@pytest.mark.parametrize("name", MISSING)
def test_missing(name: str) -> None:
    assert find_images(IMAGES, [name]) == (frozenset(), [name])


def test_podman_stores_what_has_no_registry_under_localhost() -> None:
    assert find_images(IMAGES, ["app:1"], "podman") == (frozenset([LOCAL]), [])
    assert find_images(IMAGES, ["alpine"], "podman") == (frozenset([ALPINE]), [])
    assert find_images(IMAGES, ["docker.io/library/app:1"], "podman").missing == ["docker.io/library/app:1"]


PODMAN = [
    ImageSummary(ALPINE, repo_tags=["docker.io/library/app:1"], repo_digests=["docker.io/library/app@" + DIGEST]),
    ImageSummary(LOCAL, repo_tags=["localhost/app:1"]),
    ImageSummary(TWIN_1, repo_tags=["quay.io/one/twin:1", "quay.io/one/lone:1"]),
    ImageSummary(TWIN_2, repo_tags=["quay.io/two/twin:1"]),
    ImageSummary(HEXNAME, repo_tags=["quay.io/team/aaaaaaaaaaaa:latest"]),
]


@pytest.mark.parametrize(
    "name, image",
    [
        ("app:1", LOCAL),  # localhost before Docker Hub
        ("library/app:1", ALPINE),
        ("docker.io/app:1", ALPINE),
        ("app@" + DIGEST, ALPINE),
        ("lone:1", TWIN_1),
        ("one/lone:1", TWIN_1),
        ("two/twin:1", TWIN_2),
        ("aaaaaaaaaaaa", ALPINE),  # a short ID before a name elsewhere
        ("team/aaaaaaaaaaaa", HEXNAME),
    ],
)
def test_podman_looks_for_a_name_in_this_order(name: str, image: str) -> None:
    assert find_images(PODMAN, [name], "podman") == (frozenset([image]), [])


@pytest.mark.parametrize("name", ["quay.io/lone:1", "lone", "lone@" + DIGEST, "x@" + DIGEST, "e:1"])
def test_podman_does_not_look_elsewhere(name: str) -> None:
    assert find_images(PODMAN, [name], "podman") == (frozenset(), [name])


def test_a_name_that_depends_on_the_configuration_of_podman_is_refused() -> None:
    message = 'the name "twin:1" is ambiguous, it may mean quay.io/one/twin:1, quay.io/two/twin:1'
    with pytest.raises(InputError, match=message):
        find_images(PODMAN, ["twin:1"], "podman")


def test_several_names() -> None:
    names = ["nope:1", "alpine", "alpine:latest", "localhost/app:1", "nope:1", "no"]
    assert find_images(IMAGES, names) == (frozenset([ALPINE, LOCAL]), ["nope:1", "no"])
    assert find_images(IMAGES, []) == (frozenset(), [])


def test_a_name_means_every_image_that_carries_it() -> None:
    """An archive holds one image for each platform, all under one name."""
    platforms = [ImageSummary(image, repo_tags=["example/app:1"]) for image in (TWIN_1, TWIN_2)]
    assert find_images(platforms, ["docker.io/example/app:1"]) == (frozenset([TWIN_1, TWIN_2]), [])
    local = [ImageSummary(image, repo_tags=["localhost/app:1"]) for image in (TWIN_1, TWIN_2)]
    assert find_images(local, ["app:1"], "podman") == (frozenset([TWIN_1, TWIN_2]), [])


def test_an_ambiguous_short_id_is_refused() -> None:
    with pytest.raises(InputError, match='names: the short ID "cccccccccccc" is ambiguous, it may mean sha256:c'):
        find_images(IMAGES, ["c" * 12])


@pytest.mark.parametrize("name", ["", "  ", "alpine:*", "[", "A" * 64, "Alpine", "alpine@sha256:9999"])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"^names\[1\] must be an image name or ID, got "):
        find_images(IMAGES, ["alpine", name])


@pytest.mark.parametrize(
    "written, reading, ids",
    [
        ("alpine", TO_KEEP, {ALPINE}),
        ("alpine:9", TO_KEEP, set()),
        ("app:1", TO_KEEP, {LOCAL}),
        ("app:2", TO_KEEP, set()),
        ("app:2", TO_KEEP_ON_PODMAN, {LOCAL}),
        ("cccc", TO_KEEP, {TWIN_1, TWIN_2}),
        ("aaaaaaaaaaaa", TO_KEEP, {ALPINE, HEXNAME}),
    ],
)
def test_all_images_that_a_name_may_mean(written: str, reading: Reading, ids: set[str]) -> None:
    assert ImageNames(IMAGES).possibly(written, reading) == ids
