# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One spelling for everything a digest is taken of, so that equal policies and equal facts have equal digests."""

from __future__ import annotations

import hashlib
import json
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..image.selector import Selector


def canonical_json(value: t.Any) -> str:
    """Sorted keys, no blanks, ASCII; callers give integers only, since floats print differently between versions."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False)


def digest(value: t.Any) -> str:
    """``sha256:`` and the digest of the canonical JSON."""
    return "sha256:" + hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def canonical_match(match: Mapping[str, t.Any], selector: Selector) -> dict[str, t.Any]:
    """A rule's match as plain data: sizes in bytes, label selectors as they print, names in their one spelling."""
    groups = iter(selector.names)
    result: dict[str, t.Any] = {}
    if selector.states is not None:
        result["states"] = sorted(set(selector.states))
    for key in ("repositories", "tags", "references"):
        if match.get(key) is not None:
            result[key] = sorted({pattern.spelled for pattern in next(groups)})
    if match.get("label_selectors") is not None:
        count = len(selector.labels) - (match.get("match_expressions") is not None)
        result["label_selectors"] = sorted(str(labels) for labels in selector.labels[:count])
    if match.get("match_expressions") is not None:
        result["match_expressions"] = [
            {"key": item.key, "operator": item.operator, **({"values": list(item.values)} if item.values else {})}
            for item in selector.labels[-1].requirements
        ]
    for key in ("larger_than", "smaller_than"):
        if getattr(selector, key) is not None:
            result[key] = getattr(selector, key)
    return result


def without_order(match: Mapping[str, t.Any], selector: Selector) -> dict[str, t.Any]:
    """The same for a digest alone: conditions on labels must all hold, so their order and grouping mean nothing."""
    conditions = [
        [item.key, item.operator, sorted(set(item.values))]
        for labels in selector.labels
        for item in labels.requirements
    ]
    rest = {key: value for key, value in match.items() if key not in ("label_selectors", "match_expressions")}
    return {**rest, "labels": sorted(conditions)} if conditions else rest
