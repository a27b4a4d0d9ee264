# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result as a Markdown table."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from cells import ModuleProcess

HEAD = (
    "images",
    "task",
    "seconds",
    "to ping",
    "CPU to ping",
    "module alone, s",
    "its peak, MiB",
    "result, kB",
    "requests",
)


class Row(t.NamedTuple):
    """One cell at one number of images. Times are medians in seconds, ratios medians over the passes."""

    images: int
    name: str
    wall: float
    wall_ratio: float
    cpu_ratio: float
    module: ModuleProcess
    requests: int


def table(rows: Iterable[Row]) -> str:
    """Markdown, numbers to the right."""
    lines = ["| " + " | ".join(HEAD) + " |", "|--:|:--|" + "--:|" * (len(HEAD) - 2)]
    for row in rows:
        cells = [
            str(row.images),
            row.name,
            f"{row.wall:.3f}",
            f"{row.wall_ratio:.2f}",
            f"{row.cpu_ratio:.2f}",
            f"{row.module.wall:.3f}",
            f"{row.module.peak:.0f}",
            f"{row.module.result / 1000:.1f}",
            str(row.requests),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
