# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exact bytes and bounds: hosts of a few images with the figures worked out by hand."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.bytes.figures import Figures
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.bytes.history import (
    history_sizes,
    layers_and_tag_time,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.image_facts import read_images
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import make_plan
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    plan,
    removed,
)


def host(*rows: tuple[str, str, int, int], **facts: t.Any) -> list[dict[str, t.Any]]:
    """(name, layers by letter, size, shared size)."""
    return [
        image(name, f"r:{name}", size=size, shared=shared, layers=list(layers), **facts)
        for name, layers, size, shared in rows
    ]


def accounting(images: list[dict[str, t.Any]], goes: str, total: int | None, **more: t.Any) -> tuple[str, int, int]:
    """Method, lower and upper bound of removing these."""
    policy = {"states": ["tagged"], "tags": list(goes) or ["none"], **more.pop("policy", {})}
    found = plan(images, policy, layers_size=total, **more)
    assert removed(found) == sorted(goes)
    assert sum(action["reclaim_bytes"] for action in found["actions"]) == found["accounting"]["lower_bytes"]
    return tuple(found["accounting"][key] for key in ("method", "lower_bytes", "upper_bytes"))  # type: ignore[return-value]


PAIR = host(("a", "xa", 110, 100), ("b", "xb", 120, 100))
# Two pairs of images part below a common layer: nothing but the total tells how large that is.
PAIRS = host(("a", "xya", 131, 130), ("b", "xyb", 132, 130), ("c", "xzc", 153, 150), ("d", "xzd", 154, 150))
TWICE = host(("a", "x", 100, 100), ("b", "x", 100, 100), ("c", "c", 5, 0))


@pytest.mark.parametrize(
    "images, goes, total, expected",
    [
        pytest.param(PAIR, "a", 130, ("exact", 10, 10), id="one of a pair"),
        pytest.param(PAIR, "ab", 130, ("exact", 130, 130), id="both"),
        pytest.param(PAIR, "", 130, ("exact", 0, 0), id="none"),
        pytest.param(TWICE, "a", 105, ("exact", 0, 0), id="the same layers twice"),
        pytest.param(TWICE, "ab", 105, ("exact", 100, 100), id="both names of the same layers"),
        pytest.param(PAIRS, "ab", 190, ("exact", 33, 33), id="the total tells the common layer"),
        pytest.param(PAIRS, "abcd", 190, ("exact", 190, 190), id="all of it"),
        pytest.param(host(("a", "", 0, 0)), "a", 0, ("exact", 0, 0), id="no layers"),
        pytest.param(host(("a", "xx", 7, 0)), "a", 7, ("exact", 7, 7), id="one layer twice in one image"),
        pytest.param(PAIR, "a", 131, ("bounds", 10, 10), id="a total that does not fit"),
        pytest.param(PAIR, "a", None, ("bounds", 10, 10), id="no total"),
        pytest.param(PAIR, "ab", None, ("bounds", 30, 130), id="no total, both"),
        pytest.param(host(("a", "xa", -1, 0), ("b", "xb", 120, 100)), "a", 130, ("bounds", 10, 10), id="no size"),
        pytest.param(host(("a", "xa", -1, -1)), "a", None, ("bounds", 0, -1), id="nothing known"),
        pytest.param(
            host(("a", "xa", 110, -1), ("b", "xb", 120, -1)), "a", 130, ("exact", 10, 10), id="no shared size"
        ),
        pytest.param(
            host(("a", "xa", 110, 100), ("b", "xb", 120, 90)), "a", 130, ("bounds", 10, 10), id="contradiction"
        ),
        pytest.param(
            host(("a", "x", 110, 0), ("b", "x", 120, 0)), "a", 130, ("bounds", 110, 110), id="two sizes of one"
        ),
        pytest.param(
            host(("a", "xa", 110, 0), ("b", "xb", 120, -1)), "a", 130, ("bounds", 110, 110), id="nothing shared"
        ),
        pytest.param(
            host(
                ("a", "xa", 101, 100),
                ("b", "xb", 102, 100),
                ("c", "xc", 103, 100),
                ("d", "yd", 53, -1),
                ("e", "ye", 54, -1),
            ),
            "ade",
            163,
            ("exact", 58, 58),
            id="the total tells one layer beside another with three branches",
        ),
        # Without layers: what is kept is at most as large as its images, and at least as the largest of them.
        pytest.param(
            [image("a", "r:a", size=1, shared=-1), image("b", "r:b", size=10, shared=-1)],
            "b",
            9,
            ("bounds", 8, 8),
            id="one byte is kept",
        ),
        pytest.param(
            [image("a", "r:a", size=0, shared=-1), image("b", "r:b", size=10, shared=-1)],
            "b",
            8,
            ("bounds", 8, 8),
            id="an image without bytes is kept",
        ),
        pytest.param(
            [image("a", "r:a", size=10, shared=-1), image("b", "r:b", size=5, shared=-1)],
            "b",
            10,
            ("bounds", 0, 0),
            id="all is kept",
        ),
        pytest.param(
            [image("m", size=100, shared=100, containers=1), image("k", "r:k", size=110, shared=100, parent="m")],
            "k",
            None,
            ("bounds", 10, 10),
            id="an intermediate image whose shared size is known",
        ),
        pytest.param(
            [
                image("m", size=100, shared=-1, containers=1),
                image("k", "r:k", size=110, shared=50, parent="m"),
                image("x", "s:1", parent="y"),
                image("y", "s:2", parent="x"),
            ],
            "k",
            None,
            ("bounds", 0, 60),
            id="a hidden one, beside a circle of parents",
        ),
    ],
)
def test_bytes(images: list[dict[str, t.Any]], goes: str, total: int | None, expected: tuple[str, int, int]) -> None:
    assert accounting(images, goes, total) == expected


