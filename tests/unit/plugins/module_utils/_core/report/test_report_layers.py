# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sizes of base and own layers in a report: the limit of the one, the growth of both, and the baseline."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.baseline import parse_baseline
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.check_outcome import growth_text
from ansible_collections.container_ops.images.plugins.module_utils._core.report.groups import groups_of_findings
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import parse_row, spool_lines
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.registry.registry_rows import (
    WEB,
    platform,
    row,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
    report,
    said,
)

MB = 10**6
GROWTH = {"id": "max-growth", "max_ratio": "5%"}


def built(letter: str, tag: str, base: int | None, own: int, **fields: t.Any) -> dict[str, t.Any]:
    """As image_summary_info returns it with layers."""
    size = (base or 0) + own
    return image(
        letter,
        tag,
        size=size,
        own_size=own,
        base=None if base is None else {"source": "shared_layers", "size": base},
        layer_details=[],
        configuration={},
        **fields,
    )


OLD, NEW = built("a", "web:1", 300 * MB, 200 * MB), built("b", "web:1", 490 * MB, 210 * MB)


def updated(before: str | None, images: list[dict[str, t.Any]], update: str = "all", **options: t.Any) -> str:
    """The baseline after a report on these images."""
    policy = ReportPolicy.parse(now=NOW, rules=[GROWTH], baseline=before, **options)
    builder = ReportBuilder(policy, baseline_key="reference")
    builder.add_host(HostFacts("web01", [ImageSummary.from_dict(one) for one in images]))
    return builder.new_baseline(update).to_text()


@pytest.mark.parametrize(
    "own, verdict",
    [
        (
            built("a", "x:1", 5, 100),
            ("pass", 100, 100, "bytes", "own layers: 100 B is within the limit of 100 B"),
        ),
        (built("a", "x:1", 5, 101), ("fail", 101, 100, "bytes", "own layers: 101 B is over the limit of 100 B")),
        (built("a", "x:1", None, 99), ("pass", 99, 100, "bytes", "own layers: 99 B is within the limit of 100 B")),
        (
            built("a", "x:1", None, -1),
            ("error", None, 100, "bytes", "the bytes of its own layers are not known"),
        ),
        (
            image("a", "x:1", size=5),
            ("error", None, 100, "bytes", "the bytes of its own layers are not known: gather the facts with layers"),
        ),
    ],
)
def test_own_size(own: dict[str, t.Any], verdict: tuple[t.Any, ...]) -> None:
    document = report([own], {"id": "max-own-size", "max": 100})
    assert said(document["findings"][0]) == verdict
    assert document["gate"]["passed"] is (verdict[0] == "pass")


@pytest.mark.parametrize(
    "base, own, text",
    [
        (190 * MB, 10 * MB, "the base grew by 190 MB, own layers by 10.0 MB"),
        (-190 * MB, -10 * MB, "the base shrank by 190 MB, own layers by 10.0 MB"),
        (190 * MB, -10 * MB, "the base grew by 190 MB, own layers shrank by 10.0 MB"),
        (0, 10 * MB, "the base did not change, own layers grew by 10.0 MB"),
        (190 * MB, 0, "the base grew by 190 MB, own layers did not change"),
        (0, 0, "the base did not change, own layers did not change"),
    ],
)
def test_the_sentence(base: int, own: int, text: str) -> None:
    assert growth_text(base, own, "si") == text


@pytest.mark.parametrize("baseline", [updated(None, [OLD]), [OLD], report([OLD])], ids=["file", "images", "report"])
def test_every_format_says_what_grew(baseline: t.Any) -> None:
    document = report([NEW], GROWTH, baseline=baseline)
    (finding,) = document["findings"]
    words = "the base grew by 190 MB, own layers by 10.0 MB"
    assert finding["message"] == f"500 MB -> 700 MB (+200 MB, +40.0%), over the limit of 525 MB; {words}"
    assert finding["growth"] == {"base": 190 * MB, "own": 10 * MB}
    assert document["gate"]["reasons"] == [f"1 error: max-growth web:1 500 → 700 MB, limit 525 MB; {words}, on web01"]
    for name in ("azure", "github", "gitlab_codequality", "html", "junit", "markdown", "sarif", "text"):
        text = render(document, name, {})
        plain = " ".join((text if isinstance(text, str) else text.decode()).replace("&#160;", " ").split())
        assert words in plain.replace("\\u00a0", " ").replace("\u00a0", " "), name


@pytest.mark.parametrize(
    "old, new",
    [
        (image("a", "web:1", size=500 * MB), NEW),
        (OLD, image("b", "web:1", size=700 * MB)),
        (built("a", "web:1", None, 500 * MB), NEW),
        (OLD, built("b", "web:1", None, 700 * MB)),
        (OLD, {**NEW, "own_size": -1}),
    ],
)
def test_nothing_is_said_unless_both_sides_are_known(old: dict[str, t.Any], new: dict[str, t.Any]) -> None:
    (finding,) = report([new], GROWTH, baseline=updated(None, [old]))["findings"]
    assert finding["message"] == "500 MB -> 700 MB (+200 MB, +40.0%), over the limit of 525 MB"
    assert "growth" not in finding


