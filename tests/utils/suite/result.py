# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step found out, and how skipped tests are judged."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from .tables import LEFT_OUT


@dataclass
class Result:
    """Counts, what went wrong (each a line), and what was left out for a named reason."""

    passed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def problem(self, text: str) -> None:
        self.failed += 1
        self.problems.append(text)

    def skipped(self, text: str) -> None:
        """Judge a test that did not run: named in the table, or a failure."""
        for pattern, reason in LEFT_OUT:
            if re.search(pattern, text):
                self.left_out.add(reason)
                return
        self.problem(f"skipped, and not named in tables.py: {text}")


def read_junit(result: Result, reports: t.Iterable[Path]) -> None:
    """Add what pytest's JUnit reports say."""
    before = result.passed + result.failed
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname')}::{case.get('name')}"
            skipped = case.find("skipped")
            wrong = next((case.find(tag) for tag in ("failure", "error") if case.find(tag) is not None), None)
            if wrong is not None:
                result.problem(f"{report.stem}: {name}: {(wrong.get('message') or '')[:300]}")
            elif skipped is None:
                result.passed += 1
            elif skipped.get("type") == "pytest.xfail":
                result.problem(f"{report.stem}: {name}: an expected failure is a defect that nobody mends")
            else:
                result.skipped(f"{report.stem}: {name}: {skipped.get('message')}")
    if result.passed + result.failed == before and not result.left_out:
        result.problem("not one test ran")
