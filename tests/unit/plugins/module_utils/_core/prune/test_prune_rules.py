# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep needs ANY, remove needs ALL, unknown keeps: one image against one policy, and its reasons."""

from __future__ import annotations

import re
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

DIGEST = "sha256:" + "1" * 64
TAGGED = {"states": ["tagged"]}
DAY = 86_400


@pytest.mark.parametrize(
    "facts, policy, expected",
    [
        # Invariants, which no policy switches off.
        ({"containers": 2}, TAGGED, "in_use"),
        ({"in_use_by": ["web (image mount)"]}, TAGGED, "in_use"),
        ({"containers": -1}, TAGGED, "usage_unknown"),
        ({"containers": None}, TAGGED, "usage_unknown"),
        ({"pinned": True}, TAGGED, "pinned"),
        ({"read_only": "true"}, TAGGED, "read_only"),
        (
            {"containers": 1, "pinned": True, "read_only": True, "labels": {"k": "v"}},
            {**TAGGED, "keep_label_selectors": ["k"]},
            "in_use pinned read_only keep_rule",
        ),
        ({"containers": 1}, {}, "in_use no_rule_matched"),
        ({"containers": 1, "created": 0}, {**TAGGED, "older_than": "1d"}, "in_use age_unknown"),
        (
            {"repo_tags": ["ci/a:1", "prod/a:1"]},
            {**TAGGED, "repositories": ["ci/*"], "keep_tags": ["1"]},
            "keep_rule partial_match",
        ),
        # Ages: newest known of built, tagged, used; strict; placeholders are unknown.
        ({}, {**TAGGED, "older_than": "29d"}, "remove_rule"),
        ({}, {**TAGGED, "older_than": "30d"}, "no_rule_matched"),
        ({"last_tagged": NOW - 5}, {**TAGGED, "older_than": "29d"}, "no_rule_matched"),
        ({"last_used": NOW - 5}, {**TAGGED, "older_than": "29d"}, "no_rule_matched"),
        ({"created": 0}, {**TAGGED, "older_than": "1d"}, "age_unknown"),
        ({"created": 1}, {**TAGGED, "older_than": "1d"}, "age_unknown"),
        ({"created": 315_532_801}, {**TAGGED, "older_than": "1d"}, "age_unknown"),
        ({"created": 315_619_200}, {**TAGGED, "older_than": "1d"}, "remove_rule"),
        ({"created": 0, "last_tagged": NOW - 2 * DAY}, {**TAGGED, "older_than": "1d"}, "remove_rule"),
        ({}, {**TAGGED, "unused_for": "1d"}, "last_use_unknown"),
        ({"last_used": NOW - 2 * DAY}, {**TAGGED, "unused_for": "1d"}, "remove_rule"),
        ({"last_used": NOW - DAY}, {**TAGGED, "unused_for": "1d"}, "no_rule_matched"),
        ({"created": 0}, {**TAGGED, "older_than": "1d", "unused_for": "1d"}, "age_unknown last_use_unknown"),
        ({"created": NOW + DAY}, {**TAGGED, "older_than": 0}, "no_rule_matched"),
        # min_age keeps up to and including the age, and whatever has no age.
        ({}, {**TAGGED, "min_age": "30d"}, "keep_rule"),
        ({}, {**TAGGED, "min_age": "29d"}, "remove_rule"),
        ({"created": 0}, {**TAGGED, "min_age": "1h"}, "keep_rule"),
        ({"created": 0}, {**TAGGED, "min_age": 0}, "remove_rule"),
        # Sizes are strict, an unknown size is neither larger nor smaller.
        ({"size": 500}, {**TAGGED, "larger_than": 500}, "no_rule_matched"),
        ({"size": 501}, {**TAGGED, "larger_than": 500}, "remove_rule"),
        ({"size": 499}, {**TAGGED, "smaller_than": 500}, "remove_rule"),
        ({"size": 500}, {**TAGGED, "smaller_than": 500}, "no_rule_matched"),
        ({"size": -1}, {**TAGGED, "smaller_than": 500}, "no_rule_matched"),
        (
            {"size": -1},
            {**TAGGED, "rules": [{"name": "k", "action": "keep", "match": {"larger_than": 5}}]},
            "keep_rule",
        ),
        (
            {"size": 4},
            {**TAGGED, "rules": [{"name": "k", "action": "keep", "match": {"larger_than": 5}}]},
            "remove_rule",
        ),
        # Names: any keeps, all remove, a digest of a tagged repository is no name of its own.
        ({"repo_tags": ["ci/a:1", "prod/a:1"]}, {**TAGGED, "repositories": ["ci/*"]}, "partial_match"),
        ({"repo_tags": ["ci/a:1", "prod/a:1"]}, {**TAGGED, "repositories": ["ci/*", "prod/*"]}, "remove_rule"),
        ({"repo_tags": ["ci/a:1", "prod/a:1"]}, {**TAGGED, "repositories": ["x/*"]}, "no_rule_matched"),
        (
            {"repo_tags": ["ci/a:1", "prod/a:1"]},
            {**TAGGED, "repositories": ["ci/*"], "older_than": "90d"},
            "no_rule_matched",
        ),
        ({"repo_tags": ["ci/a:1", "prod/a:1"]}, {**TAGGED, "keep_repositories": ["prod/*"]}, "keep_rule"),
        ({"repo_digests": [f"app@{DIGEST}"]}, {**TAGGED, "tags": ["1"]}, "remove_rule"),
        ({"repo_digests": [f"mirror/app@{DIGEST}"]}, {**TAGGED, "tags": ["1"]}, "partial_match"),
        ({"repo_digests": [f"app@{DIGEST}"]}, {**TAGGED, "keep_references": [f"app@{DIGEST}"]}, "keep_rule"),
        ({"repo_tags": ["docker.io/library/app:1"]}, {**TAGGED, "references": ["app:1"]}, "remove_rule"),
        ({}, {**TAGGED, "repositories": []}, "no_rule_matched"),
        ({"repo_tags": []}, {"repositories": ["*"]}, "no_rule_matched"),
        ({"repo_tags": []}, {"keep_repositories": ["**"]}, "remove_rule"),
        ({"repo_tags": [], "repo_digests": [f"app@{DIGEST}"]}, {}, "no_rule_matched"),
        ({"repo_tags": [], "repo_digests": [f"app@{DIGEST}"]}, {"states": ["digest_only"]}, "remove_rule"),
        ({"repo_tags": ["<none>:<none>"]}, {}, "remove_rule"),
        # Labels: every selector removes, any keeps; a comma is AND on both sides.
        ({"labels": {"a": "1"}}, {**TAGGED, "label_selectors": ["a", "b"]}, "no_rule_matched"),
        ({"labels": {"a": "1"}}, {**TAGGED, "keep_label_selectors": ["a", "b"]}, "keep_rule"),
        ({"labels": {"a": "1"}}, {**TAGGED, "keep_label_selectors": ["a,b"]}, "remove_rule"),
        (
            {"labels": {"a": "x y"}},
            {**TAGGED, "match_expressions": [{"key": "a", "operator": "in", "values": ["x y"]}]},
            "remove_rule",
        ),
        ({"labels": None}, {**TAGGED, "label_selectors": ["a notin (b)"]}, "remove_rule"),
        # Rules: used_within keeps what was used lately and what nobody knows about.
        (
            {"last_used": NOW - DAY},
            {**TAGGED, "rules": [{"name": "k", "action": "keep", "used_within": "1d"}]},
            "keep_rule",
        ),
        (
            {"last_used": NOW - DAY - 1},
            {**TAGGED, "rules": [{"name": "k", "action": "keep", "used_within": "1d"}]},
            "remove_rule",
        ),
        ({}, {**TAGGED, "rules": [{"name": "k", "action": "keep", "used_within": "1d"}]}, "keep_rule"),
        ({}, {"rules": []}, "no_rule_matched"),
        ({}, {"rules": [{"name": "all", "action": "remove"}]}, "remove_rule"),
    ],
)
def test_one_image(facts: dict[str, t.Any], policy: dict[str, t.Any], expected: str) -> None:
    found = plan([image("a", "app:1", **facts)], policy)
    assert decision(found, "a")["reasons"] == expected.split()
    assert decision(found, "a")["decision"] == ("remove" if expected == "remove_rule" else "keep")


