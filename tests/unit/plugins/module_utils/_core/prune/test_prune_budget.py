# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget, parents and children: what goes, in which order, and when it ends."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.budget import Budget, Disk
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.shortfall import (
    foreseen_shortfall,
    measured_shortfall,
)
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
        pytest.param(
            THREE, {"max_used_space": "1%", "target_used_space": "0.5%"}, "a b c", id="down to a share of the disk"
        ),
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
        pytest.param(
            THREE,
            {"max_used_space": 150, "target_used_space": 100, "states": ["tagged"], "smaller_than": 20},
            "a",
            id="rules are enough",
        ),
        pytest.param(
            THREE,
            {"min_free_space": 610, "states": ["tagged"], "smaller_than": 20},
            "a",
            id="rules free enough",
        ),
        pytest.param(THREE, {"max_used_space": 1, "keep_last": 1}, "", id="nothing that is kept"),
    ],
)
def test_evictions(images: Images, policy: dict[str, t.Any], goes: str) -> None:
    total = sum(one["size"] for one in images)
    disk = {"capacity": 15_900, "free": 600}
    assert removed(plan(images, policy, layers_size=total, disk=disk)) == goes.split()


@pytest.mark.parametrize(
    "policy, need",
    [
        ({"min_free_space": 650}, 50),
        ({"min_free_space": "100%"}, 160),
        ({"min_free_space": "100%", "states": ["tagged"], "smaller_than": 20}, 150),
        ({"min_free_space": "100%", "states": ["tagged"]}, 0),
        ({"max_used_space": 100, "states": ["tagged"], "smaller_than": 20}, 50),
    ],
)
def test_no_more_is_needed_than_there_is(policy: dict[str, t.Any], need: int) -> None:
    found = plan(THREE, policy, layers_size=160, disk={"capacity": 15_900, "free": 600})
    assert found["budget"]["need"] == need


def test_a_budget_for_used_space_needs_to_know_it() -> None:
    with pytest.raises(InputError) as caught:
        plan(THREE, {"max_used_space": 1})
    assert str(caught.value) == (
        "max_used_space needs layers_size, the bytes of all image layers as the engine's /system/df reports them"
    )
    assert caught.value.code == "E_BUDGET_USED"


@pytest.mark.parametrize(
    "met, method, upper, missing",
    [
        (True, "exact", 40, 0),
        (False, "exact", 40, 7),
        (False, "bounds", 25, 15),
        (False, "bounds", 39, 1),
        (False, "bounds", 40, None),
        (False, "bounds", 41, None),
        (False, "bounds", -1, None),
    ],
)
def test_what_a_plan_foresees_to_be_missing(met: bool, method: str, upper: int, missing: int | None) -> None:
    budget = {"met": met, "shortfall": 7, "freed_by_rules": 10, "need": 30}
    assert foreseen_shortfall({"budget": budget, "accounting": {"method": method, "upper_bytes": upper}}) == missing


@pytest.mark.parametrize(
    "policy, planned, total, reclaimed, missing",
    [
        # The engine's total, against that at which evictions were to end.
        ({"max_used_space": 60}, (100, 10, 30), 65, 30, 5),
        ({"max_used_space": 60}, (100, 10, 30), 60, 10, 0),
        ({"max_used_space": 60}, (100, 10, 30), 59, 10, 0),
        ({"max_used_space": 89}, (100, 10, 1), 95, 3, 6),
        # No total before: what was reclaimed, against what was needed.
        ({"min_free_space": 50}, (-1, 10, 30), 0, 25, 15),
        ({"min_free_space": 50}, (-1, 10, 30), 0, 40, 0),
        ({"min_free_space": 50}, (-1, 10, 30), 0, 41, 0),
        # Rules alone: as if nothing had been done, on a disk that has more free space now.
        ({"min_free_space": 50}, (100, 30, 0), 90, 25, 5),
        ({"min_free_space": 50}, (100, 30, 0), 70, 30, 0),
        ({"max_used_space": 70}, (100, 30, 0), 71, 29, 1),
        ({"max_used_space": 70}, (100, 30, 0), 70, 30, 0),
    ],
)
def test_what_is_missing_in_the_end(
    policy: dict[str, t.Any], planned: tuple[int, int, int], total: int, reclaimed: int, missing: int
) -> None:
    budget = Budget.parse(policy)
    assert budget is not None
    seen = {"budget": dict(zip(("used_before", "freed_by_rules", "need"), planned))}
    assert measured_shortfall(seen, budget, Disk(1000, 20), total, reclaimed) == missing


