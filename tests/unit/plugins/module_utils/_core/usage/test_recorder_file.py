# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of the role usage_recorder, whole and damaged."""

from __future__ import annotations

import hashlib
import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.usage.recorder_file import read_recorder_file
from ansible_collections.container_ops.images.plugins.module_utils._core.usage.trace import Trace

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
T = 1_700_000_000


def record(**changes: t.Any) -> bytes:
    data = {
        "engine_id": "E:1",
        "since": T,
        "until": T + 100,
        "images": {OLD: {"arrived": T + 1, "used": None}, NEW: {"arrived": None, "used": T + 2}},
        **changes,
    }
    body = json.dumps(data).encode()
    return b"image_usage/1 sha256:" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def test_a_record() -> None:
    trace = Trace("recorder", {OLD: T + 1}, {NEW: T + 2}, T, T + 100)
    assert read_recorder_file(record()) == (trace, "E:1")


@pytest.mark.parametrize(
    "changes",
    [
        {"images": []},
        {"images": {"x": {"arrived": T, "used": T}}},
        {"images": {OLD: {"arrived": "now", "used": None}}},
        {"images": {OLD: {"arrived": 5, "used": None}}},
        {"images": {OLD: {"used": None}}},
        {"since": True},
        {"until": 2**50},
    ],
)
def test_a_record_of_another_shape(changes: dict[str, t.Any]) -> None:
    with pytest.raises(InputError, match="not as image_usage/1 describes"):
        read_recorder_file(record(**changes))


def test_a_record_that_is_cut_or_changed_anywhere_is_refused() -> None:
    whole = record()
    for place in range(len(whole)):
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            with pytest.raises(InputError):
                read_recorder_file(damaged)