KEEP = {"name": "k", "action": "keep"}
BOTH = ["ci/a:1", "prod/a:1"]


@pytest.mark.parametrize(
    "facts, policy, detail",
    [
        ({"containers": 1}, {}, "kept: in use by 1 container"),
        ({"containers": 2}, {}, "kept: in use by 2 containers"),
        ({"containers": 2, "in_use_by": ["b", "a (mount)"]}, {}, "kept: in use by `a (mount)`, `b`"),
        ({"containers": -1}, {}, "kept: whether a container uses it is not known"),
        ({"pinned": True}, {}, "kept: pinned"),
        ({"read_only": True}, {}, "kept: read-only"),
        ({}, {"min_age": "30d"}, "kept: 30 d old <= 30 d (rule min_age)"),
        ({"created": 0}, {"min_age": "1h"}, "kept: its age is not known (rule min_age)"),
        ({"last_used": NOW - DAY}, {"rules": [{**KEEP, "used_within": "1d"}]}, "kept: 1 d unused <= 1 d (rule k)"),
        ({}, {"rules": [{**KEEP, "used_within": "1d"}]}, "kept: its last use is not known (rule k)"),
        ({}, {"rules": [KEEP]}, "kept: matches the keep rule (rule k)"),
        ({}, {"keep_last": 1}, "kept: rank 1 of 1 in app (rule keep_last)"),
        ({}, {"keep_last": 1, "group_by": "none"}, "kept: rank 1 of 1 (rule keep_last)"),
        ({"labels": {"a": "b"}}, {"keep_last": 1, "group_by": "label:a"}, "kept: rank 1 of 1 in a=b (rule keep_last)"),
        ({}, {"keep_last": 1, "group_by": "label:a"}, "kept: rank 1 of 1 in !a (rule keep_last)"),
        (
            {"created": 0},
            {"keep_last": 1},
            "kept: build date not known, so it has no rank in app (rule keep_last)",
        ),
        (
            {"created": 0},
            {"keep_last": 1, "group_by": "none"},
            "kept: build date not known, so it has no rank (rule keep_last)",
        ),
        ({"repo_tags": BOTH}, {"keep_repositories": ["prod/*"]}, "kept: matches `prod/a:1` (rule keep_repositories)"),
        (
            {"repo_tags": BOTH},
            {"keep_repositories": ["*/a"]},
            "kept: matches `ci/a:1`, `prod/a:1` (rule keep_repositories)",
        ),
        ({}, {"keep_references": ["sha256:61"]}, "kept: matches its ID (rule keep_references)"),
        ({"labels": {"k": ""}}, {"keep_label_selectors": ["k"]}, "kept: matches `k` (rule keep_label_selectors[0])"),
        ({"repo_tags": BOTH}, {"repositories": ["ci/*"]}, "kept: `prod/a:1` does not match remove rule remove"),
        ({"created": 0}, {"older_than": "1d"}, "kept: its age is not known (rule remove)"),
        ({}, {"unused_for": "1d"}, "kept: its last use is not known (rule remove)"),
        ({}, {"older_than": "90d"}, "kept: no rule matched"),
        ({}, {"older_than": "29d"}, "removed: 30 d old > 29 d (rule remove)"),
        ({"last_used": NOW - 2 * DAY}, {"unused_for": "1d"}, "removed: 2 d unused > 1 d (rule remove)"),
        (
            {"last_used": NOW - 2 * DAY},
            {"older_than": "1d", "unused_for": 60},
            "removed: 2 d since its last use > 1 d, 2 d unused > 1 min (rule remove)",
        ),
        ({}, {}, "removed: tagged (rule remove)"),
    ],
)
def test_the_sentence_about_one_image(facts: dict[str, t.Any], policy: dict[str, t.Any], detail: str) -> None:
    found = plan([image("a", "app:1", **facts)], {**TAGGED, **policy})
    rule = re.search(r"rule (\w+(\[0\])?)\)?$", detail)
    assert decision(found, "a")["detail"] == detail
    assert (decision(found, "a")["size"], decision(found, "a")["state"]) == (0, "tagged")
    assert decision(found, "a")["rule"] == (rule[1] if rule and rule[1] != "matched" else None)


