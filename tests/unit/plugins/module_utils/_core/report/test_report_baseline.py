# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The baseline: what is compared with what, what changed since, and the file that follows."""

from __future__ import annotations

import html
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS, render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.baseline import (
    Baseline,
    EntryKey,
    HostBaseline,
    Measure,
    parse_baseline,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.changes import UPDATES
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
    report,
    verdicts,
)

GRAPH = {"name": "docker", "image_store": "graphdriver", "os": "linux", "architecture": "amd64"}
MEASURE = Measure("size", "docker", "graphdriver", "linux/amd64")


def baseline_text(sizes: dict[str, t.Any], host: str = "web01", key: str = "reference", **measure: str) -> str:
    """A baseline with one host; sizes as the file has them, by name or by name and platform."""
    entry = {"images": sizes, "measure": MEASURE._replace(**measure)._asdict()}
    return parse_baseline({"schema": "image_baseline/2", "key": key, "hosts": {host: entry}}).to_text()


def named(baseline: Baseline, host: str = "web01") -> dict[str, t.Any]:
    """The sizes of a host as the file has them."""
    return t.cast("dict[str, t.Any]", json.loads(baseline.to_text())["hosts"].get(host, {"images": {}})["images"])


def platform(letter: str, name: str, text: str, size: int, **fields: t.Any) -> dict[str, t.Any]:
    """An image for one platform."""
    return image(letter, name, size=size, platform=text, **fields)


AMD, ARM = "linux/amd64", "linux/arm64"


class Situation(t.NamedTuple):
    """A row of the guide's table: the baseline's entry, the images now, and what max-growth (10 bytes) says."""

    before: dict[str, t.Any]
    now: list[dict[str, t.Any]]
    verdicts: dict[str, str]
    key: str = "reference"
    options: dict[str, t.Any] = {}
    measure: dict[str, str] = {}


