# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drifting tags and required numbers of hosts."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    image,
    report,
    said,
    verdicts,
)

GRAPH = {"name": "docker", "image_store": "graphdriver"}
CONTAINERD = {"name": "docker", "image_store": "containerd"}
TAG = "acme/web:1"
DIGEST_1, DIGEST_2 = "acme/web@sha256:" + "1" * 64, "acme/web@sha256:" + "2" * 64


def host(letter: str, *tags: str, engine: t.Any = None, digest: str = "") -> dict[str, t.Any]:
    return {"images": [image(letter, *tags, repo_digests=[digest] if digest else [])], "engine": engine or GRAPH}


OTHER_STORES = (
    " (the hosts use different image stores, and without repository digests their image IDs cannot be compared)"
)
A, B, C = "a" * 12, "b" * 12, "c" * 12


@pytest.mark.parametrize(
    "hosts, status, images, message",
    [
        ([host("a", TAG)], "pass", 1, "the same image on 1 host"),
        ([host("a", TAG), host("a", TAG)], "pass", 1, "the same image on 2 hosts"),
        ([host("a", TAG), host("b", TAG)], "fail", 2, f"means 2 different images: {A} on h0; {B} on h1"),
        (
            [host("a", TAG), host("a", TAG), host("b", TAG)],
            "fail",
            2,
            f"means 2 different images: {A} on h0, h1; {B} on h2",
        ),
        ([host("a", TAG), host("a", "docker.io/acme/web:1")], "pass", 1, "the same image on 2 hosts"),
        # Other engines make other IDs of the same image: the digest in the registry tells.
        (
            [host("a", TAG, digest=DIGEST_1), host("b", TAG, engine=CONTAINERD, digest=DIGEST_1)],
            "pass",
            1,
            "the same image on 2 hosts",
        ),
        # Mirrors have a digest in common, whatever they call the repository.
        (
            [host("a", TAG, digest=DIGEST_1), host("b", TAG, digest=DIGEST_1.replace("acme", "mirror:5000/acme"))],
            "pass",
            1,
            "the same image on 2 hosts",
        ),
        (
            [host("a", TAG, digest=DIGEST_1), host("a", TAG, digest=DIGEST_2), host("b", TAG, digest=DIGEST_1)],
            "pass",
            1,
            "the same image on 3 hosts",
        ),
        # The second has nothing in common with the first but through the third.
        (
            [
                host("a", TAG, digest=DIGEST_1),
                host("b", TAG, digest=DIGEST_2),
                {"images": [image("c", TAG, repo_digests=[DIGEST_2, DIGEST_1])], "engine": GRAPH},
            ],
            "pass",
            1,
            "the same image on 3 hosts",
        ),
        (
            [
                host("a", TAG, digest=DIGEST_1),
                {"images": [image("b", TAG, repo_digests=[DIGEST_1, DIGEST_2])], "engine": GRAPH},
                host("c", TAG, digest=DIGEST_2),
            ],
            "pass",
            1,
            "the same image on 3 hosts",
        ),
        (
            [host("b", TAG, digest=DIGEST_1), host("c", TAG), host("a", TAG, digest=DIGEST_1)],
            "fail",
            2,
            f"means 2 different images: {A} on h2, h0; {C} on h1",
        ),
        (
            [host("a", TAG, digest=DIGEST_1), host("b", TAG, engine=CONTAINERD, digest=DIGEST_2)],
            "fail",
            2,
            f"means 2 different images: {A} on h0; {B} on h1",
        ),
        (
            [host("a", TAG), host("b", TAG, engine=CONTAINERD)],
            "incomparable",
            2,
            f"means 2 different images: {A} on h0; {B} on h1{OTHER_STORES}",
        ),
        (
            [host("a", TAG), host("b", TAG, engine=CONTAINERD, digest=DIGEST_1)],
            "incomparable",
            2,
            f"means 2 different images: {A} on h0; {B} on h1{OTHER_STORES}",
        ),
        (
            [host("a", TAG), host("b", TAG), host("c", TAG, engine=CONTAINERD)],
            "fail",
            3,
            f"means 3 different images: {A} on h0; {B} on h1; {C} on h2",
        ),
    ],
)
def test_tag_drift(hosts: list[dict[str, t.Any]], status: str, images: int, message: str) -> None:
    document = report({f"h{index}": item for index, item in enumerate(hosts)}, {"id": "tag-drift"})
    assert [(row["host"], row["image"], said(row)) for row in document["findings"]] == [
        (None, TAG, (status, images, 1, "count", message))
    ]


