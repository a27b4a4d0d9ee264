# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter image_prune_plan: image summaries and a policy in, a plan out. Documented in image_prune_plan.yml."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import (
    collector_paused,
    current_time,
    from_template,
)


def image_prune_plan(
    images: t.Any,
    policy: t.Any = None,
    now: t.Any = None,
    layers_size: t.Any = None,
    disk: t.Any = None,
    build_cache_shared: t.Any = None,
) -> dict[str, t.Any]:
    """Decide about every image."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import (
        plan_from_options,
        policy_now,
    )
    from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import to_epoch

    with from_template() as plain, collector_paused():
        options = {} if policy is None else plain(policy)
        moment = to_epoch(plain(now), "now", "E_NOW") or policy_now(options) or current_time()
        plan = plan_from_options(
            plain(images), options, moment, plain(layers_size), plain(disk), plain(build_cache_shared)
        )
        return {**plan.to_dict()}


class FilterModule:
    """The image_prune_plan filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_prune_plan": image_prune_plan}
