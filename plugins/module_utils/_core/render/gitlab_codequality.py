# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).

GitLab compares issues by their fingerprint alone. It comes from the report and holds rule, host and image, no value and
no age: otherwise each day would close yesterday's issue and open a new one.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ..json_text import hashes_apart
from ..safe_text import visible
from .format_options import LOCATIONS, Format

if t.TYPE_CHECKING:
    from .document import Report

# Always the same, as the fingerprint of every finding is.
_UNLISTED = hashlib.sha256(b"findings that are not listed").hexdigest()[:32]

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, *, location: str, locations: dict[str, tuple[str, int]]) -> str:
    """An array of issues, the worst first; empty when there is nothing to say."""
    issues = []
    for finding in report.problems:
        path, line = locations.get(finding.rule, (location, 1))
        issues.append(
            {
                "description": visible(finding.sentence),
                "check_name": visible(finding.rule),
                "fingerprint": finding.fingerprint,
                "severity": _SEVERITIES[finding.annotation_level],
                "location": {"path": path, "lines": {"begin": line}},
            }
        )
    more = report.problem_count - len(report.problems)
    if more > 0:
        are = "finding is" if more == 1 else "findings are"
        issues.append(
            {
                "description": f"{more:,} more {are} counted but not listed, the least severe",
                "check_name": "image-report",
                "fingerprint": _UNLISTED,
                "severity": "major" if {"error", "not_known"} & report.unlisted().keys() else "minor",
                "location": {"path": location, "lines": {"begin": 1}},
            }
        )
    return hashes_apart(json.dumps(issues, indent=2, sort_keys=True)) + "\n"


FORMAT = Format(LOCATIONS, render)
