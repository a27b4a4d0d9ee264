# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a prune policy. Documented in doc_fragments/_prune_policy.py; Policy.parse() reads the values.

The documentation and the options of the role prune are compared with them in tests/unit.
"""

from __future__ import annotations

import typing as t

from .._argspec import SELECTOR_OPTIONS
from .._core.prune.budget import EVICT_ORDERS, ON_BUDGET_UNMET
from .._core.prune.grouping import ORDERS_OF_KEEP_LAST
from .._core.prune.policy import ACCOUNTING
from .._core.prune.rules import REMOVABLE_STATES

_EXPRESSIONS = SELECTOR_OPTIONS["match_expressions"]
_STATES: dict[str, t.Any] = {"type": "list", "elements": "str", "choices": list(REMOVABLE_STATES)}
_TEXTS: dict[str, t.Any] = {"type": "list", "elements": "str"}

_MATCH_OPTIONS: dict[str, dict[str, t.Any]] = {
    "states": _STATES,
    "repositories": _TEXTS,
    "tags": _TEXTS,
    "references": _TEXTS,
    "label_selectors": _TEXTS,
    "match_expressions": _EXPRESSIONS,
    "larger_than": {"type": "str"},
    "smaller_than": {"type": "str"},
}

POLICY_OPTIONS: dict[str, dict[str, t.Any]] = {
    **_MATCH_OPTIONS,
    "older_than": {"type": "str"},
    "unused_for": {"type": "str"},
    "keep_references": _TEXTS,
    "keep_tags": _TEXTS,
    "keep_repositories": _TEXTS,
    "keep_label_selectors": _TEXTS,
    "keep_last": {"type": "int"},
    "group_by": {"type": "str"},
    "order_by": {"type": "str", "choices": list(ORDERS_OF_KEEP_LAST)},
    "min_age": {"type": "str"},
    "max_used_space": {"type": "str"},
    "target_used_space": {"type": "str"},
    "min_free_space": {"type": "str"},
    "evict_order": {"type": "str", "choices": list(EVICT_ORDERS)},
    "max_removals": {"type": "int"},
    "max_removal_percent": {"type": "int"},
    "stopped_for": {"type": "str"},
    "removals_per_run": {"type": "int"},
    "on_budget_unmet": {"type": "str", "choices": list(ON_BUDGET_UNMET)},
    "accounting": {"type": "str", "choices": list(ACCOUNTING)},
    "now": {"type": "str"},
    "rules": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "action": {"type": "str", "required": True, "choices": ["keep", "remove"]},
            "match": {"type": "dict", "options": _MATCH_OPTIONS},
            "keep_last": {"type": "int"},
            "group_by": {"type": "str"},
            "order_by": {"type": "str", "choices": list(ORDERS_OF_KEEP_LAST)},
            "newer_than": {"type": "str"},
            "used_within": {"type": "str"},
            "older_than": {"type": "str"},
            "unused_for": {"type": "str"},
        },
    },
}


def given(options: t.Any) -> t.Any:
    """Options without those that were not given, at every depth: the argument spec fills them in with null."""
    if isinstance(options, dict):
        return {key: given(value) for key, value in options.items() if value is not None}
    if isinstance(options, list):
        return [given(item) for item in options]
    return options