def sharing(*rows: tuple[str, str, int, int]) -> Images:
    """Images with layers: (name, layers by letter, size, shared size); the first is the oldest."""
    return [
        image(name, f"{name}:1", f"{99 - place}d", size, shared, layers=list(layers))
        for place, (name, layers, size, shared) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    "images, total, need, goes",
    [
        # The first frees its own 45 bytes only, and then the second 100 more, which is more than the third.
        pytest.param(
            sharing(("c", "c", 40, 0), ("a", "xa", 145, 100), ("b", "xb", 105, 100)), 190, 50, "a b", id="it rises"
        ),
        pytest.param(
            sharing(("z", "z", 3, 0), ("c", "c", 40, 0), ("a", "xa", 145, 100), ("b", "xb", 105, 100)),
            193,
            193,
            "a b c z",
            id="what it was before is forgotten",
        ),
        pytest.param(
            sharing(("a", "xa", 51, 1), ("b", "xb", 6, 1), ("d", "d", 40, 0)), 96, 51, "a d", id="by what it is then"
        ),
        pytest.param(
            [
                image("k", "k:1", "9d", 110, 100, "p", layers=["p", "k"]),
                image("p", "p:1", "90d", 100, 100, layers=["p"]),
                image("o", "o:1", "30d", 20, layers=["o"]),
            ],
            130,
            120,
            "o k p",
            id="a parent once its last child is gone",
        ),
        pytest.param(
            [
                image("k", "k:1", "9d", 110, 100, "p"),
                image("p", "p:1", "90d", 100, 100),
                image("o", "o:1", "30d", 20),
            ],
            130,
            120,
            "o k p",
            id="bounds, a parent",
        ),
        # What the intermediate image holds as well is not its own.
        pytest.param(
            [
                image("m", "", "90d", 100, -1, containers=1),
                image("k", "k:1", "9d", 110, 0, "m"),
                image("o", "o:1", "1d", 20),
            ],
            130,
            5,
            "o",
            id="bounds, on a hidden image",
        ),
        pytest.param(
            [
                image("m", "", "9d", 100, layers=["m"]),
                image("a", "a:1", "9d", 110, 100, "m", layers=["m", "a"]),
                image("b", "b:1", "9d", 105, 100, "m", layers=["m", "b"]),
            ],
            115,
            10,
            "a",
            id="an intermediate image with another child",
        ),
        # In bounds it is what an image has for itself, or all of it where that is not known.
        pytest.param(
            [image("a", "a:1", "3d", 50, 40), image("b", "b:1", "2d", 30, 0), image("c", "c:1", "1d", 20, -1)],
            100,
            60,
            "b c a",
            id="bounds",
        ),
        pytest.param(
            [image("a", "a:1", "3d", 40, -1), image("b", "b:1", "2d", 60, -1), image("c", "c:1", "1d", 50, -1)],
            100,
            90,
            "b c a",
            id="bounds, no shared size",
        ),
        pytest.param(
            [image("a", "a:1", "3d", 40, 40), image("b", "b:1", "2d", -1, -1), image("c", "c:1", "1d", 50, 0)],
            100,
            90,
            "c a b",
            id="bounds, no size",
        ),
    ],
)
def test_the_largest_gain_of_the_moment(images: Images, total: int, need: int, goes: str) -> None:
    policy = {"max_used_space": total - need, "evict_order": "largest_reclaim", "on_budget_unmet": "ignore"}
    assert removed(plan(images, policy, layers_size=total)) == goes.split()


def test_an_eviction_that_frees_nothing_says_so() -> None:
    found = plan(own(("a", "2d", 0), ("b", "1d", 50)), {"max_used_space": 40}, layers_size=50)
    assert decision(found, "a")["detail"] == "kept: its removal frees nothing"
    assert decision(found, "b")["detail"] == "removed: evicted 1 of 1, least recently used, frees 50 B"
    assert reasons(found) == {"a": "no_reclaimable_bytes", "b": "budget"}


def test_what_followed_an_eviction_that_frees_nothing_stays_with_it() -> None:
    chain = [
        image("m1", "", "9d", layers=[]),
        image("m2", "", "9d", parent="m1", layers=[]),
        image("a", "a:1", "9d", parent="m2", layers=[]),
    ]
    found = plan([*chain, *own(("b", "1d", 50))], {"max_used_space": 40}, layers_size=50)
    assert removed(found) == ["b"]
    assert reasons(found) == {"a": "no_reclaimable_bytes", "b": "budget", "m1": "intermediate", "m2": "intermediate"}


# Nobody knows what they share, as with Podman and in the containerd store.
UNTOLD = [image(name, f"{name}:1", f"{age}d", 50, -1) for name, age in (("a", 3), ("b", 2), ("c", 1))]


