# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports as the filter and the module make them: a host, a fleet with dead hosts, a small green one.

Images are shared by hosts as in practice: most hosts run the same few, some have one of their own. The answers are
known: on the fleet ``GREW`` grew most, by ``GREW_BY``.
"""

from __future__ import annotations

import hashlib
import random
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import Limits, ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.plugins.module_utils._core.report.run_history import run_of
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render.samples import ENGINE, NOW

DAY = 86400
MB = 10**6
RULES: list[dict[str, t.Any]] = [
    {"id": "max-size", "max": "2GB"},
    {"id": "max-growth", "max_ratio": "5%", "max_bytes": "10MB"},
    {"id": "max-age", "max": "300d", "level": "warning"},
    {"id": "label", "name": "org.opencontainers.image.version"},
    {"id": "forbidden-tag", "tags": ["latest"], "level": "warning"},
    {"id": "no-dangling", "level": "note"},
    {"id": "tag-drift"},
]
GREW, GREW_BEFORE, GREW_AFTER = "registry.example.com/shop/web:1.20", 612 * MB, 787 * MB
_REPOSITORIES = (
    "registry.example.com/shop/web",
    "registry.example.com/shop/checkout",
    "registry.example.com/shop/search",
    "registry.example.com/platform/base",
    "registry.example.com/platform/proxy",
    "registry.example.com/ml/cuda-train",
    "registry.example.com/ml/notebook",
    "ghcr.io/example/billing-worker",
    "quay.io/example/metrics",
    "postgres",
    "redis",
    "nginx",
)


def image(name: str, size: int, age: int, **fields: t.Any) -> dict[str, t.Any]:
    """One image summary; ``name`` "" makes a dangling one. The ID is made of name and size."""
    digest = hashlib.sha256(f"{name}|{size}".encode()).hexdigest()
    return {
        "containers": 0,
        "created": NOW - age * DAY,
        "id": f"sha256:{digest}",
        "labels": {"org.opencontainers.image.version": name.rpartition(":")[2]},
        "parent_id": "",
        "repo_digests": [],
        "repo_tags": [name] if name else [],
        "shared_size": size // 3,
        "size": size,
        **fields,
    }


def catalogue(count: int, seed: int = 11) -> list[dict[str, t.Any]]:
    """Images that a shop could have: few are large, some are old, one is called latest."""
    rng = random.Random(seed)
    images = [image(GREW, GREW_AFTER, 3, containers=2)]
    if count > 2:
        images.append(image("registry.example.com/ml/cuda-train:12.4", 9_300 * MB, 40))
    if count > 10:
        images.append(image("nginx:latest", 192 * MB, 410, containers=1))
        images.append(image("registry.example.com/shop/search:3.2", 402 * MB, 12, containers=1))
        images.append(image("", 88 * MB, 20, labels={}))
    while len(images) < count:
        repository = rng.choice(_REPOSITORIES)
        version = f"{rng.randrange(4)}.{rng.randrange(30)}.{len(images)}"
        size = int(10 ** rng.uniform(6.8, 9.15))
        age = int(rng.uniform(1, 280)) if rng.random() < 0.93 else int(rng.uniform(301, 700))
        labels = {} if rng.random() < 0.04 else {"org.opencontainers.image.version": version}
        images.append(
            image(f"{repository}:{version}", size, age, labels=labels, containers=rng.choice((0, 0, 0, 1, 1, 3)))
        )
    return images


def sizes_before(images: t.Sequence[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """What the baseline has: ``GREW`` smaller, another a bit smaller, one that is gone, not the last two."""
    sizes = {GREW: GREW_BEFORE, "registry.example.com/shop/search:3.2": 371 * MB, "nginx:latest": 201 * MB}
    old = [{**row, "size": sizes.get((row["repo_tags"] or [""])[0], row["size"])} for row in images]
    return [*(old[:-2] if len(old) > 10 else old), image("registry.example.com/shop/legacy:2.1", 311 * MB, 500)]


def report(
    hosts: t.Mapping[str, t.Sequence[dict[str, t.Any]]],
    absent: t.Sequence[AbsentHost] = (),
    rules: t.Sequence[dict[str, t.Any]] = (),
    baseline: bool = True,
    limits: Limits | None = None,
) -> dict[str, t.Any]:
    """The report document of these hosts, each compared with its own baseline."""
    before = None
    if baseline:
        old = ReportBuilder(ReportPolicy.parse(now=NOW))
        for name, images in hosts.items():
            old.add_host(HostFacts.from_dict(name, {"images": sizes_before(images), "engine": ENGINE}, name))
        before = old.document()
    policy = ReportPolicy.parse(now=NOW, rules=list(rules), baseline=before)
    builder = ReportBuilder(policy, limits)
    for name, images in hosts.items():
        facts = {"images": list(images), "engine": ENGINE, "reported_at": NOW}
        builder.add_host(HostFacts.from_dict(name, facts, name))
    for host in absent:
        builder.add_absent(host)
    return t.cast("dict[str, t.Any]", builder.document())


def host(count: int = 60) -> dict[str, t.Any]:
    """One host with ``count`` images, of which some break a rule."""
    return report({"web01": catalogue(count)}, rules=RULES)


def fleet_facts(count: int, images: int = 60) -> tuple[dict[str, list[dict[str, t.Any]]], list[AbsentHost]]:
    """The images of ``count`` hosts, most of them the same, and the five hosts that did not answer."""
    shared = catalogue(images)
    rng = random.Random(3)
    hosts = {}
    for number in range(count - 5):
        name = f"{('web', 'db', 'gpu')[number % 3]}{number:03}"
        # The first two are on two hosts of three.
        mine = [row for index, row in enumerate(shared) if index > 1 or number % 3 != 1]
        hosts[name] = [row for row in mine if rng.random() < 0.8 or row in shared[:5]]
    hosts["web000"] = [*hosts["web000"], image("postgres:16", 431 * MB, 30, containers=1)]
    hosts["db001"] = [*hosts["db001"], image("postgres:16", 433 * MB, 25, containers=1)]
    absent = [
        AbsentHost("db900", "unreachable", "Failed to connect to the host via ssh: No route to host"),
        AbsentHost("db901", "unreachable", "Failed to connect to the host via ssh: No route to host"),
        AbsentHost("gpu902", "failed", "cannot talk to docker at unix:///var/run/docker.sock: permission denied"),
        AbsentHost("web903", "missing", "there are no facts of this host"),
        AbsentHost("web904", "unreachable", "Connection timed out during banner exchange"),
    ]
    return hosts, absent


def fleet(count: int = 200, images: int = 60, limits: Limits | None = None) -> dict[str, t.Any]:
    """``count`` hosts of which five did not answer."""
    return report(*fleet_facts(count, images), RULES, limits=limits)


def green() -> dict[str, t.Any]:
    """Three images, and nothing is wrong with them."""
    images = [
        image("registry.example.com/shop/web:1.20", 312 * MB, 3, containers=2),
        image("postgres:16.1", 431 * MB, 40, containers=1),
        image("redis:7.2", 41 * MB, 90),
    ]
    return report({"web01": images}, rules=[RULES[0], RULES[2], RULES[3], RULES[5]], baseline=False)


def trend(runs: int = 12) -> dict[str, t.Any]:
    """The host after some runs of a pipeline: the sum of sizes went up and down, ``GREW`` grew in the last three."""
    document = host()
    now = run_of(t.cast("t.Any", document))
    rows = []
    for number in range(runs):
        size = int((now["size"] or 0) * (0.8 + number % 5 / 20))
        grown = min(GREW_AFTER, GREW_BEFORE + max(0, number - runs + 3) * 50 * MB)
        changed = {GREW: [GREW_BEFORE, grown]}
        rows.append({**now, "at": f"2025-12-{number + 1:02}T00:00:00Z", "size": size, "changed": changed})
    return {**document, "history": [*rows, now]}