@pytest.mark.parametrize(
    "images, total, sentence",
    [
        (PAIR, 131, "the layers add up to 130 bytes, the engine reports 131"),
        (host(("p", "x", 100, -1), ("a", "xa", 90, -1)), 90, "an image is smaller than a part of it"),
        (
            host(("a", "xa", 110, 100), ("b", "xb", 120, 90)),
            130,
            "images that share layers report different sizes for them",
        ),
        (
            host(("a", "xa", 11, -1), ("b", "xb", 12, -1), ("c", "xc", 13, -1)),
            31,
            "the sizes of the images do not fit the engine's total",
        ),
    ],
)
def test_facts_that_contradict_each_other(images: list[dict[str, t.Any]], total: int, sentence: str) -> None:
    found = plan(images, {"states": ["tagged"], "accounting": "exact"}, layers_size=total)
    assert found["accounting"]["obstacles"] == [sentence]
    assert found["warnings"] == [
        f"the bytes of this plan are bounds, since the facts contradict each other: {sentence}"
    ]


@pytest.mark.parametrize(
    "more, expected",
    [
        ({"policy": {"accounting": "bounds"}}, ("bounds", 10, 10)),
        ({"build_cache_shared": 4}, ("bounds", 6, 10)),
        ({"build_cache_shared": 0}, ("exact", 10, 10)),
    ],
)
def test_what_makes_bounds_of_exact_bytes(more: dict[str, t.Any], expected: tuple[str, int, int]) -> None:
    assert accounting(PAIR, "a", 130, **more) == expected


def test_a_total_that_counts_containers_says_nothing_about_the_least() -> None:
    """300 bytes, and 50 that a container wrote: of the shared 100 nothing goes."""
    images = read_images([image(name, f"r:{name}", size=200, shared=-1) for name in "ab"])
    policy = Policy.parse({"states": ["tagged"], "tags": ["a"]}, None)
    for counts_containers, lower in ((False, 150), (True, 0)):
        figures = Figures(350, 0, None, (), comparable=False, counts_containers=counts_containers)
        accounting = make_plan(images, policy, NOW, figures).accounting
        assert (accounting["lower_bytes"], accounting["upper_bytes"]) == (lower, 200)


def test_exact_bytes_that_cannot_be_had_are_a_warning() -> None:
    for policy, warnings in (({"accounting": "exact"}, 1), ({}, 0)):
        found = plan([image("a", "r:a")], {"states": ["tagged"], **policy}, layers_size=0)
        assert len(found["warnings"]) == warnings
        assert found["accounting"]["obstacles"] == ["the layers of some images are not known"]
    found = plan([image("a", "r:a")], {"states": ["tagged"], "accounting": "exact"})
    reasons = "the layers of some images are not known; the engine's total, layers_size, is not known"
    assert found["warnings"] == [f"exact bytes were asked for, but only bounds can be given: {reasons}"]
    found = plan(PAIR, {"states": ["tagged"], "accounting": "bounds"}, layers_size=130)
    assert (found["accounting"]["obstacles"], found["warnings"]) == (["the policy asks for bounds"], [])


