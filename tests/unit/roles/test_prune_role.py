# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role prune computes and prints, in real templating runs; its tasks run against real engines."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import plan_from_options
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.removal_outcome import planned_outcomes
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import NOW, image
from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate, evaluate_text

ROLE = Path(__file__).parents[3] / "roles" / "prune"
VARS = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "mounts, path, expected",
    [
        ("/ /var /var/lib/docker", "/var/lib/docker", "/var/lib/docker"),
        ("/ /var /home", "/var/lib/docker", "/var"),
        ("/var /", "/var/lib/docker/", "/var"),
        ("/", "/var/lib/docker", "/"),
        ("/ /var/lib/dock /var/lib/docker/overlay2", "/var/lib/docker", "/"),
        ("/home", "/var/lib/docker", ""),
        ("", "/var/lib/docker", ""),
        ("/", "/", "/"),
    ],
)
def test_the_file_system_is_that_of_the_longest_mount_point(mounts: str, path: str, expected: str) -> None:
    facts = {"mounts": [{"mount": point} for point in mounts.split()]}
    found = evaluate_text(VARS["prune_mount_point"], ansible_facts=facts, prune_disk_mount=path)
    assert found == expected


ENGINE = {"name": "docker", "version": "28.5.2", "address": "tcp://192.0.2.1:2376\N{BELL}"}
TWO_IMAGES = [
    image("a", "r:1", "60d", layers=["base", "a"], size=1_500_000, shared_size=1_000_000),
    image("b", "r:2", "40d", layers=["base", "b"], size=1_250_000, shared_size=1_000_000),
]


def table(policy: dict[str, t.Any], images: t.Any = None, **arguments: t.Any) -> list[str]:
    """The plan of two images on a common layer, or of others, as the role prints it."""
    plan = plan_from_options(images or TWO_IMAGES, policy, NOW, layers_size=1_750_000, **arguments).to_dict()
    printed = evaluate(
        "lookup('ansible.builtin.template', path)",
        path=str(ROLE / "templates" / "plan.txt.j2"),
        prune_planned={
            "plan": plan,
            "engine": ENGINE,
            "images": [one.to_dict() for one in planned_outcomes(plan["actions"], policy.get("removals_per_run"))],
        },
        prune_show_kept=True,
    )
    return [" ".join(line.split()) for line in printed.splitlines()]


def test_the_heading_says_which_engine_was_asked() -> None:
    heading, columns, *_rows = table({"states": ["tagged"]})
    assert heading == "docker 28.5.2 at tcp://192.0.2.1:2376?"
    assert columns == "IMAGE SIZE FREES REASON"


DIGEST = "a@sha256:" + "5" * 64


@pytest.mark.parametrize(
    "tags, digests, shown",
    [
        ("r:1", [], "remove r:1 1.5 MB "),
        ("s:1 r:1 t:1", [], "remove r:1 +2 1.5 MB "),
        ("r:1", [DIGEST], "remove r:1 1.5 MB "),
        ("", [DIGEST], f"remove {DIGEST[:40]} 1.5 MB "),
        ("", [], "remove 610000000000 1.5 MB "),
    ],
)
def test_an_image_is_called_by_its_first_tag(tags: str, digests: list[str], shown: str) -> None:
    one = image("a", tags, "60d", size=1_500_000, repo_digests=digests)
    assert table({"states": ["tagged", "digest_only", "dangling"]}, [one])[2].startswith(shown)


def test_a_plan_that_is_too_large_says_so() -> None:
    assert table({"states": ["tagged"], "max_removals": 1})[4] == (
        "Would remove 2 of 2 images, which is more than max_removals allows: removes none."
    )


def test_exact_bytes_are_printed_as_such() -> None:
    lines = table({"states": ["tagged"]})
    assert lines[2].startswith("remove r:1 1.5 MB 500.0 kB remove_rule")
    assert lines[3].startswith("remove r:2 1.2 MB 1.2 MB remove_rule")
    assert lines[4] == "Removes 2 of 2 images. Frees 1.8 MB."


def test_exactly_nothing_is_a_number_too() -> None:
    assert table({"states": ["tagged"], "keep_tags": ["2"]})[3].startswith("keep r:2 1.2 MB keep_rule")


def test_a_bound_is_no_promise() -> None:
    lines = table({"states": ["tagged"], "accounting": "bounds"}, build_cache_shared=100_000)
    assert lines[2].startswith("remove r:1 1.5 MB >= 400.0 kB remove_rule")
    assert lines[4].startswith("Removes 2 of 2 images. Frees at least ")
    # Nothing is sure of this one, so nothing stands there.
    lines = table({"states": ["tagged"], "accounting": "bounds"}, build_cache_shared=1_750_000)
    assert lines[2].startswith("remove r:1 1.5 MB remove_rule")


def test_what_is_for_later_runs_is_counted() -> None:
    assert table({"states": ["tagged"], "removals_per_run": 1})[4:] == [
        "Removes 2 of 2 images. Frees 1.8 MB.",
        "Removes 1 of them in this run, and the other 1 later.",
    ]
    assert len(table({"states": ["tagged"], "removals_per_run": 2})) == 5
    rows = [{"id": f"sha256:{n}" * 9, "references": [], "detail": ""} for n in range(3)]
    outcomes = ("removed", "deferred", "deferred")
    result = [{**row, "outcome": outcome} for row, outcome in zip(rows, outcomes)]
    printed = evaluate(
        "lookup('ansible.builtin.template', path)",
        path=str(ROLE / "templates" / "outcome.txt.j2"),
        prune_result={"images": result, "space_reclaimed": 1000},
        ansible_check_mode=False,
    )
    assert printed.splitlines()[-1] == "1 of 3 images removed, 2 deferred, 1.0 kB freed."
