# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snippets of the guide on fleets that one machine can run, taken from its source and run as they stand.

Only places are others here: folders lie in a temporary one, the object storage is a folder, and the engine is scripted.
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import typing as t

import duckdb
import pytest
import yaml
from conftest import SAMPLES, program, run
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus
from textfile import node_exporter, scrape, series

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    ScriptedEngine,
    version_reply,
)

if t.TYPE_CHECKING:
    from conftest import Sample

GUIDE = (pathlib.Path(__file__).parents[2] / "docs/docsite/rst/guide_fleet.rst").read_text(encoding="utf-8")
# ansible-pull limits the play to the names of this machine.
NODE = socket.getfqdn()

# `aws s3 cp --recursive FROM TO` and `aws s3 sync FROM TO`, where s3://fleet-images is a folder.
STORAGE = """#!/bin/sh
set -eu
[ "$1" = s3 ]
from=$(echo "$3" | sed "s|^--recursive$|$4|; s|^s3:/|$STORE|")
shift 3
[ $# = 1 ] || shift
to=$(echo "$1" | sed "s|^s3:/|$STORE|")
mkdir -p "$to"
cp -r "$from/." "$to"
"""


def snippets(section: str, language: str) -> list[str]:
    """The code blocks of a language in a section of the guide."""
    _before, heading, text = re.split(rf"^({re.escape(section)}\n[-~]+\n)", GUIDE, maxsplit=1, flags=re.MULTILINE)
    assert heading
    text = re.split(r"^[^\n]+\n[-~]{3,}\n", text, maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(rf"^\.\. code-block:: {re.escape(language)}\n\n((?:    .*\n|\n)+)", text, re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip() + "\n" for block in blocks]


class Machine:
    """A node and the machine that reports, in one folder."""

    def __init__(self, folder: pathlib.Path, docker_host: str) -> None:
        self.folder = folder
        tools = folder / "bin"
        tools.mkdir()
        (tools / "aws").write_text(STORAGE, encoding="utf-8")
        (tools / "aws").chmod(0o755)
        places = [str(tools), str(pathlib.Path(sys.executable).parent), os.environ["PATH"]]
        self.env = {
            **os.environ,
            "PATH": os.pathsep.join(places),
            "STORE": str(folder / "store"),
            "HOME": str(folder),
            "DOCKER_HOST": docker_host,
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_NOCOLOR": "1",
        }

    def here(self, snippet: str) -> str:
        """The snippet with folders of this test."""
        snippet = re.sub(r"/var/lib/|/srv/", f"{self.folder}/", snippet)
        return snippet.replace("$(hostname -f)", NODE).replace("URL", f"file://{self.folder}/repository")

    def write(self, name: str, content: str) -> pathlib.Path:
        """A file of the user."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.here(content), encoding="utf-8")
        return path

    def run(self, command: str, expected: int = 0) -> str:
        """A command as a shell runs it; its output."""
        done = subprocess.run(
            ["bash", "-euc", self.here(command)],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == expected, done.stdout
        return done.stdout

    def report(self) -> dict[str, t.Any]:
        """The report document that the role wrote."""
        return t.cast("dict[str, t.Any]", json.loads((self.folder / "image-report/report.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Machine]:
    """After a pull: the node has written its spool file."""
    images = [
        {"Id": f"sha256:{letter * 64}", "RepoTags": [tag], "Size": size, "Created": 1_700_000_000, "Containers": -1}
        for letter, tag, size in (("a", "shop/web:1", 5_000_000), ("b", "shop/db:1", 7_000_000))
    ]
    script = {"GET /version": version_reply(), "GET /v1.51/images/json": images, "GET /v1.51/containers/json": []}
    with ScriptedEngine(script) as engine:
        machine = Machine(tmp_path_factory.mktemp("machine"), engine.docker_host)
        machine.write("repository/images.yml", snippets("Nodes that pull", "yaml+jinja")[0])
        machine.run(
            "cd repository && git init -q -b main && git add . "
            "&& git -c user.name=x -c user.email=x@example.com commit -q -m 'Add a playbook'"
        )
        (command,) = re.findall(r"``(ansible-pull [^`]+)``", GUIDE)
        machine.run(command)
        yield machine


def console(section: str) -> list[tuple[str, str]]:
    """(machine, command) for each command of the section's console."""
    (text,) = snippets(section, "console")
    return [t.cast("tuple[str, str]", tuple(line.split("$ ", 1))) for line in text.replace("\\\n", "").splitlines()]


@pytest.mark.parametrize("silent, expected", [([], 0), (["never.example.com"], 2)])
def test_a_node_pulls_and_one_that_never_sent_anything_is_missed(
    machine: Machine, silent: list[str], expected: int
) -> None:
    machine.write("inventory", "\n".join(["[nodes]", NODE, *silent]) + "\n")
    machine.write("pulled.yml", snippets("Nodes that pull", "yaml+jinja")[1])
    commands = console("Nodes that pull")
    assert [name for name, _command in commands] == ["node", "report", "report"]
    for _name, command in commands[:-1]:
        machine.run(command)
    machine.run(commands[-1][1], expected)
    scope = machine.report()["scope"]
    assert (scope["reported"], scope["expected"], scope["missing"]) == (1, 1 + len(silent), silent)
    assert [row["name"] for row in machine.report()["images"]] == ["shop/db:1", "shop/web:1"]


def test_slices_are_merged(machine: Machine) -> None:
    (play,) = snippets("Slices", "yaml+jinja")
    for number in (1, 2):
        slice_ = machine.folder / f"spool/slice-{number}"
        shutil.copytree(machine.folder / "image-report/spool", slice_, dirs_exist_ok=True)
    machine.write("slices.yml", play)
    machine.write("docker-hosts", f"[docker]\n{NODE} ansible_connection=local\n")
    machine.run("ansible-playbook -i docker-hosts slices.yml")
    assert machine.report()["totals"]["images"] == 2


def test_node_exporter_serves_the_totals_of_the_node(machine: Machine) -> None:
    (task,) = snippets("Prometheus", "yaml+jinja")
    tasks = yaml.safe_load(machine.here(task))
    path = pathlib.Path(tasks[0]["container_ops.images.image_report"]["outputs"][0]["path"])
    machine.write("metrics.yml", yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    machine.run("ansible-playbook metrics.yml")
    text = path.read_text(encoding="utf-8")
    assert run(program("promtool"), "check", "metrics", stdin=text).returncode == 0
    (stamp,) = re.findall(r"``(container_image_\w+_seconds)``", GUIDE)
    ours = series(parse_openmetrics(text))
    assert stamp in {name for name, _labels in ours} and 12_000_000 in ours.values()
    assert len(ours) < 30, "about a dozen series"
    with node_exporter(path.parent) as address:
        served = series(parse_prometheus(scrape(address)))
    assert served.pop(("node_textfile_scrape_error", frozenset())) == 0
    assert {key: value for key, value in served.items() if key[0].startswith("container_")} == ours


@pytest.mark.parametrize("sample", sorted(SAMPLES.keys() - {"empty"}), indirect=True)
def test_duckdb_answers_what_the_guide_asks(
    sample: Sample, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = sample.document["images"]
    moved = {**next(row for row in images if row["state"] == "tagged"), "host": "other", "id": "sha256:" + "f" * 64}
    sample = sample._replace(document={**sample.document, "images": [*images, moved]})
    rows = [json.loads(line) for line in sample.render("jsonl").splitlines()]
    (tmp_path / "image-report").mkdir()
    sample.write(tmp_path / "image-report", "images.jsonl", "jsonl")
    monkeypatch.chdir(tmp_path)
    connection = duckdb.connect()
    copy, ambiguous, unused, days = snippets("Parquet and DuckDB", "sql")
    connection.execute(copy)
    (file,) = (path.name for path in tmp_path.glob("*.parquet"))
    ids, hosts = collections.defaultdict(set), collections.Counter[str]()
    sums = collections.Counter[str]()
    for row in rows:
        if row["state"] == "tagged":
            ids[row["name"]].add(row["id"])
            hosts[row["name"]] += 1
        if row["containers"] == 0:
            sums[row["name"]] += row["size"]
    expected = [(name, len(found), hosts[name]) for name, found in ids.items() if len(found) > 1]
    assert expected
    assert sorted(connection.execute(ambiguous).fetchall()) == sorted(expected)
    answer = connection.execute(unused).fetchall()
    assert len(answer) == min(20, len(sums))
    assert all(sums[name] == total for name, _hosts, total in answer)
    assert [total for *_rest, total in answer] == sorted(sums.values(), reverse=True)[:20]
    assert connection.execute(days).fetchall() == [(file, len(rows), len({row["id"] for row in rows}))]
