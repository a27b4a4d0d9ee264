# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option overrides: what is left of a task's arguments."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.container_ops.images.plugins.module_utils._argspec import refuse_overrides
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.plugin_utils._overrides import (
    with_overrides,
    with_policy_overrides,
)

SOCKET, OTHER = "unix:///run/a.sock", "unix:///run/b.sock"

# (arguments, overrides, what is left)
CONNECTIONS: list[tuple[dict[str, t.Any], t.Any, dict[str, t.Any]]] = [
    ({"docker_host": SOCKET, "timeout": 5}, [], {"docker_host": SOCKET, "timeout": 5}),
    ({"docker_host": SOCKET, "timeout": 5}, [{"timeout": 9}], {"docker_host": SOCKET, "timeout": 9}),
    ({"docker_host": SOCKET}, [{"docker_host": OTHER}, {"tls": True}], {"docker_host": OTHER, "tls": True}),
    ({}, [{"timeout": 1}, {"timeout": 2}], {"timeout": 2}),
    ({"timeout": 5}, {"timeout": 9}, {"timeout": 9}),
    # Not given: null, and an address that is nothing.
    ({"docker_host": SOCKET}, [{"docker_host": None}], {"docker_host": SOCKET}),
    ({"docker_host": SOCKET}, [{"docker_host": ""}, {"docker_context": ""}], {"docker_host": SOCKET}),
    ({"validate_certs": True}, [{"validate_certs": False}], {"validate_certs": False}),
    # By any of its names.
    ({"docker_url": SOCKET}, [{"docker_host": OTHER}], {"docker_host": OTHER}),
    ({"docker_host": SOCKET}, [{"docker_url": OTHER}], {"docker_host": OTHER}),
    ({"tls_verify": True}, [{"validate_certs": False}], {"validate_certs": False}),
    # One engine at a time.
    ({"docker_host": SOCKET}, [{"docker_context": "build"}], {"docker_context": "build"}),
    ({"docker_host": SOCKET}, [{"cli_context": "build"}], {"docker_context": "build"}),
    ({"docker_context": "build"}, [{"docker_url": SOCKET}], {"docker_host": SOCKET}),
    ({"docker_context": "build", "timeout": 5}, [{"timeout": 9}], {"docker_context": "build", "timeout": 9}),
    # Whatever else a module takes.
    ({"archives": ["a.tar"]}, [{"shared_size": True}], {"archives": ["a.tar"], "shared_size": True}),
    ({"now": "1"}, [{"now": ""}], {"now": ""}),
]


@pytest.mark.parametrize("arguments, overrides, expected", CONNECTIONS)
@pytest.mark.parametrize("merge", [with_overrides, with_policy_overrides])
def test_what_is_left(
    merge: t.Callable[[t.Any], t.Any], arguments: dict[str, t.Any], overrides: t.Any, expected: dict[str, t.Any]
) -> None:
    given = {**arguments, "overrides": overrides}
    assert merge(given) == expected
    assert given == {**arguments, "overrides": overrides}


@pytest.mark.parametrize("merge", [with_overrides, with_policy_overrides])
def test_without_the_option_nothing_is_read(merge: t.Callable[[t.Any], t.Any]) -> None:
    arguments = {"docker_url": SOCKET, "docker_context": "", "keep_last": "x"}
    assert merge(arguments) == merge({**arguments, "overrides": None}) == arguments


def test_policies_are_merged_as_the_module_reads_them() -> None:
    arguments = {
        "docker_host": SOCKET,
        "keep_tags": "stable,latest",
        "keep_last": "3",
        "min_age": 3600,
        "states": ["tagged"],
        "overrides": [
            {"timeout": 9},
            {"keep_tags": ["v1"], "keep_last": "1", "min_age": "30m", "states": ["dangling"], "tags": None},
            {"rules": [{"name": "all", "action": "keep"}]},
        ],
    }
    assert with_policy_overrides(arguments) == {
        "docker_host": SOCKET,
        "timeout": 9,
        "keep_tags": ["stable", "latest", "v1"],
        "keep_last": 3,
        "min_age": "3600",
        "states": ["dangling"],
        "rules": [{"name": "all", "action": "keep"}],
    }


@pytest.mark.parametrize(
    "overrides, message",
    [
        ("docker_host", 'overrides must be a list of dictionaries, got "docker_host"'),
        ([{}, "x"], r'overrides\[1\] must be a dictionary, got "x"'),
    ],
)
@pytest.mark.parametrize("merge", [with_overrides, with_policy_overrides])
def test_what_is_no_list_of_dictionaries_is_refused(
    merge: t.Callable[[t.Any], t.Any], overrides: t.Any, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        merge({"overrides": overrides})


@pytest.mark.parametrize("policy", [{"keep_last": "many"}, {"keep_tags": {}}, {"rules": [{"name": "a"}]}])
def test_a_policy_that_the_module_would_refuse_is_refused(policy: dict[str, t.Any]) -> None:
    (key,) = policy
    with pytest.raises(AnsibleFilterError, match=key if key != "rules" else "action"):
        with_policy_overrides({"overrides": [policy]})


def test_a_module_refuses_overrides_that_nobody_has_read() -> None:
    refuse_overrides({"overrides": None})
    with pytest.raises(InputError, match="overrides are read by the action plugin"):
        refuse_overrides({"overrides": []})
