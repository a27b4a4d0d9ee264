# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of the image that an image was built on, and of its own layers, where layers were asked for."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..quantities import parse_integer

OWN_SIZE = "own_size"
BASE_SIZE = "base_size"


class LayerSizes(t.NamedTuple):
    """-1 where a size is not known. The base is not known of an image that has none, either."""

    base_size: int
    own_size: int

    def growth_since(self, before: LayerSizes) -> tuple[int, int] | None:
        """By how much the base and the own layers grew; None unless all four are known."""
        if min(*self, *before) < 0:
            return None
        return self.base_size - before.base_size, self.own_size - before.own_size


def read_layer_sizes(data: Mapping[str, t.Any], where: str) -> LayerSizes:
    """From an image with ``own_size``, and ``base_size`` or the ``base`` that modules return. Raises InputError."""
    below, place = data.get(BASE_SIZE), f"{where}.{BASE_SIZE}"
    base = data.get("base")
    if BASE_SIZE not in data and isinstance(base, Mapping):
        below, place = base.get("size"), f"{where}.base.size"
    return LayerSizes(_size(below, place), _size(data.get(OWN_SIZE), f"{where}.{OWN_SIZE}"))


def _size(value: t.Any, where: str) -> int:
    return -1 if value is None else max(-1, parse_integer(value, where))