@pytest.mark.parametrize(
    "images, policy, goes",
    [
        pytest.param([("a", "r:1", "1d"), ("b", "r:2", "2d"), ("c", "r:3", "3d")], {"keep_last": 1}, "c b", id="rank"),
        pytest.param([("a", "r:1", None), ("b", "r:2", "2d"), ("c", "r:3", "3d")], {"keep_last": 1}, "c", id="no date"),
        pytest.param(
            [("a", "r:1 s:1", "9d"), ("b", "r:2", "1d"), ("c", "r:3", "2d")], {"keep_last": 1}, "c", id="any group"
        ),
        pytest.param(
            [("a", "r:1", "1d"), ("b", "s:1", "2d")], {"keep_last": 1, "group_by": "none"}, "b", id="one group"
        ),
        pytest.param([("a", "r:1", "1d"), ("b", "docker.io/library/r:2", "2d")], {"keep_last": 1}, "b", id="one name"),
        pytest.param([("a", "r:1", "1d"), ("b", "r:2", None)], {"keep_last": 0}, "a b", id="none"),
    ],
)
def test_keep_last(images: list[tuple[str, str, str | None]], policy: dict[str, t.Any], goes: str) -> None:
    found = plan([image(*row) for row in images], {**TAGGED, **policy})
    assert removed(found) == goes.split()


