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
    "annotations, tags, codes",
    [
        (None, [], []),
        ({}, [], []),
        ({REF: "latest"}, [], ["W_NOT_A_TAG"]),
        ({REF: "latest", NAME: "docker.io/library/alpine:latest"}, ["alpine:latest"], []),
        ({REF: "localhost/a:1"}, ["localhost/a:1"], []),
        ({REF: "a:1"}, ["a:1"], []),
        ({REF: "host:5000/a"}, [], ["W_NOT_A_TAG"]),
        ({NAME: "ghcr.io/acme/app"}, [], ["W_NOT_A_TAG"]),
        ({NAME: f"docker.io/library/alpine@{B}"}, [], ["W_NOT_A_TAG"]),
        ({NAME: "a:" + "t" * 400}, [], ["W_NOT_A_TAG"]),
    ],
)
def test_names_of_a_layout(annotations: t.Any, tags: list[str], codes: list[str]) -> None:
    for source in ("oci-layout", "auto"):
        images, found = outcome(index({"digest": A, "annotations": annotations}), source)
        assert [(i["id"], i["repo_tags"], i["repo_digests"], i["size"]) for i in images] == [(A, tags, [], -1)]
        assert found == ["W_LOSSY", *codes]


@pytest.mark.parametrize(
    "keys, counts, codes",
    [
        ({}, True, []),
        ({"mediaType": "application/vnd.oci.image.index.v1+json"}, True, []),
        ({"mediaType": "application/vnd.docker.distribution.manifest.v2+json"}, True, []),
        ({"mediaType": "application/vnd.docker.distribution.manifest.list.v2+json"}, True, []),
        ({"artifactType": "application/vnd.oci.image.config.v1+json"}, True, []),
        ({"annotations": {"kind": "dev.cosignproject.cosign/image"}}, True, []),
        ({"mediaType": None}, True, []),
        ({"mediaType": "application/xml"}, False, ["W_ARTIFACT"]),
        ({"artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json"}, False, ["W_ARTIFACT"]),
        ({"annotations": {"kind": "dev.cosignproject.cosign/sigs", NAME: "a"}}, False, ["W_ARTIFACT"]),
        ({"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}, False, []),
    ],
)
def test_what_is_an_image_in_a_layout(keys: dict[str, t.Any], counts: bool, codes: list[str]) -> None:
    images, found = outcome(index({"digest": A, **keys}))
    assert bool(images) is counts
    assert found == sorted(["W_LOSSY", *codes])


def test_one_digest_under_two_names_is_one_image() -> None:
    names = [{"digest": A, "annotations": {NAME: f"docker.io/library/a:{n}"}} for n in (2, 1)]
    images, codes = outcome(index(*names))
    assert codes == ["W_LOSSY"]
    assert images[0]["repo_tags"] == ["a:1", "a:2"]


def test_the_platform_of_a_manifest() -> None:
    images, _codes = outcome(index({"digest": A, "platform": {"os": "linux", "architecture": "arm", "variant": "v6"}}))
    assert images[0]["platform"] == "linux/arm/v6"


@pytest.mark.parametrize(
    "payload, expected",
    [
        (index({"digest": "sha256:abc"}), "E_DIGEST: index.json.manifests[0].digest"),
        (index({}), "E_DIGEST: index.json.manifests[0].digest"),
        ({"manifests": {}}, "E_TYPE: index.json.manifests"),
        ({"manifests": [], "layers": []}, "E_TYPE: index.json must be an index (with manifests) or a manifest"),
        ({"manifests": [5]}, "E_TYPE_ITEM: index.json.manifests[0]"),
        (index({"digest": A, "annotations": []}), "E_TYPE: index.json.manifests[0].annotations"),
        (index({"digest": A, "platform": "linux"}), "E_TYPE: index.json.manifests[0].platform"),
        ({"schemaVersion": 2, "config": {}, "layers": []}, "E_TYPE_TOP"),
        ([], "E_TYPE_TOP"),
    ],
)
def test_layout_complaints(payload: t.Any, expected: str) -> None:
    assert complaint(payload, "oci-layout").startswith(expected)


@pytest.mark.parametrize("config", ["{}.json", "blobs/sha256/{}", "sha256:{}"])
def test_the_id_is_in_the_name_of_the_config(config: str) -> None:
    manifest = [
        {"Config": config.format("a" * 64), "RepoTags": ["a:1", "a:1"], "Layers": [], "Parent": C},
        {"Config": config.format("c" * 64), "RepoTags": ["<none>:<none>"], "Layers": [], "Parent": B},
    ]
    for source in ("docker-archive", "auto"):
        images, codes = outcome(manifest, source)
        assert [(i["id"], i["repo_tags"], i["parent_id"], i["created"]) for i in images] == [
            (A, ["a:1"], C, 0),
            (C, [], "", 0),
        ]
        assert codes == ["W_LOSSY"]


@pytest.mark.parametrize(
    "keys, expected",
    [
        ({"Config": "config.json"}, "E_NO_ID: manifest.json[0].Config must be named after the image's ID"),
        ({"Config": None}, "E_TYPE: manifest.json[0] names no Config"),
        ({"Config": 5}, "E_TYPE: manifest.json[0].Config must be text, got 5"),
        ({"RepoTags": "a:1"}, "E_TYPE: manifest.json[0].RepoTags"),
        ({"Parent": "abc"}, "E_TRUNCATED_ID: manifest.json[0].Parent"),
    ],
)
def test_archive_complaints(keys: dict[str, t.Any], expected: str) -> None:
    manifest = [{"Config": "a" * 64 + ".json", "RepoTags": None, "Layers": [], **keys}]
    for source in ("docker-archive", "auto"):
        assert complaint(manifest, source).startswith(expected)


SKOPEO = {
    "Name": "docker.io/library/alpine",
    "Digest": B,
    "RepoTags": ["3.19", "latest"],
    "Created": "2024-01-27T00:30:48Z",
    "DockerVersion": "20.10.23",
    "Labels": None,
    "Architecture": "amd64",
    "Os": "linux",
    "Layers": [C],
    "Env": ["PATH=/bin"],
}


@pytest.mark.parametrize(
    "payload, looks_like",
    [
        (SKOPEO, "skopeo inspect, which does not print the image ID"),
        ([{**SKOPEO, "LayersData": []}], "skopeo inspect, which does not print the image ID"),
        ({"created": None, "config": {}, "rootfs": {}}, "an image config, which does not hold its own digest"),
        ({"schemaVersion": 2, "config": {}, "layers": []}, "one manifest, while index.json lists them"),
    ],
)
def test_documents_of_one_image(payload: t.Any, looks_like: str) -> None:
    assert complaint(payload).startswith(f"E_TYPE_TOP: expected a listing of images, got {looks_like}")
