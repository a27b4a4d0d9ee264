# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Play the captured replies of an engine that is in no package, on a socket of the lab."""

from __future__ import annotations

import json
import pathlib
import sys
import time

from engines.daemons import SOCKET

UNIT_TESTS = pathlib.Path(__file__).resolve().parents[2] / "unit/plugins/module_utils/_engine"


def serve_replay(folder: pathlib.Path, replies: pathlib.Path) -> None:
    """Answer with the replies of a JSON file, request line to body, until the lab is taken down."""
    sys.path.append(str(UNIT_TESTS))
    from scripted_engine import ScriptedEngine  # type: ignore[import-not-found]  # the server that the unit tests use, too

    script = json.loads(replies.read_text(encoding="utf-8"))
    with ScriptedEngine(script) as engine:
        path = folder / SOCKET
        path.symlink_to(engine.docker_host.partition("://")[2])
        # Servers were seen to outlive a lab: without its folder nobody can ask this one, nor find it to end it.
        while path.is_symlink():
            time.sleep(1)
