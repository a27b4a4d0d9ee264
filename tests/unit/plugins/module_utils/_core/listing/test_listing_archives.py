# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of contents of image archives: OCI layout and docker archive."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    A,
    B,
    C,
    complaint,
    outcome,
)

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
NAME = "io.containerd.image.name"
REF = "org.opencontainers.image.ref.name"


def index(*manifests: dict[str, t.Any]) -> dict[str, t.Any]:
    """An index.json with these manifests."""
    return {"schemaVersion": 2, "manifests": [{"mediaType": MANIFEST, "size": 5, **one} for one in manifests]}


@pytest.mark.parametrize(
    "annotations, tags, digests",
    [
        (None, [], []),
        ({}, [], []),
        ({REF: "latest"}, [], []),
        ({REF: "latest", NAME: "docker.io/library/alpine:latest"}, ["docker.io/library/alpine:latest"], []),
        ({REF: "localhost/a:1"}, ["localhost/a:1"], []),
        ({REF: "a:1"}, ["a:1"], []),
        ({REF: "host:5000/a"}, ["host:5000/a"], []),
        ({NAME: f"docker.io/library/alpine@{B}"}, [], [f"docker.io/library/alpine@{B}"]),
    ],
)
def test_names_of_a_layout(annotations: t.Any, tags: list[str], digests: list[str]) -> None:
    for source in ("oci-layout", "auto"):
        images, codes = outcome(index({"digest": A, "annotations": annotations}), source)
        assert [(i["id"], i["repo_tags"], i["repo_digests"], i["size"]) for i in images] == [(A, tags, digests, -1)]
        assert codes == ["W_LOSSY"]


@pytest.mark.parametrize(
    "keys, counts",
    [
        ({}, True),
        ({"mediaType": "application/vnd.oci.image.index.v1+json"}, True),
        ({"mediaType": "application/vnd.docker.distribution.manifest.v2+json"}, True),
        ({"mediaType": "application/vnd.docker.distribution.manifest.list.v2+json"}, True),
        ({"artifactType": "application/vnd.oci.image.config.v1+json"}, True),
        ({"mediaType": "application/xml"}, False),
        ({"mediaType": None}, False),
        ({"artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json"}, False),
        ({"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}, False),
    ],
)
def test_what_is_an_image_in_a_layout(keys: dict[str, t.Any], counts: bool) -> None:
    assert bool(outcome(index({"digest": A, **keys}))[0]) is counts


def test_one_digest_under_two_names_is_one_image() -> None:
    names = [{"digest": A, "annotations": {NAME: f"docker.io/library/a:{n}"}} for n in (2, 1)]
    images, codes = outcome(index(*names))
    assert codes == ["W_DUP_ID", "W_LOSSY"]
    assert images[0]["repo_tags"] == ["docker.io/library/a:1", "docker.io/library/a:2"]


@pytest.mark.parametrize(
    "payload, expected",
    [
        (index({"digest": "sha256:abc"}), "E_TRUNCATED_ID: manifests[0].digest"),
        (index({}), "E_NO_ID: manifests[0].digest"),
        ({"manifests": {}}, "E_TYPE_TOP"),
        ({"manifests": [5]}, "E_TYPE_ITEM: manifests[0]"),
        (index({"digest": A, "annotations": []}), "E_TYPE_annotations: manifests[0].annotations"),
        ({"schemaVersion": 2, "config": {}, "layers": []}, "E_TYPE_TOP"),
        ([], "E_TYPE_TOP"),
    ],
)
def test_layout_complaints(payload: t.Any, expected: str) -> None:
    assert complaint(payload, "oci-layout").startswith(expected)


@pytest.mark.parametrize("config", ["{}.json", "blobs/sha256/{}", "sha256:{}"])
def test_the_id_is_in_the_name_of_the_config(config: str) -> None:
    manifest = [{"Config": config.format("a" * 64), "RepoTags": ["a:1", "a:1"], "Layers": [], "Parent": C}]
    for source in ("docker-archive", "auto"):
        images, codes = outcome(manifest, source)
        assert [(i["id"], i["repo_tags"], i["parent_id"], i["created"]) for i in images] == [(A, ["a:1"], C, 0)]
        assert codes == ["W_LOSSY"]


@pytest.mark.parametrize(
    "keys, expected",
    [
        ({"Config": "config.json"}, "E_NO_ID: manifest[0].Config must be named after the image's ID"),
        ({"Config": None}, "E_NO_ID: manifest[0].Config"),
        ({"Config": 5}, "E_TYPE_Config: manifest[0].Config must be text, got 5"),
        ({"Config": "../" + "a" * 64 + ".json"}, "E_NO_ID"),
        ({"RepoTags": "a:1"}, "E_TYPE_RepoTags: manifest[0].RepoTags"),
        ({"Parent": "abc"}, "E_TRUNCATED_ID: manifest[0].Parent"),
    ],
)
def test_archive_complaints(keys: dict[str, t.Any], expected: str) -> None:
    manifest = [{"Config": "a" * 64 + ".json", "RepoTags": None, "Layers": [], **keys}]
    for source in ("docker-archive", "auto"):
        assert complaint(manifest, source).startswith(expected)
