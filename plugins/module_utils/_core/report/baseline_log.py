# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a report beside one baseline: what changed on them, and the baseline that follows."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from .baseline import Baseline, HostBaseline, Measure
from .baseline_entries import entries_of, layers_of
from .changes import host_changes, updated_baseline
from .comparison import Comparison, HostNow, compared
from .groups import ChangeGroups
from .limited_lists import Bounded
from .order import change_order
from .schema import CHANGE_KINDS
from .selection import ReportSelection, entries_within

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..image.layer_sizes import LayerSizes
    from ..image.summary import ImageSummary
    from .baseline import EntryKey
    from .compare_with import OtherImages
    from .comparison import Pair
    from .hosts import HostFacts
    from .report_policy import ReportPolicy
    from .schema import ChangeRow, ChangesPart

_NAMED_HOSTS = 5


class BaselineLog:
    """Takes hosts one by one and keeps the ``limit`` largest changes of each kind.

    ``new_key`` is how a new baseline names images. Without it the sizes of the hosts are not kept, and there is
    no new baseline.
    """

    def __init__(
        self, policy: ReportPolicy, new_key: str | None, limit: int | None, group_limit: int | None = None
    ) -> None:
        self._given = policy.baseline is not None or policy.compare_with is not None
        self._compares_images = policy.compare_with is not None
        self._baseline = policy.baseline or Baseline(new_key or "reference", any_host=policy.any_host)
        self._kinds: dict[str, Bounded[ChangeRow]] = {kind: Bounded(limit) for kind in CHANGE_KINDS}
        self._groups = ChangeGroups(group_limit)
        self._selection = ReportSelection(policy.selector)
        self._unchanged = 0
        self._unknown_hosts: Bounded[str] = Bounded(_NAMED_HOSTS)
        self._now: dict[str, HostNow] | None = {} if new_key else None

    def compare(
        self, facts: HostFacts, everything: Sequence[ImageSummary], other: OtherImages | None = None
    ) -> Comparison | None:
        """The host beside its entry; None where there is nothing to compare and nothing to remember.

        ``facts`` may have a part of the host's images; ``everything`` is all of them. ``other`` are images of the host
        that stand for its entry.
        """
        if not self._given and self._now is None:
            return None
        measure, by = Measure.of_engine(facts.engine), self._baseline.key
        entries, keys = entries_of(facts.images, by)
        old, kept = self._baseline.host(facts.host), {}
        if other is not None:
            old = other.beside(entries, measure)
        elif self._selection.is_given:
            keys, within = entries_within(self._selection, by, everything, keys, old.sizes)
            entries = {key: entries[key] for own in keys.values() for key in own}
            kept = {key: size for key, size in old.sizes.items() if key not in within}
            old = HostBaseline(old.measure, {key: old.sizes[key] for key in within}, old.layer_sizes)
        sizes = {key: entry.size for key, entry in entries.items()}
        pairs = list(compared(old, sizes, measure, by))
        if self._given:
            self._log(facts.host, pairs, self._baseline.knows(facts.host) if other is None else bool(other))
        layers: dict[EntryKey, LayerSizes] = {}
        if self._now is not None:
            layers = {**{key: old.layer_sizes[key] for key in old.layer_sizes if key in kept}, **layers_of(entries)}
        now = HostNow(measure, sizes, kept, layer_sizes=layers)
        return Comparison(self._given, now, entries, keys, pairs, old.layer_sizes)

    def _log(self, host: str, pairs: list[Pair], is_known: bool) -> None:
        if not is_known:
            self._unknown_hosts.add(host, lambda: host)
        for kind, change in host_changes(host, pairs):
            if kind == "unchanged":
                self._unchanged += 1
            else:
                self._kinds[kind].add(change_order(change), lambda change=change: change)  # type: ignore[misc]
                self._groups.add(kind, change)

    def remember(self, host: str, comparison: Comparison | None, too_large: Iterable[ImageSummary]) -> None:
        """Keep the sizes of the host for a new baseline; ``too_large`` are those that a growth rule found to be so."""
        if self._now is None or comparison is None:
            return
        name = self._baseline.entry_name(host)
        if name in self._now:
            raise InputError("the baseline has one entry for all hosts, so only a report on one host can update it")
        out_of_range = {key for image in too_large for key in comparison.keys_of(image)}
        self._now[name] = comparison.now._replace(out_of_range=out_of_range)

    def changes(self) -> ChangesPart | None:
        """The part ``changes`` of the document."""
        if not self._given:
            return None
        lists = {kind: bounded.items() for kind, bounded in self._kinds.items()}
        counts = {kind: bounded.seen for kind, bounded in self._kinds.items()}
        groups = {"groups": self._groups.items(), "sums": self._groups.sums}
        return t.cast("ChangesPart", {**lists, "unchanged": self._unchanged, "counts": counts, **groups})

    @property
    def left_out(self) -> int:
        """How many changes are not listed."""
        return sum(bounded.seen - len(bounded.items()) for bounded in self._kinds.values())

    def remark(self) -> str:
        """About hosts that have nothing to compare with; "" if it has all."""
        count = self._unknown_hosts.seen
        if not count:
            return ""
        unknown = _listed(self._unknown_hosts.items(), count)
        if self._compares_images:
            return f"compare_with names no image of {unknown}, so nothing was compared there"
        known = sorted(self._baseline.hosts)
        has = f"it has {_listed(known[:_NAMED_HOSTS], len(known))}" if known else "it is empty"
        hint = "; any_host compares hosts of any name with it" if len(known) == 1 else ""
        return f"the baseline has no sizes of {unknown}, so nothing was compared there; {has}{hint}"

    def new_baseline(self, update: str) -> Baseline:
        """The baseline that follows from this run; see updated_baseline()."""
        return updated_baseline(self._baseline, self._now or {}, update)


def _listed(names: list[str], count: int) -> str:
    more = count - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
