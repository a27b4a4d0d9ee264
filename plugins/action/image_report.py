# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of image_report: the option ``overrides``."""

from __future__ import annotations

from ansible_collections.container_ops.images.plugins.plugin_utils._overriding_action import OverridingAction


class ActionModule(OverridingAction):
    """Runs the module."""

    module = "container_ops.images.image_report"
