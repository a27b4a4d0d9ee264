# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie. Everything that is made goes below `.cache/` of the clone; nothing goes into the user's home."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("TEST_CACHE") or ROOT / ".cache").resolve()
LOGS = CACHE / "logs"
TREES = CACHE / "trees"
VENVS = CACHE / "venvs"
WHEELS = CACHE / "wheels"
DEBIAN = CACHE / "debian"
ENGINES = CACHE / "engines"
REQUIREMENTS = ROOT / "tests" / "utils" / "requirements"
COLLECTION = Path("ansible_collections", "container_ops", "images")
