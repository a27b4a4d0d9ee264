# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_select filter: image summaries and a selector in, the summaries that match out."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import current_time, from_template


def image_select(
    images: t.Any,
    states: t.Any = None,
    repositories: t.Any = None,
    tags: t.Any = None,
    references: t.Any = None,
    label_selectors: t.Any = None,
    match_expressions: t.Any = None,
    larger_than: t.Any = None,
    smaller_than: t.Any = None,
    older_than: t.Any = None,
    unused_for: t.Any = None,
    now: t.Any = None,
) -> list[dict[str, t.Any]]:
    """The summaries that fulfil every condition, with the keys they came with and in the order they came in."""
    options = dict(locals())  # the arguments are the selector's keys, but for two
    del options["images"], options["now"]
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.image.select_dicts import select_dicts

    with from_template() as plain:
        return select_dicts(plain(images), plain(options), current_time() if now is None else plain(now))


class FilterModule:
    """The image_select filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_select": image_select}
