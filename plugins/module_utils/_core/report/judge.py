# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules put to one host after the other.

On a fleet most images are on many hosts, so what does not depend on the host is worked out once for each image.
"""

from __future__ import annotations

import typing as t

from .checks.growth import MaxGrowth
from .checks.kinds import Before, FleetCheck, HostCheck, ImageCheck
from .findings import Judgement
from .remembered import Remembered
from .schema import QUIET
from .unknown_scope import if_it_applies, settled

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .check_outcome import CheckOutcome
    from .comparison import Comparison
    from .findings import FindingLog
    from .hosts import HostFacts, ImageView
    from .report_rules import ReportRule

_NO_BASELINE = Before(given=False)


class ImageVerdicts(t.NamedTuple):
    """What can be said about an image wherever it is."""

    listed: Sequence[tuple[ReportRule, CheckOutcome]]
    """Those to be listed: all while passes and skips are, later those that are neither."""
    passes: int
    skips: int
    quiet: frozenset[tuple[str, str]]
    """The IDs of the rules that passed or were skipped, and which of the two."""
    selected_by: frozenset[str]
    """The IDs of all other rules that look at the image."""
    undecided: frozenset[str]
    """The IDs of those among the other rules that may or may not look at it."""


class Judge:
    """The rules, and what they said about images that may come again."""

    def __init__(self, rules: Sequence[ReportRule]) -> None:
        self._rules = rules
        self._same_everywhere = [rule for rule in rules if _is_same_everywhere(rule)]
        self._others = [rule for rule in rules if not _is_same_everywhere(rule)]
        self._lists_quiet = True
        self._verdicts = Remembered(self._judge_image)
        # Few sets are different, and all of them together take 12 MiB of a fleet's 200.
        self._sets: dict[frozenset[t.Any], frozenset[t.Any]] = {}

    def judge_host(
        self, facts: HostFacts, views: Sequence[ImageView], comparison: Comparison | None, log: FindingLog
    ) -> Iterator[Judgement]:
        """Put the findings about a host and its images into the log, and give back those about growth."""
        if self._lists_quiet and not log.lists_quiet:
            self._lists_quiet = False
            self._verdicts = Remembered(self._judge_image)
        all_verdicts = self._verdicts.all_of(views)
        if not self._lists_quiet:
            passes, skips = sum(item.passes for item in all_verdicts), sum(item.skips for item in all_verdicts)
            log.count_quiet(passes, skips, (item.quiet for item in all_verdicts))
        for view, verdicts in zip(views, all_verdicts):
            for rule, outcome in verdicts.listed:
                log.add(Judgement(rule, facts.host, view.name, view, outcome))

        def before(view: ImageView) -> Before:
            return comparison.before(view.image) if comparison else _NO_BASELINE

        for rule in self._others:
            check = rule.check
            if isinstance(check, FleetCheck) or not rule.applies_to(facts.host):
                continue
            selected, undecided = self.selected(rule, views), self.undecided(rule, views)
            if isinstance(check, HostCheck):
                verdicts_of_host = check.judge(facts, selected)
                if undecided:
                    more = f"{len(undecided)} more image{'' if len(undecided) == 1 else 's'}"
                    verdicts_of_host = settled(verdicts_of_host, check.judge(facts, [*selected, *undecided]), more)
                for image, outcome in verdicts_of_host:
                    log.add(Judgement(rule, facts.host, image, None, outcome))
                continue
            for view in selected:
                judgement = Judgement(rule, facts.host, view.name, view, check.judge(view, before(view)))
                log.add(judgement)
                if isinstance(check, MaxGrowth):
                    yield judgement
            for view in undecided:
                outcome = if_it_applies(rule, view, check.judge(view, before(view)))
                log.add(Judgement(rule, facts.host, view.name, view, outcome))

    def selected(self, rule: ReportRule, views: Sequence[ImageView]) -> Sequence[ImageView]:
        """The images that a rule looks at; for rules that are not the same everywhere."""
        if rule.when is None:
            return views
        all_verdicts = self._verdicts.all_of(views)
        return [view for view, verdicts in zip(views, all_verdicts) if rule.id in verdicts.selected_by]

    def undecided(self, rule: ReportRule, views: Sequence[ImageView]) -> Sequence[ImageView]:
        """The images that such a rule may or may not look at."""
        if not rule.may_be_undecided:
            return ()
        all_verdicts = self._verdicts.all_of(views)
        return [view for view, verdicts in zip(views, all_verdicts) if rule.id in verdicts.undecided]

    def _judge_image(self, view: ImageView) -> ImageVerdicts:
        judged = []
        for rule in self._same_everywhere:
            selects = rule.selects(view)
            if selects is not False:
                outcome = t.cast("ImageCheck", rule.check).judge(view, _NO_BASELINE)
                judged.append((rule, outcome if selects else if_it_applies(rule, view, outcome)))
        others = [(rule.id, rule.selects(view)) for rule in self._others]
        statuses = [outcome.status for _rule, outcome in judged]
        return ImageVerdicts(
            judged if self._lists_quiet else [item for item in judged if item[1].status not in QUIET],
            statuses.count("pass"),
            statuses.count("skip"),
            self._shared((rule.id, outcome.status) for rule, outcome in judged if outcome.status in QUIET),
            self._shared(name for name, selects in others if selects),
            self._shared(name for name, selects in others if selects is None),
        )

    def _shared(self, items: Iterable[t.Any]) -> frozenset[t.Any]:
        made = frozenset(items)
        return self._sets.setdefault(made, made)


def _is_same_everywhere(rule: ReportRule) -> bool:
    """Whether a rule says the same about an image on every host."""
    return isinstance(rule.check, ImageCheck) and not isinstance(rule.check, MaxGrowth) and rule.hosts is None
