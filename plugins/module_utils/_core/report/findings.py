# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings: what the rules said, waived where the policy says so. All are counted; the worst are listed."""

from __future__ import annotations

import hashlib
import typing as t
from collections import Counter

from .groups import FindingGroups
from .limited_lists import AllOrNothing, Bounded
from .order import finding_order, finding_rank
from .report_rules import EXPIRED_WAIVER
from .schema import PROBLEMS, QUIET, verdict_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .check_outcome import CheckOutcome
    from .gate import Gate
    from .hosts import ImageView
    from .report_rules import ReportRule
    from .schema import FindingRow, Status
    from .waivers import Waiver


class Judgement(t.NamedTuple):
    """What a rule said, and about what."""

    rule: ReportRule
    host: str | None
    image: str | None
    view: ImageView | None
    outcome: CheckOutcome


class FindingLog:
    """Takes judgements one by one.

    The worst ``limit`` findings that say something are kept, and passes and skips only as long as all of them fit.
    """

    def __init__(
        self, waivers: Sequence[Waiver], limit: int | None, gate: Gate, group_limit: int | None = None
    ) -> None:
        self._waivers = waivers
        self._used: set[str] = set()
        self._expired: dict[str, Waiver] = {}
        self._loud: Bounded[FindingRow] = Bounded(limit)
        self._quiet: AllOrNothing[FindingRow] = AllOrNothing(limit)
        self._gate = gate
        self.counts: Counter[str] = Counter()
        self.groups = FindingGroups(group_limit)
        self._by_rule: dict[str, Counter[str]] = {}
        self._quiet_sets: Counter[frozenset[tuple[str, str]]] = Counter()

    def add(self, judgement: Judgement) -> None:
        """Count a judgement and keep its finding if there is room."""
        rule = judgement.rule
        status: Status = judgement.outcome.status
        if status in QUIET:
            self.counts[status] += 1
            self._count(rule.id, status)
            self._quiet.add(lambda: _finding(judgement, status, None))
            return
        waiver = None
        if status in ("fail", "error"):
            waiver = self._waiver(judgement)
            if waiver and not waiver.expired:
                status = "waived"
        verdict = verdict_of(status, rule.level)
        self.counts[verdict] += 1
        self._count(rule.id, verdict)
        image_id = judgement.view.image.id if judgement.view else ""
        actual = judgement.outcome.actual
        rank = finding_rank(verdict, actual, judgement.outcome.limit)
        self._gate.add(verdict, rule.level)

        def make() -> FindingRow:
            return _finding(judgement, status, waiver)

        self._loud.add((*rank, rule.id, judgement.host or "", judgement.image or "", image_id), make)
        if verdict in PROBLEMS:
            place = judgement.host, judgement.image, image_id
            values = actual, judgement.outcome.baseline, judgement.outcome.growth
            self.groups.add(rule.id, rank, place, values, make)

    def _count(self, rule: str, verdict: str) -> None:
        counts = self._by_rule.get(rule)
        if counts is None:
            counts = self._by_rule[rule] = Counter()
        counts[verdict] += 1

    @property
    def lists_quiet(self) -> bool:
        """Whether passes and skips are still kept; else it is enough to count them."""
        return self._quiet.is_open

    def count_quiet(self, passes: int, skips: int, said: Iterable[frozenset[tuple[str, str]]]) -> None:
        """Count passes and skips without keeping them; ``said`` has rules and what they said, of each image.

        On a fleet the same is said of most images, so these are counted as a whole, and by rule at the end.
        """
        self.counts["pass"] += passes
        self.counts["skip"] += skips
        self._quiet.seen += passes + skips
        self._quiet_sets.update(said)

    def counts_by_rule(self) -> dict[str, dict[str, int]]:
        """rule -> verdict -> number, for the rules that said anything."""
        counts = {rule: counter.copy() for rule, counter in self._by_rule.items()}
        for said, number in self._quiet_sets.items():
            for rule, verdict in said:
                counts.setdefault(rule, Counter())[verdict] += number
        return {rule: dict(sorted(counter.items())) for rule, counter in counts.items()}

    def _waiver(self, judgement: Judgement) -> Waiver | None:
        """The first waiver that holds, else the first that has expired."""
        if not self._waivers:
            return None
        image = judgement.view.image if judgement.view else None
        names = [*image.references, image.id] if image else [judgement.image] if judgement.image else []
        fitting = [waiver for waiver in self._waivers if waiver.covers(judgement.rule, judgement.host, names)]
        self._used.update(waiver.where for waiver in fitting)
        valid = [waiver for waiver in fitting if not waiver.expired]
        if fitting and not valid:
            self._expired.update((_waiver_fingerprint(waiver), waiver) for waiver in fitting)
        return next(iter(valid or fitting), None)

    def close(self) -> None:
        """Add a note for each waiver whose time is over although something still needs it."""
        for waiver in self._expired.values():
            message = f"{waiver} ended on {waiver.expires} and no longer has an effect: {waiver.reason}"
            self.add_note(EXPIRED_WAIVER, message, waiver)

    def add_note(self, rule: str, message: str, waiver: Waiver | None = None) -> None:
        """Add a note that no rule asked for, about the whole report."""
        note: FindingRow = {
            "rule": rule,
            "check": rule,
            "level": "note",
            "status": "fail",
            "host": None,
            "image": None,
            "id": None,
            "actual": waiver.expires if waiver else None,
            "limit": None,
            "unit": "",
            "baseline": None,
            "message": message,
            "fingerprint": _waiver_fingerprint(waiver) if waiver else fingerprint(rule),
            "waiver": waiver.to_dict() if waiver else None,
        }
        self.counts["note"] += 1
        self._count(rule, "note")
        self._gate.add("note", "note")
        self._loud.add(finding_order(note), lambda: note)
        self.groups.add(rule, finding_rank("note", None, None), (None, None, None), (message, None, None), lambda: note)

    def unused_waivers(self) -> list[Waiver]:
        """Those that nothing needed."""
        return [waiver for waiver in self._waivers if waiver.where not in self._used]

    def items(self) -> list[FindingRow]:
        """The findings that were kept, the worst first."""
        return [*self._loud.items(), *sorted(self._quiet.items(), key=finding_order)]

    @property
    def left_out(self) -> tuple[int, int]:
        """How many findings that say something, and how many passes and skips, are counted but not listed."""
        return self._loud.seen - len(self._loud.items()), self._quiet.seen - len(self._quiet.items())


