# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Extended headers of a tar member: what they say about its name, its link and its size.

Records: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03, sparse files:
https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
"""

from __future__ import annotations

import typing as t

from ..errors import InputError

_READ = frozenset({b"GNU.sparse.name", b"GNU.sparse.realsize", b"GNU.sparse.size", b"linkpath", b"path", b"size"})


class Overrides(t.NamedTuple):
    """What holds instead of the fields of the header that follows; None where nothing does."""

    name: bytes | None = None
    link: bytes | None = None
    stored: int | None = None
    size: int | None = None

    def updated(self, later: Overrides) -> Overrides:
        """The later header wins, field by field."""
        return self._replace(**{key: value for key, value in later._asdict().items() if value is not None})


def overrides_of(data: bytes) -> Overrides:
    """Read the records of one pax header. Raises InputError if they are malformed."""
    records = {key: value for key, value in _records(data) if key in _READ}
    # An empty value takes a record back. The name of a sparse file stands in its own record.
    name = records.get(b"GNU.sparse.name") or records.get(b"path") or None
    sparse_size = records.get(b"GNU.sparse.realsize") or records.get(b"GNU.sparse.size")
    stored = records.get(b"size")
    return Overrides(
        name=name,
        link=records.get(b"linkpath") or None,
        stored=_integer(stored) if stored else None,
        size=_integer(sparse_size) if sparse_size else None,
    )


def _records(data: bytes) -> t.Iterator[tuple[bytes, bytes]]:
    """``"<length> <key>=<value>\\n"``, the length counting all of it."""
    start = 0
    while start < len(data):
        blank = data.find(b" ", start, start + 20)
        digits = data[start:blank] if blank > start else b""
        if not digits.isdigit():
            raise _malformed()
        end = start + int(digits)
        if not blank < end <= len(data) or data[end - 1 : end] != b"\n":
            raise _malformed()
        key, equals, value = data[blank + 1 : end - 1].partition(b"=")
        if not equals or not key or (b"\0" in value and key in (b"path", b"linkpath", b"GNU.sparse.name")):
            raise _malformed()
        yield key, value
        start = end


def _integer(digits: bytes) -> int:
    if not digits.isdigit() or len(digits) > 19 or int(digits) >= 1 << 63:
        raise _malformed()
    return int(digits)


def _malformed() -> InputError:
    return InputError("has a malformed extended tar header", "E_TAR")
