# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a report: a check with its options, the images and hosts it looks at, and how much a failure weighs.

    - {id: small-web, check: max-size, level: warning, when: {repositories: [acme/web]}, hosts: ["web*"], max: 500MiB}

``id`` and ``check`` may be one: a rule that is the only one of its check is just called after it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..errors import InputError, shown
from ..fields import choice_of, known_options, list_of, mapping_of, text_of, texts_of
from ..image.selector import SELECTOR_KEYS, Selector
from .checks.age import MaxAge, MaxUnusedAge
from .checks.currency import Outdated
from .checks.fleet import MinHosts, TagDrift
from .checks.growth import MaxGrowth
from .checks.kinds import FleetCheck, HostCheck, ImageCheck
from .checks.label import Label
from .checks.names import ForbiddenTag, NoDangling, RequiredImage
from .checks.size import MaxOwnSize, MaxSize, MaxTotalSize
from .schema import LEVELS

if t.TYPE_CHECKING:
    from .hosts import ImageView
    from .schema import Level

    Check = t.Union[ImageCheck, HostCheck, FleetCheck]

CHECKS: dict[str, type[Check]] = {
    "forbidden-tag": ForbiddenTag,
    "label": Label,
    "max-age": MaxAge,
    "max-growth": MaxGrowth,
    "max-own-size": MaxOwnSize,
    "max-size": MaxSize,
    "max-total-size": MaxTotalSize,
    "max-unused-age": MaxUnusedAge,
    "min-hosts": MinHosts,
    "no-dangling": NoDangling,
    "outdated": Outdated,
    "required-image": RequiredImage,
    "tag-drift": TagDrift,
}

COMMON_OPTIONS = ("id", "check", "level", "when", "hosts")

EXPIRED_WAIVER = "expired-waiver"
BASELINE_HOSTS = "baseline-hosts"
"""The IDs of notes about expired waivers and about hosts that the baseline does not have; no rule can have them."""


def matches_any(name: str, globs: t.Sequence[str]) -> bool:
    """Whether the name of a host or rule fits one of the shell patterns."""
    return any(fnmatchcase(name, glob) for glob in globs)


@dataclass(frozen=True)
class ReportRule:
    """One rule, ready to judge."""

    id: str
    check_name: str
    level: Level
    check: Check
    when: Selector | None
    hosts: tuple[str, ...] | None

    def applies_to(self, host: str) -> bool:
        """Whether the rule looks at this host."""
        return self.hosts is None or matches_any(host, self.hosts)

    def selects(self, view: ImageView) -> bool | None:
        """Whether the rule looks at this image; None where a value that ``when`` needs is not known."""
        return self.when is None or self.when.applies(view.image, view.state, view.now)

    @property
    def may_be_undecided(self) -> bool:
        """Whether selects() may be None."""
        return self.when is not None and self.when.may_be_undecided


def parse_rules(rules: t.Any, where: str = "rules") -> tuple[ReportRule, ...]:
    """Read a list of rules. Raises InputError with the path of what is wrong, for example ``rules[2].maxx``."""
    parsed: list[ReportRule] = []
    for index, item in enumerate(list_of(rules, where, "rules")):
        rule = _rule(mapping_of(item, f"{where}[{index}]", "a rule"), f"{where}[{index}]")
        for other, earlier in enumerate(parsed):
            if earlier.id == rule.id:
                raise InputError(
                    f"{where}[{index}].id must be unique, {shown(rule.id)} is also {where}[{other}]:"
                    " give each its own id and name the check in check",
                    "E_RULE_ID",
                )
        parsed.append(rule)
    return tuple(parsed)


def _rule(options: t.Mapping[str, t.Any], where: str) -> ReportRule:
    given = options.get("id")
    if given is not None:
        text_of(given, f"{where}.id")
    name = options.get("check") or given
    if not isinstance(name, str) or name not in CHECKS:
        key = "check" if options.get("check") else "id"
        hint = "" if key == "check" else ", or check must say which check a rule of this id is"
        raise InputError(f"{where}.{key} must be one of {', '.join(CHECKS)}{hint}, got {shown(name)}", "E_CHECK")
    kind = CHECKS[name]
    known_options(options, (*COMMON_OPTIONS, *kind.OPTIONS), where, str(name))
    check = kind.parse(options, where)
    return ReportRule(
        id=_rule_id(options, check, where),
        check_name=str(name),
        level=t.cast("Level", choice_of(options.get("level", "error"), f"{where}.level", LEVELS)),
        check=check,
        when=_when(options.get("when"), f"{where}.when"),
        hosts=None if options.get("hosts") is None else texts_of(options["hosts"], f"{where}.hosts"),
    )


def _rule_id(options: t.Mapping[str, t.Any], check: Check, where: str) -> str:
    given = options.get("id")
    name = str(options.get("check") or given)
    if given is not None and given != name:
        if given in (EXPIRED_WAIVER, BASELINE_HOSTS) or given in CHECKS:
            raise InputError(f"{where}.id must not be the name of something else: {shown(given)}", "E_RULE_ID")
        return str(given)
    # A policy has many rules about labels: the label distinguishes them.
    return f"{name}:{check.name}" if isinstance(check, Label) else name


def _when(value: t.Any, where: str) -> Selector | None:
    if value is None:
        return None
    known_options(mapping_of(value, where, "a selector"), SELECTOR_KEYS, where, "a selector")
    return Selector.parse(value, where)
