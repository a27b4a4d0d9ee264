# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that built an image, bottom up: what made each, its bytes, and the layer that it left.

An image config says which steps left no layer. An engine's history does not, so there a step without bytes is matched
with a layer only where it cannot be otherwise.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from ..oci.documents import text

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..oci.image_history import HistoryEntry

# Instructions that leave no layer, as BuildKit writes them: https://docs.docker.com/reference/dockerfile/
# The builder before it writes `/bin/sh -c #(nop) ENV A=1`, and its step does leave a layer if it makes the directory of
# an earlier WORKDIR.
_NO_LAYER = re.compile(
    r"(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b"
)


class Step(t.NamedTuple):
    """One step. ``diff_id`` is "" where there is no layer or it is not known, and ``size`` -1 where it is not known."""

    created_by: str
    size: int = -1
    diff_id: str = ""
    empty: bool | None = False
    """Whether the step left no layer; None if that is not known."""

    def to_dict(self) -> dict[str, t.Any]:
        """The form that modules return and filters accept."""
        return self._asdict()


def steps_of_engine(layers: Sequence[str], history: t.Any) -> list[Step]:
    """The steps from ``GET /images/{id}/history`` (newest first) and the diff IDs of ``GET /images/{id}/json``.

    Raises InputError for a history that is not one.
    """
    steps = [
        _engine_step(value, f"the history of an image[{index}]")
        for index, value in enumerate(list_of(history, "the history of an image", "steps"))
    ]
    return _matched(steps[::-1], layers)


def _engine_step(value: t.Any, where: str) -> Step:
    step = mapping_of(value, where, "a step")
    size = step.get("Size")
    if not isinstance(size, int) or isinstance(size, bool):
        raise InputError(f"{where}.Size must be a number, got {shown(size)}", "E_TYPE")
    made_by = text(step.get("CreatedBy"), f"{where}.CreatedBy") or text(step.get("Comment"), f"{where}.Comment")
    empty = False if size > 0 else True if _NO_LAYER.match(made_by) else None
    return Step(made_by, max(size, 0), "", empty)


def _matched(steps: list[Step], layers: Sequence[str]) -> list[Step]:
    """Give the layers to the steps. Those between two steps that may or may not have one keep no diff ID."""
    filled = sum(step.empty is False for step in steps)
    unsure = sum(step.empty is None for step in steps)
    if filled == len(layers) or filled + unsure == len(layers):
        # All that are unsure are alike.
        alike = filled == len(layers)
        steps = [step._replace(empty=alike) if step.empty is None else step for step in steps]
        found = iter(layers)
        return [step if step.empty else step._replace(diff_id=next(found)) for step in steps]
    if not filled < len(layers) < filled + unsure:
        # The history is of another image than its layers: podman commit --squash, or an import.
        return steps
    lowest = _from_one_end(steps, layers)
    highest = _from_one_end(lowest[::-1], layers[::-1])
    return highest[::-1]


def _from_one_end(steps: Sequence[Step], layers: Sequence[str]) -> list[Step]:
    """The steps with the layers that are sure, up to the first that may or may not have one."""
    matched, used = list(steps), 0
    for index, step in enumerate(steps):
        if step.empty is None:
            break
        if not step.empty:
            matched[index] = step._replace(diff_id=layers[used])
            used += 1
    return matched


def steps_of_layers(layers: Sequence[str]) -> list[Step]:
    """A step for each layer, if nothing else is known."""
    return [Step("", diff_id=layer) for layer in layers]


def steps_of_config(history: Sequence[HistoryEntry], layers: Sequence[str], sizes: Sequence[int]) -> list[Step]:
    """The steps of a config with the bytes of its layers. Without a fitting history, each layer is a step."""
    filled = [step for step in history if not step.empty]
    if len(filled) != len(layers):
        return [Step("", size, layer) for layer, size in zip(layers, sizes)]
    found = iter(zip(layers, sizes))
    steps = []
    for step in history:
        layer, size = ("", 0) if step.empty else next(found)
        steps.append(Step(step.created_by, size, layer, step.empty))
    return steps
