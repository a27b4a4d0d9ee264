# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defects to plant into the plan, one per property: what each property is for, as code somebody might write."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ansible_collections.container_ops.images.plugins.module_utils._core.image import patterns, reference
from ansible_collections.container_ops.images.plugins.module_utils._core.prune import (
    budget,
    decisions,
    evict,
    family,
    image_facts,
    places,
    plan,
    policy,
    removals,
    rules,
    tag_places,
    verdicts,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.bytes import bounds, layers
from ansible_collections.container_ops.images.tests.properties.prune_hosts import NOW


class Defect(t.NamedTuple):
    """``name`` of an attribute of ``owner`` is replaced by ``wrong(original)``."""

    owner: t.Any
    name: str
    wrong: t.Callable[[t.Any], t.Any]


def _removes_twice(original: t.Any) -> t.Any:
    def remove(*args: t.Any) -> t.Any:
        order = original(*args)
        return order + order[:1]

    return remove


def _keeps_input_order(original: t.Any) -> t.Any:
    def read(images: t.Any) -> t.Any:
        facts = {image.id: image for image in original(images)}
        return [facts[image["id"]] for image in images]

    return read


def _nothing_follows(original: t.Any) -> t.Any:
    def take(removal: t.Any, image: t.Any) -> t.Any:
        if image.parent is None:
            return original(removal, image)
        follows, image.parent.follows = image.parent.follows, False
        try:
            return original(removal, image)
        finally:
            image.parent.follows = follows

    return take


def _old_if_unknown(original: t.Any) -> t.Any:
    """As the kubelet does: never used means used infinitely long ago."""
    return lambda rule, image, now: original(
        rule, image._replace(newest_activity=image.newest_activity or 0, last_used=image.last_used or 0), now
    )


def _groups_by_digest_too(original: t.Any) -> t.Any:
    def groups(image: t.Any, group_by: str) -> t.Any:
        found = original(image, group_by)
        return found | {name.partition("@")[0] for name in image.summary.repo_digests} if ":" not in group_by else found

    return groups


def _trusts_any_total(original: t.Any) -> t.Any:
    def weigh(forest: t.Any, total: int) -> None:
        try:
            original(forest, total)
        except layers.NotExact as exc:
            real = re.match(r"the layers add up to (\d+)", str(exc))
            if not real:
                raise
            original(forest, int(real.group(1)))

    return weigh


def _adds_sizes(original: t.Any) -> t.Any:
    """As if no two images shared a layer."""

    def measure(images: t.Any, chosen: t.Any) -> t.Any:
        held = original(images, chosen)
        for image in held:
            image.would_free = image.facts.summary.size
        return held

    return measure


def _intermediates_last(original: t.Any) -> t.Any:
    """As before runs had bounds."""
    return lambda images: sorted(original(images), key=lambda image: image.facts.state == "intermediate")


def _sorts_letters(original: t.Any) -> t.Any:
    """As `sort` does: 1.9 behind 1.10."""
    return {name: lambda tag, key=key: key(tag) and (tag.lstrip("v"),) for name, key in original.items()}


def _familiar(pattern: t.Any) -> str:
    """As before names without a registry meant more on Podman."""
    return pattern.text if pattern.written is None else pattern.written.familiar


DEFECTS: dict[str, Defect] = {
    "p01_partition": Defect(removals, "_in_order", _removes_twice),
    "p02_never_in_use": Defect(verdicts, "invariants", lambda _original: lambda _image: ()),
    "p03_explained": Defect(decisions, "_rule_that_keeps", lambda _original: lambda _reason, _verdict: "nobody"),
    "p04_order_free": Defect(plan, "read_images", _keeps_input_order),
    "p05_closure": Defect(removals, "link_family", lambda _original: lambda _images: None),
    "p06_keep_wins": Defect(
        rules.Rule,
        "fits_to_keep",
        lambda original: (
            lambda rule, image: original(rule, image) and rule.match.references_verdict(image.summary) == "all"
        ),
    ),
    "p07_bytes": Defect(bounds.BoundsAccount, "upper", lambda _original: lambda account: account.freed),
    "p08_fixed_point": Defect(family.Removal, "take", _nothing_follows),
    "p09_monotone": Defect(
        policy.Policy,
        "keep_rules",
        lambda _original: property(lambda one: [rule for rule in one.rules if rule.action == "keep"][-1:]),
    ),
    "p10_budget": Defect(evict, "_drop", lambda _original: lambda *_args: set()),
    "p10_unmet": Defect(bounds.BoundsAccount, "may_drop", lambda _original: lambda _account, _indexes: True),
    "p11_keep_last": Defect(places, "groups_of", _groups_by_digest_too),
    "p15_unknown_keeps": Defect(rules.Rule, "obstacles_to_remove", _old_if_unknown),
    "p16_default_keeps": Defect(
        policy.Policy,
        "remove_rules",
        lambda original: property(
            lambda one: [replace(rule, match=replace(rule.match, states=None)) for rule in original.fget(one)]
        ),
    ),
    "p17_sugar": Defect(
        budget.Budget,
        "canonical",
        lambda original: lambda one: {k: v for k, v in original(one).items() if k != "target_used_space"},
    ),
    "p19_blocked": Defect(plan, "_within_limits", lambda _original: lambda one, _policy, _count: one),
    "p20_clock": Defect(
        rules.Rule, "obstacles_to_remove", lambda original: lambda rule, image, _now: original(rule, image, NOW)
    ),
    "p21_name_forms": Defect(
        reference.Reference,
        "may_mean_repository",
        lambda _original: lambda written, listed, _reading: written.repository == listed.repository,
    ),
    "p22_budget_prefix": Defect(
        evict,
        "_order_keys",
        lambda original: lambda *args: {key: (-when, *rest) for key, (when, *rest) in original(*args).items()},
    ),
    "p23_bounds_shrink": Defect(
        bounds.BoundsAccount,
        "freed",
        lambda original: property(lambda account: original.fget(account) if account._total is None else 0),
    ),
    "p28_containers": Defect(
        bounds.BoundsAccount,
        "__init__",
        lambda original: (
            lambda account, images, figures: original(account, images, figures._replace(counts_containers=False))
        ),
    ),
    "p29_digests": Defect(patterns.NamePattern, "spelled", lambda _original: property(_familiar)),
    "p33_use_unknown_keeps": Defect(
        image_facts.ImageFacts,
        "unused_for",
        lambda original: lambda image, age, now: original(image._replace(watched_since=1), age, now),
    ),
    "p34_earlier_clock": Defect(
        rules,
        "_within",
        # An image from the future seems to be older than any limit.
        lambda original: lambda moment, age, now: original(moment, age, now) and (moment is None or moment <= now),
    ),
    "p35_usage_protects": Defect(
        image_facts,
        "with_use",
        lambda original: lambda image, use: original(image, use)._replace(newest_activity=use.arrived or use.last_used),
    ),
    "p32_held": Defect(plan, "measure_held", _adds_sizes),
    "p31_deferred": Defect(removals, "_in_order", _intermediates_last),
    "p30_tag_orders": Defect(tag_places, "ORDERS", _sorts_letters),
    "p26_forest": Defect(layers.Forest, "weigh", _trusts_any_total),
}
