# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of recorders, whole and damaged, and what several sources say together."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.last_use import LastUse
from ansible_collections.container_ops.images.plugins.module_utils._core.usage.docuum_state import read_docuum_state
from ansible_collections.container_ops.images.plugins.module_utils._core.usage.trace import (
    Trace,
    last_uses,
    watched_since,
)

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
T = 1_700_000_000
DOCUUM = f"""\
---
images:
  "{OLD}":
    parent_id: ~
    last_used_since_epoch:
      secs: {T}
      nanos: 12
  "{NEW}":
    parent_id: "{OLD}"
    last_used_since_epoch:
      secs: {T + 50}
      nanos: 999999999
"""


class TestDocuum:
    def test_two_images(self) -> None:
        trace = Trace("docuum", {}, {OLD: T, NEW: T + 50}, T, T + 60)
        assert read_docuum_state(DOCUUM.encode(), T + 60, {OLD, NEW}) == trace

    def test_without_the_line_in_front_and_with_other_quotes(self) -> None:
        text = DOCUUM.replace("---\n", "").replace('"', "'")
        assert len(read_docuum_state(text.encode(), T, {OLD, NEW}).used) == 2

    def test_a_build_date_is_not_a_use_that_docuum_saw(self) -> None:
        """It writes that of a child for its parent as well, and Docker lists whole seconds."""
        text = DOCUUM.replace("nanos: 12", "nanos: 0")
        trace = read_docuum_state(text.encode(), T + 60, {OLD, NEW})
        assert (trace.used, trace.since) == ({NEW: T + 50}, T + 50)

    def test_an_image_that_is_gone(self) -> None:
        assert read_docuum_state(DOCUUM.encode(), T + 60, {NEW}).used == {NEW: T + 50}

    @pytest.mark.parametrize("text", ["---\nimages: {}\n", "images: {}\n"])
    def test_none(self, text: str) -> None:
        assert read_docuum_state(text.encode(), T, set()) == Trace("docuum", {}, {}, None, T)

    def test_cut_anywhere_it_is_refused_or_says_less(self) -> None:
        whole = DOCUUM.encode()
        for place in range(len(whole)):
            try:
                found = read_docuum_state(whole[:place], T + 60, {OLD, NEW})
            except InputError:
                continue
            assert set(found.used.items()) <= {(OLD, T), (NEW, T + 50)}
            assert found.since is None or found.since >= T

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("images:", "pictures:"),
            ("      secs", "    secs"),
            (f"secs: {T}", "secs: -5"),
            (f"secs: {T}", "secs: &a 5"),
            ("sha256:aaa", "sha512:aaa"),
            ("parent_id: ~", "parent_id: !!python/object x"),
            ("nanos: 12", "nanos: 12\n      more: 1"),
            ("secs", "s\u00e9cs"),
        ],
    )
    def test_another_shape(self, old: str, new: str) -> None:
        with pytest.raises(InputError):
            read_docuum_state(DOCUUM.replace(old, new, 1).encode(), T, {OLD, NEW})


def trace(since: int | None, until: int, **used: int) -> Trace:
    return Trace("x", {}, used, since, until)


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ([], None),
        ([trace(None, 100)], None),
        ([trace(40, 100)], 40),
        ([trace(40, 99)], None),
        ([trace(40, 100), trace(10, 40)], 10),
        ([trace(10, 40), trace(40, 100), trace(1, 10)], 1),
        ([trace(40, 100), trace(10, 39)], 40),
        ([trace(40, 100), trace(20, 100)], 20),
        ([trace(100, 100)], None),
        ([trace(100, 100), trace(10, 100)], 10),
        ([trace(120, 100)], None),
    ],
)
def test_watching_without_a_gap(traces: list[Trace], expected: int | None) -> None:
    assert watched_since(traces, 100) == watched_since(traces[::-1], 100) == expected


def test_the_latest_moment_counts_and_names_its_source() -> None:
    traces = [Trace("a", {"i": 5}, {"i": 7}, 3, 100), Trace("b", {"i": 6}, {"i": 7}, None)]
    assert last_uses(["i", "j"], traces, 100) == {
        "i": LastUse(6, "b", 7, "a", 3),
        "j": LastUse(None, None, None, None, 3),
    }