def test_keep_last_by_label() -> None:
    labels: list[dict[str, str]] = [{"app": "x"}, {"app": "x"}, {"app": ""}, {}, {}]
    images = [
        image(name, f"{name}:1", f"{age}d", labels=value) for age, (name, value) in enumerate(zip("abcde", labels), 1)
    ]
    assert removed(plan(images, {**TAGGED, "keep_last": 1, "group_by": "label:app"})) == ["e", "b"]


@pytest.mark.parametrize("policy", [{"rules": [{"name": "all", "action": "remove"}]}, {"max_used_space": 0}])
def test_an_intermediate_image_is_kept_with_its_child_and_for_no_other_reason(policy: dict[str, t.Any]) -> None:
    images = [image("m", size=5), image("k", "r:1", size=5, parent="m", containers=1)]
    found = plan(images, {**policy, "on_budget_unmet": "ignore"}, layers_size=5)
    assert decision(found, "m")["reasons"] == ["intermediate"]
    assert decision(found, "k")["reasons"] == ["in_use"]


def test_a_rule_about_every_image_removes_intermediate_ones_with_their_last_child_alone() -> None:
    images = [image("m"), image("k", "r:1", parent="m")]
    assert reasons(plan(images, {"rules": [{"name": "all", "action": "remove"}]})) == {
        "m": "cascade",
        "k": "remove_rule",
    }


def test_an_intermediate_image_takes_no_place() -> None:
    images = [image("m", "", "1d"), image("b", "r:2", "2d", parent="m"), image("c", "r:3", "3d")]
    assert removed(plan(images, {**TAGGED, "keep_last": 1, "group_by": "none"})) == ["c"]


def test_an_old_image_in_use_takes_no_place() -> None:
    images = [
        image("a", "r:1", "9d", containers=1),
        image("b", "r:2", "1d"),
        image("c", "r:3", "2d"),
        image("d", "r:4", "3d"),
    ]
    assert removed(plan(images, {**TAGGED, "keep_last": 2})) == ["d"]


def test_digests_make_no_groups_beside_tags() -> None:
    images = [image("a", "r:1", "9d", repo_digests=[f"s@{DIGEST}"]), image("b", "r:2", "1d")]
    assert removed(plan(images, {**TAGGED, "keep_last": 1})) == ["a"]


def test_rules_are_a_set() -> None:
    rules: list[dict[str, t.Any]] = [
        {"name": "one", "action": "remove", "match": {"repositories": ["r"]}},
        {"name": "two", "action": "remove", "older_than": "1d"},
        {"name": "keep", "action": "keep", "match": {"tags": ["1"]}},
    ]
    images = [image("a", "r:1"), image("b", "r:2"), image("c", "s:3")]
    one, two = plan(images, {"rules": rules}), plan(images, {"rules": rules[::-1]})
    assert removed(one) == removed(two) == ["b", "c"]
    assert (decision(one, "b")["rule"], decision(two, "b")["rule"]) == ("one", "two")


