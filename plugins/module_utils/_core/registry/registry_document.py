# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry holds under a name: an index, the manifest of an image, a signature, an attestation, an artifact."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..image.platform import normalized_platform
from ..layers.base_image import BuiltImage, claimed_base, facts_of_built
from ..layers.steps import steps_of_config
from ..oci.descriptors import INDEX_TYPES, MANIFEST_TYPES, Descriptor
from ..oci.documents import decoded, text, texts, verify
from ..oci.image_config import image_config
from ..oci.image_index import all_entries_of, is_index
from ..oci.manifest import ImageManifest, manifest_of

if t.TYPE_CHECKING:
    from ..oci.image_index import IndexEntry

Kind = t.Literal["index", "image", "signature", "attestation", "artifact"]
KINDS: tuple[Kind, ...] = t.get_args(Kind)

ACCEPTED = ", ".join(sorted(INDEX_TYPES) + sorted(MANIFEST_TYPES))
"""What is asked for: an index before one of its manifests, as engines do."""

MAX_DOCUMENT = 4 * 2**20
"""Bytes of a manifest, an index or a config: registries refuse larger manifests."""
_MAX_VALUES = 200_000
"""Objects and lists in such a document. The largest real ones have a few thousand; 4 MiB of "[]" are 1,400,000."""
_MAX_ENTRIES = 1000
"""Manifests in an index: real ones have up to 60."""

# https://github.com/sigstore/cosign/blob/v2.4.1/specs/SIGNATURE_SPEC.md,
# https://github.com/notaryproject/specifications/blob/v1.1.0/specs/signature-specification.md
_SIGNATURES = ("application/vnd.dev.cosign.simplesigning.", "application/vnd.cncf.notary.signature")
_ATTESTATIONS = ("application/vnd.dsse.envelope.", "application/vnd.in-toto+", "application/vnd.in-toto.")
_COSIGN = "dev.cosignproject.cosign/"
_BUNDLE = "application/vnd.dev.sigstore.bundle"
_BUNDLE_CONTENT = "dev.sigstore.bundle.content"
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"


class RegistryDocument(t.NamedTuple):
    """A document that was fetched, checked against its digest, and as far as it was understood."""

    digest: str
    media_type: str
    kind: Kind
    artifact_type: str
    annotations: dict[str, str]
    entries: tuple[IndexEntry, ...]
    """Of an index."""
    manifest: ImageManifest | None
    """Of anything else."""


def document_of(data: bytes, digest: str, content_type: str, where: str) -> RegistryDocument:
    """Read what a registry has sent. Raises InputError."""
    verify(data, digest, where)
    check_values(data, where)
    document = decoded(data, where)
    index = is_index(document, where)
    own_type = text(document.get("mediaType"), f"{where}.mediaType")
    if own_type and content_type in INDEX_TYPES | MANIFEST_TYPES and own_type != content_type:
        # Two readers could take it for two things: https://github.com/advisories/GHSA-77vh-xpmg-72qh
        raise InputError(f"{where} was sent as {content_type}, but calls itself {shown(own_type)}", "E_TYPE")
    media_type = own_type or content_type
    if media_type not in (INDEX_TYPES if index else MANIFEST_TYPES):
        raise InputError(
            f"{where} is {'an index' if index else 'a manifest'}, but has the media type {shown(media_type)}", "E_TYPE"
        )
    annotations = texts(document.get("annotations"), f"{where}.annotations")
    if index:
        entries = tuple(all_entries_of(document, where))
        if len(entries) > _MAX_ENTRIES:
            raise InputError(f"{where} names more than {_MAX_ENTRIES} manifests", "E_LIMIT")
        artifact_type = text(document.get("artifactType"), f"{where}.artifactType")
        return RegistryDocument(digest, media_type, "index", artifact_type, annotations, entries, None)
    manifest = manifest_of(document, where)
    kind = _kind(manifest, annotations)
    return RegistryDocument(digest, media_type, kind, manifest.artifact or "", annotations, (), manifest)


def check_media_type(media_type: str, where: str) -> None:
    """Raise InputError for an answer that cannot be what was asked for."""
    if media_type.startswith(_SCHEMA_1):
        raise InputError(f"{where} is kept in schema 1, which is not read: push it again", "E_TYPE")
    if media_type not in INDEX_TYPES | MANIFEST_TYPES:
        raise InputError(f"{where} was sent as {shown(media_type)}, which is not a manifest", "E_TYPE")


