# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""keep_last by what is in the tags: versions, natural order, dates, and groups from a part of the tag."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    decision,
    image,
    plan,
    removed,
)

TAGGED = {"states": ["tagged"]}
DIGEST = "sha256:" + "1" * 64
BRANCHES = "tag:(.+)-(?P<order>[0-9]+)"


def host(*tags: str) -> list[dict[str, t.Any]]:
    """One image for each text of tags, all of the same age, named a, b, c and so on."""
    names = "abcdefghijklmnop"
    return [image(name, " ".join(f"r:{tag}" for tag in text.split())) for name, text in zip(names, tags)]


@pytest.mark.parametrize(
    "tags, policy, kept",
    [
        pytest.param("1.9.0 1.10.0 1.2.0", {"order_by": "version", "keep_last": 1}, "b", id="by number, not by letter"),
        pytest.param("1.9.0 2.0.0-rc.1 2.0.0", {"order_by": "version", "keep_last": 1}, "c", id="release"),
        pytest.param("1.9.0 2.0.0-rc.1 2.0.0", {"order_by": "version", "keep_last": 2}, "b c", id="pre-release"),
        pytest.param("latest 1.0 1.1", {"order_by": "version", "keep_last": 1}, "a c", id="what is no version"),
        pytest.param("b-9 b-10 b-11", {"order_by": "natural", "keep_last": 2}, "b c", id="natural"),
        pytest.param("20260102-x 20260103-a 20260101-z", {"order_by": "tag_date", "keep_last": 1}, "b", id="date"),
        pytest.param("x 20260103-a 20260101-z", {"order_by": "tag_date", "keep_last": 1}, "a b", id="no date"),
        pytest.param(
            "main-9 main-10 dev-1 dev-2",
            {"order_by": "natural", "group_by": BRANCHES, "keep_last": 1},
            "b d",
            id="branch",
        ),
        pytest.param(
            "main-9 main-10 stable dev-2",
            {"order_by": "natural", "group_by": BRANCHES, "keep_last": 1},
            "b c d",
            id="fits",
        ),
        # The variant behind the version is the group, and what has none is a group of its own.
        pytest.param(
            "1.2-alpine 1.10-alpine 1.3 1.2",
            {"order_by": "version", "group_by": "tag:(?P<order>[0-9.]+)(?P<group>-.+)?", "keep_last": 1},
            "b c",
            id="variant",
        ),
        # No group in the expression: only a part of the tag is sorted.
        pytest.param(
            "x9-1.2 a1-1.10",
            {"order_by": "version", "group_by": "tag:.*-(?P<order>.+)", "keep_last": 1},
            "b",
            id="part",
        ),
        pytest.param("1.0 1.1", {"order_by": "version", "keep_last": 0}, "", id="none"),
    ],
)
def test_what_is_kept(tags: str, policy: dict[str, t.Any], kept: str) -> None:
    found = plan(host(*tags.split()), {**TAGGED, **policy})
    assert {name for name in "abcd"[: len(tags.split())] if name not in removed(found)} == set(kept.split())


def test_groups_from_tags_may_be_sorted_by_build_date() -> None:
    images = [
        image("a", "r:main-x", "3d"),
        image("b", "r:main-y", "2d"),
        image("c", "r:dev-z", "9d"),
        image("d", "r:dev-u", None),
    ]
    found = plan(images, {**TAGGED, "keep_last": 1, "group_by": "tag:(.+)-.*"})
    assert removed(found) == ["a"]
    assert decision(found, "d")["detail"] == "kept: build date not known, so it has no rank in r, dev (rule keep_last)"


def test_an_image_counts_by_its_best_tag() -> None:
    policy = {**TAGGED, "order_by": "version", "keep_last": 1}
    found = plan(host("1.1 1.5", "1.4"), policy)
    assert removed(found) == ["b"]
    # It takes its place by the tags that fit, and is kept for the one that does not.
    found = plan(host("1.1 old", "1.4", "1.3"), policy)
    assert removed(found) == ["c"]
    assert decision(found, "a")["detail"] == "kept: `old` is not a version, so it has no rank in r (rule keep_last)"
    found = plan(host("1.5 latest", "1.4", "1.3"), policy)
    assert removed(found) == ["b", "c"]
    assert decision(found, "a")["detail"] == "kept: rank 1 of 3 by version in r (rule keep_last)"


def test_tags_that_the_rule_does_not_name_say_nothing() -> None:
    rule = {"name": "k", "action": "keep", "match": {"tags": ["[0-9]*"]}, "keep_last": 1, "order_by": "version"}
    found = plan(host("1.1 sha-1a2b", "1.4 latest", "1.3"), {"rules": [rule, {"name": "all", "action": "remove"}]})
    assert removed(found) == ["a", "c"]


