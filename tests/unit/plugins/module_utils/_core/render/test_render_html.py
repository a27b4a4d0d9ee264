# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's source: escaping by construction, its own policy, its rows. A browser drives it in tests/reports."""

from __future__ import annotations

import base64
import hashlib
import re
import typing as t
from xml.etree import ElementTree

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.render.html.markup import Html, join, tag
from ansible_collections.container_ops.images.plugins.module_utils._core.render.html.treemap import (
    STATES,
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
    assert page(samples.fleet()).index("<h1>Failed: 4 images grew") < page(samples.fleet()).index("<table")
    assert "<h1>Passed: no rule was given</h1>" in page(samples.document())


def test_sections_appear_only_with_something_to_say() -> None:
    def names(document: dict[str, t.Any]) -> list[str]:
        return re.findall(r'<section id="(\w+)"', page(document))

    assert names(samples.document()) == []
    assert names(samples.fleet()) == [
        "changes", "rules", "map", "images", "repositories", "hosts", "waived", "remarks",
    ]  # fmt: skip
    assert names(samples.document(changes=samples.no_changes(unchanged=3))) == ["changes"]


def test_rows_are_cut_and_the_caption_says_so() -> None:
    text = page(samples.ordinary(40), max_rows=5)
    assert "5 of 41 images, the largest first" in text
    assert (
        len(re.findall(r'<table class="sortable" id="images-table">.*?</table>', text, re.DOTALL)[0].split("<tr")) == 7
    )


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


def cells(text: str) -> list[tuple[str, float]]:
    """The colour and the area of each cell, as a share of the figure."""
    found = []
    (figure,) = ElementTree.fromstring(text).findall("svg")
    for frame in figure.findall("svg"):
        wide, high = float(str(frame.get("width"))[:-1]) / 100, float(str(frame.get("height"))) / 380
        for cell in frame.findall("svg"):
            share = float(str(cell.get("width"))[:-1]) / 100 * float(str(cell.get("height")))
            colour = cell.findall("rect")[0].get("fill")
            found.append((str(colour), wide * high * share / float(str(frame.get("height")))))
    return found


def test_treemap_shows_every_byte_of_every_image() -> None:
    images = [samples.image(f"app:{number}", size=1_000_000, shared_size=0) for number in range(70)]
    images += [samples.image("none:1", size=0), samples.image("unknown:1", size=-1)]
    text = drawn(*images)
    assert "Treemap of 70 images, 70.0 MB in all" in text
    assert "2 images of no or unknown size not drawn" in text
    assert "nan" not in text.lower().replace("none", "")
    assert len(cells(text)) == 70
    assert sum(area for _colour, area in cells(text)) == pytest.approx((380 - 17) / 380, abs=0.01)


@pytest.mark.parametrize("count", [3, 60, 600, 6000])
def test_what_is_put_together_has_the_colour_of_what_it_is(count: int) -> None:
    """No block of images is grey, and together the blocks take the share of the bytes that they explain."""
    images = [
        samples.image(f"acme/svc{number % 7}:{number}", size=1_000_000 + number, containers=number % 2)
        for number in range(count)
    ]
    found = cells(drawn(*images))
    share = {colour: sum(area for other, area in found if other == colour) for colour, _area in found}
    used = sum(row["size"] for row in images if row["containers"]) / sum(row["size"] for row in images)
    total = sum(share.values())
    assert set(share) == {STATES["used"][0], STATES["unused"][0]}
    assert share[STATES["used"][0]] / total == pytest.approx(used, abs=0.03)
    assert len(found) <= 800


def test_treemap_counts_an_image_once_for_each_host() -> None:
    images = [samples.image("a:1", host, id="sha256:a", size=100) for host in ("h1", "h2", "h3")]
    images.append(samples.image("b:1", "h1", size=300))
    text = str(treemap(read_document(samples.document(images)), "si"))
    assert "Treemap of 2 images, 4 with copies, 600 B in all" in text
    assert "a:1: 100 B on 3 hosts, 300 B, used" in text
    areas = [area for _colour, area in cells(text)]
    assert areas[0] == pytest.approx(areas[1], rel=0.01)


def test_colours_say_the_state() -> None:
    images = [
        samples.image("used:1", size=100),
        samples.image("unused:1", size=100, containers=0),
        samples.image("unknown:1", size=100, containers=-1),
        samples.image("0123456789ab", size=100, containers=0),
        samples.image("broken:1", size=100),
    ]
    finding = samples.finding(image="broken:1", id=images[4]["id"])
    text = str(treemap(read_document(samples.document(images, [finding])), "si"))
    for row, state in zip(images, ("used", "unused", "unknown", "dangling", "broken")):
        assert re.search(
            f'<title>{row["name"]}: 100 B, [^<]*</title><rect width="100%" height="100%" fill="{STATES[state][0]}"',
            text,
        )
        assert STATES[state][1] in text.split("<figcaption>")[1]


def test_no_label_is_wider_than_its_cell() -> None:
    images = [
        samples.image(f"acme/service-with-a-long-name{number % 3}:{number}.{'9' * number}", size=10**7 // number)
        for number in range(1, 40)
    ]
    (figure,) = ElementTree.fromstring(drawn(*images)).findall("svg")
    labels = 0
    for frame in figure.findall("svg"):
        wide = float(str(frame.get("width"))[:-1]) / 100 * 1110
        for box, share in [
            (frame, 1.0),
            *((cell, float(str(cell.get("width"))[:-1]) / 100) for cell in frame.findall("svg")),
        ]:
            for label in box.findall("text"):
                labels += 1
                assert len(str(label.text)) * 6.9 + 6 <= wide * share, label.text
    assert labels > 10


def test_five_thousand_rows_stay_small() -> None:
    text = page(samples.ordinary(6000))
    assert len(text) < 3_000_000
    assert "5,000 of 6,001 images" in text
