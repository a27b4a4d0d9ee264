# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make image archives byte by byte: what `docker save` writes, and OCI image layouts.

Formats: https://github.com/moby/docker-image-spec/blob/main/v1.2.md and
https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import typing as t

OCI = "application/vnd.oci.image"
INDEX = f"{OCI}.index.v1+json"
MANIFEST = f"{OCI}.manifest.v1+json"


class Image(t.NamedTuple):
    """One image of an archive: names (None: written without any), configuration without rootfs, layers as tars."""

    tags: list[str] | None
    config: dict[str, t.Any]
    layers: list[bytes]


def tar_of(files: t.Mapping[str, bytes | tuple[bytes, int]]) -> bytes:
    """Return a tar of files, name to content or (content, mode); the same files always give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, value in files.items():
            content, mode = value if isinstance(value, tuple) else (value, 0o644)
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def image(
    tags: list[str] | None, layers: list[bytes], created: str | None = "2020-01-01T00:00:00Z", **config: t.Any
) -> Image:
    """Return an image whose configuration has one history entry a layer; other keywords go into the configuration."""
    whole: dict[str, t.Any] = {"architecture": "amd64", "os": "linux", "config": {}, **config}
    if created is not None:
        whole["created"] = created
    if layers:
        whole["history"] = [{"created": created or "2020-01-01T00:00:00Z", "created_by": "archives.py"}] * len(layers)
    return Image(tags, whole, layers)


def docker_archive(images: t.Iterable[Image]) -> bytes:
    """Return the tar that `docker load` takes; layers that images share are stored once."""
    files: dict[str, bytes] = {}
    manifest = []
    for tags, config, layers in images:
        names = [f"{_hex(layer)}/layer.tar" for layer in layers]
        files.update(zip(names, layers))
        whole = _with_rootfs(config, layers)
        files[f"{_hex(whole)}.json"] = whole
        manifest.append({"Config": f"{_hex(whole)}.json", "RepoTags": tags, "Layers": names})
    files["manifest.json"] = json.dumps(manifest).encode()
    return tar_of(files)


class Layout(t.NamedTuple):
    """The blobs of an OCI layout by hex digest, and the descriptor of what its index names."""

    blobs: dict[str, bytes]
    descriptor: dict[str, t.Any]

    def tar(self, name: str) -> bytes:
        """Return the layout as a tar whose one entry has that full name, as `docker save` and buildx annotate it."""
        annotations = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rsplit(":", 1)[1]}
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [{**self.descriptor, "annotations": annotations}]}
        files = {f"blobs/sha256/{digest}": blob for digest, blob in self.blobs.items()}
        return tar_of(
            {**files, "index.json": json.dumps(index).encode(), "oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        )


def oci_image(whole: Image, platform: dict[str, str] | None = None) -> Layout:
    """Return one image as OCI blobs, layers compressed with gzip."""
    blobs: dict[str, bytes] = {}
    config = put(blobs, _with_rootfs(whole.config, whole.layers), f"{OCI}.config.v1+json")
    layers = [put(blobs, gzip.compress(layer, mtime=0), f"{OCI}.layer.v1.tar+gzip") for layer in whole.layers]
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    descriptor = put(blobs, json.dumps(manifest).encode(), MANIFEST)
    return Layout(blobs, {**descriptor, "platform": platform} if platform else descriptor)


def oci_index(images: t.Iterable[Layout]) -> Layout:
    """Return a multi-platform index of images."""
    blobs: dict[str, bytes] = {}
    manifests = []
    for part in images:
        blobs.update(part.blobs)
        manifests.append(part.descriptor)
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
    return Layout(blobs, put(blobs, json.dumps(index).encode(), INDEX))


def _with_rootfs(config: dict[str, t.Any], layers: list[bytes]) -> bytes:
    diff_ids = [f"sha256:{_hex(layer)}" for layer in layers]
    return json.dumps({**config, "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()


def put(blobs: dict[str, bytes], blob: bytes, media_type: str) -> dict[str, t.Any]:
    """Add a blob and return its descriptor."""
    blobs[_hex(blob)] = blob
    return {"mediaType": media_type, "digest": f"sha256:{_hex(blob)}", "size": len(blob)}


def _hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
