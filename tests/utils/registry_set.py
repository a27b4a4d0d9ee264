# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the registries of the tests hold: images and other artifacts of each kind that clients push.

python3 tests/utils/registry_set.py REGISTRY before|after      publish tags that move
python3 tests/utils/registry_set.py REGISTRY built             publish what builds push
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import typing as t

from archives import Layout, image, oci_image, oci_index, put, tar_of
from engines.registry import publish

DOCKER = "application/vnd.docker"
OCI = "application/vnd.oci.image"
SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json"
ENVELOPE = "application/vnd.dsse.envelope.v1+json"

# Repository and tag of each. Names that begin with `private/` are for one user alone.
VERSIONS = ("1.0", "1.1", "1.2-rc.1", "1.2", "1.10", "1.10-alpine", "v2.0", "2", "latest", "nightly")


def make_registry_set(registry: str) -> dict[str, str]:
    """Publish all of it and return the digests by name."""
    layouts = {
        "set/oci:1": oci_image(_image("amd64", 1)),
        "set/index:1": _index(),
        "set/docker:1": _docker_image("amd64", 2),
        "set/list:1": _docker_list(),
        "set/attested:1": _attested(),
        "set/artifact:1": _artifact("application/vnd.example.config", {"application/vnd.example.data": b"data"}),
        "set/oci:sha256-00.sig": _artifact(f"{OCI}.config.v1+json", {SIGNATURE: b"{}"}),
        "set/oci:sha256-00.att": _artifact(f"{OCI}.config.v1+json", {ENVELOPE: b"{}"}),
        "private/app:1": oci_image(_image("amd64", 3)),
        "private/other:1": oci_image(_image("amd64", 4)),
        **{f"set/versions:{tag}": oci_image(_image("amd64", 5)) for tag in VERSIONS},
    }
    return {name: publish(registry, *name.split(":"), layout) for name, layout in layouts.items()}


def move_tags(registry: str, moved: bool) -> dict[str, str]:
    """Publish tags before or after they moved: to another image, to another image of another platform, not at all."""
    number = 20 if moved else 10
    layouts = {
        "moving/one:1": oci_image(_image("amd64", number)),
        "moving/both:1": _platforms(number, number),
        "moving/other:1": _platforms(11, number),
        "moving/not:1": _platforms(12, 12),
    }
    return {name: publish(registry, *name.split(":"), layout) for name, layout in layouts.items()}


def built(registry: str) -> dict[str, str]:
    """Publish an image of main, one that is nearly as large, and one that has grown."""
    sizes = {"built/web:main": 100_000, "built/web:small": 101_000, "built/web:large": 150_000}
    return {name: publish(registry, *name.split(":"), _of_size(size)) for name, size in sizes.items()}


def _platforms(amd64: int, arm64: int) -> Layout:
    return oci_index(oci_image(_image(*one), _platform(one[0])) for one in (("amd64", amd64), ("arm64", arm64)))


def _image(architecture: str, number: int) -> t.Any:
    layers = [tar_of({f"{architecture}-{number}": b"x" * number}), tar_of({"shared": b"shared"})]
    return image(None, layers, architecture=architecture, config={"Labels": {"number": str(number)}})


def _platform(architecture: str) -> dict[str, str]:
    return {"architecture": architecture, "os": "linux", **({"variant": "v8"} if architecture == "arm64" else {})}


def _of_size(size: int) -> Layout:
    """Two platforms, with about this many bytes of layers each."""
    content = random.Random(1).randbytes(size)  # does not compress
    parts = [
        image(None, [tar_of({"base": b"base"}), tar_of({one: content})], architecture=one, config={})
        for one in ("amd64", "arm64")
    ]
    return oci_index(oci_image(part, _platform(one)) for part, one in zip(parts, ("amd64", "arm64")))


def _index() -> Layout:
    return oci_index(oci_image(_image(one, 6), _platform(one)) for one in ("amd64", "arm64", "s390x"))


def _attested() -> Layout:
    """As BuildKit pushes an image of one platform: the index holds its provenance, too."""
    whole = oci_image(_image("amd64", 7), _platform("amd64"))
    provenance = _artifact(f"{OCI}.config.v1+json", {"application/vnd.in-toto+json": b"{}"})
    annotations = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": whole.descriptor["digest"],
    }
    platform = {"architecture": "unknown", "os": "unknown"}
    descriptor = {**provenance.descriptor, "annotations": annotations, "platform": platform}
    return oci_index([whole, provenance._replace(descriptor=descriptor)])


def _docker_image(architecture: str, number: int, platform: bool = False) -> Layout:
    """The same as an image of Docker's own media types."""
    blobs: dict[str, bytes] = {}
    whole = _image(architecture, number)
    config = oci_image(whole)
    inner = json.loads(config.blobs[config.descriptor["digest"].partition(":")[2]])
    digest = inner["config"]["digest"].partition(":")[2]
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{DOCKER}.distribution.manifest.v2+json",
        "config": put(blobs, config.blobs[digest], f"{DOCKER}.container.image.v1+json"),
        "layers": [
            put(blobs, gzip.compress(layer, mtime=0), f"{DOCKER}.image.rootfs.diff.tar.gzip") for layer in whole.layers
        ],
    }
    descriptor = put(blobs, json.dumps(manifest).encode(), manifest["mediaType"])
    return Layout(blobs, {**descriptor, "platform": _platform(architecture)} if platform else descriptor)


def _docker_list() -> Layout:
    blobs: dict[str, bytes] = {}
    parts = [_docker_image(one, 8, platform=True) for one in ("amd64", "arm64")]
    for part in parts:
        blobs.update(part.blobs)
    media_type = f"{DOCKER}.distribution.manifest.list.v2+json"
    whole = {"schemaVersion": 2, "mediaType": media_type, "manifests": [part.descriptor for part in parts]}
    return Layout(blobs, put(blobs, json.dumps(whole).encode(), media_type))


def _artifact(config_type: str, parts: t.Mapping[str, bytes]) -> Layout:
    """An artifact in the form of an image."""
    blobs: dict[str, bytes] = {}
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": put(blobs, json.dumps({"rootfs": {"type": "layers", "diff_ids": []}}).encode(), config_type),
        "layers": [put(blobs, content, media_type) for media_type, content in parts.items()],
    }
    return Layout(blobs, put(blobs, json.dumps(manifest).encode(), manifest["mediaType"]))


if __name__ == "__main__":
    print(json.dumps(built(sys.argv[1]) if sys.argv[2] == "built" else move_tags(sys.argv[1], sys.argv[2] == "after")))
