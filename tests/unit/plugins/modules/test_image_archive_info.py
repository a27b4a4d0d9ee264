# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a whole, on archives made byte by byte. What is in them is measured in test_archives*.py."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.modules import image_archive_info, image_summary_info
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import (
    APP,
    BASE,
    config_digest,
    summary,
    written,
)
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run
from ansible_collections.container_ops.images.tests.utils.archives import docker_archive, image

OTHER = image(["example/other:1"], [BASE], created="2020-01-01T00:00:00Z")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(image_archive_info.main, monkeypatch, capsys)


@pytest.fixture
def archives(tmp_path: Path) -> list[str]:
    """Two files; the first image is in both."""
    first = written(tmp_path, docker_archive([APP]), "first.tar")
    return [first, written(tmp_path, docker_archive([OTHER, APP]), "second.tar")]


def test_images_of_archives(run: Run, archives: list[str]) -> None:
    result = run(archives=archives)
    other = summary(OTHER, created=1577836800, labels={}, repo_tags=["example/other:1"], size=1000)
    assert result["images"] == [summary(APP), other]
    assert result["totals"]["images"] == 2
    assert (result["engine"], result["missing"], result["can_talk_to_docker"]) == (None, [], False)
    assert result["changed"] is False and run.warnings == "[]"


SELECTIONS: list[tuple[dict[str, t.Any], list[str], list[str]]] = [
    ({"names": ["example/other:1", "nope"]}, ["example/other:1"], ["nope"]),
    ({"label_selectors": ["env=dev"]}, ["example/app:1"], []),
    ({"states": ["intermediate"]}, [], []),
]


@pytest.mark.parametrize(("options", "tags", "missing"), SELECTIONS)
def test_names_and_selector(
    run: Run, archives: list[str], options: dict[str, t.Any], tags: list[str], missing: list[str]
) -> None:
    result = run(archives=archives, fields=["repo_tags"], **options)
    assert result["images"] == [{"repo_tags": [tag]} for tag in tags]
    assert result["missing"] == missing


def test_an_id_is_that_of_the_configuration(run: Run, archives: list[str]) -> None:
    assert run(archives=archives, names=[config_digest(APP)])["images"] == [summary(APP)]


def test_connection_options_are_taken_and_not_used(run: Run, archives: list[str]) -> None:
    assert run(archives=archives, docker_host="tcp://192.0.2.1:1")["images"] == run(archives=archives)["images"]


def test_a_file_that_is_no_archive(run: Run, tmp_path: Path) -> None:
    message = run.failure(archives=[written(tmp_path, b"no archive")])
    assert str(tmp_path) in message


def test_without_its_action_plugin_the_other_module_says_where_archives_are_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], archives: list[str]
) -> None:
    run = Run(image_summary_info.main, monkeypatch, capsys)
    assert "archives are read by image_archive_info" in run.failure(archives=archives)
