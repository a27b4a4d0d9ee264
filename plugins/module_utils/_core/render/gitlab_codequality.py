# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).

GitLab compares issues by their fingerprint alone. It comes from the report and holds rule, host and image, no value and
no age: otherwise each day would close yesterday's issue and open a new one.
"""

from __future__ import annotations

import json
import typing as t

from .options import Format
from .safe_text import log_safe
from .sarif import LOCATION_OPTIONS

if t.TYPE_CHECKING:
    from .document import Report

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, *, location: str, locations: dict[str, tuple[str, int]]) -> str:
    """An array of issues, the worst first; empty when there is nothing to say."""
    issues = []
    for finding in report.problems:
        path, line = locations.get(finding.rule, (location, 1))
        issues.append(
            {
                "description": log_safe(finding.sentence),
                "check_name": log_safe(finding.rule),
                "fingerprint": finding.fingerprint,
                "severity": _SEVERITIES[finding.annotation_level],
                "location": {"path": path, "lines": {"begin": line}},
            }
        )
    return json.dumps(issues, indent=2, sort_keys=True) + "\n"


FORMAT = Format(LOCATION_OPTIONS, render)
