# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``index.json``: OCI image layouts, as ``podman save --format oci-archive``, buildx, skopeo and others write them.

Formats: https://github.com/opencontainers/image-spec/blob/v1.1.1/ image-layout.md, image-index.md, manifest.md

Every manifest that is a container image becomes one image, whatever its platform: an archive has no platform of its
own, and an engine of each platform would load the one that suits it. Attestations and other artifacts are left out.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, ListingWarning, shown
from ..oci.descriptors import (
    CONFIG_TYPES,
    INDEX_TYPES,
    LAYER_TYPE,
    MANIFEST_TYPES,
    Descriptor,
    descriptor_of,
    descriptors_of,
    tag_of,
)
from ..oci.documents import decoded, text, verify
from . import limits
from .archived_image import ArchivedImage, archived_image, merged

if t.TYPE_CHECKING:
    from collections.abc import Iterator

INDEX = "index.json"


class ArchiveFiles(t.Protocol):
    """The part of an archive's files that a layout needs."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def read(self, name: str) -> bytes:
        """Return the content of a small file. Raises InputError if it is missing."""

    def size(self, name: str) -> int:
        """Bytes of a file. Raises InputError if it is missing."""


class Layout:
    """Walks from the index to the images and notes what it passes over."""

    def __init__(self, members: ArchiveFiles) -> None:
        self._members = members
        self._documents: dict[str, dict[str, t.Any]] = {}
        self._artifacts: dict[str, str] = {}
        self._absent: dict[str, str] = {}
        self._visits = 0

    def images(self, data: bytes) -> tuple[list[ArchivedImage], list[ListingWarning]]:
        """The images that an index.json leads to, and remarks. Raises InputError."""
        tags: dict[str, set[str]] = {}
        manifests: dict[str, Descriptor] = {}
        warnings = []
        index = _document(data, INDEX)
        if "manifests" not in index:
            raise InputError(f"{INDEX} must be an image index with a list of manifests", "E_TYPE")
        for descriptor in descriptors_of(index, "manifests", INDEX):
            tag, warning = tag_of(descriptor)
            if warning:
                warnings.append(warning)
            for manifest in self._manifests_below(descriptor):
                manifests[manifest.digest] = manifest
                tags.setdefault(manifest.digest, set()).update({tag} if tag else ())
        images = [self._image(manifest, tags[name]) for name, manifest in manifests.items()]
        found = merged(image for image in images if image)
        if self._absent and not found:
            raise InputError(
                f"holds none of the manifests that it names, first {next(iter(self._absent))}", "E_MISSING"
            )
        return found, warnings + self._warnings()

    def _manifests_below(self, top: Descriptor) -> Iterator[Descriptor]:
        """Image manifests under a descriptor, each once."""
        seen: set[str] = set()
        level = [top]
        for _depth in range(limits.INDEX_DEPTH):
            below: list[Descriptor] = []
            for descriptor in level:
                if descriptor.digest in seen or descriptor.is_attestation:
                    continue
                seen.add(descriptor.digest)
                if descriptor is not top and not self._members.has(descriptor.path):
                    # Saving an image of many platforms writes an index of all and the blobs of those present.
                    self._absent[descriptor.digest] = descriptor.where
                    continue
                document = self._document(descriptor)
                if document is None:
                    self._artifacts[descriptor.digest] = descriptor.media_type
                elif "manifests" in document:
                    below += descriptors_of(document, "manifests", descriptor.path)
                    self._visit(len(below))
                else:
                    yield descriptor
            level = below
        if level:
            raise InputError(f"nests more than {limits.INDEX_DEPTH} indexes", "E_LIMIT")

    def _visit(self, count: int) -> None:
        # Small indexes that all name one large index multiply; a walk over the product would not end.
        self._visits += count
        if self._visits > limits.MEMBERS:
            raise InputError(f"names more than {limits.MEMBERS} manifests", "E_LIMIT")

    def _document(self, descriptor: Descriptor) -> dict[str, t.Any] | None:
        """An index or a manifest, checked against its descriptor; None for other media types."""
        if descriptor.media_type and descriptor.media_type not in INDEX_TYPES | MANIFEST_TYPES:
            return None
        known = self._documents.get(descriptor.digest)
        if known is None:
            known = self._documents[descriptor.digest] = _document(self._blob(descriptor), descriptor.path)
        return known

    def _image(self, descriptor: Descriptor, tags: set[str]) -> ArchivedImage | None:
        where = descriptor.path
        document = self._documents[descriptor.digest]
        config = descriptor_of(document.get("config"), f"{where}.config")
        layers = descriptors_of(document, "layers", where)
        artifact = text(document.get("artifactType"), f"{where}.artifactType")
        foreign = [layer.media_type for layer in layers if not LAYER_TYPE.match(layer.media_type)]
        if artifact or config.media_type not in CONFIG_TYPES or foreign:
            self._artifacts[descriptor.digest] = artifact or (foreign or [config.media_type])[0]
            return None
        for layer in layers:
            self._check_size(layer)
        return archived_image(self._blob(config), config.path, [layer.path for layer in layers], tags)

    def _blob(self, descriptor: Descriptor) -> bytes:
        self._check_size(descriptor)
        data = self._members.read(descriptor.path)
        verify(data, descriptor.digest, descriptor.path)
        return data

    def _check_size(self, descriptor: Descriptor) -> None:
        size = self._members.size(descriptor.path)
        if size != descriptor.size:
            raise InputError(
                f"{descriptor.path} has {size} bytes, but {descriptor.where} says {descriptor.size}", "E_DIGEST"
            )

    def _warnings(self) -> list[ListingWarning]:
        warnings = []
        if self._artifacts:
            kinds = ", ".join(shown(kind, 100) for kind in sorted(set(self._artifacts.values()))[:5])
            warnings.append(
                ListingWarning(
                    "W_ARTIFACT", f"{len(self._artifacts)} artifacts that are no images were left out ({kinds})"
                )
            )
        if self._absent:
            warnings.append(
                ListingWarning(
                    "W_PLATFORM",
                    f"{len(self._absent)} manifests of an index are not in the archive"
                    f" (first {next(iter(self._absent))}): their images were left out",
                )
            )
        return warnings


def _document(data: bytes, where: str) -> dict[str, t.Any]:
    """An index or a manifest, and not both: https://github.com/advisories/GHSA-xmmx-7jpf-fx42."""
    document = decoded(data, where)
    if not isinstance(document, dict) or ("manifests" in document) == ("layers" in document or "config" in document):
        raise InputError(f"{where} must be an index (with manifests) or a manifest (with config and layers)", "E_TYPE")
    return document
