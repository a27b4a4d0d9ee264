# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image, the archives that hold it, and what an engine says about it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.tests.utils.archives import Image, image, tar_of

if t.TYPE_CHECKING:
    import pathlib

BASE = tar_of({"etc/os-release": b"o" * 1000})
TOP = tar_of({"app": b"a" * 20})
APP = image(["example/app:1"], [BASE, TOP], config={"Labels": {"env": "dev"}}, created="2024-01-02T03:04:05Z")


def written(folder: pathlib.Path, content: bytes, name: str = "images.tar") -> str:
    """The path of a new file."""
    path = folder / name
    path.write_bytes(content)
    return str(path)


def unpacked(folder: pathlib.Path, tar: bytes) -> str:
    """The path of a directory with the content of a tar."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive.getmembers():
            path = folder / "layout" / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())  # type: ignore[union-attr]
    return str(folder / "layout")


def config_digest(whole: Image) -> str:
    """The ID of an image."""
    diff_ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in whole.layers]
    config = {**whole.config, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    return f"sha256:{hashlib.sha256(json.dumps(config).encode()).hexdigest()}"


def summary(whole: Image, **fields: t.Any) -> dict[str, t.Any]:
    """APP as an engine reports it, unless fields say otherwise."""
    known = {"created": 1704164645, "labels": {"env": "dev"}, "repo_tags": ["example/app:1"], "size": 1020}
    platform = f"{whole.config['os']}/{whole.config['architecture']}"
    return ImageSummary(id=config_digest(whole), platform=platform, **{**known, **fields}).to_dict()


def facts(path: str, verify: bool = True) -> list[dict[str, t.Any]]:
    """The summaries of an archive that gives no reason to warn."""
    listing = read_archive(path, verify)
    assert listing.warnings == []
    return [found.to_dict() for found in listing.images]


def files_of(tar: bytes) -> dict[str, bytes]:
    """The content of a tar by name."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
