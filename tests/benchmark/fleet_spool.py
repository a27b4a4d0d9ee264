# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spool files of a fleet that nobody has: hosts that each hold some of a few thousand images, as real fleets do."""

from __future__ import annotations

import hashlib
import random
import typing as t
from pathlib import Path

from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import spool_lines, spool_name

NOW = 1_800_000_000
ENGINE = {
    "name": "docker",
    "version": "28.5.2",
    "api_version": "1.51",
    "image_store": "graphdriver",
    "os": "linux",
    "architecture": "amd64",
}


def digest(text: str) -> str:
    """A made-up image ID that is the same in every run."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def image(number: int) -> dict[str, t.Any]:
    """One of the distinct images; about 1 kB of JSON, like an image with the usual labels."""
    name = f"registry.example.com/team{number % 40:02}/svc-{number % 700:03}"
    return {
        "containers": 0,
        "created": NOW - 86_400 * (number % 500),
        "id": digest(f"image {number}"),
        "labels": {
            "org.opencontainers.image.created": "2026-01-01T00:00:00Z",
            "org.opencontainers.image.licenses": "Apache-2.0",
            "org.opencontainers.image.revision": digest(f"revision {number}")[7:47],
            "org.opencontainers.image.source": f"https://git.example.com/team{number % 40:02}/svc-{number % 700:03}",
            "org.opencontainers.image.version": f"1.{number % 30}.{number % 7}",
        },
        "parent_id": "",
        "repo_digests": [f"{name}@{digest(f'manifest {number}')}"],
        "repo_tags": [f"{name}:1.{number // 700}.{number % 7}"],
        "shared_size": 70_000_000,
        "size": 80_000_000 + 1_000_003 * (number % 900),
        "virtual_size": None,
    }


def write_fleet(directory: Path, hosts: int, images: int, distinct: int) -> int:
    """Write one file a host and return the bytes of all. ``distinct`` 0 gives every host images of its own."""
    chosen = random.Random(1)
    pool = [image(number) for number in range(distinct)]
    size = 0
    for number in range(hosts):
        if pool:
            rows = [{**item, "containers": chosen.randrange(3)} for item in chosen.sample(pool, images)]
        else:
            rows = [image(number * images + index) for index in range(images)]
        result = {"images": rows, "engine": ENGINE, "totals": {"layers_size": 20_000_000_000}}
        host = f"host{number:05}"
        text = "".join(spool_lines(host, result, NOW))
        (directory / spool_name(host)).write_text(text, encoding="ascii")
        size += len(text)
    return size
