# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of retention that registries document, as policies: what Harbor and ECR keep and remove.

Pushed is the build date here, pulled is the last use. What the registries do otherwise is said beside it.
"""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    plan,
    removed,
)

DAY = 86_400
Images = list[dict[str, t.Any]]
EVERYTHING_ELSE = {"name": "discard", "action": "remove", "match": {"states": ["tagged", "dangling"]}}


def kept(images: Images, rules: list[dict[str, t.Any]], **policy: t.Any) -> set[str]:
    """The words of what stays."""
    found = plan(images, {"rules": rules, **policy})
    names = {bytes.fromhex(entry["id"][7:]).rstrip(b"\0").decode() for entry in images}
    return names - set(removed(found))


# https://goharbor.io/docs/2.14.0/working-with-projects/working-with-images/create-tag-retention-rules/


def harbor_project() -> Images:
    """Repository A: 100 tagged and 2 untagged, all pulled lately; B to E: 6 tagged and 1 untagged, pulled long ago."""
    images = [image(f"A-{n}", f"p/a:{n}", last_used=NOW - DAY - n) for n in range(100)]
    images += [image(f"A-u{n}", last_used=NOW - DAY) for n in range(2)]
    for repository in "BCDE":
        tags = [f"p/{repository.lower()}:{n}" for n in range(6)]
        images += [image(f"{repository}-{n}", tag, last_used=NOW - 60 * DAY) for n, tag in enumerate(tags)]
        images.append(image(f"{repository}-u", last_used=NOW - 60 * DAY))
    return images


TEN = {"name": "ten", "action": "keep", "match": {"states": ["tagged"]}, "keep_last": 10}
PULLED = {"name": "pulled", "action": "keep", "match": {"states": ["tagged"]}, "used_within": "7d"}
PULLED_OR_UNTAGGED = {"name": "pulled", "action": "keep", "used_within": "7d"}


@pytest.mark.parametrize(
    "rules, of_a, of_others",
    [
        pytest.param([TEN], 10, 6, id="example 1"),
        pytest.param([PULLED], 100, 0, id="example 2"),
        # Harbor writes 103 for 102 images.
        pytest.param([PULLED_OR_UNTAGGED], 102, 0, id="example 3"),
        pytest.param([PULLED, TEN], 100, 6, id="example 4"),
    ],
)
def test_harbor_project(rules: list[dict[str, t.Any]], of_a: int, of_others: int) -> None:
    names = kept(harbor_project(), [*rules, EVERYTHING_ELSE])
    assert len(names) == of_a + 4 * of_others
    assert sum(name.startswith("A") for name in names) == of_a


def test_harbor_example_5() -> None:
    tags = [
        f"{version}-your_repo-{kind}" for version in ("2.1", "2.2", "3.1", "4.4") for kind in ("prod", "rc", "release")
    ]
    rules = [
        {"name": "two", "action": "keep", "match": {"tags": ["2*"]}, "keep_last": 10},
        {"name": "prod", "action": "keep", "match": {"tags": ["*-prod"]}, "keep_last": 10},
        EVERYTHING_ELSE,
    ]
    names = kept([image(tag, f"your/repo:{tag}") for tag in tags], rules)
    assert names == {tag for tag in tags if tag.startswith("2") or tag.endswith("-prod")}


def test_harbor_retains_an_image_with_all_its_tags() -> None:
    tags = "p/h:harbor-1.8 p/h:harbor-release p/h:harbor-nightly p/h:harbor-latest"
    rule = {"name": "two", "action": "keep", "match": {"tags": ["harbor-*"]}, "keep_last": 2}
    assert kept([image("one", tags)], [rule, EVERYTHING_ELSE]) == {"one"}


def test_rules_that_harbor_would_or_are_two_rules() -> None:
    images = [image("new", "r:2", "1d"), image("old", "r:1", "60d")]
    one = {"name": "both", "action": "keep", "keep_last": 2, "newer_than": "15d"}
    two = [
        {"name": "count", "action": "keep", "keep_last": 2},
        {"name": "age", "action": "keep", "newer_than": "15d"},
    ]
    assert kept(images, [one, EVERYTHING_ELSE]) == {"new"}
    assert kept(images, [*two, EVERYTHING_ELSE]) == {"new", "old"}


# https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html


def ecr(*rows: tuple[str, str, int]) -> Images:
    """Name, tags and the days since the push."""
    return [image(name, " ".join(f"r:{tag}" for tag in tags.split()), f"{days}d") for name, tags, days in rows]


def last(tags: str, count: int = 1) -> list[dict[str, t.Any]]:
    """Expire more than so many images with such a tag: keep the newest, remove the others."""
    match = {"tags": [tags]} if tags else {}
    return [
        {
            "name": f"keep {tags}",
            "action": "keep",
            "match": match,
            "keep_last": count,
            **({} if tags else {"group_by": "none"}),
        },
        {"name": f"expire {tags}", "action": "remove", "match": match},
    ]


PROD_AND_BETA = ecr(("A", "beta-1 prod-1", 10), ("B", "beta-2 prod-2", 9), ("C", "beta-3", 8))
BOTH_PREFIXES = {"name": "expire", "action": "remove", "match": {"tags": ["prod*", "beta*"]}}


def test_ecr_image_age() -> None:
    images = ecr(("old", "prod-1", 15), ("young", "prod-2", 13), ("other", "dev-1", 99))
    assert kept(images, [{"name": "x", "action": "remove", "match": {"tags": ["prod*"]}, "older_than": "14d"}]) == {
        "young",
        "other",
    }


def test_ecr_image_count() -> None:
    images = ecr(("a", "", 3), ("b", "", 2), ("c", "", 1), ("tagged", "1", 9))
    untagged = {"states": ["dangling"]}
    rules = [
        {"name": "one", "action": "keep", "match": untagged, "keep_last": 1, "group_by": "none"},
        {"name": "rest", "action": "remove", "match": untagged},
    ]
    assert kept(images, rules) == {"c", "tagged"}


def test_ecr_multiple_rules_example_a() -> None:
    keep_newest = [*last("prod*"), *last("beta*")]
    # An image goes whole, so a remove rule has to mean all its tags: A has a tag of both kinds.
    assert kept(PROD_AND_BETA, [keep_newest[0], keep_newest[2], BOTH_PREFIXES]) == {"B", "C"}


def test_ecr_multiple_rules_example_b_does_not_depend_on_the_order_of_rules() -> None:
    rules = [*last("beta*"), *last("prod*")]
    # ECR expires B as well, because its first rule has seen it before the second one could keep it.
    assert kept(PROD_AND_BETA, [rules[0], rules[2], BOTH_PREFIXES]) == {"B", "C"}


def test_ecr_multiple_tags() -> None:
    images = ecr(
        ("A", "alpha-1", 12),
        ("B", "beta-1", 11),
        ("C", "alpha-2 beta-2", 10),
        ("D", "alpha-3", 4),
        ("E", "beta-3 alpha-4", 9),
    )
    alpha = {"name": "x", "action": "remove", "match": {"tags": ["alpha*"]}, "older_than": "5d"}
    # ECR expires C and E as well: there one tag is enough. Here every tag has to be meant.
    assert kept(images, [alpha]) == {"B", "C", "D", "E"}
    either = {"name": "x", "action": "remove", "match": {"tags": ["alpha*", "beta*"]}, "older_than": "5d"}
    assert kept(images, [either]) == {"D"}


def test_ecr_all_images() -> None:
    images = ecr(("A", "alpha-1", 4), ("B", "beta-1", 3), ("C", "", 2), ("D", "alpha-2", 1))
    assert kept(images, last("")) == {"D"}
