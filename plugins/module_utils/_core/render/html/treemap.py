# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A treemap of image sizes: one cell an image, its area the size, the dark part what no other image shares.

Colours are attributes, not CSS: Jenkins' default Content-Security-Policy blocks every style of a published page.
Widths are percentages and heights pixels, so that labels keep their size on a phone.
"""

from __future__ import annotations

import typing as t

from ..numbers import counted, size_text
from ..records import unique_size
from .markup import Child, Html, join, tag

if t.TYPE_CHECKING:
    from ...report.schema import ImageRow
    from ..document import Report

WIDTH, HEIGHT = 1000.0, 340.0
UNIQUE, SHARED, UNSPLIT, REST = "#17406d", "#4a74a3", "#3f6652", "#5b6470"
_MAX_CELLS = 60

# Pixels of the figure on a wide screen and of a letter in it: how much of a name has room.
_PAGE, _LETTER = 1110, 6.8


class Box(t.NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


def squarify(sizes: t.Sequence[float], box: Box) -> list[Box]:
    """Boxes of areas proportional to ``sizes`` (descending, above 0) that fill ``box``, as square as they get.

    Bruls, Huizing, van Wijk: Squarified Treemaps (2000).
    """
    scale = box.width * box.height / sum(sizes) if sizes else 0
    areas = [size * scale for size in sizes]
    boxes: list[Box] = []
    start = 0
    while start < len(areas):
        side = min(box.width, box.height)
        end = start + 1
        while end < len(areas) and _worst(areas[start : end + 1], side) <= _worst(areas[start:end], side):
            end += 1
        row, box = _laid_out(areas[start:end], box)
        boxes += row
        start = end
    return boxes


def _worst(row: t.Sequence[float], side: float) -> float:
    """The least square aspect ratio in a row of these areas along ``side``."""
    total = sum(row)
    return max(side * side * row[0] / (total * total), total * total / (side * side * row[-1]))


def _laid_out(row: t.Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """The row along the shorter side of the box, and what is left of the box."""
    total = sum(row)
    boxes = []
    if box.width >= box.height:
        depth, y = total / box.height, box.y
        for area in row:
            boxes.append(Box(box.x, y, depth, area / depth))
            y += area / depth
        return boxes, Box(box.x + depth, box.y, max(box.width - depth, 1e-9), box.height)
    depth, x = total / box.width, box.x
    for area in row:
        boxes.append(Box(x, box.y, area / depth, depth))
        x += area / depth
    return boxes, Box(box.x, box.y + depth, box.width, max(box.height - depth, 1e-9))


def treemap(report: Report, units: str) -> Html | None:
    """The figure with its legend; None when no image has a known size above 0."""
    rows = report.images
    sized = sorted((row for row in rows if row["size"] > 0), key=lambda row: (-row["size"], row["name"], row["host"]))
    if not sized:
        return None
    single, rest = sized[:_MAX_CELLS], sized[_MAX_CELLS:]
    sizes = [float(row["size"]) for row in single]
    rest_size = sum(row["size"] for row in rest)
    # The rest is laid out last whatever its size, in the corner where one looks for it.
    boxes = squarify([*sizes, float(rest_size)] if rest_size else sizes, Box(0, 0, WIDTH, HEIGHT))
    cells = [_cell(row, box, units, report.is_fleet) for row, box in zip(single, boxes)]
    if rest_size:
        text = counted(len(rest), "more image")
        cells.append(_svg_cell(boxes[-1], f"{text}, {size_text(rest_size, units)}", text, REST, None, ""))
    total = size_text(sum(row["size"] for row in sized), units)
    # A cell for two million images that the report does not list would leave no room for those that it does.
    listed = len(rows) >= report.totals["images"]
    what = (
        counted(len(sized), "image") if listed else f"the {len(sized):,} largest of {report.totals['images']:,} images"
    )
    svg = tag(
        "svg",
        tag("title", f"Treemap of {what}, {total} in all. The table has the same numbers."),
        *cells,
        width="100%",
        height=int(HEIGHT),
        role="img",
        class_="treemap",
    )
    return tag("figure", svg, tag("figcaption", _legend(single, len(rows) - len(sized))))


def _cell(row: ImageRow, box: Box, units: str, with_host: bool) -> Html:
    unique = unique_size(row)
    split = "sharing not known" if unique is None else f"{size_text(unique, units)} not shared"
    where = f" on {row['host']}" if with_host else ""
    title = f"{row['name']}{where}: {size_text(row['size'], units)}, {split}"
    part = None if unique is None else unique / row["size"]
    label = row["name"].rpartition("/")[2]
    return _svg_cell(box, title, label, UNSPLIT if unique is None else SHARED, part, size_text(row["size"], units))


def _svg_cell(box: Box, title: str, label: str, colour: str, unique: float | None, size: str) -> Html:
    """A nested svg, which clips its label. The lines between cells are drawn on the cells, so that areas are exact."""
    percent, height = box.width / WIDTH * 100, box.height
    inner: list[Html] = [tag("title", title), tag("rect", width="100%", height="100%", fill=colour)]
    if unique:
        tall = height * unique
        inner.append(tag("rect", y=_px(height - tall), width="100%", height=_px(tall), fill=UNIQUE))
    inner.append(_gap(x="100%", width=1, height="100%", transform="translate(-1 0)"))
    inner.append(_gap(y=_px(height - 1), width="100%", height=1))
    letters = int((percent * _PAGE / 100 - 10) / _LETTER)
    if letters > 5 and height > 20:
        # Narrow cells lose their labels on narrow screens.
        kind = "narrow" if percent < 20 else None
        short = label if len(label) <= letters else label[: letters - 1] + "…"
        inner.append(_text(short, 15, 12, kind))
        if size and height > 38:
            inner.append(_text(size, 31, 11, kind))
    return tag(
        "svg", *inner, x=f"{box.x / WIDTH * 100:.3f}%", y=_px(box.y), width=f"{percent:.3f}%", height=_px(height)
    )


def _gap(**place: Child) -> Html:
    return tag("rect", **place, fill="#ffffff", class_="gap")


def _text(text: str, y: int, size: int, kind: str | None) -> Html:
    return tag("text", text, x=6, y=y, fill="#ffffff", font_size=size, font_family="sans-serif", class_=kind)


def _px(value: float) -> str:
    return f"{max(0.0, value):.2f}"


def _legend(single: t.Sequence[ImageRow], without_size: int) -> Html:
    def key(colour: str, text: str) -> Html:
        swatch = tag("svg", tag("rect", width=12, height=12, fill=colour), width=12, height=12, aria_hidden="true")
        return join(tag("span", swatch, " ", text, class_="key"), " ")

    parts = [key(UNIQUE, "not shared with another image"), key(SHARED, "shared")]
    if any(unique_size(row) is None for row in single):
        parts.append(key(UNSPLIT, "sharing not known"))
    if without_size:
        parts.append(
            join(tag("span", f"{counted(without_size, 'image')} of no or unknown size not drawn", class_="key"))
        )
    return join(*parts)
