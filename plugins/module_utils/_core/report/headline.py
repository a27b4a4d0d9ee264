# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says first: what happened, and the first findings, in sentences that every format uses."""

from __future__ import annotations

import typing as t

from ..quantities import format_duration, format_size
from .check_outcome import format_change, format_sizes, growth_text
from .schema import closes, verdict_of

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from .schema import FindingGroup, HostRow, RuleRow

_MOST_EVENTS = 3

# What happened, for one and for several: {} is the number of images, hosts or tags.
_FAILED = {
    "forbidden-tag": ("{} image has a forbidden tag", "{} images have a forbidden tag"),
    "label": ("{} image lacks a label or has a wrong one", "{} images lack a label or have a wrong one"),
    "max-age": ("{} image is too old", "{} images are too old"),
    "max-growth": ("{} image grew", "{} images grew"),
    "max-own-size": ("{} image adds too much to its base", "{} images add too much to their bases"),
    "max-size": ("{} image is too large", "{} images are too large"),
    "max-total-size": ("{} host holds too many bytes", "{} hosts hold too many bytes"),
    "max-unused-age": ("{} unused image is too old", "{} unused images are too old"),
    "min-hosts": ("{} image is on too few hosts", "{} images are on too few hosts"),
    "no-dangling": ("{} image is dangling", "{} images are dangling"),
    "outdated": ("{} image is outdated", "{} images are outdated"),
    "required-image": ("{} host lacks an image", "{} hosts lack an image"),
    "tag-drift": ("{} tag means different images", "{} tags mean different images"),
    # Notes that no rule asked for.
    "baseline-hosts": ("the baseline lacks {} host", "the baseline lacks hosts"),
    "expired-waiver": ("{} waiver has expired", "{} waivers have expired"),
}
_NEW = ("{} image is not in the baseline", "{} images are not in the baseline")
_NOT_KNOWN = ("{} value is not known", "{} values are not known")
_INCOMPARABLE = ("{} size cannot be compared", "{} sizes cannot be compared")
_OTHER = ("{} finding of another kind", "{} findings of another kind")

_ABSENT = (
    (("unreachable", "missing"), ("{} host did not answer", "{} hosts did not answer")),
    (("failed",), ("{} host failed", "{} hosts failed")),
    (("stale",), ("{} host has old facts", "{} hosts have old facts")),
)

# Checks that are about hosts, whichever image they name.
_ABOUT_HOSTS = ("max-total-size", "required-image")


def headline(
    passed: bool,
    fail_on: Collection[str],
    rules: Sequence[RuleRow],
    groups: Sequence[FindingGroup],
    hosts: Sequence[HostRow],
) -> str:
    """``Failed: 2 images grew, 1 host did not answer``. Images on many hosts count once.

    A gate that passed names what it let pass.
    """
    cut = {rule["rule"] for rule in rules if rule["cut"]}
    shown = [
        group
        for group in groups
        if passed or closes(verdict_of(group["status"], group["level"]), group["level"], fail_on)
    ]
    events, absences = _events(shown, cut), _absences(hosts, None if passed else fail_on)
    more = len(events) - _MOST_EVENTS
    happened = [*events[:_MOST_EVENTS], *absences]
    if more > 0:
        happened.append(f"and {more} more")
    if happened:
        return f"{'Passed with remarks' if passed else 'Failed'}: {', '.join(happened)}"
    if not passed:
        # The findings that closed the gate are not listed.
        if not hosts:
            return "Failed: no host was expected"
        return "Failed" if any(host["images"] for host in hosts) else "Failed: there was no image to check"
    asked = [rule for rule in rules if rule["check"] not in ("baseline-hosts", "expired-waiver")]
    if not asked:
        return "Passed: no rule was given"
    return f"Passed: {'the rule holds' if len(asked) == 1 else f'all {len(asked)} rules hold'}"


def _closes(group: FindingGroup, fail_on: Collection[str]) -> bool:
    return closes(verdict_of(group["status"], group["level"]), group["level"], fail_on)


