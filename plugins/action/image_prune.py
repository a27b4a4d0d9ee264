# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of image_prune: the option ``overrides``."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._overrides import Options, with_policy_overrides
from ansible_collections.container_ops.images.plugins.plugin_utils._overriding_action import OverridingAction


class ActionModule(OverridingAction):
    """Merges policies instead of replacing one by the other."""

    module = "container_ops.images.image_prune"

    def merged(self, arguments: t.Mapping[str, t.Any]) -> Options:
        """The arguments without ``overrides``. Raises InputError."""
        return with_policy_overrides(arguments)
