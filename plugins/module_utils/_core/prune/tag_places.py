# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where images stand by their tags: which part of a tag makes the group, and which part is sorted.

An image counts by its best tag of a group. It is removed with all its names or not at all, so a single tag that the
rule is about and that cannot be sorted keeps it.
"""

from __future__ import annotations

import typing as t

from ..errors import quoted
from ..image.versions import ORDERS
from .grouping import tag_pattern
from .places import Place, groups_of

if t.TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from ..image.reference import Reference
    from .image_facts import ImageFacts
    from .rules import Rule

_LACKING = {"version": "is not a version", "natural": "has no number", "tag_date": "has no date"}


def places_by_tag(rule: Rule, images: Iterable[ImageFacts]) -> Iterator[tuple[str, Place]]:
    """The place of each image in each of its groups. ``created`` sorts by build date here, too."""
    for image in images:
        yield from _places(rule, image)


def _places(rule: Rule, image: ImageFacts) -> Iterable[tuple[str, Place]]:
    pattern = tag_pattern(rule.group_by, "group_by")
    by_repository = pattern is not None or rule.group_by == "repository"
    groups = groups_of(image, "repository" if by_repository else rule.group_by)
    names = _names_that_count(rule, image)
    if not names:
        # With a digest alone it is in the group of its repository, but there is nothing to sort by.
        return [(group, Place(image, None, "it has no tag")) for group in groups]
    found: dict[str, Place] = {}
    for name in names:
        part, captured, obstacle = _parts(pattern, name.tag)
        key: t.Any = None
        if not obstacle:
            key, obstacle = _key(rule.order_by, image, part)
        place = Place(image, key, obstacle)
        for group in {name.familiar_repository + captured} if by_repository else groups:
            found[group] = _better(found[group], place) if group in found else place
    return found.items()


def _names_that_count(rule: Rule, image: ImageFacts) -> list[Reference]:
    """Its tags, or those of them that the rule names."""
    names = list(image.summary.names[: len(image.summary.repo_tags)])
    if not rule.match.names:
        return names
    # None fits where the rule means the image by its ID: then all of them count.
    return [name for name in names if rule.match.fits(name)] or names


def _parts(pattern: re.Pattern[str] | None, tag: str) -> tuple[str, str, str]:
    """The part of a tag that is sorted, what the group is called besides the repository, and what is wrong."""
    if pattern is None:
        return tag, "", ""
    match = pattern.fullmatch(tag)
    if match is None:
        return "", "", f"tag {quoted(tag)} does not fit group_by"
    order, group = pattern.groupindex.get("order"), pattern.groupindex.get("group")
    # Without a name, the first parentheses are the group.
    group = group or next((number for number in range(1, pattern.groups + 1) if number != order), None)
    captured = (match[group] or "") if group else ""
    return (match[order] or "") if order else tag, f", {captured}" if captured else "", ""


def _key(order: str, image: ImageFacts, text: str) -> tuple[t.Any, str]:
    if order == "created":
        return image.built, "" if image.built is not None else "build date not known"
    key = ORDERS[order](text)
    return key, "" if key is not None else f"{quoted(text)} {_LACKING[order]}"


def _better(one: Place, two: Place) -> Place:
    keys = [place.key for place in (one, two) if place.key is not None]
    return Place(one.image, max(keys, default=None), min(filter(None, (one.obstacle, two.obstacle)), default=""))
