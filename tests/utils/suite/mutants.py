# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests see which room of `_core`, how many mutants they must kill, and which no test can kill. Data only."""

from __future__ import annotations

CORE = "plugins/module_utils/_core"
UNITS = "tests/unit/plugins/module_utils"

# The tests beside a room. What only tests of another room would notice counts as not seen.
TESTS = {
    "": ("_core/test_errors.py", "_core/test_fields.py", "_core/test_json_text.py", "_core/test_name_table.py",
         "_core/test_quantities.py", "_core/test_safe_text.py", "_core/test_timestamps.py"),
    "archive": ("_core/archive", "_archives"),
    "image": ("_core/image",),
    "listing": ("_core/listing",),
    "oci": ("_core/listing", "_archives"),  # has no tests of its own: it is the common part of the two
    "prune": ("_core/prune", "_prune"),
    "render": ("_core/render",),
    "report": ("_core/report",),
}  # fmt: skip

# What decides what is removed, and whether a pipeline goes on: percent of the mutants that must be killed.
FLOORS = {"prune": 90, "report/checks": 90, "report/gate.py": 90}


# Mutants that differ in nothing that a test can see: by file, what the line was, what it becomes, and why that is so.
EQUIVALENT: dict[str, tuple[tuple[str, str, str], ...]] = {}
