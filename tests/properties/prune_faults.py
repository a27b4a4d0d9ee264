# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random events between plan and apply, and during it, with a shadow of what each image's names should be."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.tests.properties.prune_hosts import Dice
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._prune.prune_engine import FakeEngine


class Chaos:
    """Interferes with an engine once in a while. ``names`` is who should have which tag, had only others acted.

    On several connections, no tag moves: between the check of a name and its DELETE, it would.
    """

    def __init__(self, engine: FakeEngine, dice: Dice, tags_move: bool = True) -> None:
        self._engine, self._dice, self._tags_move = engine, dice, tags_move
        self.names = {tag: image["id"] for image in engine.images.values() for tag in image["tags"]}
        self.vanished: set[str] = set()
        self.calm = False
        engine.interfere = self.interfere

    def interfere(self, method: str, path: str) -> None:
        """Maybe do something before a request is answered."""
        ids = sorted(self._engine.images)
        if self.calm or not ids or not self._dice.one_in(8):
            return
        # Before the first removal, a budget whose engine has no total ends the run, with nothing done.
        if path == "/system/df" and not deleted(self._engine):
            return
        event = self._dice.choice((self._start, self._move_tag, self._add_tag, self._vanish, self._answer))
        event(self._dice.choice(ids), method)

    def change(self) -> None:
        """Something happens on the host, at once."""
        if self._engine.images:
            event = self._dice.choice((self._start, self._move_tag, self._add_tag, self._vanish))
            event(self._dice.choice(sorted(self._engine.images)), "GET")

    def _start(self, image: str, _method: str) -> None:
        self._engine.start(f"late-{len(self._engine.containers)}", image)

    def _move_tag(self, image: str, method: str) -> None:
        # Not between the check of a name and its DELETE: no API has an untag that depends on what the name means.
        if self._tags_move and self.names and method != "DELETE":
            self._put(self._dice.choice(sorted(self.names)), image)

    def _add_tag(self, image: str, _method: str) -> None:
        self._put(f"late:{len(self.names)}", image)

    def _put(self, tag: str, image: str) -> None:
        for other in self._engine.images.values():
            other["tags"].discard(tag)
        self._engine.images[image]["tags"].add(tag)
        self.names[tag] = image

    def _vanish(self, image: str, _method: str) -> None:
        if not any(other["parent_id"] == image for other in self._engine.images.values()):
            del self._engine.images[image]
            self.vanished.add(image)

    def _answer(self, _image: str, method: str) -> None:
        if method != "POST":
            if self._dice.one_in(3):
                raise EngineError("NotFound: snapshot 9f9 does not exist: not found", 404, True)
            # None: a web page, or half of an answer.
            raise EngineError("chaos", self._dice.choice((409, 500, None) if method == "DELETE" else (500, None)), True)


def deleted(engine: FakeEngine) -> list[str]:
    """What DELETE was asked of: IDs and names."""
    return [path[len("/images/") :] for method, path, _query in engine.requests if method == "DELETE"]


def planned_names(plan: dict[str, t.Any]) -> set[str]:
    """All that a plan allows to remove."""
    return {name for action in plan["actions"] for name in (action["id"], *action["references"])}
