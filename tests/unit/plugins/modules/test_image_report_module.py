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
