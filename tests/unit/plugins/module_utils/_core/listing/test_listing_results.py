# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registered results of tasks, and what this collection returned itself."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    A,
    B,
    captured,
    complaint,
    outcome,
)

LIST = json.loads(captured("docker-28.5-ctrd_images_all.json"))
INSPECT = json.loads(captured("docker-28.5-ctrd_inspect.json"))
ROWS = captured("docker-28.5-ctrd_cli_image_ls.txt")
DF = json.loads(captured("docker-28.5-ctrd_df.json"))
NEW_DF = json.loads(captured("docker-29.7-ctrd_df_verbose.json"))
DONE = {"changed": False, "failed": False}
TERSE = [{key: entry[key] for key in ("Id", "RepoTags", "Created", "Size")} for entry in LIST]
HOST = {**DONE, "can_talk_to_docker": True, "host_info": {"Images": 37, "ID": "x"}}


@pytest.mark.parametrize(
    "result, same_as, source",
    [
        # community.docker.docker_image_info, containers.podman.podman_image_info
        ({**DONE, "images": INSPECT}, INSPECT, "inspect"),
        ({**DONE, "images": [*INSPECT, None]}, INSPECT, "inspect"),
        ({"changed": False, "images": INSPECT}, INSPECT, "inspect"),
        # community.docker.docker_host_info
        ({**HOST, "images": LIST}, LIST, "list"),
        ({**HOST, "images": LIST, "disk_usage": {"LayersSize": 5}}, LIST, "list"),
        ({**HOST, "disk_usage": DF}, DF, "df"),
        ({**HOST, "disk_usage": NEW_DF}, NEW_DF, "df"),
        # ansible.builtin.command and shell
        ({**DONE, "rc": 0, "stdout": ROWS, "stdout_lines": ROWS.splitlines(), "stderr": ""}, ROWS, "docker-cli"),
        ({"stdout": ROWS}, ROWS, "docker-cli"),
        ({**DONE, "rc": 0, "stdout": json.dumps(INSPECT)}, INSPECT, "inspect"),
        # ansible.builtin.uri
        ({**DONE, "status": 200, "json": LIST, "url": "http://127.0.0.1:2375/images/json"}, LIST, "list"),
        # a task with a loop
        ({"changed": False, "msg": "All items completed", "results": [{**DONE, "images": LIST}]}, LIST, "list"),
        # only the images of a result
        ({"images": LIST}, LIST, "list"),
        (json.dumps({**DONE, "images": INSPECT}), INSPECT, "inspect"),
    ],
)
def test_registered_result_is_read_as_what_it_holds(result: t.Any, same_as: t.Any, source: str) -> None:
    expected = outcome(same_as, source)
    assert isinstance(expected[0], list) and expected[0]
    assert outcome(result) == expected
    assert outcome(result, source) == expected


def test_terse_docker_host_info_is_lossy() -> None:
    images, codes = outcome({**HOST, "images": TERSE})
    assert codes == ["W_LOSSY"]
    assert len(images) == len(LIST)
    assert outcome({**HOST, "images": []}) == ([], [])
    assert outcome(TERSE)[1] == []


@pytest.mark.parametrize(
    "result, expected",
    [
        (
            {"failed": True, "changed": False, "msg": "no daemon"},
            'E_TASK_FAILED: the registered task failed: "no daemon"',
        ),
        ({"unreachable": True, "changed": False, "msg": "ssh"}, 'E_TASK_FAILED: the registered task failed: "ssh"'),
        (
            {**DONE, "rc": 1, "stdout": "", "stderr": "permission denied\n"},
            'E_TASK_FAILED: the registered task failed: "permission denied\\n"',
        ),
        ({**DONE, "rc": 127, "stdout": "[]"}, 'E_TASK_FAILED: the registered task failed: "return code 127"'),
        ({"skipped": True, "changed": False}, "E_TASK_SKIPPED: the registered task was skipped"),
        ({**DONE, "rc": 0, "stdout": ""}, "E_EMPTY_BODY: the command succeeded but printed nothing"),
        ({**DONE, "status": 200, "url": "http://x/", "content_length": "0"}, "E_EMPTY_BODY: the reply that uri"),
        ({**DONE, "rc": 0, "stdout": "oops"}, "E_TYPE_TOP: got text that is neither"),
        ({**DONE, "url": "http://x/"}, "E_TYPE_TOP: the registered result holds no listing"),
        ({**DONE, "status": 200}, "E_TYPE_TOP: the registered result holds no listing"),
        (HOST, "E_TYPE_TOP: the registered result of docker_host_info lists no images: set images: true"),
        ({**HOST, "disk_usage": {"LayersSize": 5}}, "E_TYPE_TOP: the registered result of docker_host_info lists no"),
        (
            {**DONE, "container": {}},
            'E_TYPE_TOP: the registered result holds no listing of images; its keys are "changed", "container"',
        ),
        ({**DONE, "images": [None, 5]}, "E_TYPE_ITEM: images[0]"),
        ({**DONE, "json": None}, "E_TYPE_TOP: cannot recognise"),
        ({"changed": False, "results": [{"skipped": True}]}, "E_TASK_SKIPPED: the registered task's loop had"),
        ({"changed": False, "results": [], "skipped": True}, "E_TASK_SKIPPED: the registered task's loop had"),
        (
            {"changed": False, "results": [{**DONE, "images": LIST}, {"failed": True, "msg": "x"}]},
            'E_TASK_FAILED: results[1]: the registered task failed: "x"',
        ),
    ],
)
def test_results_without_a_listing(result: dict[str, t.Any], expected: str) -> None:
    assert complaint(result).startswith(expected)


