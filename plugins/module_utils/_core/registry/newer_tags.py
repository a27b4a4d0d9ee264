# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tags of a repository are newer versions of one tag."""

from __future__ import annotations

import re
import typing as t

from ..image.versions import Version, version_of

# What follows the version may name a pre-release, a variant (alpine, slim-bookworm, windowsservercore), or both.
_TAG = re.compile(
    r"""
    (?P<prefix>v?)(?P<numbers>[0-9]{1,18}(?:\.[0-9]{1,18}){0,2})
    (?P<short>(?:a|b|rc|alpha|beta|pre|dev)\.?[0-9]+)?
    (?:-(?P<suffix>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_PRE_RELEASE = re.compile(
    r"(?P<pre>(?:(?:alpha|beta|canary|dev|ea|insiders?|m|milestone|nightly|pre|preview|rc|snapshot|unstable|a|b)"
    r"(?:[.-]?[0-9]+)?|[0-9]+)(?:\.[0-9A-Za-z]+)*)(?:-(?P<variant>[0-9A-Za-z].*))?",
    re.IGNORECASE | re.ASCII,
)


class TagVersion(t.NamedTuple):
    """The version in a tag, and what it can be compared with."""

    version: Version
    family: tuple[str, int, str]
    """Whether a ``v`` precedes the numbers, how many they are, and the variant.

    ``1.27`` and ``1.27.3`` are different promises, and so are ``1.27`` and ``1.27-alpine``.
    """


def tag_version(tag: str) -> TagVersion | None:
    """The version in a tag, or None for a tag such as ``latest``."""
    found = _TAG.fullmatch(tag)
    if not found:
        return None
    numbers, short, suffix = found["numbers"], found["short"] or "", found["suffix"] or ""
    before = _PRE_RELEASE.fullmatch(suffix) if not short else None
    version = version_of(f"{numbers}{short}" + (f"-{before['pre']}" if before else ""))
    if version is None:
        return None
    variant = (before["variant"] or "") if before else suffix
    return TagVersion(version, (found["prefix"].lower(), numbers.count("."), variant.lower()))


def newer_versions(current: str, tags: t.Iterable[str], pre_releases: bool = False) -> list[str] | None:
    """The tags with a newer version than the current one, newest first; None if the current tag is not a version.

    Only those that can be compared with it; pre-releases only if asked for, or if the current one is one.
    """
    own = tag_version(current)
    if own is None:
        return None
    pre_releases = pre_releases or bool(own.version.pre_release)
    found = []
    for tag in set(tags):
        other = tag_version(tag)
        if other is None or other.family != own.family or other.version.precedence <= own.version.precedence:
            continue
        if pre_releases or not other.version.pre_release:
            found.append((other.version.precedence, tag))
    return [tag for _precedence, tag in sorted(found, reverse=True)]
