# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row for each rule, as every format for people shows it: what came out, of how many, and the worst."""

from __future__ import annotations

import typing as t

from .order import group_order
from .schema import PROBLEMS, VERDICTS

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .schema import FindingGroup, RuleRow


class RuleSummary(t.NamedTuple):
    """A rule with its findings."""

    rule: RuleRow
    groups: Sequence[FindingGroup]
    """The worst first; not all of them if ``rule["cut"]``."""
    verdict: str
    """The worst that was said: one of VERDICTS; "" for a rule that looked at nothing."""
    problems: int
    """How many findings need a look."""
    looked_at: int | None
    """How many images, hosts or tags were judged; None where the report does not say."""

    @property
    def unlisted(self) -> int:
        """How many of the problems are in none of the groups. Findings about all hosts count as one."""
        return max(0, self.problems - sum(max(1, group["hosts"]) for group in self.groups))

    @property
    def share(self) -> str:
        """``2 of 60``; the second number where it is known."""
        return f"{self.problems:,}" if self.looked_at is None else f"{self.problems:,} of {self.looked_at:,}"


def rule_summaries(rules: Sequence[RuleRow], groups: Sequence[FindingGroup], counts_all: bool) -> list[RuleSummary]:
    """Rules with findings first, the worst first; then the others by name.

    ``counts_all`` says whether the counts of the rules are complete: documents of old versions list a part.
    """
    by_rule: dict[str, list[FindingGroup]] = {}
    for group in groups:
        by_rule.setdefault(group["rule"], []).append(group)
    rows = [_summary(rule, by_rule.get(rule["rule"], []), counts_all) for rule in rules]

    def order(row: RuleSummary) -> tuple[t.Any, ...]:
        rank = VERDICTS.index(row.verdict) if row.verdict else len(VERDICTS)
        return (rank, group_order(row.groups[0])) if row.groups else (rank, (), row.rule["rule"])

    loud, quiet = [row for row in rows if row.groups], [row for row in rows if not row.groups]
    return [*sorted(loud, key=order), *sorted(quiet, key=order)]


def _summary(rule: RuleRow, groups: Sequence[FindingGroup], counts_all: bool) -> RuleSummary:
    counts = rule["counts"]
    said = [verdict for verdict in VERDICTS if counts.get(verdict)]
    looked_at = sum(number for verdict, number in counts.items() if verdict != "skip")
    return RuleSummary(
        rule,
        groups,
        said[0] if said else "",
        sum(counts.get(verdict, 0) for verdict in PROBLEMS),
        looked_at if counts_all else None,
    )
