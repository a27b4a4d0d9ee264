# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``crictl images -o json`` prints: the CRI's ListImages reply as protobuf JSON.

Source: https://github.com/kubernetes/cri-api, message Image. 64-bit numbers are text there, and whatever is unset may
be null (cri-tools up to 1.30) or absent (since 1.31).
"""

from __future__ import annotations

import typing as t

from ..image.summary import ImageSummary
from ..remarks import Remarks
from .engine_replies import rows_of
from .entries import EntryNames, amount, entry_of, identity
from .listing import Listing
from .merge import listing_of

if t.TYPE_CHECKING:
    from .entries import Entry


def summaries_of_crictl(payload: t.Any) -> Listing:
    """Read the object of ``crictl images -o json``, or the list in it. Raises InputError."""
    if isinstance(payload, dict) and (not payload or "images" in payload):
        payload = payload.get("images")
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "crictl tells neither created nor labels nor parents nor containers of an image;"
        " under containerd its size is the compressed one.",
    )
    images = [
        _image(entry_of(row, f"images[{index}]"), f"images[{index}]", remarks)
        for index, row in enumerate(rows_of(payload, "the images of crictl images -o json"))
    ]
    return listing_of(images, remarks, exact=False)


def _image(entry: Entry, where: str, remarks: Remarks) -> ImageSummary:
    names = EntryNames(where, remarks)
    names.add_tags(entry, "repoTags")
    names.add_digests(entry, "repoDigests")
    return ImageSummary(
        id=identity(entry, "id", where),
        repo_digests=names.digests(),
        repo_tags=names.tags(),
        size=amount(entry, "size", where),
    )
