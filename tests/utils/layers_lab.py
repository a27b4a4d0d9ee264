# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images with a base, and what the engine's CLI says of their steps. ENGINE is a record of `lab.py status`, as JSON.

  python3 tests/utils/layers_lab.py grown ENGINE          two versions of a base, and an image on each
  python3 tests/utils/layers_lab.py built ENGINE          Docker's old builder builds an image, which has a parent
  python3 tests/utils/layers_lab.py steps ENGINE NAME     bytes and makers of its steps, bottom up, by the engine's CLI
  python3 tests/utils/layers_lab.py ended ENGINE          remove them
  python3 tests/utils/layers_lab.py archive FILE          the same images in an archive

No other image of the engine is touched.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import tempfile
import typing as t

from archives import Image, docker_archive, image
from engines.images import Images
from prune_lab import HOST, Record, layer

MADE = ("ADD rootfs.tar /", "ENV A=1", "RUN install", "WORKDIR /srv", "COPY app /srv", 'CMD ["app"]')
EMPTY = ("ENV A=1", "WORKDIR /srv", 'CMD ["app"]')


def images() -> list[Image]:
    """Each version of the base has two layers, and the image one more. The second base is larger."""
    found = []
    for version, extra in (("1", 0), ("2", 50_000)):
        below = [layer(f"base{version}", 3000), layer(f"install{version}", 4000 + extra)]
        found.append(_image(f"base:{version}", below, MADE[:4], {"Env": ["A=1"]}))
        label = {"version": version, "org.opencontainers.image.base.name": f"{HOST}/base:{version}"}
        config = {"Env": ["A=1", f"VERSION={version}"], "Cmd": ["app"], "WorkingDir": "/srv", "Labels": label}
        found.append(_image(f"app:{version}", [*below, layer(f"app{version}", 2000)], MADE, config))
    claimed = {"Labels": {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}}
    found.append(_image("claims:1", [layer("claims")], MADE[:1], claimed))
    return found


def _image(name: str, layers: list[bytes], made: t.Sequence[str], config: dict[str, t.Any]) -> Image:
    # Podman fails over steps without a date.
    dated = {"created": "2020-01-01T00:00:00Z"}
    history = [{**dated, "created_by": step, **({"empty_layer": True} if step in EMPTY else {})} for step in made]
    one = image([f"{HOST}/{name}"], layers, config=config)
    return one._replace(config={**one.config, "history": history})


def grown(engine: Record) -> None:
    """Load the images."""
    Images(engine).load(docker_archive(images()))


def built(engine: Record) -> None:
    """Two steps on app:1, one of them empty."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "Dockerfile").write_text(f"FROM {HOST}/app:1\nCOPY Dockerfile /\nENV B=2\n", "utf-8")
        content = subprocess.run(["tar", "-C", folder, "-c", "Dockerfile"], check=True, capture_output=True).stdout
    command = [*engine["cli"][:-1], "DOCKER_BUILDKIT=0", engine["cli"][-1], "build", "-q", "-t", f"{HOST}/built:1", "-"]
    subprocess.run(command, input=content, check=True, stdout=subprocess.DEVNULL)


def steps(engine: Record, name: str) -> None:
    """Print what `docker history` or `podman history` shows."""
    command = [*engine["cli"], "history", "--human=false", "--no-trunc", "--format"]
    command += ["json"] if engine["kind"] == "podman" else ["{{json .}}"]
    text = subprocess.run([*command, f"{HOST}/{name}"], check=True, capture_output=True, text=True).stdout
    rows = json.loads(text) if engine["kind"] == "podman" else [json.loads(line) for line in text.splitlines()]
    lower = [{key.lower(): value for key, value in row.items()} for row in rows]
    json.dump([{"size": int(row["size"]), "created_by": row["createdby"]} for row in lower[::-1]], sys.stdout)


def ended(engine: Record) -> None:
    """Remove what was loaded and built, images before their bases."""
    known = Images(engine)
    there = {name for row in known.api.get("/images/json") for name in row["RepoTags"] or ()}
    for name in [f"{HOST}/built:1", *(name for one in images()[::-1] for name in one.tags or ())]:
        if name in there:
            known.remove(name)


def archive(path: str) -> None:
    """Write them to a file."""
    pathlib.Path(path).write_bytes(docker_archive(images()))


COMMANDS: dict[str, t.Callable[..., None]] = {"grown": grown, "built": built, "steps": steps, "ended": ended}

if __name__ == "__main__":
    if sys.argv[1] == "archive":
        archive(sys.argv[2])
    else:
        COMMANDS[sys.argv[1]](json.loads(sys.argv[2]), *sys.argv[3:])
