# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The label selector grammar, row by row."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.labels import (
    LabelSelector,
    parse_match_expressions,
)

LABELS = {"env": "dev", "empty": "", "a.b/c": "x", "url": "https://example.org/?a"}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("env", True),
        ("nosuch", False),
        ("!env", False),
        ("! nosuch", True),
        ("env=dev", True),
        ("env==dev", True),
        ("env = dev", True),
        ("env=prod", False),
        ("env!=prod", True),
        ("env!=dev", False),
        ("nosuch!=dev", True),
        ("nosuch=", False),
        ("empty=", True),
        ("empty in ()", True),
        ("empty in (,x)", True),
        ("env in (dev,test)", True),
        ("env in(dev)", True),
        ("env in (test)", False),
        ("env notin (dev)", False),
        ("nosuch notin (dev)", True),
        ("env notin (prod, test)", True),
        ("env,empty", True),
        ("env,nosuch", False),
        ("env=dev,!nosuch,a.b/c in (x,y)", True),
        ("a.b/c=x", True),
        ("url=https://example.org/?a", True),
        ("in=1", False),
        ("notin", False),
    ],
)
def test_a_selector(text: str, expected: bool) -> None:
    assert LabelSelector.parse(text, "label_selectors[0]").matches(LABELS) is expected


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "such as env=dev"),
        ("   ", "such as env=dev"),
        (3, "got 3"),
        ("a b", "after a, found b"),
        ("a=b=c", 'expected ",", found ='),
        ("a,", "found the end"),
        (",a", "found ,"),
        ("=a", "found ="),
        ("a in b", 'expected "("'),
        ("a in (b", 'expected ")"'),
        ("a in (b c)", 'expected ")"'),
        ("(a)", "found ("),
        ("a!b", "found !"),
        ("!", "found the end"),
        ("a>1", 'cannot read ">1"'),
    ],
)
def test_what_is_refused_names_the_place_and_the_reason(text: object, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        LabelSelector.parse(text, "label_selectors[7]")
    assert "label_selectors[7]" in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize("labels", [{}, {"k": ""}, {"k": "v"}, {"k": "w"}], ids=str)
def test_the_same_condition_in_three_spellings(labels: dict[str, str]) -> None:
    def holds(text: str) -> bool:
        return LabelSelector.parse(text, "x").matches(labels)

    assert holds("k in (v)") == holds("k=v")
    assert holds("k notin (v)") == holds("k!=v") == (not holds("k=v"))
    assert holds("!k") == (not holds("k"))


@pytest.mark.parametrize("text", ["a", "!a", "a=b", "a!=b", "a in (b,c)", "a notin (,c)", "a=,b,!c", "x in ()"])
def test_printing_and_parsing_undo_each_other(text: str) -> None:
    selector = LabelSelector.parse(text, "x")
    assert LabelSelector.parse(str(selector), "x") == selector


@pytest.mark.parametrize(
    "expression, expected",
    [
        ({"key": "env", "operator": "in", "values": ["dev"]}, True),
        ({"key": "env", "operator": "not_in", "values": ["dev", "x, y (z)"]}, False),
        ({"key": "env", "operator": "exists"}, True),
        ({"key": "env", "operator": "does_not_exist", "values": []}, False),
        ({"key": "nosuch", "operator": "not_in", "values": ["a"]}, True),
    ],
)
def test_match_expressions(expression: dict[str, object], expected: bool) -> None:
    assert parse_match_expressions([expression], "match_expressions").matches(LABELS) is expected


@pytest.mark.parametrize(
    "expression, message",
    [
        ("env", "match_expressions[0] must be a dictionary"),
        ({"key": "", "operator": "in", "values": ["a"]}, "match_expressions[0].key must be"),
        ({"key": "a", "operator": "In", "values": ["a"]}, "match_expressions[0].operator must be one of in, not_in"),
        ({"key": "a", "operator": "in"}, "match_expressions[0].values must be a list of at least one value"),
        ({"key": "a", "operator": "in", "values": "b"}, "match_expressions[0].values must be a list"),
        ({"key": "a", "operator": "in", "values": [1]}, "match_expressions[0].values must hold text, got 1"),
        ({"key": "a", "operator": "exists", "values": ["b"]}, "match_expressions[0].values must be empty for exists"),
        ({"key": "a", "operater": "in"}, 'match_expressions[0] has unknown key "operater"'),
    ],
)
def test_bad_match_expressions(expression: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_match_expressions([expression], "match_expressions")
    assert message in str(caught.value)
