# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From entries to a listing: one summary an image, in a fixed order."""

from __future__ import annotations

import typing as t

from ..errors import ListingWarning
from ..image.summary import ImageSummary, in_order

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Listing(t.NamedTuple):
    """Image summaries, newest first, and what the reader of the result should do about it."""

    images: list[ImageSummary]
    warnings: list[ListingWarning]


def listing_of(images: Iterable[ImageSummary], warnings: Iterable[ListingWarning] = ()) -> Listing:
    """Merge what describes the same image, as command line tools have a row for each name, and sort."""
    merged: dict[str, ImageSummary] = {}
    several: dict[str, list[ImageSummary]] = {}
    for image in images:
        known = merged.setdefault(image.id, image)
        if known is not image:
            several.setdefault(image.id, [known]).append(image)
    for identity, rows in several.items():
        merged[identity] = _merge(rows)
    return Listing(in_order(merged.values()), sorted(warnings))


def _merge(rows: Sequence[ImageSummary]) -> ImageSummary:
    """All names, the larger of each number, the most labels: the same for every order of the rows."""
    virtual_sizes = [row.virtual_size for row in rows if row.virtual_size is not None]
    platforms = {row.platform for row in rows} - {""}
    return ImageSummary(
        id=rows[0].id,
        containers=max(row.containers for row in rows),
        created=max(row.created for row in rows),
        labels=max((row.labels for row in rows), key=lambda labels: (len(labels), sorted(labels.items()))),
        parent_id=max(row.parent_id for row in rows),
        repo_digests=sorted({name for row in rows for name in row.repo_digests}),
        repo_tags=sorted({name for row in rows for name in row.repo_tags}),
        shared_size=max(row.shared_size for row in rows),
        size=max(row.size for row in rows),
        virtual_size=max(virtual_sizes, default=None),
        # An ID that stands for several platforms, as that of an index does, has none of its own.
        platform=platforms.pop() if len(platforms) == 1 else "",
        digest="" if any(row.references for row in rows) else max(row.digest for row in rows),
        # The larger size is that of an engine.
        compressed=all(row.compressed for row in rows),
        layer_sizes=max((row.layer_sizes for row in rows if row.layer_sizes), default=None),
    )
