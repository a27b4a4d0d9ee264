# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_summary filter: any listing of images in, image summaries out."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import from_template, warn


def image_summary(listing: t.Any, source: t.Any = "auto", engine: t.Any = "auto") -> list[dict[str, t.Any]]:
    """Image summaries, always with all ten fields, newest first; what the source leaves out becomes a warning."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize

    with from_template() as plain:
        found = summarize(plain(listing), plain(source), plain(engine))
    warn(found.warnings)
    return [image.to_dict() for image in found.images]


class FilterModule:
    """The image_summary filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_summary": image_summary}
