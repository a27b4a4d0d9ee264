# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the page. A header is a name, with ``n`` in front of numbers; a number cell sorts by ``data-v``."""

from __future__ import annotations

import typing as t

from ...report.groups import change_in_bytes
from ...report.repositories import repository_sums
from ...report.schema import PROBLEMS
from .. import headlines
from ..image_rows import held_images, stopped_lines, usage, use_text, verdicts_of, verdicts_of_images
from ..numbers import NONE, age_text, count_text, size_pair, size_text
from .markup import Html, join, tag

if t.TYPE_CHECKING:
    from ...report.schema import ChangeGroup, EngineRow, ImageGroup
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
    name: str,
    caption: str,
    heads: t.Sequence[str],
    rows: t.Sequence[Html],
    *,
    sorted_by: str = "",
    noun: str,
    choices: t.Sequence[tuple[str, str]] = (),
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
            *(tag("button", words, type="button", data_f=word, aria_pressed="false") for word, words in choices),
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


def changes_table(report: Report, units: str, max_rows: int, min_change: int) -> Html:
    """Before and after for each image that differs from the baseline."""
    shown = headlines.listed_changes(report, min_change)[:max_rows]
    widest = max((size or 0 for row in shown for size in (row["before"], row["after"])), default=0)
    rows = []
    for row in shown:
        before, after = size_pair(row["before"], row["after"], units)
        difference, ratio = headlines.change_values(row, units)[0], row["ratio"]
        is_known = row["kind"] != "incomparable"
        rows.append(
            tag(
                "tr",
                tag("td", chip(row["kind"], _CHANGES.get(row["kind"], "note"))),
                tag("td", tag("code", row["name"]), f" {row['reason']}" if row["reason"] else None, class_="name"),
                number(difference, change_in_bytes(row)) if is_known else tag("td", NONE, class_="n", data_v=0),
                number(NONE if ratio is None else f"{ratio * 100:+.1f} %", None if ratio is None else int(ratio * 1e6)),
                number(NONE if row["before"] is None else before, row["before"]),
                number(NONE if row["after"] is None else after, row["after"]),
                tag("td", where(row["hosts"], row["on"]), class_="short", data_v=row["hosts"])
                if report.is_fleet
                else None,
                tag("td", _before_and_after(row, widest), class_="plot"),
            )
        )
    place = ["Where"] if report.is_fleet else []
    heads = ["Change", "Image", "n Difference", "n Percent", "n Before", "n After", *place, _PLOT]
    more = headlines.unlisted_changes(report, shown)
    caption = f"{headlines.changes(report)}{f'; {more} not listed' if more else ''}"
    return table("changes-table", caption, heads, rows, noun="changes")


_CHANGES = {"grown": "warning", "new": "warning", "incomparable": "incomparable", "shrunk": "good", "removed": "good"}


def _before_and_after(row: ChangeGroup, widest: int) -> Html | None:
    """What was kept in grey, what was added in orange, what was taken away in green: the colours are bytes."""
    if not widest or row["kind"] == "incomparable":
        return None
    before, after = (round(120 * (size or 0) / widest, 1) for size in (row["before"], row["after"]))
    both, most = min(before, after), max(before, after)
    change = tag("rect", x=str(both), width=str(round(max(most - both, 0.5), 1)), height=10, fill=_bytes(before, after))
    return tag(
        "svg", tag("rect", width=str(both), height=10, fill="#8a94a0"), change, width=121, height=10, aria_hidden="true"
    )


def _bytes(before: float, after: float) -> str:
    return "#c2571a" if after > before else "#1b7a46"


def where(hosts: int, on: t.Sequence[str], summary: str = "") -> Html | str:
    """The host, or a box to open with the first of many; ``summary`` is what stands on it."""
    if hosts < 2:
        return on[0] if on else "all\u00a0hosts"
    more = hosts - len(on)
    names = ", ".join(on) + (f" and {more:,} more" if more > 0 else "")
    return tag("details", tag("summary", summary or f"{on[0]} and {hosts - 1:,} more"), names, class_="hosts")


