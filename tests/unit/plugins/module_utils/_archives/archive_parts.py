# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives put together from parts, of which each can be a bad one."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.utils.archives import image, oci_image, tar_of

LAYER = tar_of({"app": b"a" * 2000})
OCI = oci_image(image(["example/app:1"], [LAYER]))
ZEROS = "sha256:" + "0" * 64


def digest_of(content: bytes) -> str:
    """sha256: and hex digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def encoded(value: t.Any) -> bytes:
    """JSON, unless it is bytes already."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


CONFIG = {"created": "2024-01-02T03:04:05Z", "rootfs": {"type": "layers", "diff_ids": [digest_of(LAYER)]}}
ENTRY = {"Config": "config.json", "RepoTags": ["app:1"], "Layers": ["0/layer.tar"]}


def docker(manifest: t.Any = (ENTRY,), config: t.Any = None, layer: bytes = LAYER, **more: bytes) -> bytes:
    """A docker-archive of one image, as good as its parts."""
    config = encoded(CONFIG if config is None else config)
    return tar_of({"manifest.json": encoded(manifest), "config.json": config, "0/layer.tar": layer, **more})


def linked(name: str, kind: bytes, target: str = "") -> bytes:
    """The same with something else than a file in the place of one."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive, tarfile.open(fileobj=io.BytesIO(docker())) as good:
        for member in good:
            content = good.extractfile(member)
            if member.name == name:
                member.type, member.linkname, member.size, content = kind, target, 0, None
            archive.addfile(member, content)
    return buffer.getvalue()


def layout(descriptors: t.Any, blobs: t.Iterable[t.Any] = (), files: t.Mapping[str, bytes] | None = None) -> bytes:
    """An OCI archive with this index, the blobs of OCI, and further ones."""
    contents = [*OCI.blobs.values(), *map(encoded, blobs)]
    named = {f"blobs/sha256/{digest_of(content)[7:]}": content for content in contents}
    return tar_of({**named, **(files or {}), "index.json": encoded({"schemaVersion": 2, "manifests": descriptors})})


def described(content: t.Any, media_type: str = "application/vnd.oci.image.manifest.v1+json") -> dict[str, t.Any]:
    """The descriptor of a document."""
    return {"mediaType": media_type, "digest": digest_of(encoded(content)), "size": len(encoded(content))}


def nested(depth: int) -> tuple[dict[str, t.Any], list[bytes]]:
    """An index in an index in ... an image, and the blobs."""
    index, blobs = OCI.descriptor, []
    for _level in range(depth):
        blobs.append(encoded({"schemaVersion": 2, "manifests": [index]}))
        index = described(blobs[-1], "application/vnd.oci.image.index.v1+json")
    return index, blobs


INDEX_TYPE = "application/vnd.oci.image.index.v1+json"


def refusal(path: str) -> str:
    """The one sentence; it names the archive, and stays on one line."""
    with pytest.raises(InputError) as caught:
        read_archive(path)
    message = str(caught.value)
    assert message.startswith(f'archive "{path}"')
    assert "\n" not in message
    return message
