# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of registries to rows. What a registry may lie about is in the tests of _registry."""

from __future__ import annotations

import hashlib
import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_document import (
    ACCEPTED,
    KINDS,
    PlatformImage,
    RegistryDocument,
    attachments_of,
    check_media_type,
    check_values,
    document_of,
    images_of,
    platform_row,
    wanted_platforms,
)

OCI, DOCKER = "application/vnd.oci.image", "application/vnd.docker"
MANIFEST, INDEX = f"{OCI}.manifest.v1+json", f"{OCI}.index.v1+json"
LIST = f"{DOCKER}.distribution.manifest.list.v2+json"
A, B, C = (f"sha256:{digit * 64}" for digit in "abc")


def read(document: t.Any, content_type: str = MANIFEST) -> RegistryDocument:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return document_of(body, f"sha256:{hashlib.sha256(body).hexdigest()}", content_type, "here")


def descriptor(media_type: str = f"{OCI}.config.v1+json", digest: str = A, size: int = 1, **more: t.Any) -> t.Any:
    return {"mediaType": media_type, "digest": digest, "size": size, **more}


def manifest(*layers: t.Any, **more: t.Any) -> dict[str, t.Any]:
    return {"schemaVersion": 2, "config": descriptor(), "layers": list(layers), **more}


LAYER = descriptor(f"{OCI}.layer.v1.tar+gzip", B, 30)


def test_indexes_are_asked_for_before_manifests() -> None:
    types = ACCEPTED.split(", ")
    assert set(types[:2]) == {INDEX, LIST} and len(types) == 4 and MANIFEST in types[2:]


@pytest.mark.parametrize("own_type", [None, MANIFEST])
def test_an_image(own_type: str | None) -> None:
    found = read(manifest(LAYER, LAYER, mediaType=own_type, annotations={"a": "b"}))
    assert (found.kind, found.media_type, found.artifact_type, found.annotations) == ("image", MANIFEST, "", {"a": "b"})
    assert images_of(found) == [PlatformImage("", "", found.digest, MANIFEST)] and attachments_of(found) == []


def test_an_index() -> None:
    entries = [
        descriptor(MANIFEST, A, platform={"os": "windows", "architecture": "amd64", "os.version": "10.0"}),
        descriptor(MANIFEST, B, 5, annotations={"vnd.docker.reference.type": "attestation-manifest"}),
        descriptor("application/vnd.example", C, 6),
    ]
    found = read({"manifests": entries, "artifactType": "application/x"}, INDEX)
    assert (found.kind, found.media_type, found.artifact_type) == ("index", INDEX, "application/x")
    assert images_of(found) == [PlatformImage("windows/amd64", "10.0", A, MANIFEST)]
    assert attachments_of(found) == [
        {"kind": "attestation", "artifact_type": "", "digest": B, "image_digest": "", "size": 5},
        {"kind": "artifact", "artifact_type": "application/vnd.example", "digest": C, "image_digest": "", "size": 6},
    ]


@pytest.mark.parametrize(
    "artifact, kind",
    [
        ("dev.cosignproject.cosign/sigs", "signature"),
        ("dev.cosignproject.cosign/atts", "attestation"),
        ("dev.cosignproject.cosign/sboms", "artifact"),
    ],
)
def test_what_cosign_puts_into_an_index(artifact: str, kind: str) -> None:
    found = read({"manifests": [descriptor(MANIFEST, annotations={"kind": artifact})]}, INDEX)
    assert [one["kind"] for one in attachments_of(found)] == [kind] and images_of(found) == []


@pytest.mark.parametrize(
    "layer, annotations, kind",
    [
        ("application/vnd.dev.cosign.simplesigning.v1+json", {}, "signature"),
        ("application/vnd.cncf.notary.signature", {}, "signature"),
        ("application/vnd.dsse.envelope.v1+json", {}, "attestation"),
        ("application/vnd.in-toto+json", {}, "attestation"),
        ("application/vnd.in-toto.provenance+dsse", {}, "attestation"),
        ("application/vnd.dev.sigstore.bundle.v0.3+json", {}, "signature"),
        (
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            {"dev.sigstore.bundle.content": "dsse-envelope"},
            "attestation",
        ),
        ("application/x", {}, "artifact"),
    ],
)
def test_what_is_not_an_image(layer: str, annotations: dict[str, str], kind: str) -> None:
    found = read(manifest(descriptor(layer), annotations=annotations))
    assert (found.kind, found.artifact_type) == (kind, layer) and found.kind in KINDS


