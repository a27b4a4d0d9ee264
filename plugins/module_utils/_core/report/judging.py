# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules put to one host."""

from __future__ import annotations

import typing as t

from .baseline import baseline_keys
from .checks.growth import MaxGrowth
from .checks.kinds import Before, FleetCheck, HostCheck, ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..summary import ImageSummary
    from .baseline import Baseline, Measure
    from .facts import HostFacts, ImageView
    from .outcome import Outcome
    from .rules import Rule


class Judgement(t.NamedTuple):
    """What a rule said, and about what."""

    rule: Rule
    host: str | None
    image: str | None
    view: ImageView | None
    outcome: Outcome


class Comparison:
    """Looks images of one host up in the baseline."""

    def __init__(self, baseline: Baseline | None, host: str, measure: Measure) -> None:
        self._baseline = baseline
        self._host = baseline.hosts.get(host) if baseline else None
        self._difference = self._host.measure.difference(measure) if self._host else ""

    def before(self, image: ImageSummary) -> Before:
        """The entry of the image: of the first of its names that has one."""
        if self._baseline is None:
            return Before(given=False)
        if self._host is None:
            return Before()
        for key in baseline_keys(image, self._baseline.key):
            size = self._host.images.get(key)
            if size is not None:
                return Before(size, self._difference)
        return Before()


_NO_BASELINE = Before(given=False)


def judge_host(
    rules: Sequence[Rule], facts: HostFacts, views: Sequence[ImageView], comparison: Comparison
) -> Iterator[Judgement]:
    """What all rules about images and hosts say about one host, rule by rule, image by image."""
    for rule in rules:
        check = rule.check
        if isinstance(check, FleetCheck) or not rule.applies_to(facts.host):
            continue
        selected = selected_views(rule, views)
        if isinstance(check, ImageCheck):
            judge, compares = check.judge, isinstance(check, MaxGrowth)
            for view in selected:
                before = comparison.before(view.image) if compares else _NO_BASELINE
                yield Judgement(rule, facts.host, view.name, view, judge(view, before))
        elif isinstance(check, HostCheck):
            for image, outcome in check.judge(facts, selected):
                yield Judgement(rule, facts.host, image, None, outcome)


def selected_views(rule: Rule, views: Sequence[ImageView]) -> Sequence[ImageView]:
    """The images that the rule looks at."""
    return views if rule.when is None else [view for view in views if rule.selects(view)]
