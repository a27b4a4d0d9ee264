# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding images by the names that people type: whole IDs, short IDs, references in the short or the long spelling."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from .reference import Reference

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .summary import ImageSummary

_ID = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})\Z")


class Found(t.NamedTuple):
    """The IDs that were meant, and the names that mean no image, as given."""

    ids: frozenset[str]
    missing: list[str]


def find_images(images: Sequence[ImageSummary], names: Iterable[str], engine: str = "docker") -> Found:
    """Read each name as ``docker image inspect`` does: whole ID, reference (no tag means latest), then short ID.

    Podman stores what has no registry under ``localhost/``, so there a short name means that image too.
    A name means every image that carries it: in an archive, one for each platform.
    Raises InputError for an empty name and for a short ID that several images share.
    """
    by_reference: dict[str, set[str]] = {}
    for image in images:
        for reference in image.references:
            by_reference.setdefault(_canonical(reference), set()).add(image.id)
    ids: set[str] = set()
    missing = []
    for name in dict.fromkeys(names):
        found = _find(name, images, by_reference, engine)
        if not found:
            missing.append(name)
        ids |= found
    return Found(frozenset(ids), missing)


def _find(name: str, images: Sequence[ImageSummary], by_reference: dict[str, set[str]], engine: str) -> set[str]:
    if not name.strip():
        raise InputError("names must not hold an empty name", "E_NAME")
    digits = _ID.match(name)
    if digits and len(digits.group(1)) == 64:
        whole = "sha256:" + digits.group(1)
        return {whole} if any(image.id == whole for image in images) else set()
    found = by_reference.get(_canonical(name), set())
    if not found and engine == "podman" and "localhost/" not in name:
        found = by_reference.get(_canonical("localhost/" + name), set())
    if found or not digits:
        return found
    start = "sha256:" + digits.group(1)
    matching = sorted({image.id for image in images if image.id.startswith(start)})
    if len(matching) > 1:
        raise InputError(
            f"names: the short ID {shown(name)} is ambiguous, {len(matching)} images have it: {', '.join(matching)}",
            "E_AMBIGUOUS",
        )
    return set(matching)


def _canonical(name: str) -> str:
    reference = Reference.parse(name)
    if reference.digest:
        # With a digest the tag says nothing: engines look up repository and digest.
        return f"{reference.canonical_repository}@{reference.digest}"
    return f"{reference.canonical_repository}:{reference.tag or 'latest'}"
