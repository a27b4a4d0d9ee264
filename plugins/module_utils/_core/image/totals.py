# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums over image summaries."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .summary import ImageSummary


def totals_of(images: Sequence[ImageSummary], layers_size: int | None = None) -> dict[str, int | None]:
    """Number of images and three different sums of bytes; None where a part of the sum is not known.

    ``size`` counts a layer once for each image that has it, so it is not what the images take on disk.
    ``unique_size`` is what only one image each has. ``layers_size`` is the disk use of the whole engine, as it said.
    """
    sizes = [image.size for image in images]
    size_known = min(sizes, default=0) >= 0
    # Docker's containerd store can call more bytes shared than the image has: nothing can be subtracted from that.
    unique_known = size_known and all(0 <= image.shared_size <= image.size for image in images)
    return {
        "images": len(images),
        "layers_size": layers_size,
        "size": sum(sizes) if size_known else None,
        "unique_size": sum(image.size - image.shared_size for image in images) if unique_known else None,
    }
