# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image indexes: what each entry is, and the name that it has. The same for the index alone and for a whole archive.

Formats: https://github.com/opencontainers/image-spec/blob/v1.1.1/ image-layout.md, image-index.md, manifest.md
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..fields import list_of
from ..image.platform import platform_of
from .descriptors import CONFIG_TYPES, INDEX_TYPES, MANIFEST_TYPES, Descriptor, descriptor_of
from .documents import mapping, text, texts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..remarks import Remarks

INDEX = "index.json"

# A whole name, as containerd and BuildKit write it, and the one of the specification: a whole name for Podman and
# skopeo, for Docker and others a tag alone.
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")

_BUILDKIT_REFERENCE = "vnd.docker.reference.type"
_BUILDKIT_SUBJECT = "vnd.docker.reference.digest"
# https://github.com/sigstore/cosign/blob/v2.4.1/pkg/oci/layout/index.go
_COSIGN = "dev.cosignproject.cosign/"
_COSIGN_IMAGES = frozenset({f"{_COSIGN}image", f"{_COSIGN}imageIndex"})


class IndexEntry(t.NamedTuple):
    """An entry of an index, as far as the index says what it is.

    ``name`` is as written, or "". ``attests`` is the digest of the manifest that BuildKit's attestation is about.
    ``artifact`` says what an entry is that is neither an image, nor an index of images, nor such an attestation.
    """

    descriptor: Descriptor
    name: str
    platform: str
    os_version: str = ""
    attests: str | None = None
    artifact: str = ""


def is_index(document: t.Any, where: str) -> bool:
    """Whether a document is an index, or else a manifest. Raises InputError for what is neither, or both.

    Both at once would mean different things to different readers: https://github.com/advisories/GHSA-xmmx-7jpf-fx42.
    """
    if not isinstance(document, dict) or ("manifests" in document) == ("layers" in document or "config" in document):
        raise InputError(f"{where} must be an index (with manifests) or a manifest (with config and layers)", "E_TYPE")
    return "manifests" in document


def entries_of(index: dict[str, t.Any], where: str, remarks: Remarks) -> Iterator[IndexEntry]:
    """The entries of an index that are or hold images. Other artifacts are remarked on, attestations are not."""
    for entry in all_entries_of(index, where):
        if entry.artifact:
            remarks.add("W_ARTIFACT", shown(entry.artifact, 100))
        elif entry.attests is None:
            yield entry


def all_entries_of(index: dict[str, t.Any], where: str) -> Iterator[IndexEntry]:
    """All entries of an index. Raises InputError."""
    for number, value in enumerate(list_of(index.get("manifests"), f"{where}.manifests")):
        at = f"{where}.manifests[{number}]"
        descriptor = descriptor_of(value, at)
        annotations = texts(value.get("annotations"), f"{at}.annotations")
        artifact_type = text(value.get("artifactType"), f"{at}.artifactType")
        # BuildKit keeps provenance and SBOM in manifests that look like images but for this annotation.
        attests = annotations.get(_BUILDKIT_SUBJECT, "") if _BUILDKIT_REFERENCE in annotations else None
        platform = mapping(value.get("platform"), f"{at}.platform")
        yield IndexEntry(
            descriptor,
            name=next((annotations[key] for key in _NAMES if annotations.get(key)), ""),
            platform=_platform(platform, at),
            os_version=text(platform.get("os.version"), f"{at}.platform[os.version]"),
            attests=attests,
            artifact="" if attests is not None else _artifact(descriptor, artifact_type, annotations),
        )


def _artifact(descriptor: Descriptor, artifact_type: str, annotations: dict[str, str]) -> str:
    """What the entry is, if it is not an image: a type of its own, or what cosign calls it."""
    kind = annotations.get("kind", "")
    if kind.startswith(_COSIGN) and kind not in _COSIGN_IMAGES:
        return kind
    if artifact_type and artifact_type not in CONFIG_TYPES:
        return artifact_type
    known = not descriptor.media_type or descriptor.media_type in INDEX_TYPES | MANIFEST_TYPES
    return "" if known else descriptor.media_type


def _platform(platform: t.Mapping[str, t.Any], where: str) -> str:
    parts = (text(platform.get(key), f"{where}.platform.{key}") for key in ("os", "architecture", "variant"))
    return platform_of(*parts)
