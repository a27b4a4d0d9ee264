# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put image archives into real engines and take them out again, to compare what is read from a file with what they say.

  python3 tests/utils/archive_lab.py make FOLDER             archives of layers that are hard to measure, in all forms
  python3 tests/utils/archive_lab.py load SOCKET ARCHIVE...  the images that loading them made, as the engine lists them
  python3 tests/utils/archive_lab.py refuse SOCKET           the layers that an engine should refuse, and took
  python3 tests/utils/archive_lab.py save SOCKET FOLDER      what the engine's own save writes, in all its formats

Every command leaves the images of the engine as they were.
"""

from __future__ import annotations

import gzip
import io
import json
import pathlib
import random
import sys
import tarfile
import typing as t

from archives import Image, Layout, docker_archive, image, oci_image, oci_index, tar_of
from engines.api import EngineAPI, Refused
from layers import MEASURED, REFUSED, layer_of, random_layer

RANDOM_LAYERS = 200
FIELDS = {"id": "Id", "created": "Created", "parent_id": "ParentId", "size": "Size"}
# Built on each engine by the image set, so that no other engine has them.
BUILT = ("example/base:1.0", "example/child:1.0", "example/grandchild:1.0")


def make(folder: pathlib.Path) -> None:
    """Write the archives. A graph driver loads no OCI layout without manifest.json, so the layout has a twin with it.

    All cases are in one archive; the other forms hold fewer, for engines take their time.
    """
    images = list(_images())
    everything = docker_archive(images)
    images = images[::6]
    first, second = images[0]._replace(tags=["archives/moved:1", "archives/kept:1"]), images[1]
    plain = docker_archive(images)
    layouts = [oci_image(one) for one in images]
    layout = _with_names(oci_index(layouts), images, layouts)
    for name, content in {
        "docker.tar": everything,
        "docker.tar.gz": gzip.compress(everything, 1),
        "packed-layers.tar": _with_packed_layers(plain),
        "odd.tar": _odd(),
        "first.tar": docker_archive([first]),
        "second.tar": docker_archive([second._replace(tags=["archives/moved:1"])]),
        "oci.tar": tar_of(layout),
        "oci-loadable.tar": tar_of(with_manifest(layout)),
    }.items():
        (folder / name).write_bytes(content)
    for name, content in layout.items():
        (folder / "layout" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "layout" / name).write_bytes(content)


def _images() -> t.Iterator[Image]:
    """One image for each layer, and some of several, the same layer twice among them."""
    layers = [random_layer(seed) for seed in range(RANDOM_LAYERS)]
    layers += [layer_of(entries) for _size, entries in MEASURED.values()]
    for number, layer in enumerate(layers):
        yield image([f"archives/layer:{number}"], [layer], config={"Labels": {"number": f"{number}"}})
    pick = random.Random(1)
    for number in range(30):
        chosen = [pick.choice(layers) for _layer in range(pick.randrange(6))]
        tags = [f"archives/several:{number}", f"registry.example.com:8443/several:{number}"]
        yield image(tags, chosen, created=f"2021-03-04T05:06:{number:02}.987654321+02:00")
    yield image(["archives/twice:1"], [layers[0], layers[1], layers[0]])
    yield image(["archives/undated:1"], [layers[2]], created=None)


def _odd() -> bytes:
    """A name with a digest, and neither the layer nor the archive is filled up to whole blocks, as umoci writes."""
    layer = tar_of({"odd": b"x" * 700})[: 512 + 700]
    files = files_of(docker_archive([image([f"archives/odd:1@sha256:{'1' * 64}"], [layer])]))
    last = files.pop("manifest.json")
    tar = tar_of({**files, "manifest.json": last})
    return tar[: tar.index(last) + len(last)]


def _with_packed_layers(archive: bytes) -> bytes:
    return tar_of(
        {
            name: gzip.compress(body, 1) if name.endswith("/layer.tar") else body
            for name, body in files_of(archive).items()
        }
    )


def _with_names(index: Layout, images: list[Image], layouts: list[Layout]) -> dict[str, bytes]:
    """The files of a layout whose index.json names each image, once for each of its names."""
    entries = [
        {**layout.descriptor, "annotations": {"io.containerd.image.name": canonical(name)}}
        for one, layout in zip(images, layouts)
        for name in one.tags or []
    ]
    blobs = {f"blobs/sha256/{digest}": blob for digest, blob in index.blobs.items()}
    top = {"schemaVersion": 2, "manifests": entries}
    return {**blobs, "index.json": json.dumps(top).encode(), "oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}


def canonical(name: str) -> str:
    """The long spelling of one of our names."""
    return name if "." in name.split("/")[0] or name.startswith("localhost/") else f"docker.io/{name}"


def files_of(archive: bytes) -> dict[str, bytes]:
    """The files of a tar by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        return {member.name: members.extractfile(member).read() for member in members if member.isreg()}  # type: ignore[union-attr]


def with_manifest(layout: t.Mapping[str, bytes]) -> dict[str, bytes]:
    """Add a manifest.json for the manifests that index.json names, as `docker save` does since version 25."""
    entries = []
    for descriptor in json.loads(layout["index.json"])["manifests"]:
        manifest = json.loads(layout[_path(descriptor)])
        notes = descriptor.get("annotations", {})
        name = notes.get("io.containerd.image.name") or notes.get("org.opencontainers.image.ref.name")
        entries.append(
            {
                "Config": _path(manifest["config"]),
                "RepoTags": [name] if name else None,
                "Layers": [_path(layer) for layer in manifest["layers"]],
            }
        )
    return {**layout, "manifest.json": json.dumps(entries).encode()}


