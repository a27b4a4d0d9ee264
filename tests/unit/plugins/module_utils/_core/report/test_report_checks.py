# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each check passes, fails and does not know, as tables that read like the rules."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.selector import PLACEHOLDER_BEFORE
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.image.totals import totals_of
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    DAY,
    NOW,
    image,
    report,
    said,
    verdicts,
)

MB, MIB = 10**6, 2**20
MEANS_500 = " (500MB means powers of 1000: 500000000 bytes)"
MEANS_1200 = " (1.2GB means powers of 1000: 1200000000 bytes)"


def outcome(rule: dict[str, t.Any], fields: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    """The one finding about one image."""
    subject = image("a", *fields.get("tags", ["acme/web:1"]), **{key: fields[key] for key in fields if key != "tags"})
    (finding,) = report([subject], rule, **options)["findings"]
    return t.cast("dict[str, t.Any]", finding)


@pytest.mark.parametrize(
    "limit, most, size, status, message",
    [
        ("500MB", 500 * MB, 500 * MB, "pass", "500 MB is within the limit of 500 MB"),
        (
            "500MB",
            500 * MB,
            500 * MB + 1,
            "fail",
            f"500 MB (500000001 bytes) is over the limit of 500 MB (500000000 bytes){MEANS_500}",
        ),
        (
            "500MB",
            500 * MB,
            510 * MB,
            "fail",
            f"510 MB is over the limit of 500 MB{MEANS_500}",
        ),
        ("500MB", 500 * MB, 900 * MB, "fail", "900 MB is over the limit of 500 MB"),
        ("500MiB", 500 * MIB, 500 * MIB, "pass", "500 MiB is within the limit of 500 MiB"),
        (
            "500MiB",
            500 * MIB,
            500 * MIB + 1,
            "fail",
            "500 MiB (524288001 bytes) is over the limit of 500 MiB (524288000 bytes)",
        ),
        ("500MiB", 500 * MIB, 510 * MB, "pass", "486 MiB is within the limit of 500 MiB"),
        (100, 100, 101, "fail", "101 B is over the limit of 100 B"),
        ("100", 100, 100, "pass", "100 B is within the limit of 100 B"),
        (0, 0, 0, "pass", "0 B is within the limit of 0 B"),
        ("500MB", 500 * MB, -1, "error", "the engine does not report the size of the image"),
        # Whole bytes that would be none with the other unit.
        ("1.2GB", 1_200_000_000, 1_200_000_000, "pass", "1.20 GB is within the limit of 1.20 GB"),
        (
            "1.2GB",
            1_200_000_000,
            1_200_000_001,
            "fail",
            f"1.20 GB (1200000001 bytes) is over the limit of 1.20 GB (1200000000 bytes){MEANS_1200}",
        ),
        ("0.7 GB", 700_000_000, 700_000_000, "pass", "700 MB is within the limit of 700 MB"),
        ("2.1MB", 2_100_000, 2_100_000, "pass", "2.10 MB is within the limit of 2.10 MB"),
        ("9000PB", 9 * 10**18, 9 * 10**18, "pass", "9.00 EB is within the limit of 9.00 EB"),
        ("2.5GiB", 2_684_354_560, 2_684_354_560, "pass", "2.50 GiB is within the limit of 2.50 GiB"),
    ],
)
def test_max_size(limit: object, most: int, size: int, status: str, message: str) -> None:
    finding = outcome({"id": "max-size", "max": limit}, {"size": size})
    assert said(finding) == (status, None if size < 0 else size, most, "bytes", message)


@pytest.mark.parametrize(
    "options, before, after, status",
    [
        ({"max_ratio": 0.05}, 1000, 1050, "pass"),
        ({"max_ratio": 0.05}, 1000, 1051, "fail"),
        ({"max_ratio": "5%"}, 1000, 1050, "pass"),
        ({"max_ratio": "5%"}, 1000, 1051, "fail"),
        ({"max_ratio": 0.1}, 10, 11, "pass"),
        ({"max_ratio": 0.1}, 0, 1, "fail"),
        ({"max_ratio": 0.1}, 0, 0, "pass"),
        ({"max_bytes": 10}, 1000, 1010, "pass"),
        ({"max_bytes": 10}, 1000, 1011, "fail"),
        ({"max_ratio": 0.05, "max_bytes": 100}, 1000, 1100, "pass"),
        ({"max_ratio": 0.05, "max_bytes": 100}, 1000, 1101, "fail"),
        ({"max_ratio": 0.05, "max_bytes": 100, "combine": "and"}, 10_000, 10_500, "pass"),
        ({"max_ratio": 0.05, "max_bytes": 100, "combine": "or"}, 10_000, 10_101, "fail"),
        ({"max_ratio": 0.05, "max_bytes": 100, "combine": "or"}, 1000, 1051, "fail"),
        ({"max_bytes": 0}, 1000, 10, "pass"),
        ({"max_bytes": 0}, 1000, -1, "error"),
        ({"max_bytes": 0}, -1, 1000, "error"),
        ({"max_bytes": 0}, None, 1000, "skip"),
        ({"max_bytes": 0, "on_missing": "fail"}, None, 1000, "fail"),
    ],
)
def test_max_growth(options: dict[str, t.Any], before: int | None, after: int, status: str) -> None:
    baseline = [image("b", "acme/web:1", size=before)] if before is not None else [image("c", "acme/other:1")]
    finding = outcome({"id": "max-growth", **options}, {"size": after}, baseline=baseline)
    assert finding["status"] == status
    assert finding["baseline"] == (before if before is not None and min(before, after) >= 0 else None)


@pytest.mark.parametrize(
    "options, before, after, limit, message",
    [
        (
            {"max_ratio": "5%", "max_bytes": "10MiB"},
            259615262,
            324519078,
            272596025,
            "248 MiB -> 309 MiB (+61.9 MiB, +25.0%), over the limit of 260 MiB",
        ),
        ({"max_bytes": 10}, 1000, 1010, 1010, "1.00 kB -> 1.01 kB (+10 B, +1.0%), within the limit of 1.01 kB"),
        # What would read the same is said in bytes.
        (
            {"max_bytes": 10},
            100_000,
            100_011,
            100_010,
            "100 kB (100000 bytes) -> 100 kB (100011 bytes) (+11 B, +0.0%), over the limit of 100 kB (100010 bytes)",
        ),
        (
            {"max_bytes": 11},
            100_000,
            100_010,
            100_011,
            "100 kB (100000 bytes) -> 100 kB (100010 bytes) (+10 B, +0.0%), within the limit of 100 kB",
        ),
        (
            {"max_bytes": "1MiB"},
            2 * MIB,
            3 * MIB,
            3 * MIB,
            "2.00 MiB -> 3.00 MiB (+1.00 MiB, +50.0%), within the limit of 3.00 MiB",
        ),
        ({"max_bytes": 0}, 0, 7, 0, "0 B -> 7 B (+7 B), over the limit of 0 B"),
        ({"max_bytes": 0}, 9, 7, 9, "9 B -> 7 B (-2 B, -22.2%), within the limit of 9 B"),
    ],
)
def test_growth_says_what_grew(options: dict[str, t.Any], before: int, after: int, limit: int, message: str) -> None:
    old = [image("b", "acme/web:1", size=before)]
    finding = outcome({"id": "max-growth", **options}, {"size": after}, baseline=old)
    assert said(finding) == ("fail" if after > limit else "pass", after, limit, "bytes", message)
    assert finding["baseline"] == before


@pytest.mark.parametrize(
    "rule, fields, baseline, expected",
    [
        ({}, {"size": 5}, [image("c", "x:1")], ("skip", 5, "the baseline does not have this image")),
        ({"on_missing": "fail"}, {"size": 5}, [image("c", "x:1")],
         ("fail", 5, "the baseline does not have this image")),
        ({}, {"size": -1}, [image("b", "acme/web:1", size=1)],
         ("error", None, "its size, now or in the baseline, is not known")),
        ({}, {"size": 5, "tags": []}, [image("b", "acme/web:1", size=1)],
         ("skip", 5, "has no name, so the baseline cannot have it")),
    ],
)  # fmt: skip
def test_growth_that_cannot_be_judged(
    rule: dict[str, t.Any], fields: dict[str, t.Any], baseline: t.Any, expected: tuple[t.Any, ...]
) -> None:
    finding = outcome({"id": "max-growth", "max_bytes": 1, **rule}, fields, baseline=baseline)
    status, actual, message = expected
    assert said(finding) == (status, actual, None, "bytes", message)


def test_growth_on_another_engine_cannot_be_judged() -> None:
    before = report({"images": [image("b", "acme/web:1", size=7)], "engine": {"name": "docker"}})
    now = {"images": [image("a", "acme/web:1", size=9)], "engine": {"name": "podman"}}
    (finding,) = report(now, {"id": "max-growth", "max_bytes": 1}, baseline=before)["findings"]
    reason = "sizes cannot be compared: the baseline's engine is docker, now it is podman"
    assert (said(finding), finding["baseline"]) == (("incomparable", 9, None, "bytes", reason), 7)


def test_growth_without_a_baseline_is_skipped_and_said() -> None:
    document = report([image("a", "acme/web:1", size=1)], {"id": "max-growth", "max_bytes": 1})
    assert said(document["findings"][0]) == ("skip", None, None, "bytes", "no baseline was given")
    assert document["warnings"] == ["rule max-growth compared nothing: no baseline was given"]


@pytest.mark.parametrize(
    "limit, created, status, message",
    [
        ("30d", NOW - 30 * DAY, "pass", "built 30 d ago, within the limit of 30 d"),
        (
            "30d",
            NOW - 30 * DAY - 1,
            "fail",
            "built 30 d (2592001 seconds) ago, over the limit of 30 d (2592000 seconds)",
        ),
        ("30d", NOW - 31 * DAY, "fail", "built 31 d ago, over the limit of 30 d"),
        (86400, NOW - DAY, "pass", "built 1 d ago, within the limit of 1 d"),
        ("1d", NOW, "pass", "built 0 s ago, within the limit of 1 d"),
        ("1d", NOW + DAY, "pass", "built 1 d in the future"),
        # Beyond what clocks and time zones explain it is no build date.
        ("1d", NOW + DAY + 1, "error", "it says that it was built 1 d in the future, so its age is not known"),
        ("1d", NOW + 400 * DAY, "error", "it says that it was built 400 d in the future, so its age is not known"),
        ("1d", 0, "error", "its build date is not known"),
        ("1d", PLACEHOLDER_BEFORE - 1, "error", "its build date is not known"),
        ("1d", PLACEHOLDER_BEFORE, "fail", "built 17180 d ago, over the limit of 1 d"),
    ],
)
def test_max_age(limit: object, created: int, status: str, message: str) -> None:
    finding = outcome({"id": "max-age", "max": limit}, {"created": created})
    actual = None if status == "error" else NOW - created
    assert said(finding) == (status, actual, 30 * DAY if limit == "30d" else DAY, "seconds", message)


@pytest.mark.parametrize(
    "containers, age, status, actual, message",
    [
        (0, 29, "pass", 29, "no container uses it; built 29 d ago, within the limit of 30 d"),
        (0, 30, "pass", 30, "no container uses it; built 30 d ago, within the limit of 30 d"),
        (0, 31, "fail", 31, "no container uses it; built 31 d ago, over the limit of 30 d"),
        (1, 31, "pass", None, "used by 1 container"),
        (2, 31, "pass", None, "used by 2 containers"),
        (-1, 29, "pass", 29, "built 29 d ago, within the limit of 30 d"),
        (-1, 31, "error", 31, "whether containers use it is not known"),
        (0, -2, "error", None, "it says that it was built 2 d in the future, so its age is not known"),
    ],
)
def test_max_unused_age(containers: int, age: int, status: str, actual: int | None, message: str) -> None:
    fields = {"containers": containers, "created": NOW - age * DAY}
    finding = outcome({"id": "max-unused-age", "max": "30d"}, fields)
    assert said(finding) == (status, actual and actual * DAY, 30 * DAY, "seconds", message)


@pytest.mark.parametrize(
    "arrived, used, since, status, actual, message",
    [
        (None, 20, None, "pass", 20, "last used 20 d ago, within the limit of 30 d"),
        (30, None, 5, "pass", 30, "arrived 30 d ago, within the limit of 30 d"),
        (90, 40, 50, "fail", 40, "last used 40 d ago, over the limit of 30 d"),
        (40, 90, 50, "fail", 40, "arrived 40 d ago, over the limit of 30 d"),
        (None, None, 50, "fail", 50, "watched without a use from 50 d ago, over the limit of 30 d"),
        (90, 80, 50, "fail", 50, "watched without a use from 50 d ago, over the limit of 30 d"),
        (None, 40, 30, "error", None, "its last use is not known, it is watched for 30 d only"),
        (None, None, None, "error", None, "its last use is not known"),
    ],
)
def test_max_unused_age_by_last_use(
    arrived: int | None, used: int | None, since: int | None, status: str, actual: int | None, message: str
) -> None:
    days = {"arrived": arrived, "last_used": used, "watched_since": since}
    moments = {key: None if value is None else NOW - value * DAY for key, value in days.items()}
    finding = outcome({"id": "max-unused-age", "max": "30d"}, {"containers": 0, "created": NOW - 99 * DAY, **moments})
    assert said(finding) == (status, actual and actual * DAY, 30 * DAY, "seconds", message)


def test_an_image_was_not_unused_before_it_was_built() -> None:
    facts = {"containers": 0, "created": NOW - 29 * DAY, "watched_since": NOW - 50 * DAY}
    finding = outcome({"id": "max-unused-age", "max": "30d"}, {**facts, "arrived": None, "last_used": None})
    assert said(finding)[:2] == ("pass", 29 * DAY) and said(finding)[4] == "built 29 d ago, within the limit of 30 d"


@pytest.mark.parametrize(
    "options, labels, status, message",
    [
        ({}, {"l": ""}, "pass", 'the label "l" is ""'),
        ({}, {}, "fail", 'lacks the label "l"'),
        ({"required": False}, {}, "skip", 'lacks the label "l"'),
        ({"required": "false"}, {}, "skip", 'lacks the label "l"'),
        ({"required": False, "value": "x"}, {"l": "y"}, "fail", 'the label "l" must be "x", got "y"'),
        ({"value": "x"}, {"l": "x"}, "pass", 'the label "l" is "x"'),
        ({"value": "x"}, {}, "fail", 'lacks the label "l"'),
        ({"value": "x"}, {"l": "X"}, "fail", 'the label "l" must be "x", got "X"'),
        ({"value": 2}, {"l": "2"}, "pass", 'the label "l" is "2"'),
        ({"pattern": "v[0-9]+"}, {"l": "v12"}, "pass", 'the label "l" is "v12"'),
        (
            {"pattern": "v[0-9]+"},
            {"l": "v12x"},
            "fail",
            'the label "l" must be as the pattern "v[0-9]+" says, got "v12x"',
        ),
        ({"pattern": "a|b"}, {"l": "bx"}, "fail", 'the label "l" must be as the pattern "a|b" says, got "bx"'),
        ({"pattern": "v1"}, {"l": "v1\n"}, "fail", r'the label "l" must be as the pattern "v1" says, got "v1\n"'),
        ({"pattern": "(?i)V1"}, {"l": "v1"}, "pass", 'the label "l" is "v1"'),
        ({"type": "semver"}, {"l": "1.2.3"}, "pass", 'the label "l" is "1.2.3"'),
        (
            {"type": "semver"},
            {"l": "latest"},
            "fail",
            'the label "l" must be a version of Semantic Versioning 2.0.0 such as 1.2.3, got "latest"',
        ),
        ({"type": "semver"}, {}, "fail", 'lacks the label "l"'),
    ],
)
def test_label(options: dict[str, t.Any], labels: dict[str, str], status: str, message: str) -> None:
    finding = outcome({"id": "label", "name": "l", **options}, {"labels": labels})
    assert (finding["rule"], finding["check"]) == ("label:l", "label")
    limit = next((str(options[key]) for key in ("value", "pattern", "type") if key in options), None)
    assert said(finding) == (status, labels.get("l"), limit, "", message)


def test_label_shows_hostile_values_on_one_line() -> None:
    finding = outcome({"id": "label", "name": "l", "value": "x"}, {"labels": {"l": "a\n::error::\ud800\x1b[2J"}})
    assert finding["message"] == r'the label "l" must be "x", got "a\n::error::\ud800\x1b[2J"'


@pytest.mark.parametrize(
    "tags, status, found, message",
    [
        (["acme/web:latest"], "fail", "acme/web:latest", 'has a forbidden tag: "acme/web:latest"'),
        (["acme/web:1", "acme/web:latest"], "fail", "acme/web:latest", 'has a forbidden tag: "acme/web:latest"'),
        (
            ["acme/web:dev-1", "acme/web:latest"],
            "fail",
            "acme/web:dev-1, acme/web:latest",
            'has a forbidden tag: "acme/web:dev-1", "acme/web:latest"',
        ),
        (["acme/web:1"], "pass", None, "has no forbidden tag"),
        (["latest:1"], "pass", None, "has no forbidden tag"),
        ([], "skip", None, "has no tag"),
    ],
)
def test_forbidden_tag(tags: list[str], status: str, found: str | None, message: str) -> None:
    finding = outcome({"id": "forbidden-tag", "tags": ["latest", "dev-*"]}, {"tags": tags})
    assert said(finding) == (status, found, "latest, dev-*", "", message)


def test_no_dangling() -> None:
    images = [
        image("a", "acme/web:1", parent_id="sha256:" + "c" * 64),
        image("b", size=1),
        image("c"),
        image("d", repo_digests=["acme/web@sha256:" + "9" * 64]),
    ]
    document = report(images, {"id": "no-dangling"})
    assert {row["image"]: said(row) for row in document["findings"]} == {
        "acme/web:1": ("pass", "tagged", None, "", "is tagged"),
        "bbbbbbbbbbbb": ("fail", "dangling", None, "", "is dangling: no name, no child (1 B)"),
        "cccccccccccc": ("pass", "intermediate", None, "", "is intermediate"),
        "acme/web@sha256:" + "9" * 64: ("pass", "digest_only", None, "", "is digest only"),
    }


def test_required_image() -> None:
    images = [image("a", "docker.io/library/alpine:3"), image("b", "docker.io/library/alpine:2.9")]
    names = ["alpine", "alpine:3", "alpine:2", "acme/**", "sha256:" + "a" * 64, "sha256:" + "c" * 64]
    document = report(images, {"id": "required-image", "references": [*names, "alpine"]})
    none = ("fail", 0, 1, "count", "no image of the host has such a name")
    one = ("pass", 1, 1, "count", "1 name found")
    assert {row["image"]: said(row) for row in document["findings"]} == {
        "alpine": ("pass", 2, 1, "count", "2 names found"),
        "alpine:3": one,
        "alpine:2": none,
        "acme/**": none,
        names[4]: one,
        names[5]: none,
    }
    assert len(document["findings"]) == len(names)


@pytest.mark.parametrize(
    "options, shared, layers, status, actual",
    [
        ({"max": 300}, 50, None, "pass", 300),
        ({"max": 299}, 50, None, "fail", 300),
        ({"max": 200, "of": "unique_size"}, 50, None, "pass", 200),
        ({"max": 199, "of": "unique_size"}, 50, None, "fail", 200),
        ({"max": 199, "of": "unique_size"}, -1, None, "error", None),
        ({"max": 250, "of": "layers_size"}, 50, 250, "pass", 250),
        ({"max": 249, "of": "layers_size"}, 50, 250, "fail", 250),
        ({"max": 249, "of": "layers_size"}, 50, None, "error", None),
        ({"max": 100, "when": {"tags": ["1"]}}, 50, None, "pass", 100),
    ],
)
def test_max_total_size(
    options: dict[str, t.Any], shared: int, layers: int | None, status: str, actual: int | None
) -> None:
    images = [image("a", "x:1", size=100, shared_size=shared), image("b", "x:2", size=200, shared_size=shared)]
    document = report({"images": images, "totals": {"layers_size": layers}}, {"id": "max-total-size", **options})
    (finding,) = document["findings"]
    assert (finding["image"], said(finding)[:4]) == (None, (status, actual, options["max"], "bytes"))


@pytest.mark.parametrize(
    "of, images, message",
    [
        ("size", [("x:1", -1, 5), ("x:2", 3, 1)], "the size of x:1 is not known"),
        ("size", [("x:1", 0, 0), ("x:2", -1, 1)], "the size of x:2 is not known"),
        ("size", [("x:1", -1, 5), ("x:2", -1, 1), ("x:3", -1, 1)], "the size of x:1 and 2 more images is not known"),
        ("unique_size", [("x:1", -1, 5)], "the size of x:1 is not known"),
        (
            "unique_size",
            [("x:1", 0, 0), ("x:2", 3, -1)],
            "the shared size of x:2 is not known: gather the facts with shared_size",
        ),
        (
            "unique_size",
            [("x:1", 5, 5), ("x:2", 100, 150)],
            "the engine reports a shared size above the size for x:2",
        ),
        (
            "unique_size",
            [("x:1", 3, 1), ("x:2", 3, -1), ("x:3", 3, -1)],
            "the shared size of x:2 and 1 more image is not known: gather the facts with shared_size",
        ),
        (
            "unique_size",
            [("x:1", 100, 150), ("x:2", 1000, 0)],
            "the engine reports a shared size above the size for x:1",
        ),
        ("layers_size", [("x:1", 3, 1)], "the disk use of the layers is not known: gather the facts with shared_size"),
    ],
)
def test_a_total_that_is_not_known_says_why(of: str, images: list[tuple[str, int, int]], message: str) -> None:
    rows = [
        image("abc"[number], name, size=size, shared_size=shared) for number, (name, size, shared) in enumerate(images)
    ]
    (finding,) = report(rows, {"id": "max-total-size", "max": 10, "of": of})["findings"]
    assert (finding["status"], finding["message"]) == ("error", message)


def test_what_images_do_not_share_has_one_answer_everywhere() -> None:
    """Docker's containerd store can call more bytes shared than an image has."""
    images = [image("a", "x:1", size=100, shared_size=150), image("b", "x:2", size=1000, shared_size=0)]
    document = report(images, {"id": "max-total-size", "max": 950, "of": "unique_size"})
    assert totals_of([ImageSummary.from_dict(row) for row in images])["unique_size"] is None
    assert document["totals"]["unique_size"] is None
    assert document["scope"]["hosts"][0]["unique_size"] is None
    assert (document["findings"][0]["status"], document["findings"][0]["actual"]) == ("error", None)
    columns = {"columns": "name,unique_size"}
    assert render(document, "csv", columns) == "name,unique_size\r\nx:1,\r\nx:2,1000\r\n"


@pytest.mark.parametrize(
    "of, size, message",
    [
        ("size", 100, "the sum of the image sizes of 1 image: 100 B is over the limit of 10 B"),
        ("size", 5, "the sum of the image sizes of 2 images: 10 B is within the limit of 10 B"),
        ("unique_size", 5, "what the images do not share, 2 images: 6 B is within the limit of 10 B"),
        ("layers_size", 5, "the disk use of all layers of 2 images: 7 B is within the limit of 10 B"),
    ],
)
def test_a_sum_of_sizes_is_never_called_disk_use(of: str, size: int, message: str) -> None:
    images = [image("a", "x:1", size=size, shared_size=2), image("b", "x:2", size=size, shared_size=2)]
    data = {"images": images[: 1 if size > 10 else 2], "totals": {"layers_size": 7}}
    document = report(data, {"id": "max-total-size", "max": 10, "of": of})
    assert document["findings"][0]["message"] == message


def test_a_selector_narrows_a_rule_and_a_rule_that_looks_at_nothing_says_so() -> None:
    images = [image("a", "acme/web:1", size=10), image("b", "other:1", size=10)]
    document = report(
        images,
        {"id": "max-size", "max": 5, "when": {"repositories": ["acme/*"]}},
        {"id": "typo", "check": "max-size", "max": 5, "when": {"repositories": ["acmee/*"]}},
        {"id": "elsewhere", "check": "max-size", "max": 5, "hosts": ["db*"]},
    )
    assert verdicts(document) == {"acme/web:1": "fail"}
    assert document["warnings"] == [
        "rule typo matched nothing: it does not select any host or image",
        "rule elsewhere matched nothing: it does not select any host or image",
    ]


BUILT = {"label": {"id": "label", "name": "l"}, "max-size": {"id": "max-size", "max": 5}}


@pytest.mark.parametrize(
    "check, when, fields, status",
    [
        ("label", {"larger_than": 10}, {"size": 11}, "fail"),
        ("label", {"larger_than": 10}, {"size": 10}, None),
        ("label", {"larger_than": 10}, {"size": -1}, "error"),
        ("label", {"smaller_than": 10}, {"size": -1}, "error"),
        ("label", {"older_than": "30d"}, {"created": NOW - 31 * DAY}, "fail"),
        ("label", {"older_than": "30d"}, {"created": NOW - DAY}, None),
        ("label", {"older_than": "30d"}, {"created": 0}, "error"),
        ("label", {"older_than": "30d"}, {"created": NOW + 9 * DAY}, "error"),
        # No engine says when an image was last used. One that is used, or is younger, is not unused for so long.
        ("label", {"unused_for": "1d"}, {"containers": -1, "created": NOW - 9 * DAY}, "error"),
        ("label", {"unused_for": "1d"}, {"containers": 0, "created": NOW - 9 * DAY}, "error"),
        ("label", {"unused_for": "1d"}, {"containers": 2, "created": NOW - 9 * DAY}, None),
        ("label", {"unused_for": "9d"}, {"containers": 0, "created": NOW - DAY}, None),
        ("label", {"unused_for": "9d"}, {"containers": 0, "created": NOW - 9 * DAY}, None),
        ("label", {"unused_for": "9d"}, {"containers": 0, "created": NOW - 9 * DAY - 1}, "error"),
        ("label", {"unused_for": "9d"}, {"containers": 0, "created": NOW + 2 * DAY}, "error"),
        ("max-size", {"unused_for": "1d"}, {"containers": -1, "created": NOW - 9 * DAY, "size": 6}, "error"),
        # What passes, passes whether the rule applies or not.
        ("max-size", {"unused_for": "1d"}, {"containers": -1, "created": NOW - 9 * DAY, "size": 5}, "pass"),
        ("label", {"larger_than": 10}, {"size": -1, "labels": {"l": ""}}, "pass"),
        # A condition that does not hold settles it, whatever else is not known.
        ("label", {"larger_than": 10, "tags": ["2"]}, {"size": -1}, None),
        ("label", {"larger_than": 10, "older_than": "30d"}, {"size": -1}, None),
        ("label", {"larger_than": 10, "tags": ["1"]}, {"size": -1}, "error"),
    ],
)
def test_whether_a_rule_applies_may_not_be_known(
    check: str, when: dict[str, t.Any], fields: dict[str, t.Any], status: str | None
) -> None:
    document = report([image("a", "acme/web:1", **fields)], {**BUILT[check], "when": when})
    assert [finding["status"] for finding in document["findings"]] == ([status] if status else [])
    assert document["gate"]["passed"] is (status not in ("fail", "error"))


def test_the_finding_says_which_value_is_not_known() -> None:
    rule = {"id": "label", "name": "l", "when": {"larger_than": 10, "older_than": "1h", "unused_for": "1h"}}
    (finding,) = report([image("a", "x:1", size=-1, created=0)], rule)["findings"]
    assert finding["actual"] is None
    assert finding["message"].startswith(
        "whether the rule applies is not known (not known: size, build date, time of last use); if it does: lacks"
    )


def test_growth_of_an_image_that_the_rule_may_not_be_about() -> None:
    rule = {"id": "max-growth", "max_bytes": 1, "when": {"older_than": "30d"}}
    before = [image("b", "x:1", size=10)]
    assert verdicts(report([image("a", "x:1", size=12, created=0)], rule, baseline=before)) == {"x:1": "error"}
    assert verdicts(report([image("a", "x:1", size=11, created=0)], rule, baseline=before)) == {"x:1": "pass"}


@pytest.mark.parametrize(
    "rule, status",
    [
        ({"id": "max-total-size", "max": 9}, "fail"),
        ({"id": "max-total-size", "max": 10}, "error"),
        ({"id": "max-total-size", "max": 15}, "pass"),
        ({"id": "required-image", "references": ["known"]}, "pass"),
        ({"id": "required-image", "references": ["unknown"]}, "error"),
        ({"id": "required-image", "references": ["other"]}, "fail"),
    ],
)
def test_a_host_with_an_image_that_a_rule_may_not_be_about(rule: dict[str, t.Any], status: str) -> None:
    images = [image("a", "known:1", size=10, created=NOW - 40 * DAY), image("b", "unknown:1", size=5, created=0)]
    (finding,) = report(images, {**rule, "when": {"older_than": "30d"}})["findings"]
    assert finding["status"] == status
    assert ("whether the rule is about 1 more image is not known" in finding["message"]) is (status == "error")
