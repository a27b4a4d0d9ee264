# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make pictures` runs: tests/reports/pictures.py, in the environment of that suite."""

from __future__ import annotations

import os
import subprocess
import sys

from . import pythons, suites, tree, venvs
from .paths import LOGS, ROOT
from .process import Failed, Log


def main() -> int:
    """Make the pictures anew."""
    log = Log(LOGS / "pictures.log")
    try:
        venv, more = suites.environment("reports", pythons.all_needed(log), log)
    except Failed as exc:
        print(f"{log.tail()}\n{exc}", file=sys.stderr)
        return 1
    here = tree.copy("pictures")
    collections = str(here.parents[2])
    env = dict(
        os.environ,
        HOME=str(venvs.home("suites")),
        PYTHONPATH=collections,
        ANSIBLE_COLLECTIONS_PATH=collections,
        **more,
    )
    command = [venv / "bin/python", here / "tests/reports/pictures.py", ROOT / "docs" / "pictures"]
    return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
