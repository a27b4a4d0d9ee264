# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the page: one row each with the worst of its findings, the others folded below it."""

from __future__ import annotations

import typing as t

from ...report.headline import limit_text, over_text, value_text
from .. import headlines
from .markup import Html, join, tag
from .tables import chip, number, table, where

if t.TYPE_CHECKING:
    from ...report.rule_summaries import RuleSummary
    from ...report.schema import FindingGroup
    from ..document import Report


def rule_list(report: Report, units: str, max_rows: int) -> Html:
    """Rules with findings, the worst first, each a box to open; then the names of those that hold."""
    rows = report.rule_summaries
    loud = headlines.rules_with_findings(rows)
    items = [_rule(report, row, units, max_rows, place) for place, row in enumerate(loud)]
    holding = [
        join(" ", tag("span", headlines.rule_that_holds(row), class_="chip good"))
        for row in rows
        if row.verdict and row not in loud
    ]
    return join(
        tag("div", *items, class_="rules") if items else None,
        tag("p", "Rules that hold:", *holding, class_="holding") if holding else None,
    )


def _rule(report: Report, row: RuleSummary, units: str, max_rows: int, place: int) -> Html:
    limit = limit_text(row.rule, units)
    worst = row.groups[0] if row.groups else None
    summary = tag(
        "summary",
        chip(headlines.VERDICT_WORDS[row.verdict], row.verdict),
        " ",
        tag("strong", row.rule["rule"], class_="rule"),
        " ",
        tag("span", f"limit {limit}" if limit else "", class_="quiet limit"),
        " ",
        tag("span", row.share, class_="share"),
        " ",
        _worst(report, worst, units) if worst else None,
    )
    return tag("details", summary, _findings(report, row, units, max_rows, f"rule-{place}"), class_="rule-row")


def _worst(report: Report, worst: FindingGroup, units: str) -> Html:
    """The worst finding, by how far it is over, and where."""
    over = over_text(worst, units)
    hosts, on = worst["hosts"], worst["on"]
    more = f" and {hosts - 1:,} more" if hosts > 1 else ""
    return tag(
        "span",
        tag("code", worst["image"]) if worst["image"] else None,
        " ",
        _unbroken(value_text(worst, units)) if over else value_text(worst, units),
        tag("b", f" {over}", class_="over") if over else None,
        f" on {on[0]}{more}" if report.is_fleet and on else None,
        class_="worst",
    )


def _unbroken(value: str) -> str:
    """The value with no line end within a size."""
    return value.replace(" ", "\u00a0").replace(",\u00a0", ", ")


def _findings(report: Report, row: RuleSummary, units: str, max_rows: int, name: str) -> Html:
    shown = row.groups[:max_rows]
    rows = [
        tag(
            "tr",
            tag("td", tag("code", group["image"]) if group["image"] else "-", class_="name"),
            tag("td", value_text(group, units), class_="message"),
            number(over_text(group, units) or "-", _excess(group)),
            tag("td", where(group["hosts"], group["on"]), class_="short", data_v=group["hosts"]),
        )
        for group in shown
    ]
    unlisted = row.problems - sum(max(1, group["hosts"]) for group in shown)
    caption = f"{row.share} findings of {row.rule['rule']}{f', {unlisted:,} not listed' if unlisted > 0 else ''}"
    return table(
        name, caption, ["Image", "Value", "n Over the limit", "Where"], rows, noun=f"findings of {row.rule['rule']}"
    )


def _excess(group: FindingGroup) -> int | None:
    actual, limit = group["actual"], group["limit"]
    if not over_text(group, "si") or not isinstance(actual, (int, float)) or not isinstance(limit, (int, float)):
        return None
    return int(actual - limit)
