# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images of the same host in place of a baseline: those with another tag, such as ``shop/web:main``.

Each image that is reported is compared with the one of its repository and platform that has such a name.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..fields import texts_of
from ..image.name_grammar import shown_name
from ..image.patterns import ReferencePattern
from ..image.platform import normalized_platform
from ..image.reference import TO_SELECT, Reference
from .baseline import EntryKey, HostBaseline

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..image.layer_sizes import LayerSizes
    from ..image.summary import ImageSummary
    from .baseline import Measure
    from .hosts import HostFacts

NOTHING_ELSE = "there is no image besides those that compare_with names, so nothing was checked"


class OtherImages:
    """The images of one host to compare with."""

    def __init__(self) -> None:
        # A name that several images have, as of a pattern for several tags, stands for none of them.
        self._sizes: dict[EntryKey, int | None] = {}
        self._names: dict[EntryKey, str] = {}
        self._layers: dict[EntryKey, LayerSizes] = {}

    def __bool__(self) -> bool:
        return bool(self._sizes)

    def add(self, image: ImageSummary, name: Reference) -> None:
        """Take an image under one of its names."""
        platform = normalized_platform(image.platform) if image.platform else ""
        key = EntryKey(name.familiar_repository, platform)
        self._sizes[key] = None if key in self._sizes else image.size
        if image.layer_sizes:
            self._layers[key] = image.layer_sizes
        self._names.setdefault(key, name.familiar)

    def beside(self, now: Iterable[EntryKey], measure: Measure) -> HostBaseline:
        """What a baseline by reference would have for these images, and the platforms that they lack."""
        keys = {key: EntryKey(Reference.parse(key.name).familiar_repository, key.platform) for key in now}
        there = set(keys.values())
        found = {key: other for key, other in keys.items() if other in self._sizes}
        rest: dict[str, list[EntryKey]] = {}
        for key, other in keys.items():
            if key not in found:
                rest.setdefault(other.name, []).append(key)
        for other in self._sizes.keys() - there:
            # A platform that is not known may be any, as in a baseline.
            alike = [key for key in rest.get(other.name, ()) if not key.platform or not other.platform]
            if alike:
                found.update({EntryKey(key.name, other.platform): other for key in alike})
            elif any(one.name == other.name for one in there):
                found[EntryKey(self._names[other], other.platform)] = other
        return HostBaseline(
            measure,
            {key: self._sizes[other] for key, other in found.items()},
            {key: self._layers[other] for key, other in found.items() if other in self._layers},
        )


class CompareWith(t.NamedTuple):
    """Which names are compared with."""

    patterns: tuple[ReferencePattern, ...]

    @classmethod
    def parse(cls, value: t.Any, where: str = "compare_with") -> CompareWith | None:
        """None without any. Raises InputError."""
        if not value:
            return None
        patterns = []
        for index, text in enumerate(texts_of(value, where)):
            pattern = ReferencePattern.parse(text, f"{where}[{index}]")
            if pattern.written is None and pattern.wildcards is None:
                raise InputError(f"{where}[{index}] must be an image name, got the ID {text}", "E_NAME")
            if pattern.written is not None and not pattern.written.version:
                raise InputError(f"{where}[{index}] needs a tag, got {shown_name(text)}", "E_NAME")
            patterns.append(pattern)
        return cls(tuple(patterns))

    def names(self, name: Reference) -> bool:
        """Whether this is a name to compare with."""
        return any(pattern.matches_reference(name, TO_SELECT) for pattern in self.patterns)

    def may_lack(self, name: Reference) -> bool:
        """Whether this is a tag to compare with, which may not be there yet.

        A pattern for several tags may mean what was pushed as well.
        """
        tags = [
            pattern.text.rpartition(":")[2] if pattern.written is None else ""
            for pattern in self.patterns
            if pattern.matches_reference(name, TO_SELECT)
        ]
        return any(tag == "" or tag == name.tag for tag in tags)

    def split(self, facts: HostFacts) -> tuple[HostFacts, OtherImages]:
        """The host without these names, and what they stand for. An image that has another tag as well is in both."""
        kept, other = [], OtherImages()
        for image in facts.images:
            names = [name for name in image.names if self.names(name)]
            for name in _one_a_repository(names):
                other.add(image, name)
            tags = [str(name) for name in image.names if name.tag and name not in names] if names else image.repo_tags
            if tags or not names:
                kept.append(image._replace(repo_tags=tags) if names else image)
        # Engines give the bytes of layers for all images together.
        layers_size = facts.layers_size if len(kept) == len(facts.images) else None
        return facts._replace(images=kept, layers_size=layers_size), other


def _one_a_repository(names: Sequence[Reference]) -> list[Reference]:
    """One image must not count as several because it has several names."""
    return list({name.canonical_repository: name for name in reversed(names)}.values())
