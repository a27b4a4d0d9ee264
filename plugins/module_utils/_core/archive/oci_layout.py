# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OCI image layouts, as ``podman save --format oci-archive``, buildx, skopeo and others write them.

Every manifest that is a container image becomes one image, whatever its platform: an archive has no platform of its
own, and an engine of each platform would load the one that suits it. Attestations and other artifacts are left out.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..oci.descriptors import Descriptor
from ..oci.documents import decoded, verify
from ..oci.image_index import INDEX, IndexEntry, entries_of, is_index
from ..oci.manifest import manifest_of
from ..oci.tags import tag_of
from ..remarks import Remarks
from . import limits

if t.TYPE_CHECKING:
    from .archived_image import ArchivedImage, ArchivedImages, ArchiveFiles

    # What is behind a digest: an image, the entries of an index, or nothing that counts.
    Node = t.Union[ArchivedImage, list[IndexEntry], None]


class Layout:
    """Walks from the index to the images. Of each document, only what is needed again is kept."""

    def __init__(self, files: ArchiveFiles, images: ArchivedImages, remarks: Remarks, alone: bool) -> None:
        """``alone`` is false for an archive that has a manifest.json too.

        Docker wrote that, and an index that lists all platforms of an image, also those that it never pulled.
        """
        self._files = files
        self._images = images
        self._remarks = remarks
        self._alone = alone
        self._nodes: dict[str, Node] = {}
        self._incomplete = ""
        self._visits = 0

    def add_images(self) -> None:
        """Read index.json and all that it leads to. Raises InputError."""
        index = decoded(self._files.read(INDEX), INDEX)
        # The names are those of manifest.json, which were remarked on.
        names = self._remarks if self._alone else Remarks()
        if not is_index(index, INDEX):
            raise InputError(f"{INDEX} must be an image index with a list of manifests", "E_TYPE")
        for entry in entries_of(index, INDEX, self._remarks):
            where = entry.descriptor.where
            tag = tag_of(entry.name, where, names) if entry.name else ""
            for image in self._below(entry):
                image.tags.update([tag] if tag else [])
        if self._incomplete and not len(self._images):
            raise InputError(f"does not hold the content of any of its images, first {self._incomplete}", "E_MISSING")

    def _below(self, top: IndexEntry) -> t.Iterator[ArchivedImage]:
        """The images under an entry of index.json, each once."""
        seen: set[str] = set()
        level = [top]
        for depth in range(limits.INDEX_DEPTH):
            below: list[IndexEntry] = []
            self._visit(len(level))
            for entry in level:
                if entry.descriptor.digest in seen:
                    continue
                seen.add(entry.descriptor.digest)
                node = self._node(entry, nested=depth > 0)
                if isinstance(node, list):
                    below += node
                elif node is not None:
                    yield node
            level = below
        if level:
            raise InputError(f"nests more than {limits.INDEX_DEPTH} indexes", "E_LIMIT")

    def _visit(self, count: int) -> None:
        # Small indexes that all name one large index multiply; a walk over the product would not end.
        self._visits += count
        if self._visits > limits.MANIFESTS:
            raise InputError(f"names more than {limits.MANIFESTS} manifests", "E_LIMIT")

    def _node(self, entry: IndexEntry, nested: bool) -> Node:
        digest = entry.descriptor.digest
        if digest not in self._nodes:
            self._nodes[digest] = self._read(entry, nested)
        return self._nodes[digest]

    def _read(self, entry: IndexEntry, nested: bool) -> Node:
        """An index or a manifest, checked against its descriptor."""
        where = entry.descriptor.path
        if nested and not self._files.has(where):
            if self._alone:
                self._leave_out(entry)
            return None
        document = decoded(self._blob(entry.descriptor), where)
        if is_index(document, where):
            return list(entries_of(document, where, self._remarks))
        return self._image(entry, document, nested)

    def _image(self, entry: IndexEntry, document: dict[str, t.Any], nested: bool) -> ArchivedImage | None:
        where = entry.descriptor.path
        config, layers, artifact = manifest_of(document, where)
        if artifact is not None:
            self._remarks.add("W_ARTIFACT", shown(artifact, 100))
            return None
        if config.digest in self._images:
            return self._images.named(config.digest)
        if any((nested or part.may_be_absent) and not self._files.has(part.path) for part in (config, *layers)):
            self._leave_out(entry)
            return None
        for part in (config, *layers):
            self._check_size(part)
        return self._images.add(config.path, config.digest, [layer.path for layer in layers])

    def _leave_out(self, entry: IndexEntry) -> None:
        digest = entry.descriptor.digest
        example = f"{entry.platform} ({digest})" if entry.platform else digest
        self._incomplete = self._incomplete or example
        self._remarks.add("W_PLATFORM", example)

    def _blob(self, descriptor: Descriptor) -> bytes:
        self._check_size(descriptor)
        data = self._files.read(descriptor.path)
        verify(data, descriptor.digest, descriptor.path)
        return data

    def _check_size(self, descriptor: Descriptor) -> None:
        size = self._files.size(descriptor.path)
        if size != descriptor.size:
            raise InputError(
                f"{descriptor.path} has {size} bytes, but {descriptor.where} says {descriptor.size}", "E_DIGEST"
            )
