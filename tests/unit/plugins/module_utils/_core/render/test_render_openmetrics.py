# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics: names, labels, how many series, escaping. The parsers are the business of tests/reports."""

from __future__ import annotations

import re
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.openmetrics import (
    _OWN_LABELS,
    _escaped,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets, samples

PIECES = [*'\\\t\r\n\x1b#[txur1b0\u202e\ud800\u200b"', "\\x1b", "\\u202e", "\\U000e0041", "\\t", "\\r", "\\x23", "##["]


def series(document: dict[str, t.Any], **options: t.Any) -> dict[str, float]:
    """Every sample line as name and labels, and its value; fails on one that occurs twice."""
    result: dict[str, float] = {}
    for line in render(document, "openmetrics", options).splitlines():
        if not line.startswith("#"):
            name, _space, value = line.rpartition(" ")
            assert name not in result
            result[name] = float(value)
    return result


def test_totals_of_one_host() -> None:
    found = series(samples.ordinary(200))
    assert found["container_images"] == 201
    assert found["container_images_dangling"] == 1
    assert found["container_images_size_bytes"] == samples.ordinary(200)["totals"]["size"]
    assert found["container_image_report_passed"] == 0
    assert found["container_image_report_timestamp_seconds"] == samples.NOW
    assert (
        found[
            'container_image_engine_info{name="docker",version="28.5.2",api_version="1.51",image_store="graphdriver"}'
        ]
        == 1
    )


@pytest.mark.parametrize("images", [1, 50, 400])
@pytest.mark.parametrize("hosts", [1, 4])
def test_totals_are_at_most_twenty_series_a_host_whatever_the_number_of_images(images: int, hosts: int) -> None:
    names = [f"web{number}" for number in range(hosts)]
    fixed = [name for name in series(samples.document()) if "_report_" in name]
    assert len(series(samples.ordinary(images, names))) - len(fixed) <= 20 * hosts


def test_hosts_are_told_apart_in_a_fleet_only() -> None:
    assert not [name for name in series(samples.ordinary()) if "host=" in name]
    found = series(samples.fleet())
    assert found['container_images{host="web01"}'] == 31
    assert found['container_image_host_reported{host="db01"}'] == 0
    assert found['container_image_report_hosts{status="unreachable"}'] == 1
    assert 'container_images{host="db01"}' not in found, "what is not known is not 0"
    assert series(samples.fleet(), host_label="never")["container_images"] == 61
    assert 'container_images{host="web01"}' in series(samples.ordinary(), host_label="always")


def test_repository_detail() -> None:
    images = [
        samples.image("docker.io/library/redis:7", size=100, repo_tags=["redis:7", "redis:7.2"]),
        samples.image("redis:6", size=50),
        samples.image("redis:5", size=-1),
        samples.image("0123456789ab"),
    ]
    found = series(samples.document(images), detail="repository")
    assert found['container_image_repository_images{repository="redis"}'] == 3
    assert found['container_image_repository_size_bytes{repository="redis"}'] == 150
    assert found['container_image_repository_largest_size_bytes{repository="redis"}'] == 100


def test_image_detail_has_a_series_for_each_tag_and_none_for_what_is_not_known() -> None:
    images = [
        samples.image("redis:7", size=100, repo_tags=["redis:7", "redis:7.2"], containers=-1, created=0),
        samples.image("x", repo_digests=["redis@sha256:aa", "redis@sha256:bb"], size=40, state="digest_only"),
        samples.image("y", repo_digests=["redis@sha256:cc"], size=60, state="digest_only", containers=2),
    ]
    found = series(samples.document(images), detail="image")
    assert {name: value for name, value in found.items() if "image_size_bytes" in name} == {
        'container_image_size_bytes{repository="redis",tag="7"}': 100,
        'container_image_size_bytes{repository="redis",tag="7.2"}': 100,
        'container_image_size_bytes{repository="redis",tag=""}': 60,
    }
    assert {name: value for name, value in found.items() if "image_containers" in name} == {
        'container_image_containers{repository="redis",tag=""}': 2
    }


def test_labels_stay_when_only_ids_and_digests_change() -> None:
    before, after = samples.ordinary(), samples.ordinary()
    for row in after["images"]:
        row["id"] = row["id"][::-1]
        row["repo_digests"] = [name[:-8] + "00000000" for name in row["repo_digests"]]
    for detail in ("totals", "repository", "image"):
        assert set(series(before, detail=detail)) == set(series(after, detail=detail))


@pytest.mark.parametrize(
    "text, value",
    [
        ("plain", "plain"),
        ('a"b\\c\nd', 'a"b\\c\nd'),
        ("tab\tand \\t", "tab\tand \\t"),
        ("\x1b", "\\x1b"),
        ("\\x1b", "\\\\x1b"),
        ("\\\x1b", "\\\\\\x1b"),
        ("\\\\x1b", "\\\\\\\\x1b"),
        ("a\r", "a\\r"),
        ("a\\r", "a\\\\r"),
        ("\\\\", "\\\\"),
        ("##[x]", "#\\x23[x]"),
        ("#\\x23[x]", "#\\\\x23[x]"),
    ],
)
def test_the_value_of_a_label_is_its_text_where_that_can_be_shown(text: str, value: str) -> None:
    rendered = render(samples.document([samples.image(f"{text}:1")]), "openmetrics", {"detail": "image"})
    (found,) = re.findall(r'container_image_size_bytes\{repository="(.*)",tag="1"\}', rendered)
    assert re.sub(r"\\(.)", lambda one: {"n": "\n"}.get(one.group(1), one.group(1)), found) == value


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=2, max_size=4, unique=True))
def test_different_texts_are_different_series(texts: list[str]) -> None:
    assert len({_escaped(text) for text in texts}) == len(texts)


