# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in a real headless Chromium: sorting, filtering, keyboard, policy, no scripts, Jenkins, print, speed."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
from browser import JENKINS, Visit, launched
from conftest import Sample

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets, samples

if t.TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

SIZES = {
    "phone": {"width": 400, "height": 800},
    "desk": {"width": 1280, "height": 900},
    "wall": {"width": 1920, "height": 1080},
}


@pytest.fixture(scope="module")
def browser() -> t.Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def page_source(fleet: Sample) -> str:
    """The page of the fleet's report."""
    return fleet.render("html")


def test_it_asks_for_nothing_and_has_nothing_to_complain_about(sample: Sample, browser: Browser) -> None:
    with Visit(browser, sample.render("html")) as visit:
        visit.page.wait_for_load_state("networkidle")
        assert visit.site.asked == ["/report"]
        assert visit.requests == [visit.site.address]
        assert visit.console == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["fleet", "hostile", "one-host", "stopped", "trend", "empty"])
def test_axe_finds_no_violation(
    browser: Browser, node_modules: pathlib.Path, name: str, scheme: t.Literal["light", "dark"], size: str
) -> None:
    document = {
        "fleet": samples.fleet,
        "hostile": samples.hostile,
        "one-host": samples.ordinary,
        "stopped": samples.stopped,
        "trend": fleets.trend,
        "empty": samples.document,
    }
    axe = (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    source = Sample(name, document[name]()).render("html")
    with Visit(browser, source, viewport=SIZES[size], color_scheme=scheme) as visit:
        visit.page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
        visit.page.evaluate(axe)
        result = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found = {each["id"]: [node["html"][:200] for node in each["nodes"]][:3] for each in result["violations"]}
        assert found == {}


@pytest.mark.parametrize("name", ["fleet", "hostile", "stopped"])
@pytest.mark.parametrize("width", [320, 400, 768, 1280, 1920])
def test_the_page_never_scrolls_sideways(browser: Browser, name: str, width: int) -> None:
    document = {"fleet": samples.fleet, "hostile": samples.hostile, "stopped": samples.stopped}[name]()
    source = Sample(name, document).render("html")
    with Visit(browser, source, viewport={"width": width, "height": 800}) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


FIGURES_THAT_TOUCH = """() => {
  const boxes = [...document.querySelectorAll('dl.facts dd')].map((value) => {
    const range = document.createRange();
    range.selectNodeContents(value);
    return range.getBoundingClientRect();
  });
  return boxes.filter((one, index) => boxes.some((other, place) => place !== index && one.left < other.right + 8
    && other.left < one.right + 8 && one.top < other.bottom && other.top < one.bottom)).length;
}"""


def test_no_figure_of_the_first_screen_touches_another(browser: Browser) -> None:
    for sample in (Sample("shop", fleets.fleet()), Sample("stopped", samples.stopped())):
        with Visit(browser, sample.render("html")) as visit:
            for width in (320, 400, 768, 1000, 1280, 1920):
                visit.page.set_viewport_size({"width": width, "height": 900})
                assert visit.page.evaluate(FIGURES_THAT_TOUCH) == 0, width


def test_sizes_are_sorted_by_bytes_not_by_text(browser: Browser, page_source: str, fleet: Sample) -> None:
    ascending = sorted(image["size"] for image in fleet.document["images"])
    with Visit(browser, page_source) as visit:
        head = visit.page.locator("#images-table thead th", has_text="Size")
        assert head.get_attribute("aria-sort") == "descending"
        for order, expected in (("ascending", ascending), ("descending", ascending[::-1])):
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") == order
            cells = visit.page.locator("#images-table tbody tr td:nth-of-type(1)")
            values = cells.evaluate_all("cells => cells.map((cell) => Number(cell.dataset.v))")
            assert values == expected
        assert visit.page.locator("#images-table th[aria-sort]").count() == 1


def test_text_is_sorted_as_people_do(browser: Browser) -> None:
    names = ["app:v10", "app:v2", "App:v1", "base:1"]
    source = Sample("names", samples.document([samples.image(name) for name in names])).render("html")
    with Visit(browser, source) as visit:
        button = visit.page.locator("#images-table thead th", has_text="Image").get_by_role("button")
        button.click()
        assert visit.column("images-table", 1) == ["App:v1", "app:v2", "app:v10", "base:1"]
        button.click()
        assert visit.column("images-table", 1) == ["base:1", "app:v10", "app:v2", "App:v1"]


def test_sorting_and_filtering_with_the_keyboard_alone(browser: Browser, page_source: str) -> None:
    with Visit(browser, page_source) as visit:
        box = visit.page.get_by_label("Filter images")
        box.focus()
        visit.page.keyboard.type("POSTGRES web01")
        shown = visit.column("images-table", 1)
        assert shown and all("postgres" in name for name in shown)
        assert visit.page.locator("#images-filter, #images-table-filter").locator("output").text_content() == (
            f"{len(shown)} of 61 rows"
        )
        for _button in range(3):  # used, unused, breaks a rule
            visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Tab")  # the region that scrolls
        visit.page.keyboard.press("Tab")  # the first header
        assert visit.page.evaluate("document.activeElement.textContent") == "Image"
        visit.page.keyboard.press("Enter")
        assert visit.page.locator("#images-table th").first.get_attribute("aria-sort") == "ascending"
        assert visit.column("images-table", 1) == sorted(shown)
        visit.page.keyboard.press("Space")
        assert visit.column("images-table", 1) == sorted(shown, reverse=True)
        box.fill("")
        assert len(visit.column("images-table", 1)) == 61


def test_the_policy_stops_every_script_but_the_pages_own(browser: Browser, page_source: str) -> None:
    attacks = (
        "const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s);",
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.owned = 1\">');",
        "const f = document.createElement('iframe'); f.src = '/frame'; document.body.append(f);",
        "fetch('/steal').catch(() => {});",
    )
    with Visit(browser, page_source) as visit:
        for attack in attacks:
            visit.page.evaluate(f"() => {{ {attack} }}")
        visit.page.wait_for_timeout(200)
        assert visit.page.evaluate("window.owned") is None
        assert visit.site.asked == ["/report"]
        assert len(visit.console) >= len(attacks), "the browser says what it refused"


def test_without_scripts_everything_is_there_and_no_dead_control(browser: Browser, page_source: str) -> None:
    with Visit(browser, page_source, java_script_enabled=False) as visit:
        assert visit.page.locator("#images-table tbody tr:visible").count() == 61
        assert visit.page.locator("input:visible, button:visible").count() == 0
        assert visit.page.get_by_role("heading", level=1).text_content() == (
            "Failed: 4 images grew, 4 images are too large, 1 tag means different images, 1 host did not answer, "
            "1 host failed, and 1 more"
        )


def test_under_jenkins_everything_is_there_and_the_map_has_its_colours(browser: Browser, page_source: str) -> None:
    with Visit(browser, page_source, policy=JENKINS) as visit:
        assert visit.page.locator("#images-table tbody tr:visible").count() == 61
        assert visit.page.locator("input:visible, button:visible").count() == 0
        cells = visit.page.locator("svg.treemap > svg > svg > rect:first-of-type")
        assert cells.count() >= 20
        colours = set(cells.evaluate_all("all => all.map((each) => getComputedStyle(each).fill)"))
        assert {"rgb(163, 50, 42)", "rgb(138, 90, 0)", "rgb(43, 93, 140)"} <= colours
        assert visit.page.evaluate("getComputedStyle(document.body).maxWidth") == "none", "the style sheet was refused"


def test_dark_and_light_differ_and_print_is_black_on_white(browser: Browser, page_source: str) -> None:
    backgrounds = {}
    for scheme in ("light", "dark"):
        with Visit(browser, page_source, color_scheme=scheme) as visit:
            backgrounds[scheme] = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
            visit.page.emulate_media(media="print")
            assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
            assert visit.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
            assert visit.page.locator("nav:visible, .filter:visible").count() == 0
            assert visit.page.locator("#images-table tbody tr:visible").count() == 61
    assert backgrounds["light"] != backgrounds["dark"]


def test_the_map_fills_its_frame_on_every_width(browser: Browser, page_source: str) -> None:
    areas = """all => all.map((each) => each.getBoundingClientRect()).map((box) => box.width * box.height)"""
    for size in SIZES.values():
        with Visit(browser, page_source, viewport=size) as visit:
            frame = visit.page.locator("svg.treemap").evaluate_all(areas)[0]
            frames = visit.page.locator("svg.treemap > svg").evaluate_all(areas)
            assert len(frames) > 5 and frame > 0
            places = "all => all.map((each) => each.getBoundingClientRect()).map((box) => [box.right, box.bottom])"
            right, bottom = visit.page.locator("svg.treemap").evaluate_all(places)[0]
            for x, y in visit.page.locator("svg.treemap svg > rect:first-of-type").evaluate_all(places):
                assert x <= right + 1 and y <= bottom + 1


def test_a_cell_of_the_map_and_a_repository_filter_the_table_of_images(browser: Browser, page_source: str) -> None:
    with Visit(browser, page_source) as visit:
        cell = visit.page.locator("svg[data-q]").first
        name = str(cell.get_attribute("data-q"))
        cell.click()
        assert {text.split(" ")[0] for text in visit.column("images-table", 1)} == {name}
        cell.click()
        assert len(visit.column("images-table", 1)) == 61
        button = visit.page.locator("#repositories-table").get_by_role("button", name="postgres")
        button.focus()
        visit.page.keyboard.press("Enter")
        shown = visit.column("images-table", 1)
        assert shown and all(text.startswith("postgres:") for text in shown)


def test_buttons_show_what_is_used_unused_or_breaks_a_rule(browser: Browser) -> None:
    document = fleets.host()
    groups = document["image_groups"]
    broken = {(row["image"], row["id"]) for row in document["finding_groups"]}
    expected = {
        "Used": [row for row in groups if row["used"]],
        "Unused": [row for row in groups if not row["used"]],
        "Breaks a rule": [row for row in groups if (row["name"], row["id"]) in broken],
    }
    with Visit(browser, Sample("host", document).render("html")) as visit:
        for name, rows in expected.items():
            button = visit.page.locator("#images-table-filter").get_by_role("button", name=name, exact=True)
            button.focus()
            visit.page.keyboard.press("Space")
            assert button.get_attribute("aria-pressed") == "true"
            assert len(visit.column("images-table", 1)) == len(rows)
            assert visit.page.locator("#images-table-filter output").text_content() == f"{len(rows)} of 60 rows"
            button.click()
        assert len(visit.column("images-table", 1)) == 60


@pytest.mark.parametrize("name", ["host", "fleet"])
def test_the_first_screen_says_which_image_grew_most_by_how_much_and_where(browser: Browser, name: str) -> None:
    document = {"host": fleets.host, "fleet": fleets.fleet}[name]()
    with Visit(browser, Sample(name, document).render("html"), viewport={"width": 1280, "height": 900}) as visit:
        row = visit.page.locator("#changes-table tbody tr").first
        box = row.bounding_box()
        assert box and box["y"] + box["height"] <= 900
        text = row.inner_text()
        assert fleets.GREW in text and "+175 MB" in text and ("gpu002 and 129 more" in text or name == "host")
        heading = visit.page.get_by_role("heading", level=1).bounding_box()
        assert heading and heading["y"] < box["y"]
        visit.page.set_viewport_size(SIZES["phone"])
        most = visit.page.locator(".most")
        box = most.bounding_box()
        assert box and box["y"] + box["height"] <= 800
        assert re.search(f"Grew most: {re.escape(fleets.GREW)} \\+175 MB, 612 → 787 MB", most.inner_text())


def test_findings_are_folded_below_their_rule(browser: Browser) -> None:
    with Visit(browser, Sample("fleet", fleets.fleet(30)).render("html")) as visit:
        rules = visit.page.locator(".rule-row")
        assert rules.count() == 7 and visit.page.locator(".rule-row table:visible").count() == 0
        rules.nth(1).locator("summary").first.focus()
        visit.page.keyboard.press("Enter")
        assert visit.page.locator(".rule-row table:visible").count() == 1
        assert rules.nth(0).inner_text().split("\n")[0].startswith("error")


def _script_seconds(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return t.cast("float", next(each["value"] for each in metrics if each["name"] == "ScriptDuration"))


def test_five_thousand_rows_take_less_than_half_a_second_of_script(browser: Browser) -> None:
    source = Sample("large", samples.ordinary(5000)).render("html")
    with Visit(browser, source) as visit:
        session = visit.context.new_cdp_session(visit.page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU time: the machine may be busy
        visit.page.reload()
        loaded = _script_seconds(session)
        assert visit.page.evaluate("document.getElementById('images-table').tBodies[0].rows.length") == 5000
        assert 0 < loaded < 0.5
        visit.page.evaluate("document.querySelector('#images-table th button').click()")
        box = "const box = document.getElementById('images-table-input'); box.value = 'redis';"
        visit.page.evaluate(f"() => {{ {box} box.dispatchEvent(new Event('input')); }}")
        used = _script_seconds(session) - loaded
        print(
            f"5,000 rows, {len(source) / 1e6:.1f} MB: {loaded:.3f} s of script to load, {used:.3f} s to sort and filter"
        )
        assert used < 1


def test_a_hostile_page_shows_what_it_was_given(browser: Browser) -> None:
    with Visit(browser, Sample("hostile", samples.hostile()).render("html")) as visit:
        text = visit.page.locator("#images-table").inner_text()
        assert "<script>alert(1)</script>" in text and "\\u202egpj.exe" in text and "{{ 7 * 7 }}" in text
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", visit.page.locator("body").inner_text())
        assert visit.page.locator("script").count() == 1 and visit.page.locator("img").count() == 0
        assert visit.console == []
