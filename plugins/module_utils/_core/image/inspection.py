# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``GET /images/{id}/json`` says of an image beside its summary."""

from __future__ import annotations

import typing as t

from ..fields import any_texts_of, mapping_of


def layers_of(reply: t.Any) -> tuple[str, ...]:
    """RootFS diff IDs, bottom up. Raises InputError."""
    mapping_of(reply, "the inspection of an image", code="E_TYPE_ITEM")
    rootfs = reply.get("RootFS")
    # Null and absent both mean that there is no layer.
    found = rootfs.get("Layers") if isinstance(rootfs, dict) else None
    return tuple(any_texts_of(found, "RootFS.Layers", "E_TYPE_layers", may_be_null=True))
