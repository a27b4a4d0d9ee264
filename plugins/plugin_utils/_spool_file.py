# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write spool files on the controller; the workers of many hosts do so at the same time.

Note that this plugin util is **private** to the collection. It can have breaking changes at any time.
"""

from __future__ import annotations

import os
import tempfile
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import spool_lines, spool_name


def write_spool(directory: str, host: str, result: t.Mapping[str, t.Any], now: int) -> str:
    """Write the spool file of one host and return its path. Readers see the old file or the complete new one.

    The mode is 0600, because labels may be confidential. Raises OSError.
    """
    os.makedirs(directory, mode=0o700, exist_ok=True)
    path = os.path.join(directory, spool_name(host))
    # In the same directory, because renames are atomic only there; hidden, so that readers ignore it.
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=directory)
    try:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.writelines(spool_lines(host, result, now))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path
