# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a whole: real options, real files, and Ansible's own way to move a file into its place."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.modules import image_report
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.registry.registry_rows import (
    WEB,
    lacking,
    platform,
    row,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._report.spool_folder import Fleet
from ansible_collections.container_ops.images.tests.unit.plugins.modules.run_module import Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    Fleet(tmp_path).spool("web01", image("a", "x:1", size=5))
    monkeypatch.chdir(tmp_path)
    return Run(image_report.main, monkeypatch, capsys)


def report(run: Run, **options: t.Any) -> dict[str, t.Any]:
    return run(src=["spool"], now=str(NOW), **options)


def mode_of(name: str) -> int:
    return stat.S_IMODE(os.stat(name).st_mode)


def test_relative_paths_and_modes(run: Run, tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        outputs = [
            {"format": "text", "path": "usual.txt"},
            {"format": "text", "path": "new/narrow.txt", "mode": "0600"},
            {"format": "text", "path": "as_yaml_reads_it.txt", "mode": 0o660},
        ]
        result = report(run, outputs=outputs)
        assert [item["path"] for item in result["files"]] == [f"{tmp_path}/{item['path']}" for item in outputs]
        assert [mode_of(str(item["path"])) for item in outputs] == [0o644, 0o600, 0o660]
        assert report(run, outputs=outputs)["changed"] is False
        os.chmod("usual.txt", 0o604)
        assert report(run, outputs=[{**outputs[0], "options": {"top": 1}}], rules=[{"id": "max-size", "max": 1}])
        assert mode_of("usual.txt") == 0o604
    finally:
        os.umask(umask)


def test_what_was_not_appended_is_a_warning(run: Run) -> None:
    Path("summary.md").write_text("x" * 1024 * 1024)
    result = report(run, outputs=[{"format": "markdown", "path": "summary.md", "append": True}])
    assert result["changed"] is False
    assert "nothing was appended to " in run.warnings


def test_a_refused_path_is_one_sentence(run: Run) -> None:
    message = run.failure(src=["spool"], outputs=[{"format": "text", "path": "spool"}])
    assert message == f'outputs[0].path: "{os.getcwd()}/spool" is a directory, not a file'


def test_images_that_no_engine_has(run: Run) -> None:
    rows = [row(f"{WEB}:7", platform("a", 1020)), row(f"{WEB}:main", platform("b", 1000))]
    given = {"images": rows, "compare_with": [f"{WEB}:main"], "rules": [{"id": "max-growth", "max_bytes": 10}]}
    alone = run(now=str(NOW), **given)
    assert alone["summary"]["totals"]["images"] == 1
    assert "max-growth registry.example.com/shop/web:7 1.00 → 1.02 kB" in alone["gate"]["reasons"][0]
    both = report(run, **given)
    assert (both["summary"]["totals"]["images"], both["summary"]["expected"]) == (2, 2)
    wanted = report(run, expected_hosts=["web01", "web02", "registry.example.com"], **given)
    assert (wanted["summary"]["expected"], wanted["summary"]["missing"]) == (3, 1)
    assert run(now=str(NOW), expected_hosts=["web02"], **given)["summary"]["missing"] == 1


def test_a_name_without_images_is_a_warning_and_closes_the_gate(run: Run) -> None:
    result = run(now=str(NOW), images=[row(f"{WEB}:7", platform("a")), lacking(f"{WEB}:8")])
    assert result["gate"]["reasons"] == ["1 of 1 host is missing from the report: registry.example.com (failed)"]
    assert "registry.example.com/shop/web:8" in run.warnings
    assert "The registry does not have this name." in run.warnings


def test_what_cannot_be_reported(run: Run) -> None:
    one = row(f"{WEB}:7", platform("a"))
    assert run.failure(now=str(NOW)) == "one of the following is required: src, images"
    for options, message in (
        ({"images": [{**image("a"), "host": "web01"}]}, 'src and images both have images of the host "web01"'),
        ({"images": [one], "compare_with": ["x:1"], "baseline": {"path": "x"}}, "parameters are mutually exclusive"),
        ({"images": [{"x": 1}]}, "images[0] lacks id"),
        ({"images": []}, ""),
    ):
        assert message in run.failure(src=["spool"], **options) if message else report(run, **options), options
    assert "src holds no spool file" in run.failure(images=[], src=[])
