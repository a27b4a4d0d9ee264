# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles in plays: which engine they ask, with which policy, and what they refuse. On every supported ansible-core.

That removals reach the engine which a play names, and no other, is shown on real engines in tests/integration.
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.registry.registry_rows import (
    WEB,
    platform,
    row,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    ScriptedEngine,
    version_reply,
)
from ansible_collections.container_ops.images.tests.unit.roles.playbook_run import Playbook, ansible_playbook

LIST = "GET /v1.51/images/json?all=1&shared-size=1"


class Engines(t.NamedTuple):
    """Three engines with the same images."""

    block: ScriptedEngine
    """That of the play's module_defaults."""
    shared: ScriptedEngine
    """That of images_engine."""
    own: ScriptedEngine
    """That of a variable of the role."""


@pytest.fixture(scope="module")
def engines() -> t.Iterator[Engines]:
    rows = [
        {
            "Id": f"sha256:{digit * 64}",
            "RepoTags": [f"app:{digit}"],
            "Created": 1_600_000_000,
            "Size": 1,
            "Containers": 0,
        }
        for digit in "1234"
    ]
    script = {
        "GET /version": version_reply(),
        LIST: [{**row, "SharedSize": 0} for row in rows],
        "GET /v1.51/images/json?shared-size=1": [{**row, "SharedSize": 0} for row in rows],
        "GET /v1.51/images/json": rows,
        "GET /v1.51/containers/json?all=1": [],
        "GET /v1.51/system/df?type=image&type=build-cache": {"LayersSize": 4, "Images": [], "BuildCache": None},
    }
    with (
        ScriptedEngine(dict(script)) as one,
        ScriptedEngine(dict(script)) as two,
        ScriptedEngine(dict(script)) as three,
    ):
        yield Engines(one, two, three)


def plan_of(run: Playbook, host: str) -> list[str]:
    """The lines of the plan that was shown for a host."""
    shown = re.search(rf'^ok: \[{host}\] => \{{\s*"msg": (\[.*?\n    \])', run.output, re.MULTILINE | re.DOTALL)
    assert shown, run.output
    return [" ".join(line.split()) for line in json.loads(shown[1])]


POLICY = {"states": ["tagged"], "keep_tags": ["2"], "accounting": "bounds", "max_removals": 4}


