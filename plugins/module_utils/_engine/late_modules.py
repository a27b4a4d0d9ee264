# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What functions import when they need it, imported before threads do.

Ansible ships modules in a zip. Python 3.9 hands a module from a zip to other threads before it is complete: on a busy
machine 2 of 30 removals that went side by side failed with an ImportError.
"""

from __future__ import annotations


def import_late_modules() -> tuple[object, ...]:
    """To be called before a thread starts that talks to an engine; returns them."""
    from .._core import fields, json_text
    from .._core.image import platform, reference
    from .._core.listing import engine_replies
    from . import addresses, failures, patience

    return addresses, engine_replies, failures, fields, json_text, patience, platform, reference
