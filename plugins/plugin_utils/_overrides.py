# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``overrides``: options that win over those of the task, into which Ansible has merged module_defaults.

Note that this plugin util is **private** to the collection. It can have breaking changes at any time.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.container_ops.images.plugins.module_utils._argspec import ENGINE_OPTIONS
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.fields import list_of, mapping_of
from ansible_collections.container_ops.images.plugins.plugin_utils._filters import from_template

Options = dict[str, t.Any]

_CANONICAL = {alias: name for name, option in ENGINE_OPTIONS.items() for alias in option.get("aliases", ())}
_WHICH_ENGINE = ("docker_host", "docker_context")


def with_overrides(arguments: Mapping[str, t.Any]) -> Options:
    """The arguments of a module, with those that ``overrides`` holds in their places. Raises InputError."""
    result = dict(arguments)
    for layer in _layers(result.pop("overrides", None)):
        result = _merged(result, layer)
    return result


def with_policy_overrides(arguments: Mapping[str, t.Any]) -> Options:
    """The same for a module with the options of a prune policy. Those that protect images are merged.

    Raises AnsibleFilterError, too, without text that ansible-vault keeps.
    """
    # Imported here: most tasks come without.
    if arguments.get("overrides") is None:
        return with_overrides(arguments)
    from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy_merge import merge_policies

    result = dict(arguments)
    layers = _layers(result.pop("overrides"))
    with from_template() as plain:
        for layer in layers:
            policy = merge_policies(_policy_of(result, plain), _policy_of(layer, plain))
            result = {**_merged(result, layer), **policy}
    return result


def _layers(overrides: t.Any) -> list[Options]:
    """The dictionaries of the option, without what was not given, and each option under its own name."""
    layers = [overrides] if isinstance(overrides, Mapping) else list_of(overrides, "overrides", "dictionaries")
    return [_given(mapping_of(layer, f"overrides[{index}]")) for index, layer in enumerate(layers)]


def _given(layer: Mapping[str, t.Any]) -> Options:
    given = {_CANONICAL.get(key, key): value for key, value in layer.items() if value is not None}
    # As for an environment variable: an address that is set to nothing must not mean the default engine.
    return {key: value for key, value in given.items() if value != "" or key not in ENGINE_OPTIONS}


def _merged(arguments: Options, layer: Options) -> Options:
    result = {_CANONICAL.get(key, key): value for key, value in arguments.items()}
    if any(key in layer for key in _WHICH_ENGINE):
        # Two names for the engine are mutually exclusive, so the later one takes the place of the earlier.
        result = {key: value for key, value in result.items() if key not in _WHICH_ENGINE}
    return {**result, **layer}


def _policy_of(arguments: Options, plain: Callable[[t.Any], t.Any]) -> Options:
    """The options of a policy, with the types that the module would give them. Raises InputError."""
    from ansible_collections.container_ops.images.plugins.module_utils._prune.policy_options import (
        POLICY_OPTIONS,
        given,
    )

    policy = {key: plain(arguments[key]) for key in POLICY_OPTIONS if arguments.get(key) is not None}
    checked = ArgumentSpecValidator({key: POLICY_OPTIONS[key] for key in policy}).validate(policy)
    if checked.error_messages:
        raise InputError(checked.error_messages[0])
    return t.cast("Options", given(checked.validated_parameters))