def _path(descriptor: t.Mapping[str, t.Any]) -> str:
    return f"blobs/{descriptor['digest'].replace(':', '/')}"


def load(engine: EngineAPI, *archives: bytes) -> list[dict[str, t.Any]]:
    """The images that loading archives one by one adds. They are removed again."""
    before = {found["Id"] for found in engine.get("/images/json", all="1")}
    try:
        for archive in archives:
            engine.stream("/images/load", archive)
        return [_facts(found) for found in engine.get("/images/json", all="1") if found["Id"] not in before]
    finally:
        _remove_all_but(engine, before)


def _facts(found: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    names = sorted(name for name in found["RepoTags"] or [] if name != "<none>:<none>")
    facts = {field: found[key] for field, key in FIELDS.items()}
    facts["created"] = max(facts["created"], 0)  # Docker before 25 dates images without a date to the year 1
    return {**facts, "labels": found["Labels"] or {}, "repo_tags": names}


def _remove_all_but(engine: EngineAPI, kept: set[str]) -> None:
    """Children go before parents, so it takes several rounds."""
    for _round in range(10):
        added = [found["Id"] for found in engine.get("/images/json", all="1") if found["Id"] not in kept]
        if not added:
            return
        for image_id in added:
            try:
                engine.json("DELETE", f"/images/{image_id}", force="1")
            except Refused as refused:
                if refused.status not in (404, 409):
                    raise
    raise SystemExit(f"archive_lab: {len(added)} images could not be removed again")


def refuse(engine: EngineAPI) -> list[str]:
    """The cases of REFUSED that the engine loaded nevertheless."""
    taken = []
    for name, entries in REFUSED.items():
        try:
            load(engine, docker_archive([image(["archives/refused:1"], [layer_of(entries)])]))
            taken.append(name)
        except Refused:
            pass
    return taken


def save(engine: EngineAPI, folder: pathlib.Path) -> None:
    """Save images under names of our own, so that loading them elsewhere moves no name that is in use there."""
    names = []
    try:
        for name in BUILT:
            repository = name.replace("example/", "archives/").partition(":")[0]
            engine.json("POST", f"/images/{name}/tag", repo=repository, tag="saved")
            names.append(f"{repository}:saved")
        try:
            engine.stream("/images/load", _multi_platform("archives/multi:saved"))
            names.append("archives/multi:saved")
        except Refused:
            print("no image of many platforms: this engine has a graph driver", file=sys.stderr)
        (folder / "saved.tar").write_bytes(_sent(engine, "/images/get", names=names))
        if any("Podman" in part["Name"] for part in engine.get("/version")["Components"]):
            # One image a file: this is the format of `podman save --format oci-archive`.
            archive = _sent(engine, f"/v4.0.0/libpod/images/docker.io/{names[0]}/get", format="oci-archive")
            (folder / "saved-oci.tar").write_bytes(archive)
            (folder / "saved-oci-loadable.tar").write_bytes(tar_of(with_manifest(files_of(archive))))
    finally:
        for name in names:
            engine.json("DELETE", f"/images/{name}")


def save_part(engine: EngineAPI, path: pathlib.Path) -> None:
    """What a containerd store saves of an image of three platforms if the layer of one of them is missing."""
    name = "archives/part:saved"
    files = files_of(_multi_platform(name))
    (index,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(files[_path(json.loads(files[_path(index)])["manifests"][-1])])
    del files[_path(manifest["layers"][0])]
    engine.stream("/images/load", tar_of(files))
    try:
        path.write_bytes(_sent(engine, "/images/get", names=name))
    finally:
        engine.json("DELETE", f"/images/{name}")


def _multi_platform(name: str) -> bytes:
    layouts = []
    for architecture in ("amd64", "arm64", "s390x"):
        layer = tar_of({f"archives-{architecture}": architecture.encode() * 300})
        one = image(None, [layer], architecture=architecture, config={"Labels": {"architecture": architecture}})
        layouts.append(oci_image(one, {"os": "linux", "architecture": architecture}))
    return oci_index(layouts).tar(f"docker.io/{name}")


def _sent(engine: EngineAPI, path: str, **query: t.Any) -> bytes:
    reply = engine.send("GET", path, **query)
    if reply.status != 200:
        raise Refused(path, reply.status, reply.body)
    return reply.body


def main() -> None:
    """Run one command."""
    command, *words = sys.argv[1:]
    if command == "make":
        make(pathlib.Path(words[0]))
        return
    engine = EngineAPI(words[0])
    if command == "save":
        save(engine, pathlib.Path(words[1]))
    elif command == "save-part":
        save_part(engine, pathlib.Path(words[1]))
    elif command == "refuse":
        print(json.dumps(refuse(engine)))
    else:
        images = load(engine, *(pathlib.Path(word).read_bytes() for word in words[1:]))
        print(json.dumps(sorted(images, key=lambda found: (-found["created"], found["id"]))))


if __name__ == "__main__":
    main()
