# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find spool files, and read them one host at a time.

Files that cannot be used are ordinary: a copy to another machine was cut off, or is still running. They cost their host
and never the report.
"""

from __future__ import annotations

import contextlib
import os
import stat
import typing as t
from functools import lru_cache

from .._core.errors import InputError, shown
from .._core.report.hosts import AbsentHost
from .._core.report.spool import (
    SUFFIX,
    absent_host,
    host_facts,
    host_of_name,
    newest,
    parse_header,
    parse_row,
    spool_name,
)
from .input_files import LONGEST_PATH, limited_lines, odd_kind, open_input

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._core.image.summary import ImageSummary
    from .._core.report.hosts import HostFacts
    from .._core.report.spool import Recency, SpoolHeader

    SpoolFile = tuple[str, SpoolHeader]

# Of one kind, in a report.
_MOST_WARNINGS = 10

# A host with 200 images has a file of 170 kB. A file that is a thousand times larger would take too much memory.
_LARGEST_FILE = 256 * 1024 * 1024
_LONGEST_HEADER = 1024 * 1024
_LONGEST_ROW = 16 * 1024 * 1024

# Rows are remembered, to parse equal ones once. Rows with long labels are rare and would take most of the memory.
_LONGEST_REMEMBERED = 4096


class Spools(t.NamedTuple):
    """What the sources hold."""

    newest: dict[str, SpoolFile]
    """host -> (path, header) of the file to use."""
    damaged: dict[str, str]
    """path -> why the file cannot be used. Only its name says which host it is about."""
    nowhere: list[str]
    """A sentence for each source that does not exist or cannot be listed."""

    def hosts(self, expected: Sequence[str] | None) -> tuple[dict[str, SpoolFile | AbsentHost], list[str]]:
        """host -> its file or why there is none, sorted, and warnings. None as ``expected`` is every host with a file.

        The time of a damaged file is unknown. It may be the newest of its host, so the host is absent.
        Raises InputError if there is no way to know which hosts are missing.
        """
        if expected is None:
            if self.nowhere:
                raise InputError(f"src: {self.nowhere[0]}", "E_SPOOL")
            if not self.newest and not self.damaged:
                raise InputError("src holds no spool file, and expected_hosts is not given: there is nothing to report")
        found: dict[str, SpoolFile | AbsentHost] = {**self.newest, **dict(self._damaged_hosts(expected or ()))}
        warnings = _some(self.nowhere, "sources cannot be read")
        warnings += _some(
            [f"the spool file {_shown_path(path)} is damaged: {why}" for path, why in self.damaged.items()],
            "spool files are damaged",
        )
        if expected is None:
            return dict(sorted(found.items())), warnings
        names = sorted(set(expected))
        warnings += _left_out(sorted(self.newest.keys() - set(names)))
        return {name: found.get(name) or _missing(name) for name in names}, warnings

    def _damaged_hosts(self, expected: Iterable[str]) -> Iterator[tuple[str, AbsentHost]]:
        by_name = {spool_name(host): host for host in expected} if self.damaged else {}
        for path, why in self.damaged.items():
            name = os.path.basename(path)
            host = by_name.get(name) or host_of_name(name)
            yield host, AbsentHost(host, "failed", f"its spool file {shown(name)} is damaged: {why}")


def find_spools(sources: Sequence[str], latest: int) -> Spools:
    """Look into all files and directories; a file later than ``latest`` counts only where a host has no other."""
    spools = Spools({}, {}, [])
    headers = ((path, _read_header(path, spools.damaged)) for path in _paths(sources, spools.nowhere))
    spools.newest.update(newest(((path, header) for path, header in headers if header), latest))
    return spools


def _paths(sources: Sequence[str], nowhere: list[str]) -> Iterator[str]:
    """Each source that is a file, and the spool files of each that is a directory."""
    for source in sources:
        try:
            mode = os.stat(source).st_mode
            if stat.S_ISREG(mode):
                yield source
                continue
            if not stat.S_ISDIR(mode):
                nowhere.append(f"cannot read {_shown_path(source)}: it is {odd_kind(mode)}, not a file or a directory")
                continue
            names = os.listdir(source)
        except OSError as exc:
            nowhere.append(f"cannot read {_shown_path(source)}: {exc.strerror}")
            continue
        # A file that is being written has another suffix, or is hidden.
        for name in sorted(names):
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield os.path.join(source, name)


def _read_header(path: str, damaged: dict[str, str]) -> SpoolHeader | None:
    try:
        with open_input(path) as file:
            return parse_header(next(limited_lines(file, _LONGEST_HEADER, _LARGEST_FILE), b""))
    except InputError as exc:
        damaged[path] = str(exc)
    except OSError as exc:
        damaged[path] = f"it cannot be read ({exc.strerror})"
    return None


def _missing(host: str) -> AbsentHost:
    return AbsentHost(host, "missing", "there is no spool file of this host")


def _left_out(others: Sequence[str]) -> list[str]:
    """A warning about hosts that are not expected."""
    if not others:
        return []
    have = "1 host has a spool file but is" if len(others) == 1 else f"{len(others)} hosts have spool files but are"
    return [f"{have} not expected, and {'is' if len(others) == 1 else 'are'} left out: {', '.join(others[:5])}"]


def _some(sentences: Sequence[str], what: str) -> list[str]:
    more = len(sentences) - _MOST_WARNINGS
    return [*sentences[:_MOST_WARNINGS], *([f"{more} more {what}"] if more > 0 else [])]


def _shown_path(path: str) -> str:
    """The whole path, because the reader has to find the file."""
    return shown(path, LONGEST_PATH)


def tags_of(sources: Sequence[str], latest: int) -> list[str]:
    """The tags of all hosts that were pulled from a registry, each once. Raises InputError.

    Files that cannot be used are left out: a report on them says so.
    """
    hosts, _warnings = find_spools(sources, latest).hosts(None)
    tags: set[str] = set()
    pulled_tags = lru_cache(maxsize=16384)(_pulled_tags)
    for spool in hosts.values():
        if isinstance(spool, AbsentHost):
            continue
        with contextlib.suppress(InputError, OSError), open_input(spool[0]) as file:
            rows = limited_lines(file, _LONGEST_ROW, _LARGEST_FILE)
            next(rows, b"")
            for line in rows:
                tags.update(pulled_tags(line))
    return sorted(tags)


def _pulled_tags(line: bytes) -> tuple[str, ...]:
    """The tags of an image that has a digest of the same repository."""
    image = parse_row(line)
    pulled = {name.canonical_repository for name in image.names if name.digest}
    return tuple(
        str(name) for name in image.names if name.tag and not name.digest and name.canonical_repository in pulled
    )


class SpoolReader:
    """Reads one host after the other.

    In a fleet most rows are the same on many hosts, byte for byte, and remembering a row is cheaper than parsing it.
    """

    def __init__(self, recency: Recency) -> None:
        self._recency = recency
        self._remembered = lru_cache(maxsize=16384)(parse_row)

    def _parse(self, line: bytes) -> ImageSummary:
        return self._remembered(line) if len(line) <= _LONGEST_REMEMBERED else parse_row(line)

    def read(self, path: str, header: SpoolHeader) -> HostFacts | AbsentHost:
        """The facts of a host, or why there are none."""
        absent = absent_host(header, self._recency)
        if absent:
            return absent
        name = shown(os.path.basename(path))
        try:
            with open_input(path) as file:
                rows = limited_lines(file, _LONGEST_ROW, _LARGEST_FILE)
                next(rows, b"")
                return host_facts(header, rows, name, self._parse)
        except (InputError, OSError) as exc:
            why = f"is damaged: {exc}" if isinstance(exc, InputError) else f"cannot be read ({exc.strerror})"
            return AbsentHost(header.host, "failed", f"its spool file {name} {why}")
