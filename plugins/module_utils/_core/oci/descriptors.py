# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OCI content descriptors, what one document says about another, and the media types in them.

Fields: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from .documents import digest, text

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
# Compressed and plain, OCI's and Docker's.
LAYER_TYPE = re.compile(
    r"application/vnd\.(?:oci\.image\.layer(?P<kept>\.nondistributable)?\.v1\.tar"
    r"|docker\.image\.rootfs\.(?:diff|(?P<foreign>foreign)\.diff)\.tar)(?:[.+](?:gzip|zstd))?\Z"
)


class Descriptor(t.NamedTuple):
    """Another document or blob: its digest, its size in bytes, its media type, and where this was said."""

    digest: str
    size: int
    media_type: str
    where: str

    @property
    def path(self) -> str:
        """The member of a layout that holds it."""
        return "blobs/" + self.digest.replace(":", "/")

    @property
    def may_be_absent(self) -> bool:
        """True for layers that may not be passed on, as those of Windows once were: archives often lack them."""
        layer = LAYER_TYPE.match(self.media_type)
        return layer is not None and any(layer.group("kept", "foreign"))


def descriptor_of(value: t.Any, where: str) -> Descriptor:
    """Read a descriptor. Raises InputError."""
    size = mapping_of(value, where, code="E_TYPE_ITEM").get("size")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise InputError(f"{where}.size must be a number of bytes, got {shown(size)}", "E_TYPE")
    return Descriptor(
        digest(value.get("digest"), f"{where}.digest"), size, text(value.get("mediaType"), f"{where}.mediaType"), where
    )


def descriptors_of(document: dict[str, t.Any], key: str, where: str) -> list[Descriptor]:
    """Read a list of descriptors."""
    values = list_of(document.get(key), f"{where}.{key}")
    return [descriptor_of(value, f"{where}.{key}[{index}]") for index, value in enumerate(values)]
