# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics in the hands of promtool, of a real node_exporter, and of the OpenMetrics parser."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from conftest import program, run
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus
from textfile import node_exporter, scrape, series

if t.TYPE_CHECKING:
    from conftest import Sample

DETAILS = ("totals", "repository", "image")


@pytest.mark.parametrize("detail", DETAILS)
def test_promtool_has_nothing_to_say(sample: Sample, detail: str) -> None:
    result = run(program("promtool"), "check", "metrics", stdin=sample.render("openmetrics", detail=detail))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_promtool_does_refuse() -> None:
    assert run(program("promtool"), "check", "metrics", stdin="# TYPE x_mb gauge\nx_mb 1\n").returncode == 3


@pytest.mark.parametrize("detail", DETAILS)
def test_the_openmetrics_parser_reads_every_series(sample: Sample, detail: str) -> None:
    text = sample.render("openmetrics", detail=detail, host_label="always")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert (
        len(series(parse_openmetrics(text)))
        == len(lines)
        == text.count("\n") - text.count("\n#") - text.startswith("#")
    )


def test_label_values_come_back(sample: Sample) -> None:
    found = series(parse_openmetrics(sample.render("openmetrics", host_label="always")))
    hosts = {dict(labels)["host"] for name, labels in found if name == "container_image_host_reported"}
    if sample.name != "hostile":
        assert hosts == {host["host"] for host in sample.document["scope"]["hosts"]}
    assert any('"' in host and "\\" in host and "\n" in host for host in hosts) == (sample.name == "hostile")


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[tuple[pathlib.Path, str]]:
    """A node_exporter with nothing but its textfile collector: the folder it reads, and its address."""
    folder = tmp_path_factory.mktemp("textfile")
    with node_exporter(folder) as address:
        yield folder, address


@pytest.mark.parametrize("detail", DETAILS)
def test_node_exporter_serves_every_series(sample: Sample, detail: str, collector: tuple[pathlib.Path, str]) -> None:
    folder, address = collector
    for old in folder.glob("*.prom"):
        old.unlink()
    path = sample.write(folder, "images.prom", "openmetrics", detail=detail)
    served = series(parse_prometheus(scrape(address)))
    assert served.pop(("node_textfile_scrape_error", frozenset())) == 0
    ours = series(parse_openmetrics(path.read_text(encoding="utf-8")))
    assert {key: value for key, value in served.items() if key[0].startswith("container_")} == ours
