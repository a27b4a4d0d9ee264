# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module image_report without Ansible around it: real files in, real files out."""

from __future__ import annotations

import csv
import json
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.render import document
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._report.spool_folder import Fleet
from ansible_collections.container_ops.images.tests.utils import archives

EVERY_FORMAT = "azure csv github gitlab_codequality html json jsonl junit markdown openmetrics sarif text".split()
GROWTH = {"id": "max-growth", "max_bytes": 10}


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def test_every_format_is_written_and_again_in_the_same_bytes(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5, labels={"l": "{{ 7 * 7 }}\ud800"}), image("b", size=6))
    fleet.spool("web02", image("a", "x:1", size=5))
    outputs = [{"format": name, "path": fleet.path(f"out/deep/report.{name}")} for name in EVERY_FORMAT]
    first = fleet.report(outputs=outputs, rules=[{"id": "max-size", "max": 5}])
    content = {path.name: path.read_bytes() for path in (fleet.folder / "out/deep").iterdir()}
    assert len(content) == len(EVERY_FORMAT) and all(content.values())
    assert [item["changed"] for item in first["files"]] == [True] * len(EVERY_FORMAT)
    assert {item["path"]: item["size"] for item in first["files"]} == {
        fleet.path(f"out/deep/{name}"): len(data) for name, data in content.items()
    }
    second = fleet.report(outputs=outputs, rules=[{"id": "max-size", "max": 5}])
    assert second["changed"] is False
    assert {path.name: path.read_bytes() for path in (fleet.folder / "out/deep").iterdir()} == content


def test_a_document_that_was_built_here_is_neither_checked_nor_sorted_again(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_arguments: t.Any) -> t.NoReturn:
        raise AssertionError("the document was read as if it came from elsewhere")

    fleet.spool("web01", image("a", "x:1", size=5))
    outputs = [{"format": name, "path": fleet.path(f"report.{name}")} for name in EVERY_FORMAT]
    monkeypatch.setattr(document, "check", never)
    monkeypatch.setattr(document, "_in_order", never)
    fleet.report(outputs=outputs, rules=[{"id": "max-size", "max": 5}])
    assert "<html" in (fleet.folder / "report.html").read_text()
    with pytest.raises(AssertionError, match="from elsewhere"):
        document.read_document(json.loads((fleet.folder / "report.json").read_text()))


