# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A manifest of an image, or of another artifact that is kept in the same form.

Format: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
"""

from __future__ import annotations

import typing as t

from .descriptors import CONFIG_TYPES, LAYER_TYPE, Descriptor, descriptor_of, descriptors_of
from .documents import text


class ImageManifest(t.NamedTuple):
    """What a manifest names. ``artifact`` is what it describes, if it is not an image."""

    config: Descriptor
    layers: list[Descriptor]
    artifact: str | None


def manifest_of(document: dict[str, t.Any], where: str) -> ImageManifest:
    """Read a manifest. Raises InputError."""
    config = descriptor_of(document.get("config"), f"{where}.config")
    layers = descriptors_of(document, "layers", where)
    artifact_type = text(document.get("artifactType"), f"{where}.artifactType")
    return ImageManifest(config, layers, _artifact(artifact_type, config, layers))


def _artifact(artifact_type: str, config: Descriptor, layers: list[Descriptor]) -> str | None:
    """Its own type, or that of its config or of a layer."""
    if artifact_type and artifact_type not in CONFIG_TYPES:
        return artifact_type
    foreign = [layer.media_type for layer in layers if not LAYER_TYPE.match(layer.media_type)]
    if foreign:
        return foreign[0]
    return None if config.media_type in CONFIG_TYPES else config.media_type
