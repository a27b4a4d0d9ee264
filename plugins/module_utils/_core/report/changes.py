# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed on a host since the baseline, as the report lists it, and the baseline that follows from it."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from .baseline import Baseline, HostBaseline
from .comparison import compared, shown_names

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .comparison import HostNow, Pair
    from .schema import ChangeRow

UPDATES = ("never", "missing", "out_of_range", "all")


def host_changes(host: str, pairs: Sequence[Pair]) -> Iterator[tuple[str, ChangeRow]]:
    """(kind, change) for each entry of the host; kind is one of CHANGE_KINDS or "unchanged"."""
    name_of = shown_names(pair.key for pair in pairs)
    for pair in pairs:
        change: ChangeRow = {
            "host": host,
            "name": name_of(pair.key),
            "before": pair.before,
            "after": pair.after,
            "delta": None,
            "ratio": None,
        }
        if pair.kind in ("grown", "shrunk") and pair.before is not None and pair.after is not None:
            change["delta"] = pair.after - pair.before
            change["ratio"] = (pair.after - pair.before) / pair.before if pair.before else None
        if pair.key.platform:
            change["platform"] = pair.key.platform
        if pair.reason:
            change["reason"] = pair.reason
        yield pair.kind, change


def updated_baseline(before: Baseline, now: Mapping[str, HostNow], update: str) -> Baseline:
    """The baseline after a run, as ``update`` says:

    never          as it was
    missing        with the hosts and names that it did not have
    out_of_range   with new sizes for the names that grew over a limit
    all            with what the hosts that reported have now, and nothing else of them

    ``now`` is by the names of entries. Hosts that did not report keep what they have: a dead host must not lose its
    baseline. Nor must entries that the report is not about; raises InputError where those cannot be kept.
    """
    hosts = dict(before.hosts)
    for name, facts in now.items():
        old = hosts.get(name)
        # Sizes that mean different things must not stand side by side under one measure.
        if update == "all" or (update == "missing" and old is None):
            difference = old.measure.difference(facts.measure) if old and facts.kept else ""
            if difference:
                raise InputError(f"select covers a part of the baseline of {name}, and {difference}", "E_BASELINE")
            hosts[name] = HostBaseline(facts.measure, {**facts.kept, **facts.sizes}, facts.layer_sizes)
        elif old is not None and update != "never" and not old.measure.difference(facts.measure):
            sizes, layers = dict(old.sizes), dict(old.layer_sizes)
            for pair in compared(old, facts.sizes, facts.measure, before.key):
                if pair.kind == "new" if update == "missing" else pair.key in facts.out_of_range:
                    if pair.old_key:
                        del sizes[pair.old_key]
                        layers.pop(pair.old_key, None)
                    sizes[pair.key] = pair.after
                    layers.pop(pair.key, None)
                    if pair.key in facts.layer_sizes:
                        layers[pair.key] = facts.layer_sizes[pair.key]
            hosts[name] = HostBaseline(old.measure, sizes, layers)
    return Baseline(before.key, hosts)
