# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that command line tools print for people: everything is text, sizes are rounded, one row a name."""

from __future__ import annotations

import re
import typing as t
from decimal import Decimal

from ..errors import InputError, shown
from ..image.summary import ImageSummary
from .entries import EntryNames, amount, created, identity, text

if t.TYPE_CHECKING:
    from ..remarks import Remarks
    from .entries import Entry

# Docker's units are powers of 1000 whatever the size; nerdctl before 2.0 prints powers of 1024 and says so.
_UNITS = {"B": 1, "KB": 1000}
_UNITS.update({f"{prefix}B": 1000**power for power, prefix in enumerate("kMGTPE", 1)})
_UNITS.update({f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGTPE", 1)})

# "1e+03MB" is what Go's %.3g makes of 999600000 bytes. Two digits of exponent are more than any size needs.
_SIZE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?) ?([kKMGTPE]?i?B)\Z")


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
