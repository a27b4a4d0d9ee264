# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies of real engines against each other: whoever is asked about the same images says the same."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    captured,
    outcome,
)

Images = dict[str, dict[str, t.Any]]


def images(name: str) -> Images:
    """Summaries of a captured reply, by ID."""
    found, _codes = outcome(captured(name))
    assert isinstance(found, list) and len(found) > 0, found
    return {image["id"]: image for image in found}


def same(first: Images, second: Images, *fields: str) -> None:
    """Fail unless all images that both list agree on the fields."""
    common = first.keys() & second.keys()
    assert len(common) > 3
    for identifier in common:
        for field in fields:
            assert first[identifier][field] == second[identifier][field], (identifier, field)


@pytest.mark.parametrize(
    "engine, listed, df",
    [
        ("docker-20.10", "images_all", "df"),
        ("docker-26.1-graph", "images_all", "df_image"),
        ("docker-28.5-ctrd", "images_all", "df"),
        ("docker-29.7-ctrd", "images_all_shared", "df"),
        ("docker-29.7-ctrd", "images_all_shared", "df_verbose"),
    ],
)
def test_docker_list_and_df(engine: str, listed: str, df: str) -> None:
    by_list, by_df = images(f"{engine}_{listed}.json"), images(f"{engine}_{df}.json")
    assert by_df.keys() <= by_list.keys(), "df leaves out intermediate images"
    same(by_list, by_df, "repo_tags", "repo_digests", "created", "labels", "parent_id", "size")
    assert all(image["containers"] >= 0 and image["shared_size"] >= 0 for image in by_df.values())


@pytest.mark.parametrize("engine", ["docker-20.10", "docker-26.1-graph", "docker-28.5-ctrd", "docker-29.7-ctrd"])
def test_docker_list_and_command_line(engine: str) -> None:
    by_list = images(f"{engine}_images_all{'_shared' if engine == 'docker-29.7-ctrd' else ''}.json")
    by_cli = images(f"{engine}_cli_image_ls.txt")
    assert by_cli.keys() == by_list.keys()
    same(by_list, by_cli, "repo_tags", "repo_digests", "created")
    for identifier, image in by_cli.items():
        assert image["size"] == pytest.approx(by_list[identifier]["size"], rel=0.001)


@pytest.mark.parametrize("engine", ["docker-20.10", "docker-28.5-ctrd"])
def test_docker_df_and_command_line(engine: str) -> None:
    by_df, by_cli = images(f"{engine}_df.json"), images(f"{engine}_cli_system_df.json")
    assert by_cli.keys() == by_df.keys()
    same(by_df, by_cli, "created", "containers")
    for identifier, image in by_cli.items():
        assert image["shared_size"] == pytest.approx(by_df[identifier]["shared_size"], rel=0.001)


@pytest.mark.parametrize("engine", ["podman-4.3", "podman-5.8"])
def test_podman_in_four_ways(engine: str) -> None:
    compat = images(f"{engine}_images_all.json")
    for other in ("libpod_images_all", "cli_images"):
        again = images(f"{engine}_{other}.json")
        assert again.keys() == compat.keys()
        same(compat, again, "repo_tags", "repo_digests", "created", "labels", "parent_id", "size", "containers")
    same(compat, images(f"{engine}_df.json"), "created", "size", "containers")
    assert {image["shared_size"] for image in compat.values()} == {-1}


def test_podman_does_not_share_zero_bytes_because_it_was_asked() -> None:
    assert {image["shared_size"] for image in images("podman-5.8_images_sharedsize.json").values()} == {-1}


@pytest.mark.parametrize(
    "engine", ["docker-20.10", "docker-26.1-graph", "docker-28.5-ctrd", "podman-4.3", "podman-5.8"]
)
def test_list_and_inspect(engine: str) -> None:
    by_list, by_inspect = images(f"{engine}_images_all.json"), images(f"{engine}_inspect.json")
    [(identifier, inspected)] = by_inspect.items()
    listed = by_list[identifier]
    fields = ["repo_tags", "created", "labels", "parent_id"]
    if not engine.endswith("ctrd"):  # there the list has one digest, and inspect another size
        fields += ["repo_digests", "size"]
    assert {field: inspected[field] for field in fields} == {field: listed[field] for field in fields}
    assert len(inspected["repo_tags"]) == 5


def test_old_and_new_api_of_one_engine() -> None:
    new, old = images("docker-26.1-graph_images_all.json"), images("docker-26.1-graph_images_v1.41.json")
    same(new, old, "repo_tags", "repo_digests", "created", "labels", "size")
    assert all(image["virtual_size"] in (image["size"], None) for image in old.values())
    assert {image["virtual_size"] for image in new.values()} == {None}


def test_no_placeholder_and_no_date_before_the_first_image() -> None:
    for engine in ("docker-20.10", "docker-26.1-graph", "docker-28.5-ctrd", "podman-4.3", "podman-5.8"):
        for image in images(f"{engine}_images_all.json").values():
            assert "<none>" not in "".join(image["repo_tags"] + image["repo_digests"])
            assert image["created"] == 0 or image["created"] > 1500000000
            assert not any("@" in tag for tag in image["repo_tags"])
