# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images with names of every kind on a real engine, and what the engine's own CLI finds by every spelling of them.

  python3 tests/utils/names_lab.py ENGINE

ENGINE is a record of `lab.py status` with the address of a registry, as JSON. Its images are removed first.
Prints JSON:

  found     texts by which `image inspect` finds an image, with the image's ID and the kind of text
  unknown   texts that may be names, but no image has them
  pinned    the name, with tag and digest, of an image whose tag has moved since
  moved     the ID of that image; null if the engine has removed it
  nameless  the ID of an image that never had a name

Kinds of texts: name, local (what Podman keeps below localhost/), search (what Podman finds in any registry and path),
digest (a digest in another repository), lost (the digest of an image whose tag has moved), id, short, and shorter (than
engines print).
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import subprocess
import sys
import typing as t

from archives import docker_archive, image
from engines.api import Refused
from engines.images import Images
from prune_lab import layer

Record = dict[str, t.Any]

HUB, USER, LOCAL, DEEP = ("docker.io/library/hub", "docker.io/acme/user", "localhost/local", "localhost/acme/deep")
PORT, QUAY = ("registry.example.com:5000/team/port", "quay.io/quay")
IPV6, UPPER = ("[fd00::1]:5000/six", "LOCALDOMAIN/upper")  # Podman and Docker 20.10 do not load these
HEX = "docker.io/library/abcdefabcdef"

# Names as people write them, and what kind of text that is.
NAMES: list[tuple[str, str]] = [
    *((f"{name}:1", "name") for name in ("hub", "library/hub", "docker.io/hub", HUB)),
    *((f"{name}:1", "name") for name in ("index.docker.io/hub", "index.docker.io/library/hub")),
    *((name, "name") for name in ("hub", "hub:latest", "library/hub", "docker.io/hub", "docker.io/library/hub:latest")),
    *((f"{name}:1", "name") for name in ("acme/user", USER, "index.docker.io/acme/user")),
    *((f"{name}:1", "name") for name in (LOCAL, DEEP, PORT, QUAY, IPV6, UPPER)),
    *((name, "name") for name in ("abcdefabcdef", "abcdefabcdef:latest", HEX)),
    *((f"{name}:1", "local") for name in ("local", "acme/deep")),
    *((f"{name}:1", "search") for name in ("user", "deep", "port", "team/port", "quay")),
    *((f"{name}:1", "name") for name in ("registry-1.docker.io/library/hub", "localhost/hub", "docker.io/local")),
    *((f"{name}:1", "name") for name in ("library/local", "quay.io/team/port", "registry.example.com/team/port")),
    *((name, "name") for name in ("acme/user", "local", "hub:2", "absent", "absent:1", "quay.io/absent:1")),
]


def names(engine: Record) -> Record:
    """Make the images and ask for every spelling."""
    images = Images(engine)
    images.clear()
    for name in (HUB, USER, LOCAL, DEEP, PORT, QUAY):
        images.load(docker_archive([image([f"{name}:1"], [layer(name)])]))
    for name in (IPV6, UPPER):
        with contextlib.suppress(Refused):
            images.load(docker_archive([image([f"{name}:1"], [layer(name)])]))
    images.tag(f"{HUB}:1", f"{HUB}:latest")
    images.load(docker_archive([image([f"{HEX}:latest"], [layer(HEX)])]))
    images.load(docker_archive([image(None, [layer("nameless")])]))
    listed = images.api.get("/images/json")
    nameless = next(row["Id"] for row in listed if not _tags(row))
    hub = next(row["Id"] for row in listed if len(_tags(row)) > 1)
    moved, old, new = _moved(images, f"{engine['registry']}/acme/moved")
    texts = [*NAMES, *_ids(nameless), *_ids(hub), *_digests(engine, old, "lost"), *_digests(engine, new, "name")]
    ids = [_whole(row["Id"]) for row in images.api.get("/images/json")]
    result: Record = {"found": [], "unknown": [], "nameless": _whole(nameless)}
    result["pinned"] = f"{engine['registry']}/acme/moved:1@{old}"
    result["moved"] = moved if moved in ids else None
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for (text, kind), identity in zip(texts, pool.map(lambda text: _inspect(engine, text[0]), texts)):
            if identity:
                result["found"].append({"text": text, "kind": kind, "id": identity})
            else:
                result["unknown"].append(text)
    return result


def _moved(images: Images, name: str) -> tuple[str, str, str]:
    """Pull two images by one tag. Returns the ID of the first, and the digests of both."""
    digests, ids = [], []
    for content in "ab":
        images.load(docker_archive([image([f"{name}:1"], [layer(name + content)])]))
        images.push(name, "1")
        images.remove(f"{name}:1")
        images.pull(name, "1")
        found = images.api.get(f"/images/{name}:1/json")
        digests.append(found["RepoDigests"][0].partition("@")[2])
        ids.append(_whole(found["Id"]))
    return ids[0], digests[0], digests[1]


def _digests(engine: Record, digest: str, kind: str) -> list[tuple[str, str]]:
    name, absent = f"{engine['registry']}/acme/moved", f"sha256:{'0' * 64}"
    spelled = [(f"{name}{version}@{digest}", kind) for version in ("", ":1", ":other")]
    searched = [(f"{part}@{digest}", "search" if kind == "name" else kind) for part in ("acme/moved", "moved:1")]
    return [
        *spelled,
        *searched,
        (f"elsewhere/x@{digest}", "digest" if kind == "name" else kind),
        (f"{name}:1@{absent}", "name"),
    ]


def _ids(identity: str) -> list[tuple[str, str]]:
    digits = identity.rpartition(":")[2]
    whole = [(digits, "id"), (f"sha256:{digits}", "id")]
    short = [(text, "short") for text in (digits[:12], f"sha256:{digits[:12]}", digits[:40])]
    return [*whole, *short, (digits[:7], "shorter"), (digits[:4], "shorter")]


def _inspect(engine: Record, text: str) -> str:
    """The ID that the engine's CLI finds, or nothing."""
    command = [*engine["cli"], "image", "inspect", "--format", "{{.Id}}", text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return _whole(done.stdout.strip()) if done.returncode == 0 else ""


def _whole(identity: str) -> str:
    # Podman's CLI prints the digits alone.
    return "sha256:" + identity.rpartition(":")[2]


def _tags(row: Record) -> list[str]:
    return [tag for tag in row["RepoTags"] or [] if "<none>" not in tag]


if __name__ == "__main__":
    print(json.dumps(names(json.loads(sys.argv[1]))))