def test_another_tag_stands_for_the_baseline() -> None:
    document = report([{**NEW, "repo_tags": ["web:2"]}, OLD], GROWTH, compare_with=["web:1"])
    (finding,) = document["findings"]
    assert finding["growth"] == {"base": 190 * MB, "own": 10 * MB}
    rows = [
        row(f"{WEB}:{tag}", platform(letter, 100, own_size=100, base=None)) for tag, letter in (("1", "a"), ("2", "b"))
    ]
    document = report(rows, GROWTH, {"id": "max-own-size", "max": 99}, compare_with=[f"{WEB}:1"])
    assert {one["rule"]: one["status"] for one in document["findings"]} == {
        "max-growth": "pass",
        "max-own-size": "fail",
    }


def entry(text: str) -> t.Any:
    return json.loads(text)["hosts"]["web01"]["images"]


def test_what_a_baseline_holds() -> None:
    text = updated(None, [OLD, image("c", "plain:1", size=5), built("d", "arm:1", None, 7, platform="linux/arm64")])
    assert entry(text) == {
        "arm:1": {"linux/arm64": {"base_size": -1, "own_size": 7, "size": 7}},
        "plain:1": 5,
        "web:1": {"": {"base_size": 300 * MB, "own_size": 200 * MB, "size": 500 * MB}},
    }
    assert json.loads(text)["schema"] == "image_baseline/3"
    assert parse_baseline(text).to_text() == text


def test_updates_keep_the_sizes_together() -> None:
    before = updated(None, [OLD, built("c", "other:1", 1, 2)])
    for update, known in (("missing", 300 * MB), ("out_of_range", 490 * MB), ("all", 490 * MB)):
        found = entry(updated(before, [NEW, built("d", "new:1", 3, 4)], update))
        assert found["web:1"][""]["base_size"] == known, update
        assert ("new:1" in found, "other:1" in found) == (update != "out_of_range", update != "all")
    # Sizes of layers of an image that is gone must not stand beside those of another.
    plain = image("b", "web:1", size=700 * MB)
    assert entry(updated(before, [plain], "out_of_range"))["web:1"] == 700 * MB
    assert entry(updated(before, [plain], "missing"))["web:1"][""]["own_size"] == 200 * MB
    # What a report is not about is kept as it is.
    kept = entry(updated(before, [NEW], select={"references": ["web"]}))
    assert kept["other:1"] == {"": {"base_size": 1, "own_size": 2, "size": 3}}


@pytest.mark.parametrize(
    "value, complaint",
    [
        ({"": {"own_size": 1}}, '["web:1"][""].size is required'),
        ({"": {"size": "x", "own_size": 1}}, '["web:1"][""].size must be an integer'),
        ({"": {"size": 1, "own_size": "x"}}, '["web:1"][""].own_size must be an integer'),
        ({"": {"size": 1, "base_size": [], "own_size": 1}}, '["web:1"][""].base_size must be an integer'),
        ({"": {"size": 1, "layers": 1}}, '["web:1"][""].layers is not an option of an entry with layers'),
        ({"size": 1, "own_size": 1}, '["web:1"] needs a platform around its sizes, which may be ""'),
    ],
)
def test_a_damaged_entry(value: t.Any, complaint: str) -> None:
    data = {"schema": "image_baseline/2", "key": "reference", "hosts": {"web01": {"images": {"web:1": value}}}}
    with pytest.raises(InputError) as caught:
        parse_baseline(data)
    assert complaint in str(caught.value)


def test_spool_files_hold_two_sizes_of_all_that_is_known_about_layers() -> None:
    _header, line, plain = spool_lines("web01", {"images": [OLD, image("c", "x:1", size=5)]}, NOW)
    record = json.loads(line)
    assert {key for key in record if "size" in key} == {"size", "base_size", "own_size"}
    assert {"base", "configuration", "layer_details"}.isdisjoint(record)
    assert parse_row(line.encode()).layer_sizes == (300 * MB, 200 * MB)
    assert parse_row(line.encode()) == ImageSummary.from_dict(OLD)
    assert "own_size" not in plain
    assert parse_row(plain.encode()).layer_sizes is None


def test_hosts_where_other_parts_grew_are_not_one_group() -> None:
    before = {
        "schema": "image_baseline/2",
        "key": "reference",
        "hosts": {
            f"web{base}": {"images": {"web:1": {"": {"size": 50, "base_size": base, "own_size": 50 - base}}}}
            for base in (10, 40)
        },
    }
    hosts = {name: {"images": [built("b", "web:1", 50, 50)]} for name in ("web10", "web40")}
    document = report(hosts, {"id": "max-growth", "max_bytes": 10}, baseline=before)
    groups = [(one["on"], one["growth"]) for one in document["finding_groups"]]
    assert groups == [(["web10"], {"base": 40, "own": 10}), (["web40"], {"base": 10, "own": 40})]
    assert groups_of_findings(document["findings"]) == document["finding_groups"]
