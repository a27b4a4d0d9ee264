# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_summary filter in real templating runs: every worked case, and what the user reads."""

from __future__ import annotations

import inspect
import json
import pathlib
import time
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.utils.display import Display

from ansible_collections.container_ops.images.plugins.filter.image_summary import image_summary
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    captured,
    outcome,
    worked_cases,
)
from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

FILTER = "listing | container_ops.images.image_summary"
CASES = worked_cases()
A = "sha256:" + "a" * 64


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The warnings that Ansible shows."""
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, message, *_args, **_options: shown.append(message))
    return shown


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
@pytest.mark.parametrize("form", ["data", "text"])
@pytest.mark.parametrize("arguments", ["source=source, engine=engine", ""], ids=["named", "auto"])
def test_worked_case(case: dict[str, t.Any], form: str, arguments: str, warnings: list[str]) -> None:
    listing = json.dumps(case["payload"]) if form == "text" else case["payload"]

    def run() -> t.Any:
        return evaluate(f"{FILTER}({arguments})", listing=listing, source=case["source"], engine=case["engine"])

    if isinstance(case["expect"], dict):
        assert outcome(listing, case["source"], case["engine"])[0] == case["expect"]
        with pytest.raises(AnsibleError):
            run()
    else:
        assert run() == case["expect"]
    assert len(warnings) == len(case["warnings"])


@pytest.mark.parametrize(
    "name", ["docker-29.7-ctrd_df.json", "podman-4.3_cli_images.json", "docker-20.10_cli_image_ls.txt"]
)
def test_whole_replies(name: str, warnings: list[str]) -> None:
    text = captured(name)
    expected, codes = outcome(text)
    assert evaluate(FILTER, listing=text) == expected
    assert (
        evaluate(FILTER, listing={"changed": False, "rc": 0, "stdout": text, "stdout_lines": text.split("\n")})
        == expected
    )
    assert len(warnings) == 2 * len(codes)


@pytest.mark.parametrize(
    "expression, message",
    [
        (
            "[{'Id': id, 'Size': 'abc'}] | container_ops.images.image_summary",
            'images[0].Size must be an integer, got "abc"',
        ),
        ("'' | container_ops.images.image_summary", "the reply is empty"),
        ("'<html>' | container_ops.images.image_summary('list')", "got an HTML page instead of JSON"),
        ("5 | container_ops.images.image_summary", "cannot recognise this listing of images: got 5"),
        ("[] | container_ops.images.image_summary('docker')", "source must be one of auto, list, df, inspect"),
        ("[] | container_ops.images.image_summary(engine='x')", "engine must be one of auto, docker, podman, finch"),
        ("{'failed': true, 'msg': 'no'} | container_ops.images.image_summary", 'the registered task failed: "no"'),
    ],
)
def test_errors_reach_the_user(expression: str, message: str) -> None:
    with pytest.raises(AnsibleError) as caught:
        evaluate(expression, id=A)
    assert message in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_lossy_sources_say_so(warnings: list[str]) -> None:
    evaluate(FILTER, listing={"images": [{"id": A, "size": "7"}]})
    [warning] = warnings
    assert warning.startswith("crictl images prints no dates, labels, parents or containers, and under containerd")


def test_templates_in_labels_stay_text() -> None:
    labels = {"a": "{{ 7 * 7 }}", "{{ 3 }}": "{% raw %}"}
    row = {"Id": A, "RepoTags": ["a:1"], "Size": 1, "Labels": labels}
    for listing in ([row], json.dumps([row])):
        assert evaluate(FILTER, listing=listing)[0]["labels"] == labels


def test_generators_of_jinja_are_lists() -> None:
    rows = [{"Id": A, "Size": 1}, {"Id": "sha256:" + "b" * 64, "Size": 2}]
    found = evaluate("listing | selectattr('Size', 'gt', 1) | container_ops.images.image_summary", listing=rows)
    assert [image["size"] for image in found] == [2]


def test_the_answer_is_plain_data() -> None:
    row = {"Id": A, "RepoTags": ["a:1"], "Size": "5", "Labels": {"a": "b"}}
    [image] = image_summary([row])
    assert {type(value) for value in (image, *image.values())} <= {dict, list, str, int, type(None)}
    assert image["labels"] is not row["Labels"]


def test_signature_and_documentation_agree() -> None:
    sidecar = pathlib.Path(inspect.getfile(image_summary)).with_suffix(".yml")
    options = yaml.safe_load(sidecar.read_text(encoding="utf-8"))["DOCUMENTATION"]["options"]
    documented = {name: option.get("default") for name, option in options.items() if name != "_input"}
    arguments = inspect.signature(image_summary).parameters
    assert {name: each.default for name, each in arguments.items() if name != "listing"} == documented


def test_ten_thousand_images_as_text() -> None:
    rows = [{"Id": f"sha256:{number:064x}", "RepoTags": [f"a:{number}"], "Size": number} for number in range(10000)]
    text = json.dumps(rows)
    started = time.process_time()
    assert evaluate(f"{FILTER} | length", listing=text) in (10000, "10000")
    # Half a second is usual; as data it would take seconds. Coverage makes it slower.
    assert time.process_time() - started < 4
