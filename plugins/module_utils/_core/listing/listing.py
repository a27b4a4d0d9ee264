# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every reader of a listing returns: the images, and what the reader of the result should know about them."""

from __future__ import annotations

import typing as t

from ..errors import ListingWarning
from ..image.summary import ImageSummary


class Listing(t.NamedTuple):
    """Image summaries, newest first, and one warning for each kind of remark."""

    images: list[ImageSummary]
    warnings: list[ListingWarning]
