# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed on a host since the baseline, in one word for each image, and the baseline that follows from it."""

from __future__ import annotations

import typing as t

from .baseline import Baseline, HostBaseline, Measure

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .schema import ChangeRow

UPDATES = ("never", "missing", "out_of_range", "all")


class HostNow(t.NamedTuple):
    """The sizes of one host now, by the keys of the baseline."""

    measure: Measure
    sizes: Mapping[str, int]
    out_of_range: t.AbstractSet[str]
    """The keys of images that a growth rule found to be over its limit."""


def host_changes(host: str, before: HostBaseline, now: HostNow) -> Iterator[tuple[str, ChangeRow]]:
    """(kind, change) for each name of the host, sorted by name; kind is one of CHANGE_KINDS or "unchanged"."""
    difference = before.measure.difference(now.measure)
    for name in sorted({*before.images, *now.sizes}):
        old, new = before.images.get(name), now.sizes.get(name)
        kind, reason = _kind(old, new, difference)
        change: ChangeRow = {
            "host": host,
            "name": name,
            "before": old,
            "after": new,
            "delta": None,
            "ratio": None,
        }
        if kind in ("grown", "shrunk") and old is not None and new is not None:
            change["delta"] = new - old
            change["ratio"] = (new - old) / old if old else None
        if reason:
            change["reason"] = reason
        yield kind, change


def _kind(old: int | None, new: int | None, difference: str) -> tuple[str, str]:
    if old is None:
        return "new", ""
    if new is None:
        return "removed", ""
    if difference:
        return "incomparable", difference
    if old < 0 or new < 0:
        return "incomparable", "its size, now or in the baseline, is not known"
    return ("unchanged" if old == new else "grown" if new > old else "shrunk"), ""


def updated_baseline(before: Baseline, now: Mapping[str, HostNow], update: str) -> Baseline:
    """The baseline after a run, as ``update`` says:

    never          as it was
    missing        with the hosts and names that it did not have
    out_of_range   with new sizes for the names that grew over a limit
    all            with what the hosts that reported have now, and nothing else of them

    Hosts that did not report keep what they have: a dead host must not lose its baseline.
    """
    hosts = dict(before.hosts)
    for name, facts in now.items():
        old = hosts.get(name)
        # Sizes that mean different things must not stand side by side under one measure.
        if update == "all" or (update == "missing" and old is None):
            hosts[name] = HostBaseline(facts.measure, facts.sizes)
        elif old is None or update == "never" or old.measure.difference(facts.measure):
            continue
        elif update == "missing":
            hosts[name] = HostBaseline(old.measure, {**facts.sizes, **old.images})
        else:
            newer = {key: facts.sizes[key] for key in facts.out_of_range if key in facts.sizes}
            hosts[name] = HostBaseline(old.measure, {**old.images, **newer})
    return Baseline(before.key, hosts)