def test_the_number_of_another_repository_makes_no_rank() -> None:
    images = [image("a", "r:1.0 s:2.0"), image("b", "r:1.1"), image("c", "s:1.9")]
    found = plan(images, {**TAGGED, "order_by": "version", "keep_last": 1})
    assert removed(found) == ["c"]
    assert decision(found, "a")["detail"] == "kept: rank 1 of 2 by version in s (rule keep_last)"


@pytest.mark.parametrize("group_by, kept", [("none", "c"), ("label:app", "c d")])
def test_other_groups_are_sorted_by_tag_as_well(group_by: str, kept: str) -> None:
    images = [image("a", "r:1.0"), image("b", "s:1.1"), image("c", "u:1.2"), image("d", "v:0.1", labels={"app": "x"})]
    found = plan(images, {**TAGGED, "order_by": "version", "keep_last": 1, "group_by": group_by})
    assert sorted({"a", "b", "c", "d"} - set(removed(found))) == kept.split()


def test_without_a_tag_there_is_nothing_to_sort_by() -> None:
    images = [image("a", repo_digests=[f"r@{DIGEST}"]), image("b", "r:1"), image("c", "r:2")]
    rules = [
        {"name": "k", "action": "keep", "keep_last": 1, "order_by": "version"},
        {"name": "all", "action": "remove"},
    ]
    found = plan(images, {"rules": rules})
    assert removed(found) == ["b"]
    assert decision(found, "a")["detail"] == "kept: it has no tag, so it has no rank in r (rule k)"


@pytest.mark.parametrize(
    "limits, kept",
    [
        ({"keep_last": 2}, "a b"),
        ({"newer_than": "35d"}, "a b c"),
        # Both must hold: neither the second, which is too old, nor the third, which is none of the newest two.
        ({"keep_last": 2, "newer_than": "15d"}, "a"),
        ({"keep_last": 1, "newer_than": "35d"}, "a"),
        ({"keep_last": 4, "newer_than": "35d"}, "a b c"),
        ({"keep_last": 4, "newer_than": "35d", "used_within": "1d"}, "c"),
    ],
)
def test_keep_last_with_an_age(limits: dict[str, t.Any], kept: str) -> None:
    images = [image(name, f"r:{name}", f"{age}d") for name, age in zip("abcd", (10, 20, 30, 40))]
    for entry in images:
        # Used right after the build. Of c that is all that a policy with used_within knows.
        entry["last_used"] = entry["created"] + 1
    if "used_within" in limits:
        images[2]["last_used"] = None
    rest = {"name": "all", "action": "remove"}
    found = plan(images, {"rules": [{"name": "k", "action": "keep", **limits}, rest]})
    assert sorted(set("abcd") - set(removed(found))) == kept.split()


def test_limits_in_two_rules_are_either_or() -> None:
    images = [image("a", "r:a", "10d"), image("b", "r:b", "20d"), image("c", "r:c", "30d")]
    rules = [
        {"name": "count", "action": "keep", "match": {"tags": ["c"]}, "keep_last": 1},
        {"name": "age", "action": "keep", "newer_than": "15d"},
        {"name": "all", "action": "remove"},
    ]
    assert removed(plan(images, {"rules": rules})) == ["b"]


def test_the_sentence_has_rank_and_age() -> None:
    rules = [{"name": "k", "action": "keep", "keep_last": 2, "newer_than": "40d"}, {"name": "all", "action": "remove"}]
    found = plan([image("a", "r:1"), image("b", "r:2", None)], {"rules": rules})
    assert decision(found, "a")["detail"] == "kept: rank 1 of 1 in r, 30 d old <= 40 d (rule k)"
    assert decision(found, "b")["detail"] == (
        "kept: build date not known, so it has no rank in r, its age is not known (rule k)"
    )


def test_the_default_order_may_be_written_out() -> None:
    written = {"keep_last": 1, "order_by": "created", "group_by": "repository"}
    assert Policy.parse(written).digest == Policy.parse({"keep_last": 1}).digest
    assert Policy.parse({"keep_last": 1, "order_by": "natural"}).digest != Policy.parse({"keep_last": 1}).digest


def test_the_flat_order_holds_for_rules_without_one() -> None:
    rules = [{"name": "k", "action": "keep", "keep_last": 1}, {"name": "all", "action": "remove"}]
    assert removed(plan(host("1.9", "1.10"), {"order_by": "version", "rules": rules})) == ["a"]
    rules[0]["order_by"] = "created"
    assert removed(plan(host("1.9", "1.10"), {"order_by": "version", "rules": rules})) == ["b"]