def test_shape_that_both_readers_accept() -> None:
    text = render(samples.hostile(), "openmetrics", {"detail": "image", "prefix": "docker_"})
    assert text.endswith("\n# EOF\n") and "\n\n" not in text and "\r" not in text
    families = re.findall(r"^# TYPE (\S+) gauge$", text, re.MULTILINE)
    assert len(families) == len(set(families)) == text.count("# TYPE") == text.count("# HELP")
    assert all(name.startswith("docker_image") for name in families)
    for name in re.findall(r"^# UNIT (\S+) (?:bytes|seconds)$", text, re.MULTILINE):
        assert name.endswith(("_bytes", "_seconds"))


def test_big_numbers_are_written_in_full() -> None:
    document = samples.document([samples.image("big:1", size=2**53 - 1)])
    assert f"container_images_size_bytes {2**53 - 1}\n" in render(document, "openmetrics", {})


def test_labels_of_all_series() -> None:
    plain = series(samples.fleet())
    found = series(samples.fleet(), labels={"team": 'a"b', "env": "prod"})
    assert len(found) == len(plain)
    assert all(name.endswith('env="prod",team="a\\"b"}') for name in found)
    assert list(found.values()) == list(plain.values())


@pytest.mark.parametrize(
    "labels, message",
    [
        ({"host": "x"}, 'labels: "host" is a label of this format'),
        ({"a-b": "x"}, 'labels: "a-b" is not the name of a label'),
        ({"__name__": "x"}, 'labels: "__name__" is not the name of a label'),
        ({"team": ["x"]}, 'labels["team"] must be text, got '),
        ("team=x", 'labels must be a mapping of label names to text, got "team=x"'),
    ],
)
def test_labels_that_cannot_be(labels: t.Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        render(samples.fleet(), "openmetrics", {"labels": labels})


def test_own_labels_are_all_that_series_have() -> None:
    names = set()
    for detail in ("repository", "image"):
        for name in series(samples.fleet(), detail=detail):
            names |= set(re.findall(r'[{,](\w+)="', name))
    assert names <= _OWN_LABELS


def test_a_series_for_each_rule() -> None:
    found = series(fleets.host())
    assert found['container_image_report_rule_findings{rule="max-growth",level="error"}'] == 2
    assert found['container_image_report_rule_looked_at{rule="max-growth",level="error"}'] == 57
    assert found['container_image_report_rule_findings{rule="tag-drift",level="error"}'] == 0