def test_a_command_that_prints_a_line_an_image_may_print_nothing() -> None:
    silent = {**DONE, "rc": 0, "stdout": "\n", "stderr": ""}
    for source in ("docker-cli", "nerdctl"):
        assert outcome(silent, source) == ([], ["W_LOSSY"])
        assert outcome("", source)[0] == {"error": "E_EMPTY_BODY"}, "text alone does not tell that it succeeded"
        assert outcome({**silent, "rc": 1}, source)[0] == {"error": "E_TASK_FAILED"}
    for source in ("list", "podman-cli", "auto"):
        assert outcome(silent, source)[0] == {"error": "E_EMPTY_BODY"}


def test_rounds_of_a_loop_become_one_listing() -> None:
    one = {**DONE, "images": [{**INSPECT[0], "RepoTags": ["a:1"]}]}
    two = {**DONE, "images": [{**INSPECT[0], "RepoTags": ["a:2"]}, {**INSPECT[0], "Id": B}]}
    loop = {"changed": False, "results": [one, {"skipped": True, "changed": False}, two, {**HOST, "images": TERSE[:1]}]}
    images, codes = outcome(loop)
    assert codes == ["W_LOSSY"]
    assert {tag for image in images for tag in image["repo_tags"] if tag.startswith("a:")} == {"a:1", "a:2"}
    assert len(images) == len({image["id"] for image in images}) == 3


@pytest.mark.parametrize(
    "name, codes",
    [
        ("docker_image_info_docker-28.5", []),
        ("docker_host_info_docker-28.5", ["W_LOSSY"]),
        ("docker_host_info_verbose_docker-28.5", []),
        ("docker_host_info_disk_usage_docker-28.5", []),
        ("podman_image_info_podman-5.4", []),
    ],
)
def test_what_other_collections_really_register(name: str, codes: list[str]) -> None:
    result = json.loads(captured(f"{name}.json"))
    images, found = outcome(result)
    assert found == codes
    assert len(images) == len(result.get("images") or result["disk_usage"]["Images"]) >= 3
    base = max(images, key=lambda image: len(image["repo_tags"]))
    assert sorted(re.sub("^docker.io/(library/)?", "", tag) for tag in base["repo_tags"]) == [
        "127.0.0.1:5055/study/base:1.0",
        "alias:x",
        "registry.example.com:8443/team/app:v1",
        "study/base:1.0",
        "study/base:latest",
    ]
    assert base["created"] > 1700000000 and base["size"] > 1000000
    assert base["labels"].get("org.example.unicode", "naïve – 日本語 ✓") == "naïve – 日本語 ✓"
    assert bool(base["labels"]) is (codes == [])
    assert sum(not image["repo_tags"] for image in images) == 1


def test_docker_image_info_and_docker_host_info_agree() -> None:
    by_inspect, by_list = (
        {image["id"]: image for image in outcome(captured(f"{name}_docker-28.5.json"))[0]}
        for name in ("docker_image_info", "docker_host_info_verbose")
    )
    common = by_inspect.keys() & by_list.keys()
    assert len(common) == 2
    for identifier in common:
        for field in ("created", "labels", "parent_id", "repo_tags"):
            assert by_inspect[identifier][field] == by_list[identifier][field]


def test_podmans_own_disk_usage() -> None:
    images, codes = outcome(captured("podman-5.4_libpod_df.json"))
    assert codes == ["W_PODMAN_DF"]
    assert sorted(len(image["repo_tags"]) for image in images) == [0, 0, 3]


def test_summaries_pass_through() -> None:
    summaries, _codes = outcome(LIST)
    result = {**DONE, "images": summaries, "engine": {}, "totals": {}, "missing": [], "can_talk_to_docker": True}
    for form in (summaries, list(reversed(summaries)), result, {"images": summaries}, json.dumps(summaries)):
        assert outcome(form) == (summaries, [])
    assert outcome(summaries[0]) == ([summaries[0]], [])


def test_some_fields_are_filled_up() -> None:
    result = {**DONE, "images": [{"id": A, "size": 5}], "engine": {}, "totals": {}}
    images, codes = outcome(result)
    assert (images[0]["size"], images[0]["repo_tags"], images[0]["created"], codes) == (5, [], 0, [])
    assert complaint({**DONE, "images": [{"size": 5, "repo_tags": []}]}).startswith("E_NO_ID: images[0] lacks id")


def test_further_facts_of_a_plan_are_not_fields() -> None:
    fact = {"id": A, "repo_tags": ["a:1"], "last_used": 5, "pinned": True, "in_use_by": ["web"]}
    assert outcome([{**fact, "repo_digests": []}])[0][0]["repo_tags"] == ["a:1"]
