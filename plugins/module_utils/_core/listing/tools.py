# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What command line tools print as JSON: docker, nerdctl, crictl.

docker and nerdctl print rows for people: everything is text, sizes are rounded, one row a name.
``crictl images -o json`` is the CRI's ListImages reply (https://github.com/kubernetes/cri-api, message Image): 64-bit
numbers are text, and whatever is unset may be null (cri-tools up to 1.30) or absent (since 1.31).
"""

from __future__ import annotations

import re
import typing as t
from decimal import Decimal

from ..errors import InputError, shown
from ..image.summary import ImageSummary
from ..remarks import Remarks
from .engine_replies import rows_of
from .entries import EntryNames, amount, created, entry_of, identity, text
from .listing import Listing, listing_of

if t.TYPE_CHECKING:
    from .entries import Entry

_IMAGE_LS = (
    "docker image ls rounds sizes to three or four digits and reports no labels, parents or shared sizes of"
    " images; containers only with API 1.51 or newer, digests only with --digests."
)
_SYSTEM_DF = (
    "docker system df -v rounds sizes to three or four digits and reports no labels or parents of images; all names"
    " of an image but the first and all digests are missing, so that rules and selectors by name would miss images"
    " and an image with digests alone looks dangling."
    " For those, use docker image ls --no-trunc --digests or the module image_summary_info."
)

_UNITS = {"B": 1, "KB": 1000}
_UNITS.update({f"{prefix}B": 1000**power for power, prefix in enumerate("kMGTPE", 1)})
_UNITS.update({f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGTPE", 1)})

# "1e+03MB" is what Go's %.3g makes of 999600000 bytes. Two digits of exponent are more than any size needs.
_SIZE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?) ?([kKMGTPE]?i?B)\Z")


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


def summaries_of_nerdctl(payload: t.Any) -> Listing:
    """Read the rows of ``nerdctl images --no-trunc --format json``: one a name and platform.

    Size is that of the unpacked snapshots, ID the digest of the index or manifest. Raises InputError.
    """
    if isinstance(payload, dict) and "ID" in payload:
        payload = [payload]  # one image is one line
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "nerdctl rounds sizes and reports no labels, parents or containers of an image;"
        " created is when it came to this store.",
    )
    images = [
        row_of(entry_of(row, f"images[{index}]"), f"images[{index}]", remarks)
        for index, row in enumerate(rows_of(payload, "rows of nerdctl images"))
    ]
    return listing_of(images, remarks, exact=False)


def summaries_of_crictl(payload: t.Any) -> Listing:
    """Read the object of ``crictl images -o json``, or the list in it. Raises InputError."""
    if isinstance(payload, dict) and (not payload or "images" in payload):
        payload = payload.get("images")
    remarks = Remarks()
    remarks.say(
        "W_LOSSY",
        "crictl reports no build date, labels, parents or containers of an image;"
        " under containerd its size is the compressed one.",
    )
    images = [
        _crictl_image(entry_of(row, f"images[{index}]"), f"images[{index}]", remarks)
        for index, row in enumerate(rows_of(payload, "the images of crictl images -o json"))
    ]
    return listing_of(images, remarks, exact=False)


def _crictl_image(entry: Entry, where: str, remarks: Remarks) -> ImageSummary:
    names = EntryNames(where, remarks)
    names.add_tags(entry, "repoTags")
    names.add_digests(entry, "repoDigests")
    return ImageSummary(
        id=identity(entry, "id", where),
        repo_digests=names.digests(),
        repo_tags=names.tags(),
        size=amount(entry, "size", where),
    )


def row_of(entry: Entry, where: str, remarks: Remarks) -> ImageSummary:
    """One row of ``docker image ls``, of ``docker system df -v`` or of ``nerdctl images``."""
    if isinstance(entry.get("ID"), str) and re.fullmatch("[0-9a-f]{12}", entry["ID"]):
        raise InputError(
            f"{where}.ID is cut to 12 digits: {shown(entry['ID'])}; run the command with --no-trunc", "E_TRUNCATED_ID"
        )
    names = EntryNames(where, remarks)
    names.add_row(text(entry, "Repository", where), text(entry, "Tag", where), text(entry, "Digest", where))
    # The same number twice: VirtualSize has one digit more, where there is one (docker before 29).
    size = printed_size(entry, "VirtualSize", where)
    return ImageSummary(
        id=identity(entry, "ID", where),
        containers=-1 if entry.get("Containers") in ("N/A", "") else amount(entry, "Containers", where),
        created=created(entry, "CreatedAt", where),
        repo_digests=names.digests(),
        repo_tags=names.tags(),
        shared_size=printed_size(entry, "SharedSize", where),
        size=printed_size(entry, "Size", where) if size < 0 else size,
    )


def printed_size(entry: Entry, key: str, where: str) -> int:
    """Bytes from ``1.98MB``, ``1e+03MB``, ``0B``; -1 for ``N/A``, a negative size and a column that is not there."""
    value = entry.get(key)
    if not isinstance(value, str):
        return amount(entry, key, where)
    if value in ("", "N/A"):
        return -1
    found = _SIZE.match(value)
    size = Decimal(found.group(1)) * _UNITS.get(found.group(2), 0) if found else Decimal(0)
    if not found or found.group(2) not in _UNITS or size >= 2**63:
        raise InputError(f"{where}.{key} must be a size such as 1.98MB, got {shown(value)}", f"E_TYPE_{key}")
    return int(size) if size >= 0 else -1
