# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget's part of a plan: which images go, in which order, until enough bytes are free.

``least_recently_used`` and ``oldest`` are predictable: what goes is older than what stays. ``largest_reclaim`` takes
the image whose removal frees most at that moment, which means few large images. Evictions that free nothing (an old
base image under a child that stays) are dropped in the end.

Where bytes are bounds, an eviction is dropped only if even its upper bound is nothing: that no byte is sure to go does
not mean that none goes. Apply measures in between, and stops when enough is free. If the engine has no total to
measure, nothing stops apply, so there only what is sure to free something is evicted.
"""

from __future__ import annotations

import heapq
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .bytes.bounds import BoundsAccount
    from .bytes.layers import ExactAccount
    from .family import Account, Family, Removal
    from .image_facts import ImageFacts

_NEVER = float("inf")


class Evictions(t.NamedTuple):
    """Image numbers in the order they go, and those that were not worth it."""

    evicted: list[int]
    worthless: list[int]
    """They free nothing."""
    unsure: list[int]
    """Nobody can tell whether they free anything, neither before nor after."""


def evict(
    images: Sequence[ImageFacts],
    candidates: Sequence[bool],
    order: str,
    need: int,
    family: Family,
    removal: Removal,
    account: BoundsAccount | ExactAccount,
    can_measure: bool,
) -> Evictions:
    """Evict candidates until ``need`` bytes more are free than now. Changes ``removal``.

    ``can_measure``: whether the engine tells a total, by which apply ends early.
    """
    if need <= 0:
        return Evictions([], [], [])
    enough = account.freed + need
    keys = _order_keys(images, candidates, order, family)
    if order == "largest_reclaim":
        evicted = _by_gain(candidates, keys, enough, family, removal, account)
    else:
        evicted = []
        for index in sorted((index for index, is_candidate in enumerate(candidates) if is_candidate), key=keys.get):  # type: ignore[arg-type]
            if account.freed >= enough:
                break
            if removal.ready(index):
                removal.take(index)
                evicted.append(index)
    worthless = _drop(evicted, removal, account, account.may_drop)
    evicted = [index for index in evicted if index not in worthless]
    unsure = set() if can_measure else _drop(evicted, removal, account, lambda _indexes: True)
    return Evictions([index for index in evicted if index not in unsure], sorted(worthless), sorted(unsure))


def _order_keys(
    images: Sequence[ImageFacts], candidates: Sequence[bool], order: str, family: Family
) -> dict[int, tuple[float, int, str]]:
    """Time, then how far above its last descendant, then ID: a parent is as young as its youngest candidate child."""
    moments: dict[int, float] = {}
    heights: dict[int, int] = {}
    keys: dict[int, tuple[float, int, str]] = {}
    for index in family.upwards:
        image = images[index]
        moment = image.built if order == "oldest" else image.newest_activity
        # An age that is not known goes last.
        moments[index] = _NEVER if moment is None else moment
        heights[index] = 0
        if not candidates[index] and image.state != "intermediate":
            moments[index] = -_NEVER
            continue
        if image.state == "intermediate":
            moments[index] = -_NEVER
        for child in family.children.get(index, ()):
            moments[index] = max(moments[index], moments[child])
            heights[index] = max(heights[index], heights[child] + 1)
        keys[index] = (moments[index], heights[index], image.id)
    return keys


def _by_gain(
    candidates: Sequence[bool],
    keys: dict[int, tuple[float, int, str]],
    enough: int,
    family: Family,
    removal: Removal,
    account: BoundsAccount | ExactAccount,
) -> list[int]:
    """Always the largest gain of the moment; an entry of the heap whose gain has risen since is superseded."""
    latest: dict[int, int] = {}
    heap: list[tuple[int, tuple[float, int, str], int]] = []

    def offer(index: int) -> None:
        if index >= 0 and candidates[index] and removal.ready(index):
            gain = _gain(index, removal, account)
            if latest.get(index) != gain:
                latest[index] = gain
                heapq.heappush(heap, (-gain, keys[index], index))

    for index in range(len(candidates)):
        offer(index)
    evicted = []
    while heap and account.freed < enough:
        gain, _key, index = heapq.heappop(heap)
        if removal.gone[index] or latest[index] != -gain:
            continue
        taken = removal.take(index)
        evicted.append(index)
        for changed in account.gain_changed(taken):
            offer(changed)
        offer(family.parent[taken[-1]])
    return evicted


def _gain(index: int, removal: Removal, account: BoundsAccount | ExactAccount) -> int:
    """Bytes its removal frees now; in bounds an expectation, since the lower bound may not move for a single image."""
    expected: list[int] | None = getattr(account, "gain", None)
    if expected is not None:
        return expected[index]
    before = account.freed
    taken = removal.take(index)
    gain = account.freed - before
    removal.put_back(taken)
    return gain


def _drop(
    evicted: Sequence[int], removal: Removal, account: Account, may_go: Callable[[Sequence[int]], bool]
) -> set[int]:
    """Those without which as much is freed, if ``may_go`` says so of them and what followed them.

    One pass, parents first, is enough: what adds to a set still adds to it after useless members have left.
    """
    staying = set(evicted)
    dropped = set()
    for index in reversed(evicted):
        above = removal.followers_above(index, staying)
        if above is None or not may_go([index, *above]):
            continue
        freed = account.freed
        removal.put_back([index, *above])
        if account.freed == freed:
            dropped.add(index)
            staying.discard(index)
        else:
            removal.take(index)
    return dropped
