# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums over image summaries, and what an image does not share."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .summary import ImageSummary


def unshared_size(size: int, shared_size: int) -> int | None:
    """Bytes of an image that no other image has; None where they are not known.

    Docker's containerd store can call more bytes shared than an image has: nothing can be subtracted from that.
    """
    return size - shared_size if 0 <= shared_size <= size else None


def sum_of_sizes(images: Iterable[ImageSummary]) -> int | None:
    """Counts a layer once for each image that has it, so it is not what the images take on disk."""
    return _sum(image.size if image.size >= 0 else None for image in images)


def sum_of_unshared_sizes(images: Iterable[ImageSummary]) -> int | None:
    """What only one image each has; None where that of one is not known."""
    return _sum(unshared_size(image.size, image.shared_size) for image in images)


def totals_of(images: Sequence[ImageSummary], layers_size: int | None = None) -> dict[str, int | None]:
    """Number of images and three different sums of bytes; None where a part of the sum is not known.

    ``layers_size`` is the disk use of the whole engine, as it said.
    """
    return {
        "images": len(images),
        "layers_size": layers_size,
        "size": sum_of_sizes(images),
        "unique_size": sum_of_unshared_sizes(images),
    }


def _sum(sizes: Iterable[int | None]) -> int | None:
    total = 0
    for size in sizes:
        if size is None:
            return None
        total += size
    return total
