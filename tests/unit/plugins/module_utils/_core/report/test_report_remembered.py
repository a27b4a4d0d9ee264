# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of objects that come again, and when it is forgotten."""

from __future__ import annotations

import weakref

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report import remembered
from ansible_collections.container_ops.images.plugins.module_utils._core.report.remembered import Remembered


class Item:
    """Equal to all others, so that only identity tells two of them apart."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def test_equal_objects_have_values_of_their_own_each_made_once() -> None:
    made: list[int] = []

    def make(item: Item) -> str:
        made.append(item.number)
        return f"about {item.number}"

    known = Remembered(make)
    one, two = Item(1), Item(2)
    assert known.all_of([one, two, one]) == ["about 1", "about 2", "about 1"]
    assert known.all_of([two]) == ["about 2"]
    assert made == [1, 2]


def test_an_object_that_is_gone_leaves_its_value_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST", 3)
    known = Remembered(lambda item: f"about {item.number}")
    for number in range(200):
        # Each is dropped at once, so that the next one may get its id().
        assert known.all_of([Item(number)]) == [f"about {number}"]


def test_no_more_are_held_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST", 3)
    known = Remembered(lambda item: item.number + 1)
    items = [Item(number) for number in range(10)]
    gone = [weakref.ref(item) for item in items]
    known.all_of(items)
    items.clear()
    assert sum(ref() is not None for ref in gone) <= 3
