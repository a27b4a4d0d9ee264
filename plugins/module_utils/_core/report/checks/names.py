# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``forbidden-tag``, ``no-dangling`` and ``required-image``: which names there may be, and must be."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...errors import shown
from ...fields import required, texts_of
from ...image.patterns import ReferencePattern, TagPattern
from ...image.reference import TO_SELECT, Reference
from ...quantities import format_size
from ..check_outcome import CheckOutcome
from .kinds import Demand, HostCheck, ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..hosts import HostFacts, ImageView
    from .kinds import Before


@dataclass(frozen=True)
class ForbiddenTag(ImageCheck):
    """``tags``: patterns for tags that no image may have."""

    OPTIONS = ("tags",)
    tags: tuple[TagPattern, ...]
    text: str

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> ForbiddenTag:
        texts = texts_of(required(options, "tags", where), f"{where}.tags")
        patterns = tuple(TagPattern.parse(text, f"{where}.tags[{index}]") for index, text in enumerate(texts))
        return cls(patterns, ", ".join(texts))

    def demand(self) -> Demand:
        return Demand(self.text)

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        if not view.image.repo_tags:
            return CheckOutcome("skip", lambda: "has no tag", None, self.text)
        found = [name for name in view.image.repo_tags if self._forbids(Reference.parse(name))]
        if not found:
            return CheckOutcome("pass", lambda: "has no forbidden tag", None, self.text)
        names = ", ".join(found)
        return CheckOutcome("fail", lambda: f"has a forbidden tag: {', '.join(map(shown, found))}", names, self.text)

    def _forbids(self, reference: Reference) -> bool:
        return any(pattern.matches_reference(reference, TO_SELECT) for pattern in self.tags)


@dataclass(frozen=True)
class NoDangling(ImageCheck):
    """No image may be left without a name and without a child."""

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> NoDangling:
        return cls()

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        if view.state != "dangling":
            return CheckOutcome("pass", lambda: f"is {view.state.replace('_', ' ')}", view.state)
        size = view.image.size
        return CheckOutcome("fail", lambda: f"is dangling: no name, no child ({format_size(size)})", view.state)


@dataclass(frozen=True)
class RequiredImage(HostCheck):
    """``references``: every host must have at least one image for each of these names, patterns or IDs."""

    OPTIONS = ("references",)
    references: tuple[ReferencePattern, ...]

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> RequiredImage:
        texts = dict.fromkeys(texts_of(required(options, "references", where), f"{where}.references"))
        return cls(
            tuple(ReferencePattern.parse(text, f"{where}.references[{index}]") for index, text in enumerate(texts))
        )

    def demand(self) -> Demand:
        return Demand(", ".join(reference.text for reference in self.references))

    def judge(self, host: HostFacts, views: Sequence[ImageView]) -> Iterable[tuple[str | None, CheckOutcome]]:
        names = [name for view in views for name in view.image.names]
        ids = [view.image.id for view in views]
        for pattern in self.references:
            count = sum(pattern.matches_reference(name, TO_SELECT) for name in names)
            count += sum(pattern.matches_id(image_id, TO_SELECT) for image_id in ids)
            yield pattern.text, _presence(count)


def _presence(count: int) -> CheckOutcome:
    if not count:
        return CheckOutcome("fail", lambda: "no image of the host has such a name", 0, 1, "count")
    return CheckOutcome("pass", lambda: f"{count} name{'' if count == 1 else 's'} found", count, 1, "count")