@pytest.mark.parametrize(
    "document, content_type, says",
    [
        (manifest(mediaType=INDEX), MANIFEST, "was sent as"),
        (manifest(), INDEX, "is a manifest, but has the media type"),
        ({"manifests": []}, MANIFEST, "is an index, but has the media type"),
        (manifest(), "text/plain", "has the media type"),
        ({"manifests": [descriptor(MANIFEST)] * 1001}, INDEX, "more than 1000 manifests"),
        ({"manifests": [], "config": {}}, INDEX, "must be an index"),
        (b"[" * 200_001, MANIFEST, "more than 200000 objects and lists"),
    ],
)
def test_what_is_not_read(document: t.Any, content_type: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read(document, content_type)
    assert says in str(caught.value) and str(caught.value).startswith("here")


def test_as_much_as_is_read() -> None:
    assert len(read({"manifests": [descriptor(MANIFEST)] * 1000}, INDEX).entries) == 1000
    check_values(b"[{" * 100_000, "here")
    # The type of the body counts where the header says nothing of its own.
    assert read(manifest(mediaType=MANIFEST), "application/json").media_type == MANIFEST


def test_a_digest_of_another_document() -> None:
    with pytest.raises(InputError, match="has the digest"):
        document_of(b"{}", A, MANIFEST, "here")


@pytest.mark.parametrize(
    "media_type, says",
    [
        (f"{DOCKER}.distribution.manifest.v1+json", "schema 1"),
        (f"{DOCKER}.distribution.manifest.v1+prettyjws", "schema 1"),
        ("text/html", 'sent as "text/html", which is not a manifest'),
        ("", 'sent as "", which'),
        (MANIFEST, ""),
        (LIST, ""),
    ],
)
def test_media_types(media_type: str, says: str) -> None:
    if not says:
        check_media_type(media_type, "here")
        return
    with pytest.raises(InputError) as caught:
        check_media_type(media_type, "here")
    assert says in str(caught.value)


CONFIG = json.dumps(
    {
        "os": "linux",
        "architecture": "arm64",
        "created": "1970-01-01T00:00:07Z",
        "config": {"Labels": {"l": "1"}, "WorkingDir": "/srv"},
        "rootfs": {"diff_ids": [A, B]},
    }
).encode()
CONFIG_DIGEST = f"sha256:{hashlib.sha256(CONFIG).hexdigest()}"


def test_a_row_of_an_image() -> None:
    config = descriptor(digest=CONFIG_DIGEST)
    found = read(manifest(LAYER, {**LAYER, "size": 12}, config=config, annotations={"a": "b"}))
    row = platform_row(PlatformImage("", "", found.digest, MANIFEST), found, CONFIG, "here")
    assert row == {
        "platform": "linux/arm64",
        "os_version": "",
        "digest": found.digest,
        "media_type": MANIFEST,
        "compressed_size": 42,
        "config_digest": CONFIG_DIGEST,
        "created": 7,
        "labels": {"l": "1"},
        "annotations": {"a": "b"},
        "layers": [
            {"digest": B, "media_type": f"{OCI}.layer.v1.tar+gzip", "size": 30},
            {"digest": B, "media_type": f"{OCI}.layer.v1.tar+gzip", "size": 12},
        ],
        # The config has no history.
        "layer_details": [
            {"created_by": "", "size": 30, "diff_id": A, "empty": False},
            {"created_by": "", "size": 12, "diff_id": B, "empty": False},
        ],
        "base": None,
        "own_size": 42,
        "configuration": row["configuration"],
    }
    assert row["configuration"]["working_dir"] == "/srv"
    # What the index says of the platform counts.
    listed = platform_row(PlatformImage("linux/arm64/v8", "1", found.digest, MANIFEST), found, CONFIG, "here")
    assert (listed["platform"], listed["os_version"]) == ("linux/arm64/v8", "1")
    without = platform_row(PlatformImage("linux/arm64", "1", C, MANIFEST), None, None, "here")
    assert without == {
        **dict.fromkeys(row, ""),
        "platform": "linux/arm64",
        "os_version": "1",
        "digest": C,
        "media_type": MANIFEST,
        "compressed_size": -1,
        "created": 0,
        "labels": {},
        "annotations": {},
        "layers": [],
        "layer_details": None,
        "base": None,
        "own_size": -1,
        "configuration": None,
    }


def test_a_config_that_does_not_fit() -> None:
    found = read(manifest(LAYER, config=descriptor(digest=CONFIG_DIGEST)))
    image = PlatformImage("", "", found.digest, MANIFEST)
    with pytest.raises(InputError, match="the config of here names 2 layers, the manifest 1"):
        platform_row(image, found, CONFIG, "here")
    with pytest.raises(InputError, match="the config of here has the digest"):
        platform_row(image, found, CONFIG + b" ", "here")


def test_platforms() -> None:
    assert wanted_platforms(["linux/aarch64", "Linux/arm64/v8", "linux/arm"]) == {"linux/arm64", "linux/arm/v7"}
    for wrong in ("linux", "", "/", "linux/", "a/b/c/d", "linux/a\n"):
        with pytest.raises(InputError, match=r"platforms\[0\] must be as in linux/arm64"):
            wanted_platforms([wrong])
