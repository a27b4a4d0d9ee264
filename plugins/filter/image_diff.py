# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two images with their layers to what changed between them."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import from_template


def image_diff(image: t.Any, old: t.Any) -> dict[str, t.Any]:
    """What is new, gone and the same in an image, compared with an old one."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.layers.layer_diff import image_diff as diff

    with from_template() as plain:
        return diff(plain(image), plain(old))


class FilterModule:
    """The image_diff filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_diff": image_diff}
