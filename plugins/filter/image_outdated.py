# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images and what a registry says of their tags to rows that say which are outdated."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import from_template


def image_outdated(images: t.Any, references: t.Any) -> list[dict[str, t.Any]]:
    """One row for each tag of each image."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.registry.outdated import outdated_rows

    with from_template() as plain:
        return outdated_rows(plain(images), plain(references))


class FilterModule:
    """The image_outdated filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_outdated": image_outdated}
