# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: flat options for the common cases, compiled to rules, which are the canonical form."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..errors import InputError, shown, unknown_keys
from ..fields import choice_of, list_of, mapping_of
from ..image.selector import SELECTOR_KEYS, text_list
from ..quantities import parse_duration, parse_integer
from .budget import BUDGET_KEYS, EVICT_ORDERS, ON_BUDGET_UNMET, Budget, parse_share
from .digests import canonical_json, digest, without_order
from .grouping import ORDERS_OF_KEEP_LAST, parse_group_by, parse_order_by
from .rules import MATCH_KEYS, Rule

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .budget import Disk

ACCOUNTING = ("auto", "bounds", "exact")
KEEP_PATTERN_KEYS = {"keep_references": "references", "keep_tags": "tags", "keep_repositories": "repositories"}
KEEP_KEYS = (*KEEP_PATTERN_KEYS, "keep_label_selectors", "keep_last", "group_by", "order_by", "min_age")
LIMIT_KEYS = ("max_removals", "max_removal_percent")
_PER_RUN = "removals_per_run"
_MONTH = 30 * 86_400
_STOPPED_FOR = _MONTH
_KEEP_LABELS = "keep_label_selectors"
POLICY_KEYS = (
    *SELECTOR_KEYS,
    *KEEP_KEYS,
    *BUDGET_KEYS,
    "evict_order",
    *LIMIT_KEYS,
    _PER_RUN,
    "stopped_for",
    "on_budget_unmet",
    "accounting",
    "now",
    "rules",
)


@dataclass(frozen=True)
class Policy:
    """A policy that was checked and compiled. ``None`` was not given."""

    rules: tuple[Rule, ...]
    budget: Budget | None = None
    evict_order: str = "least_recently_used"
    max_removals: int | None = None
    max_removal_percent: int | None = None
    removals_per_run: int | None = None
    stopped_for: int = _STOPPED_FOR
    on_budget_unmet: str = "warn"
    accounting: str = "auto"

    @classmethod
    def parse(cls, options: t.Any, disk: Disk | None = None) -> Policy:
        """Check and compile. Raises InputError that names the key; needs no engine and no image."""
        mapping_of(options, "policy", code="E_POLICY")
        unknown_keys(options, POLICY_KEYS, "policy")
        given = {key: value for key, value in options.items() if value is not None}
        budget = Budget.parse(given)
        if budget is not None:
            budget.check(disk)
        return cls(
            rules=_compile(given, budget),
            budget=budget,
            evict_order=_choice(given, "evict_order", EVICT_ORDERS),
            max_removals=_limit(given, "max_removals"),
            max_removal_percent=parse_share(given["max_removal_percent"], "max_removal_percent")
            if "max_removal_percent" in given
            else None,
            removals_per_run=_limit(given, _PER_RUN, 1),
            stopped_for=parse_duration(given.get("stopped_for", _STOPPED_FOR), "stopped_for"),
            on_budget_unmet=choice_of(
                given.get("on_budget_unmet", ON_BUDGET_UNMET[0]), "on_budget_unmet", ON_BUDGET_UNMET
            ),
            accounting=_choice(given, "accounting", ACCOUNTING),
        )

    @property
    def keep_rules(self) -> list[Rule]:
        """In the order written: it decides which reason is printed first, never what is removed."""
        return [rule for rule in self.rules if rule.action == "keep"]

    @property
    def remove_rules(self) -> list[Rule]:
        """In the order written."""
        return [rule for rule in self.rules if rule.action == "remove"]

    def usage_window(self) -> int | None:
        """How far back uses matter, in seconds; ``None`` if no decision depends on arrival or use."""
        ages = [
            age
            for rule in self.rules
            for age in (rule.newer_than, rule.used_within, rule.older_than, rule.unused_for)
            if age is not None
        ]
        by_use = self.budget is not None and self.evict_order == "least_recently_used"
        return max([*ages, _MONTH if by_use else 0]) if ages or by_use else None

    def canonical(self) -> dict[str, t.Any]:
        """The compiled policy as plain data; it is a policy itself, and compiling it again changes nothing."""
        result: dict[str, t.Any] = {
            "rules": [dict(rule.canonical) for rule in self.rules],
            "on_budget_unmet": self.on_budget_unmet,
            "accounting": self.accounting,
        }
        if self.budget is not None:
            result.update(self.budget.canonical(), evict_order=self.evict_order)
        if self.stopped_for != _STOPPED_FOR:
            result["stopped_for"] = self.stopped_for
        for key in (*LIMIT_KEYS, _PER_RUN):
            if getattr(self, key) is not None:
                result[key] = getattr(self, key)
        return result

    @property
    def digest(self) -> str:
        """What a saved plan is compared with: the same for every order of rules, which only decides about reasons."""
        rules = []
        for rule in self.rules:
            # The names of these have their place in the list.
            name = _KEEP_LABELS if rule.name.startswith(f"{_KEEP_LABELS}[") else rule.name
            match = without_order(rule.canonical["match"], rule.match)
            rules.append({**rule.canonical, "name": name, "match": match})
        return digest({**self.canonical(), "rules": sorted(rules, key=canonical_json)})


