# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two policies for one prune: what each option does where both have it."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import POLICY_KEYS, Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy_merge import merge_policies

KEEP_WEB = {"name": "web", "action": "keep", "match": {"repositories": ["web"]}}
KEEP_DB = {"name": "db", "action": "keep", "match": {"repositories": ["db"]}}
DROP_WEB = {"name": "old-web", "action": "remove", "older_than": "7d"}
DROP_DB = {"name": "old-db", "action": "remove", "older_than": "9d"}

# (option, of the play, of the role, merged)
BOTH: list[tuple[str, t.Any, t.Any, t.Any]] = [
    *((f"keep_{kind}", ["a", "b"], ["c", "a"], ["a", "b", "c"]) for kind in ("references", "tags", "repositories")),
    ("keep_label_selectors", ["a=1"], ["b=1"], ["a=1", "b=1"]),
    ("keep_tags", ["a"], [], ["a"]),
    ("keep_last", 2, 3, 3),
    ("keep_last", 3, 2, 3),
    ("keep_last", 3, 0, 3),
    ("keep_last", "10", 9, "10"),
    ("min_age", "1d", "23h", "1d"),
    ("min_age", "90m", "2h", "2h"),
    ("min_age", 3600, "59m", 3600),
    ("min_age", "1h", "0", "1h"),
    ("max_removals", 9, 10, 9),
    ("max_removals", 10, 9, 9),
    ("max_removals", 0, 5, 0),
    ("removals_per_run", 9, 10, 9),
    ("removals_per_run", 10, 9, 9),
    ("stopped_for", "30d", "90d", "90d"),
    ("max_removal_percent", 50, 100, 50),
    ("max_removal_percent", 50, 5, 5),
    ("rules", [KEEP_WEB, DROP_WEB], [DROP_DB], [KEEP_WEB, DROP_DB]),
    ("rules", [KEEP_WEB], [KEEP_DB, KEEP_WEB], [KEEP_WEB, KEEP_DB]),
    ("rules", [DROP_WEB], [], []),
    ("states", ["tagged"], ["dangling"], ["dangling"]),
    ("repositories", ["a"], ["b"], ["b"]),
    ("tags", ["a"], [], []),
    ("references", ["a"], ["b"], ["b"]),
    ("label_selectors", ["a"], ["b"], ["b"]),
    ("match_expressions", [{"key": "a", "operator": "exists"}], [], []),
    ("larger_than", "1GB", "1MB", "1MB"),
    ("smaller_than", "1MB", "1GB", "1GB"),
    ("older_than", "14d", "1d", "1d"),
    ("unused_for", "14d", "1d", "1d"),
    ("group_by", "none", "repository", "repository"),
    ("order_by", "version", "created", "created"),
    ("max_used_space", "1GB", "2GB", "2GB"),
    ("target_used_space", "1GB", "2GB", "2GB"),
    ("min_free_space", "2GB", "1GB", "1GB"),
    ("evict_order", "oldest", "largest_reclaim", "largest_reclaim"),
    ("on_budget_unmet", "fail", "ignore", "ignore"),
    ("accounting", "exact", "bounds", "bounds"),
    ("now", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
]


@pytest.mark.parametrize("key, base, own, expected", BOTH)
def test_where_both_speak(key: str, base: t.Any, own: t.Any, expected: t.Any) -> None:
    play, role = {key: copy.deepcopy(base)}, {key: copy.deepcopy(own)}
    assert merge_policies(play, role) == {key: expected}
    assert (play, role) == ({key: base}, {key: own})


def test_the_table_has_every_option() -> None:
    assert {key for key, *_rest in BOTH} == set(POLICY_KEYS)


@pytest.mark.parametrize("key, base, own, expected", BOTH)
def test_where_one_speaks(key: str, base: t.Any, own: t.Any, expected: t.Any) -> None:
    assert merge_policies({key: base}, {}) == {key: base}
    assert merge_policies({}, {key: own}) == {key: own}


def test_rules_of_one_name_that_differ_are_refused() -> None:
    merged = merge_policies({"rules": [KEEP_WEB]}, {"rules": [{**KEEP_DB, "name": "web"}]})
    with pytest.raises(InputError, match='rules must have names of their own, got "web" twice'):
        Policy.parse(merged)


@pytest.mark.parametrize(
    "base, own, message",
    [
        ({"keep_last": "two"}, {"keep_last": 1}, 'keep_last must be an integer, got "two"'),
        ({"min_age": "1h"}, {"min_age": "soon"}, "min_age must be a duration"),
    ],
)
def test_what_cannot_be_compared_is_refused(base: t.Any, own: t.Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        merge_policies(base, own)
