# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What command line tools print as JSON: docker, nerdctl and crictl. Podman prints what its API sends.

docker and nerdctl print for people: everything is text, sizes are rounded, and there is a row for each name.
"""

from __future__ import annotations

import re
import typing as t
from decimal import Decimal

from ..errors import InputError, ListingWarning, shown
from ..image.summary import ImageSummary
from .engine_replies import rows_of
from .entries import amount, created, entries_of, identity, names_of, names_of_row, text
from .listing import Listing, listing_of

if t.TYPE_CHECKING:
    from .entries import Entry

_IMAGE_LS = (
    "docker image ls prints no labels, parents or shared sizes, rounds sizes, and prints digests only with --digests:"
    " selectors and rules that need them find nothing. If you need them, use image_summary_info."
)
_SYSTEM_DF = (
    "docker system df -v prints one name of each image, no digests, labels or parents, and rounds sizes: do not select"
    " or prune by name what was read from it. Use docker image ls --no-trunc --digests, or image_summary_info."
)
_NERDCTL = (
    "nerdctl images prints no labels, parents or containers, rounds sizes, and dates images by when they came to this"
    " store: do not select by them what was read from it."
)
_CRICTL = (
    "crictl images prints no dates, labels, parents or containers, and under containerd the compressed size: do not"
    " select by them what was read from it."
)

# Docker's units are powers of 1000 whatever the size; nerdctl before 2.0 prints powers of 1024 and says so.
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
    rows = rows_of(_lines(payload), "rows of docker image ls")
    lossy = _SYSTEM_DF if of_df or any(map(_has_unique_size, rows)) else _IMAGE_LS
    return listing_of(_rows(rows, key), [ListingWarning("W_LOSSY", lossy)])


def summaries_of_nerdctl(payload: t.Any) -> Listing:
    """Read the rows of ``nerdctl images --no-trunc --format json``: one a name and platform.

    Size is that of the unpacked snapshots, ID the digest of the index or manifest. Raises InputError.
    """
    rows = rows_of(_lines(payload), "rows of nerdctl images")
    return listing_of(_rows(rows, "images"), [ListingWarning("W_LOSSY", _NERDCTL)])


def summaries_of_crictl(payload: t.Any) -> Listing:
    """Read the object of ``crictl images -o json``, or the list in it. Raises InputError.

    It is the CRI's ListImages reply as protobuf JSON: https://github.com/kubernetes/cri-api, message Image. 64-bit
    numbers are text there, and whatever is unset may be null (cri-tools up to 1.30) or absent (since 1.31).
    """
    if isinstance(payload, dict) and (not payload or "images" in payload):
        payload = payload.get("images")
    rows = rows_of(payload, "the images of crictl images -o json")
    images = (_crictl_image(entry, where) for where, entry in entries_of(rows, "images"))
    return listing_of(images, [ListingWarning("W_LOSSY", _CRICTL)])


def _lines(payload: t.Any) -> t.Any:
    """One image is one line, which is not a list."""
    return [payload] if isinstance(payload, dict) and "ID" in payload else payload


def _rows(rows: list[t.Any], key: str) -> list[ImageSummary]:
    return [row_of(entry, where) for where, entry in entries_of(rows, key)]


def row_of(entry: Entry, where: str) -> ImageSummary:
    """One row of ``docker image ls``, of ``docker system df -v`` or of ``nerdctl images``."""
    if isinstance(entry.get("ID"), str) and re.fullmatch("[0-9a-f]{12}", entry["ID"]):
        raise InputError(
            f"{where}.ID is cut to 12 digits: {shown(entry['ID'])}; run the command with --no-trunc", "E_TRUNCATED_ID"
        )
    tags, digests = names_of_row(*(text(entry, column, where) for column in ("Repository", "Tag", "Digest")))
    # The same number twice: VirtualSize has one digit more, where there is one (docker before 29).
    size = printed_size(entry, "VirtualSize", where)
    return ImageSummary(
        id=identity(entry, "ID", where),
        containers=-1 if entry.get("Containers") in ("N/A", "") else amount(entry, "Containers", where),
        created=created(entry, "CreatedAt", where),
        repo_digests=digests,
        repo_tags=tags,
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


def _has_unique_size(row: t.Any) -> bool:
    """True for a row of the disk usage: ``docker image ls`` has the column, but never a figure in it."""
    return isinstance(row, dict) and row.get("UniqueSize") not in (None, "", "N/A")


def _crictl_image(entry: Entry, where: str) -> ImageSummary:
    tags, digests = names_of(entry, where, "repoTags", "repoDigests")
    return ImageSummary(
        id=identity(entry, "id", where),
        repo_digests=digests,
        repo_tags=tags,
        size=amount(entry, "size", where),
    )
