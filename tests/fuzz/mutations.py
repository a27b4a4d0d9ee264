# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data with something odd in it: values, keys, lists and texts of a good example, changed by chance."""

from __future__ import annotations

import copy
import typing as t
from collections import deque

if t.TYPE_CHECKING:
    import random

    Place = tuple[t.Any, t.Any]  # a dictionary or list, and the key or index in it

ODD: tuple[t.Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**30, 1.5, -0.0, 1e308, float("inf"), float("nan")),
    *("", " ", "a", "\0", "\n", "\x1b[31m", "é", "\u202e", "\ud800", "a" * 300, "x" * 5000, "{{ 7 * 7 }}", "~", "*"),
    *(
        "<none>",
        "<none>:<none>",
        "<none>@<none>",
        "a:1",
        "a@b",
        "a:1@sha256:" + "1" * 64,
        ":",
        "@",
        "[",
        "regex:(a*)*b",
    ),
    *("sha256:", "sha256:" + "0" * 64, "0" * 64, "0" * 12, "sha512:" + "0" * 128, "SHA256:" + "0" * 64),
    *("500MB", "1.2GiB", "-1MB", "1e+400MB", "N/A", "0B", "30d", "-1h", "2w", "100%", "1e9%", "10"),
    *("a=b", "!a", "a in ()", "[fd00::1]:5000/a:1"),
    *("2024-01-02T03:04:05Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9+23:59", "24:30:00Z", "today"),
    *([], {}, [[]], [{}], {"": ""}, {"a": None}, ["a"], {1: 2}, [None], {"images": []}, {"results": []}),
)


def mutated(value: t.Any, chance: random.Random, changes: int) -> t.Any:
    """A copy with so many changes."""
    found = [copy.deepcopy(value)]
    for _change_number in range(changes):
        places = list(_places(found, 4000))
        holder, key = chance.choice(places)
        _change(holder, key, chance)
    return found[0]


def _places(holder: t.Any, most: int) -> t.Iterator[Place]:
    """Every value inside, breadth first, so that the upper levels are always among them."""
    queue, found = deque([holder]), 1
    while queue:
        one = queue.popleft()
        for key in list(one) if isinstance(one, dict) else range(len(one)):
            yield one, key
            if isinstance(one[key], (dict, list)) and found < most:
                queue.append(one[key])
                found += 1


def _change(holder: t.Any, key: t.Any, chance: random.Random) -> None:
    value = holder[key]
    how = chance.randrange(8)
    if how == 0 and isinstance(holder, dict):
        del holder[key]
    elif how == 1 and isinstance(value, list) and value:
        holder[key] = value * chance.choice((2, 3)) if chance.randrange(2) else value[: chance.randrange(len(value))]
    elif how == 2 and isinstance(value, dict):
        value[chance.choice(("id", "Id", "ID", "", "\ud800", "images", "labels", 7, None))] = chance.choice(ODD)
    elif how == 3 and isinstance(value, str) and value:
        cut = chance.randrange(len(value))
        holder[key] = value[:cut] + str(chance.choice(ODD))[:40] + value[cut + 1 :]
    elif how == 4 and isinstance(value, int):
        holder[key] = chance.choice((-value, value + 1, str(value), float(value) if abs(value) < 2**60 else 0.5))
    else:
        holder[key] = copy.deepcopy(chance.choice(ODD))


def shuffled(value: t.Any, chance: random.Random) -> t.Any:
    """The same rows in another order, wherever the outermost list of them is."""
    if isinstance(value, list):
        return chance.sample(value, len(value))
    if isinstance(value, dict):
        return {key: shuffled(item, chance) if isinstance(item, list) else item for key, item in value.items()}
    return value
