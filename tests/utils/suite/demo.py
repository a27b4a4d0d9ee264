# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo` as somebody runs it who has no engine."""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

from .paths import CACHE, ROOT
from .process import Log
from .result import Result

# A row of the table, and that the page was written.
SHOWN = ("example/shop:1.4", "report.html")


def demo(_interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Run the demo against a socket that is not there: it falls back to an archive of its own."""
    env = dict(os.environ, DOCKER_HOST=f"unix://{CACHE}/no-engine.sock")
    result = Result()
    if log.run([sys.executable, ROOT / "demo" / "run.py"], env=env):
        result.problem("make demo fails")
    for text in SHOWN:
        if text in log.text():
            result.passed += 1
        else:
            result.problem(f"the demo does not show {text}")
    return result
