# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The misspelt_names filter: names in, those that are nearly a known one out."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import from_template


def misspelt_names(names: t.Any, known: t.Any) -> dict[str, str]:
    """The known name that each of these was probably meant to be."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.misspelt import misspelt

    with from_template() as plain:
        return misspelt(plain(names), plain(known))


class FilterModule:
    """The misspelt_names filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"misspelt_names": misspelt_names}
