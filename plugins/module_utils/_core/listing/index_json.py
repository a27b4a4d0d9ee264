# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of an OCI image layout, ``index.json``, without the blobs beside it."""

from __future__ import annotations

import typing as t

from ..errors import InputError, ListingWarning, shown
from ..image.summary import ImageSummary
from ..oci.image_index import INDEX, entries_of, is_index
from ..oci.tags import tag_of
from ..remarks import Remarks
from .engine_replies import refuse_error_reply
from .listing import Listing, listing_of


def summaries_of_oci_layout(payload: t.Any) -> Listing:
    """Read ``index.json``. The ID is the digest of the index or manifest. Raises InputError."""
    refuse_error_reply(payload)
    if not isinstance(payload, dict) or "manifests" not in payload:
        raise InputError(f"expected the index.json of an OCI layout, got {shown(payload)}", "E_TYPE_TOP")
    is_index(payload, INDEX)
    remarks = Remarks()
    lossy = (
        "The index of an OCI layout has only the id, the names and perhaps the platform of an image: selectors and"
        " rules for anything else find nothing. The option archives of image_summary_info reads the rest."
    )
    platforms: dict[str, str] = {}
    tags: dict[str, set[str]] = {}
    for entry in entries_of(payload, INDEX, remarks):
        digest = entry.descriptor.digest
        platforms.setdefault(digest, entry.platform)
        tags.setdefault(digest, set()).add(tag_of(entry.name, entry.descriptor.where, remarks) if entry.name else "")
    images = [
        ImageSummary(id=digest, repo_tags=sorted(names - {""}), platform=platforms[digest])
        for digest, names in tags.items()
    ]
    return listing_of(images, [ListingWarning("W_LOSSY", lossy), *remarks.warnings()])