def check_values(data: bytes, where: str) -> None:
    """Raise InputError for a document that would take very much more memory than it has bytes."""
    if data.count(b"{") + data.count(b"[") > _MAX_VALUES:
        raise InputError(f"{where} holds more than {_MAX_VALUES} objects and lists", "E_LIMIT")


def _kind(manifest: ImageManifest, annotations: dict[str, str]) -> Kind:
    if manifest.artifact is None:
        return "image"
    types = [manifest.artifact, manifest.config.media_type, *(layer.media_type for layer in manifest.layers)]
    if any(one.startswith(_BUNDLE) for one in types):
        # Signatures and attestations come in bundles of one type.
        return "attestation" if annotations.get(_BUNDLE_CONTENT) == "dsse-envelope" else "signature"
    if any(one.startswith(_SIGNATURES) for one in types):
        return "signature"
    return "attestation" if any(one.startswith(_ATTESTATIONS) for one in types) else "artifact"


class PlatformImage(t.NamedTuple):
    """One image of one platform: an entry of an index, or the only one, until its documents are read."""

    platform: str
    os_version: str
    digest: str
    media_type: str


def images_of(document: RegistryDocument) -> list[PlatformImage]:
    """The images behind a document, without attestations and other artifacts. A manifest says no platform."""
    if document.manifest is not None:
        return [PlatformImage("", "", document.digest, document.media_type)]
    entries = (one for one in document.entries if one.attests is None and not one.artifact)
    return [
        PlatformImage(one.platform, one.os_version, one.descriptor.digest, one.descriptor.media_type) for one in entries
    ]


def attachments_of(document: RegistryDocument) -> list[dict[str, t.Any]]:
    """What an index holds beside images, as the result shows it."""
    return [
        {
            "kind": "attestation" if one.attests is not None else _kind_of_entry(one.artifact),
            "artifact_type": one.artifact,
            "digest": one.descriptor.digest,
            "image_digest": one.attests or "",
            "size": one.descriptor.size,
        }
        for one in document.entries
        if one.attests is not None or one.artifact
    ]


def _kind_of_entry(artifact: str) -> Kind:
    if artifact.startswith(_SIGNATURES) or artifact == f"{_COSIGN}sigs":
        return "signature"
    return "attestation" if artifact.startswith(_ATTESTATIONS) or artifact == f"{_COSIGN}atts" else "artifact"


def wanted_platforms(platforms: t.Sequence[str]) -> frozenset[str]:
    """The platforms in one spelling. Raises InputError."""
    for index, platform in enumerate(platforms):
        if not 1 <= platform.strip("/").count("/") <= 2 or not platform.isprintable():
            raise InputError(f"platforms[{index}] must be as in linux/arm64 or linux/arm/v7, got {shown(platform)}")
    return frozenset(normalized_platform(platform) for platform in platforms)


def platform_row(
    image: PlatformImage, document: RegistryDocument | None, config: bytes | None, where: str
) -> dict[str, t.Any]:
    """One image as the result shows it; without its documents, what the index says. Raises InputError."""
    row: dict[str, t.Any] = {
        "platform": image.platform,
        "os_version": image.os_version,
        "digest": image.digest,
        "media_type": image.media_type,
        "compressed_size": -1,
        "config_digest": "",
        "created": 0,
        "labels": {},
        "annotations": {},
        "layers": [],
        "layer_details": None,
        "base": None,
        "own_size": -1,
        "configuration": None,
    }
    if document is None or document.manifest is None:
        return row
    manifest = document.manifest
    row.update(
        media_type=document.media_type,
        compressed_size=sum(layer.size for layer in manifest.layers),
        config_digest=manifest.config.digest,
        annotations=document.annotations,
        layers=[_layer(layer) for layer in manifest.layers],
    )
    if config is not None:
        verify(config, manifest.config.digest, f"the config of {where}")
        check_values(config, f"the config of {where}")
        facts = image_config(config, f"the config of {where}", history=True)
        if len(facts.diff_ids) != len(manifest.layers):
            raise InputError(
                f"the config of {where} names {len(facts.diff_ids)} layers, the manifest {len(manifest.layers)}",
                "E_LAYERS",
            )
        row.update(platform=image.platform or facts.platform, created=facts.created, labels=facts.labels)
        steps = steps_of_config(facts.history, facts.diff_ids, [layer.size for layer in manifest.layers])
        built = BuiltImage(facts.diff_ids, steps, facts.configuration)
        row.update(facts_of_built(built, claimed_base({**facts.labels, **document.annotations})))
    return row


def _layer(layer: Descriptor) -> dict[str, t.Any]:
    return {"digest": layer.digest, "media_type": layer.media_type, "size": layer.size}
