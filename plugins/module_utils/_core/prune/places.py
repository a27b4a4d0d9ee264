# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where images stand for ``keep_last``: their groups, and what they are sorted by there."""

from __future__ import annotations

import typing as t

from ..image.reference import repository_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .image_facts import ImageFacts
    from .rules import Rule


class Place(t.NamedTuple):
    """What an image is sorted by in one group."""

    image: ImageFacts
    key: t.Any
    """``None`` if nothing is known to sort it by: it is not counted."""
    obstacle: str = ""
    """Why it is kept even if it is not among the newest."""


def groups_of(image: ImageFacts, group_by: str) -> set[str]:
    """The groups in which an image is ranked."""
    if group_by == "none":
        return {""}
    if group_by.startswith("label:"):
        key = group_by[len("label:") :]
        # Images without the label are a group of their own, apart from those whose label is empty.
        return {f"{key}={image.summary.labels[key]}" if key in image.summary.labels else f"!{key}"}
    # A digest says where an image was pulled from. It makes a group only where no tag does, or an image that lost its
    # place among the tags of one repository would be kept by its digest there.
    return set(map(repository_of, image.summary.repo_tags or image.summary.repo_digests))


def places_by_date(rule: Rule, images: Iterable[ImageFacts]) -> Iterator[tuple[str, Place]]:
    """The place of each image in each of its groups, by build date."""
    for image in images:
        place = Place(image, image.built, "" if image.built is not None else "build date not known")
        for group in groups_of(image, rule.group_by):
            yield group, place
