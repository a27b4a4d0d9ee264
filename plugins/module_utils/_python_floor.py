# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End a module on a Python that is too old, with one sentence. Each module imports this first.

ansible-core 2.17 to 2.19 also run modules on Python 3.7 and 3.8, which cannot import the rest of the collection.
ansible.module_utils.basic does the same for the oldest Python of ansible-core.
"""

from __future__ import annotations

import json
import sys

OLDEST = (3, 9)

if sys.version_info < OLDEST:
    needed, current = (".".join(map(str, version)) for version in (OLDEST, sys.version_info[:3]))
    message = (
        f"The collection container_ops.images needs Python {needed} or newer on the managed host, and {sys.executable}"
        f" is {current}: set ansible_python_interpreter to a newer Python."
    )
    sys.stdout.write(json.dumps({"failed": True, "msg": message}) + "\n")
    raise SystemExit(1)
