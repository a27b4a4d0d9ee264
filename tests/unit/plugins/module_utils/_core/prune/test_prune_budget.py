# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget, parents and children: what goes, in which order, and when it ends."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    decision,
    image,
    plan,
    reasons,
    removed,
)

Images = list[dict[str, t.Any]]


def own(*rows: tuple[str, str | None, int], **facts: t.Any) -> Images:
    """Images with one layer each: (name, age, size)."""
    return [image(name, f"{name}:1", age, size, layers=[name], **facts) for name, age, size in rows]


THREE = own(("a", "3d", 10), ("b", "2d", 50), ("c", "1d", 100))


@pytest.mark.parametrize(
    "images, policy, goes",
    [
        pytest.param(THREE, {"max_used_space": 160}, "", id="just enough"),
        pytest.param(THREE, {"max_used_space": 159}, "a", id="one byte too many"),
        pytest.param(THREE, {"max_used_space": 149}, "a b", id="one is not enough"),
        pytest.param(THREE, {"max_used_space": 150, "target_used_space": 100}, "a b", id="down to the target"),
        pytest.param(THREE, {"max_used_space": 60, "evict_order": "largest_reclaim"}, "c", id="the largest"),
        pytest.param(THREE, {"max_used_space": 0}, "a b c", id="everything"),
        pytest.param(THREE, {"max_used_space": "1%"}, "a", id="a share of the disk"),
        pytest.param(THREE, {"min_free_space": 600}, "", id="enough is free"),
        pytest.param(THREE, {"min_free_space": 601}, "a", id="not enough is free"),
        pytest.param(THREE, {"min_free_space": "100%"}, "a b c", id="more than there is"),
        pytest.param(THREE, {"max_used_space": 159, "min_free_space": 615}, "a b", id="the larger need counts"),
        pytest.param(own(("a", None, 10), ("b", "1d", 50)), {"max_used_space": 50}, "b", id="unknown age last"),
        pytest.param(own(("a", "2d", 0), ("b", "1d", 50)), {"max_used_space": 40}, "b", id="frees nothing"),
        pytest.param(
            [*own(("a", "9d", 10), last_used=NOW), *own(("b", "2d", 10))], {"max_used_space": 10}, "b", id="used lately"
        ),
        pytest.param(
            [*own(("a", "9d", 10), last_used=NOW), *own(("b", "2d", 10))],
            {"max_used_space": 10, "evict_order": "oldest"},
            "a",
            id="oldest by build date",
        ),
        pytest.param(THREE, {"max_used_space": 100, "states": ["tagged"], "smaller_than": 20}, "a b", id="rules first"),
        pytest.param(THREE, {"max_used_space": 1, "keep_last": 1}, "", id="nothing that is kept"),
    ],
)
def test_evictions(images: Images, policy: dict[str, t.Any], goes: str) -> None:
    total = sum(one["size"] for one in images)
    disk = {"capacity": 15_900, "free": 600}
    assert removed(plan(images, policy, layers_size=total, disk=disk)) == goes.split()


def test_an_eviction_that_frees_nothing_says_so() -> None:
    found = plan(own(("a", "2d", 0), ("b", "1d", 50)), {"max_used_space": 40}, layers_size=50)
    assert reasons(found) == {"a": "no_reclaimable_bytes", "b": "budget"}


BASE = image("p", "p:1", "90d", 100, 100, layers=["p"])
KID = image("k", "k:1", "9d", 110, 100, "p", layers=["p", "k"])
OTHER = image("o", "o:1", "30d", 20, layers=["o"])


@pytest.mark.parametrize(
    "images, policy, expected",
    [
        pytest.param([BASE, KID], {"states": ["tagged"]}, {"k": "remove_rule", "p": "remove_rule"}, id="both"),
        pytest.param(
            [BASE, KID],
            {"states": ["tagged"], "older_than": "30d"},
            {"k": "no_rule_matched", "p": "has_kept_children"},
            id="the child stays",
        ),
        pytest.param(
            [BASE, {**KID, "containers": 1}],
            {"max_used_space": 0},
            {"k": "in_use", "p": "has_kept_children"},
            id="nor for a budget",
        ),
        pytest.param(
            [BASE, KID, OTHER],
            {"max_used_space": 115},
            {"k": "budget_met", "o": "budget", "p": "budget_met"},
            id="a parent is as young as its child",
        ),
        pytest.param(
            [BASE, KID],
            {"max_used_space": 0},
            {"k": "budget", "p": "budget"},
            id="child, then parent",
        ),
        pytest.param(
            [BASE, KID],
            {"max_used_space": 105, "states": ["tagged"], "repositories": ["p"]},
            {"k": "budget", "p": "remove_rule"},
            id="a rule waits for the budget to take the child",
        ),
    ],
)
def test_parents(images: Images, policy: dict[str, t.Any], expected: dict[str, str]) -> None:
    total = 110 + sum(one["size"] for one in images if one is OTHER)
    found = plan(images, {"on_budget_unmet": "ignore", **policy}, layers_size=total)
    assert reasons(found) == expected
    going = removed(found)
    assert "p" not in going or going.index("k") < going.index("p")


def test_intermediate_images_go_with_their_last_child() -> None:
    """base <- m1 <- m2 <- app, with another child of m1 that stays or goes."""
    chain = [
        image("base", "base:1", "9d"),
        image("m1", "", "9d", parent="base"),
        image("m2", "", "9d", parent="m1"),
        image("app", "app:1", "9d", parent="m2"),
        image("x", "x:1", "1d", parent="m1"),
    ]
    found = plan(chain, {"states": ["tagged"], "older_than": "5d"})
    assert removed(found) == ["app", "m2"]
    assert reasons(found)["m1"] == "intermediate" and reasons(found)["base"] == "has_kept_children"
    assert removed(plan(chain, {"states": ["tagged"]})) == ["app", "x", "m2", "m1", "base"]
    used = [{**one, "containers": 1} if one["id"] == chain[2]["id"] else one for one in chain]
    assert decision(plan(used, {"states": ["tagged"]}), "m2")["reasons"] == ["in_use", "intermediate"]
    assert removed(plan(used, {"states": ["tagged"]})) == ["app", "x"]


def test_a_circle_of_parents_stays() -> None:
    found = plan([image("a", "a:1", parent="b"), image("b", "b:1", parent="a")], {"states": ["tagged"]})
    assert reasons(found) == {"a": "has_kept_children", "b": "has_kept_children"}
