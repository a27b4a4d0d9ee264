# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's source: escaping by construction, its own policy, its rows. A browser drives it in tests/reports."""

from __future__ import annotations

import base64
import hashlib
import re
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.html.markup import Html, join, tag
from ansible_collections.container_ops.images.plugins.module_utils._core.render.html.treemap import (
    Box,
    squarify,
    treemap,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples


def page(document: dict[str, t.Any], **options: t.Any) -> str:
    return render(document, "html", options)


def test_text_is_escaped_unless_it_is_markup() -> None:
    assert join("<b>", Html("<i>"), None, 3) == "&lt;b&gt;<i>3"
    assert tag("a", "<", href='"x"', class_="c", data_v=-1, hidden=True, lang=None) == (
        '<a href="&quot;x&quot;" class="c" data-v="-1" hidden>&lt;</a>'
    )
    assert tag("input", type="search") == '<input type="search">'


def test_the_policy_allows_exactly_the_pages_own_script_and_style() -> None:
    text = page(samples.hostile())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    for element, directive in (("script", "script-src"), ("style", "style-src")):
        bodies = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{directive} &#x27;sha256-{digest}&#x27;;" in policy.group(1)
    assert policy.group(1).startswith("default-src &#x27;none&#x27;")


def test_no_address_but_anchors() -> None:
    for attribute in re.findall(r'(?:href|src)="([^"]*)"', page(samples.hostile())):
        assert attribute.startswith("#") or attribute == "data:,"
    assert "url(" not in page(samples.fleet()) and "@import" not in page(samples.fleet())


def test_verdict_comes_first() -> None:
    assert "<title>Failed: Image report</title>" in page(samples.fleet())
    assert page(samples.fleet()).index("<h1>Failed: 9 errors") < page(samples.fleet()).index("<table")
    assert "<h1>Passed: no findings</h1>" in page(samples.document())


def test_sections_appear_only_with_something_to_say() -> None:
    def names(document: dict[str, t.Any]) -> list[str]:
        return re.findall(r'<section id="(\w+)"', page(document))

    assert names(samples.document()) == []
    assert names(samples.fleet()) == ["findings", "changes", "map", "images", "hosts", "waived", "remarks"]
    assert names(samples.document(changes=samples.no_changes(unchanged=3))) == ["changes"]


def test_rows_are_cut_and_the_caption_says_so() -> None:
    text = page(samples.ordinary(40), max_rows=5)
    assert "5 of 41 images, the largest first" in text
    assert text.count('<tr><th class="name"') + text.count('<tr><th scope="row"') == 5


def test_numbers_carry_their_value_for_sorting() -> None:
    images = [samples.image("a:1", size=9_900_000, shared_size=-1), samples.image("b:1", size=10_000_000)]
    text = page(samples.document(images))
    assert 'data-v="9900000"' in text and 'data-v="10000000"' in text
    assert re.search(r'data-v="-1">unknown</td>', text)
    assert re.search(r'<th [^>]*aria-sort="descending">Size</th>', text)


@pytest.mark.parametrize(
    "sizes",
    [
        [1.0],
        [5, 5, 5, 5],
        [2e9, 1, 1],
        [6, 6, 4, 3, 2, 2, 1],
        [float(size) for size in range(400, 0, -1)],
        [1e12, 1e-3],
    ],
)
def test_treemap_areas_are_proportional_and_do_not_overlap(sizes: list[float]) -> None:
    boxes = squarify(sizes, Box(0, 0, 1000, 340))
    assert len(boxes) == len(sizes)
    for size, box in zip(sizes, boxes):
        assert box.width * box.height == pytest.approx(size / sum(sizes) * 340000, rel=0.01, abs=1e-6)
        assert box.x >= -1e-6 and box.y >= -1e-6
        assert box.x + box.width <= 1000.001 and box.y + box.height <= 340.001
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert across < 1e-3 or down < 1e-3


def drawn(*images: dict[str, t.Any]) -> str:
    return str(treemap(read_document(samples.document(images)), "si"))


def test_treemap_without_sizes() -> None:
    assert squarify([], Box(0, 0, 1, 1)) == []
    assert drawn(samples.image("a:1", size=0), samples.image("b:1", size=-1)) == "None"


def test_treemap_shows_every_byte() -> None:
    images = [samples.image(f"app:{number}", size=1_000_000, shared_size=0) for number in range(70)]
    images += [samples.image("none:1", size=0), samples.image("unknown:1", size=-1)]
    text = drawn(*images)
    assert "Treemap of 70 images, 70.0 MB in all" in text
    assert "<title>10 more images, 10.0 MB</title>" in text
    assert text.count("<svg x=") == 61
    assert "2 images of no or unknown size not drawn" in text
    assert "nan" not in text.lower().replace("none", "")
    areas = re.findall(r'<svg x="[\d.]+%" y="[\d.]+" width="([\d.]+)%" height="([\d.]+)">', text)
    shares = [float(width) / 100 * float(height) / 340 for width, height in areas]
    assert sum(shares) == pytest.approx(1, abs=0.01)
    assert shares[-1] == pytest.approx(10 / 70, rel=0.01)


def test_treemap_splits_a_cell_into_unique_and_shared() -> None:
    text = drawn(samples.image("app:1", size=100, shared_size=75))
    assert 'y="255.00" width="100%" height="85.00" fill="#17406d"' in text
    assert "app:1: 100 B, 25 B not shared" in text


def test_five_thousand_rows_stay_small() -> None:
    text = page(samples.ordinary(6000))
    assert len(text) < 3_000_000
    assert "5,000 of 6,001 images" in text
