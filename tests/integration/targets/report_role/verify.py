# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of runme.sh must leave behind in the working directory, a function a run."""

from __future__ import annotations

import json
import re
import sys
import typing as t
import xml.etree.ElementTree as ET
from pathlib import Path

REPORT = Path("image-report")
SPOOL = Path("image-report-spool")
ALWAYS = {"index.html", "junit.xml", "report.json", "report.md", "report.txt"}


def document(path: Path = REPORT / "report.json") -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", json.loads(path.read_text(encoding="utf-8")))


def files() -> set[str]:
    """Names of the report's files, after a look whether each is complete."""
    names = {path.name for path in REPORT.iterdir()}
    assert (REPORT / "index.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    ET.parse(REPORT / "junit.xml")
    assert (REPORT / "report.txt").read_text(encoding="utf-8").startswith("Image report\n")
    return names


def log() -> str:
    return Path("log").read_text(encoding="utf-8")


def red_gate() -> None:
    assert files() == ALWAYS | {"github.txt"}
    report = document()
    assert report["scope"]["unreachable"] == ["dead"] and report["scope"]["failed"] == ["failing"]
    assert report["totals"]["images"] == 1
    messages = {host["host"]: host["message"] for host in report["scope"]["hosts"]}
    assert "no-such.tar" in messages["failing"] and "port 1" in messages["dead"], messages
    for name in ("report.md", "index.html", "report.txt"):
        assert "1 of 3" in (REPORT / name).read_text(encoding="utf-8"), name
    summary = Path("summary.md").read_text(encoding="utf-8")
    assert summary.startswith("written by a step before\n<!-- image-report -->")
    assert "2 of 3 hosts are missing from the report: dead (unreachable), failing (failed)" in log()
    cases = ET.parse(REPORT / "junit.xml").getroot().iter("error")
    assert len(list(cases)) == 2
    assert "::error::from a label" not in log()


def gate_off() -> None:
    assert files() == ALWAYS | {"github.txt"}
    assert document()["gate"]["passed"] is False


def all_dead() -> None:
    assert files() == ALWAYS
    assert document()["scope"]["reported"] == 0
    assert "Image report: Failed: " in log() and "(0 of 1 hosts, 0 images)" in log()


def gitlab() -> None:
    assert files() == ALWAYS | {"gl-code-quality-report.json", "metrics.txt"}
    assert document()["gate"]["passed"] is True
    assert not SPOOL.exists()


def azure() -> None:
    assert files() == ALWAYS | {"azure.txt"}
    assert {oct(path.stat().st_mode)[-3:] for path in REPORT.iterdir()} == {"640"}
    assert f"html: {Path.cwd() / REPORT / 'index.html'}" in log()


def jenkins() -> None:
    assert files() == ALWAYS | {"report.sarif"}
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in SPOOL.iterdir()} == {"good.jsonl": "600"}


def options() -> None:
    assert {path.name for path in REPORT.iterdir()} == {"index.html", "metrics.txt", "report.sarif", "report.txt"}
    assert (REPORT / "report.txt").read_text(encoding="utf-8").startswith("Ours\n")
    assert re.search("[0-9] [KM]iB", (REPORT / "index.html").read_text(encoding="utf-8"))
    metrics = (REPORT / "metrics.txt").read_text(encoding="utf-8")
    assert 'container_images{team="shop"} 1\n' in metrics
    (run,) = document(REPORT / "report.sarif")["runs"]
    places = {one["physicalLocation"]["artifactLocation"]["uri"] for row in run["results"] for one in row["locations"]}
    assert places <= {"rules.yml"}
    assert Path("own/images.csv").read_text(encoding="utf-8").startswith("name,created_at\nexample/app:1,")


def check_mode() -> None:
    assert not REPORT.exists()
    assert "Image report: Passed" in log() and "(1 of 1 hosts, 1 images)" in log()
    assert "no file was written: this is check mode" in log() and "index.html" not in log()


def baseline_previewed() -> None:
    assert not Path("baseline.json").exists()
    assert '+        "example/app:1": ' in log()


def baseline() -> t.Any:
    return document(Path("baseline.json"))["hosts"]["good"]["images"]


def size_in_baseline() -> int:
    (size,) = baseline()["example/app:1"].values()  # of its one platform
    return t.cast("int", size)


def baseline_written() -> None:
    assert list(baseline()) == ["example/app:1"]
    hostile = document(Path("baseline.json"))
    hostile["hosts"]["good"]["images"]["{{ lookup('pipe', 'touch executed') }}"] = {"": 1}
    Path("baseline.json").write_text(json.dumps(hostile), encoding="utf-8")


