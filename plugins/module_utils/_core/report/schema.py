# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report document: its keys, its words, and which words close the gate. Builder and renderers share this file.

Renderers check a document that came from elsewhere against these types, see ``render/document_shape.py``. That
evaluates the annotations, and Python 3.9 does not support ``str | None``, so there are aliases.
"""

from __future__ import annotations

import typing as t

from ..image.summary import State

SCHEMA = "image_report/1"
MIXED = "mixed"
"""What was measured, where hosts differ."""

Level = t.Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = t.get_args(Level)
"""What a failure counts as."""

Status = t.Literal["pass", "fail", "waived", "error", "skip", "incomparable"]
"""What a rule says; ``error`` is a value that could not be known."""

VERDICTS = ("error", "not_known", "warning", "incomparable", "note", "waived", "skip", "pass")
"""What becomes of a finding, the worst first."""

PROBLEMS = ("error", "not_known", "warning", "incomparable", "note")
"""The verdicts that a reader should see; the others only count."""

QUIET = ("pass", "skip")
"""The verdicts that say nothing but that a rule has looked."""

AbsentStatus = t.Literal["unreachable", "failed", "stale", "missing"]
ABSENT_STATUSES: tuple[AbsentStatus, ...] = t.get_args(AbsentStatus)
"""Why a host that was expected gave no usable facts."""

HostStatus = t.Literal["reported", "unreachable", "failed", "stale", "missing"]

ChangeKind = t.Literal["grown", "new", "shrunk", "removed", "incomparable"]
CHANGE_KINDS: tuple[ChangeKind, ...] = t.get_args(ChangeKind)
"""What becomes of an image since the baseline, in the order that a reader wants."""

FAIL_ON = ("error", "warning", "note", "not_known", "incomparable", *ABSENT_STATUSES)
"""What can close the gate: verdicts of findings, and hosts that are not in the report."""

Scalar = t.Union[int, float, str, None]
MaybeText = t.Optional[str]
MaybeInteger = t.Optional[int]
MaybeNumber = t.Optional[float]
MaybeCounts = t.Optional[dict[str, int]]


class EngineRow(t.TypedDict):
    """The engine of a host; "" where something is not known."""

    name: str
    version: str
    api_version: str
    image_store: str
    os: str
    architecture: str


MaybeEngine = t.Optional[EngineRow]


class _HostRequired(t.TypedDict):
    host: str
    status: HostStatus
    message: str
    engine: MaybeEngine
    reported_at: MaybeText
    images: MaybeInteger
    size: MaybeInteger
    unique_size: MaybeInteger
    layers_size: MaybeInteger
    dangling: MaybeInteger
    unused: MaybeInteger
    findings: MaybeCounts


class HostRow(_HostRequired, total=False):
    """One host that was expected, with its figures if it reported.

    The images that no container uses, without parents of others: the sum of their sizes, and what they do not share.
    """

    unused_size: MaybeInteger
    unused_unique_size: MaybeInteger
    stopped: MaybeInteger
    """How many images only stopped containers use, where that was asked for; without parents of others."""
    stopped_unique_size: MaybeInteger


class _ScopeRequired(t.TypedDict):
    expected: int
    reported: int
    hosts: list[HostRow]


class ScopePart(_ScopeRequired, total=False):
    """The hosts that were expected; those that are absent by name as well."""

    unreachable: list[str]
    failed: list[str]
    stale: list[str]
    missing: list[str]


class GeneratorPart(t.TypedDict):
    """What made the document."""

    collection: str
    version: str


class MeasurePart(t.TypedDict):
    """What sizes mean."""

    metric: str
    engine: str
    store: str


class _TotalsRequired(t.TypedDict):
    hosts: int
    images: int
    distinct_images: int
    size: int
    unique_size: MaybeInteger
    layers_size: MaybeInteger
    dangling: int
    unused: int
    unknown_usage: int


class TotalsPart(_TotalsRequired, total=False):
    """Figures over all hosts that reported. These are sums of those of the hosts."""

    unused_size: MaybeInteger
    unused_unique_size: MaybeInteger
    stopped: MaybeInteger
    stopped_unique_size: MaybeInteger


class _GateRequired(t.TypedDict):
    passed: bool
    fail_on: list[str]
    counts: dict[str, int]
    reasons: list[str]


class GatePart(_GateRequired, total=False):
    """The verdict, and a sentence for each reason. ``closing`` counts the findings that close the gate."""

    closing: dict[str, int]


class WaiverRow(t.TypedDict):
    """Why a finding was waived, and until when."""

    reason: str
    expires: MaybeText
    expired: bool


MaybeWaiver = t.Optional[WaiverRow]


class _OfRule(t.TypedDict):
    rule: str
    check: str
    level: Level
    limit: Scalar
    unit: str


class GrowthPart(t.TypedDict):
    """By how many bytes the base and the own layers of an image grew since the baseline."""

    base: int
    own: int


class _OfGrowth(t.TypedDict, total=False):
    growth: GrowthPart
    """Only where it is known."""


class _OfFinding(_OfRule):
    status: Status
    image: MaybeText
    id: MaybeText
    actual: Scalar
    baseline: Scalar
    message: str


class FindingRow(_OfFinding, _OfGrowth):
    """What one rule said about one image, one host (``image`` is null) or the whole fleet (``host`` is null too)."""

    host: MaybeText
    fingerprint: str
    waiver: MaybeWaiver


class RuleRow(_OfRule):
    """One rule of the report: what it demands, and how often it said what (``counts``, by verdict)."""

    counts: dict[str, int]
    cut: bool
    """Whether it has more groups of findings than the report lists."""


class FindingGroup(_OfFinding, _OfGrowth):
    """Findings of one rule about one image that say the same on ``hosts`` hosts; ``on`` names the first of them."""

    hosts: int
    on: list[str]


class StoppedRow(t.TypedDict):
    """A container that has exited, and when, in seconds since the epoch."""

    name: str
    id: str
    exited: int


class StoppedOnHost(t.TypedDict):
    """The same on one of several hosts."""

    host: str
    name: str
    exited: int


class _GroupRequired(t.TypedDict):
    name: str
    id: str
    state: State
    size: int
    unique_size: MaybeInteger
    """Only where one host has it: what is unique on each of two is not unique on both."""
    age_seconds: MaybeInteger
    containers: MaybeInteger
    repositories: list[str]
    hosts: int
    used: int
    unknown: int
    on: list[str]


class ImageGroup(_GroupRequired, total=False):
    """An image on ``hosts`` hosts: ``used`` of them have a container of it, and ``unknown`` may have one.

    On ``stopped`` of them, all its containers have exited. The last two keys are there if that is known of a host.
    """

    stopped: int
    stopped_containers: list[StoppedOnHost]
    """Those that exited last, sorted by when."""


class RepositoryRow(t.TypedDict):
    """Images of one repository on one host, or on all hosts (``host`` is null)."""

    host: MaybeText
    repository: str
    images: int
    size: MaybeInteger
    largest_size: MaybeInteger


class _ImageRequired(t.TypedDict):
    host: str
    name: str
    state: State
    age_seconds: MaybeInteger
    containers: int
    created: int
    id: str
    labels: dict[str, str]
    parent_id: str
    repo_digests: list[str]
    repo_tags: list[str]
    shared_size: int
    size: int
    virtual_size: MaybeInteger


class ImageRow(_ImageRequired, total=False):
    """An image summary with its host, display name, state and age."""

    platform: str
    stopped_containers: list[StoppedRow]
    """Its containers, where all of them have exited; those that exited last."""
    compressed: bool
    base_size: int
    own_size: int


class _ChangeRequired(t.TypedDict):
    host: str
    name: str
    before: MaybeInteger
    after: MaybeInteger
    delta: MaybeInteger
    ratio: MaybeNumber


class ChangeRow(_ChangeRequired, total=False):
    """One entry of the baseline and what it is now; ``reason`` says why the two cannot be compared."""

    platform: str
    reason: str


class ChangeGroup(t.TypedDict):
    """A change that is the same on ``hosts`` hosts."""

    kind: ChangeKind
    name: str
    before: MaybeInteger
    after: MaybeInteger
    delta: MaybeInteger
    ratio: MaybeNumber
    reason: str
    hosts: int
    on: list[str]


class _ChangesRequired(t.TypedDict):
    grown: list[ChangeRow]
    new: list[ChangeRow]
    shrunk: list[ChangeRow]
    removed: list[ChangeRow]
    incomparable: list[ChangeRow]
    unchanged: int
    counts: dict[str, int]


class ChangesPart(_ChangesRequired, total=False):
    """What changed since the baseline, by kind; ``sums`` are bytes by kind, those of all changes."""

    sums: dict[str, int]
    groups: list[ChangeGroup]


MaybeChanges = t.Optional[ChangesPart]


class _HistoryRequired(t.TypedDict):
    at: str
    passed: bool
    reported: MaybeInteger
    expected: MaybeInteger
    images: MaybeInteger
    size: MaybeInteger
    unused_size: MaybeInteger
    change: MaybeInteger
    changed: dict[str, list[int]]


class HistoryRow(_HistoryRequired, total=False):
    """One run of a report. ``changed`` has the sizes of the images that changed most, in the baseline and then.

    ``outdated`` has the images that were outdated, by their ID, and the time of the first run that found them so.
    """

    outdated: dict[str, str]


class _DocumentRequired(t.TypedDict):
    schema: str
    generated_at: str
    generator: GeneratorPart
    scope: ScopePart
    engine: MaybeEngine
    measure: MeasurePart
    totals: TotalsPart
    gate: GatePart
    findings: list[FindingRow]
    repositories: list[RepositoryRow]
    images: list[ImageRow]
    changes: MaybeChanges
    warnings: list[str]


class ReportDocument(_DocumentRequired, total=False):
    """The whole document. Those of versions before 1.0.0 do not have the last keys."""

    rules: list[RuleRow]
    finding_groups: list[FindingGroup]
    image_groups: list[ImageGroup]
    history: list[HistoryRow]
    """The last runs with this one, if a history was kept."""


def verdict_of(status: str, level: str) -> str:
    """A failure is what the level of its rule makes of it; an ``error`` is a value that could not be known."""
    return level if status == "fail" else "not_known" if status == "error" else status


def closes(verdict: str, level: str, fail_on: t.Collection[str]) -> bool:
    """Whether a finding closes the gate.

    What is not known or cannot be compared weighs as a failure of its rule would: it closes the gate where ``fail_on``
    has that level too, or no level at all.
    """
    if verdict not in fail_on:
        return False
    if verdict in LEVELS:
        return True
    return level in fail_on or not any(word in fail_on for word in LEVELS)


def sentence_of(host: str | None, image: str | None, message: str) -> str:
    """``IMAGE on HOST: MESSAGE``, as far as a finding has them."""
    place = " ".join(part for part in (image or "", f"on {host}" if host is not None else "") if part)
    return f"{place}: {message}" if place else message
