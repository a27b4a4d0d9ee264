# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of containers for several removals: begun after each of them asked, and an error for each of them."""

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._prune.shared_look import SharedLook


class SlowEngine:
    """Answers when it is told to, with the number of the list."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.may_answer = threading.Semaphore(0)
        self.has_begun = threading.Semaphore(0)
        self.refuses = False

    def get(self, path: str, **_query: str) -> t.Any:
        self.begun.append(path)
        number = len(self.begun)
        self.has_begun.release()
        assert self.may_answer.acquire(timeout=60)
        if self.refuses:
            raise EngineError("no", 403, True)
        return number


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine()


def waiting(look: SharedLook, pool: ThreadPoolExecutor, engine: SlowEngine, count: int) -> list[t.Any]:
    """So many that ask while a list is on its way."""
    asking = threading.Barrier(count + 1)

    def ask() -> t.Any:
        asking.wait(timeout=60)
        return look.containers(t.cast("t.Any", engine))

    futures = [pool.submit(ask) for _one in range(count)]
    asking.wait(timeout=60)
    return futures


def test_who_asks_during_a_list_waits_for_the_next_one(engine: SlowEngine) -> None:
    look = SharedLook(lambda engine: engine.get("/containers/json"))
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(look.containers, t.cast("t.Any", engine))
        assert engine.has_begun.acquire(timeout=60)
        others = waiting(look, pool, engine, 4)
        for _list in range(5):
            engine.may_answer.release()
        found = [one.result(timeout=60) for one in others]
    # The list that was on its way is for nobody else: it may lack a container that was made since.
    assert first.result() == 1 and min(found) >= 2
    assert len(engine.begun) == max(found) <= 5


def test_an_error_is_one_for_each(engine: SlowEngine) -> None:
    look = SharedLook(lambda engine: engine.get("/containers/json"))
    engine.refuses = True
    with ThreadPoolExecutor(3) as pool:
        futures = waiting(look, pool, engine, 3)
        for _list in range(3):
            engine.may_answer.release()
        for one in futures:
            with pytest.raises(EngineError):
                one.result(timeout=60)
    engine.refuses = False
    engine.may_answer.release()
    assert look.containers(t.cast("t.Any", engine)) == len(engine.begun)
