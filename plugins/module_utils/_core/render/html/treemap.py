# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A treemap of image sizes: one frame a repository, one cell an image, its area the bytes on all hosts, its colour how
the image is used.

Colours are attributes, not CSS: Jenkins' default Content-Security-Policy blocks every style of a published page.
Widths are percentages and heights pixels, so that labels keep their size on a phone.
"""

from __future__ import annotations

import typing as t

from ...report.schema import PROBLEMS
from ..image_rows import usage, verdicts_of, verdicts_of_images
from ..numbers import counted, size_text
from .markup import Child, Html, join, tag

if t.TYPE_CHECKING:
    from ...report.schema import ImageGroup
    from ..document import Report

WIDTH, HEIGHT = 1000.0, 380.0

# Each is dark enough for white letters: contrast 4.5 and more.
STATES = {
    "broken": ("#a3322a", "breaks a rule"),
    "unused": ("#8a5a00", "not used by a container"),
    "used": ("#2b5d8c", "used"),
    "dangling": ("#5b6470", "dangling"),
    "unknown": ("#3f6652", "use not known"),
}
_OTHERS = "others"

# Cells of less than this many square pixels of the figure are put together, by state.
_SMALLEST = 150.0
_MOST_CELLS = 600
_BAND = 17.0

# Pixels of the figure on a wide screen and of a letter in it: how much of a name has room.
_PAGE, _LETTER = 1110, 6.9
_LEAST_LETTERS = 9


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


class Cell(t.NamedTuple):
    """An image, or the small images of one state in a repository."""

    size: int
    state: str
    label: str
    title: str
    pick: str
    """What to look for in the table of images; "" for several images."""


def treemap(report: Report, units: str) -> Html | None:
    """The figure with its legend; None when no image has a known size above 0."""
    rows = [row for row in report.image_groups if row["size"] > 0]
    if not rows:
        return None
    total = sum(row["size"] * row["hosts"] for row in rows)
    frames = _frames(report, rows, units, total)
    boxes = squarify([float(sum(cell.size for cell in cells)) for _name, cells in frames], Box(0, 0, WIDTH, HEIGHT))
    drawn = [_frame(name, cells, box, units) for (name, cells), box in zip(frames, boxes)]
    listed = sum(row["hosts"] for row in report.image_groups) >= report.totals["images"]
    what = counted(len(rows), "image")
    if not listed:
        what = f"the {len(rows):,} largest of {report.totals['distinct_images']:,} images"
    copies = sum(row["hosts"] for row in rows)
    on_hosts = f", {copies:,} with copies" if copies != len(rows) else ""
    title = f"Treemap of {what}{on_hosts}, {size_text(total, units)} in all. The tables have the same numbers."
    svg = tag("svg", tag("title", title), *drawn, width="100%", height=int(HEIGHT), role="img", class_="treemap")
    states = {cell.state for _name, cells in frames for cell in cells}
    return tag("figure", svg, tag("figcaption", _legend(states, len(report.image_groups) - len(rows))))


def _frames(report: Report, rows: t.Sequence[ImageGroup], units: str, total: int) -> list[tuple[str, list[Cell]]]:
    """Repositories with their cells, the most bytes first; those of no name, and the smallest, together."""
    by_name: dict[str, list[ImageGroup]] = {}
    for row in rows:
        by_name.setdefault(row["repositories"][0] if row["repositories"] else "", []).append(row)
    sums = {name: sum(row["size"] * row["hosts"] for row in found) for name, found in by_name.items()}
    names = sorted(by_name, key=lambda name: (-sums[name], name))
    least = total * _SMALLEST * 4 / (WIDTH * HEIGHT)
    kept = [name for name in names if sums[name] >= least] or names[:1]
    verdicts = verdicts_of_images(report)
    frames = [(name or "no name", _cells(by_name[name], report, verdicts, units, total)) for name in kept]
    others = [row for name in names if name not in kept for row in by_name[name]]
    if others:
        frames.append((_OTHERS, _cells(others, report, verdicts, units, total)))
    return frames


def _cells(
    rows: t.Sequence[ImageGroup], report: Report, verdicts: t.Mapping[t.Any, t.Any], units: str, total: int
) -> list[Cell]:
    """A cell for each image that is large enough to see, and one for the others of each state."""
    least = max(total * _SMALLEST / (WIDTH * HEIGHT), 1)
    single: list[Cell] = []
    rest: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: (-row["size"] * row["hosts"], row["name"], row["id"])):
        size = row["size"] * row["hosts"]
        state = _state(row, verdicts_of(row, verdicts))
        if size < least or len(single) >= _MOST_CELLS:
            rest.setdefault(state, []).append(size)
            continue
        where = f" on {row['hosts']:,} hosts, {size_text(size, units)}" if row["hosts"] > 1 else ""
        title = f"{row['name']}: {size_text(row['size'], units)}{where}, {STATES[state][1]}"
        label = row["name"].rpartition("/")[2]
        single.append(Cell(size, state, label.partition(":")[2] or label, title, row["name"]))
    for state, sizes in rest.items():
        text = counted(len(sizes), "more image")
        single.append(
            Cell(
                sum(sizes), state, f"+{len(sizes):,}", f"{text}, {size_text(sum(sizes), units)}, {STATES[state][1]}", ""
            )
        )
    return sorted(single, key=lambda cell: (-cell.size, cell.title))


def _state(row: ImageGroup, broken: t.Mapping[str, str]) -> str:
    if any(verdict in PROBLEMS and verdict != "note" for verdict in broken.values()):
        return "broken"
    if row["state"] == "dangling":
        return "dangling"
    return usage(row)


def _frame(name: str, cells: t.Sequence[Cell], box: Box, units: str) -> Html:
    """One repository: a band with its name where there is room, and its cells below."""
    letters = _letters(box.width)
    label = name.rpartition("/")[2]
    has_band = box.height > 3 * _BAND and letters > 4
    top = _BAND if has_band else 0.0
    inner = squarify([float(cell.size) for cell in cells], Box(0, 0, box.width, max(1.0, box.height - top)))
    total = size_text(sum(cell.size for cell in cells), units)
    parts: list[Html] = [tag("title", f"{name}: {total}")]
    if has_band:
        text = f"{label} {total}"
        text = text if len(text) <= letters else label
        parts.append(tag("rect", width="100%", height=_px(_BAND), fill="#e4e8ed", class_="band"))
        parts.append(_text(_cut(text, letters), 12, 11, "#1c2024", "narrow" if box.width < 200 else None))
    parts += [_cell(cell, place, box, top, units) for cell, place in zip(cells, inner)]
    parts += [
        _gap(x="100%", width=2, height="100%", transform="translate(-2 0)"),
        _gap(y=_px(box.height - 2), width="100%", height=2),
    ]
    return _placed(parts, box.x / WIDTH, box.y, box.width / WIDTH, box.height)


def _cell(cell: Cell, place: Box, frame: Box, top: float, units: str) -> Html:
    parts: list[Html] = [tag("title", cell.title), tag("rect", width="100%", height="100%", fill=STATES[cell.state][0])]
    parts.append(_gap(x="100%", width=1, height="100%", transform="translate(-1 0)"))
    parts.append(_gap(y=_px(place.height - 1), width="100%", height=1))
    letters = _letters(place.width)
    # The first letters of a tag say little.
    if place.height > 20 and (len(cell.label) <= letters or letters > _LEAST_LETTERS):
        # Narrow cells lose their labels on narrow screens.
        kind = "narrow" if place.width < 200 else None
        parts.append(_text(_cut(cell.label, letters), 15, 12, "#ffffff", kind))
        size = size_text(cell.size, units)
        if place.height > 38 and len(size) <= letters:
            parts.append(_text(size, 31, 11, "#ffffff", kind))
    return _placed(
        parts, place.x / frame.width, place.y + top, place.width / frame.width, place.height, cell.pick or None
    )


def _placed(parts: t.Sequence[Html], x: float, y: float, width: float, height: float, pick: str | None = None) -> Html:
    """A nested svg, which clips its label. The lines between cells are drawn on the cells, so that areas are exact."""
    place = {"x": f"{x * 100:.3f}%", "y": _px(y), "width": f"{width * 100:.3f}%", "height": _px(height)}
    return tag("svg", *parts, **place, data_q=pick)


def _letters(width: float) -> int:
    """How many letters have room in a cell of this width."""
    return int((width / WIDTH * _PAGE - 12) / _LETTER)


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _gap(**place: Child) -> Html:
    return tag("rect", **place, fill="#ffffff", class_="gap")


def _text(text: str, y: int, size: int, fill: str, kind: str | None) -> Html:
    return tag("text", text, x=6, y=y, fill=fill, font_size=size, font_family="sans-serif", class_=kind)


def _px(value: float) -> str:
    return f"{max(0.0, value):.2f}"


def _legend(states: t.Collection[str], without_size: int) -> Html:
    def key(colour: str, text: str) -> Html:
        swatch = tag("svg", tag("rect", width=12, height=12, fill=colour), width=12, height=12, aria_hidden="true")
        return join(tag("span", swatch, " ", text, class_="key"), " ")

    parts = [key(*STATES[state]) for state in STATES if state in states]
    if without_size:
        text = f"{counted(without_size, 'image')} of no or unknown size not drawn"
        parts.append(join(tag("span", text, class_="key")))
    return join(*parts)
