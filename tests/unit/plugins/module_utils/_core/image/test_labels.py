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
        ("a\x00in (b)", "expected =, !=, in or notin after a\\x00in, found ("),
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


# TestSelectorParse and TestSetSelectorParser in selector_test.go of k8s.io/apimachinery/pkg/labels: selectors
# with what they are read as, and None for those that Kubernetes refuses.
KUBERNETES = [
    ("x=a,y=b,z=c", "x=a,y=b,z=c"),
    ("x!=a,y=b", "x!=a,y=b"),
    ("x=", "x="),
    ("x= ", "x="),
    ("x=,z= ", "x=,z="),
    ("x= ,z= ", "x=,z="),
    ("!x", "!x"),
    ("\rx", "x"),
    ("x==a", "x=a"),
    ("notin=in", "notin=in"),
    ("this-is-a-dns.domain.com/key-with-dash", "this-is-a-dns.domain.com/key-with-dash"),
    ("this-is-another-dns.domain.com/k in (so,what)", "this-is-another-dns.domain.com/k in (so,what)"),
    ("0.1.2.domain/99 notin (10.10.100.1, tick.tack.clock)", "0.1.2.domain/99 notin (10.10.100.1,tick.tack.clock)"),
    ("foo  in\t (abc)", "foo=abc"),
    ("x notin\n (abc)", "x!=abc"),
    ("x  notin\t\t\t(abc,def)", "x notin (abc,def)"),
    ("x in (abc,def)", "x in (abc,def)"),
    ("x in (abc,)", "x in (abc,)"),
    ("x in ()", "x="),
    ("x notin (abc,,def),bar,z in (),w", "x notin (abc,,def),bar,z=,w"),
    ("x,y in (a)", "x,y=a"),
    ("x,y", "x,y"),
    ("x=a,y!=b,z in (h,i,j)", "x=a,y!=b,z in (h,i,j)"),
    ("x notin ( )", "x!="),
    ("x notin (, a)", "x notin (,a)"),
    ("a ", "a"),
    ("a in (x,y,notin, z,in)", "a in (x,y,notin,z,in)"),
    ("x=a||y=b", None),
    ("x==a==b", None),
    ("!x=a", None),
    ("x<a", None),
    ("x,,y", None),
    (",x,y", None),
    ("x nott in (y)", None),
    ("a in (xyz),", None),
    ("a in (xyz)b notin ()", None),
    ("a in (xyz abc)", None),
    ("a notin(", None),
    ("a (", None),
    ("(", None),
    ("()", None),
    ("== != (), = notin", None),
]


@pytest.mark.parametrize(("text", "expected"), KUBERNETES)
def test_the_table_of_kubernetes(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(InputError):
            LabelSelector.parse(text, "label_selectors[0]")
    else:
        assert str(LabelSelector.parse(text, "label_selectors[0]")) == expected


# TestSelectorMatches and TestRequirementSelectorMatching of the same file.
KUBERNETES_MATCHES: list[tuple[str, dict[str, str], bool]] = [
    ("x=y", {"x": "y"}, True),
    ("x=y,z=w", {"x": "y", "z": "w"}, True),
    ("x!=y,z!=w", {"x": "z", "z": "a"}, True),
    ("notin=in", {"notin": "in"}, True),
    ("x", {"x": "z"}, True),
    ("!x", {"y": "z"}, True),
    ("x=z", {}, False),
    ("x=y", {"x": "z"}, False),
    ("x=y,z=w", {"x": "w", "z": "w"}, False),
    ("x!=y,z!=w", {"x": "z", "z": "w"}, False),
    ("x", {"y": "z"}, False),
    ("!x", {"x": "z"}, False),
    ("foo=bar,baz=blah", {"foo": "bar", "baz": "blah"}, True),
    ("foo=bar,foobar=bar,baz=blah", {"foo": "bar", "baz": "blah"}, False),
    ("x in (foo),y notin (alpha)", {"x": "foo", "y": "baz"}, True),
    ("x in (foo),y in (alpha)", {"x": "foo", "y": "baz"}, False),
    ("x notin (),y", {"y": ""}, True),
    ("!x,y", {"y": ""}, True),
    ("x notin (),!y", {"y": ""}, False),
    ("x in ()", {"y": "baz"}, False),
]


@pytest.mark.parametrize(("text", "labels", "expected"), KUBERNETES_MATCHES)
def test_what_matches_in_kubernetes(text: str, labels: dict[str, str], expected: bool) -> None:
    assert LabelSelector.parse(text, "x").matches(labels) is expected


@pytest.mark.parametrize("text", ["x>1", "x<7", "x>1,z<5", "", " "])
def test_what_kubernetes_takes_and_is_refused_here(text: str) -> None:
    """Versions and dates in labels are no integers, and an empty selector would be everything."""
    with pytest.raises(InputError):
        LabelSelector.parse(text, "x")


@pytest.mark.parametrize(
    "text", ["a" * 254, "x=" + "a" * 64, "http://example.org/a=b", "-x=1", "x=_", "x=Ä", "x=a|b", "x in (a/b)"]
)
def test_what_kubernetes_refuses_and_is_taken_here(text: str) -> None:
    """Its limits on length and characters. Labels of images hold URLs and sentences."""
    assert str(LabelSelector.parse(text, "x")) == text.replace(" in (a/b)", "=a/b")


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
