# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan knows about the bytes of a host."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..budget import Disk
    from .layers import Forest


class Figures(t.NamedTuple):
    """What the engine and the host report, in bytes; ``None`` is not known."""

    total: int | None
    """LayersSize of the engine's disk usage."""
    held: int
    """Bytes that build cache or containers hold outside of the list of images."""
    disk: Disk | None
    obstacles: tuple[str, ...]
    """Sentences: why the bytes cannot be exact, whatever the policy asks for."""
    comparable: bool = True
    """Whether the total counts the same bytes as the sizes of images do."""
    counts_containers: bool = False
    """Whether the total counts what containers wrote, too: then it says nothing about the least that images free."""
    sizes_are_of_layers: bool = False
    """Whether a size counts layers alone, as with graph drivers. Elsewhere it counts some documents and misses others,
    such as the index of a multi-platform image, so not even equal bounds are exact."""
    build_cache: int = -1
    """Bytes of build cache apart from layers of images, -1 if that is not known."""
    forest: Forest | None = None
    """The layers of all images, if they were put in order already."""
