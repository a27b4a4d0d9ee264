# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reason of a decision as a sentence for people. Names are quoted; odd ones are escaped."""

from __future__ import annotations

import typing as t
from functools import lru_cache

from ..errors import quoted
from ..image.last_use import latest_need
from ..quantities import format_duration, format_size
from .held import HELD

if t.TYPE_CHECKING:
    from .image_facts import ImageFacts
    from .planned_image import PlannedImage
    from .rules import Rule

_ORDER_WORDS = {
    "least_recently_used": "least recently used",
    "oldest": "oldest",
    "largest_reclaim": "largest reclaim",
}
# Engines and image stores differ in which of these they call dangling.
_STATES = {
    "dangling": "dangling, it has no name",
    "digest_only": "digest_only, it was pulled by its digest, or its tag is on another image by now",
}
_SINCE = {"last used": "", "arrived": " since its arrival", "built": " since it was built"}
_AGES = {"built": "old", "arrived": "since its arrival", "used": "since its last use"}
_PLAIN = {
    "usage_unknown": "kept: whether a container uses it is not known",
    "pinned": "kept: pinned",
    "read_only": "kept: read-only",
    "no_reclaimable_bytes": "kept: its removal frees nothing",
    "unsure": (
        "kept: whether its removal frees anything is not known, and the engine does not report a total to measure it"
    ),
    "budget_met": "kept: the budget is met without it",
    "intermediate": "kept: intermediate image of a child that is kept",
    "no_rule_matched": "kept: no rule matched",
}


def kept(code: str, planned: PlannedImage, now: int) -> str:
    """``kept: rank 2 of 4 in acme/web (rule web-rollback)``."""
    image = planned.facts
    if code == "no_rule_matched" and image.state == "digest_only":
        return f"{_PLAIN[code]}: {_STATES['digest_only']}"
    if code in _PLAIN:
        return _PLAIN[code]
    if code == "in_use":
        users = ", ".join(quoted(name) for name in image.in_use_by)
        count = image.containers
        return f"kept: in use by {users or ('1 container' if count == 1 else f'{count} containers')}"
    if code == HELD:
        exits = (f"{quoted(one.name)} (exited {format_duration(now - one.exited)} ago)" for one in image.stopped)
        size = planned.would_free
        frees = f"; without them, its removal frees at least {format_size(size)}" if size else ""
        return f"kept: only in use by {', '.join(exits)}{frees}"
    if code == "keep_rule":
        rule, rank = planned.kept_by[0]
        conditions = [*([str(rank)] if rank else []), *_ages_that_keep(rule, image, now)]
        return f"kept: {', '.join(conditions) or _match_that_keeps(rule, image)} (rule {rule.name})"
    if code == "has_kept_children":
        kept_children = sum(child.frees is None for child in planned.children)
        return f"kept: {kept_children} of its children {'is' if kept_children == 1 else 'are'} kept"
    rule = next(rule for obstacle, rule in planned.obstacles if obstacle == code)
    if code == "partial_match":
        missing = ", ".join(quoted(name.familiar) for name in rule.match.names_left_out(image.summary))
        return f"kept: {missing} does not match remove rule {rule.name}"
    what = "its age is not known" if code == "age_unknown" else _last_use_unknown(image, now)
    return f"kept: {what} (rule {rule.name})"


def _ages_that_keep(rule: Rule, image: ImageFacts, now: int) -> t.Iterator[str]:
    if rule.newer_than is not None:
        moment = image.newest_activity
        known = moment is not None and f"{_age(image, moment, now)} <= {format_duration(rule.newer_than)}"
        yield known or "its age is not known"
    if rule.used_within is not None:
        is_unused = image.unused_for(rule.used_within, now)
        known = is_unused is False and f"{_unused(image, now)} <= {format_duration(rule.used_within)}"
        yield known or _last_use_unknown(image, now)


@lru_cache(maxsize=64)
def _limit(seconds: int) -> str:
    """The age in a remove rule, which is in the sentence of each image that it removes."""
    return format_duration(seconds)


def _age(image: ImageFacts, moment: int, now: int) -> str:
    """``38 d old``, ``3 d since its arrival``: which date decided."""
    return f"{format_duration(now - moment)} {_AGES[image.age_counts_from]}"


def _unused(image: ImageFacts, now: int) -> str:
    """``38 d unused``, and since when that is if it was not used at all."""
    need, since = latest_need(image.last_used, image.arrived, image.built, now), image.watched_since
    if need is None or (since is not None and since > need[0]):
        return f"{format_duration(now - (since or now))} watched without a use"
    return f"{format_duration(now - need[0])} unused{_SINCE[need[1]]}"


def _last_use_unknown(image: ImageFacts, now: int) -> str:
    since = image.watched_since
    watched = "" if since is None else f", it is watched for {format_duration(now - since)} only"
    return f"its last use is not known{watched}"


def _match_that_keeps(rule: Rule, image: ImageFacts) -> str:
    fitting = {name.familiar for name in image.summary.names if rule.match.fits(name)} if rule.match.names else ()
    names = [quoted(name) for name in sorted(fitting)]
    if not names and rule.match.names:
        names = ["its ID"]
    labels = [quoted(str(selector)) for selector in rule.match.labels]
    return "matches " + (", ".join(names + labels) or "the keep rule")


def removed_by_rule(rule: Rule, image: ImageFacts, now: int) -> str:
    """``removed: 38 d old > 14 d (rule remove)``."""
    conditions = []
    if rule.older_than is not None and image.newest_activity is not None:
        conditions.append(f"{_age(image, image.newest_activity, now)} > {_limit(rule.older_than)}")
    if rule.unused_for is not None:
        conditions.append(f"{_unused(image, now)} > {_limit(rule.unused_for)}")
    return f"removed: {', '.join(conditions) or _STATES.get(image.state, image.state)} (rule {rule.name})"


def evicted(place: int, count: int, order: str, size: int, exact: bool) -> str:
    """``removed: evicted 1 of 2, least recently used, frees 520 MB``."""
    what = f"removed: evicted {place} of {count}, {_ORDER_WORDS[order]}"
    if size == 0 and not exact:
        return f"{what}; only a measurement shows what it frees"
    return f"{what}, frees {'' if exact else 'at least '}{format_size(size)}"


def cascade() -> str:
    """An intermediate image that is removed with its children."""
    return "removed: intermediate image whose children are all removed"
