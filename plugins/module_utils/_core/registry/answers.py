# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted of registries, and what becomes of their answers: a row for each name."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..image.patterns import TagPattern
from ..image.platform import normalized_platform
from ..image.reference import TO_SELECT, Reference
from .newer_tags import newer_versions
from .registry_document import (
    PlatformImage,
    RegistryDocument,
    attachments_of,
    images_of,
    platform_row,
    wanted_platforms,
)
from .registry_error import Outcome
from .registry_row import RegistryReference, empty_row, failed_row, registry_reference


class Wanted(t.NamedTuple):
    """What is to be found out beyond the digest."""

    details: bool = False
    platforms: frozenset[str] | None = None
    newer_tags: NewerTags | None = None


class NewerTags(t.NamedTuple):
    """Which tags count as newer, and how many pages of tags are read at most."""

    pattern: TagPattern | None
    pre_releases: bool
    max_pages: int


class Failure(t.NamedTuple):
    """Stands for an answer that did not come."""

    sentence: str
    outcome: Outcome = "failed"


class Answered(t.NamedTuple):
    """Digest and media type of one reference, and with details its document."""

    digest: str
    media_type: str
    document: RegistryDocument | None


class Tags(t.NamedTuple):
    """The tags of a repository; not complete where the pages came to their limit."""

    tags: frozenset[str]
    complete: bool


def wanted_from(options: t.Mapping[str, t.Any]) -> Wanted:
    """Read the options of `registry_options`. Raises InputError."""
    platforms, newer = options["platforms"], options["newer_tags"]
    if platforms is not None and not options["details"]:
        raise InputError("platforms limits the details, so it needs details=true")
    if platforms is not None and not platforms:
        raise InputError("platforms must name at least one platform")
    if newer is not None and newer["max_pages"] < 1:
        raise InputError(f"newer_tags.max_pages must be at least 1, got {newer['max_pages']}")
    return Wanted(
        details=options["details"],
        platforms=None if platforms is None else wanted_platforms(platforms),
        newer_tags=newer
        and NewerTags(
            None if newer["pattern"] is None else TagPattern.parse(newer["pattern"], "newer_tags.pattern"),
            newer["pre_releases"],
            newer["max_pages"],
        ),
    )


def row_of(
    name: str,
    one: RegistryReference | Failure,
    wanted: Wanted,
    found: t.Mapping[RegistryReference, Answered | Failure],
    images: t.Mapping[RegistryReference, list[PlatformImage]],
    rows: t.Mapping[tuple[str, str, str], dict[str, t.Any] | Failure],
    tags: t.Mapping[tuple[str, str], Tags | Failure],
) -> dict[str, t.Any]:
    """The row of one name. ``rows`` has the details of ``images``."""
    if isinstance(one, Failure):
        return failed_row(empty_row(name, None), one.sentence, one.outcome)
    row = empty_row(name, one)
    at = found[one]
    if isinstance(at, Failure):
        return failed_row(row, at.sentence, at.outcome)
    row.update(digest=at.digest, media_type=at.media_type)
    if at.document is not None and wanted.details:
        row.update(
            kind=at.document.kind,
            artifact_type=at.document.artifact_type,
            annotations=at.document.annotations,
            attachments=attachments_of(at.document),
        )
        row = _with_platforms(row, one, images[one], rows, wanted)
    return _with_tags(row, one, wanted.newer_tags, tags)


def _with_platforms(
    row: dict[str, t.Any],
    one: RegistryReference,
    images: t.Sequence[PlatformImage],
    rows: t.Mapping[tuple[str, str, str], dict[str, t.Any] | Failure],
    wanted: Wanted,
) -> dict[str, t.Any]:
    failure: Failure | None = None
    platforms = []
    for image in images:
        facts = rows[one.registry, one.repository, image.digest]
        if isinstance(facts, Failure):
            failure = failure or facts
            facts = platform_row(image, None, None, "")
        else:
            # Two entries of an index may name one image for two platforms.
            facts = {**facts, "platform": image.platform or facts["platform"], "os_version": image.os_version}
        if _is_wanted(facts["platform"], wanted.platforms):
            platforms.append(facts)
    row["platforms"] = platforms
    if wanted.platforms is not None:
        row["missing_platforms"] = sorted(
            wanted.platforms - {normalized_platform(one["platform"]) for one in platforms}
        )
    return failed_row(row, failure.sentence, failure.outcome) if failure else row


def _with_tags(
    row: dict[str, t.Any],
    one: RegistryReference,
    newer: NewerTags | None,
    tags: t.Mapping[tuple[str, str], Tags | Failure],
) -> dict[str, t.Any]:
    listed = tags.get((one.registry, one.repository))
    if newer is None or listed is None or one.is_digest:
        return row
    if isinstance(listed, Failure):
        return row if row["error"] else failed_row(row, listed.sentence, listed.outcome)
    pattern = newer.pattern
    candidates = [
        tag for tag in listed.tags if pattern is None or pattern.matches_reference(Reference("", tag, ""), TO_SELECT)
    ]
    row["newer_tags"] = newer_versions(one.version, candidates, newer.pre_releases)
    row["newer_tags_complete"] = None if row["newer_tags"] is None else listed.complete
    return row


def reference_of(name: str) -> RegistryReference | Failure:
    """What a name means, or what is wrong with it."""
    try:
        return registry_reference(name)
    except InputError as exc:
        return Failure(f"{exc}.")


def chosen_images(
    found: t.Mapping[RegistryReference, Answered | Failure], wanted: Wanted
) -> dict[RegistryReference, list[PlatformImage]]:
    """The images whose details are wanted. The platform of a manifest is known only once its config is read."""
    chosen = {}
    for one, at in found.items():
        if isinstance(at, Answered) and at.document is not None:
            images = images_of(at.document)
            chosen[one] = [
                image for image in images if not image.platform or _is_wanted(image.platform, wanted.platforms)
            ]
    return chosen


def _is_wanted(platform: str, wanted: frozenset[str] | None) -> bool:
    return wanted is None or not platform or normalized_platform(platform) in wanted
