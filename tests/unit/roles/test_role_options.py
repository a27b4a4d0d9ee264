# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the roles against those of the modules that they call, and against the variables that they read."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.container_ops.images.plugins.module_utils._argspec import ENGINE_OPTIONS
from ansible_collections.container_ops.images.plugins.module_utils._core.misspelt import misspelt
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import POLICY_KEYS
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.rules import MATCH_KEYS
from ansible_collections.container_ops.images.plugins.module_utils._prune.policy_options import POLICY_OPTIONS

ROOT = Path(__file__).parents[3]
ROLES = {"prune": "image_prune", "report": "image_summary_info"}
# Has no effect, so no variable of its own.
WITHOUT_VARIABLE = {"debug"}

Option = dict[str, t.Any]


def load(path: str) -> t.Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def entry_points(role: str) -> dict[str, dict[str, Option]]:
    specs = load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]
    return {name: spec["options"] for name, spec in specs.items()}


def options(role: str) -> dict[str, Option]:
    """Of all entry points."""
    return {name: option for point in entry_points(role).values() for name, option in point.items()}


def typed(option: Option, module: str, path: str) -> Option:
    """What must agree: the type, and where the description sends its reader."""
    kept = {key: option[key] for key in ("type", "elements", "choices", "required") if key in option}
    found = {**kept, "description": f"As O(container_ops.images.{module}#module:{path})."}
    if "options" in option:
        inside = f"{path}[]." if option["type"] == "list" else f"{path}."
        found["options"] = {name: typed(inner, module, inside + name) for name, inner in option["options"].items()}
    return found


@pytest.mark.parametrize("role, module", ROLES.items())
def test_a_role_takes_every_connection_option(role: str, module: str) -> None:
    expected = {name: typed(option, module, name) for name, option in ENGINE_OPTIONS.items()}
    assert options(role)["images_engine"]["options"] == expected
    own = {name: expected[name] for name in expected.keys() - WITHOUT_VARIABLE}
    assert {name: options(role).get(f"{role}_{name}") for name in own} == own


@pytest.mark.parametrize("role", ROLES)
def test_a_role_passes_every_connection_option_on(role: str) -> None:
    passed = load(f"roles/{role}/vars/main.yml")[f"{role}_connection"]
    names = ENGINE_OPTIONS.keys() - WITHOUT_VARIABLE
    assert passed == {name: f"{{{{ {role}_{name} | default(none) }}}}" for name in names}


def test_the_role_takes_every_option_of_a_policy() -> None:
    expected = {name: typed(option, "image_prune", name) for name, option in POLICY_OPTIONS.items()}
    assert options("prune")["prune_policy"]["options"] == expected


def test_the_options_of_a_policy_are_those_that_the_policy_reads() -> None:
    assert tuple(sorted(POLICY_OPTIONS)) == tuple(sorted(POLICY_KEYS))
    assert sorted(POLICY_OPTIONS["rules"]["options"]["match"]["options"]) == sorted(MATCH_KEYS)
    assert load("roles/prune/vars/main.yml")["prune_policy_options"] == list(POLICY_OPTIONS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_looks_for_misspelt_names_of_all_its_variables(role: str) -> None:
    """The playbook of that name has one more, for its hosts."""
    assert load(f"roles/{role}/vars/main.yml")[f"{role}_options"] == sorted({*options(role), f"{role}_hosts"})


@pytest.mark.parametrize("role", ROLES)
def test_no_variable_of_the_roles_is_taken_for_a_misspelt_one(role: str) -> None:
    """Defaults, variables, what tasks register and set, and what one role leaves behind for the other."""
    files = [*ROOT.glob("roles/*/*/*.yml"), *ROOT.glob("roles/*/templates/*.j2"), *ROOT.glob("playbooks/*.yml")]
    words = {word for file in files for word in re.findall(r"\b(?:prune|report|images?)_\w+", file.read_text("utf-8"))}
    assert {"prune_planned", "report_given_to_collect", "images_engine"} <= words
    assert misspelt(sorted(words), load(f"roles/{role}/vars/main.yml")[f"{role}_options"]) == {}


@pytest.mark.parametrize("role", ROLES)
def test_no_task_of_a_role_omits(role: str) -> None:
    """``option: "{{ variable | default(omit) }}"`` takes away what module_defaults says."""
    files = [*ROOT.glob(f"roles/{role}/**/*.yml"), *ROOT.glob(f"roles/{role}/**/*.j2")]
    assert len(files) > 5
    assert [file.name for file in files if "omit" in re.findall(r"\w+", file.read_text("utf-8"))] == []
