# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of contents of ``docker save``, ``manifest.json``, without the files beside it."""

from __future__ import annotations

import typing as t

from ..errors import InputError, ListingWarning, shown
from ..image.summary import ImageSummary
from ..oci.saved_images import SavedImage, saved_images
from ..remarks import Remarks
from .engine_replies import rows_of
from .listing import Listing, listing_of


def summaries_of_docker_archive(payload: t.Any) -> Listing:
    """Read ``manifest.json``. The ID is in the name of the image's config. Raises InputError."""
    remarks = Remarks()
    lossy = (
        "The manifest.json of a docker archive has only the id, the parent and the tags of an image: selectors and"
        " rules for anything else find nothing. The option archives of image_summary_info reads the rest."
    )
    images: dict[str, list[SavedImage]] = {}
    for image in saved_images(rows_of(payload, "The manifest.json of a docker archive"), remarks):
        images.setdefault(_id(image), []).append(image)
    summaries = [
        ImageSummary(
            id=name,
            parent_id=next(filter(None, (image.known_parent(images, name) for image in same)), ""),
            repo_tags=sorted({tag for image in same for tag in image.tags}),
        )
        for name, same in images.items()
    ]
    return listing_of(summaries, [ListingWarning("W_LOSSY", lossy), *remarks.warnings()])


def _id(image: SavedImage) -> str:
    if not image.id:
        raise InputError(
            f"{image.where}.Config must be named after the image's ID (64 hex digits), got {shown(image.config)}; the"
            " archives option of image_summary_info reads such an archive",
            "E_NO_ID",
        )
    return image.id
