# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images of a host as entries of a baseline: one for each name and platform, and which image stands for it."""

from __future__ import annotations

import typing as t
from functools import lru_cache

from ..image.platform import normalized_platform
from ..image.reference import Reference
from ..image.selector import PLACEHOLDER_BEFORE
from .baseline import EntryKey

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..image.layer_sizes import LayerSizes
    from ..image.summary import ImageSummary


class Entry(t.NamedTuple):
    """What an entry is now."""

    size: int | None
    """None where it is not known which of several images stands for the entry."""
    ids: frozenset[str]
    """The image that stands for it; where that is not known, all that may."""
    layer_sizes: LayerSizes | None = None


def entry_keys(image: ImageSummary, by: str) -> list[EntryKey]:
    """Under which entries a baseline knows an image: its tags, or digests where it has no tag. Dangling ones: none."""
    platform = normalized_platform(image.platform) if image.platform else ""
    names = {_entry_name(name, by) for name in image.repo_tags or image.repo_digests}
    return [EntryKey(name, platform) for name in sorted(names)]


@lru_cache(maxsize=16384)
def _entry_name(name: str, by: str) -> str:
    """The short spelling, worked out once for a name that many hosts have."""
    reference = Reference.parse(name)
    return reference.familiar_repository if by == "repository" else reference.familiar


def entries_of(images: Sequence[ImageSummary], by: str) -> tuple[dict[EntryKey, Entry], dict[str, list[EntryKey]]]:
    """The entries for the images of one host, and the keys of each image by its ID."""
    keys = {image.id: entry_keys(image, by) for image in images}
    holders: dict[EntryKey, dict[str, ImageSummary]] = {}
    for image in images:
        for key in keys[image.id]:
            holders.setdefault(key, {})[image.id] = image
    return {key: _entry(list(found.values()), by) for key, found in holders.items()}, keys


def layers_of(entries: Mapping[EntryKey, Entry]) -> dict[EntryKey, LayerSizes]:
    """The sizes of base and own layers of those whose layers were asked for."""
    return {key: entry.layer_sizes for key, entry in entries.items() if entry.layer_sizes}


def _entry(images: list[ImageSummary], by: str) -> Entry:
    if len(images) > 1 and by == "repository":
        images = _newest(images)
    if len(images) == 1:
        return Entry(images[0].size, frozenset([images[0].id]), images[0].layer_sizes)
    return Entry(None, frozenset(image.id for image in images))


def _newest(images: list[ImageSummary]) -> list[ImageSummary]:
    """The newest of several images: more than one where dates are equal, or where some have none."""
    dated = [image for image in images if image.created >= PLACEHOLDER_BEFORE]
    latest = max((image.created for image in dated), default=0)
    return [image for image in images if image.created < PLACEHOLDER_BEFORE or image.created == latest]