@pytest.mark.parametrize(
    "pattern, tags, warnings",
    [
        (
            "*:latest",
            "acme/web:latest",
            ['"*:latest" (rule keep_references) does not protect "acme/web:latest": * does'],
        ),
        ("*:latest", "web:latest", []),
        ("**:latest", "acme/web:latest", []),
        ("nothing", "web:1", []),
        ("acme/*:9", "acme/web:1", []),
        *(
            (
                pattern,
                "web:1",
                ['does not protect "web:1": wildcards are compared with "web:1" and "docker.io/library/'],
            )
            for pattern in ("docker.io/web:*", "library/web:[12]", "index.docker.io/we?", "regex:docker.io/web:.")
        ),
        ("index.docker.io/acme/*", "acme/web:1", ['are compared with "acme/web:1" and "docker.io/acme/web:1" alone']),
        ("docker.io/library/web:2*", "web:1", []),
        ("docker.io/web:2*", "web:1", []),
        ("docker.io/web:*", "quay.io/web:1", []),
    ],
)
def test_warnings_about_keep_patterns(pattern: str, tags: str, warnings: list[str]) -> None:
    found = plan([image("a", tags)], {**TAGGED, "keep_references": [pattern]})["warnings"]
    assert len(found) == len(warnings)
    assert all(any(part in text for text in found) for part in warnings)


def test_a_pattern_for_tags_has_no_spelling() -> None:
    rules = [
        {"name": "keep", "action": "keep", "match": {"repositories": ["db"], "tags": ["regex:docker.*", "library*"]}},
        {"name": "all", "action": "remove"},
    ]
    assert plan([image("a", "web:docker.io"), image("b", "web:library")], {"rules": rules})["warnings"] == []


def test_no_warning_about_a_nearly_matching_image_that_something_else_keeps() -> None:
    policy = {**TAGGED, "keep_references": ["*:latest"], "keep_repositories": ["acme/web"]}
    assert plan([image("a", "acme/web:latest")], policy)["warnings"] == []
    assert plan([image("a", "acme/web:latest")], {"states": [], "keep_references": ["*:latest"]})["warnings"] == []


@pytest.mark.parametrize(
    "policy, blocked",
    [
        ({"max_removals": 1}, "max_removals"),
        ({"max_removals": 2}, None),
        ({"max_removals": 0}, "max_removals"),
        ({"max_removal_percent": 49}, "max_removal_percent"),
        ({"max_removal_percent": 50}, None),
        ({"max_removal_percent": 100}, None),
    ],
)
def test_a_plan_that_is_too_large_does_nothing(policy: dict[str, t.Any], blocked: str | None) -> None:
    images = [image("a", "r:1"), image("b", "r:2"), image("c"), image("d")]
    found = plan(images, {**TAGGED, **policy})
    assert found["blocked"] == blocked
    assert len(found["actions"]) == (0 if blocked else 2)
    assert len(found["would"]) == (2 if blocked else 0)
    assert reasons(found)["a"] == "remove_rule"
    assert (len(found["warnings"]) == 1) is bool(blocked)


@pytest.mark.parametrize(
    "images, message",
    [
        (5, "images must be a list of image summaries, got 5"),
        ([5], "images[0] must be an image summary"),
        ([image("a"), image("a")], "images[1].id is the same as images[0].id"),
        ([image("a", layers="x")], "images[0].layers must be a list of texts"),
        ([image("a", in_use_by=[5])], "images[0].in_use_by[0] must be text"),
        ([image("a", last_used="long ago")], "images[0].last_used must be seconds"),
        ([image("a", pinned=5)], "images[0].pinned must be true or false"),
        ([image("a", pinned="maybe")], "images[0].pinned must be true or false"),
        (
            [image("a", layers=["x"], history_sizes=[1, 2])],
            "images[0].history_sizes must not have more entries than layers",
        ),
    ],
)
def test_refused_images(images: t.Any, message: str) -> None:
    from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
    from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import plan_from_options

    with pytest.raises(InputError) as caught:
        plan_from_options(images, {}, NOW)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "facts, policy, detail",
    [
        ({}, {}, "removed: dangling, it has no name (rule remove)"),
        (
            {"repo_digests": [f"app@{DIGEST}"]},
            {},
            "kept: no rule matched: digest_only, it was pulled by its digest, or its tag is on another image by now",
        ),
        (
            {"repo_digests": [f"app@{DIGEST}"]},
            {"states": ["digest_only"]},
            "removed: digest_only, it was pulled by its digest, or its tag is on another image by now (rule remove)",
        ),
        ({"repo_tags": ["app:1"]}, {}, "kept: no rule matched"),
        ({"repo_tags": ["app:1"]}, {"states": ["tagged"]}, "removed: tagged (rule remove)"),
    ],
)
def test_the_state_is_explained(facts: dict[str, t.Any], policy: dict[str, t.Any], detail: str) -> None:
    assert decision(plan([image("a", **facts)], policy), "a")["detail"] == detail
