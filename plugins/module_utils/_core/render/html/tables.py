# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the page. A header is a name, with ``n`` in front of numbers; a number cell sorts by ``data-v``."""

from __future__ import annotations

import typing as t

from ...report.schema import PROBLEMS
from .. import headlines
from ..numbers import NONE, age_text, count_text, size_change, size_pair, size_text
from ..records import unique_size
from .markup import Html, join, tag

if t.TYPE_CHECKING:
    from ...report.schema import ChangeRow, EngineRow
    from ..document import Report

_FILTER_FROM = 8
_BAR = 72
_PLOT = "Plot"


def number(text: str, value: int | None) -> Html:
    """A cell that is read as ``text`` and sorted as ``value``; what is not known sorts below everything."""
    return tag("td", text, class_="n", data_v=-1 if value is None else value)


def chip(word: str, kind: str) -> Html:
    """A word on a tint."""
    return tag("span", word, class_=f"chip {kind.replace('_', '-')}")


def _name(image: str | None) -> Html:
    return tag("td", tag("code", image) if image else NONE, class_="name")


def table(
    name: str, caption: str, heads: t.Sequence[str], rows: t.Sequence[Html], *, sorted_by: str = "", noun: str
) -> Html:
    """A sortable table, its filter box (which the script unhides), and a region that scrolls on narrow screens.

    ``heads`` that begin with "n " are of number columns; ``sorted_by`` is the one the rows are already sorted by,
    largest first.
    """
    cells = []
    for head in heads:
        is_number, label = head.startswith("n "), head[2:] if head.startswith("n ") else head
        order = "descending" if label == sorted_by else None
        kind = "n" if is_number else "plain" if head == _PLOT else None
        cells.append(tag("th", label, scope="col", class_=kind, aria_sort=order))
    filter_box: Html | None = None
    if len(rows) >= _FILTER_FROM:
        filter_box = tag(
            "p",
            tag("label", f"Filter {noun}", for_=f"{name}-input"),
            tag("input", id=f"{name}-input", type="search", autocomplete="off"),
            tag("output", for_=f"{name}-input"),
            class_="filter",
            id=f"{name}-filter",
            hidden=True,
        )
    element = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *cells)),
        tag("tbody", *rows),
        class_="sortable",
        id=name,
    )
    # A region that scrolls must be reachable with the keyboard.
    return join(filter_box, tag("section", element, class_="scroll", tabindex=0, aria_label=caption))


def findings_table(report: Report, max_rows: int) -> Html:
    """What needs a look, the worst first."""
    shown = report.problems[:max_rows]
    rows = [
        tag(
            "tr",
            tag("td", chip(headlines.VERDICT_WORDS[finding.verdict], finding.verdict), data_v=rank),
            tag("td", finding.rule, class_="short"),
            tag("td", finding.host or "all\u00a0hosts", class_="short") if report.is_fleet else None,
            _name(finding.image),
            tag("td", finding.message, class_="message"),
        )
        for rank, finding in enumerate(shown)
    ]
    heads = ["Level", "Rule", *(["Host"] if report.is_fleet else []), "Image", "Finding"]
    caption = _shown(len(shown), report.problem_count, "findings, the worst first")
    return table("findings-table", caption, heads, rows, noun="findings")


def waived_table(report: Report, max_rows: int) -> Html:
    """What was waived, by whom it may concern: reason and last day."""
    waived = [finding for finding in report.findings if finding.verdict == "waived"][:max_rows]
    with_host = report.is_fleet
    rows = [
        tag(
            "tr",
            tag("td", finding.rule, class_="short"),
            tag("td", finding.host or "all\u00a0hosts", class_="short") if with_host else None,
            _name(finding.image),
            tag("td", finding.waiver_reason or "", class_="message"),
            tag("td", finding.waiver_expires or "never", class_="short"),
        )
        for finding in waived
    ]
    heads = ["Rule", *(["Host"] if with_host else []), "Image", "Reason", "Until"]
    caption = _shown(len(waived), report.counts["waived"], "findings that a waiver covers")
    return table("waived-table", caption, heads, rows, noun="waived findings")


