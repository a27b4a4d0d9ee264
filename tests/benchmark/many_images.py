# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As many images as wanted: four shared layers and an own one, six labels; each tenth dangling, a tenth used."""

from __future__ import annotations

import hashlib
import sys

from archives import Image, docker_archive, image, tar_of
from engines.api import EngineAPI

LAYERS = [tar_of({f"base{number}": b"x" * 100_000}) for number in range(4)]
BATCH = 1000


def load_images(engine: EngineAPI, count: int) -> None:
    """Load what is missing up to ``count`` images, and make the containers that go with them."""
    have = len(engine.get("/images/json"))
    for start in range(have, count, BATCH):
        engine.stream("/images/load", docker_archive(map(one_image, range(start, min(start + BATCH, count)))))
    ids = [entry["Id"] for entry in engine.get("/images/json")]
    assert len(ids) == count
    for image_id in ids[: (count - have) // 10]:
        engine.json("POST", "/containers/create", {"Image": image_id, "Cmd": ["/nothing"]})


def one_image(number: int) -> Image:
    """The image of that number, always the same."""
    tags = None if number % 10 == 0 else [f"registry.example.com/team{number % 7}/app{number % 20}:{number}"]
    if tags and number % 10 == 1:
        tags.append(f"app{number % 20}:v{number}")
    labels = {
        "com.example.number": str(number),
        "com.example.stage": "production" if number % 2 else "test",
        "com.example.team": f"team{number % 7}",
        "maintainer": "someone@example.com",
        "org.opencontainers.image.revision": hashlib.sha256(str(number).encode()).hexdigest()[:40],
        "org.opencontainers.image.version": f"1.{number}.0",
    }
    own = tar_of({f"file{number}": f"image {number}\n".encode() * 200})
    created = f"2024-{1 + number % 12:02}-{1 + number % 28:02}T10:{number % 60:02}:00Z"
    return image(tags, [*LAYERS, own], created, config={"Labels": labels, "Env": ["PATH=/bin", "LANG=C"]})


if __name__ == "__main__":
    load_images(EngineAPI(sys.argv[1]), int(sys.argv[2]))
