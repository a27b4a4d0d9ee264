# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of spellings in guide_names.rst, row by row, against everything that reads names."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.lookup import find_images
from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import Reference
from ansible_collections.container_ops.images.plugins.module_utils._core.image.select_dicts import (
    dict_matches,
    select_dicts,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.bytes.figures import Figures
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.image_facts import read_images
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import make_plan
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.report.from_playbook import build_report
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy

GUIDE = Path(__file__).parents[5] / "docs/docsite/rst/guide_names.rst"
ROW = re.compile(r"   \* - ``(.+)``\n     - (.+)\n     - (.+)\n     - (.+)\n")
DIGEST = "sha256:" + "9" * 64
ID = "sha256:" + "1" * 64
NOW = 1_800_000_000
READERS = ("names", "keep", "select", "remove")


class Case(t.NamedTuple):
    """One spelling, one image, one engine."""

    written: str
    image: dict[str, t.Any]
    engine: str
    readers: str
    """Who takes the one for the other."""


def cases() -> list[Case]:
    rows = ROW.findall(GUIDE.read_text(encoding="utf-8").replace("DIGEST", DIGEST))
    return [
        Case(written, image_of(listed, engine), engine, readers)
        for written, listed, docker, podman in rows
        for engine, readers in (("docker", docker), ("podman", podman))
    ]


def image_of(listed: str, engine: str) -> dict[str, t.Any]:
    """The image as the engine lists it."""
    name = listed.split("``")[1]
    if listed.startswith("no name"):
        return {"id": name, "repo_tags": [], "repo_digests": []}
    if engine == "docker":
        name = Reference.parse(name).familiar
    return {"id": ID, "repo_tags": [] if "@" in name else [name], "repo_digests": [name] if "@" in name else []}


def names_of(image: dict[str, t.Any]) -> list[str]:
    return [*image["repo_tags"], *image["repo_digests"]]


def takes(reader: str, case: Case) -> bool:
    """Whether a reader takes the written text for the image."""
    if reader == "names":
        try:
            return bool(find_images([ImageSummary.from_dict(case.image)], [case.written], case.engine).ids)
        except InputError:
            return False  # a pattern
    if reader == "keep":
        return not removed({"states": ["tagged", "digest_only", "dangling"], "keep_references": [case.written]}, case)
    if reader == "select":
        return bool(select_dicts([case.image], {"references": [case.written]}, NOW))
    states = ["tagged", "digest_only", "dangling"]
    return removed({"states": states, "references": [case.written]}, case)


def removed(policy: dict[str, t.Any], case: Case) -> bool:
    facts = read_images([{**case.image, "containers": 0}])
    return bool(make_plan(facts, Policy.parse(policy), NOW, Figures(None, 0, None, ()), case.engine).actions)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.written[:40]}-{case.engine}")
def test_every_row_is_as_the_guide_says(case: Case) -> None:
    assert ", ".join(reader for reader in READERS if takes(reader, case)) == case.readers.replace("none", "")


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.written[:40]}-{case.engine}")
def test_everything_else_that_selects_gives_the_answer_of_select(case: Case) -> None:
    expected = "select" in case.readers
    assert dict_matches(case.image, {"references": [case.written]}, NOW) is expected
    when = {"id": "no-dangling", "when": {"references": [case.written]}}
    assert statuses(case, [when]) == ([] if not expected else ["fail"] if not names_of(case.image) else ["pass"])
    required = {"id": "required-image", "references": [case.written]}
    assert statuses(case, [required]) == ["pass" if expected else "fail"]
    waiver = {"rule": "max-size", "image": case.written, "reason": "a test"}
    assert statuses(case, [{"id": "max-size", "max": 1}], [waiver]) == ["waived" if expected else "fail"]


@pytest.mark.parametrize(
    "case", [case for case in cases() if names_of(case.image)], ids=lambda case: f"{case.written[:40]}-{case.engine}"
)
def test_repositories_mean_what_references_without_a_version_mean(case: Case) -> None:
    written = Reference.parse(case.written).repository
    as_reference = select_dicts([case.image], {"references": [written]}, NOW)
    assert select_dicts([case.image], {"repositories": [written]}, NOW) == as_reference
    states = {"states": ["tagged", "digest_only"]}
    for one, other in (("keep_repositories", "keep_references"), ("repositories", "references")):
        assert removed({**states, one: [written]}, case) == removed({**states, other: [written]}, case)


def test_a_rule_about_a_long_name_is_about_the_image_that_docker_lists_by_its_short_name() -> None:
    case = Case("", {"id": ID, "repo_tags": ["nginx:1.27"], "repo_digests": []}, "docker", "")
    when = {"repositories": ["docker.io/nginx"]}
    assert statuses(case, [{"id": "max-size", "max": 1, "when": when}]) == ["fail"]
    assert statuses(case, [{"id": "min-hosts", "min": 1, "when": when}]) == ["pass"]


def statuses(case: Case, rules: list[dict[str, t.Any]], waivers: t.Any = None) -> list[str]:
    """What the rules say about a host that has the image."""
    policy = ReportPolicy.parse(now=NOW, rules=rules, waivers=waivers)
    result = {"images": [{**case.image, "size": 5}], "engine": {"name": case.engine}}
    return [finding["status"] for finding in build_report(result, policy, "host")["findings"]]


def test_the_table_was_found() -> None:
    assert len(cases()) > 50
    assert {reader for case in cases() for reader in case.readers.split(", ")} == {*READERS, "none"}
