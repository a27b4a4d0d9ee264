# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of an OCI image layout, ``index.json``.

Source: https://github.com/opencontainers/image-spec/blob/main/image-layout.md. The index holds digests and names; what
else is to know about an image stands in its blobs.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..image.summary import ImageSummary
from ..remarks import Remarks
from .engine_replies import refuse_error_reply, rows_of
from .entries import EntryNames, entry_of, identity, labels, text
from .listing import Listing
from .merge import listing_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .entries import Entry

_IMAGES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    }
)

# What artifactType may say of an image; anything else is a signature, an attestation, a chart.
_CONFIGS = frozenset({"", "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"})


def summaries_of_oci_layout(payload: t.Any) -> Listing:
    """Read ``index.json``. The ID is the digest of the index or manifest. Raises InputError."""
    refuse_error_reply(payload)
    if not isinstance(payload, dict) or "manifests" not in payload:
        raise InputError(f"expected the index.json of an OCI layout, got {shown(payload)}", "E_TYPE_TOP")
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "The index of an OCI layout tells id and names of an image only; the archives option of image_summary_info"
        " reads the rest.",
    )
    return listing_of(_images(rows_of(payload["manifests"], "manifests to be a list"), remarks), remarks, exact=False)


def _images(rows: list[t.Any], remarks: Remarks) -> Iterator[ImageSummary]:
    for index, row in enumerate(rows):
        where = f"manifests[{index}]"
        entry = entry_of(row, where)
        annotations = labels(entry, "annotations", where)
        if _is_image(entry, annotations, where):
            names = EntryNames(where, remarks)
            names.add_tag(_name(annotations), "annotations")
            yield ImageSummary(
                id=identity(entry, "digest", where), repo_digests=names.digests(), repo_tags=names.tags()
            )


def _is_image(entry: Entry, annotations: dict[str, str], where: str) -> bool:
    """False for attestations, signatures and whatever else a layout may hold beside images."""
    if text(entry, "mediaType", where) not in _IMAGES or text(entry, "artifactType", where) not in _CONFIGS:
        return False
    return annotations.get("vnd.docker.reference.type") != "attestation-manifest"


def _name(annotations: dict[str, str]) -> str:
    """The whole name. The standard's annotation may hold a tag alone, which names nothing without its repository."""
    name = annotations.get("io.containerd.image.name") or annotations.get("org.opencontainers.image.ref.name", "")
    return name if any(mark in name for mark in "/:@") else ""
