# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder with spool files, and the module image_report without Ansible around it."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import spool_lines, spool_name
from ansible_collections.container_ops.images.plugins.module_utils._report.output_files import FileAccess
from ansible_collections.container_ops.images.plugins.module_utils._report.run import run_report
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import NOW

ENGINE = {"name": "docker", "image_store": "graphdriver"}
DEFAULTS: dict[str, t.Any] = {
    "expected_hosts": None, "stale_after": None, "collected_since": None, "rules": [], "waivers": [],
    "select": None, "registry": None, "images": None, "compare_with": None,
    "fail_on": None, "baseline": None, "outputs": [], "history_path": None, "now": str(NOW),
}  # fmt: skip


class Fleet:
    """A folder with spool files, and the module to run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def spool(
        self, host: str, *images: dict[str, t.Any], slice: str = "spool", now: int = NOW, **result: t.Any
    ) -> Path:
        (self.folder / slice).mkdir(exist_ok=True)
        path = self.folder / slice / spool_name(host)
        data = result or {"images": list(images), "engine": ENGINE}
        path.write_text("".join(spool_lines(host, data, now)), encoding="ascii")
        return path

    def report(self, *sources: str, check_mode: bool = False, **params: t.Any) -> dict[str, t.Any]:
        outputs = [{"options": {}, "append": False, "mode": None, **item} for item in params.pop("outputs", [])]
        if params.get("baseline"):
            params["baseline"] = {"update": "never", "key": None, **params["baseline"]}
        given = {**DEFAULTS, "src": [self.path(name) for name in sources or ["spool"]], "outputs": outputs, **params}
        result, diffs, warnings = run_report(given, 5, FileAccess(check_mode, os.replace))
        return {**result, "diff": diffs, "warnings": warnings}

    def document(self, *sources: str, **params: t.Any) -> dict[str, t.Any]:
        self.report(*sources, outputs=[{"format": "json", "path": self.path("report.json")}], **params)
        return t.cast("dict[str, t.Any]", json.loads((self.folder / "report.json").read_text()))