def test_check_mode_writes_nothing_and_says_the_same(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    outputs = [{"format": name, "path": fleet.path(f"out/{name}")} for name in EVERY_FORMAT]
    baseline = {"path": fleet.path("out/base.json"), "update": "all"}
    dry = fleet.report(outputs=outputs, baseline=baseline, check_mode=True)
    assert sorted(path.name for path in fleet.folder.iterdir()) == ["spool"]
    wet = fleet.report(outputs=outputs, baseline=baseline)
    assert dry == wet
    assert dry["diff"][0]["before"] == "" and '"x:1": 5' in dry["diff"][0]["after"]
    again = fleet.report(outputs=outputs, baseline=baseline, check_mode=True)
    assert [item["path"] for item in again["files"] if item["changed"]] == [
        # Now there is a baseline to compare with, so these say that nothing changed.
        item["path"] for item in again["files"] if item["format"] in ("html", "json", "markdown", "text")
    ]  # fmt: skip


def test_the_streamed_tables_list_what_the_document_lists(fleet: Fleet) -> None:
    fleet.spool("web02", image("b", "x:2", size=5), image("a", "x:1"))
    fleet.spool("web01", image("c", "y:1", size=9))
    fleet.report(
        outputs=[
            {"format": "csv", "path": fleet.path("a.csv"), "options": {"columns": ["host", "name", "size"]}},
            {"format": "jsonl", "path": fleet.path("a.jsonl")},
        ]
    )
    expected = [["web01", "y:1", "9"], ["web02", "x:1", ""], ["web02", "x:2", "5"]]
    with open(fleet.path("a.csv"), newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["host", "name", "size"], *expected]
    rows = [json.loads(line) for line in (fleet.folder / "a.jsonl").read_text().splitlines()]
    assert [[row["host"], row["name"], str(row["size"] or "")] for row in rows] == expected


def test_slices_merge_and_the_newest_file_of_a_host_counts(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1"), slice="one", now=NOW - 50)
    fleet.spool("web02", image("a", "x:1"), slice="one")
    fleet.spool("web01", image("b", "x:2"), image("c"), slice="two")
    single = fleet.spool("db01", unreachable=True, msg="no route")
    os.rename(single, fleet.path("db01.anything"))
    merged = fleet.document("one", "two", "db01.anything")
    assert merged["totals"]["images"] == 3
    assert merged["scope"]["unreachable"] == ["db01"]
    assert fleet.document("two", "db01.anything", "one") == merged


@pytest.mark.parametrize("name", [".web02.jsonl", "web02.jsonl.tmp", "web02.json", "jsonl"])
def test_only_finished_spool_files_of_a_folder_are_read(fleet: Fleet, name: str) -> None:
    fleet.spool("web01", image("a", "x:1"))
    os.rename(fleet.spool("web02", image("b", "x:1")), fleet.folder / "spool" / name)
    assert [host["host"] for host in fleet.document()["scope"]["hosts"]] == ["web01"]
    assert {host["host"] for host in fleet.document("spool", f"spool/{name}")["scope"]["hosts"]} == {"web01", "web02"}


def test_hosts_that_are_not_there(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=1))
    fleet.spool("old01", image("a", "x:1"), now=NOW - 86_401)
    fleet.spool("bad01", failed=True, msg="boom")
    fleet.spool("gone01", image("a"))
    cut = fleet.spool("cut01", image("a"), image("b"))
    cut.write_bytes(cut.read_bytes()[:-30])
    expected = ["web01", "old01", "bad01", "cut01", "new01", "new01"]
    document = fleet.document(expected_hosts=expected, stale_after="24h")
    scope = document["scope"]
    assert (scope["expected"], scope["reported"]) == (5, 1)
    assert (scope["stale"], scope["failed"], scope["missing"]) == (["old01"], ["bad01", "cut01"], ["new01"])
    assert document["warnings"] == ["1 host has a spool file but is not expected, and is left out: gone01"]
    assert document["gate"]["passed"] is False


@pytest.mark.parametrize("expected", [None, ["web01", "web09"]])
@pytest.mark.parametrize(
    "content, why",
    [
        (b"", "it is empty"),
        (b'{"schema": "image_spo', "its first line has no schema image_spool/1"),
        (b"[" * 100_000, "its first line has no schema image_spool/1"),
        (b'{"schema": "image_spool/1", "host": "web09", "status": "reported"}', "its first line: images must be"),
        (None, "it is a directory, not a file"),
    ],
)
def test_a_damaged_file_costs_its_host_and_not_the_report(
    fleet: Fleet, content: bytes | None, why: str, expected: list[str] | None
) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    path = fleet.folder / "spool" / "web09.jsonl"
    path.mkdir() if content is None else path.write_bytes(content)
    document = fleet.document(expected_hosts=expected)
    assert (document["scope"]["reported"], document["scope"]["failed"]) == (1, ["web09"])
    assert f'its spool file "web09.jsonl" is damaged: {why}' in document["scope"]["hosts"][1]["message"]
    (warning,) = document["warnings"]
    assert warning.startswith(f'the spool file "{path}" is damaged: {why}')
    assert document["gate"]["reasons"] == ["1 of 2 hosts is missing from the report: web09 (failed)"]


def test_a_damaged_file_may_be_the_newest_of_its_host(fleet: Fleet) -> None:
    fleet.spool("../odd", image("a", "x:1", size=5), slice="one")
    fleet.spool("../odd", image("a", "x:1", size=5), slice="two").write_bytes(b"")
    for expected in (None, ["../odd"]):
        assert fleet.document("one", "two", expected_hosts=expected)["scope"]["failed"] == ["../odd"]


def test_damaged_files_of_other_hosts_are_told_but_not_expected(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    for number in range(20, 32):
        fleet.spool(f"gone{number}").write_bytes(b"")
    document = fleet.document(expected_hosts=["web01"])
    assert document["gate"]["passed"] is True
    assert [warning.count("is damaged: it is empty") for warning in document["warnings"]] == [1] * 10 + [0]
    assert document["warnings"][-1] == "2 more spool files are damaged"


def test_a_directory_that_is_not_there_costs_its_hosts_and_not_the_report(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    document = fleet.document("spool", "nosuch", expected_hosts=["web01", "web02"])
    assert document["scope"]["missing"] == ["web02"]
    assert document["warnings"] == [f'cannot read "{fleet.path("nosuch")}": No such file or directory']
    assert document["gate"]["passed"] is False
    assert fleet.document("nosuch", expected_hosts=["web01"])["scope"]["missing"] == ["web01"]


def test_a_file_of_the_run_before_is_not_used(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5), now=NOW)
    fleet.spool("web02", image("a", "x:1", size=5), now=NOW - 60)
    fleet.spool("web03", now=NOW - 60, unreachable=True, msg="yesterday")
    document = fleet.document(collected_since="2027-01-15T08:00:00Z", stale_after="24h")
    assert (document["scope"]["reported"], document["scope"]["missing"]) == (1, ["web02", "web03"])
    assert document["gate"]["passed"] is False


def test_a_clock_that_is_ahead_neither_counts_nor_wins(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5), slice="one", now=NOW - 5)
    fleet.spool("web01", image("b", "x:2"), image("c"), slice="two", now=NOW + 3600)
    fleet.spool("web02", image("b", "x:2"), slice="two", now=NOW + 3600)
    document = fleet.document("one", "two")
    assert document["totals"]["images"] == 1
    assert document["scope"]["failed"] == ["web02"]


def test_nobody_expected_is_no_green_report(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    document = fleet.document(expected_hosts=[])
    assert document["gate"]["reasons"] == ["no host was expected, so nothing was checked"]
    assert document["scope"]["expected"] == 0


def test_the_result_is_small_for_ten_thousand_hosts(fleet: Fleet) -> None:
    fleet.spool("web01", image("a"))
    result = fleet.report(expected_hosts=[f"host{number:05}.example.com" for number in range(10_000)])
    assert len(json.dumps(result)) < 4096
    assert result["summary"]["missing"] == 10_000


@pytest.mark.parametrize("update", ["never", "missing", "out_of_range", "all"])
def test_the_baseline_is_updated_after_the_verdict(fleet: Fleet, update: str) -> None:
    path = fleet.folder / "base.json"
    fleet.spool("web01", image("a", "x:1", size=5), image("b", "y:1", size=5))
    fleet.report(baseline={"path": str(path), "update": "all"})
    before = path.read_text()
    fleet.spool("web01", image("a", "x:1", size=50), image("b", "y:1", size=6), image("c", "z:1", size=7))
    baseline = {"path": str(path), "update": update}
    result = fleet.report(baseline=baseline, rules=[GROWTH])
    assert result["gate"]["counts"]["error"] == 1, "judged by the old file"
    sizes = json.loads(path.read_text())["hosts"]["web01"]["images"]
    assert (
        sizes
        == {
            "never": {"x:1": 5, "y:1": 5},
            "missing": {"x:1": 5, "y:1": 5, "z:1": 7},
            "out_of_range": {"x:1": 50, "y:1": 5},
            "all": {"x:1": 50, "y:1": 6, "z:1": 7},
        }[update]
    )
    assert (path.read_text() == before) is (update == "never")
    assert fleet.report(baseline=baseline, rules=[GROWTH])["changed"] is False


def test_the_step_summary_is_appended_to_and_never_over_one_mebibyte(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1"))
    summary = fleet.folder / "summary.md"
    summary.write_text("before\n")
    output = {"format": "markdown", "path": str(summary), "append": True}
    fleet.report(outputs=[output])
    assert summary.read_text().startswith("before\n<!-- image-report -->")
    for number in range(99):
        fleet.spool(f"host{number}", image("a", "x:1", size=5))
    summary.write_text("x" * (1024 * 1024 - 9000))
    fleet.report(outputs=[output], rules=[{"id": "max-size", "max": 1}])
    assert 1024 * 1024 - 9000 < summary.stat().st_size <= 1024 * 1024, "a shorter one where the usual has no room"
    summary.write_text("x" * (1024 * 1024 - 100))
    fleet.report(outputs=[output])
    assert summary.stat().st_size == 1024 * 1024 - 100
    summary.write_text("before\n")
    fleet.report(outputs=[output], check_mode=True)
    assert summary.read_text() == "before\n"


@pytest.mark.parametrize(
    "params, message",
    [
        (
            {"outputs": [{"format": "csv", "path": "x", "options": {"columns": ["nosuch"]}}]},
            "outputs[0].options: columns:",
        ),
        (
            {"outputs": [{"format": "text", "path": "x", "options": {"tops": 3}}]},
            "outputs[0].options: the format text has",
        ),
        ({"outputs": [{"format": "junit", "path": "x", "append": True}]}, "outputs[0].append is for markdown and text"),
        ({"outputs": [{"format": "text", "path": "x"}] * 2}, "outputs[1].path is also the path of outputs[0]"),
        ({"rules": [{"id": "max-size"}]}, "rules[0].max is required"),
        ({"stale_after": "soon"}, "stale_after must be a duration"),
        ({"now": "soon"}, "now must be seconds"),
        ({"collected_since": "soon"}, "collected_since must be seconds"),
        ({"src": ["/nonexistent/spool"]}, 'src: cannot read "/nonexistent/spool": No such file or directory'),
        (
            {"baseline": {"path": "/dev", "update": "never", "key": None}},
            'baseline.path: "/dev" is a directory, not a file',
        ),
        ({"outputs": [{"format": "text", "path": "/dev/null/x"}]}, 'cannot write "/dev/null/x": '),
    ],
)
def test_complaints(fleet: Fleet, params: dict[str, t.Any], message: str) -> None:
    fleet.spool("web01", image("a"))
    with pytest.raises(InputError) as caught:
        fleet.report(**params)
    assert message in str(caught.value)
    assert sorted(path.name for path in fleet.folder.iterdir()) == ["spool"]


def test_a_folder_without_spool_files_is_no_green_report(fleet: Fleet) -> None:
    (fleet.folder / "spool").mkdir()
    (fleet.folder / "spool" / ".web01.tmp").write_text("being written")
    with pytest.raises(InputError, match="src holds no spool file"):
        fleet.report()
    assert fleet.report(expected_hosts=["web01"])["gate"]["passed"] is False


def archive(folder: Path, sizes: dict[str, int]) -> list[dict[str, t.Any]]:
    """The images of an archive with one name for several platforms, written and read."""
    parts = [
        archives.oci_image(
            archives.image(["example/app:1"], [archives.tar_of({"app": b"a" * size})], architecture=architecture),
            {"os": "linux", "architecture": architecture},
        )
        for architecture, size in sizes.items()
    ]
    path = folder / "images.tar"
    path.write_bytes(archives.oci_index(parts).tar("docker.io/example/app:1"))
    return [found.to_dict() for found in read_archive(str(path)).images]


def test_each_platform_of_an_archive_is_compared_with_itself(fleet: Fleet) -> None:
    baseline = {"path": fleet.path("base.json"), "update": "all"}
    fleet.spool("build", *archive(fleet.folder, {"amd64": 1000, "arm64": 5000}))
    fleet.report(baseline=baseline)
    kept = json.loads((fleet.folder / "base.json").read_text())["hosts"]["build"]["images"]
    assert kept == {"example/app:1": {"linux/amd64": 1000, "linux/arm64": 5000}}
    rules = [{"id": "max-growth", "max_ratio": "5%"}]
    again = fleet.report(baseline=baseline, rules=rules)
    assert (again["gate"]["passed"], again["changed"]) == (True, False)
    assert again["gate"]["counts"]["pass"] == 2
    # The larger platform no longer hides what the smaller one grew by.
    fleet.spool("build", *archive(fleet.folder, {"amd64": 1630, "arm64": 5000}))
    grown = fleet.report(baseline={**baseline, "update": "never"}, rules=rules)
    (reason,) = grown["gate"]["reasons"]
    assert reason == "1 error: max-growth example/app:1 (linux/amd64) 1.00 → 1.63 kB, limit 1.05 kB, on build"


def test_a_runner_of_any_name_is_compared_with_the_last_one(fleet: Fleet) -> None:
    baseline = {"path": fleet.path("base.json"), "update": "all", "any_host": True}
    fleet.spool("runner-1", image("a", "x:1", size=100))
    fleet.report(baseline=baseline)
    os.unlink(fleet.folder / "spool" / "runner-1.jsonl")
    fleet.spool("runner-2", image("a", "x:1", size=111))
    result = fleet.report(baseline={**baseline, "update": "never", "any_host": False}, rules=[GROWTH])
    assert (result["gate"]["counts"]["error"], result["gate"]["counts"]["note"]) == (1, 0)
    fleet.spool("runner-3", image("a", "x:1", size=111))
    outputs = [{"format": "csv", "path": fleet.path("images.csv")}]
    with pytest.raises(InputError, match="only a report on one host can update it"):
        fleet.report(baseline=baseline, outputs=outputs)
    assert not (fleet.folder / "images.csv").exists(), "nothing is written before"


def test_a_baseline_made_with_another_key_is_refused(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    baseline = {"path": fleet.path("base.json"), "update": "all", "key": "repository"}
    fleet.report(baseline=baseline)
    assert json.loads((fleet.folder / "base.json").read_text())["hosts"]["web01"]["images"] == {"x": 5}
    with pytest.raises(InputError, match="baseline.key is reference, but the file was made with key repository"):
        fleet.report(baseline={**baseline, "key": "reference"})


def test_an_error_while_rows_are_written_leaves_the_old_file(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.spool("web01", image("a", "x:1"))
    outputs = [{"format": "jsonl", "path": fleet.path("out.jsonl")}]
    fleet.report(outputs=outputs)
    before = (fleet.folder / "out.jsonl").read_bytes()
    fleet.spool("web02", image("b", "x:2"))

    def broken(self: t.Any, text: str) -> None:
        raise InputError("disk full")

    monkeypatch.setattr(
        "ansible_collections.container_ops.images.plugins.module_utils._report.output_files.NewFile.write", broken
    )
    with pytest.raises(InputError, match="disk full"):
        fleet.report(outputs=outputs)
    assert (fleet.folder / "out.jsonl").read_bytes() == before
    assert sorted(path.name for path in fleet.folder.iterdir()) == ["out.jsonl", "spool"]


def test_a_history_grows_by_a_line_with_each_run_and_shows_the_trend(fleet: Fleet) -> None:
    path = fleet.path("history.jsonl")
    baseline = {"path": fleet.path("base.json"), "update": "missing"}
    outputs = [{"format": "text", "path": fleet.path("report.txt")}]
    for day, size in enumerate((100, 120, 150, 190)):
        fleet.spool("web01", image("a", "x:1", size=size), now=NOW + day * 86400)
        made = fleet.report(outputs=outputs, baseline=baseline, history_path=path, now=str(NOW + day * 86400))
        assert {item["format"]: item["changed"] for item in made["files"]}["history"] is True
        assert len(Path(path).read_text(encoding="ascii").splitlines()) == day + 1
    text = Path(fleet.path("report.txt")).read_text(encoding="utf-8")
    assert "Trend over 4 runs\n" in text
    assert "x:1  ▁▂▄█  190 B, +90 B since the baseline, grew 3 runs in a row\n" in text
    before = Path(path).read_bytes()
    again = fleet.report(history_path=path, baseline=baseline, now=str(NOW + 3 * 86400))
    assert Path(path).read_bytes() == before and again["changed"] is False, "the same time is the same run"


def test_check_mode_writes_no_history(fleet: Fleet) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    made = fleet.report(history_path=fleet.path("history.jsonl"), check_mode=True)
    assert made["changed"] is True and not Path(fleet.path("history.jsonl")).exists()


@pytest.mark.parametrize(
    "history, options, message",
    [
        ("report.txt", {}, "outputs[0].path is also the path of history_path"),
        ("base.json", {"baseline": {"path": "base.json"}}, "history_path is also the path of baseline"),
        ("spool/history.jsonl", {}, "history_path is also the path of a spool file of src"),
        ("odd", {}, "history_path: {folder}/odd is a directory, not a file"),
        ("conflict.jsonl", {}, "the history {folder}/conflict.jsonl, line 1 is not a run of the schema"),
    ],
)
def test_a_history_that_cannot_be_kept_is_refused(
    fleet: Fleet, history: str, options: dict[str, t.Any], message: str
) -> None:
    fleet.spool("web01", image("a", "x:1", size=5))
    (fleet.folder / "odd").mkdir()
    (fleet.folder / "conflict.jsonl").write_text("<<<<<<< HEAD\n", encoding="ascii")
    if options:
        options = {"baseline": {"path": fleet.path("base.json")}}
    outputs = [{"format": "text", "path": fleet.path("report.txt")}]
    with pytest.raises(InputError) as raised:
        fleet.report(outputs=outputs, history_path=fleet.path(history), **options)
    assert message.format(folder=fleet.folder) in str(raised.value).replace('"', "")
    assert not (fleet.folder / "report.txt").exists()
