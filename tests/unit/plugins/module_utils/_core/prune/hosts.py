# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images for tests of the plan, named by one word, and the host of the worked examples."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import plan_from_options
from ansible_collections.container_ops.images.plugins.module_utils._core.quantities import parse_duration

NOW = 1_800_000_000
MB = 1_000_000

Plan = dict[str, t.Any]


def long_id(name: str) -> str:
    """An image ID that a reader can turn back into a word."""
    return "sha256:" + name.encode().hex().ljust(64, "0")


def word(identity: str) -> str:
    """The word of an ID; IDs that are no words stay what they are."""
    return bytes.fromhex(identity[7:]).rstrip(b"\0").decode()


def image(
    name: str,
    tags: str = "",
    age: str | None = "30d",
    size: int = 0,
    shared: int = 0,
    parent: str = "",
    **facts: t.Any,
) -> dict[str, t.Any]:
    """An unused image; ``tags`` are separated by spaces, ``age`` None is an image without a date."""
    return {
        "id": long_id(name),
        "repo_tags": tags.split(),
        "repo_digests": [],
        "parent_id": long_id(parent) if parent else "",
        "created": 0 if age is None else NOW - parse_duration(age),
        "size": size,
        "shared_size": shared,
        "labels": {},
        "containers": 0,
        "virtual_size": None,
        **facts,
    }


def plan(images: t.Sequence[dict[str, t.Any]], policy: dict[str, t.Any], now: int = NOW, **arguments: t.Any) -> Plan:
    """The plan as data."""
    return plan_from_options(list(images), policy, now, **arguments).to_dict()


def removed(found: Plan) -> list[str]:
    """The words of what goes, in order."""
    return [word(action["id"]) for action in found["actions"]]


def reasons(found: Plan) -> dict[str, str]:
    """The reason of every image."""
    return {word(decision["id"]): decision["reason"] for decision in found["decisions"]}


def decision(found: Plan, name: str) -> dict[str, t.Any]:
    """All that is said about one image."""
    return next(item for item in found["decisions"] if item["id"] == long_id(name))


def worked_cases() -> list[dict[str, t.Any]]:
    """The cases of the design."""
    text = (Path(__file__).parent / "fixtures" / "prune.json").read_text(encoding="utf-8")
    cases: list[dict[str, t.Any]] = json.loads(text)["cases"]
    return cases


def worked_host(with_layers: bool = True) -> list[dict[str, t.Any]]:
    """Nine images of 2,700 MB together; ``+n`` in the name of a layer is its own size in MB."""
    deb, py = [("deb", 120)], [("deb", 120), ("py", 230)]
    rows: list[tuple[str, str, str, list[tuple[str, int]], int, dict[str, t.Any]]] = [
        ("web-7", "acme/web:7 acme/web:latest", "2d", [*py, ("+60", 60)], 350, {"containers": 1}),
        ("web-6", "acme/web:6", "9d", [*py, ("+65", 65)], 350, {"labels": {"app": "web"}}),
        ("web-5", "acme/web:5", "16d", [*py, ("+70", 70)], 350, {"labels": {"app": "web"}}),
        ("web-4", "acme/web:4", "23d", [*py, ("+55", 55)], 350, {"labels": {"app": "web"}}),
        ("job-2", "acme/job:2 mirror/job:stable", "40d", [*deb, ("+530", 530)], 120, {"labels": {"app": "job"}}),
        ("job-1", "acme/job:1", "60d", [*deb, ("+520", 520)], 120, {"labels": {"app": "job"}}),
        ("base", "debian:12", "90d", deb, 120, {}),
        ("tools", "acme/tools:1", "200d", [("own", 900)], 0, {"labels": {"keep": "true"}}),
        ("old", "", "35d", [*py, ("+150", 150)], 350, {}),
    ]
    images = []
    for name, tags, age, layers, shared, facts in rows:
        entry = image(name, tags, age, sum(size for _layer, size in layers) * MB, shared * MB, **facts)
        if with_layers:
            entry["layers"] = [layer for layer, _size in layers]
        images.append(entry)
    images[7]["last_used"] = NOW - parse_duration("150d")
    return images