def fingerprint(*parts: str) -> str:
    """32 hex digits that depend on rule, host and image alone, not on values, ages or IDs."""
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _finding(judgement: Judgement, status: Status, waiver: Waiver | None) -> FindingRow:
    rule, outcome, view = judgement.rule, judgement.outcome, judgement.view
    twin = [str(view.twin)] if view and view.twin else []
    row: FindingRow = {
        "rule": rule.id,
        "check": rule.check_name,
        "level": rule.level,
        "status": status,
        "host": judgement.host,
        "image": judgement.image,
        "id": view.image.id if view else None,
        "actual": outcome.actual,
        "limit": outcome.limit,
        "unit": outcome.unit,
        "baseline": outcome.baseline,
        "message": outcome.message(),
        "fingerprint": fingerprint(rule.id, judgement.host or "", judgement.image or "", *twin),
        "waiver": waiver.to_dict() if waiver else None,
    }
    if outcome.growth:
        row["growth"] = {"base": outcome.growth[0], "own": outcome.growth[1]}
    return row


def _waiver_fingerprint(waiver: Waiver) -> str:
    """Two waivers that say the same are one, wherever they stand in the list."""
    images = [pattern.text for pattern in waiver.images or ()]
    return fingerprint(EXPIRED_WAIVER, *waiver.rules, "", *images, "", *(waiver.hosts or ()), "", waiver.reason)
