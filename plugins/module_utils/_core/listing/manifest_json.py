# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of contents of ``docker save``, ``manifest.json``.

Source: https://github.com/moby/docker-image-spec/blob/main/spec.md, under "Combined Image JSON".
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..image.summary import ImageSummary
from ..remarks import Remarks
from .engine_replies import rows_of
from .entries import EntryNames, entry_of, parent, text
from .listing import Listing
from .merge import listing_of

if t.TYPE_CHECKING:
    from .entries import Entry

# Docker up to 24 and Podman, Docker 25 and later, go-containerregistry (crane, ko, kaniko).
_CONFIG = re.compile(r"(?:blobs/sha256/|sha256:)?([0-9a-f]{64})(?:\.json)?\Z")


def summaries_of_docker_archive(payload: t.Any) -> Listing:
    """Read ``manifest.json``. The ID is in the name of the image's config. Raises InputError."""
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "The manifest.json of a docker archive tells id, parent and tags of an image only; the archives option of"
        " image_summary_info reads the rest.",
    )
    images = [
        _image(entry_of(row, f"manifest[{index}]"), f"manifest[{index}]", remarks)
        for index, row in enumerate(rows_of(payload, "The manifest.json of a docker archive"))
    ]
    return listing_of(images, remarks, exact=False)


def _image(entry: Entry, where: str, remarks: Remarks) -> ImageSummary:
    names = EntryNames(where, remarks)
    names.add_tags(entry, "RepoTags")
    config = text(entry, "Config", where)
    found = _CONFIG.match(config)
    if not found:
        raise InputError(
            f"{where}.Config must be named after the image's ID (64 hex digits), got {shown(config)}; the archives"
            " option of image_summary_info reads such an archive",
            "E_NO_ID",
        )
    return ImageSummary(
        id=f"sha256:{found.group(1)}",
        parent_id=parent(entry, "Parent", where),
        repo_digests=names.digests(),
        repo_tags=names.tags(),
    )
