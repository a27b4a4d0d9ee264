# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of image_prune and image_report: overrides win, and the module runs with what is left."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader

from ansible_collections.container_ops.images.plugins.action import image_prune, image_report

Call = dict[str, t.Any]


def run(
    plugin: t.Any, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, t.Any], async_val: int = 0
) -> tuple[dict[str, t.Any], list[Call]]:
    """The result of one task, and how the module was run; only the way to the managed host is replaced."""
    calls: list[Call] = []

    def execute(_action: t.Any, **call: t.Any) -> dict[str, t.Any]:
        calls.append(call)
        return {"changed": True}

    monkeypatch.setattr(plugin.ActionModule, "_execute_module", execute)
    task, loader, context = Task(), DataLoader(), PlayContext()
    task.args, task.async_val = arguments, async_val
    connection = connection_loader.get("ansible.builtin.local", context)
    result = plugin.ActionModule(task, connection, context, loader, None, None).run(None, {})
    return result, calls


@pytest.mark.parametrize(
    "plugin, policy", [(image_prune, {"keep_tags": ["a", "b"]}), (image_report, {"keep_tags": ["b"]})]
)
@pytest.mark.parametrize("async_val", [0, 30])
def test_the_module_runs_with_what_is_left(
    monkeypatch: pytest.MonkeyPatch, plugin: t.Any, policy: t.Any, async_val: int
) -> None:
    arguments = {
        "docker_url": "unix:///a",
        "keep_tags": ["a"],
        "overrides": [{"docker_host": "unix:///b"}, {"keep_tags": ["b"]}],
    }
    result, (call,) = run(plugin, monkeypatch, arguments, async_val)
    assert result == {"changed": True}
    assert call["module_name"] == "container_ops.images." + Path(plugin.__file__).stem
    assert call["module_args"] == {"docker_host": "unix:///b", **policy}
    assert call["wrap_async"] == async_val


@pytest.mark.parametrize(
    "plugin, overrides, message",
    [
        (image_prune, 5, "overrides must be a list of dictionaries, got 5"),
        (image_prune, [{"keep_last": "many"}], "keep_last"),
        (image_report, [5], "overrides[0] must be a dictionary, got 5"),
    ],
)
def test_what_cannot_be_read_runs_no_module(
    monkeypatch: pytest.MonkeyPatch, plugin: t.Any, overrides: t.Any, message: str
) -> None:
    result, calls = run(plugin, monkeypatch, {"overrides": overrides})
    assert calls == [] and result["failed"] is True and message in result["msg"]
    assert result["can_talk_to_docker"] is False
