# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of image_summary_info: with ``spool_dir``, images go to a file instead of into the result."""

from __future__ import annotations

import contextlib
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError, shown
from ansible_collections.container_ops.images.plugins.plugin_utils._filters import current_time
from ansible_collections.container_ops.images.plugins.plugin_utils._overrides import with_overrides
from ansible_collections.container_ops.images.plugins.plugin_utils._overriding_action import failure

ENGINE_FACTS = ("all", "containers", "shared_size", "usage", "usage_file", "usage_within")


class ActionModule(ActionBase):
    """Runs the module; a worker process holds the images of one host, the main process none."""

    _supports_async = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module and, with spool_dir, write its result to a file, also if it failed."""
        del tmp
        super().run(None, task_vars)
        arguments, problem = dict(self._task.args), None
        try:
            arguments = with_overrides(self._task.args)
        except InputError as exc:
            problem = failure(str(exc))
        spool_dir = arguments.pop("spool_dir", None)
        if not spool_dir:
            return problem or self._run_module(arguments, task_vars)
        if not isinstance(spool_dir, str):
            return failure(f"spool_dir must be a path, got {shown(spool_dir)}")
        try:
            result = problem or self._spoolable(arguments, task_vars)
        # A timeout of the task is not an Exception. Whatever it was, the file of an earlier run must not be kept.
        except BaseException as exc:
            status = "unreachable" if isinstance(exc, AnsibleConnectionFailure) else "failed"
            message = str(exc) or f"the task was ended by {type(exc).__name__}"
            with contextlib.suppress(OSError, ValueError):
                self._spool(spool_dir, {status: True, "msg": message}, task_vars)
            raise
        try:
            path = self._spool(spool_dir, result, task_vars)
        except (OSError, ValueError) as exc:  # the latter: a NUL, or what is not Unicode
            return failure(f"cannot write the spool file in {spool_dir}: {getattr(exc, 'strerror', exc)}")
        return {**{key: value for key, value in result.items() if key != "images"}, "spool": path}

    def _spoolable(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        if arguments.get("fields"):
            return failure("spool_dir and fields are mutually exclusive: a report needs all fields")
        if self._task.async_val:
            return failure("spool_dir does not work with async: the task ends before there is a result")
        result = self._run_module(arguments, task_vars)
        if not isinstance(result.get("images") or [], list):
            return failure("the managed host returned images that are not a list")
        return result

    def _run_module(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        """Run the module for the source. The one for archives does not have the options about facts of engines."""
        name = "image_summary_info" if arguments.get("archives") is None else "image_archive_info"
        if name == "image_archive_info":
            arguments = {key: value for key, value in arguments.items() if key not in ENGINE_FACTS}
        result: dict[str, t.Any] = self._execute_module(
            module_name=f"container_ops.images.{name}",
            module_args=arguments,
            task_vars=task_vars,
            wrap_async=self._task.async_val,
        )
        return result

    def _spool(self, spool_dir: str, result: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> str:
        """Write the file, unless in check mode. Returns its path. Raises OSError and ValueError."""
        # Imported here: this plugin runs for every image_summary_info, and most tasks spool nothing.
        import os

        from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import spool_name
        from ansible_collections.container_ops.images.plugins.plugin_utils._spool_file import write_spool

        host = str((task_vars or {})["inventory_hostname"])
        # As a module that runs on the controller understands a relative path.
        directory = self._loader.path_dwim(spool_dir)
        if self._task.check_mode:
            return os.path.join(directory, spool_name(host))
        return write_spool(directory, host, result, current_time())