@pytest.mark.parametrize(
    "images, total, policy, expected",
    [
        pytest.param(
            UNTOLD, 100, {"max_used_space": 40}, {"a": "budget", "b": "budget", "c": "budget"}, id="no byte is sure"
        ),
        pytest.param(
            UNTOLD,
            150,
            {"max_used_space": 60},
            {"a": "budget", "b": "budget", "c": "budget_met"},
            id="they share nothing",
        ),
        pytest.param(
            UNTOLD,
            100,
            {"max_used_space": 60, "keep_repositories": ["b"]},
            {"a": "budget", "b": "keep_rule", "c": "budget"},
            id="nothing that is kept",
        ),
        pytest.param(
            [*UNTOLD, image("z", "z:1", "9d", 0, -1)],
            100,
            {"max_used_space": 40},
            {"a": "budget", "b": "budget", "c": "budget", "z": "no_reclaimable_bytes"},
            id="an image without bytes",
        ),
        pytest.param(
            [image("a", "a:1", "3d", 50, 50), image("b", "b:1", "2d", 60, 50, containers=1)],
            60,
            {"max_used_space": 10},
            {"a": "no_reclaimable_bytes", "b": "in_use"},
            id="all of it is shared with what stays",
        ),
        pytest.param(
            [image(name, f"{name}:1", "3d", 50, 50) for name in "ab"],
            50,
            {"max_used_space": 10},
            {"a": "budget", "b": "budget"},
            id="shared among them alone",
        ),
        pytest.param(
            [image("a", "a:1", "3d", -1, -1), image("b", "b:1", "2d", 50, 0)],
            90,
            {"max_used_space": 10},
            {"a": "budget", "b": "budget"},
            id="an image of unknown size",
        ),
    ],
)
def test_evictions_in_bounds(images: Images, total: int, policy: dict[str, t.Any], expected: dict[str, str]) -> None:
    assert reasons(plan(images, {**policy, "on_budget_unmet": "ignore"}, layers_size=total)) == expected


@pytest.mark.parametrize(
    "images, goes",
    [
        pytest.param([image("a", "a:1", "3d", 50, 0)], "a", id="bytes of its own"),
        pytest.param([image("a", "a:1", "3d", 1, 0)], "a", id="one byte of its own"),
        pytest.param([image(name, f"{name}:1", "3d", 1, 1) for name in "ab"], "a b", id="one byte shared by two"),
        pytest.param([image(name, f"{name}:1", "3d", 50, 50) for name in "ab"], "a b", id="shared by two that go"),
        pytest.param([image("a", "a:1", "3d", 50, 50)], "", id="shared with nobody who goes"),
    ],
)
def test_build_cache_hides_what_evictions_free(images: Images, goes: str) -> None:
    """It may hold 60 bytes of the layers, so of none it is sure that they go."""
    policy = {"max_used_space": 10, "on_budget_unmet": "ignore"}
    found = plan(images, policy, layers_size=50, build_cache_shared=60)
    assert removed(found) == goes.split()
    assert found["accounting"]["lower_bytes"] == 0


def test_a_bound_is_no_promise() -> None:
    found = plan(UNTOLD, {"max_used_space": 40}, layers_size=100)
    assert [decision["detail"] for decision in sorted(found["decisions"], key=lambda one: one["detail"])] == [
        "removed: evicted 1 of 3, least recently used; only a measurement shows what it frees",
        "removed: evicted 2 of 3, least recently used, frees at least 50 B",
        "removed: evicted 3 of 3, least recently used, frees at least 50 B",
    ]


def test_without_a_total_nothing_would_end_evictions_that_nobody_is_sure_of() -> None:
    """Podman before 4.6 with min_free_space: apply could not measure, and would remove all."""
    disk, policy = {"capacity": 1000, "free": 0}, {"min_free_space": 40, "on_budget_unmet": "ignore"}
    found = plan(UNTOLD, policy, disk=disk)
    assert removed(found) == []
    details = {decision["reason"]: decision["detail"] for decision in found["decisions"]}
    assert list(details) == ["no_reclaimable_bytes"] and "is not known" in details["no_reclaimable_bytes"]
    sure = image("d", "d:1", "9d", 50, 0)
    found = plan([*UNTOLD, sure], policy, disk=disk)
    assert (removed(found), found["budget"]["reclaim"]) == (["d"], 50)


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
            [
                image("a", "a:1", "90d", 100, 100, layers=["a"]),
                image("k", "k:1", "9d", 110, 100, "a", layers=["a", "k"]),
            ],
            {"max_used_space": 0},
            {"k": "budget", "a": "budget"},
            id="child, then parent, whatever their IDs",
        ),
        pytest.param(
            [
                BASE,
                image("m", "", "80d", 100, 100, "p", layers=["p"]),
                image("k", "k:1", "40d", 110, 100, "m", layers=["p", "k"]),
                OTHER,
            ],
            {"max_used_space": 20},
            {"k": "budget", "m": "cascade", "p": "budget", "o": "budget_met"},
            id="a parent is as young as what was built on what was built on it",
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
    assert removed(plan(chain, {"states": ["tagged"]})) == ["app", "m2", "x", "m1", "base"]
    used = [{**one, "containers": 1} if one["id"] == chain[2]["id"] else one for one in chain]
    assert decision(plan(used, {"states": ["tagged"]}), "m2")["reasons"] == ["in_use", "intermediate"]
    assert removed(plan(used, {"states": ["tagged"]})) == ["app", "x"]


def test_a_circle_of_parents_stays() -> None:
    found = plan([image("a", "a:1", parent="b"), image("b", "b:1", parent="a")], {"states": ["tagged"]})
    assert reasons(found) == {"a": "has_kept_children", "b": "has_kept_children"}
