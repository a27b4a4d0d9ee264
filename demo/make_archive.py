# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image archive as `docker save` writes it, made without any engine: three images that share their lowest layer.

Format: https://github.com/moby/docker-image-spec/blob/main/v1.2.md
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import typing as t
from pathlib import Path

MB = 1000 * 1000
BASE = {"etc/os-release": b'NAME="Example Linux"\n', "usr/lib/libexample.so": bytes(8 * MB)}
# One label holds what a table, a log and a template must all survive.
HOSTILE = "first line\n::error::second line {{ 6 * 7 }} <b>bold</b>"


class Image(t.NamedTuple):
    """Names, date, labels, and layers from the lowest up, each a mapping of paths to contents."""

    tags: list[str]
    created: str
    labels: dict[str, str]
    layers: list[dict[str, bytes]]


IMAGES = (
    Image(["example/base:12"], "2026-01-05T08:00:00Z", {}, [BASE]),
    Image(
        ["example/shop:1.4", "example/shop:latest"],
        "2026-09-17T14:30:00Z",
        {"org.opencontainers.image.version": "1.4.0", "com.example.note": HOSTILE},
        [BASE, {"srv/shop": b"shop" * 600_000}],
    ),
    Image([], "2025-11-01T00:00:00Z", {}, [BASE, {"srv/shop": b"old " * 550_000}]),
)


def tar_of(files: t.Mapping[str, bytes]) -> bytes:
    """Return a tar of files; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def digest(content: bytes) -> str:
    """Return the SHA-256 of content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def archive_of(images: t.Iterable[Image]) -> bytes:
    """Return the archive; an image's ID is the digest of its configuration."""
    files: dict[str, bytes] = {}
    manifest = []
    for image in images:
        layers = [tar_of(layer) for layer in image.layers]
        config = {
            "architecture": "amd64",
            "os": "linux",
            "created": image.created,
            "config": {"Labels": image.labels},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(layer)}" for layer in layers]},
        }
        document = json.dumps(config).encode()
        names = [f"{digest(layer)}/layer.tar" for layer in layers]
        files.update(zip(names, layers))
        files[f"{digest(document)}.json"] = document
        manifest.append({"Config": f"{digest(document)}.json", "RepoTags": image.tags or None, "Layers": names})
    files["manifest.json"] = json.dumps(manifest).encode()
    return tar_of(files)


def write(path: Path) -> None:
    """Write the archive of the demo."""
    path.write_bytes(archive_of(IMAGES))