@pytest.mark.parametrize(
    "history, expected",
    [
        pytest.param(None, "bounds", id="not asked"),
        pytest.param([100, 20, 3], "exact", id="with an empty layer somewhere"),
        pytest.param([90, 30, 3], "bounds", id="of another image, which the total tells"),
        pytest.param([123], "bounds", id="of another image, which the sizes tell"),
    ],
)
def test_histories(history: list[int] | None, expected: str) -> None:
    """Two trunks of two pairs each: 100 for a trunk, 20 for a pair, 3 for an image, nothing for a layer between."""
    images = [
        image(name, f"r:{name}", size=123, shared=120, layers=[name[0], *(["-"] if name[1] == "m" else []), *name[1:]])
        for name in ("xm1", "xm2", "xn1", "xn2", "ym1", "ym2", "yn1", "yn2")
    ]
    for entry in images:
        if entry["repo_tags"][0].endswith("m1"):
            entry["history_sizes"] = history
    found = plan(images, {"states": ["tagged"], "tags": ["x*"]}, layers_size=2 * (100 + 2 * 20 + 4 * 3))
    assert found["accounting"]["method"] == expected
    if expected == "exact":
        assert found["accounting"]["lower_bytes"] == 100 + 2 * 20 + 4 * 3


Y_PAIR = [("c", "yc", 23, None), ("d", "yd", 23, [20, 3])]


@pytest.mark.parametrize(
    "reply, expected",
    [
        ({"RootFS": {"Layers": ["a"]}, "Metadata": {"LastTagTime": "2024-01-02T03:04:05Z"}}, (("a",), 1704164645)),
        ({"RootFS": {"Layers": None}, "Metadata": {"LastTagTime": "0001-01-01T00:00:00Z"}}, ((), 0)),
        ({"RootFS": None, "Metadata": None}, ((), 0)),
        ({}, ((), 0)),
    ],
)
def test_reading_an_inspection(reply: dict[str, t.Any], expected: tuple[tuple[str, ...], int]) -> None:
    assert layers_and_tag_time(reply) == expected


@pytest.mark.parametrize(
    "reply, code, message",
    [
        ([], "E_TYPE_ITEM", "the inspection of an image must be "),
        ({"RootFS": {"Layers": "x"}}, "E_TYPE_layers", "RootFS.Layers must be a list of "),
        ({"RootFS": {"Layers": [5]}}, "E_TYPE_layers", "RootFS.Layers[0] must be "),
        ({"Metadata": {"LastTagTime": "x"}}, "E_TYPE_LastTagTime", "Metadata.LastTagTime must be seconds"),
    ],
)
def test_an_inspection_that_cannot_be_read(reply: t.Any, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        layers_and_tag_time(reply)
    assert (caught.value.code, str(caught.value)[: len(message)]) == (code, message)


@pytest.mark.parametrize(
    "rows, total, expected",
    [
        pytest.param(
            [("a", "xya", 33, [10, 20, 3]), ("b", "xyb", 33, None), ("c", "xc", 13, None)], 39, "exact", id="two of one"
        ),
        pytest.param(
            [("e", "x-", 10, None), ("a", "x-ya", 33, [10, 20, 3]), ("b", "x-yb", 33, None), *Y_PAIR],
            62,
            "exact",
            id="an empty layer below a point that is known",
        ),
        pytest.param(
            [("a", "-+xa", 13, [10, 3]), ("b", "-+xb", 13, None), *Y_PAIR],
            42,
            "bounds",
            id="where the empty layers are",
        ),
    ],
)
def test_points_of_a_history(rows: list[tuple[str, str, int, t.Any]], total: int, expected: str) -> None:
    images = [
        image(name, f"r:{name}", size=size, shared=-1, layers=list(layers), history_sizes=history)
        for name, layers, size, history in rows
    ]
    found = plan(images, {"states": ["tagged"]}, layers_size=total)["accounting"]
    assert found["method"] == expected
    if expected == "exact":
        assert found["lower_bytes"] == total


@pytest.mark.parametrize(
    "layers, history, expected",
    [
        ("ab", [{"Size": 2}, {"Size": 0}, {"Size": 1}], (1, 2)),
        ("abc", [{"Size": 2}, {"Size": 0}, {"Size": 1}], (1, 2)),
        ("a", [{"Size": 2}, {"Size": 1}], None),
        ("a", [{"Size": "x"}], None),
        ("a", [{"Size": -1}], None),
        ("a", None, None),
        ("", [], ()),
    ],
)
def test_reading_a_history(layers: str, history: t.Any, expected: tuple[int, ...] | None) -> None:
    assert history_sizes(list(layers), history) == expected
