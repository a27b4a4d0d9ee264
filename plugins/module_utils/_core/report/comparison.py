# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sizes of a host beside those of the baseline: which of them belong together, and what cannot be compared."""

from __future__ import annotations

import typing as t
from collections import Counter
from types import MappingProxyType

from .checks.kinds import Before

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..image.layer_sizes import LayerSizes
    from ..image.summary import ImageSummary
    from .baseline import EntryKey, HostBaseline, Measure, Sizes
    from .baseline_entries import Entry
    from .schema import ChangeKind

    Kind = t.Union[ChangeKind, t.Literal["unchanged"]]

UNKNOWN_SIZE = "its size, now or in the baseline, is not known"
_SEVERAL_BEFORE = "the baseline has several images under this name"
_SEVERAL_NOW = {
    "reference": "several images have this name, and the baseline cannot distinguish them",
    "repository": "which image of the repository is the newest is not known",
}


class Pair(t.NamedTuple):
    """One size of the baseline and the one that it is compared with."""

    kind: Kind
    key: EntryKey
    """That of the image now; where there is none, that of the baseline."""
    before: int | None
    after: int | None
    reason: str = ""
    """Why the two cannot be compared."""
    old_key: EntryKey | None = None
    """The entry of the baseline that it was compared with."""


def compared(before: HostBaseline, now: Sizes, measure: Measure, by: str) -> Iterator[Pair]:
    """Every entry of now, and those of the baseline that are gone.

    Entries of one name and platform belong together. A platform that is not known may be any: it is compared with the
    only other entry of the name, and cannot be compared where there are several.
    """
    difference = before.measure.difference(measure)
    both = now.keys() & before.sizes.keys()
    for key in both:
        yield _pair(key, key, before.sizes[key], now[key], difference, by)
    came, gone = _by_name(now.keys() - both), _by_name(before.sizes.keys() - both)
    matched = {key.name for key in both}
    for name in came.keys() | gone.keys():
        new, old = came.get(name, []), gone.get(name, [])
        if not new or not old or all(key.platform for key in (*new, *old)):
            yield from (Pair("new", key, None, now[key]) for key in new)
            yield from (Pair("removed", key, before.sizes[key], None, old_key=key) for key in old)
        elif len(new) == len(old) == 1 and name not in matched:
            yield _pair(new[0], old[0], before.sizes[old[0]], now[new[0]], difference, by)
        else:
            only = before.sizes[old[0]] if len(old) == 1 else None
            yield from (Pair("incomparable", key, only, now[key], _platforms(key, old)) for key in new)


def _by_name(keys: Iterable[EntryKey]) -> dict[str, list[EntryKey]]:
    found: dict[str, list[EntryKey]] = {}
    for key in keys:
        found.setdefault(key.name, []).append(key)
    return found


def _pair(key: EntryKey, old_key: EntryKey, before: int | None, after: int | None, difference: str, by: str) -> Pair:
    if before is None or after is None:
        reason = _SEVERAL_NOW[by] if after is None else _SEVERAL_BEFORE
        return Pair("incomparable", key, before, after, difference or reason, old_key)
    if difference or before < 0 or after < 0:
        return Pair("incomparable", key, before, after, difference or UNKNOWN_SIZE, old_key)
    kind: Kind = "unchanged" if before == after else "grown" if before < after else "shrunk"
    return Pair(kind, key, before, after, "", old_key)


def _platforms(key: EntryKey, old: list[EntryKey]) -> str:
    """Why an entry has several partners, or is one of several for the same."""
    known = sorted(other.platform for other in old if other.platform)
    if key.platform and not known:
        return "the baseline has one size for all platforms of this name"
    if not key.platform:
        return f"its platform is not known, and the baseline has {' and '.join(known)}"
    return "the baseline has a size for a platform that is not known"


def shown_names(keys: Iterable[EntryKey]) -> t.Callable[[EntryKey], str]:
    """A function for the name of an entry, which says the platform where several of them have the name."""
    count = Counter(key.name for key in set(keys) if key.platform)
    return lambda key: f"{key.name} ({key.platform})" if key.platform and count[key.name] > 1 else key.name


class HostNow(t.NamedTuple):
    """The sizes of one host now, by the keys of the baseline."""

    measure: Measure
    sizes: Sizes
    kept: Sizes
    """Entries of the baseline that the report is not about."""
    out_of_range: t.AbstractSet[EntryKey] = frozenset()
    """The keys of images that a growth rule found to be over its limit."""
    layer_sizes: Mapping[EntryKey, LayerSizes] = MappingProxyType({})
    """Where they are known, also of entries that the report is not about."""


class Comparison:
    """Looks the images of one host up in the baseline."""

    def __init__(
        self,
        given: bool,
        now: HostNow,
        entries: Mapping[EntryKey, Entry],
        keys: Mapping[str, Sequence[EntryKey]],
        pairs: Iterable[Pair],
        old_layers: Mapping[EntryKey, LayerSizes] = MappingProxyType({}),
    ) -> None:
        self.now = now
        self._old_layers = old_layers
        self._given = given
        self._entries = entries
        self._keys = keys
        self._pairs = {pair.key: pair for pair in pairs if pair.kind != "removed"}

    def before(self, image: ImageSummary) -> Before:
        """What to compare the image with: of its names, the one whose entry is the smallest."""
        if not self._given:
            return Before(given=False)
        found = [self._before(image, key) for key in self._keys[image.id]]
        comparable = [before for before in found if before.size is not None and not before.incomparable]
        if comparable:
            return min(comparable, key=lambda before: before.size or 0)
        # Before those that are not compared come those that cannot be, and those that the baseline lacks.
        ordered = sorted(found, key=lambda before: (bool(before.skipped), not before.incomparable))
        return ordered[0] if ordered else Before(skipped="has no name, so the baseline cannot have it")

    def keys_of(self, image: ImageSummary) -> list[EntryKey]:
        """The entries that the image stands for."""
        return [key for key in self._keys[image.id] if image.id in self._entries[key].ids]

    def _before(self, image: ImageSummary, key: EntryKey) -> Before:
        if image.id not in self._entries[key].ids:
            return Before(skipped=f"{key.name} has a newer image, and only the newest is compared")
        pair = self._pairs[key]
        layers = self._old_layers.get(pair.old_key) if self._old_layers and pair.old_key else None
        return Before(pair.before, "" if pair.reason == UNKNOWN_SIZE else pair.reason, layer_sizes=layers)
