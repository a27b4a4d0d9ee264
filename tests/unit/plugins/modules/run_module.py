# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module's main() in this process, with its real argument handling, and read its result."""

from __future__ import annotations

import gc
import json
import typing as t

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings

if t.TYPE_CHECKING:
    from collections.abc import Callable


class Run:
    """Calls main() as Ansible does: arguments in, JSON out, end by SystemExit."""

    def __init__(self, main: Callable[[], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self._main, self._monkeypatch, self._capsys = main, monkeypatch, capsys
        self.warnings = ""
        """What the last run warned of, as text."""

    def __call__(self, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """The result, whether it failed or not."""
        arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check_mode}}
        self._monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(arguments).encode())
        # Since ansible-core 2.19 the arguments come with the name of their serialization.
        self._monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        self._capsys.readouterr()
        # Those of the run before: ansible-core collects them for a process.
        warnings._global_warnings.clear()
        try:
            with pytest.raises(SystemExit) as ended:
                self._main()
        finally:
            # The module's process ends here; this one goes on.
            gc.enable()
            warnings._global_warnings.clear()
        output = self._capsys.readouterr()
        result: dict[str, t.Any] = json.loads(output.out)
        result.pop("_ansible_new_secrets", None)  # what the controller of ansible-core 2.22 must mask, for it alone
        # Where a test has loaded the controller's part of ansible-core, warnings are printed, not returned.
        self.warnings = json.dumps(result.get("warnings", [])) + output.err
        assert "Traceback" not in output.out + output.err and "exception" not in result
        assert (ended.value.code != 0) == result.get("failed", False)
        return result

    def failure(self, **options: t.Any) -> str:
        """The sentence of a run that must fail."""
        result = self(**options)
        assert result["failed"] is True
        assert result["msg"].count("\n") == 0
        message: str = result["msg"]
        return message
