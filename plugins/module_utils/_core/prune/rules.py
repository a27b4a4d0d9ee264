# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep rules and remove rules: the canonical form of a policy, and what one rule says about one image.

One principle: keep needs ANY, remove needs ALL, unknown keeps. Any fitting reference is enough to keep; every reference
must fit to remove. A value that is not known makes a keep condition true and a remove condition false.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..errors import InputError, shown, unknown_keys
from ..fields import mapping_of
from ..image.reference import TO_KEEP, TO_KEEP_ON_PODMAN, TO_REMOVE
from ..image.selector import SELECTOR_KEYS, Selector
from ..quantities import parse_duration, parse_integer
from .digests import canonical_match
from .grouping import ORDERS_OF_KEEP_LAST, TAG_PREFIX, parse_group_by, parse_order_by

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .image_facts import ImageFacts

REMOVABLE_STATES = ("dangling", "digest_only", "tagged")
# Ages stand beside the match of a rule.
_AGE_KEYS = ("older_than", "unused_for")
MATCH_KEYS = tuple(key for key in SELECTOR_KEYS if key not in _AGE_KEYS)
_KEEP_LIMITS = ("keep_last", "newer_than", "used_within")
_RULE_KEYS = {
    "keep": ("name", "action", "match", *_KEEP_LIMITS, "group_by", "order_by"),
    "remove": ("name", "action", "match", *_AGE_KEYS),
}
# What the plan itself names as the rule behind a removal.
_RESERVED_NAMES = ("budget", "cascade")


@dataclass(frozen=True)
class Rule:
    """One rule. Durations are seconds; ``None`` was not given."""

    name: str
    action: str
    match: Selector
    canonical: Mapping[str, t.Any]
    """The rule as plain data with integers, for the policy's digest; reading it again gives the same rule."""
    keep_last: int | None = None
    group_by: str = "repository"
    order_by: str = ORDERS_OF_KEEP_LAST[0]
    newer_than: int | None = None
    used_within: int | None = None
    older_than: int | None = None
    unused_for: int | None = None

    @classmethod
    def parse(
        cls, data: t.Any, where: str, group_by: str = "repository", order_by: str = ORDERS_OF_KEEP_LAST[0]
    ) -> Rule:
        """Read one entry of ``rules``. Raises InputError that names the key."""
        options = mapping_of(data, where, "a rule", "E_RULE")
        given = {key: value for key, value in options.items() if value is not None}
        action = given.get("action")
        if not isinstance(action, str) or action not in _RULE_KEYS:
            raise InputError(f"{where}.action must be keep or remove, got {shown(action)}", "E_RULE")
        unknown_keys(given, _RULE_KEYS[action], f"{where} ({action} rule)")
        name = _name(given.get("name"), f"{where}.name")
        for key in ("group_by", "order_by"):
            if key in given and "keep_last" not in given:
                raise InputError(f"{where}.{key} needs keep_last", "E_RULE")
        match = mapping_of(given.get("match", {}), f"{where}.match", code="E_RULE")
        unknown_keys(match, MATCH_KEYS, f"{where}.match")
        selector = replace(
            Selector.parse(match, f"{where}.match", REMOVABLE_STATES),
            reading=TO_KEEP if action == "keep" else TO_REMOVE,
        )
        values: dict[str, t.Any] = {
            key: parse_duration(given[key], f"{where}.{key}")
            for key in ("newer_than", "used_within", "older_than", "unused_for")
            if key in given
        }
        if "keep_last" in given:
            values["keep_last"] = parse_integer(given["keep_last"], f"{where}.keep_last", "E_KEEP_LAST", minimum=0)
            values["order_by"] = parse_order_by(given.get("order_by", order_by), f"{where}.order_by")
            values["group_by"] = parse_group_by(given.get("group_by", group_by), f"{where}.group_by")
        canonical = {"name": name, "action": action, "match": canonical_match(match, selector), **values}
        return cls(name=name, action=str(action), match=selector, canonical=canonical, **values)

    @property
    def looks_into_tags(self) -> bool:
        """Whether ``keep_last`` sorts or groups images by their tags."""
        return self.order_by != "created" or self.group_by.startswith(TAG_PREFIX)

    def for_short_names(self) -> Rule:
        """The same rule for an engine that searches for names without a registry."""
        if self.action != "keep":
            return self
        return replace(self, match=replace(self.match, reading=TO_KEEP_ON_PODMAN))

    def fits_to_keep(self, image: ImageFacts) -> bool:
        """Whether the rule's match fits, ages and ranks left aside: any reference, unknown size fits."""
        # Intermediate images are counted by no rank, or they would take the places of images people know.
        if self.keep_last is not None and image.state == "intermediate":
            return False
        return self._fits_facts(image, unknown=True) and (
            not self.match.names or self.match.references_verdict(image.summary) != "none"
        )

    def surely_about(self, images: Sequence[ImageFacts]) -> Sequence[ImageFacts]:
        """Those of the images that the names of the rule mean for sure."""
        if not self.match.names:
            return images
        match = replace(self.match, reading=TO_REMOVE)
        return [image for image in images if match.references_verdict(image.summary) != "none"]

    def keeps_by_time(self, image: ImageFacts, now: int) -> bool:
        """Whether newer_than or used_within hold, or neither was given; unknown times keep."""
        is_young = _within(image.newest_activity, self.newer_than, now)
        return is_young and (self.used_within is None or image.unused_for(self.used_within, now) is not True)

    def obstacles_to_remove(self, image: ImageFacts, now: int) -> list[str] | None:
        """Nothing in the list: the rule removes the image. ``None``: the rule is not about it.

        Otherwise the reason codes of what alone stands in the way: some but not all references match, or a time is
        not known.
        """
        if not self._fits_facts(image, unknown=False) or image.state == "intermediate":
            return None
        obstacles = []
        if self.match.names:
            verdict = self.match.references_verdict(image.summary)
            if verdict == "none":
                return None
            if verdict == "some":
                obstacles.append("partial_match")
        if self.older_than is not None:
            if image.newest_activity is None:
                obstacles.append("age_unknown")
            elif now - image.newest_activity <= self.older_than:
                return None
        if self.unused_for is not None:
            is_unused = image.unused_for(self.unused_for, now)
            if is_unused is False:
                return None
            if is_unused is None:
                obstacles.append("last_use_unknown")
        return obstacles

    def _fits_facts(self, image: ImageFacts, unknown: bool) -> bool:
        match = self.match
        if match.states is not None and image.state not in match.states:
            return False
        if match.labels and not all(selector.matches(image.summary.labels) for selector in match.labels):
            return False
        if match.larger_than is None and match.smaller_than is None:
            return True
        size = image.summary.size
        if size < 0:
            return unknown
        return (match.larger_than is None or size > match.larger_than) and (
            match.smaller_than is None or size < match.smaller_than
        )


def _name(value: t.Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise InputError(f"{where} must be the name of the rule, got {shown(value)}", "E_RULE")
    if value in _RESERVED_NAMES:
        raise InputError(f"{where} must not be one of {', '.join(_RESERVED_NAMES)}", "E_RULE")
    return str(value)


def _within(moment: int | None, age: int | None, now: int) -> bool:
    return age is None or moment is None or now - moment <= age
