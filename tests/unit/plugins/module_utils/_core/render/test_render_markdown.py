# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown: the order of things, the budget, escaping. Rendering it is the business of tests/reports."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.markdown_text import code, escaped
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets, samples


def markdown(document: dict[str, t.Any], **options: t.Any) -> str:
    return render(document, "markdown", options)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain 1.5 GB", "plain 1.5 GB"),
        ("a|b", "a&#124;b"),
        ("`x` *y* _z_ ~ w~", "&#96;x&#96; &#42;y&#42; &#95;z&#95; &#126; w&#126;"),
        ("<b>& amp;", "&#60;b&#62;&#38; amp;"),
        ("[a](b) $ x$", "&#91;a&#93;(b) &#36; x&#36;"),
        ("see https://x, or [not]", "see `https://x,` or &#91;not&#93;"),
        ("www.x WWW.x", "`www.x` `WWW.x`"),
        ("me@x.example @team", "`me@x.example` `@team`"),
        ("app@sha256:aa", "`app@sha256:aa`"),
        ("#12 # heading C#", "`#12` &#35; heading C&#35;"),
        ("a !12 %3 ~bug GH-7 x:tada: 12:34:56 10:5000/x", "a `!12` `%3` `~bug` `GH-7` `x:tada:` 12:34:56 10:5000/x"),
        ("@a`b ``@``", "``@a`b`` ``` ``@`` ```"),
        ("a|@b|", "`a`<code>&#124;</code>`@b`<code>&#124;</code>"),
        ("a\nb", "a&#92;nb"),
        ("- item", "&#45; item"),
        ("1. item", "1&#46; item"),
        ("10.0.0.1:5000/app", "10.0.0.1:5000/app"),
        ("+5 %", "+5 %"),
        ("+ item", "&#43; item"),
        ("-5 MB", "-5 MB"),
        ("--- x", "&#45;-- x"),
        ("12.", "12&#46;"),
        ("12) item", "12&#41; item"),
        (" - item", "&#32;- item"),
        ("     code", "&#32;    code"),
        ("=== 2 - 1", "&#61;== 2 - 1"),
        ("19 errors", "19 errors"),
    ],
)
def test_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("10.0.0.1:5000/app:1", "`10.0.0.1:5000/app:1`"),
        ("a@sha256:b|`", "`a@sha256:b`<code>&#124;</code>`` ` ``"),
        (" a ", "`  a  `"),
        (" a", "` a`"),
        ("  ", "`  `"),
        ("", ""),
    ],
)
def test_code(text: str, expected: str) -> None:
    assert code(text) == expected


def test_what_happened_comes_first() -> None:
    lines = markdown(samples.fleet()).splitlines()
    assert lines[:2] == ["<!-- image-report -->", "### ❌ Image report"]
    assert (
        lines[3].startswith("**Failed: 4 images grew, 4 images are too large, ")
        and "1 host did not answer, 1 host" in lines[3]
    )
    assert lines[5].startswith("Hosts that answered: **2 of 4** · ")
    assert markdown(fleets.green()).splitlines()[1:4] == ["### ✅ Image report", "", "**Passed: all 4 rules hold**"]


def test_hosts_and_changes_come_before_the_rules_and_the_rest_is_folded() -> None:
    text = markdown(samples.fleet())
    order = [
        text.index(part) for part in ("#### Hosts that are", "#### Against the baseline", "#### Rules", "<details>")
    ]
    assert order == sorted(order)
    assert "<summary>Images, the largest first (20 of 61)</summary>" in text


def test_a_row_for_each_rule_with_its_worst_finding() -> None:
    rows = [line for line in markdown(fleets.host()).splitlines() if line.startswith(("| ❌", "| 🟠", "| 🔵"))]
    assert [line.split(" | ")[1] for line in rows] == [
        "max-size", "max-growth", "label:org.opencontainers.image.version", "max-age", "forbidden-tag", "no-dangling",
    ]  # fmt: skip
    assert rows[1] == (
        "| ❌ error | max-growth | +5 % and +10.0 MB | 2 of 57 | `registry.example.com/shop/web:1.20` "
        "| 612 → 787 MB, limit 643 MB (+144 MB) |"
    )


def test_new_and_removed_images_have_no_percentage() -> None:
    changes = samples.no_changes(new=[samples.change("a:1", None, 5)], removed=[samples.change("b:1", 7, None)])
    rows = [
        line
        for line in markdown(samples.document(changes=changes)).splitlines()
        if line.endswith(("| new |", "| removed |"))
    ]
    assert rows == ["| +5 B | `a:1` | new |", "| -7 B | `b:1` | removed |"]


def test_sizes_that_would_read_the_same_are_shown_exactly() -> None:
    changes = samples.no_changes(grown=[samples.change("a:1", 250_000_000, 250_000_001)])
    assert "| 250,000,000 → 250,000,001 B (+0.0 %) |" in markdown(samples.document(changes=changes))


def test_no_character_of_it_is_invisible() -> None:
    for sample in (samples.fleet(), samples.hostile(), fleets.host()):
        assert not re.search("[\u00ad\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\ufeff]", markdown(sample))


def test_every_row_of_a_table_has_the_same_number_of_cells() -> None:
    for sample in (samples.fleet(), samples.hostile(), samples.ordinary()):
        cells = 0
        for line in markdown(sample).splitlines():
            if line.startswith("|"):
                cells = cells or line.count("|")
                assert line.count("|") == cells
            else:
                cells = 0


@pytest.mark.parametrize("budget", ["60kB", 20000, 9000, 4000, 3000])
def test_the_budget_holds(budget: t.Any) -> None:
    document = samples.ordinary(600, ("web01", "web02"))
    text = markdown(document, budget=budget, top=0)
    assert len(text.encode()) <= {"60kB": 60000}.get(budget, budget)
    assert "Left out to stay within" in text and re.search(r"images \([\d,]+ rows\)", text)


def test_findings_are_cut_by_rows_and_the_worst_stay() -> None:
    findings = [
        samples.finding(image=f"app:{number:04}", actual=250_000_001 + number, message="x") for number in range(900)
    ]
    findings += [samples.finding("old", level="note", image=f"app:{number:04}") for number in range(900)]
    text = markdown(samples.document(findings=findings), budget="30kB", top=0)
    assert len(text.encode()) <= 30_000
    shown = len(re.findall(r"^\| `app:", text, re.MULTILINE))
    assert 100 < shown < 900 and "`app:0899`" in text and f"{900 - shown:,} more not shown." in text
    assert "Left out to stay within 30,000 bytes: findings (900 rows)" in text


def test_a_report_about_one_host_does_not_repeat_its_name() -> None:
    assert "web01" not in markdown(samples.ordinary()) and "web01" in markdown(samples.fleet())
