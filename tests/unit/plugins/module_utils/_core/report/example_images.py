# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images, hosts and reports in few words, for the tests of reports."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.report.from_playbook import build_report
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy

NOW = 1_800_000_000
DAY = 86_400


def image(letter: str, *tags: str, **fields: t.Any) -> dict[str, t.Any]:
    """An image summary with the ID that the letter makes."""
    return {"id": "sha256:" + letter * 64, "repo_tags": list(tags), "created": NOW - DAY, "containers": 0, **fields}


def report(data: t.Any, *rules: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    """The document for these rules."""
    more = {key: options.pop(key) for key in ("engine", "expected_hosts") if key in options}
    return build_report(data, ReportPolicy.parse(now=NOW, rules=list(rules), host="web01", **options), "web01", **more)


def verdicts(document: dict[str, t.Any]) -> dict[str, str]:
    """image or host or fleet -> status of its finding."""
    return {row["image"] or row["host"] or "fleet": row["status"] for row in document["findings"]}


def said(finding: dict[str, t.Any]) -> tuple[t.Any, ...]:
    """The verdict with its figures and its sentence."""
    return tuple(finding[key] for key in ("status", "actual", "limit", "unit", "message"))
