# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read spool files host by host, and write report files: the work of the module image_report."""

from __future__ import annotations

import contextlib
import typing as t

from .._core.errors import InputError, shown
from .._core.quantities import parse_duration
from .._core.render.document import report_of
from .._core.report.builder import Limits, ReportBuilder
from .._core.report.from_playbook import hosts_of
from .._core.report.hosts import AbsentHost, HostFacts
from .._core.report.report_policy import ReportPolicy
from .._core.report.run_history import SHOWN_RUNS, first_seen_in, history_text, parse_history, run_of, with_run
from .._core.report.schema import ABSENT_STATUSES
from .._core.report.spool import Recency
from .._core.safe_text import log_safe
from .._core.timestamps import to_epoch
from .input_files import LONGEST_PATH, checked_path, read_text
from .output_files import NewFile, WrittenFile, refuse_odd_place
from .outputs import ImageStream, Output, parse_outputs, write_output
from .spool_reader import SpoolReader, find_spools

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._core.report.schema import HistoryRow, ReportDocument
    from .output_files import FileAccess
    from .spool_reader import SpoolFile

# What a report of any fleet holds at most; totals, counts and the gate are always about everything.
LIMITS = Limits(findings=20_000, images=5_000, changes=5_000, repositories=20_000, groups=2_000)


# Ten thousand hosts of 200 images are about 120 MiB of baseline, which take five times as much memory.
_LARGEST_BASELINE = 512 * 1024 * 1024

# The file has at most 1 MiB; merged from two branches it may have twice as much.
_LARGEST_HISTORY = 16 * 1024 * 1024


def run_report(
    params: Mapping[str, t.Any], clock: int, access: FileAccess
) -> tuple[dict[str, t.Any], list[dict[str, str]], list[str]]:
    """The module's result, its diff and warnings. Raises InputError, before anything is written wherever possible."""
    now = clock if params["now"] is None else to_epoch(params["now"], "now")
    baseline = params["baseline"]
    before = ""
    if baseline:
        baseline = {**baseline, "path": checked_path(baseline["path"], "baseline.path")}
        refuse_odd_place(baseline["path"], "baseline.path")
        before = read_text(baseline["path"], _LARGEST_BASELINE)
    sources = [checked_path(source, f"src[{index}]") for index, source in enumerate(params["src"] or ())]
    history_path = params["history_path"]
    runs: list[HistoryRow] = []
    first_seen = None
    if history_path:
        history_path = checked_path(history_path, "history_path")
        refuse_odd_place(history_path, "history_path")
        name = shown(history_path, LONGEST_PATH)
        runs = parse_history(read_text(history_path, _LARGEST_HISTORY), f"the history {name}")
        first_seen = first_seen_in(runs)
    policy = ReportPolicy.parse(
        now=now,
        rules=params["rules"],
        waivers=params["waivers"],
        fail_on=params["fail_on"],
        baseline=before if baseline else None,
        any_host=baseline.get("any_host", False) if baseline else False,
        select=params["select"],
        registry=params["registry"],
        first_seen=first_seen,
        compare_with=params["compare_with"],
    )
    if policy.baseline and baseline["key"] not in (None, policy.baseline.key):
        raise InputError(f"baseline.key is {baseline['key']}, but the file was made with key {policy.baseline.key}")
    taken = {"baseline": baseline["path"] if baseline else None, "history_path": history_path}
    outputs = parse_outputs(params["outputs"], sources, taken)
    stale_after, since = params["stale_after"], params["collected_since"]
    recency = Recency(
        now=now,
        clock=clock,
        stale_after=None if stale_after is None else parse_duration(stale_after, "stale_after"),
        collected_since=None if since is None else to_epoch(since, "collected_since"),
    )
    given = {facts.host: facts for facts in hosts_of(params["images"], policy)} if params["images"] else None
    hosts, warnings = _hosts(sources, params["expected_hosts"], recency, given)
    document, new_baseline, files = _read_hosts(
        hosts, policy, outputs, SpoolReader(recency), baseline or {"update": "never", "key": None}, access
    )
    document["warnings"] = warnings + document["warnings"]
    if history_path:
        runs = with_run(runs, run_of(document, first_seen))
        document["history"] = runs[-SHOWN_RUNS:]
    report = report_of(document)
    for output in outputs:
        if not output.is_streamed:
            files[output.path] = write_output(output, document, report, access)
    diffs = []
    if new_baseline is not None:
        path = baseline["path"]
        diffs = [{"before_header": path, "after_header": path, "before": before, "after": new_baseline}]
        files[path] = access.write(path, new_baseline)
    if history_path:
        files[history_path] = access.write(history_path, history_text(runs))
    others = {baseline["path"]: "baseline"} if baseline else {}
    formats = {**others, history_path: "history", **{output.path: output.format for output in outputs}}
    result = _result(document, report.headline, files, formats)
    remarks = [
        log_safe(f"{facts.host}: {facts.message}") for facts in (given or {}).values() if isinstance(facts, AbsentHost)
    ]
    return result, diffs, remarks + [file.warning for file in files.values() if file.warning]


