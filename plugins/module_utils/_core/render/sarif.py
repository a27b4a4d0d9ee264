# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for GitHub code scanning, Jenkins and editors.

A result must point into a file of the repository, but an image is not a file: so a finding points at the place that the
user names for its rule (a line of the policy, or a Dockerfile), and names host and image as logical locations.
"""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

from ..json_text import hashes_apart
from ..safe_text import visible
from .format_options import LOCATIONS, Format, integer, text
from .headlines import absence
from .numbers import counted

if t.TYPE_CHECKING:
    from .document import Finding, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HELP = "https://github.com/container-ops/container_ops.images/tree/main/docs"

_MAX_NOTIFICATIONS = 100


def render(
    report: Report, *, location: str, locations: dict[str, tuple[str, int]], max_results: int, category: str
) -> str:
    """One run with a rule for each rule that has results. GitHub keeps 5,000 results, so the worst come first."""
    shown_findings = [finding for finding in report.findings if finding.verdict not in ("pass", "skip")]
    shown_findings = shown_findings[:max_results]
    counted_findings = sum(report.counts.values()) - report.counts["pass"] - report.counts["skip"]
    left_out = max(0, counted_findings - len(shown_findings))
    rules = sorted({finding.rule: finding for finding in shown_findings}.items())
    index = {rule: number for number, (rule, _finding) in enumerate(rules)}
    driver = {
        "name": "container_ops.images",
        "version": visible(report.version),
        "informationUri": _HELP,
        "rules": [_rule(finding) for _rule_id, finding in rules],
    }
    run: dict[str, t.Any] = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{category}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.absent_hosts, **_notifications(report, left_out)}],
        "results": [
            _result(finding, index[finding.rule], *locations.get(finding.rule, (location, 1)))
            for finding in shown_findings
        ],
    }
    return (
        hashes_apart(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, sort_keys=True))
        + "\n"
    )


def _rule(finding: Finding) -> dict[str, t.Any]:
    rule = visible(finding.rule)
    what = f"The rule {rule} of the image policy" + (
        "" if rule == finding.check else f" (check {visible(finding.check)})"
    )
    return {
        "id": rule,
        "shortDescription": {"text": f"{what}."},
        "helpUri": _HELP,
        "fullDescription": {"text": f"{what}. A result says what was found and what is allowed."},
        "help": {"text": f"{what}. A result says what was found and what is allowed."},
        "defaultConfiguration": {"level": finding.level},
    }


def _result(finding: Finding, index: int, path: str, line: int) -> dict[str, t.Any]:
    names = [(finding.host, "host"), (finding.image, "image")]
    place: dict[str, t.Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": {"startLine": line}}
    }
    logical = [{"name": visible(name), "kind": kind} for name, kind in names if name]
    if logical:
        place["logicalLocations"] = logical
    result = {
        "ruleId": visible(finding.rule),
        "ruleIndex": index,
        "level": finding.annotation_level,
        "message": {"text": visible(finding.sentence)},
        "locations": [place],
        "partialFingerprints": {"imageReport/v1": finding.fingerprint},
        "properties": {"verdict": finding.verdict, "unit": visible(finding.unit)},
    }
    if finding.verdict == "waived":
        reason = visible(finding.waiver_reason or "")
        result["suppressions"] = [{"kind": "external", "justification": reason or "waived"}]
    return result


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "replace"))


def _notifications(report: Report, left_out: int) -> dict[str, t.Any]:
    hosts = report.absent_hosts
    sentences = [("error", f"Host {absence(host)}") for host in hosts[:_MAX_NOTIFICATIONS]]
    if len(hosts) > _MAX_NOTIFICATIONS:
        more = counted(len(hosts) - _MAX_NOTIFICATIONS, "more host")
        sentences.append(("error", f"{more} without facts, {len(hosts):,} in all"))
    if left_out:
        are = "result is" if left_out == 1 else "results are"
        sentences.append(("warning", f"{left_out:,} more {are} left out, the least severe"))
    if not sentences:
        return {}
    return {
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": visible(sentence)}} for level, sentence in sentences
        ]
    }


FORMAT = Format(
    {**LOCATIONS, "max_results": integer(5000, minimum=1), "category": text("image-report")},
    render,
)
