# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``nerdctl images`` prints as JSON."""

from __future__ import annotations

import typing as t

from ..remarks import Remarks
from .cli_rows import row_of
from .engine_replies import rows_of
from .entries import entry_of
from .listing import Listing
from .merge import listing_of


def summaries_of_nerdctl(payload: t.Any) -> Listing:
    """Read the rows of ``nerdctl images --no-trunc --format json``: one a name and platform.

    Size is that of the unpacked snapshots, ID the digest of the index or manifest. Raises InputError.
    """
    if isinstance(payload, dict) and "ID" in payload:
        payload = [payload]  # one image is one line
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "nerdctl rounds sizes and tells neither labels nor parents nor containers of an image;"
        " created is when it came to this store.",
    )
    images = [
        row_of(entry_of(row, f"images[{index}]"), f"images[{index}]", remarks)
        for index, row in enumerate(rows_of(payload, "rows of nerdctl images"))
    ]
    return listing_of(images, remarks, exact=False)
