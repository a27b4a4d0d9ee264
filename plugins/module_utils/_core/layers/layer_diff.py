# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed between two images: layers, the first step that differs, labels and configuration."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..fields import list_of, mapping_of
from ..image.summary import ImageSummary
from ..json_text import all_encodable
from ..quantities import parse_integer
from .steps import Step

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class _Side(t.NamedTuple):
    id: str
    size: int
    compressed: bool
    labels: Mapping[str, str]
    steps: list[Step]
    configuration: Mapping[str, t.Any]
    base: Mapping[str, t.Any]
    own_size: int


def image_diff(new: t.Any, old: t.Any) -> dict[str, t.Any]:
    """Compare two images that have ``layer_details``: summaries, or platforms of a registry. Raises InputError.

    The bytes of a registry are compressed. Where only one side is, changes of bytes are not known.
    """
    now, before = _side(all_encodable(new), "the image"), _side(all_encodable(old), "old")
    same, added, removed = _layers(now, before)
    comparable = now.compressed == before.compressed
    return {
        "id": now.id,
        "old_id": before.id,
        "changed": now.id != before.id,
        "size": now.size,
        "old_size": before.size,
        "size_change": _change(now.size, before.size, comparable),
        "base_size_change": _change(_base_size(now), _base_size(before), comparable),
        "own_size_change": _change(now.own_size, before.own_size, comparable),
        "same_layers": [step.to_dict() for step in same],
        "added_layers": [step.to_dict() for step in added],
        "removed_layers": [step.to_dict() for step in removed],
        "added_bytes": _sum(added),
        "removed_bytes": _sum(removed),
        "first_difference": _first_difference(now.steps, before.steps),
        "labels": _changes(now.labels, before.labels),
        "configuration": _changes(now.configuration, before.configuration),
    }


def _side(value: t.Any, where: str) -> _Side:
    image = mapping_of(value, where, "an image")
    compressed = "config_digest" in image and "id" not in image
    if compressed:
        identity, size = str(image["config_digest"]), _bytes(image.get("compressed_size"), f"{where}.compressed_size")
        labels = {str(key): str(text) for key, text in mapping_of(image.get("labels") or {}, f"{where}.labels").items()}
    else:
        summary = ImageSummary.from_dict(image, where)
        identity, size, labels = summary.id, summary.size, dict(summary.labels)
    if image.get("layer_details") is None:
        raise InputError(
            f"{where} has no layer_details: list it with image_summary_info and layers: true, or ask its registry with"
            " image_registry_info and details: true",
            "E_NO_LAYERS",
        )
    steps = list_of(image["layer_details"], f"{where}.layer_details", "steps")
    configuration = f"{where}.configuration"
    return _Side(
        identity,
        size,
        compressed,
        labels,
        [_step(step, f"{where}.layer_details[{index}]") for index, step in enumerate(steps)],
        {str(key): value for key, value in mapping_of(image.get("configuration") or {}, configuration).items()},
        mapping_of(image.get("base") or {}, f"{where}.base"),
        _bytes(image.get("own_size"), f"{where}.own_size"),
    )


def _step(value: t.Any, where: str) -> Step:
    step = mapping_of(value, where, "a step")
    empty = step.get("empty")
    return Step(
        str(step.get("created_by") or ""),
        _bytes(step.get("size"), f"{where}.size"),
        str(step.get("diff_id") or ""),
        None if empty is None else str(empty).lower() == "true",
    )


def _bytes(value: t.Any, where: str) -> int:
    """A number of bytes, -1 if it is not known; text on ansible-core before 2.19."""
    return -1 if value is None else max(-1, parse_integer(value, where))


def _has_layer(step: Step) -> bool:
    """Whether the step has left a layer, or may have."""
    return not step.empty and (bool(step.diff_id) or step.size != 0)


def _layers(now: _Side, before: _Side) -> tuple[list[Step], list[Step], list[Step]]:
    """Steps with a layer that both have, in the order of the new image, those of the new one, and of the old one."""
    new, old = ([step for step in side.steps if _has_layer(step)] for side in (now, before))
    if now.id == before.id:
        return new, [], []
    both = {step.diff_id for step in new} & {step.diff_id for step in old} - {""}
    return (
        [step for step in new if step.diff_id in both],
        [step for step in new if step.diff_id not in both],
        [step for step in old if step.diff_id not in both],
    )


def _first_difference(now: Sequence[Step], before: Sequence[Step]) -> dict[str, t.Any] | None:
    """The lowest step that is not the same in both; None if there is none."""
    for index in range(max(len(now), len(before))):
        mine = now[index] if index < len(now) else None
        other = before[index] if index < len(before) else None
        if mine is None or other is None or (mine.created_by, mine.diff_id) != (other.created_by, other.diff_id):
            return {
                "step": index + 1,
                "new": mine.to_dict() if mine else None,
                "old": other.to_dict() if other else None,
            }
    return None


def _base_size(side: _Side) -> int:
    return _bytes(side.base.get("size"), "base.size")


def _change(now: int, before: int, comparable: bool) -> int | None:
    return now - before if comparable and now >= 0 and before >= 0 else None


def _sum(steps: Sequence[Step]) -> int:
    return -1 if any(step.size < 0 for step in steps) else sum(step.size for step in steps)


def _changes(now: Mapping[str, t.Any], before: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What was added, removed and changed; keys in order."""
    return {
        "added": {key: now[key] for key in sorted(now) if key not in before},
        "removed": {key: before[key] for key in sorted(before) if key not in now},
        "changed": {
            key: {"new": now[key], "old": before[key]}
            for key in sorted(now)
            if key in before and now[key] != before[key]
        },
    }