def _compile(given: Mapping[str, t.Any], budget: Budget | None) -> tuple[Rule, ...]:
    group_by = parse_group_by(given.get("group_by", "repository"), "group_by")
    order_by = parse_order_by(given.get("order_by", ORDERS_OF_KEEP_LAST[0]), "order_by")
    rules = [
        Rule.parse(data, f"rules[{index}]", group_by, order_by)
        for index, data in enumerate(list_of(given.get("rules"), "rules", "rules", "E_RULE"))
    ]
    rules += [_flat(rule, group_by, order_by) for rule in _flat_keeps(given)]
    selection = {key: given[key] for key in SELECTOR_KEYS if key in given}
    # No condition at all: for states and names an empty list is one, which nothing fits.
    for key in ("label_selectors", "match_expressions"):
        if key in selection and selection[key] in ([], ()):
            del selection[key]
    if selection or (budget is None and "rules" not in given):
        ages: dict[str, t.Any] = {key: selection.pop(key) for key in ("older_than", "unused_for") if key in selection}
        match = {"states": ["dangling"], **selection}
        rules.append(_flat({"name": "remove", "action": "remove", "match": match, **ages}))
    names: set[str] = set()
    for rule in rules:
        if rule.name in names:
            raise InputError(f"rules must have names of their own, got {shown(rule.name)} twice", "E_RULE_NAME")
        names.add(rule.name)
    return tuple(rules)


def _flat_keeps(given: Mapping[str, t.Any]) -> t.Iterator[dict[str, t.Any]]:
    """The keep options as rules, each named after its option."""
    for key, kind in KEEP_PATTERN_KEYS.items():
        if key in given and text_list(given[key], key):
            yield {"name": key, "action": "keep", "match": {kind: given[key]}}
    for index, selector in enumerate(text_list(given.get(_KEEP_LABELS, []), _KEEP_LABELS)):
        yield {
            "name": f"{_KEEP_LABELS}[{index}]",
            "action": "keep",
            "match": {"label_selectors": [selector]},
        }
    # An age of nothing does not protect; as a rule it would keep images whose age is not known.
    if parse_duration(given.get("min_age", 0), "min_age"):
        yield {"name": "min_age", "action": "keep", "newer_than": given["min_age"]}
    if "keep_last" in given:
        yield {
            "name": "keep_last",
            "action": "keep",
            "match": {"states": ["tagged"]},
            "keep_last": given["keep_last"],
        }


def _flat(rule: dict[str, t.Any], group_by: str = "repository", order_by: str = ORDERS_OF_KEEP_LAST[0]) -> Rule:
    """Compile a rule made of flat options, with complaints that name the option and not the rule behind it."""
    try:
        return Rule.parse(rule, rule["name"], group_by, order_by)
    except InputError as exc:
        raise InputError(_in_flat_words(str(exc), rule), exc.code) from None


def _in_flat_words(message: str, rule: Mapping[str, t.Any]) -> str:
    name = rule["name"]
    for kind in (*MATCH_KEYS, "older_than", "unused_for", "newer_than", "keep_last"):
        option = kind if name == "remove" else name
        for place in (f"{name}.match.{kind}", f"{name}.{kind}"):
            if message.startswith(place):
                rest = message[len(place) :]
                # keep_label_selectors[1] has its index in the name already.
                return option + (rest.replace("[0]", "", 1) if name.startswith("keep_label_selectors[") else rest)
    return message


def _choice(given: Mapping[str, t.Any], key: str, choices: t.Sequence[str]) -> str:
    return choice_of(given.get(key, choices[0]), key, choices)


def _limit(given: Mapping[str, t.Any], key: str, minimum: int = 0) -> int | None:
    return parse_integer(given[key], key, "E_LIMIT", minimum) if key in given else None
