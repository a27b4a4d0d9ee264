# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action plugins of modules with the option ``overrides`` share.

Note that this plugin util is **private** to the collection. It can have breaking changes at any time.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.plugins.action import ActionBase

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.plugin_utils._overrides import Options, with_overrides

Result = dict[str, t.Any]


class OverridingAction(ActionBase):
    """Runs a module with the arguments that are left when ``overrides`` has won."""

    _supports_async = True
    module = ""
    """Its full name: the task may use a shorter one."""

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Merge, and run the module."""
        del tmp
        super().run(None, task_vars)
        try:
            arguments = self.merged(self._task.args)
        except (InputError, AnsibleFilterError) as exc:
            return failure(str(exc))
        result: Result = self._execute_module(
            module_name=self.module, module_args=arguments, task_vars=task_vars, wrap_async=self._task.async_val
        )
        return result

    def merged(self, arguments: t.Mapping[str, t.Any]) -> Options:
        """The arguments without ``overrides``. Raises InputError."""
        return with_overrides(arguments)


def failure(message: str) -> Result:
    """A result rather than an exception: ansible-core before 2.19 would print an empty traceback beside it."""
    return {"failed": True, "msg": message, "can_talk_to_docker": False}
