# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spool files on disk: found, and read one host at a time."""

from __future__ import annotations

import os
import typing as t
from functools import lru_cache

from ._core.errors import InputError, shown
from ._core.report.spool import SUFFIX, absent_host, host_facts, newest, parse_header, parse_row

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._core.report.facts import AbsentHost, HostFacts
    from ._core.report.spool import SpoolHeader


def newest_spools(sources: Sequence[str]) -> dict[str, tuple[str, SpoolHeader]]:
    """host -> (path, header) over all files and directories. Raises InputError for one that cannot be read."""
    return newest((path, _read_header(path)) for path in spool_paths(sources))


def spool_paths(sources: Sequence[str]) -> Iterator[str]:
    """Each source that is a file, and the spool files of each that is a directory."""
    for source in sources:
        if not os.path.isdir(source):
            yield source
            continue
        try:
            names = os.listdir(source)
        except OSError as exc:
            raise InputError(f"src: cannot read {shown(source)}: {exc.strerror}", "E_SPOOL") from None
        # A file that is being written has another suffix.
        for name in sorted(names):
            if name.endswith(SUFFIX):
                yield os.path.join(source, name)


def _read_header(path: str) -> SpoolHeader:
    try:
        with open(path, "rb") as file:
            return parse_header(file.readline(), f"src: {shown(path)}")
    except OSError as exc:
        raise InputError(f"src: cannot read {shown(path)}: {exc.strerror}", "E_SPOOL") from None


class SpoolReader:
    """Reads one host after the other.

    On a fleet most rows are the same on many hosts, byte for byte, and remembering one is cheaper than reading it.
    """

    def __init__(self, now: int, stale_after: int | None) -> None:
        self._now, self._stale_after = now, stale_after
        self._parse = lru_cache(maxsize=16384)(parse_row)

    def read(self, path: str, header: SpoolHeader) -> HostFacts | AbsentHost:
        """The facts of a host, or why there are none. Raises InputError."""
        absent = absent_host(header, self._now, self._stale_after)
        if absent:
            return absent
        try:
            with open(path, "rb") as file:
                file.readline()
                return host_facts(header, file.readlines(), os.path.basename(path), self._parse)
        except OSError as exc:
            raise InputError(f"src: cannot read {shown(path)}: {exc.strerror}", "E_SPOOL") from None