@pytest.fixture(scope="module")
def pruned(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    """One play over hosts that each say something else."""
    elsewhere = {"docker_host": engines.shared.docker_host, "timeout": 7}
    hosts: dict[str, dict[str, t.Any]] = {
        "block": {"prune_policy": POLICY},
        "block_alone": {},
        "shared": {"prune_policy": POLICY, "images_engine": {**elsewhere, "debug": True}},
        "own": {
            "prune_policy": POLICY,
            "images_engine": {**elsewhere, "docker_host": None, "docker_context": "nowhere"},
            "prune_docker_host": engines.own.docker_host,
            "prune_timeout": "{{ 3 }}",
            "prune_docker_context": "",
        },
        "applied_without_policy": {"prune_apply": True, "prune_policy": {"older_than": None}},
        "misspelt": {"prune_polcy": POLICY, "prune_apply": True},
        "misplaced": {"prune_policy": POLICY, "prune_keep_tags": ["3"]},
        "other_engine": {"prune_policy": POLICY, "image_engine": elsewhere},
        "named_so_on_purpose": {
            "prune_policy": POLICY,
            "prune_keep_tags": ["3"],
            "image_engine": elsewhere,
            "images_own_variables": ["image_engine", "prune_keep_tags"],
            "prune_schedule": "daily",
        },
    }
    defaults = {
        "group/container_ops.images.images": {"docker_url": "unix:///nowhere.sock", "timeout": 5},
        "container_ops.images.image_prune": {
            "docker_url": engines.block.docker_host,
            "keep_tags": "1",
            "max_removals": 3,
            "label_selectors": [],
        },
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": defaults,
        "roles": [{"role": "container_ops.images.prune"}],
    }
    return ansible_playbook(tmp_path_factory.mktemp("prune"), [play], hosts)


@pytest.mark.parametrize(
    "host, engine", [("block", "block"), ("shared", "shared"), ("own", "own"), ("named_so_on_purpose", "block")]
)
def test_the_plan_is_about_the_engine_and_the_policy_of_play_and_role(
    pruned: Playbook, engines: Engines, host: str, engine: str
) -> None:
    heading, _columns, *rows = plan_of(pruned, host)
    assert heading == f"docker 28.5.2 at {getattr(engines, engine).docker_host}"
    assert [row.split()[:2] for row in rows[:4]] == [
        ["remove", "app:3"],
        ["remove", "app:4"],
        ["keep", "app:1"],
        ["keep", "app:2"],
    ]


def test_without_a_policy_of_its_own_the_role_plans_with_that_of_the_play(pruned: Playbook) -> None:
    assert plan_of(pruned, "block_alone")[-1] == "Removes 0 of 4 images. Frees 0 B."


def warnings_of(run: Playbook) -> list[str]:
    return [line for line in run.output.splitlines() if "WARN" in line or "DEPRECAT" in line]


def test_nothing_is_printed_as_a_warning(pruned: Playbook) -> None:
    assert warnings_of(pruned) == []


def test_each_engine_was_asked_by_those_hosts_alone_that_name_it(pruned: Playbook, engines: Engines) -> None:
    asked = [engine.requests.count("GET /version") for engine in engines]
    assert asked == [3, 1, 1]


@pytest.mark.parametrize(
    "host, message",
    [
        (
            "applied_without_policy",
            "prune_apply is true, but prune_policy is empty or not set: say what may be removed",
        ),
        ("misspelt", "prune_polcy is not a variable of this role: prune_policy is."),
        ("misplaced", "prune_keep_tags is not a variable of this role: set keep_tags in prune_policy."),
        ("other_engine", "image_engine is not a variable of this role: images_engine is."),
    ],
)
def test_what_is_refused(pruned: Playbook, host: str, message: str) -> None:
    assert pruned.failure(host).startswith(message)


def test_hosts_must_be_named_to_the_playbook(engines: Engines, tmp_path: Path) -> None:
    before = len(engines.shared.requests)
    hosts = {"web": {"prune_policy": POLICY, "images_engine": {"docker_host": engines.shared.docker_host}}}
    run = ansible_playbook(
        tmp_path, "container_ops.images.prune", hosts, "-e", "prune_host=web", "-e", "prune_apply=true"
    )
    assert run.status == 2
    assert run.failure("web").startswith("prune_hosts is not set, so it is not clear whose images to prune")
    assert len(engines.shared.requests) == before
    run = ansible_playbook(tmp_path, "container_ops.images.prune", hosts, "-e", "prune_hosts=web")
    assert run.status == 0
    assert plan_of(run, "web")[0] == f"docker 28.5.2 at {engines.shared.docker_host}"


def test_the_report_is_about_the_engine_of_play_and_role(engines: Engines, tmp_path: Path) -> None:
    hosts: dict[str, dict[str, t.Any]] = {
        "block": {},
        "shared": {"images_engine": {"docker_host": engines.shared.docker_host}},
        "own": {
            "images_engine": {"docker_host": engines.shared.docker_host},
            "report_docker_host": engines.own.docker_host,
            "report_shared_size": False,
        },
    }
    defaults = {
        "group/container_ops.images.images": {"docker_host": engines.block.docker_host},
        "container_ops.images.image_summary_info": {"shared_size": True},
        "container_ops.images.image_report": {"rules": [{"id": "max-size", "max": 0}], "fail_on": ["warning"]},
    }
    role = {"role": "container_ops.images.report", "vars": {"report_formats": ["json"], "report_ci": "none"}}
    play = {"hosts": "all", "gather_facts": False, "module_defaults": defaults, "roles": [role]}
    before = [len(engine.requests) for engine in engines]
    run = ansible_playbook(tmp_path, [play], hosts)
    assert (run.status, warnings_of(run)) == (0, []), run.output
    for host in hosts:
        assert f"{host}: docker 28.5.2 at {getattr(engines, host).docker_host}, 4 images" in run.output
    asked = [engine.requests[count:] for engine, count in zip(engines, before)]
    assert [any("shared-size" in request for request in requests) for requests in asked] == [True, True, False]
    gate = json.loads((tmp_path / "image-report" / "report.json").read_text("utf-8"))["gate"]
    assert (gate["passed"], gate["fail_on"], gate["counts"]["error"]) == (True, ["warning"], 12)


def test_a_report_on_the_images_of_one_build(engines: Engines, tmp_path: Path) -> None:
    hosts = {"web": {"images_engine": {"docker_host": engines.shared.docker_host}}}
    rules = [{"id": "max-size", "max": 0, "level": "note"}, {"id": "outdated"}]
    digest = f"sha256:{'3' * 64}"
    given = {
        "report_registry": [{"reference": "docker.io/library/app:3", "status": "ok", "error": "", "digest": digest}],
        "report_select": {"tags": ["3"], "older_than": 5},
        "report_rules": rules,
        "report_formats": ["json", "sarif"],
        "report_ci": "none",
    }
    run = ansible_playbook(tmp_path, "container_ops.images.report", hosts, "-e", json.dumps(given))
    assert run.status == 0, run.output
    document = json.loads((tmp_path / "image-report" / "report.json").read_text("utf-8"))
    assert [row["name"] for row in document["images"]] == ["app:3"]
    assert document["warnings"][0] == "select leaves 3 of 4 images out: the report is about the other 1"
    assert {row["rule"]: row["status"] for row in document["findings"]} == {"max-size": "fail", "outdated": "pass"}
    # Findings point into the file of the rules, under the name that the guide and the pipelines give it.
    sarif = (tmp_path / "image-report" / "report.sarif").read_text("utf-8")
    assert re.findall('"uri": "([^"]+)"', sarif) == ["image-rules.yml"]


@pytest.mark.parametrize("usage", [True, False])
def test_a_report_asks_for_uses_where_it_is_told_to(engines: Engines, tmp_path: Path, usage: bool) -> None:
    hosts = {"web": {"images_engine": {"docker_host": engines.shared.docker_host}, "report_usage": usage}}
    given = {"report_formats": ["json"], "report_ci": "none"}
    run = ansible_playbook(tmp_path, "container_ops.images.report", hosts, "-e", json.dumps(given))
    assert run.status == 0, run.output
    totals = json.loads((tmp_path / "image-report" / "report.json").read_text("utf-8"))["totals"]
    assert totals.get("stopped") == (0 if usage else None)


def test_a_report_on_images_that_no_engine_has(tmp_path: Path) -> None:
    """From the variable to the gate: alone, and beside the spool files of another run."""
    hostile = {"text": '{{ 1 / 0 }} it\'s "so"', "nothing": "", "number": "007"}
    rows = [row(f"{WEB}:7", platform("a", 1020, labels=hostile)), row(f"{WEB}:main", platform("b", 1000))]
    (tmp_path / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    given = {
        "report_compare_with": [f"{WEB}:main"],
        "report_rules": [{"id": "max-growth", "max_bytes": 10}],
        "report_formats": ["json"],
        "report_ci": "none",
    }
    role = {"ansible.builtin.import_role": {"name": "container_ops.images.report", "tasks_from": "report"}}
    # As a registered result, whose text is not a template.
    read = "{{ lookup('ansible.builtin.file', 'rows.json') | from_json }}"
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [role], "vars": {"report_images": read}}
    for more, hosts in (({}, 1), ({"report_src": ["spool"], "report_expected_hosts": ["web01"]}, 2)):
        (tmp_path / "spool").mkdir(exist_ok=True)
        run = ansible_playbook(tmp_path, [play], {"localhost": {}}, "-e", json.dumps({**given, **more}))
        assert run.status == 2, run.output
        assert f"max-growth {WEB}:7 1.00 → 1.02 kB" in run.failure("localhost")
        document = json.loads((tmp_path / "image-report" / "report.json").read_text("utf-8"))
        assert document["scope"]["expected"] == hosts
        assert [(one["name"], one["labels"]) for one in document["images"]] == [(f"{WEB}:7", hostile)]


@pytest.mark.parametrize("variable, meant", [("report_rule", "report_rules"), ("report_host", "report_hosts")])
def test_a_report_refuses_a_misspelt_variable(engines: Engines, tmp_path: Path, variable: str, meant: str) -> None:
    hosts = {"web": {"images_engine": {"docker_host": engines.shared.docker_host}}}
    run = ansible_playbook(tmp_path, "container_ops.images.report", hosts, "-e", f"{variable}=x")
    assert run.status == 2
    assert run.failure("web").startswith(f"{variable} is not a variable of this role: {meant} is.")
    assert run.failure("localhost").startswith(f"{variable} is not a variable of this role: {meant} is.")
