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
from ansible_collections.container_ops.images.plugins.module_utils._core.image.selector import (
    PLACEHOLDER_BEFORE,
    SELECTOR_KEYS,
    TOLERATED_FUTURE,
    Selector,
    select,
)
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
        pytest.param(
            {"labels": {"a": "x"}},
            {"match_expressions": [{"key": "a", "operator": "not_in", "values": ["x"]}]},
            False,
            id="expression that does not hold",
        ),
    ],
)
def test_one_image(facts: dict[str, t.Any], options: dict[str, t.Any], expected: bool) -> None:
    assert dict_matches(image(**facts), options, NOW) is expected


@pytest.mark.parametrize(
    "facts, options, expected",
    [
        pytest.param({}, {"tags": ["1"]}, True, id="nothing needs to be known"),
        pytest.param({"size": -1}, {"larger_than": 5}, None, id="size"),
        pytest.param({"size": -1}, {"smaller_than": 5}, None, id="size, from the other side"),
        pytest.param({"size": 0}, {"smaller_than": 5}, True, id="a size of 0 is known"),
        pytest.param({"size": -1}, {"larger_than": 5, "tags": ["2"]}, False, id="settled by a name"),
        pytest.param(
            {"size": -1, "created": NOW - DAY}, {"larger_than": 5, "older_than": "2d"}, False, id="by the age"
        ),
        pytest.param({"size": -1, "created": NOW - DAY}, {"larger_than": 5, "older_than": 9}, None, id="not settled"),
        pytest.param({"created": PLACEHOLDER_BEFORE}, {"older_than": 9}, True, id="the first build date"),
        pytest.param({"created": PLACEHOLDER_BEFORE - 1}, {"older_than": 9}, None, id="a placeholder"),
        pytest.param({"created": NOW + TOLERATED_FUTURE}, {"older_than": 0}, False, id="a clock that is ahead"),
        pytest.param({"created": NOW + TOLERATED_FUTURE + 1}, {"older_than": 0}, None, id="too far ahead"),
        pytest.param({"created": NOW - 9}, {"unused_for": 9}, False, id="as young as that"),
        pytest.param({"created": NOW - 10}, {"unused_for": 9}, None, id="one second older"),
        pytest.param({"created": NOW - 10, "containers": 0}, {"unused_for": 9}, None, id="no container says little"),
        pytest.param({"created": NOW - 10, "containers": 1}, {"unused_for": 9}, False, id="in use"),
        pytest.param({"created": 0, "containers": 1}, {"unused_for": 9}, False, id="in use, without a date"),
        pytest.param({"created": 0}, {"unused_for": 9}, None, id="without a date"),
    ],
)
def test_one_image_if_a_value_may_not_be_known(
    facts: dict[str, t.Any], options: dict[str, t.Any], expected: bool | None
) -> None:
    selector = Selector.parse(options)
    assert selector.applies(ImageSummary.from_dict(image(**facts)), "tagged", NOW) is expected
    assert selector.may_be_undecided is (options.keys() != {"tags"})


@pytest.mark.parametrize(
    "names, options, left_out",
    [
        (["a/b:1", "c/d:2"], {"tags": ["1"]}, ["c/d:2"]),
        (["a/b:1", f"a/b@sha256:{'1' * 64}"], {"tags": ["1"]}, []),
        (["a/b:1", f"c/d@sha256:{'1' * 64}"], {"tags": ["1"]}, [f"c/d@sha256:{'1' * 64}"]),
        (["a/b:1", f"c/d@sha256:{'1' * 64}"], {"repositories": ["*/*"]}, []),
    ],
)
def test_names_that_fit_no_pattern(names: list[str], options: dict[str, t.Any], left_out: list[str]) -> None:
    of_image = {
        "repo_tags": [one for one in names if "@" not in one],
        "repo_digests": [one for one in names if "@" in one],
    }
    selector, summary = Selector.parse(options), ImageSummary.from_dict(image(**of_image))
    assert [str(name) for name in selector.names_left_out(summary)] == left_out
    assert [str(name) for name in summary.names if selector.fits(name)] == [
        name for name in names if name not in left_out and (":1" in name.partition("@")[0] or "repositories" in options)
    ]


def test_selection_reads_states_off_all_images() -> None:
    parent = ImageSummary("sha256:" + "b" * 64)
    child = ImageSummary("sha256:" + "c" * 64, parent_id=parent.id)
    assert select([parent, child], Selector.parse({"states": ["intermediate"]}), NOW) == [parent]
    assert select([parent, child], Selector.parse({"states": ["dangling"]}), NOW) == [child]


def test_selection_knows_which_images_have_children_and_keeps_order_and_keys() -> None:
    parent = {"id": "sha256:" + "b" * 64, "note": "kept"}
    child = image(parent_id=parent["id"])
    lone = {"id": "sha256:" + "c" * 64}
    images = [lone, parent, child]
    assert select_dicts(images, {"states": ["intermediate"]}, NOW) == [parent]
    assert select_dicts(images, {"states": ["dangling"]}, NOW) == [lone]
    assert select_dicts(images, {}, NOW) == images
    assert select_dicts([image(created=NOW - 9)], {"older_than": 5}, NOW) == [image(created=NOW - 9)]


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
        ({"states": 3}, "when.states must be a list of texts, got 3"),
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
