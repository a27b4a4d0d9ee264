# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``docker image ls`` and ``docker system df -v`` print as JSON."""

from __future__ import annotations

import typing as t

from .cli_rows import row_of
from .engine import rows_of
from .entries import entry_of
from .merge import listing_of
from .result import Listing, Remarks


def summaries_of_docker_cli(payload: t.Any) -> Listing:
    """Read the rows of ``docker image ls --no-trunc --format json``, or the object of ``docker system df -v``.

    Ask for ``--digests`` too, else repo_digests are empty. Raises InputError.
    """
    key = "images"
    if isinstance(payload, dict) and "Images" in payload:
        key, payload = "Images", payload["Images"]
    elif isinstance(payload, dict) and "ID" in payload:
        payload = [payload]  # one image is one line
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "The docker command line rounds sizes to three or four digits and tells neither labels nor parents of images.",
    )
    images = [
        row_of(entry_of(row, f"{key}[{index}]"), f"{key}[{index}]", remarks)
        for index, row in enumerate(rows_of(payload, "rows of docker image ls"))
    ]
    return listing_of(images, remarks, exact=False)
