# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``docker image ls`` and ``docker system df -v`` print as JSON."""

from __future__ import annotations

import typing as t

from ..remarks import Remarks
from .cli_rows import row_of
from .engine_replies import rows_of
from .entries import entry_of
from .listing import Listing
from .merge import listing_of

_IMAGE_LS = (
    "docker image ls rounds sizes to three or four digits and tells neither labels nor parents nor shared sizes of"
    " images; containers only with API 1.51 or newer, digests only with --digests."
)
_SYSTEM_DF = (
    "docker system df -v rounds sizes to three or four digits and tells neither labels nor parents of images; all names"
    " of an image but the first and all digests are missing, so that rules and selectors by name would miss images"
    " and an image with digests alone looks dangling."
    " For those, use docker image ls --no-trunc --digests or the module image_summary_info."
)


def summaries_of_docker_cli(payload: t.Any) -> Listing:
    """Read the rows of ``docker image ls --no-trunc --format json``, or the object of ``docker system df -v``.

    Ask for ``--digests`` too, else repo_digests are empty. Raises InputError.
    """
    key, of_df = "images", False
    if isinstance(payload, dict) and "Images" in payload:
        key, payload, of_df = "Images", payload["Images"], True
    elif isinstance(payload, dict) and "ID" in payload:
        payload = [payload]  # one image is one line
    rows = rows_of(payload, "rows of docker image ls")
    remarks = Remarks()
    remarks.say("W_LOSSY", _SYSTEM_DF if of_df or any(map(_has_unique_size, rows)) else _IMAGE_LS)
    images = [row_of(entry_of(row, f"{key}[{index}]"), f"{key}[{index}]", remarks) for index, row in enumerate(rows)]
    return listing_of(images, remarks, exact=False)


def _has_unique_size(row: t.Any) -> bool:
    """True for a row of the disk usage: ``docker image ls`` has the column, but never a figure in it."""
    return isinstance(row, dict) and row.get("UniqueSize") not in (None, "", "N/A")
