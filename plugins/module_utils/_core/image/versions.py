# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several tags is the newest: by semantic version, in natural order, or by a date in the tag.

Each order is total: different tags never have equal keys, so the input order never matters. A tag that has nothing to
sort by has no key, and is for the caller to keep.
Source: https://semver.org/spec/v2.0.0.html
"""

from __future__ import annotations

import re
import typing as t
from datetime import date

Key = tuple[t.Any, ...]
# More than a tag can have. What is longer has no key, so that no number takes long to read.
_LONGEST = 128

# A leading v, any number of numbers, then a pre-release (after a dash) and build metadata. A plus sign cannot stand in
# a tag, so an underscore stands for it, as Helm writes it.
_VERSION = re.compile(
    r"""
    v?(?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)
    # 3.14.0rc1, as Python and others write it. Only behind a dot: 1234567a8 can be the digest of a commit.
     |(?P<short>a|b|rc|alpha|beta|pre|dev)\.?(?P<number>[0-9]+))?
    (?:[+_](?P<build>[0-9A-Za-z_.-]+))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(
    r"""
    (?<![0-9])(?P<year>19[0-9]{2}|2[0-9]{3})(?P<sep>[-._]?)(?P<month>[0-9]{2})(?P=sep)(?P<day>[0-9]{2})
    (?:[T_.-]?(?P<hour>[01][0-9]|2[0-3])[:_.-]?(?P<minute>[0-5][0-9])(?:[:_.-]?(?P<second>[0-5][0-9]))?Z?(?![0-9A-Za-z]))?
    (?![0-9])
    """,
    re.VERBOSE,
)
_RUNS = re.compile(r"[0-9]+|[^0-9]+")


class Version(t.NamedTuple):
    """A tag that is a version. Numbers that are not written are 0: ``1.2`` has the precedence of ``1.2.0``."""

    text: str
    release: tuple[int, ...]
    """The numbers, without zeros at the end."""
    pre_release: tuple[str, ...]
    """The identifiers of the pre-release, such as ``rc`` and ``1``; empty for a release."""

    @property
    def precedence(self) -> Key:
        """As semver.org compares: numbers, then a pre-release before its release. Build metadata says nothing."""
        identifiers = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre_release)
        return self.release, not self.pre_release, identifiers


def version_of(tag: str) -> Version | None:
    """The version that a tag is, with or without a leading ``v``; ``None`` if it is none, as ``latest``."""
    found = _VERSION.fullmatch(tag) if len(tag) <= _LONGEST else None
    if found is None or (found["short"] and "." not in found["release"]):
        return None
    numbers = [int(number) for number in found["release"].split(".")]
    if found["short"]:
        pre_release = [found["short"], found["number"]]
    else:
        pre_release = found["pre"].split(".") if found["pre"] else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return Version(tag, tuple(numbers), tuple(pre_release))


def version_key(tag: str) -> Key | None:
    """By precedence; versions of equal precedence in natural order."""
    version = version_of(tag)
    return version and (*version.precedence, *_natural(tag))


def natural_key(tag: str) -> Key | None:
    """Numbers by their value, what is between them by its letters: ``build-9`` before ``build-10``."""
    return _natural(tag) if len(tag) <= _LONGEST and any("0" <= letter <= "9" for letter in tag) else None


def date_key(tag: str) -> Key | None:
    """By the one date in the tag, with the time of day if one follows; on one day in natural order.

    ``20260131``, ``2026-01-31``, ``2026.01.31``, ``20260131T101500Z``. Two dates in one tag are none.
    """
    found = list(_DATE.finditer(tag)) if len(tag) <= _LONGEST else []
    if len(found) != 1:
        return None
    parts = found[0]
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        return None
    return (day.toordinal(), *(int(parts[name] or 0) for name in ("hour", "minute", "second")), *_natural(tag))


ORDERS: dict[str, t.Callable[[str], Key | None]] = {
    "version": version_key,
    "natural": natural_key,
    "tag_date": date_key,
}


def _natural(text: str) -> Key:
    runs = tuple((0, int(run), "") if "0" <= run[0] <= "9" else (1, 0, run) for run in _RUNS.findall(text))
    # Numbers with zeros in front are equal to those without.
    return runs, text
