# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON that may be printed: ASCII, no command for a runner, and the same data."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.json_text import (
    encodable,
    hashes_apart,
    printable_json,
)


@pytest.mark.parametrize(
    "value",
    [
        "##vso[x]",
        "###",
        "####[",
        "\\##[",
        "a\n::error::b",
        "\x7f\x9b\u202e\x1b[31m",
        "😀",
        {"##[": ["##", {"a": None}]},
        1,
    ],
)
def test_it_is_the_same_data_in_printable_letters(value: t.Any) -> None:
    text = printable_json(value)
    assert json.loads(text) == value
    assert text.isascii() and text.isprintable() and "##" not in text


def test_lone_surrogates_are_replaced_wherever_they_are() -> None:
    assert json.loads(printable_json({"\ud800": ["\udfff", "😀"]})) == {"\ufffd": ["\ufffd", "😀"]}


def test_encodable_replaces_lone_surrogates_only() -> None:
    assert encodable("a\ud800b\x00\u202e") == "a\ufffdb\x00\u202e"


def test_hashes_apart_changes_no_data() -> None:
    data = {"a": "##vso[", "b#": "#", "c": ["#\\#", "#####"]}
    text = hashes_apart(json.dumps(data, indent=2))
    assert json.loads(text) == data and "##" not in text
