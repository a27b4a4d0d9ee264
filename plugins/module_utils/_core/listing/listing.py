# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every reader of a listing returns: one summary an image, checked against itself and in a fixed order."""

from __future__ import annotations

import typing as t

from ..errors import ListingWarning
from ..image.summary import ImageSummary, in_order
from ..remarks import Remarks

if t.TYPE_CHECKING:
    from collections.abc import Iterable


class Listing(t.NamedTuple):
    """Image summaries, newest first, and one warning for each kind of remark."""

    images: list[ImageSummary]
    warnings: list[ListingWarning]


def listing_of(images: Iterable[ImageSummary], remarks: Remarks, exact: bool = True) -> Listing:
    """Merge what describes the same image, compare its sizes, sort.

    ``exact`` is false for sources that print rounded sizes: there, a shared size above the size means nothing.
    """
    merged: dict[str, ImageSummary] = {}
    for image in images:
        known = merged.get(image.id)
        if known is None:
            merged[image.id] = image
        else:
            merged[image.id] = _merge(known, image)
            remarks.add("W_DUP_ID", image.id)
    if exact:
        for image in merged.values():
            if image.shared_size > image.size >= 0:
                remarks.add("W_SHARED_GT_SIZE", f"{image.id} shares {image.shared_size} of {image.size} bytes")
    return Listing(in_order(merged.values()), remarks.warnings())


def _merge(first: ImageSummary, second: ImageSummary) -> ImageSummary:
    """All names, the larger of each number, the first labels and parent there are."""
    virtual_sizes = [size for size in (first.virtual_size, second.virtual_size) if size is not None]
    platforms = {first.platform, second.platform} - {""}
    return ImageSummary(
        id=first.id,
        containers=max(first.containers, second.containers),
        created=max(first.created, second.created),
        labels=first.labels or second.labels,
        parent_id=first.parent_id or second.parent_id,
        repo_digests=sorted({*first.repo_digests, *second.repo_digests}),
        repo_tags=sorted({*first.repo_tags, *second.repo_tags}),
        shared_size=max(first.shared_size, second.shared_size),
        size=max(first.size, second.size),
        virtual_size=max(virtual_sizes) if virtual_sizes else None,
        # An ID that stands for several platforms, as that of an index does, has none of its own.
        platform=platforms.pop() if len(platforms) == 1 else "",
        digest="" if first.references or second.references else first.digest or second.digest,
    )
