# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The selector vocabulary: each key, its limits, and what it says to unknown values."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.select_dicts import (
    dict_matches,
    select_dicts,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.selector import SELECTOR_KEYS, Selector
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary

NOW = 1_800_000_000
DAY = 86400


def image(**facts: t.Any) -> dict[str, t.Any]:
    return {"id": "sha256:" + "a" * 64, "repo_tags": ["acme/web:1", "mirror/web:stable"], **facts}


@pytest.mark.parametrize(
    "facts, options, expected",
    [
        pytest.param({}, {}, True, id="no condition"),
        pytest.param({}, {"states": ["tagged"]}, True, id="state"),
        pytest.param({}, {"states": ["dangling", "digest_only"]}, False, id="other states"),
        pytest.param({}, {"states": []}, False, id="no state at all"),
        pytest.param({}, {"repositories": ["acme/*"]}, True, id="one repository of two"),
        pytest.param({}, {"repositories": ["acme/*"], "tags": ["stable"]}, False, id="both by the same name"),
        pytest.param({}, {"references": "acme/web:1"}, True, id="one text is a list of one"),
        pytest.param({"repo_tags": []}, {"references": ["**"]}, False, id="no name, no match"),
        pytest.param({"size": 500_000_000}, {"larger_than": "500MB"}, False, id="exactly as large"),
        pytest.param({"size": 500_000_001}, {"larger_than": "500MB"}, True, id="one byte larger"),
        pytest.param({"size": -1}, {"larger_than": 0}, False, id="unknown is not larger"),
        pytest.param({"size": -1}, {"smaller_than": "1GB"}, False, id="unknown is not smaller"),
        pytest.param({"size": 500_000_000}, {"smaller_than": "500MB"}, False, id="exactly as small"),
        pytest.param({"size": 499_999_999}, {"smaller_than": "500MB"}, True, id="one byte smaller"),
        pytest.param({"created": NOW - 30 * DAY}, {"older_than": "30d"}, False, id="exactly as old"),
        pytest.param({"created": NOW - 30 * DAY - 1}, {"older_than": "30d"}, True, id="one second older"),
        pytest.param({"created": NOW + 5}, {"older_than": 0}, False, id="the future is not old"),
        pytest.param({"created": 0}, {"older_than": "1d"}, False, id="unknown age"),
        pytest.param({"created": 315532801}, {"older_than": "1d"}, False, id="placeholder of 1980"),
        pytest.param({"last_used": NOW - 2 * DAY}, {"unused_for": "1d"}, True, id="unused"),
        pytest.param({}, {"unused_for": "1d"}, False, id="last use unknown"),
        pytest.param({"labels": None}, {"label_selectors": ["!x"]}, True, id="null labels are no labels"),
        pytest.param({"labels": {"a": "1", "b": "2"}}, {"label_selectors": ["a=1", "b=2"]}, True, id="all hold"),
        pytest.param({"labels": {"a": "1"}}, {"label_selectors": ["a=1", "b=2"]}, False, id="one does not"),
        pytest.param(
            {"labels": {"a": "x, (y)"}},
            {"match_expressions": [{"key": "a", "operator": "in", "values": ["x, (y)"]}]},
            True,
            id="expression",
        ),
    ],
)
def test_one_image(facts: dict[str, t.Any], options: dict[str, t.Any], expected: bool) -> None:
    assert dict_matches(image(**facts), options, NOW) is expected


def test_selection_knows_which_images_have_children_and_keeps_order_and_keys() -> None:
    parent = {"id": "sha256:" + "b" * 64, "note": "kept"}
    child = image(parent_id=parent["id"])
    lone = {"id": "sha256:" + "c" * 64}
    images = [lone, parent, child]
    assert select_dicts(images, {"states": ["intermediate"]}, NOW) == [parent]
    assert select_dicts(images, {"states": ["dangling"]}, NOW) == [lone]
    assert select_dicts(images, {}, NOW) == images


@pytest.mark.parametrize("key", SELECTOR_KEYS)
def test_null_means_not_given(key: str) -> None:
    assert Selector.parse({key: None}) == Selector()


@pytest.mark.parametrize(
    "options, message",
    [
        ({"larger": 5}, 'when has unknown key "larger"; known are label_selectors'),
        (
            {"states": ["taged"]},
            'when.states[0] must be one of tagged, digest_only, dangling, intermediate, got "taged"',
        ),
        ({"repositories": 3}, "when.repositories must be a list of texts, got 3"),
        ({"tags": [None]}, "when.tags[0] must be text, got null"),
        ({"references": [""]}, 'when.references[0] must be an image name, a pattern for names, or an image ID, got ""'),
        ({"label_selectors": ["a b"]}, "when.label_selectors[0] is not a label selector"),
        ({"older_than": "soon"}, "when.older_than must be a duration such as 90s, 45m, 12h, 30d, 2w"),
        ({"larger_than": "500M"}, "when.larger_than must say which unit it means"),
    ],
    ids=str,
)
def test_bad_options_name_their_path(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Selector.parse(options, "when")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "options, verdict",
    [({}, "all"), ({"repositories": ["**"]}, "all"), ({"repositories": ["acme/*"]}, "some"), ({"tags": ["9"]}, "none")],
)
def test_how_many_references_fit(options: dict[str, t.Any], verdict: str) -> None:
    assert Selector.parse(options).references_verdict(ImageSummary.from_dict(image())) == verdict


@pytest.mark.parametrize(
    "images, message",
    [
        ("text", 'images must be a list of image summaries, got "text"'),
        ({"images": []}, "give its images key"),
        ([None], "images[0] must be an image summary"),
        ([image(), image(size="abc")], 'images[1].size must be an integer, got "abc"'),
        ([image(last_used="x")], "images[0].last_used must be"),
    ],
    ids=str,
)
def test_bad_images_name_the_entry(images: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        select_dicts(images, {}, NOW)
    assert message in str(caught.value)
