# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of image_summary_info: which module it runs, and what the spool file holds whatever happens.

Only the way to the managed host is replaced; the task, the loader and the files are real.
"""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader

from ansible_collections.container_ops.images.plugins.action.image_summary_info import ActionModule
from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import parse_header

IMAGES = [{"id": "sha256:" + "a" * 64, "size": 5}]
RESULT = {
    "changed": False,
    "images": IMAGES,
    "totals": {"images": 1, "layers_size": None},
    "engine": None,
    "missing": [],
}


def fail(error: BaseException) -> t.NoReturn:
    raise error


class EndOfTask(BaseException):
    """As the timeout of a task is in some versions of ansible-core: not an Exception."""


class Action:
    """One task on the host web01 with a module that answers as it is told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.answer: t.Any = RESULT
        self.calls: list[dict[str, t.Any]] = []
        monkeypatch.setattr(ActionModule, "_execute_module", self._execute_module)

    def _execute_module(self, **call: t.Any) -> t.Any:
        self.calls.append(call)
        return dict(self.answer) if isinstance(self.answer, dict) else fail(self.answer)

    def __call__(self, check_mode: bool = False, async_val: int = 0, **arguments: t.Any) -> dict[str, t.Any]:
        task, loader = Task(), DataLoader()
        task.args, task.check_mode, task.async_val = arguments, check_mode, async_val
        loader.set_basedir(str(self.folder))
        context = PlayContext()
        connection = connection_loader.get("ansible.builtin.local", context)
        action = ActionModule(task, connection, context, loader, None, None)
        result: dict[str, t.Any] = action.run(None, {"inventory_hostname": "web01"})
        return result

    def header(self) -> t.Any:
        """The first line of the host's file."""
        with open(self.folder / "spool" / "web01.jsonl", "rb") as file:
            return parse_header(file.readline())

    def files(self) -> list[str]:
        """What lies in the folder, at any depth."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*"))


@pytest.fixture
def action(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Action:
    return Action(tmp_path, monkeypatch)


def test_without_a_spool_the_result_is_that_of_the_module(action: Action) -> None:
    assert action(names=["x"], docker_host="unix:///x") == RESULT
    (call,) = action.calls
    assert call["module_name"] == "container_ops.images.image_summary_info"
    assert call["module_args"] == {"names": ["x"], "docker_host": "unix:///x"}
    assert call["wrap_async"] == 0 and action.files() == []


def test_archives_are_read_by_their_own_module_which_knows_no_engine(action: Action) -> None:
    action(archives=["x.tar"], all=True, containers=False, shared_size=True, fields=["id"])
    (call,) = action.calls
    assert call["module_name"] == "container_ops.images.image_archive_info"
    assert call["module_args"] == {"archives": ["x.tar"], "fields": ["id"]}


def test_no_archives_are_archives(action: Action) -> None:
    """An empty list is what a template makes of a pattern that matches nothing: this host's engine was not meant."""
    action(archives=[])
    assert action.calls[0]["module_name"] == "container_ops.images.image_archive_info"


def test_overrides_say_which_module_runs_and_where_the_images_go(action: Action) -> None:
    spool = str(action.folder / "spool")
    result = action(docker_host="unix:///x", all=True, overrides=[{"archives": ["x.tar"]}, {"spool_dir": spool}])
    (call,) = action.calls
    assert call["module_name"] == "container_ops.images.image_archive_info"
    assert call["module_args"] == {"docker_host": "unix:///x", "archives": ["x.tar"]}
    assert result["spool"] == f"{spool}/web01.jsonl"


def test_overrides_that_cannot_be_read_replace_the_file_of_an_earlier_run(action: Action) -> None:
    spool = str(action.folder / "spool")
    action(spool_dir=spool)
    result = action(spool_dir=spool, overrides="x")
    message = 'overrides must be a list of dictionaries, got "x"'
    assert (result["failed"], result["msg"], len(action.calls)) == (True, message, 1)
    assert (action.header().status, action.header().message) == ("failed", message)


def test_an_asynchronous_task_is_wrapped(action: Action) -> None:
    assert action(async_val=30) == RESULT
    assert action.calls[0]["wrap_async"] == 30


