# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that several modules share, as values to be added up. Their documentation is in doc_fragments."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from ._core.errors import InputError


def environment(name: str) -> str:
    """A fallback of an option: like ansible's env_fallback, but a variable set to nothing counts as not set."""
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


# Every connection option of community.docker's modules, with its aliases, default and variable, so that one
# module_defaults block serves both. tests/unit/test_docs.py has theirs as a table.
ENGINE_OPTIONS: dict[str, dict[str, t.Any]] = {
    "docker_host": {
        "type": "str",
        "default": "unix:///var/run/docker.sock",
        "fallback": (environment, ["DOCKER_HOST"]),
        "aliases": ["docker_url"],
    },
    "docker_context": {"type": "str", "aliases": ["cli_context"]},
    "tls_hostname": {"type": "str", "fallback": (environment, ["DOCKER_TLS_HOSTNAME"])},
    "api_version": {
        "type": "str",
        "default": "auto",
        "fallback": (environment, ["DOCKER_API_VERSION"]),
        "aliases": ["docker_api_version"],
    },
    "timeout": {"type": "int", "default": 60, "fallback": (environment, ["DOCKER_TIMEOUT"])},
    "ca_path": {"type": "path", "aliases": ["ca_cert", "tls_ca_cert", "cacert_path"]},
    "client_cert": {"type": "path", "aliases": ["tls_client_cert", "cert_path"]},
    "client_key": {"type": "path", "aliases": ["tls_client_key", "key_path"]},
    "tls": {"type": "bool", "default": False, "fallback": (environment, ["DOCKER_TLS"])},
    "validate_certs": {
        "type": "bool",
        "default": False,
        "fallback": (environment, ["DOCKER_TLS_VERIFY"]),
        "aliases": ["tls_verify"],
    },
    "use_ssh_client": {"type": "bool", "default": False},
    "debug": {"type": "bool", "default": False},
    "podman_executable": {"type": "str", "default": "podman"},
}

# Of modules with an action plugin, which takes it; see plugin_utils/_overrides.py.
OVERRIDES: dict[str, dict[str, t.Any]] = {"overrides": {"type": "list", "elements": "dict"}}

USAGE_FILE: dict[str, dict[str, t.Any]] = {"usage_file": {"type": "path"}}

ENGINE_REQUIRED_TOGETHER = [("client_cert", "client_key")]

# Selector.parse() reads the values: it knows sizes, durations and patterns, and names the key in its messages.
SELECTOR_OPTIONS: dict[str, dict[str, t.Any]] = {
    "states": {"type": "list", "elements": "str", "choices": ["tagged", "digest_only", "dangling", "intermediate"]},
    "repositories": {"type": "list", "elements": "str"},
    "tags": {"type": "list", "elements": "str"},
    "references": {"type": "list", "elements": "str"},
    "label_selectors": {"type": "list", "elements": "str"},
    "match_expressions": {
        "type": "list",
        "elements": "dict",
        "options": {
            "key": {"type": "str", "required": True, "no_log": False},
            "operator": {
                "type": "str",
                "required": True,
                "choices": ["in", "not_in", "exists", "does_not_exist"],
            },
            "values": {"type": "list", "elements": "str"},
        },
    },
    "larger_than": {"type": "str"},
    "smaller_than": {"type": "str"},
    "older_than": {"type": "str"},
}


def refuse_overrides(params: t.Mapping[str, t.Any]) -> None:
    """Raises InputError if no action plugin has read them: without them, another engine would be asked."""
    if params["overrides"] is not None:
        raise InputError("overrides are read by the action plugin of this module, which did not run")
