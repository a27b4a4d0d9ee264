# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two policies for one prune, as of a play and of a role: neither takes away what the other one protects."""

from __future__ import annotations

import typing as t

from ..quantities import parse_duration, parse_integer

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Options = Mapping[str, t.Any]

# The option with the larger, or the smaller, of two values is kept as it was written.
_LARGER: dict[str, Callable[[t.Any, str], int]] = {"keep_last": parse_integer, "min_age": parse_duration}
_SMALLER: dict[str, Callable[[t.Any, str], int]] = dict.fromkeys(
    ("max_removals", "max_removal_percent", "removals_per_run"), parse_integer
)
_ADDED_UP = ("keep_references", "keep_tags", "keep_repositories", "keep_label_selectors")


def merge_policies(base: Options, own: Options) -> dict[str, t.Any]:
    """``own`` wins over ``base``, but for options that protect. Neither holds null. Raises InputError.

    Lists of what to keep and keep rules add up. ``keep_last`` and ``min_age`` take the larger value, ``max_removals``,
    ``max_removal_percent`` and ``removals_per_run`` the smaller one.
    """
    merged = {**base, **own}
    both = base.keys() & own.keys()
    for key in both.intersection(_ADDED_UP):
        merged[key] = _union(base[key], own[key])
    for key in both.intersection(_LARGER):
        merged[key] = max(base[key], own[key], key=lambda value: _LARGER[key](value, key))
    for key in both.intersection(_SMALLER):
        merged[key] = min(base[key], own[key], key=lambda value: _SMALLER[key](value, key))
    if "rules" in both:
        merged["rules"] = _union([rule for rule in base["rules"] if rule.get("action") == "keep"], own["rules"])
    return merged


def _union(first: list[t.Any], second: list[t.Any]) -> list[t.Any]:
    return [*first, *(item for item in second if item not in first)]
