# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the images of a plan arrived and were used: asked where the policy counts from it."""

from __future__ import annotations

import typing as t

from .._core.prune.image_facts import with_use
from .._core.usage.trace import last_uses
from .._usage.ask import tag_trace, usage_traces

if t.TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from .._core.prune.plan_schema import PlanData
    from .._engine.port import Engine
    from .._usage.ask import UsageRequest
    from .gather import Gathered

# Each plan without the images that were tagged a moment ago may choose others. Then all are asked about.
_ROUNDS = 3


class Uses:
    """What was asked so far."""

    def __init__(self, engine: Engine, facts: Gathered, request: UsageRequest) -> None:
        """Ask for events, and read the file. Raises EngineError."""
        self._engine = engine
        self._now = request.now
        images = [image.summary for image in facts.images]
        self._traces, self.warnings = usage_traces(engine, images, facts.rows, request)
        self._asked: set[str] = set()
        self._rounds = 0

    def added_to(self, facts: Gathered) -> Gathered:
        """The facts with all that is known by now."""
        return self._with(facts, {image.id for image in facts.images})

    def unasked(self, plan: PlanData, facts: Gathered) -> list[str]:
        """Images that the plan removes and whose last tag was not asked for: one request for each."""
        if facts.engine.get("name") != "docker":
            return []
        new = {action["id"] for action in (*plan["actions"], *plan["would"])} - self._asked
        self._rounds += bool(new)
        return sorted({image.id for image in facts.images} - self._asked if new and self._rounds > _ROUNDS else new)

    def with_tags(self, facts: Gathered, ids: Sequence[str]) -> Gathered:
        """The facts with the moments at which these images got their last tag. Raises EngineError.

        The same facts if no such moment is known.
        """
        self._asked.update(ids)
        trace = tag_trace(self._engine, ids)
        self._traces.append(trace)
        return self._with(facts, trace.arrived.keys()) if trace.arrived else facts

    def _with(self, facts: Gathered, ids: Collection[str]) -> Gathered:
        uses = last_uses(ids, self._traces, self._now)
        return facts._replace(
            images=[with_use(image, uses[image.id]) if image.id in ids else image for image in facts.images]
        )
