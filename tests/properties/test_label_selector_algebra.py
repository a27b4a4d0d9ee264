# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""P25: the algebra of label selectors, and that the algebra notices a wrong ``notin``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from ansible_collections.container_ops.images.plugins.module_utils._core.image.labels import LabelSelector, Requirement

WORDS = st.sampled_from(("a", "b", "in", "notin", "org.x/y", "ä", "1"))
LABELS = st.dictionaries(WORDS, st.one_of(WORDS, st.just("")), max_size=3)
REQUIREMENTS = st.one_of(
    st.builds(Requirement, WORDS, st.sampled_from(("exists", "does_not_exist")), st.just(())),
    st.builds(
        Requirement,
        WORDS,
        st.sampled_from(("in", "not_in")),
        st.lists(st.one_of(WORDS, st.just("")), min_size=1, max_size=3, unique=True).map(tuple),
    ),
)
SELECTORS = st.lists(REQUIREMENTS, min_size=1, max_size=3).map(lambda found: LabelSelector(tuple(found)))
QUICK = settings(max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def matches(text: str, labels: dict[str, str]) -> bool:
    return LabelSelector.parse(text, "selector").matches(labels)


def equal(key: str, value: str, labels: dict[str, str]) -> None:
    """``k in (v)`` is ``k=v``; ``k notin (v)`` is ``k!=v`` is not ``k=v``."""
    assert matches(f"{key} in ({value})", labels) == matches(f"{key}={value}", labels)
    assert matches(f"{key}={value}", labels) == matches(f"{key}=={value}", labels)
    assert matches(f"{key} notin ({value})", labels) == matches(f"{key}!={value}", labels)
    assert matches(f"{key}!={value}", labels) != matches(f"{key}={value}", labels)
    assert matches(f"!{key}", labels) != matches(key, labels)


@QUICK
@given(WORDS, st.one_of(WORDS, st.just("")), LABELS)
def test_operators_agree(key: str, value: str, labels: dict[str, str]) -> None:
    equal(key, value, labels)


@QUICK
@given(SELECTORS)
def test_printing_and_reading_again_is_the_identity(selector: LabelSelector) -> None:
    assert LabelSelector.parse(str(selector), "selector") == selector


@QUICK
@given(SELECTORS, SELECTORS, LABELS)
def test_a_comma_is_and(one: LabelSelector, two: LabelSelector, labels: dict[str, str]) -> None:
    assert matches(f"{one},{two}", labels) == (one.matches(labels) and two.matches(labels))


def test_the_algebra_notices_a_label_that_must_be_there_for_notin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defect of kubernetes.core's client-side selector: ``notin`` never matches an object without the label."""
    right = Requirement.matches

    def wrong(self: Requirement, labels: dict[str, str]) -> bool:
        return (self.operator != "not_in" or self.key in labels) and right(self, labels)

    def fails(example: tuple[str, str, dict[str, str]]) -> bool:
        try:
            equal(*example)
        except AssertionError:
            return True
        return False

    with pytest.raises(NoSuchExample):
        find(st.tuples(WORDS, WORDS, LABELS), fails, settings=QUICK)
    monkeypatch.setattr(Requirement, "matches", wrong)
    find(st.tuples(WORDS, WORDS, LABELS), fails, settings=QUICK)
