# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several sources say about arrival and use, put together. The latest moment of each counts."""

from __future__ import annotations

import typing as t

from ..image.last_use import LastUse

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Trace(t.NamedTuple):
    """What one source says. Times are seconds since the epoch, by image ID."""

    source: str
    arrived: Mapping[str, int]
    used: Mapping[str, int]
    since: int | None = None
    """From here on it has missed no use; ``None`` if it sees only some of them."""
    until: int = 0
    """It has missed none until here."""


def watched_since(traces: Iterable[Trace], now: int) -> int | None:
    """Since when no use was missed until now, by sources that follow one another without a gap."""
    reached = now
    watching = [trace for trace in traces if trace.since is not None]
    # The one that reaches furthest towards now comes first, so that each can continue those before it.
    for trace in sorted(watching, key=lambda trace: trace.until, reverse=True):
        if trace.since is not None and trace.until >= reached > trace.since:
            reached = trace.since
    return reached if reached < now else None


def last_uses(ids: Iterable[str], traces: Sequence[Trace], now: int) -> dict[str, LastUse]:
    """The facts of each image."""
    since = watched_since(traces, now)
    found = {}
    for identity in ids:
        arrived, arrived_source = _latest((trace.source, trace.arrived.get(identity)) for trace in traces)
        used, used_source = _latest((trace.source, trace.used.get(identity)) for trace in traces)
        found[identity] = LastUse(arrived, arrived_source, used, used_source, since)
    return found


def _latest(moments: Iterable[tuple[str, int | None]]) -> tuple[int | None, str | None]:
    """The first source counts of those that say the same."""
    latest: int | None = None
    source: str | None = None
    for name, moment in moments:
        if moment is not None and (latest is None or moment > latest):
            latest, source = moment, name
    return latest, source


Key = t.TypeVar("Key")


def later(moments: dict[Key, int], key: Key, moment: int) -> None:
    """Keep the latest moment; 0 is none."""
    if moment > moments.get(key, 0):
        moments[key] = moment
