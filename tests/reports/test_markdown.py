# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown rendered by GitHub's own cmark: what a reader of a step summary gets."""

from __future__ import annotations

import typing as t
from collections import Counter

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from ansible_collections.container_ops.images.plugins.module_utils._core.render.markdown_text import (
    code,
    escaped,
    section,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.safe_text import log_safe
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples

if t.TYPE_CHECKING:
    from conftest import Sample

# What reports are made of; anything else came out of somebody's label.
ELEMENTS = set("h3 h4 ul li p strong sub code table thead tbody tr th td details summary div".split())


def rendered(text: str) -> html.HtmlElement:
    """The page, with raw HTML let through: GitHub would filter it, and there must be nothing to filter."""
    return html.fragment_fromstring(
        cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE), create_parent="div"
    )


def test_only_our_own_elements_come_out(sample: Sample) -> None:
    page = rendered(sample.render("markdown", top=0))
    names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert names <= ELEMENTS
    assert not {key for element in page.iter() for key in element.attrib} - {"align"}


def test_every_table_is_one(sample: Sample) -> None:
    text = sample.render("markdown")
    page = rendered(text)
    tables = page.findall(".//table")
    assert len(tables) == text.count("\n|:--") + text.count("\n|--:")
    for table in tables:
        widths = Counter(len(row) for row in table.iter("tr"))
        assert len(widths) == 1
    rows = sum(line.startswith("| ") for line in text.splitlines())
    assert sum(len(list(table.iter("tr"))) for table in tables) == rows


def test_names_can_be_copied_from_the_page(fleet: Sample) -> None:
    names = ["10.0.0.1:5000/app:1", "[fd00::1]:5000/app:1", "localhost/x:1", "www.example.com/app@sha256:" + "a" * 64]
    document = samples.ordinary()
    document["images"] += [samples.image(name) for name in names]
    for sample in (fleet, fleet._replace(document=document)):
        codes = {element.text_content() for element in rendered(sample.render("markdown", top=0)).iter("code")}
        assert {image["name"] for image in sample.document["images"]} <= codes


def test_words_that_would_be_links_are_code() -> None:
    text = "see https://x.example, www.x.example, me@x.example, @team, #12, !3, ~bug, acme/web#7 and x:tada:"
    page = rendered(f"- {escaped(text)}\n")
    assert page.text_content().strip() == text and page.find(".//a") is None
    assert [element.text for element in page.iter("code")] == [
        word for word in text.split(" ") if word not in ("see", "and")
    ]


# Pieces that mean something to Markdown, and enough letters to make links and mentions of them.
PIECES = [
    *"|\\`*_~<>[]()#@:/.&;$-+=!^{} \n",
    "a",
    "B",
    "1",
    "http",
    "www",
    "//",
    "&#42;",
    "<b>",
    "| --- |",
    "mailto",
    "```",
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_reader_sees_exactly_the_text_that_was_given(text: str) -> None:
    expected = log_safe(text)
    source = section("name", ["x", "y"], [[escaped(text), code(text)]], folded=False) + f"\n- {escaped(text)}\n"
    page = rendered(source)
    assert {element.tag for element in page.iter()} <= ELEMENTS
    cells = page.findall(".//td")
    assert len(cells) == 2
    for element in [*cells, *page.findall(".//li")]:
        assert squeezed(element.text_content()) == squeezed(expected)


def squeezed(text: str) -> str:
    """With spaces as a browser shows them."""
    return " ".join(text.split())


def test_the_default_budget_keeps_github_from_throwing_the_summary_away(sample: Sample) -> None:
    assert len(sample.render("markdown", top=0).encode()) < 1024 * 1024
