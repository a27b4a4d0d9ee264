# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a fold over hosts: each is read once, none is kept in memory, and their order does not matter."""

from __future__ import annotations

import typing as t
from functools import partial

from ..timestamps import format_epoch
from .baseline_log import BaselineLog
from .checks.kinds import FleetCheck
from .compare_with import NOTHING_ELSE
from .document_parts import GENERATOR, agreed_engine, measure_of, rules_of, scope_of, warnings_of
from .findings import FindingLog, Judgement
from .gate import Gate
from .groups import ImageGroups
from .host_totals import Totals, absent_record, host_record
from .hosts import ImageViews
from .judge import Judge
from .limited_lists import Bounded
from .order import image_order
from .report_rules import BASELINE_HOSTS
from .repositories import RepositoryTotals
from .schema import SCHEMA
from .selection import NOTHING_SELECTED, ReportSelection
from .unknown_scope import settled

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .baseline import Baseline
    from .checks.kinds import FleetTally
    from .hosts import AbsentHost, EngineFacts, HostFacts, ImageView
    from .report_policy import ReportPolicy
    from .report_rules import ReportRule
    from .schema import HostRow, ImageRow, ReportDocument


class Limits(t.NamedTuple):
    """How much of each list a report holds; None is everything. Counts and totals are never cut."""

    findings: int | None = None
    images: int | None = None
    changes: int | None = None
    repositories: int | None = None
    groups: int | None = None
    """Of images, of the changes of a kind, and of the findings of a rule."""


class ReportBuilder:
    """Add hosts, then ask for the document, once.

    ``baseline_key`` is how a new baseline names images; without it the sizes of the hosts are not remembered and there
    is not a new baseline to ask for.
    """

    def __init__(self, policy: ReportPolicy, limits: Limits | None = None, baseline_key: str | None = None) -> None:
        limits = limits or Limits()
        self._policy = policy
        self._judge = Judge(policy.rules)
        self._gate = Gate(policy.fail_on)
        self._findings = FindingLog(policy.waivers, limits.findings, self._gate, limits.groups)
        self._baseline = BaselineLog(policy, baseline_key, limits.changes, limits.groups)
        self._views = ImageViews(policy.now)
        self._selection = ReportSelection(policy.selector)
        self._has_compared = self._has_more = False
        self._images: Bounded[ImageRow] = Bounded(limits.images)
        self._groups = ImageGroups(limits.groups)
        self._totals = Totals()
        self._repositories = RepositoryTotals(limits.repositories)
        self._records: dict[str, HostRow] = {}
        self._engines: set[EngineFacts | None] = set()
        # The second tally takes the images that a rule may be about as well; most rules need none.
        self._tallies: list[tuple[ReportRule, FleetTally, FleetTally | None]] = [
            (rule, rule.check.tally(), rule.check.tally() if rule.may_be_undecided else None)
            for rule in policy.rules
            if isinstance(rule.check, FleetCheck)
        ]

    def add_host(self, facts: HostFacts) -> Sequence[ImageView]:
        """Take one host that answered; the images that are reported come back with their names and states."""
        other, whole = None, facts.images
        if self._policy.compare_with:
            facts, other = self._policy.compare_with.split(facts)
            self._has_compared = True
            self._has_more |= bool(facts.images)
        everything = facts.images
        facts, views = self._selection.of_host(facts, self._views.of_host(everything, whole))
        before = self._findings.counts.copy()
        comparison = self._baseline.compare(facts, everything, other)
        growth = list(self._judge.judge_host(facts, views, comparison, self._findings))
        too_large = [item.view.image for item in growth if item.view and item.outcome.status == "fail"]
        self._baseline.remember(facts.host, comparison, too_large)
        for rule, tally, possible in self._tallies:
            if rule.applies_to(facts.host):
                selected = self._judge.selected(rule, views)
                tally.add(facts, selected)
                if possible:
                    possible.add(facts, [*selected, *self._judge.undecided(rule, views)])
        self._groups.add_host(facts.host, views)
        for view in views:
            # Most images of a fleet are smaller than those that are listed.
            size = -view.image.size
            if not self._images.refuses(size):
                self._images.add((size, facts.host, view.name, view.image.id), partial(view.row, facts.host))
        self._records[facts.host] = host_record(facts, views, self._findings.counts - before)
        self._totals.add(facts)
        self._repositories.add(facts.host, facts.images)
        self._engines.add(facts.engine)
        return views

    def add_absent(self, absent: AbsentHost) -> None:
        """Take one host that was expected and gave no usable facts."""
        self._records[absent.host] = absent_record(absent)

    def document(self) -> ReportDocument:
        """The report document, of plain values."""
        records = [self._records[name] for name in sorted(self._records)]
        reported = [record for record in records if record["status"] == "reported"]
        absent = [record for record in records if record["status"] != "reported"]
        for rule, tally, possible in self._tallies:
            silent = sum(rule.applies_to(record["host"]) for record in absent)
            outcomes = tally.judge(silent)
            if possible:
                outcomes = settled(outcomes, possible.judge(silent), "further images")
            for image, outcome in outcomes:
                self._findings.add(Judgement(rule, None, image, None, outcome))
        remark = self._baseline.remark()
        if remark:
            self._findings.add_note(BASELINE_HOSTS, remark)
        self._findings.close()
        images = self._images.items()
        groups = self._findings.groups.items()
        units = {rule.id: rule.check.demand().units for rule in self._policy.rules}
        return {
            "schema": SCHEMA,
            "generated_at": format_epoch(self._policy.now),
            "generator": GENERATOR,
            "scope": scope_of(records),
            "engine": agreed_engine(self._engines),
            "measure": measure_of(self._engines),
            "totals": self._totals.to_dict(reported),
            "gate": self._gate.to_dict(
                self._findings.counts,
                groups,
                units,
                len(records),
                absent,
                self._emptiness(),
            ),
            "rules": rules_of(self._policy, self._findings),
            "findings": self._findings.items(),
            "finding_groups": groups,
            "repositories": self._repositories.to_list(),
            "images": sorted(images, key=image_order),
            "image_groups": self._groups.items(),
            "changes": self._baseline.changes(),
            "warnings": self._selection.remarks()
            + warnings_of(
                self._policy,
                self._findings,
                self._totals.unknown_sizes,
                changes_left_out=self._baseline.left_out,
                images_left_out=self._images.seen - len(images),
                repositories_left_out=self._repositories.too_many,
            ),
        }

    def _emptiness(self) -> str:
        """Why there was nothing to check on the hosts that answered."""
        if self._selection.is_empty:
            return NOTHING_SELECTED
        return NOTHING_ELSE if self._has_compared and not self._has_more else ""

    def new_baseline(self, update: str) -> Baseline:
        """The baseline that follows from this run; see updated_baseline()."""
        return self._baseline.new_baseline(update)
