# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The render_image_report filter: a report document in, text in one format out."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import from_template


def render_image_report(report: t.Any, format: t.Any, **options: t.Any) -> str:
    """The report as text; options that the format does not have are errors."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render

    with from_template() as plain:
        return render(plain(report), plain(format), plain(options))


class FilterModule:
    """The render_image_report filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"render_image_report": render_image_report}
