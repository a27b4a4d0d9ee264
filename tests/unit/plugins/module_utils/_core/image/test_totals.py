# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums, and when they are not known."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.image.totals import totals_of


def image(size: int, shared_size: int) -> ImageSummary:
    return ImageSummary("sha256:" + "a" * 64, size=size, shared_size=shared_size)


@pytest.mark.parametrize(
    ("images", "size", "unique_size"),
    [
        ([], 0, 0),
        ([image(100, 40), image(50, 0)], 150, 110),
        ([image(100, 40), image(50, -1)], 150, None),
        ([image(100, 40), image(-1, 0)], None, None),
        ([image(0, 0)], 0, 0),
        ([image(100, 40), image(50, 60)], 150, None),  # as Docker's containerd store has it
    ],
)
def test_totals(images: list[ImageSummary], size: int | None, unique_size: int | None) -> None:
    expected = {"images": len(images), "size": size, "unique_size": unique_size, "layers_size": 77}
    assert totals_of(images, 77) == expected
    assert totals_of(images)["layers_size"] is None
