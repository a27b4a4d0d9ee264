# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's source in the hands of html-validate, with the recommended rules and no exception."""

from __future__ import annotations

import json
import pathlib

from conftest import SAMPLES, Sample, program, run

CONFIG = pathlib.Path(__file__).parent / "html-validate.json"


def test_html_validate(node_modules: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """All pages in one run, since it starts slowly, and a broken one to see that it looks."""
    paths = [Sample(name, make()).write(tmp_path, f"{name}.html", "html") for name, make in SAMPLES.items()]
    paths.append(tmp_path / "broken.html")
    paths[-1].write_text(paths[0].read_text(encoding="utf-8").replace("</header>", "", 1), encoding="utf-8")
    tool = program("html-validate", node_modules / ".bin")
    result = run(tool, "--config", CONFIG, "--formatter", "json", *paths)
    found = {
        pathlib.PurePath(page["filePath"]).name: [message["ruleId"] for message in page["messages"]]
        for page in json.loads(result.stdout)
    }
    assert found.pop("broken.html")
    assert [name for name, messages in found.items() if messages] == [], found
