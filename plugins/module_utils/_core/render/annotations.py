# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that CI runners turn into annotations: ``::error ...`` for GitHub Actions, ``##vso[...]`` for Azure Pipelines.

Print them raw: a `debug` task would print them inside JSON, where no runner finds them.
GitHub shows ten of each kind for a step, first come first served. So the worst of each rule come first, and where there
are more, the last line of the kind says how many.
Escaping: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts and
https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

import typing as t

from ..report.headline import place_text
from ..report.schema import PROBLEMS, verdict_of
from ..safe_text import log_safe
from .format_options import Format, integer
from .headlines import absence
from .numbers import counted

if t.TYPE_CHECKING:
    from ..report.schema import FindingGroup
    from .document import Report

_LEVELS = {"error": "error", "not_known": "error", "warning": "warning", "incomparable": "warning", "note": "note"}

OPTIONS = {"max_annotations": integer(10, minimum=1)}


class Annotation(t.NamedTuple):
    """One thing to point at: a level of the report, the rule, and a sentence of safe text."""

    level: str
    rule: str
    sentence: str


def found_annotations(report: Report, limit: int) -> list[Annotation]:
    """What to annotate, errors first, no more than ``limit`` of each level.

    Of the findings the worst of each rule come first, then the second of each. What many hosts have is one line.
    """
    found: dict[str, list[tuple[int, Annotation]]] = {"error": [], "warning": [], "note": []}
    for host in report.absent_hosts:
        level = "error" if host["status"] in report.fail_on else "warning"
        found[level].append((1, Annotation(level, "scope", log_safe(f"host {absence(host)}"))))
    places: dict[str, int] = {}
    ranked = []
    for group in report.finding_groups:
        place = places[group["rule"]] = places.get(group["rule"], -1) + 1
        ranked.append((place, group))
    for _place, group in sorted(ranked, key=lambda pair: pair[0]):
        level = "warning" if group["status"] == "incomparable" else group["level"]
        sentence = log_safe(_sentence(group))
        found[level].append((max(1, group["hosts"]), Annotation(level, log_safe(group["rule"]), sentence)))
    unlisted = _unlisted(report)
    result = []
    for level, of_level in found.items():
        more = sum(number for verdict, number in unlisted.items() if _LEVELS.get(verdict) == level)
        shown = [annotation for _number, annotation in of_level]
        if more or len(of_level) > limit:
            rest = sum(number for number, _annotation in of_level[limit - 1 :]) + more
            # The rule's level of a value that is not known is in its finding, which is not here.
            what = "errors or values that are not known" if level == "error" and unlisted.get("not_known") else None
            what = what or counted(rest, level).split()[1]
            shown = [*shown[: limit - 1], Annotation(level, "image-report", f"{rest:,} more {what}, see the report")]
        result += shown
    return result


def _sentence(group: FindingGroup) -> str:
    """``IMAGE on HOST and 120 more hosts: MESSAGE``."""
    place = " ".join(filter(None, (group["image"], place_text(group["hosts"], group["on"]))))
    return f"{place}: {group['message']}" if place else group["message"]


def _unlisted(report: Report) -> dict[str, int]:
    """By verdict, how many findings are in no group."""
    counts = dict(report.counts)
    for group in report.finding_groups:
        counts[verdict_of(group["status"], group["level"])] -= max(1, group["hosts"])
    return {verdict: counts[verdict] for verdict in PROBLEMS if counts[verdict] > 0}


def _escaped(text: str, table: t.Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)


_GITHUB_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_PROPERTY = {**_GITHUB_DATA, ":": "%3A", ",": "%2C"}
_AZURE_DATA = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_AZURE_PROPERTY = {**_AZURE_DATA, ";": "%3B", "]": "%5D"}
_GITHUB_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(report: Report, *, max_annotations: int) -> str:
    """Workflow commands, one a line."""
    return "".join(
        f"::{_GITHUB_LEVELS[level]} title={_escaped(rule, _GITHUB_PROPERTY)}::{_escaped(sentence, _GITHUB_DATA)}\n"
        for level, rule, sentence in found_annotations(report, max_annotations)
    )


def render_azure(report: Report, *, max_annotations: int) -> str:
    """Logging commands, one a line. Azure knows errors and warnings only, so notes are plain lines of the log."""
    return "".join(
        f"note: {rule}: {sentence}\n"
        if level == "note"
        else f"##vso[task.logissue type={level};code={_escaped(rule, _AZURE_PROPERTY)};]"
        f"{_escaped(sentence, _AZURE_DATA)}\n"
        for level, rule, sentence in found_annotations(report, max_annotations)
    )


GITHUB = Format(OPTIONS, render_github)
AZURE = Format(OPTIONS, render_azure)
