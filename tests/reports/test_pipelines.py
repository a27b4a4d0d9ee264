# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines to copy name a playbook, variables and files. All must exist, and be written for that system."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[2]
PIPELINES = ROOT / "docs" / "pipelines"
SYSTEMS = {
    "azure-pipelines.yml": "azure",
    "github-actions.yml": "github",
    "github-pull-request.yml": "github",
    "gitlab-ci.yml": "gitlab",
    "gitlab-merge-request.yml": "gitlab",
    "Jenkinsfile": "jenkins",
}
# Files that the user brings.
OWN_FILES = {"inventory", "image-rules.yml", "image-baseline.json"}


def role(name: str) -> t.Any:
    """One file of the role, as data."""
    return yaml.safe_load((ROOT / "roles" / "report" / name).read_text(encoding="utf-8"))


def pipeline(file: str) -> t.Any:
    """A pipeline, as data."""
    return yaml.safe_load((PIPELINES / file).read_text(encoding="utf-8"))


def written(system: str) -> set[str]:
    """What the role writes for this system, besides the step summary."""
    variables = role("vars/main.yml")
    formats = role("defaults/main.yml")["report_formats"] + variables["report_formats_of_ci"][system]
    return {variables["report_file_names"][name] for name in formats}


def test_every_pipeline_is_tested() -> None:
    assert {path.name for path in PIPELINES.iterdir()} == set(SYSTEMS)


@pytest.mark.parametrize("file", SYSTEMS)
def test_files_of_the_report_are_written_for_this_system(file: str) -> None:
    text = (PIPELINES / file).read_text(encoding="utf-8")
    named = set(re.findall(r"image-report/([\w.-]+)", text)) | set(re.findall(r"reportFiles: '([^']+)'", text))
    assert named, "a pipeline that publishes nothing"
    assert named <= written(SYSTEMS[file])
    assert role("defaults/main.yml")["report_dir"] == "image-report"


@pytest.mark.parametrize("file", SYSTEMS)
def test_the_playbook_and_its_variables_exist(file: str) -> None:
    text = re.sub(r"\\*\n\s*", " ", (PIPELINES / file).read_text(encoding="utf-8"))
    (arguments,) = re.findall(r"ansible-playbook (.*?)(?: '''|\s*\}|\s+- |\s+#|\s+artifacts:|$)", text, re.MULTILINE)
    playbook, *rest = arguments.split()
    namespace, name, play = playbook.split(".")
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert (namespace, name) == (galaxy["namespace"], galaxy["name"])
    plays = yaml.safe_load((ROOT / "playbooks" / f"{play}.yml").read_text(encoding="utf-8"))
    options = role("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    used = re.findall(r"-e (\w+)=(\S+)", " ".join(rest))
    assert {key for key, _value in used} == {"report_hosts", "report_baseline_path"}
    for key, _value in used:
        assert key in options or key in plays[0]["hosts"]
    files = set(re.findall(r"-i (\S+)|-e @(\S+)|report_baseline_path=(\S+)", " ".join(rest)))
    assert {part for parts in files for part in parts if part} == OWN_FILES


def test_azure_runs_on_its_schedule_though_nothing_changed() -> None:
    (schedule,) = pipeline("azure-pipelines.yml")["schedules"]
    assert schedule["always"] is True
    assert pipeline("azure-pipelines.yml")["trigger"] == "none", "and on no push"


def test_a_red_gate_ends_no_pipeline_before_it_has_published() -> None:
    azure = pipeline("azure-pipelines.yml")["steps"]
    at = next(index for index, step in enumerate(azure) if "ansible-playbook" in step.get("script", ""))
    assert [step["condition"] for step in azure[at + 1 :]] == ["always()"] * 3
    github = pipeline("github-actions.yml")["jobs"]["report"]["steps"]
    at = next(index for index, step in enumerate(github) if "ansible-playbook" in step.get("run", ""))
    assert [step["if"] for step in github[at + 1 :]] == ["always()"] * 2
    assert pipeline("gitlab-ci.yml")["images"]["artifacts"]["when"] == "always"
    assert re.search(r"post \{\s*always \{\s*junit ", (PIPELINES / "Jenkinsfile").read_text(encoding="utf-8"))
