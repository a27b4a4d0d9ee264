# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie: what is made goes into a folder `.cache/`, the clone's own; nothing goes into the user's home."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("TEST_CACHE") or ROOT / ".cache").resolve()
LOGS = CACHE / "logs"
# Clones may share these by links. A virtual environment is made anew where its interpreter has another path.
VENVS, WHEELS, DEBIAN = ((CACHE / name).resolve() for name in ("venvs", "wheels", "debian"))
ENGINES = CACHE / "engines"
REQUIREMENTS = ROOT / "tests" / "utils" / "requirements"
COLLECTION = Path("ansible_collections", "container_ops", "images")


def _trees() -> Path:
    """Return where copies of the collection go.

    Ansible takes the first `ansible_collections` of a path for the one that counts, and then finds no role. So where
    the clone lies in one, the copies lie beside that.
    """
    outer = next((folder for folder in reversed(CACHE.parents) if folder.name == COLLECTION.parts[0]), None)
    return outer.parent / ".cache" / "container_ops.images" if outer else CACHE / "trees"


TREES = _trees()