def test_the_same_image_under_another_tag_is_no_drift() -> None:
    document = report({"h1": host("a", TAG), "h2": host("a", "acme/web:2")}, {"id": "tag-drift"})
    assert [row["image"] for row in document["findings"]] == [TAG, "acme/web:2"]
    assert {said(row)[-1] for row in document["findings"]} == {"the same image on 1 host"}


def test_drift_names_the_hosts() -> None:
    hosts = {f"h{index}": host("a", TAG) for index in range(5)}
    document = report({**hosts, "z1": host("b", TAG)}, {"id": "tag-drift"})
    assert document["findings"][0]["message"] == (
        "means 2 different images: aaaaaaaaaaaa on h0, h1, h2 and 2 more; bbbbbbbbbbbb on z1"
    )


@pytest.mark.parametrize(
    "minimum, dead, status, message",
    [
        (2, 0, "pass", "2 hosts have such an image, at least 2 must"),
        (0, 0, "pass", "2 hosts have such an image, at least 0 must"),
        (3, 0, "fail", "2 hosts have such an image, at least 3 must"),
        (3, 1, "error", "2 hosts have such an image, at least 3 must; 1 did not report"),
        (4, 1, "fail", "2 hosts have such an image, at least 4 must"),
        ("2", 0, "pass", "2 hosts have such an image, at least 2 must"),
    ],
)
def test_min_hosts(minimum: t.Any, dead: int, status: str, message: str) -> None:
    data: dict[str, t.Any] = {"h1": host("a", TAG), "h2": host("b", TAG, "x:1"), "h3": host("c", "x:1")}
    data.update({f"dead{index}": {"unreachable": True, "msg": "no route"} for index in range(dead)})
    rule = {"id": "min-hosts", "min": minimum, "when": {"references": ["acme/web"]}}
    (finding,) = report(data, rule)["findings"]
    assert (finding["host"], finding["image"]) == (None, None)
    assert said(finding) == (status, 2, int(minimum), "count", message)


def test_a_rule_may_look_at_some_hosts_only() -> None:
    data = {"gpu1": host("a", TAG), "gpu2": host("a", TAG), "web1": host("b", TAG)}
    assert verdicts(report(data, {"id": "tag-drift", "hosts": "gpu*"})) == {TAG: "pass"}


def test_a_dead_host_that_the_rule_is_not_about_could_not_have_helped() -> None:
    rule = {"id": "min-hosts", "min": 2, "hosts": ["web*"], "when": {"references": ["acme/web"]}}
    data = {"web01": host("a", TAG), "db01": {"unreachable": True, "msg": "no route"}}
    (finding,) = report(data, rule)["findings"]
    assert said(finding)[::4] == ("fail", "1 host has such an image, at least 2 must")
    assert verdicts(report({**data, "web02": {"failed": True, "msg": "boom"}}, rule)) == {"fleet": "error"}


@pytest.mark.parametrize("minimum, status", [(1, "pass"), (2, "error"), (3, "fail")])
def test_a_host_whose_image_may_not_be_selected_may_count(minimum: int, status: str) -> None:
    rule = {"id": "min-hosts", "min": minimum, "when": {"larger_than": 10}}
    data = {f"h{size}": {"images": [image("a", TAG, size=size)]} for size in (11, -1, 5)}
    assert verdicts(report(data, rule)) == {"fleet": status}


@pytest.mark.parametrize(
    "letters, sizes, status",
    [("aa", (11, -1), "pass"), ("ab", (11, -1), "error"), ("ab", (-1, -1), "error"), ("ab", (11, 11), "fail")],
)
def test_drift_among_images_that_may_not_be_selected(letters: str, sizes: tuple[int, ...], status: str) -> None:
    data = {
        f"h{index}": {"images": [image(letter, TAG, size=size)]}
        for index, (letter, size) in enumerate(zip(letters, sizes))
    }
    document = report(data, {"id": "tag-drift", "when": {"larger_than": 10}})
    assert verdicts(document) == {TAG: status}
    assert document["gate"]["passed"] is (status == "pass")