def test_images_go_to_the_file_and_not_into_the_result(action: Action) -> None:
    result = action(spool_dir=str(action.folder / "spool"))
    assert result == {
        **{key: value for key, value in RESULT.items() if key != "images"},
        "spool": str(action.folder / "spool" / "web01.jsonl"),
    }
    assert "spool_dir" not in action.calls[0]["module_args"]
    assert (action.header().status, action.header().images) == ("reported", 1)
    lines = (action.folder / "spool" / "web01.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines[1:]] == IMAGES


def test_a_relative_directory_is_that_of_the_play(action: Action) -> None:
    assert action(spool_dir="spool")["spool"] == str(action.folder / "spool" / "web01.jsonl")
    assert action.files() == ["spool", "spool/web01.jsonl"]


def test_check_mode_names_the_file_and_writes_none(action: Action) -> None:
    result = action(check_mode=True, spool_dir="spool")
    assert result["spool"] == str(action.folder / "spool" / "web01.jsonl") and "images" not in result
    action.answer = AnsibleError("boom")
    with pytest.raises(AnsibleError):
        action(check_mode=True, spool_dir="spool")
    assert action.files() == []


@pytest.mark.parametrize(
    "problem, status, message",
    [
        (AnsibleConnectionFailure("no route to host"), "unreachable", "no route to host"),
        (AnsibleError("boom"), "failed", "boom"),
        (OSError(28, "No space left on device"), "failed", "No space left on device"),
        (ValueError("odd"), "failed", "odd"),
        (EndOfTask(), "failed", "the task was ended by EndOfTask"),
        (KeyboardInterrupt(), "failed", "the task was ended by KeyboardInterrupt"),
    ],
)
def test_what_ends_the_task_is_in_the_file_and_raised_all_the_same(
    action: Action, problem: BaseException, status: str, message: str
) -> None:
    action(spool_dir="spool")
    action.answer = problem
    with pytest.raises(type(problem)) as caught:
        action(spool_dir="spool")
    assert caught.value is problem
    assert (action.header().status, action.header().images) == (status, 0)
    assert message in action.header().message


@pytest.mark.parametrize(
    "answer, status",
    [
        ({"failed": True, "msg": "no engine"}, "failed"),
        ({"unreachable": True, "msg": "no engine"}, "unreachable"),
        ({"unreachable": True, "failed": True, "msg": "no engine"}, "unreachable"),
    ],
)
def test_a_result_that_is_a_failure_is_spooled_and_returned(
    action: Action, answer: dict[str, t.Any], status: str
) -> None:
    action.answer = answer
    assert action(spool_dir="spool") == {**answer, "spool": str(action.folder / "spool" / "web01.jsonl")}
    assert (action.header().status, action.header().message) == (status, "no engine")


@pytest.mark.parametrize(
    "task, message",
    [
        ({"fields": ["id"]}, "spool_dir and fields are mutually exclusive: a report needs all fields"),
        ({"async_val": 30}, "spool_dir does not work with async: the task ends before there is a result"),
    ],
)
def test_a_task_that_cannot_be_spooled_runs_no_module_and_keeps_no_old_file(
    action: Action, task: dict[str, t.Any], message: str
) -> None:
    action(spool_dir="spool")
    result = action(spool_dir="spool", **task)
    assert (result["failed"], result["msg"]) == (True, message)
    assert len(action.calls) == 1
    assert (action.header().status, action.header().message) == ("failed", message)


@pytest.mark.parametrize("images", ["[]", 5, {"a": 1}, True])
def test_a_host_that_returns_something_else_than_a_list_has_failed(action: Action, images: t.Any) -> None:
    action.answer = {**RESULT, "images": images}
    assert action(spool_dir="spool")["msg"] == "the managed host returned images that are not a list"
    assert action.header().status == "failed"


@pytest.mark.parametrize("name", ["a\0b", "a\ud800", "file/spool", "x" * 300])
def test_a_directory_that_cannot_be_is_one_sentence(action: Action, name: str) -> None:
    (action.folder / "file").touch()
    result = action(spool_dir=name)
    assert result["failed"] is True and result["msg"].startswith("cannot write the spool file in ")
    action.answer = AnsibleConnectionFailure("no route to host")
    with pytest.raises(AnsibleConnectionFailure, match="no route to host"):
        action(spool_dir=name)
    assert action.files() == ["file"]


@pytest.mark.parametrize("value", [["spool"], {"a": 1}, 5, True])
def test_a_directory_is_text(action: Action, value: t.Any) -> None:
    assert action(spool_dir=value)["msg"].startswith("spool_dir must be a path, got ")
    assert action.files() == [] and action.calls == []


def test_the_directory_is_for_its_owner_alone(action: Action, tmp_path: Path) -> None:
    action(spool_dir="spool")
    assert os.stat(tmp_path / "spool").st_mode & 0o777 == 0o700