def growth_found() -> None:
    report = document()
    assert {row["rule"] for row in report["findings"] if row["status"] == "fail" and row["level"] == "error"} == {
        "max-size",
        "max-growth",
    }
    assert [row["name"] for row in report["changes"]["grown"]] == ["example/app:1"]
    assert len(report["changes"]["removed"]) == 1
    assert size_in_baseline() < 2_000_000


def no_history() -> None:
    assert not Path("kept").exists()


def history() -> None:
    assert len(Path("kept/history.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert "Trend over 2 runs" in (REPORT / "report.md").read_text(encoding="utf-8")
    (line,) = [line for line in log().splitlines() if line.startswith("fatal:")]
    assert "Failed: 1 image is too large, 1 image grew. 2 errors: max-size example/app:1" in line or (
        "Failed: 1 image grew, 1 image is too large. 2 errors: max-growth example/app:1" in line
    ), line
    assert "max-growth example/app:1" in line and " limit " in line and ", on good" in line


def one_build() -> None:
    changes = document()["changes"]
    assert [row["name"] for row in changes["grown"]] == ["example/app:1"]
    assert changes["removed"] == [], "no image of that name was asked for"
    assert "select leaves 0 of 1 image out" in (REPORT / "report.txt").read_text(encoding="utf-8")


def nothing_selected() -> None:
    assert document()["totals"]["images"] == 0
    assert "Failed: there was no image to check. select matches none of the images, so nothing was checked" in log()


def growth_taken_over() -> None:
    assert size_in_baseline() >= 3_000_000
    assert len(baseline()) == 2


def statuses() -> dict[str, str]:
    return {host["host"]: host["status"] for host in document()["scope"]["hosts"]}


def all_good() -> None:
    assert set(statuses().values()) == {"reported"} and len(statuses()) == 4
    assert {path.name for path in SPOOL.iterdir()} >= {"silent.jsonl", "undefined.jsonl", "misspelt.jsonl"}


def none_green_from_before() -> None:
    assert files() == ALWAYS
    found = statuses()
    assert found.pop("steady") == "reported"
    assert found.pop("silent") in ("failed", "unreachable"), "a task that times out says so in a file"
    # An undefined variable or a wrong option fails before there is a task that could write a file.
    assert set(found) == {"undefined", "misspelt"} and set(found.values()) <= {"failed", "missing"}, found
    assert "(1 of 4 hosts, " in log()
    for host in ("silent", "undefined", "misspelt"):
        assert f"{host} (" in log() and host in (REPORT / "report.md").read_text(encoding="utf-8")


def alone_and_broken() -> None:
    (host,) = sys.argv[2:]
    assert files() == ALWAYS
    assert set(statuses()) == {host} and statuses()[host] != "reported"


def nobody_asked() -> None:
    assert files() == ALWAYS
    assert "no host was expected, so nothing was checked" in log()
    assert document()["totals"]["images"] == 0 and SPOOL.is_dir()


def limited() -> None:
    assert files() == ALWAYS
    assert statuses() == {"steady": "reported"}
    assert "Image report: Passed" in log() and "(1 of 1 hosts, " in log()


def damaged_file() -> None:
    assert files() == ALWAYS
    assert statuses() == {"good": "reported", "empty": "failed", "absent": "missing"}
    assert "empty.jsonl" in document()["warnings"][0] and "it is empty" in document()["warnings"][0]


def no_directory() -> None:
    assert files() == ALWAYS
    assert statuses() == {"good": "missing"}
    assert "nosuch" in document()["warnings"][0]


def odd_names() -> None:
    assert {host["host"] for host in document()["scope"]["hosts"]} == {"../escape", ".hidden host"}
    assert {path.name for path in SPOOL.iterdir()} >= {"%2E.%2Fescape.jsonl", "%2Ehidden%20host.jsonl"}


def slices_merged() -> None:
    report = document()
    assert (report["scope"]["expected"], report["totals"]["images"]) == (3, 3)


def one_play() -> None:
    assert document(Path("one-play/report.json"))["scope"]["reported"] == 1
    assert {path.name for path in Path("one-play").iterdir()} == {"report.json"}
    statistics = log().partition("CUSTOM STATS:")[2]
    assert '"passed": true' in statistics and "one-play/report.json" in statistics


def nothing_executed() -> None:
    """No text of an image, a baseline or a rule was run as a template, in none of the runs."""
    assert not Path("executed").exists()


globals()[sys.argv[1]]()
