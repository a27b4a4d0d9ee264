# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SARIF against its schema and against Microsoft's validator with the rules that GitHub asks for."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import typing as t

import jsonschema
from conftest import SAMPLES, Sample


def package(node_modules: pathlib.Path) -> pathlib.Path:
    return node_modules / "@microsoft" / "sarif-multitool-linux"


def test_schema(sample: Sample, node_modules: pathlib.Path) -> None:
    schema = json.loads((package(node_modules) / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    errors = [error.message for error in validator(schema).iter_errors(json.loads(sample.render("sarif")))]
    assert errors == []
    assert list(validator(schema).iter_errors({"version": "2.1.0"})), "the schema does refuse"


def messages(paths: t.Sequence[pathlib.Path], node_modules: pathlib.Path) -> list[tuple[str, str, str]]:
    """What the validator says of files, in one run since it starts slowly: file, rule and level."""
    tool = package(node_modules) / "Sarif.Multitool"
    tool.chmod(0o755)  # npm does not run the package's own script that would do it
    output = paths[0].parent / "validation.json"
    command = [tool, "validate", *paths, "--rule-kind", "Sarif;Gh", "--output", output, "--log", "ForceOverwrite"]
    # It must not depend on ICU being installed.
    env = dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1")
    result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert output.exists(), result.stdout + result.stderr
    run = json.loads(output.read_text(encoding="utf-8-sig"))["runs"][0]
    assert f"{len(paths)} files scanned" in result.stdout
    return [
        (
            pathlib.PurePath(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).name,
            found["ruleId"],
            found.get("level", "warning"),
        )
        for found in run["results"]
    ]


def test_multitool_with_the_rules_of_github(node_modules: pathlib.Path, tmp_path: pathlib.Path) -> None:
    documents = [Sample(name, make()) for name, make in SAMPLES.items()]
    paths = [each.write(tmp_path, f"{each.name}.sarif", "sarif") for each in documents]
    broken = json.loads(paths[-1].read_text(encoding="utf-8"))
    del broken["runs"][0]["results"][0]["message"]
    paths.append(tmp_path / "broken.sarif")
    paths[-1].write_text(json.dumps(broken), encoding="utf-8")
    found = [entry for entry in messages(paths, node_modules) if entry[2] in ("error", "warning")]
    assert {file for file, _rule, _level in found} == {"broken.sarif"}, found


def test_what_github_takes(sample: Sample) -> None:
    log = json.loads(sample.render("sarif"))
    assert len(log["runs"]) <= 20 and len(log["runs"][0]["results"]) <= 5000
    for result in log["runs"][0]["results"]:
        for place in result["locations"]:
            assert not place["physicalLocation"]["artifactLocation"]["uri"].startswith("/")
            assert place["physicalLocation"]["region"]["startLine"] >= 1