def changes_table(report: Report, units: str, max_rows: int) -> Html:
    """Before and after for each image that differs from the baseline."""
    changed = report.changed_rows
    widest = max((size or 0 for _kind, row in changed for size in (row["before"], row["after"])), default=0)
    rows = []
    for kind, row in changed[:max_rows]:
        before, after = size_pair(row["before"], row["after"], units)
        difference = row.get("reason", "") if kind == "incomparable" else size_change(row["delta"], row["ratio"], units)
        rows.append(
            tag(
                "tr",
                tag("td", chip(kind, {"grown": "warning", "incomparable": "incomparable"}.get(kind, "note"))),
                tag("td", row["host"], class_="short") if report.is_fleet else None,
                _name(row["name"]),
                number(NONE if row["before"] is None else before, row["before"]),
                number(NONE if row["after"] is None else after, row["after"]),
                number(difference, row["delta"] or 0)
                if kind != "incomparable"
                else tag("td", difference, class_="message", data_v=0),
                tag("td", _before_and_after(row, widest), class_="plot"),
            )
        )
    heads = ["Change", *(["Host"] if report.is_fleet else []), "Image", "n Before", "n After", "n Difference", _PLOT]
    caption = _shown(len(rows), report.change_count, "images that differ from the baseline")
    return table("changes-table", caption, heads, rows, noun="changes")


def _before_and_after(row: ChangeRow, widest: int) -> Html | None:
    """A wide pale bar for before, a narrow dark one for after."""
    if not widest:
        return None
    before, after = (round(120 * (size or 0) / widest, 1) for size in (row["before"], row["after"]))
    return tag(
        "svg",
        tag("rect", width=str(before), height=12, fill="#aab4c0"),
        tag("rect", y=4, width=str(after), height=4, fill="#c2571a" if after > before else "#1b6e3c"),
        width=120,
        height=12,
        aria_hidden="true",
    )


def images_table(report: Report, units: str, max_rows: int) -> Html:
    """The largest images first."""
    ordered = sorted(report.images, key=lambda row: (-row["size"], row["name"], row["host"], row["id"]))[:max_rows]
    widest = ordered[0]["size"] if ordered else 0
    rows = [
        tag(
            "tr",
            tag("th", tag("code", row["name"]), scope="row", class_="name"),
            tag("td", row["host"], class_="short") if report.is_fleet else None,
            _size(row["size"], widest, units),
            number(size_text(unique, units), unique),
            number(age_text(row["age_seconds"]), row["age_seconds"]),
            number(count_text(row["containers"]), row["containers"]),
            tag("td", row["state"].replace("_", " "), class_="nowrap"),
        )
        for row in ordered
        for unique in (unique_size(row),)
    ]
    heads = [
        "Image",
        *(["Host"] if report.is_fleet else []),
        "n Size",
        "n Not shared",
        "n Age",
        "n Containers",
        "State",
    ]
    caption = _shown(len(rows), report.totals["images"], "images, the largest first")
    return table("images-table", caption, heads, rows, sorted_by="Size", noun="images")


def _size(size: int, widest: int, units: str) -> Html:
    """The size with a bar, left out where it would be too short to see: most images are small."""
    plot: Html | None = None
    length = round(_BAR * size / widest, 1) if widest > 0 else 0
    if length >= 1:
        rect = tag("rect", width=str(length), x=str(_BAR - length), height=8, fill="#4a74a3")
        plot = Html(tag("svg", rect, width=_BAR, height=8, class_="bar", aria_hidden="true").strip())
    return tag("td", plot, " ", size_text(size, units), class_="n", data_v=size)


def hosts_table(report: Report, units: str, max_rows: int) -> Html:
    """The hosts, those without an answer first."""
    kinds = {"reported": "good", "stale": "stale"}
    rows = []
    shown = [*report.absent_hosts, *(host for host in report.hosts if host["status"] == "reported")][:max_rows]
    for host in shown:
        counts = host["findings"]
        found = None if counts is None else sum(counts.get(verdict, 0) for verdict in PROBLEMS)
        rows.append(
            tag(
                "tr",
                tag("th", host["host"], scope="row", class_="name"),
                tag("td", chip(host["status"], kinds.get(host["status"], "failed-host"))),
                number(NONE if host["images"] is None else count_text(host["images"]), host["images"]),
                number(NONE if host["size"] is None else size_text(host["size"], units), host["size"]),
                number(NONE if found is None else f"{found:,}", found),
                tag("td", _engine(host["engine"]), class_="short"),
                tag("td", host["message"], class_="message"),
            )
        )
    heads = ["Host", "Status", "n Images", "n Sum of sizes", "n Findings", "Engine", "Message"]
    cut = f", {len(shown):,} shown" if len(shown) < len(report.hosts) else ""
    caption = f"{headlines.scope(report)} in this report{cut}"
    return table("hosts-table", caption, heads, rows, noun="hosts")


def _engine(engine: EngineRow | None) -> str:
    return " ".join(filter(None, (headlines.engine_name(engine), engine["image_store"]))) if engine else ""


def _shown(shown: int, total: int, what: str) -> str:
    return f"{shown:,} of {total:,} {what}" if shown < total else f"{total:,} {what}"
