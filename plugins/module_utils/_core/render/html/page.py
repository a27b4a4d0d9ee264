# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTML file that needs nothing else: no request, no library, readable without scripts and without styles.

Its Content-Security-Policy allows exactly its own script and style sheet, by their hashes, so that no label of an image
can ever run. Under Jenkins' stricter default policy both are blocked and the page is still complete.
"""

from __future__ import annotations

import base64
import hashlib
import typing as t

from ...report.headline import place_text
from .. import headlines
from ..format_options import UNITS, Format, integer, size, text
from ..numbers import counted
from .markup import Html, join, tag
from .rule_list import rule_list
from .script import SCRIPT
from .style import STYLE
from .tables import changes_table, hosts_table, images_table, repositories_table, waived_table
from .treemap import treemap
from .trend_list import trend_list

if t.TYPE_CHECKING:
    from ..document import Report


_MOST_ABSENCES = 5


class PagePart(t.NamedTuple):
    """One section of the page and its entry in the navigation."""

    name: str
    heading: str
    link: str
    content: Html


def render(report: Report, *, title: str, units: str, max_rows: int, min_change: int) -> str:
    """The page; tables show at most ``max_rows`` rows and say how many there are."""
    parts = list(_parts(report, units, max_rows, min_change))
    links = [join(tag("a", part.link, href=f"#{part.name}"), " ") for part in parts]
    nav = tag("nav", *links, aria_label="Sections")
    sections = [
        tag("section", tag("h2", part.heading, id=f"{part.name}-heading"), part.content, id=part.name) for part in parts
    ]
    body = tag("body", tag("main", _verdict(report, title, units), nav, *sections, _footer(report)), _script())
    return "<!DOCTYPE html>\n" + tag("html", _head(report, title), body, lang="en")


def _hash(source: str) -> str:
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _head(report: Report, title: str) -> Html:
    policy = (
        f"default-src 'none'; script-src {_hash(SCRIPT)}; style-src {_hash(STYLE)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        # Without it browsers ask the server for /favicon.ico.
        tag("link", rel="icon", href="data:,"),
        tag("title", f"{report.headline.partition(':')[0]}: {title}"),
        tag("style", Html(STYLE)),
    )


def _script() -> Html:
    return tag("script", Html(SCRIPT))


def _verdict(report: Report, title: str, units: str) -> Html:
    blocks = [
        tag("div", tag("dt", fact.name), tag("dd", fact.value), class_="bad" if fact.is_bad else None)
        for fact in headlines.facts(report, units)
    ]
    absent = headlines.absent(report, _MOST_ABSENCES)
    return tag(
        "header",
        tag("p", f"{title} · {report.generated_at.replace('T', ' ').replace('Z', ' UTC')}", class_="quiet eyebrow"),
        tag("h1", report.headline),
        _grew_most(report, units),
        tag("p", f"{headlines.counts(report)}.", class_="quiet"),
        tag("ul", *(tag("li", sentence) for sentence in absent), class_="absent") if absent else None,
        tag("dl", *blocks, class_="facts"),
        class_=f"verdict {'passed' if report.passed else 'failed'}",
    )


def _grew_most(report: Report, units: str) -> Html | None:
    """The change that people ask for first, on the first screen of a phone as well."""
    row = next((row for row in headlines.listed_changes(report, 0) if row["kind"] == "grown"), None)
    if row is None:
        return None
    difference, values = headlines.change_values(row, units)
    place = f" {place_text(row['hosts'], row['on'])}" if report.is_fleet else ""
    name = tag("code", row["name"])
    return tag("p", "Grew most: ", name, " ", tag("b", difference), f", {values}{place}", class_="most")


def _parts(report: Report, units: str, max_rows: int, min_change: int) -> t.Iterator[PagePart]:
    if report.changes is not None:
        changed = report.change_count
        total = headlines.change_sum(report, units)
        kind = "grew" if total.startswith("+") else "shrank" if total.startswith("-") else None
        content = changes_table(report, units, max_rows, min_change) if changed else None
        summary = None if changed else tag("p", f"{headlines.changes(report)}.", class_="quiet")
        content = join(tag("p", total, class_=f"sum {kind or ''}".strip()), summary, content)
        yield PagePart("changes", "Against the baseline", f"Changes {changed:,}", content)
    trend = trend_list(report, units)
    if trend:
        heading = f"Trend over {counted(len(report.history), 'run')}"
        yield PagePart("trend", heading, "Trend", trend)
    if any(row.verdict for row in report.rule_summaries):
        link = f"Rules {len(report.rule_summaries):,}"
        yield PagePart("rules", "Rules", link, rule_list(report, units, max_rows))
    figure = treemap(report, units)
    if figure:
        note = "Area is the bytes of an image on all hosts. Shared layers count once for each image."
        if sum(row["hosts"] for row in report.image_groups) < report.totals["images"]:
            note += f" These are the {len(report.image_groups):,} largest images."
        yield PagePart("map", "Where the bytes are", "Map", join(tag("p", note, class_="quiet"), figure))
    if report.image_groups:
        total_images = report.totals["distinct_images"] if report.is_fleet else report.totals["images"]
        content = images_table(report, units, max_rows)
        yield PagePart("images", "Images", f"Images {max(total_images, len(report.image_groups)):,}", content)
    repositories = len({row["repository"] for row in report.repositories})
    if repositories > 1:
        content = repositories_table(report, units, max_rows)
        yield PagePart("repositories", "Repositories", f"Repositories {repositories:,}", content)
    if report.is_fleet:
        yield PagePart("hosts", "Hosts", f"Hosts {len(report.hosts):,}", hosts_table(report, units, max_rows))
    if report.counts["waived"]:
        summary = tag("summary", counted(report.counts["waived"], "finding"))
        content = tag("details", summary, waived_table(report, max_rows))
        yield PagePart("waived", "Waived", f"Waived {report.counts['waived']:,}", content)
    if report.warnings:
        content = tag("ul", *(tag("li", warning) for warning in report.warnings))
        yield PagePart("remarks", "Remarks", f"Remarks {len(report.warnings):,}", content)


def _footer(report: Report) -> Html:
    return tag(
        "footer",
        tag("p", f"Measured: {headlines.measured(report)}. A sum of sizes counts shared layers once for each image."),
        tag("p", f"Made by container_ops.images {report.version}."),
    )


FORMAT = Format(
    {"title": text("Image report"), "units": UNITS, "max_rows": integer(5000, minimum=1), "min_change": size(0)}, render
)
