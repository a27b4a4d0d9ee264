# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``manifest.json``: what ``docker save`` and ``podman save`` write, and what ``docker load`` reads.

Format: https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from ..image.summary import image_id
from .documents import text
from .tags import tag_of

if t.TYPE_CHECKING:
    from collections.abc import Collection

    from ..remarks import Remarks

MANIFEST = "manifest.json"

# <hex>.json, blobs/sha256/<hex>, or sha256:<hex> (go-containerregistry).
_HEX = re.compile(r"(?:^|[/:])([0-9a-f]{64})(?:\.json)?\Z")


class SavedImage(t.NamedTuple):
    """An entry of manifest.json. ``tags`` are those that the image has after loading."""

    config: str
    layers: list[str]
    tags: list[str]
    parent: str
    where: str

    @property
    def id(self) -> str:
        """The image ID in the name of the config, or ""."""
        named = _HEX.search(self.config)
        return f"sha256:{named.group(1)}" if named else ""

    def known_parent(self, ids: Collection[str], own: str) -> str:
        """The parent, if it is one of these images: an engine knows it only if the same archive brings it."""
        return self.parent if self.parent in ids and self.parent != own else ""


def saved_images(document: t.Any, remarks: Remarks) -> list[SavedImage]:
    """The entries, in their order. Raises InputError."""
    if isinstance(document, dict) and "layers" in document:
        raise InputError(
            f"{MANIFEST} is the manifest of one image, as in the directories that skopeo writes with dir: and podman"
            " save with --format docker-dir, which are not read; save the image as docker-archive or oci-archive",
            "E_TYPE",
        )
    rows = list_of(document, MANIFEST, "images", may_be_null=False)
    images = [_image(value, f"{MANIFEST}[{index}]", remarks) for index, value in enumerate(rows)]
    # Loading a name a second time moves it, so the last image keeps it.
    owner = {tag: image.where for image in images for tag in image.tags}
    return [image._replace(tags=[tag for tag in image.tags if owner[tag] == image.where]) for image in images]


def _image(value: t.Any, where: str, remarks: Remarks) -> SavedImage:
    config = text(mapping_of(value, where, code="E_TYPE_ITEM").get("Config"), f"{where}.Config")
    if not config:
        raise InputError(f"{where} names no Config", "E_TYPE")
    parent = text(value.get("Parent"), f"{where}.Parent")
    names = (tag_of(text(name, at), at, remarks) for at, name in _numbered(value, "RepoTags", where))
    return SavedImage(
        config,
        [_layer(path, at) for at, path in _numbered(value, "Layers", where)],
        [name for name in names if name],
        image_id(parent, f"{where}.Parent") if parent else "",
        where,
    )


def _numbered(value: dict[str, t.Any], key: str, where: str) -> t.Iterator[tuple[str, t.Any]]:
    for index, item in enumerate(list_of(value.get(key), f"{where}.{key}")):
        yield f"{where}.{key}[{index}]", item


def _layer(value: t.Any, where: str) -> str:
    path = text(value, where)
    if not path:
        raise InputError(f"{where} must name a layer, got {shown(value)}", "E_TYPE")
    return path