def _events(groups: Iterable[FindingGroup], cut: Collection[str]) -> list[str]:
    """A phrase for each kind of finding, the worst first."""
    subjects: dict[tuple[str, str], set[t.Any]] = {}
    at_least = set()
    for group in groups:
        words = _words(group)
        found = subjects.setdefault(words, set())
        if group["status"] != "fail":
            found.add((group["rule"], group["image"], group["id"]))
        elif group["check"] in _ABOUT_HOSTS:
            # Several names may be missing on one host.
            found.update(group["on"])
            if len(group["on"]) < group["hosts"]:
                at_least.add(words)
        else:
            found.add((group["image"], group["id"]))
        if group["rule"] in cut:
            at_least.add(words)
    return [_counted(words, len(found), words in at_least) for words, found in subjects.items()]


def _words(group: FindingGroup) -> tuple[str, str]:
    if group["status"] == "error":
        return _NOT_KNOWN
    if group["status"] == "incomparable":
        return _INCOMPARABLE
    if group["check"] == "max-growth" and group["limit"] is None:
        return _NEW
    return _FAILED.get(group["check"], _OTHER)


def _absences(hosts: Iterable[HostRow], statuses: Collection[str] | None) -> list[str]:
    found = [host["status"] for host in hosts if statuses is None or host["status"] in statuses]
    numbers = [(words, sum(status in kinds for status in found)) for kinds, words in _ABSENT]
    return [_counted(words, number) for words, number in numbers if number]


def _counted(words: tuple[str, str], number: int, at_least: bool = False) -> str:
    text = words[number != 1].format(f"{number:,}")
    return f"at least {text}" if at_least else text


def value_text(group: Mapping[str, t.Any], units: str) -> str:
    """``612 MB → 787 MB, limit 642 MB``: the value and its limit in one system of units, else the message."""
    actual, limit, before = group["actual"], group["limit"], group["baseline"]
    if group["status"] != "fail" or not is_number(actual) or not is_number(limit):
        return str(group["message"])
    if group["unit"] == "bytes":
        now, allowed = format_sizes(actual, limit, units)
        if is_number(before):
            now = arrow(*format_sizes(before, actual, units))
        parts = group.get("growth")
        return f"{now}, limit {allowed}" + (f"; {growth_text(parts['base'], parts['own'], units)}" if parts else "")
    if group["unit"] == "seconds":
        now, allowed = format_duration(actual), format_duration(limit)
        if now == allowed:
            now, allowed = f"{actual} s", f"{limit} s"
        return f"{now} old, limit {allowed}"
    return str(group["message"])


def arrow(before: str, after: str) -> str:
    """``612 → 787 MB``: a unit that both have is written once."""
    first, _space, unit = before.rpartition(" ")
    return f"{first} → {after}" if first and after.endswith(f" {unit}") and "(" not in before else f"{before} → {after}"


def over_text(group: Mapping[str, t.Any], units: str) -> str:
    """``+145 MB``: by how far a value is over its limit; "" where there are no two numbers."""
    actual, limit = group["actual"], group["limit"]
    if group["status"] != "fail" or not is_number(actual) or not is_number(limit) or actual <= limit:
        return ""
    if group["unit"] == "bytes":
        return format_change(actual - limit, units)
    if group["unit"] == "seconds":
        return f"+{format_duration(actual - limit)}"
    return ""


def limit_text(rule: RuleRow, units: str) -> str:
    """What a rule demands: ``500 MB``, ``90 d``, the words of its author, or ""."""
    limit = rule["limit"]
    if is_number(limit) and rule["unit"] == "bytes":
        return format_size(int(limit), units)  # type: ignore[arg-type]
    if is_number(limit) and rule["unit"] == "seconds":
        return format_duration(int(limit))  # type: ignore[arg-type]
    return "" if limit is None else str(limit)


def place_text(hosts: int, on: Sequence[str]) -> str:
    """``on web01``, ``on web01 and 120 more hosts``; "" for what is about all hosts."""
    if not hosts or not on:
        return ""
    more = hosts - 1
    return f"on {on[0]}" + (f" and {more:,} more host{'' if more == 1 else 's'}" if more else "")


def finding_sentence(group: Mapping[str, t.Any], units: str) -> str:
    """``max-growth shop/web:1.20 612 → 787 MB, limit 642 MB, on web01``."""
    value = value_text(group, units)
    subject = " ".join(filter(None, (group["rule"], group["image"])))
    colon = ":" if value == group["message"] else ""
    return ", ".join(filter(None, (f"{subject}{colon} {value}", place_text(group["hosts"], group["on"]))))


def is_number(value: t.Any) -> bool:
    """Whether it is a number to reckon with."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
