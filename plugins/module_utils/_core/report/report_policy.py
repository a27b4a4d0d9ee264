# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that decides about a report besides the facts."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..errors import InputError
from ..fields import flag_of, known_options, mapping_of
from ..image.selector import SELECTOR_KEYS, Selector
from ..registry.outdated import registry_rows
from .baseline_source import read_baseline
from .checks.currency import Outdated
from .checks.size import MaxTotalSize
from .compare_with import CompareWith
from .gate import parse_fail_on
from .report_rules import parse_rules
from .waivers import parse_waivers

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .baseline import Baseline
    from .checks.currency import FirstSeen
    from .report_rules import ReportRule
    from .waivers import Waiver


class ReportPolicy(t.NamedTuple):
    """What to look for, what to let pass, what to compare with, and the time that counts as now."""

    now: int
    rules: tuple[ReportRule, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    fail_on: tuple[str, ...] = ()
    baseline: Baseline | None = None
    any_host: bool = False
    """Whether one entry of the baseline is for every host."""
    selector: Selector | None = None
    """Which images the report is about; None: all."""
    compare_with: CompareWith | None = None
    """Which images stand for the baseline."""

    @classmethod
    def parse(
        cls,
        *,
        now: int,
        rules: t.Any = None,
        waivers: t.Any = None,
        fail_on: t.Any = None,
        baseline: t.Any = None,
        any_host: t.Any = False,
        host: str = "localhost",
        select: t.Any = None,
        registry: t.Any = None,
        first_seen: FirstSeen | None = None,
        compare_with: t.Any = None,
    ) -> ReportPolicy:
        """Read the options of the filter and the module. ``host`` is the one whose images a bare list in baseline has.

        Raises InputError that names the path of what is wrong, before anything is looked at.
        """
        other = CompareWith.parse(compare_with)
        if other and baseline is not None:
            raise InputError("compare_with and baseline are mutually exclusive", "E_CHOICE")
        parsed = read_baseline(baseline, host)
        for_any_host = flag_of(any_host, "any_host")
        selector, parsed_rules = _selector(select), _with_registry(parse_rules(rules), registry, first_seen)
        if selector:
            _refuse_layers(parsed_rules)
        return cls(
            now,
            parsed_rules,
            parse_waivers(waivers, now),
            parse_fail_on(fail_on),
            parsed.for_any_host() if parsed and for_any_host else parsed,
            for_any_host,
            selector,
            other,
        )


def _selector(value: t.Any) -> Selector | None:
    if not value:
        return None
    known_options(mapping_of(value, "select", "a selector"), SELECTOR_KEYS, "select", "a selector")
    return Selector.parse(value, "select")


def _refuse_layers(rules: Sequence[ReportRule]) -> None:
    for rule in rules:
        if isinstance(rule.check, MaxTotalSize) and rule.check.of == "layers_size":
            raise InputError(f"select cannot narrow rule {rule.id}: engines give layers_size for all images together")


def _with_registry(
    rules: Sequence[ReportRule], registry: t.Any, first_seen: FirstSeen | None
) -> tuple[ReportRule, ...]:
    """The rules, with what the registries say. Raises InputError if a rule needs it and it is not there."""
    asking = [rule.id for rule in rules if isinstance(rule.check, Outdated)]
    if not asking:
        return tuple(rules)
    if registry is None:
        raise InputError(
            f"rule {asking[0]} needs registry: the rows that image_registry_info has returned for the tags",
            "E_REQUIRED",
        )
    known = registry_rows(registry, "registry")
    return tuple(
        replace(rule, check=Outdated(known, first_seen)) if isinstance(rule.check, Outdated) else rule for rule in rules
    )