def images_table(report: Report, units: str, max_rows: int) -> Html:
    """The largest images first, each once; the rules that it breaks stand below its name."""
    shown = report.image_groups[:max_rows]
    widest = shown[0]["size"] if shown else 0
    verdicts = verdicts_of_images(report)
    rows = []
    for row in shown:
        broken = verdicts_of(row, verdicts)
        chips = [join(" ", chip(rule, verdict)) for rule, verdict in broken.items()]
        used = usage(row)
        rows.append(
            tag(
                "tr",
                tag("th", tag("code", row["name"]), *chips, scope="row", class_="name"),
                _size(row["size"], widest, units),
                _where_of(row, report) if report.is_fleet else number(*_unique(row, units)),
                number(age_text(row["age_seconds"]), row["age_seconds"]),
                _in_use(row, used, report.is_fleet),
                tag("td", row["state"].replace("_", " ")),
                data_f=" ".join(
                    filter(None, (used, "stopped" if row.get("stopped") else "", "broken" if broken else ""))
                ),
            )
        )
    heads = [
        "Image",
        "n Size",
        "n Hosts" if report.is_fleet else "n Not shared",
        "n Age",
        "n Used on" if report.is_fleet else "n Containers",
        "State",
    ]
    total = max(len(shown), report.totals["distinct_images"] if report.is_fleet else report.totals["images"])
    caption = _shown(len(rows), total, "images, the largest first")
    stopped = [("stopped", "Only stopped containers")] if held_images(report) else []
    choices = [("used", "Used"), ("unused", "Unused"), *stopped, ("broken", "Breaks a rule")]
    return table("images-table", caption, heads, rows, sorted_by="Size", noun="images", choices=choices)


def _unique(row: ImageGroup, units: str) -> tuple[str, int | None]:
    return size_text(row["unique_size"], units), row["unique_size"]


def _in_use(row: ImageGroup, used: str, is_fleet: bool) -> Html:
    """The number, or a box to open with the containers that have stopped."""
    text, value = use_text(row, is_fleet), None if used == "unknown" else row["used"]
    exits = stopped_lines(row, is_fleet)
    if not exits:
        return number(text, value)
    names = tag("details", tag("summary", text), "; ".join(exits), class_="hosts")
    return tag("td", names, class_="short place", data_v=-1 if value is None else value)


def _where_of(row: ImageGroup, report: Report) -> Html:
    share = f"{row['hosts']:,} of {report.reported:,}"
    return tag("td", where(row["hosts"], row["on"], share), class_="short place", data_v=row["hosts"])


def _size(size: int, widest: int, units: str) -> Html:
    """The size with a bar, left out where it would be too short to see: most images are small."""
    plot: Html | None = None
    length = round(_BAR * size / widest, 1) if widest > 0 else 0
    if length >= 1:
        rect = tag("rect", width=str(length), x=str(_BAR - length), height=8, fill="#4a74a3")
        plot = Html(tag("svg", rect, width=_BAR, height=8, class_="bar", aria_hidden="true").strip())
    return tag("td", plot, " ", size_text(size, units), class_="n", data_v=size)


def repositories_table(report: Report, units: str, max_rows: int) -> Html:
    """The repositories, the largest sum first; the script makes their names filter the images."""
    sums = sorted(
        repository_sums(report.repositories).values(), key=lambda row: (-(row["size"] or 0), row["repository"])
    )
    widest = next((row["size"] or 0 for row in sums), 0)
    rows = [
        tag(
            "tr",
            tag("th", tag("code", row["repository"], class_="pick"), scope="row", class_="name"),
            _size(-1 if row["size"] is None else row["size"], widest, units),
            number(f"{row['images']:,}", row["images"]),
            number(size_text(row["largest_size"], units), row["largest_size"]),
        )
        for row in sums[:max_rows]
    ]
    heads = ["Repository", "n Sum of sizes", "n Images", "n Largest"]
    caption = _shown(len(rows), len(sums), "repositories, the largest sum first")
    return table("repositories-table", caption, heads, rows, sorted_by="Sum of sizes", noun="repositories")


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
