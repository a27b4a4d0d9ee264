# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of everything that talks to an engine, and the one place where a module ends with it."""

from __future__ import annotations

import gc
import typing as t

from .._core.errors import InputError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible.module_utils.basic import AnsibleModule


class EngineError(Exception):
    """The engine could not be asked, or its answer cannot be used.

    ``message`` is a sentence for users, ``status`` the HTTP status if one came, ``can_talk`` whether an engine spoke.
    ``transport`` is set if no complete reply arrived, so that it is not known what the engine did.
    """

    transport = False

    def __init__(self, message: str, status: int | None = None, can_talk: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.can_talk = can_talk


def run_module(module: AnsibleModule, work: Callable[[], dict[str, t.Any]]) -> None:
    """End the module with what ``work`` returns, or with the sentence of its complaint. Either may have failed.

    fail_json() is called outside of ``except``: inside, ansible-core adds a traceback to the result.
    """
    failure: dict[str, t.Any] | None = None
    result: dict[str, t.Any] = {}
    # Images are not garbage until this process ends, but the collector would search them: 14 of 114 ms for 5,000.
    gc.disable()
    try:
        result = work()
    except EngineError as exc:
        failure = {"msg": exc.message, "can_talk_to_docker": exc.can_talk}
    except InputError as exc:
        failure = {"msg": str(exc), "can_talk_to_docker": False}
    if failure is not None:
        module.fail_json(**failure)
    (module.fail_json if result.get("failed") else module.exit_json)(**result)
