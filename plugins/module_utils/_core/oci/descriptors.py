# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OCI content descriptors: what one document says about another.

Fields: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, ListingWarning, shown
from ..image.reference import Reference
from .documents import digest, mapping, sequence, text

INDEX_TYPES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
MANIFEST_TYPES = frozenset(
    {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    }
)
CONFIG_TYPES = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    }
)
# Compressed and plain, OCI's and Docker's, also those that may not be passed on.
LAYER_TYPE = re.compile(
    r"application/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1\.tar"
    r"|docker\.image\.rootfs\.(?:diff|foreign\.diff)\.tar)(?:[.+](?:gzip|zstd))?\Z"
)

_CONTAINERD_NAME = "io.containerd.image.name"
_OCI_NAME = "org.opencontainers.image.ref.name"
_BUILDKIT_REFERENCE = "vnd.docker.reference.type"


class Descriptor(t.NamedTuple):
    """Another document or blob: its digest, its size in bytes and its kind."""

    digest: str
    size: int
    media_type: str
    annotations: dict[str, str]
    where: str

    @property
    def path(self) -> str:
        """The member of the layout that holds it."""
        return "blobs/" + self.digest.replace(":", "/")

    @property
    def is_attestation(self) -> bool:
        """BuildKit keeps provenance and SBOM in manifests that look like images but for this annotation."""
        return _BUILDKIT_REFERENCE in self.annotations


def descriptor_of(value: t.Any, where: str) -> Descriptor:
    """Read a descriptor. Raises InputError."""
    if not isinstance(value, dict):
        raise InputError(f"{where} must be an object, got {shown(value)}", "E_TYPE")
    size = value.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise InputError(f"{where}.size must be a number of bytes, got {shown(size)}", "E_TYPE")
    annotations = mapping(value.get("annotations"), f"{where}.annotations")
    return Descriptor(
        digest(value.get("digest"), f"{where}.digest"),
        size,
        text(value.get("mediaType"), f"{where}.mediaType"),
        {key: text(found, f"{where}.annotations[{shown(key)}]") for key, found in annotations.items()},
        where,
    )


def descriptors_of(document: dict[str, t.Any], key: str, where: str) -> list[Descriptor]:
    """Read a list of descriptors."""
    values = sequence(document.get(key), f"{where}.{key}")
    return [descriptor_of(value, f"{where}.{key}[{index}]") for index, value in enumerate(values)]


def tag_of(descriptor: Descriptor) -> tuple[str, ListingWarning | None]:
    """The name that an engine would give, in Docker's spelling, or "" and why there is none.

    ``io.containerd.image.name`` is always a whole name. ``org.opencontainers.image.ref.name`` is one for Podman; for
    Docker and many others it is a tag alone, which names no repository.
    """
    name = descriptor.annotations.get(_CONTAINERD_NAME) or descriptor.annotations.get(_OCI_NAME, "")
    if not name:
        return "", None
    reference = Reference.parse(name)
    if reference.tag and not reference.digest:
        return reference.familiar, None
    return "", ListingWarning(
        "W_NO_REPOSITORY",
        f"{descriptor.where} is named {shown(name)}, which is no repository with a tag; it was left out",
    )
