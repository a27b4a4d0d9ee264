# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The typed getters: what they take, and the one wording of each complaint."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core import fields
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError


@pytest.mark.parametrize(
    "read, value, expected",
    [
        (lambda value: fields.mapping_of(value, "x"), {"a": 1}, {"a": 1}),
        (lambda value: fields.list_of(value, "x", "rules"), [1], [1]),
        (lambda value: fields.list_of(value, "x", "rules"), (1,), (1,)),
        (lambda value: fields.list_of(value, "x", "rules"), None, []),
        (lambda value: fields.required({"a": value}, "a", "x"), 0, 0),
        (lambda value: fields.text_of(value, "x"), "a", "a"),
        (lambda value: fields.text_of(value, "x", may_be_empty=True), "", ""),
        (lambda value: fields.any_texts_of(value, "x"), ("a", ""), ["a", ""]),
        (lambda value: fields.any_texts_of(value, "x", may_be_null=True), None, []),
        (lambda value: fields.texts_of(value, "x"), "a", ("a",)),
        (lambda value: fields.texts_of(value, "x"), ["a", "b"], ("a", "b")),
        (lambda value: fields.choice_of(value, "x", ("a", "b")), "b", "b"),
        (lambda value: fields.flag_of(value, "x"), True, True),
        (lambda value: fields.flag_of(value, "x"), "No", False),
        (lambda value: fields.known_options(value, ("a", "b"), "x", "a rule"), {"a": 1}, None),
    ],
)
def test_what_is_taken(read: t.Callable[[t.Any], t.Any], value: t.Any, expected: t.Any) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    "read, code, message",
    [
        (lambda: fields.mapping_of([], "x"), "E_TYPE", "x must be a dictionary, got []"),
        (lambda: fields.mapping_of(3, "x", "a rule", "E_RULE"), "E_RULE", "x must be a rule (a dictionary), got 3"),
        (lambda: fields.list_of("a", "x", "rules"), "E_TYPE", 'x must be a list of rules, got "a"'),
        (lambda: fields.list_of(None, "x", may_be_null=False), "E_TYPE", "x must be a list, got null"),
        (lambda: fields.text_of(3, "x", may_be_empty=True), "E_TYPE", "x must be text, got 3"),
        (lambda: fields.any_texts_of(None, "x"), "E_TYPE", "x must be a list of texts, got null"),
        (lambda: fields.any_texts_of("a", "x"), "E_TYPE", 'x must be a list of texts, got "a"'),
        (lambda: fields.any_texts_of(["", 3], "x"), "E_TYPE", "x[1] must be text, got 3"),
        (lambda: fields.required({"a": None}, "a", "x"), "E_REQUIRED", "x.a is required"),
        (lambda: fields.text_of("", "x"), "E_TYPE", 'x must be text, got ""'),
        (lambda: fields.texts_of([], "x"), "E_TYPE", "x must hold at least one entry"),
        (lambda: fields.texts_of(["a", 3], "x"), "E_TYPE", "x[1] must be text, got 3"),
        (lambda: fields.choice_of([], "x", ("a", "b")), "E_CHOICE", "x must be one of a, b, got []"),
        (lambda: fields.flag_of(1, "x"), "E_TYPE", "x must be true or false, got 1"),
        (
            lambda: fields.known_options({"c": 1}, ("b", "a"), "x", "a rule"),
            "E_UNKNOWN_KEY",
            "x.c is not an option of a rule; known are a, b",
        ),
        (
            lambda: fields.known_options({"c d": 1}, ("a",), "x", "a rule"),
            "E_UNKNOWN_KEY",
            'x["c d"] is not an option of a rule; known are a',
        ),
    ],
)
def test_what_is_refused(read: t.Callable[[], t.Any], code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read()
    assert (caught.value.code, str(caught.value)) == (code, message)