def _hosts(
    sources: Sequence[str],
    expected: Sequence[str] | None,
    recency: Recency,
    given: Mapping[str, HostFacts | AbsentHost] | None,
) -> tuple[dict[str, SpoolFile | AbsentHost | HostFacts], list[str]]:
    """Those of the spool files and those of the task, by name. Raises InputError if one is in both."""
    given = given or {}
    if given and not sources and expected is None:
        return dict(sorted(given.items())), []
    spools = find_spools(sources, recency.latest)
    if expected is not None:
        expected = [name for name in expected if name not in given or name in spools.newest]
    found, warnings = spools.hosts(expected)
    twice = sorted(found.keys() & given.keys())
    if twice:
        raise InputError(f"src and images both have images of the host {shown(twice[0])}", "E_HOST")
    return dict(sorted({**found, **given}.items())), warnings


def _read_hosts(
    hosts: Mapping[str, SpoolFile | AbsentHost | HostFacts],
    policy: ReportPolicy,
    outputs: Sequence[Output],
    reader: SpoolReader,
    baseline: Mapping[str, t.Any],
    access: FileAccess,
) -> tuple[ReportDocument, str | None, dict[str, WrittenFile]]:
    """The document, the new baseline if one is wanted, and the files that list every image, written on the way.

    All that was remembered for this ends here: rendering needs the memory.
    """
    updates = baseline["update"] != "never"
    builder = ReportBuilder(policy, LIMITS, (baseline["key"] or "reference") if updates else None)
    with contextlib.ExitStack() as stack:
        streams: dict[str, ImageStream] = {}
        for output in outputs:
            if output.is_streamed:
                file = NewFile(output.path, access, output.mode)
                stack.callback(file.discard)
                streams[output.path] = ImageStream(output, file)
        for host, spool in hosts.items():
            facts = spool if isinstance(spool, (AbsentHost, HostFacts)) else reader.read(*spool)
            if not isinstance(facts, HostFacts):
                builder.add_absent(facts)
                continue
            views = builder.add_host(facts)
            for stream in streams.values():
                stream.add_host(host, views)
        files = {path: stream.close() for path, stream in streams.items()}
    new_baseline = builder.new_baseline(baseline["update"]).to_text() if updates else None
    return builder.document(), new_baseline, files


def _result(
    document: ReportDocument, headline: str, files: Mapping[str, WrittenFile], formats: Mapping[str, str]
) -> dict[str, t.Any]:
    """Small, whatever the fleet: results of tasks end up in events, databases and the memory of the controller."""
    scope = document["scope"]
    return {
        "changed": any(file.changed for file in files.values()),
        "gate": document["gate"],
        "summary": {
            "headline": headline,
            "expected": scope["expected"],
            "reported": scope["reported"],
            **{status: len(scope[status]) for status in ABSENT_STATUSES},
            "totals": document["totals"],
            "warnings": document["warnings"][:20],
        },
        "files": [
            {"path": path, "format": formats[path], "size": file.size, "changed": file.changed}
            for path, file in files.items()
        ],
    }
