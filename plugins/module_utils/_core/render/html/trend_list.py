# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures over the runs of the history, a line each, drawn with attributes so that no policy takes it away."""

from __future__ import annotations

import typing as t

from .. import headlines
from .markup import Html, tag

if t.TYPE_CHECKING:
    from ..document import Report

_WIDTH, _HEIGHT, _EDGE = 160, 28, 3
_MOST_IMAGES = 20


def trend_list(report: Report, units: str) -> Html | None:
    """A table of names, lines and figures; None without a history."""
    rows = [
        tag(
            "tr",
            tag("th", tag("code", row.name) if row.is_image else row.name, scope="row", class_="name"),
            tag("td", _line(row.values), class_="spark"),
            tag("td", headlines.trend_text(row, units), class_="message"),
        )
        for row in headlines.trends_of(report, _MOST_IMAGES)
    ]
    if not rows:
        return None
    heads = tag("tr", *(tag("th", name, scope="col") for name in ("What", "Over the runs", "Now")))
    return tag("table", tag("thead", heads), tag("tbody", *rows), id="trend-table")


def _line(values: t.Sequence[int]) -> Html:
    least, most = min(values), max(values)
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    span = most - least
    if not span:  # a line in the middle
        least, span = least - 1, 2
    points = [
        (round(_EDGE + place * step, 1), round(_HEIGHT - _EDGE - (value - least) * (_HEIGHT - 2 * _EDGE) / span, 1))
        for place, value in enumerate(values)
    ]
    x, y = points[-1]
    return tag(
        "svg",
        tag("polyline", points=" ".join(f"{x},{y}" for x, y in points), fill="none", stroke="#4a86c5", stroke_width=2),
        tag("circle", cx=str(x), cy=str(y), r=3, fill="#c2571a" if values[-1] > values[0] else "#1b7a46"),
        width=_WIDTH,
        height=_HEIGHT,
        aria_hidden="true",
    )
