# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a plan: each image checked again right before it is removed, nothing outside of the plan."""

from __future__ import annotations

import typing as t

from .._core.prune.removal_outcome import (
    GONE,
    HAS_KEPT_CHILDREN,
    NOT_NEEDED,
    NOT_REACHED,
    PLANNED,
    Allowance,
    Outcome,
    outcome_of,
)
from .._engine.late_modules import import_late_modules
from .container_list import ContainerList
from .image_removal import ImageRemoval

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._core.prune.services import ServiceImage
    from .._engine.port import Engine
    from .image_removal import Action, Enough

# With three, 500 removals took 1.4 times as long; with sixteen, as long as with twelve (Docker 28.5, two cores).
_CONNECTIONS = 12


def apply(
    engine: Engine,
    actions: Sequence[Action],
    enough: Enough,
    only_look: bool = False,
    at_most: int | None = None,
    services: Sequence[ServiceImage] = (),
) -> list[Outcome]:
    """One outcome per action, in the order of the plan.

    ``enough``: whether evictions have reached their target; ``None`` if that cannot be measured, which keeps the rest.
    ``only_look`` asks the same questions, and then ends with what would be removed. After ``at_most`` removals, the
    rest is deferred.
    """
    allowance = Allowance(at_most)
    outcomes: list[Outcome] = []
    kept_parents: dict[str, str] = {}
    silent, containers = False, ContainerList({action["id"] for action in actions})
    for action in actions:
        if silent:
            outcomes.append(_not_reached(action))
            continue
        deferred = allowance.deferral(action)
        if deferred is not None:
            outcomes.append(deferred)
            continue
        removal = ImageRemoval(engine, action, containers.ask, only_look, services)
        outcome = removal.carry_out(kept_parents, enough)
        silent = removal.silent
        allowance.note(action, outcome)
        if outcome.outcome == NOT_NEEDED and removal.parent_id:
            kept_parents.setdefault(removal.parent_id, NOT_NEEDED)
        elif outcome.outcome not in (*GONE, PLANNED) and removal.parent_id:
            kept_parents[removal.parent_id] = HAS_KEPT_CHILDREN
        outcomes.append(outcome)
    return outcomes


def apply_side_by_side(
    engine: Engine,
    actions: Sequence[Action],
    at_most: int | None = None,
    services: Sequence[ServiceImage] = (),
) -> list[Outcome]:
    """The same on several connections to one engine, for actions that do not depend on each other.

    Three round trips take most of the time of a removal: beside 200 containers, 150 removals took 1.9 s instead of 3.2
    (Docker 28.5). Begun in the order of the plan, and reported in it. Connections that cannot be had are done without.
    """
    # Imported here: only large plans come this way.
    from collections import deque
    from contextlib import ExitStack, suppress
    from threading import Event, Thread

    from .shared_look import SharedLook

    import_late_modules()
    silent, look = Event(), SharedLook(ContainerList({action["id"] for action in actions}).ask)
    engines = [engine]

    def work(mine: Engine, todo: deque[tuple[int, Action]], done: dict[int, Outcome]) -> None:
        with suppress(IndexError):
            while True:
                number, action = todo.popleft()
                if silent.is_set():
                    done[number] = _not_reached(action)
                    continue
                removal = ImageRemoval(mine, action, look.containers, services=services)
                done[number] = removal.carry_out({}, lambda: False)
                if removal.silent:
                    silent.set()

    def outcomes_of(batch: Sequence[Action]) -> list[Outcome]:
        todo, done = deque(enumerate(batch)), dict[int, Outcome]()
        threads: list[Thread] = []

        def begin(mine: Engine) -> None:
            thread = Thread(target=work, args=(mine, todo, done))
            thread.start()
            threads.append(thread)

        # Whatever the host or the engine does not give: removals have begun, and no error may lose their record.
        with suppress(Exception):
            for one in engines:
                begin(one)
            # One after the other: servers of ssh refuse many logins at a time.
            while todo and len(engines) < _CONNECTIONS:
                engines.append(connections.enter_context(engine.again()))
                begin(engines[-1])
        for thread in threads:
            thread.join()
        # Without a single thread, all of it is left.
        work(engine, todo, done)
        return [done[number] for number in range(len(batch))]

    allowance = Allowance(at_most)
    outcomes: list[Outcome] = []
    with ExitStack() as connections:
        # As many as may be removed; if some of them are kept, as many of the next ones.
        while batch := actions[len(outcomes) :][: allowance.left]:
            for action, outcome in zip(batch, outcomes_of(batch)):
                allowance.note(action, outcome)
                outcomes.append(outcome)
    return outcomes + [one for one in map(allowance.deferral, actions[len(outcomes) :]) if one is not None]


def _not_reached(action: Action) -> Outcome:
    return outcome_of(action, NOT_REACHED, "the engine no longer answered")
