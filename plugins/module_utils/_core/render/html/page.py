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

from .. import headlines
from ..format_options import UNITS, Format, integer, text
from ..numbers import counted
from .markup import Html, join, tag
from .script import SCRIPT
from .style import STYLE
from .tables import changes_table, findings_table, hosts_table, images_table, waived_table
from .treemap import treemap

if t.TYPE_CHECKING:
    from ..document import Report


class PagePart(t.NamedTuple):
    """One section of the page and its entry in the navigation."""

    name: str
    heading: str
    link: str
    content: Html


def render(report: Report, *, title: str, units: str, max_rows: int) -> str:
    """The page; tables show at most ``max_rows`` rows and say how many there are."""
    parts = [part for part in _parts(report, units, max_rows) if part]
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
        tag("title", f"{headlines.verdict(report)}: {title}"),
        tag("style", Html(STYLE)),
    )


def _script() -> Html:
    return tag("script", Html(SCRIPT))


def _verdict(report: Report, title: str, units: str) -> Html:
    facts = [join(tag("dt", name), tag("dd", value)) for name, value in headlines.totals(report, units)]
    facts.insert(0, join(tag("dt", "Hosts"), tag("dd", _hosts_fraction(report))))
    blocks = [tag("div", fact) for fact in facts]
    others = headlines.other_counts(report)
    return tag(
        "header",
        tag("p", f"{title} · {report.generated_at.replace('T', ' ').replace('Z', ' UTC')}", class_="quiet eyebrow"),
        tag("h1", f"{headlines.verdict(report)}: {headlines.problem_counts(report)}"),
        tag("p", others, class_="quiet") if others else None,
        tag("ul", *(tag("li", reason) for reason in report.reasons)) if report.reasons else None,
        tag("dl", *blocks, class_="facts"),
        class_=f"verdict {'passed' if report.passed else 'failed'}",
    )


def _hosts_fraction(report: Report) -> str:
    return (
        f"{report.reported:,}" if report.reported == report.expected else f"{report.reported:,} of {report.expected:,}"
    )


def _parts(report: Report, units: str, max_rows: int) -> t.Iterator[PagePart | None]:
    if report.problems:
        link = f"Findings {report.problem_count:,}"
        yield PagePart("findings", "Findings", link, findings_table(report, max_rows))
    if report.changes is not None:
        changed = report.change_count
        summary = tag("p", f"{headlines.changes(report)}.", class_="quiet")
        content = join(summary, changes_table(report, units, max_rows) if changed else None)
        yield PagePart("changes", "Against the baseline", f"Changes {changed:,}", content)
    figure = treemap(report, units)
    if figure:
        note = "Area is the size of an image. Shared layers count once for each image."
        if len(report.images) < report.totals["images"]:
            note += f" These are the {len(report.images):,} largest of {report.totals['images']:,} images."
        yield PagePart("map", "Where the bytes are", "Map", join(tag("p", note, class_="quiet"), figure))
    if report.images:
        content = images_table(report, units, max_rows)
        yield PagePart("images", "Images", f"Images {report.totals['images']:,}", content)
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


FORMAT = Format({"title": text("Image report"), "units": UNITS, "max_rows": integer(5000, minimum=1)}, render)
