# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``manifest.json``: what ``docker save`` and ``podman save`` write, and what ``docker load`` reads.

Format: https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ..errors import InputError, shown
from ..image.reference import Reference
from ..image.summary import image_id
from ..oci.documents import decoded, sequence, text, verify
from .archived_image import ArchivedImage, archived_image, merged

if t.TYPE_CHECKING:
    from collections.abc import Callable

MANIFEST = "manifest.json"

# <hex>.json, blobs/sha256/<hex>, or sha256:<hex> (go-containerregistry).
_HEX = re.compile(r"(?:^|[/:])([0-9a-f]{64})(?:\.json)?\Z")


class _Entry(t.NamedTuple):
    config: str
    layers: list[str]
    repo_tags: list[str]
    parent: str
    where: str


def images_of_manifest(data: bytes, read: Callable[[str], bytes]) -> list[ArchivedImage]:
    """The images that ``docker load`` would make, in its order. ``read`` returns the content of a member.

    Raises InputError.
    """
    document = decoded(data, MANIFEST)
    if isinstance(document, dict) and "layers" in document:
        raise InputError(f"{MANIFEST} is the manifest of one image, not that of a docker-archive", "E_TYPE")
    if not isinstance(document, list):
        raise InputError(f"{MANIFEST} must be a list of images, got {shown(document)}", "E_TYPE")
    entries = [_entry(value, f"{MANIFEST}[{index}]") for index, value in enumerate(document)]
    # Loading a name a second time moves it, so the last image keeps it.
    owner = {tag: entry.where for entry in entries for tag in entry.repo_tags}
    images = []
    for entry in entries:
        config = read(entry.config)
        named = _HEX.search(entry.config)
        if named:
            verify(config, f"sha256:{named.group(1)}", shown(entry.config, 100))
        tags = [tag for tag in entry.repo_tags if owner[tag] == entry.where]
        images.append(archived_image(config, shown(entry.config, 100), entry.layers, tags, entry.parent))
    found = merged(images)
    return [_with_known_parent(image, {other.summary.id for other in found}) for image in found]


def _entry(value: t.Any, where: str) -> _Entry:
    if not isinstance(value, dict):
        raise InputError(f"{where} must be an object, got {shown(value)}", "E_TYPE")
    config = text(value.get("Config"), f"{where}.Config")
    if not config:
        raise InputError(f"{where} names no Config", "E_TYPE")
    parent = text(value.get("Parent"), f"{where}.Parent")
    return _Entry(
        config,
        [_layer(path, f"{where}.Layers[{index}]") for index, path in _numbered(value, "Layers", where)],
        [_tag(name, f"{where}.RepoTags[{index}]") for index, name in _numbered(value, "RepoTags", where)],
        image_id(parent, f"{where}.Parent") if parent else "",
        where,
    )


def _numbered(value: dict[str, t.Any], key: str, where: str) -> t.Iterable[tuple[int, t.Any]]:
    return enumerate(sequence(value.get(key), f"{where}.{key}"))


def _layer(value: t.Any, where: str) -> str:
    path = text(value, where)
    if not path:
        raise InputError(f"{where} must name a layer, got {shown(value)}", "E_TYPE")
    return path


def _tag(value: t.Any, where: str) -> str:
    name = text(value, where)
    reference = Reference.parse(name)
    if not reference.repository or not reference.tag or reference.digest:
        raise InputError(f"{where} must be a name with a tag, got {shown(value)}", "E_TYPE")
    return reference.familiar


def _with_known_parent(image: ArchivedImage, ids: set[str]) -> ArchivedImage:
    """An engine knows the parent only if the same archive brings it."""
    parent = image.summary.parent_id
    if parent and (parent not in ids or parent == image.summary.id):
        return replace(image, summary=replace(image.summary, parent_id=""))
    return image
