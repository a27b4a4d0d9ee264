# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget's part of a plan: which images are removed, in which order, until enough bytes are free.

``least_recently_used`` and ``oldest`` are predictable: what is removed is older than what is kept. ``largest_reclaim``
takes the image whose removal frees most at that moment, which means few large images. Evictions that free nothing (an
old base image under a child that is kept) are dropped in the end.

Where bytes are bounds, an eviction is dropped only if even its upper bound is nothing: that no byte is sure to be freed
does not mean that none is. Apply measures in between, and stops when enough is free. If the engine has no total to
measure, nothing stops apply, so there only what is sure to free something is evicted.
"""

from __future__ import annotations

import heapq
import typing as t

from .family import gone_above

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .family import Account, Removal
    from .planned_image import PlannedImage

    OrderKey = tuple[float, int, str]

_NEVER = float("inf")


def evict(
    upwards: Sequence[PlannedImage],
    order: str,
    need: int,
    removal: Removal,
    account: Account,
    can_measure: bool,
) -> list[PlannedImage]:
    """Evict candidates until ``need`` bytes more are free than now; returns them in the order of their removal.

    Marks what is ``worthless`` and ``unsure``. ``can_measure``: whether the engine reports a total, by which apply ends
    early.
    """
    if need <= 0:
        return []
    enough = account.freed + need
    keys = _order_keys(upwards, order)
    if order == "largest_reclaim":
        evicted = _by_gain(keys, enough, removal, account)
    else:
        evicted = []
        for image in sorted((image for image in keys if image.candidate), key=keys.__getitem__):
            if account.freed >= enough:
                break
            if removal.ready(image):
                removal.take(image)
                evicted.append(image)
    worthless = _drop(evicted, removal, account, account.may_drop)
    evicted = [image for image in evicted if image not in worthless]
    unsure = set() if can_measure else _drop(evicted, removal, account, lambda _images: True)
    for image in worthless:
        image.worthless = True
    for image in unsure:
        image.unsure = True
    return [image for image in evicted if image not in unsure]


def _order_keys(upwards: Iterable[PlannedImage], order: str) -> dict[PlannedImage, OrderKey]:
    """Time, then how far above its last descendant, then ID: a parent is as young as its youngest candidate child."""
    keys: dict[PlannedImage, OrderKey] = {}
    for image in upwards:
        facts = image.facts
        if image.candidate:
            moment = facts.built if order == "oldest" else facts.newest_activity
            # An age that is not known comes last.
            youngest = _NEVER if moment is None else float(moment)
        elif facts.state == "intermediate":
            youngest = -_NEVER
        else:
            continue
        height = 0
        for child in image.children:
            below = keys.get(child)
            if below is not None:
                youngest, height = max(youngest, below[0]), max(height, below[1] + 1)
            else:
                height = max(height, 1)
        keys[image] = youngest, height, facts.id
    return keys


def _by_gain(keys: dict[PlannedImage, OrderKey], enough: int, removal: Removal, account: Account) -> list[PlannedImage]:
    """Always the largest gain of the moment. An image whose gain rises is offered again, and its old entry skipped."""
    heap: list[tuple[int, OrderKey, PlannedImage]] = []

    def offer(image: PlannedImage | None) -> None:
        if image is not None and image.candidate and removal.ready(image):
            heapq.heappush(heap, (-_gain(image, removal, account), keys[image], image))

    for image in keys:
        offer(image)
    evicted = []
    while heap and account.freed < enough:
        image = heapq.heappop(heap)[-1]
        if image.gone:
            continue
        taken = removal.take(image)
        evicted.append(image)
        for changed in account.gain_changed(taken):
            offer(changed)
        offer(taken[-1].parent)
    return evicted


def _gain(image: PlannedImage, removal: Removal, account: Account) -> int:
    """Bytes its removal frees now; in bounds an expectation, since the lower bound may not move for a single image."""
    expected = account.gain(image)
    if expected is not None:
        return expected
    before = account.freed
    taken = removal.take(image)
    gain = account.freed - before
    removal.put_back(taken)
    return gain


def _drop(
    evicted: Sequence[PlannedImage],
    removal: Removal,
    account: Account,
    may_go: Callable[[Sequence[PlannedImage]], bool],
) -> set[PlannedImage]:
    """Those without which as much is freed, if ``may_go`` says so of them and what followed them.

    One pass, parents first, is enough: what adds to a set still adds to it after useless members have left.
    """
    fixed = set(evicted)
    dropped: set[PlannedImage] = set()
    for image in reversed(evicted):
        above = gone_above(image, fixed)
        if above is None or not may_go([image, *above]):
            continue
        freed = account.freed
        removal.put_back([image, *above])
        if account.freed == freed:
            dropped.add(image)
        else:
            removal.take(image)
    return dropped