SITUATIONS = {
    "Host, name and platform are those of an entry": Situation(
        {"app:1": 100, "web:1": 100},
        [image("a", "app:1", size=110), image("b", "web:1", size=111)],
        {"app:1": "pass", "web:1": "fail"},
    ),
    "Images for several platforms have the name": Situation(
        {"app:1": {AMD: 100, "linux/arm64": 50}},
        [platform("a", "app:1", AMD, 163), platform("b", "app:1", "linux/arm64/v8", 50)],
        {"app:1 (linux/amd64)": "fail", "app:1 (linux/arm64/v8)": "pass"},
    ),
    "The platform is known only now, or only in the baseline, and each has one image of the name": Situation(
        {"app:1": 100, "web:1": {AMD: 100}},
        [platform("a", "app:1", AMD, 111), image("b", "web:1", size=111)],
        {"app:1": "fail", "web:1": "fail"},
    ),
    "The platform is not known, and several images have the name": Situation(
        {"app:1": {AMD: 100, ARM: 50}, "web:1": 5, "job:1": None},
        [
            image("a", "app:1", size=163),
            image("b", "web:1", size=1),
            image("c", "web:1", size=99),
            image("d", "job:1", size=5),
        ],
        {"app:1": "incomparable", "web:1": "incomparable", "job:1": "incomparable"},
    ),
    "The baseline has one size for all platforms of the name": Situation(
        {"app:1": 100},
        [platform("a", "app:1", AMD, 100), platform("b", "app:1", ARM, 50)],
        {"app:1 (linux/amd64)": "incomparable", "app:1 (linux/arm64)": "incomparable"},
    ),
    "The baseline has the name for other platforms only": Situation(
        {"app:1": {AMD: 100}}, [platform("b", "app:1", ARM, 500)], {"app:1": "skip"}
    ),
    "An image has several names": Situation(
        {"app:1": 100, "app:latest": 200, "app:old": 300},
        [image("a", "app:1", "app:latest", "app:new", size=200)],
        {"app:1": "fail"},
    ),
    "An image has no name": Situation({"app:1": 100}, [image("a", size=500)], {"aaaaaaaaaaaa": "skip"}),
    "The baseline does not have the name": Situation(
        {"app:1": 100}, [image("a", "app:2", size=500)], {"app:2": "skip"}
    ),
    "The baseline does not have the name, and the rule says ``on_missing: fail``": Situation(
        {"app:1": 100}, [image("a", "app:2", size=500)], {"app:2": "fail"}, options={"on_missing": "fail"}
    ),
    "With the key ``repository``: the newest image": Situation(
        {"app": 100}, [image("a", "app:2", size=111, created=NOW - 1)], {"app:2": "fail"}, key="repository"
    ),
    "With the key ``repository``: an older image": Situation(
        {"app": 100},
        [image("a", "app:2", size=100, created=NOW - 1), image("b", "app:1", size=500, created=NOW - 2)],
        {"app:1": "skip", "app:2": "pass"},
        key="repository",
    ),
    "With the key ``repository``: dates of build are equal or missing": Situation(
        {"app": 100, "web": 100},
        [
            image("a", "app:2", size=111, created=NOW - 1),
            image("b", "app:1", size=50, created=NOW - 1),
            image("c", "web:2", size=111, created=NOW - 1),
            image("d", "web:1", size=50, created=0),
            image("e", "web:0", size=50, created=NOW - 2),
        ],
        {
            "app:1": "incomparable",
            "app:2": "incomparable",
            "web:0": "skip",
            "web:1": "incomparable",
            "web:2": "incomparable",
        },
        key="repository",
    ),
    "Engine, image store or the engine's platform differ": Situation(
        {"app:1": 100}, [image("a", "app:1", size=500)], {"app:1": "incomparable"}, measure={"store": "containerd"}
    ),
    "One size is compressed, of an image in a registry, the other is not": Situation(
        {"app:1": 100}, [image("a", "app:1", size=500, compressed=True)], {"app:1": "incomparable"}
    ),
    "A size is not known, now or in the baseline": Situation(
        {"app:1": -1, "web:1": 100},
        [image("a", "app:1", size=5), image("b", "web:1", size=-1)],
        {"app:1": "error", "web:1": "error"},
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_compared_with_what(name: str) -> None:
    case = SITUATIONS[name]
    document = report(
        {"images": case.now, "engine": GRAPH},
        {"id": "max-growth", "max_bytes": 10, **case.options},
        baseline=baseline_text(case.before, key=case.key, **case.measure),
    )
    assert verdicts(document) == case.verdicts
    assert document["gate"]["passed"] is not bool({"fail", "error"} & {*case.verdicts.values()})
    read_document(document)


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_was_accepted_is_green_when_it_runs_again(name: str) -> None:
    """The same images right after ``update: all``: nothing fails and nothing has changed."""
    case = SITUATIONS[name]
    accepted = run(baseline_text(case.before, key=case.key, **case.measure), case.now, "all")
    document = report(
        {"images": case.now, "engine": GRAPH}, {"id": "max-growth", "max_bytes": 10}, baseline=accepted.to_text()
    )
    assert {row["status"] for row in document["findings"]} <= {"pass", "skip", "incomparable", "error"}
    counts = document["changes"]["counts"]
    assert {kind for kind, number in counts.items() if number} <= {"incomparable"}
    known = all(row["size"] >= 0 for row in case.now)
    assert document["gate"]["passed"] is known


def test_the_guide_has_a_row_for_each_situation() -> None:
    root = next(
        parent for parent in Path(__file__).resolve().parents if (parent / "plugins").is_dir() and parent.name != "unit"
    )
    guide = root / "docs" / "docsite" / "rst" / "guide_report.rst"
    if not guide.exists():
        pytest.skip("the installed collection has no guides")
    table = guide.read_text(encoding="utf-8").partition("   * - Situation\n")[2].partition("\n\n.")[0]
    rows = [line[7:] for line in table.splitlines() if line.startswith("   * - ")]
    assert rows == list(SITUATIONS)


def test_the_same_archive_of_two_platforms_is_unchanged_after_an_update() -> None:
    archive = [platform("a", "app:1", AMD, 163), platform("b", "app:1", ARM, 50)]
    document = report({"images": archive}, baseline=run(None, archive, "all", engine={}).to_text())
    assert (document["changes"]["unchanged"], sum(document["changes"]["counts"].values())) == (2, 0)
    grown = [platform("a", "app:1", AMD, 266), platform("b", "app:1", ARM, 50)]
    changes = report({"images": grown}, baseline=report({"images": archive}))["changes"]
    assert [(row["name"], row["platform"], row["delta"]) for row in changes["grown"]] == [
        ("app:1 (linux/amd64)", AMD, 103)
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_names_the_platform_where_a_name_has_several(name: str) -> None:
    archive = [platform("a", "app:1", AMD, 163), platform("b", "app:1", ARM, 50)]
    document = report(archive, {"id": "max-size", "max": 10}, baseline=[platform("a", "app:1", AMD, 100)])
    text = render(document, name, {"detail": "image"} if name == "openmetrics" else {})
    assert (ARM in text) or ("linux\\/arm64" in text)


def test_a_host_that_the_baseline_does_not_have_is_said_in_every_format() -> None:
    document = report(
        {"images": [image("a", "app:1", size=500)]},
        {"id": "max-growth", "max_bytes": 1},
        baseline=baseline_text({"app:1": 5}, host="runner-1"),
    )
    message = "the baseline has no sizes of web01, so nothing was compared there; it has runner-1"
    message += "; any_host compares hosts of any name with it"
    note = next(row for row in document["findings"] if row["rule"] == "baseline-hosts")
    assert (note["level"], note["status"], note["message"]) == ("note", "fail", message)
    assert document["gate"]["passed"] is True
    tables = {"csv": {"table": "findings"}, "jsonl": {"table": "findings"}}
    for name in FORMATS:
        text = " ".join(html.unescape(render(document, name, tables.get(name, {}))).split())
        if name == "openmetrics":
            assert 'image_report_findings{verdict="note"} 1' in text
        else:
            assert message in text or message.replace(",", "%2C").replace(";", "%3B") in text, name


def test_many_unknown_hosts_are_counted_and_the_first_are_named() -> None:
    data = {f"r{number:02}": {"images": []} for number in (9, 3, 11, 1, 7, 5, 2)}
    hosts = {f"known{number}": HostBaseline() for number in (5, 1, 3, 2, 4, 6)}
    document = report(data, baseline=Baseline("reference", hosts).to_text())
    (finding,) = document["findings"]
    assert finding["message"].split("; ") == [
        "the baseline has no sizes of r01, r02, r03, r05, r07 and 2 more, so nothing was compared there",
        "it has known1, known2, known3, known4, known5 and 1 more",
    ]


def test_names_of_hosts_do_not_matter_with_any_host() -> None:
    before = baseline_text({"app:1": 5}, host="runner-1")
    images = [image("a", "app:1", size=500)]
    rule = {"id": "max-growth", "max_bytes": 1}
    document = report(
        {"runner-2": {"images": images}, "runner-3": {"images": []}}, rule, baseline=before, any_host=True
    )
    assert [(row["host"], row["status"]) for row in document["findings"]] == [("runner-2", "fail")]
    after = run(before, images, "all", any_host=True)
    assert list(after.hosts) == ["*"]
    # The file says it itself.
    again = report({"runner-9": {"images": images}}, rule, baseline=after.to_text())
    assert [row["status"] for row in again["findings"]] == ["pass"]
    assert list(run(after.to_text(), images, "all").hosts) == ["*"]


def test_a_host_with_an_entry_of_its_own_is_compared_with_that() -> None:
    hosts = {"*": HostBaseline(Measure(), {EntryKey("app:1", ""): 1}), "web01": HostBaseline(Measure(), {})}
    baseline = Baseline("reference", hosts).to_text()
    assert report([image("a", "app:1", size=1)], baseline=baseline)["changes"]["counts"]["new"] == 1


@pytest.mark.parametrize("before", [None, "runner-1"])
def test_one_entry_for_all_hosts_is_updated_by_one_host_only(before: str | None) -> None:
    policy = ReportPolicy.parse(now=NOW, baseline=before and baseline_text({}, host=before), any_host=True)
    builder = ReportBuilder(policy, baseline_key="reference")
    builder.add_host(HostFacts("runner-1", []))
    with pytest.raises(InputError, match="one entry for all hosts, so only a report on one host can update it"):
        builder.add_host(HostFacts("runner-2", []))


def test_every_kind_of_change_is_named() -> None:
    now = [
        image("a", "same:1", size=1),
        image("b", "big:1", size=30),
        image("c", "small:1", size=10),
        image("d", "new:1"),
    ]
    now[3]["size"] = 7
    before = baseline_text({"same:1": 1, "big:1": 20, "small:1": 20, "gone:1": 5})
    changes = report(now, baseline=before, engine=GRAPH)["changes"]
    assert {kind: [row["name"] for row in rows] for kind, rows in changes.items() if kind in changes["counts"]} == {
        "new": ["new:1"],
        "removed": ["gone:1"],
        "grown": ["big:1"],
        "shrunk": ["small:1"],
        "incomparable": [],
    }
    assert changes["unchanged"] == 1
    assert changes["grown"][0] == {
        "host": "web01", "name": "big:1", "before": 20, "after": 30, "delta": 10, "ratio": 0.5,
    }  # fmt: skip
    assert changes["new"][0] | {"host": ""} == {
        "host": "", "name": "new:1", "before": None, "after": 7, "delta": None, "ratio": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "measure, engine, reason",
    [
        ({}, GRAPH, ""),
        ({"store": "containerd"}, GRAPH, "the baseline's store is containerd, now it is graphdriver"),
        ({"engine": "podman"}, GRAPH, "the baseline's engine is podman, now it is docker"),
        ({"metric": "unique_size"}, GRAPH, "the baseline's metric is unique_size, now it is size"),
        ({"platform": "linux/arm64"}, GRAPH, "the baseline's platform is linux/arm64, now it is linux/amd64"),
        # What one side does not know is not held against it.
        ({"store": ""}, GRAPH, ""),
        ({}, None, ""),
        ({}, {**GRAPH, "image_store": "unknown"}, ""),
    ],
)
def test_another_measure_is_incomparable_and_no_failure(measure: t.Any, engine: t.Any, reason: str) -> None:
    document = report(
        [image("a", "big:1", size=30)],
        {"id": "max-growth", "max_bytes": 1},
        baseline=baseline_text({"big:1": 20}, **measure),
        engine=engine,
    )
    (finding,) = document["findings"]
    assert finding["status"] == ("incomparable" if reason else "fail")
    assert reason in finding["message"]
    assert [reason in row["reason"] for row in document["changes"]["incomparable"]] == ([True] if reason else [])
    assert document["gate"]["passed"] is bool(reason)


def test_a_size_that_is_not_known_is_incomparable() -> None:
    document = report([image("a", "x:1", size=-1)], baseline=baseline_text({"x:1": 5}))
    assert document["changes"]["incomparable"][0]["reason"] == "its size, now or in the baseline, is not known"


def test_names_are_compared_in_their_short_spelling_and_dangling_images_not_at_all() -> None:
    images = [image("a", "docker.io/library/alpine:3", size=5), image("b", size=9)]
    changes = report(images, baseline=baseline_text({"alpine:3": 5}))["changes"]
    assert (changes["unchanged"], changes["new"]) == (1, [])


def test_a_smaller_new_build_stays_green_once_it_is_accepted() -> None:
    """The older, larger tag is still there, and is not held against the newer one."""
    images = [image("a", "acme/web:2", size=50, created=NOW - 10), image("b", "acme/web:1", size=90, created=NOW - 99)]
    accepted = run(baseline_text({"acme/web": 90}, key="repository"), images, "all")
    assert named(accepted) == {"acme/web": 50}
    document = report(images, {"id": "max-growth", "max_bytes": 9}, baseline=accepted.to_text())
    assert verdicts(document) == {"acme/web:1": "skip", "acme/web:2": "pass"}
    assert document["changes"]["unchanged"] == 1
    message = "acme/web has a newer image, and only the newest is compared"
    assert message in [row["message"] for row in document["findings"]]


def test_an_earlier_report_or_earlier_images_serve_as_baseline() -> None:
    before = [image("a", "x:1", size=5)]
    now = [image("b", "x:1", size=6)]
    for baseline in (before, report(before)):
        assert report(now, baseline=baseline)["changes"]["grown"][0]["before"] == 5
    earlier = report({"images": before, "engine": {**GRAPH, "image_store": "containerd"}})
    assert report({"images": now, "engine": GRAPH}, baseline=earlier)["changes"]["incomparable"]


@pytest.mark.parametrize("nothing", [None, "", " \n"])
def test_no_baseline_is_no_change(nothing: t.Any) -> None:
    assert report([image("a", "x:1")], baseline=nothing)["changes"] is None


def run(
    before: str | None, now: t.Any, update: str, engine: t.Any = None, key: str = "reference", any_host: bool = False
) -> Baseline:
    """The baseline after a run on web01 with a rule that lets images grow by 10 bytes."""
    policy = ReportPolicy.parse(
        now=NOW,
        rules=[{"id": "max-growth", "max_bytes": 10}],
        waivers=[{"rule": "*", "image": "waived", "reason": "x"}],
        baseline=before,
        any_host=any_host,
    )
    builder = ReportBuilder(policy, baseline_key=key)
    if isinstance(now, dict):
        now = [image("abcdef"[index], name, size=size) for index, (name, size) in enumerate(now.items())]
    facts = {"images": now, "engine": GRAPH if engine is None else engine}
    builder.add_host(HostFacts.from_dict("web01", facts, "x"))
    builder.document()
    return builder.new_baseline(update)


OLD = {"same:1": 1, "grown:1": 100, "within:1": 100, "waived:1": 100, "gone:1": 5}
NEW = {"same:1": 1, "grown:1": 111, "within:1": 110, "waived:1": 111, "new:1": 7}


@pytest.mark.parametrize(
    "update, expected",
    [
        ("never", OLD),
        ("missing", {**OLD, "new:1": 7}),
        ("out_of_range", {**OLD, "grown:1": 111, "waived:1": 111}),
        ("all", NEW),
    ],
)
def test_updates(update: str, expected: dict[str, int]) -> None:
    other = HostBaseline(MEASURE, {EntryKey("y:1", ""): 3})
    before = Baseline("reference", {**parse_baseline(baseline_text(OLD)).hosts, "dead": other}).to_text()
    after = run(before, NEW, update)
    assert named(after) == expected
    assert after.hosts["dead"] == other, "a host that did not report keeps its entry"


@pytest.mark.parametrize(
    "update, expected", [("never", {}), ("missing", {"x:1": 7}), ("out_of_range", {}), ("all", {"x:1": 7})]
)
def test_updates_of_a_baseline_that_is_not_there_yet(update: str, expected: dict[str, int]) -> None:
    assert named(run(None, {"x:1": 7}, update)) == expected


def test_sizes_of_different_measures_never_stand_under_one() -> None:
    other = {**GRAPH, "image_store": "containerd"}
    for update in UPDATES:
        after = run(baseline_text(OLD), NEW, update, engine=other)
        assert after.hosts["web01"].measure.store == ("containerd" if update == "all" else "graphdriver")
        assert named(after) == (NEW if update == "all" else OLD)


TWO_PLATFORMS = [platform("a", "app:1", AMD, 111), platform("b", "app:1", ARM, 50)]


@pytest.mark.parametrize(
    "before, now, update, expected",
    [
        # One old size for both: nothing is known until the entry is made anew.
        ({"app:1": 100}, TWO_PLATFORMS, "missing", {"app:1": 100}),
        ({"app:1": 100}, TWO_PLATFORMS, "out_of_range", {"app:1": 100}),
        ({"app:1": 100}, TWO_PLATFORMS, "all", {"app:1": {AMD: 111, ARM: 50}}),
        ({"app:1": {AMD: 100}}, TWO_PLATFORMS, "missing", {"app:1": {AMD: 100, ARM: 50}}),
        ({"app:1": {AMD: 100, ARM: 1}}, TWO_PLATFORMS[:1], "out_of_range", {"app:1": {AMD: 111, ARM: 1}}),
        ({"app:1": {AMD: 100, ARM: 1}}, TWO_PLATFORMS[:1], "all", {"app:1": {AMD: 111}}),
        # The size of an unknown platform becomes that of the one it was compared with.
        ({"app:1": 100}, TWO_PLATFORMS[:1], "out_of_range", {"app:1": {AMD: 111}}),
        ({"app:1": 111}, TWO_PLATFORMS[:1], "missing", {"app:1": 111}),
        # Two images of one name that nothing tells apart.
        ({}, [image("a", "app:1", size=1), image("b", "app:1", size=2)], "missing", {"app:1": None}),
    ],
)
def test_updates_of_entries_with_platforms(
    before: dict[str, t.Any], now: list[dict[str, t.Any]], update: str, expected: dict[str, t.Any]
) -> None:
    assert named(run(baseline_text(before), now, update)) == expected


def test_a_file_of_the_first_schema_is_read_and_written_only_on_update() -> None:
    old = {"schema": "image_baseline/1", "key": "reference", "hosts": {"web01": {"images": {"app:1": 100}}}}
    document = report([image("a", "app:1", size=100)], baseline=json.dumps(old))
    assert document["changes"]["unchanged"] == 1
    assert report(TWO_PLATFORMS, baseline=old)["changes"]["counts"]["incomparable"] == 2
    assert json.loads(run(json.dumps(old), TWO_PLATFORMS, "all").to_text())["schema"] == "image_baseline/2"


def test_an_empty_image_is_compared_like_any_other() -> None:
    now = [image("a", "same:1", size=0), image("b", "grown:1", size=5), image("c", "shrunk:1", size=0)]
    changes = report(now, baseline=baseline_text({"same:1": 0, "grown:1": 0, "shrunk:1": 5}))["changes"]
    assert changes["unchanged"] == 1
    assert [(row["name"], row["ratio"]) for row in changes["grown"] + changes["shrunk"]] == [
        ("grown:1", None),
        ("shrunk:1", -1.0),
    ]


def test_an_image_of_an_unknown_platform_is_not_taken_for_the_one_that_is_left() -> None:
    now = [platform("a", "app:1", AMD, 100), image("b", "app:1", size=50)]
    changes = report(now, baseline=baseline_text({"app:1": {AMD: 100, ARM: 50}}))["changes"]
    assert (changes["unchanged"], changes["counts"]["incomparable"]) == (1, 1)
    (row,) = changes["incomparable"]
    assert row["reason"] == "its platform is not known, and the baseline has linux/arm64"
    assert (row["before"], row["after"]) == (50, 50)


@pytest.mark.parametrize(
    "before, now, reason",
    [
        ({"app:1": 100}, TWO_PLATFORMS, "the baseline has one size for all platforms of this name"),
        (
            {"app:1": {"": 100, ARM: 5}},
            [TWO_PLATFORMS[0]],
            "the baseline has a size for a platform that is not known",
        ),
        (
            {"app:1": {AMD: 100, ARM: 5}},
            [image("a", "app:1", size=50)],
            "its platform is not known, and the baseline has linux/amd64 and linux/arm64",
        ),
        ({"app:1": None}, [image("a", "app:1", size=50)], "the baseline has several images under this name"),
        (
            {"app:1": 50},
            [image("a", "app:1", size=50), image("b", "app:1", size=60)],
            "several images have this name, and the baseline cannot distinguish them",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(before: dict[str, t.Any], now: list[dict[str, t.Any]], reason: str) -> None:
    document = report(now, {"id": "max-growth", "max_bytes": 1}, baseline=baseline_text(before))
    assert {row["message"] for row in document["findings"]} == {reason}
    assert {row["reason"] for row in document["changes"]["incomparable"]} == {reason}


def test_names_in_the_file_may_be_written_in_any_spelling() -> None:
    for key, name in (("reference", "docker.io/library/alpine:3"), ("repository", "index.docker.io/library/alpine")):
        document = report([image("a", "alpine:3", size=5)], baseline=baseline_text({name: 5}, key=key))
        assert document["changes"]["unchanged"] == 1


def test_the_file_is_sorted_without_time_and_reads_back_the_same() -> None:
    text = baseline_text({"b:1": 2, "a:1": 1, "{{ lookup('pipe', 'id') }}\ud800": 3})
    assert text.index('"a:1"') < text.index('"b:1"')
    assert (
        parse_baseline(text).to_text()
        == text
        == baseline_text({"b:1": 2, "{{ lookup('pipe', 'id') }}\ud800": 3, "a:1": 1})
    )
    assert text.isascii()
    assert text.endswith("}\n")
    assert str(NOW)[:4] not in text


def test_updating_without_a_change_gives_the_same_file() -> None:
    before = run(None, NEW, "all").to_text()
    for update in UPDATES:
        assert run(before, NEW, update).to_text() == before
