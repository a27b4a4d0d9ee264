# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The representative image set: every kind of image and container that the collection must tell apart.

The same set goes onto each engine. What one engine cannot take is said beside it.
"""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import typing as t

from archives import Layout, docker_archive, image, oci_image, oci_index, tar_of
from engines.catalogue import LabError
from engines.images import Images
from engines.registry import publish
from engines.state import State

ODD_LABELS = {
    "org.example.empty": "",
    "org.example.equals": "a=b=c",
    "org.example.unicode": "naïve – 日本語 ✓",
    "org.example.quotes": "say \"hi\" and 'bye'",
    "org.example with space": "x y",
    "org.example.newline": "one\ntwo\r\n::error::three",
    "org.example.markup": "<script>alert(1)</script> & ]]>",
    "org.example.jinja": "{{ 7 * 7 }} {% raw %}{{ lookup('pipe', 'id') }}",
    "org.example.control": "bell\u0007 tab\t",
    "org.example.formula": '=HYPERLINK("http://example.com")',
}
MARK = "image-set.json"  # what was made, beside the engine's socket


def make_image_sets(state: State, names: t.Sequence[str] = ()) -> None:
    """Make the set on the named engines (all that run, without names), side by side; an engine that has it keeps it."""
    services = state.services()
    engines = [
        service for service in services.values() if service.get("kind") and (not names or service["name"] in names)
    ]
    with state.locked():
        missing = [engine for engine in engines if not (state.folder / engine["name"] / MARK).exists()]
        if not missing:
            return
        registry = services["registry"]["address"]
        published = _publish(registry)
        with concurrent.futures.ThreadPoolExecutor(len(missing)) as pool:
            making = {engine["name"]: pool.submit(make_image_set, engine, registry, published) for engine in missing}
        for name, made in making.items():
            if made.exception():
                raise LabError(f"the image set on {name}: {made.exception()}") from made.exception()
            (state.folder / name / MARK).write_text(json.dumps(made.result(), indent=2), encoding="utf-8")


def make_image_set(engine: t.Mapping[str, t.Any], registry: str, published: t.Mapping[str, str]) -> dict[str, str]:
    """Make the set on one engine; return the references that only now are known."""
    images = Images(engine)
    busybox = {"busybox": (pathlib.Path(engine["busybox"]).read_bytes(), 0o755)}
    _built(images, busybox)
    _named(images, registry)
    _loaded(images)
    if engine["store"] != "graphdriver":  # a graphdriver loads no index
        images.load(_multi_platform().tar("docker.io/example/multi:1"))
    by_digest = _pulled(images, registry, published)
    _contained(images, tar_of({"bin/busybox": busybox["busybox"]}), by_digest)
    return {"digest_only": by_digest}


def _built(images: Images, busybox: dict[str, tuple[bytes, int]]) -> None:
    """Parents and children with intermediate images between them, and what a rebuild leaves dangling."""
    scratch = "FROM scratch\nCOPY f /f\nLABEL build={}\n"
    images.build(
        "example/base:1.0",
        "FROM scratch\nCOPY busybox /bin/busybox\nLABEL org.example.keep=true\nENV PATH=/bin\n",
        busybox,
    )
    images.build("example/child:1.0", "FROM example/base:1.0\nENV A=1\nCOPY f /f\nLABEL child=1\n", {"f": b"child"})
    images.build("example/grandchild:1.0", "FROM example/child:1.0\nCOPY g /g\n", {"g": b"grandchild"})
    images.build("example/rebuilt:1", scratch.format("first"), {"f": b"1" * 1000})
    images.build("example/rebuilt:1", scratch.format("second"), {"f": b"2" * 2000})
    images.build(None, scratch.format("untagged"), {"f": b"3" * 3000})


def _named(images: Images, registry: str) -> None:
    """One image with names in several repositories; imports, with a name and without."""
    for name in (
        "example/base:latest",
        "alias:x",
        f"{registry}/example/base:1.0",
        "registry.example.com:8443/team/app:v1",
    ):
        images.tag("example/base:1.0", name)
    images.import_tar("example/import:v1", tar_of({"imported": b"i" * 4000}))
    images.import_tar(None, tar_of({"imported": b"untagged"}))


def _loaded(images: Images) -> None:
    """Images as archives bring them: shared layers, dates, labels, platforms, no names, no layers."""
    one, two, three = (tar_of({f"layer{n}": str(n).encode() * n * 2500}) for n in (1, 2, 3))
    images.load(
        docker_archive(
            [
                image(["example/loaded:one", "example/loaded:uno"], [one], config={"Labels": {"n": "1"}}),
                image(
                    ["example/loaded:two"], [one, two], "2021-06-01T12:00:00.123456789+02:00", config={"Labels": None}
                ),
                image(["example/loaded:nocreated"], [three], None),
                image(["example/loaded:epoch"], [two], "1970-01-01T00:00:00Z", config={"Labels": {}}),
                image(
                    ["example/loaded:arm64"], [two, three], "2022-01-01T00:00:00Z", architecture="arm64", variant="v8"
                ),
                image(["example/odd:labels"], [three], "2022-02-02T00:00:00Z", config={"Labels": ODD_LABELS}),
            ]
        )
    )
    images.load(
        docker_archive(
            [image(None, [tar_of({"nameless": b"n"})], "2019-01-01T00:00:00Z", config={"Labels": {"nameless": "1"}})]
        )
    )
    images.load(docker_archive([image(["example/nolayers:1"], [], "2019-02-01T00:00:00Z")]))


def _multi_platform() -> Layout:
    """Return an index of three platforms."""
    parts = []
    for platform in ({"architecture": "amd64"}, {"architecture": "arm64", "variant": "v8"}, {"architecture": "s390x"}):
        layer = tar_of({"hello": f"{platform['architecture']} ".encode() * 200})
        whole = image(
            None, [layer], "2024-05-06T07:08:09Z", **platform, config={"Labels": {"arch": platform["architecture"]}}
        )
        parts.append(oci_image(whole, {"os": "linux", **platform}))
    return oci_index(parts)


def _publish(registry: str) -> dict[str, str]:
    """Fill the registry once for all engines; return the digests by repository:tag."""
    content = {
        f"example/pulled:{tag}": oci_image(
            image(None, [tar_of({"pulled": tag.encode() * 4000})], f"2023-03-0{tag}T00:00:00Z")
        )
        for tag in "123"
    }
    content["example/multi:2"] = _multi_platform()
    digests = {}
    for name, layout in content.items():
        repository, _colon, tag = name.partition(":")
        digests[name] = publish(registry, repository, tag, layout)
    return digests


def _pulled(images: Images, registry: str, published: t.Mapping[str, str]) -> str:
    """Images with digests: pulled by digest, by tag, by a tag that moved on since, for many platforms; pushed."""
    repository = f"{registry}/example/pulled"
    by_digest = f"{repository}@{published['example/pulled:1']}"
    images.pull(by_digest)
    images.pull(repository, "2")
    images.pull(repository, "3")
    images.tag("example/loaded:one", f"{repository}:3")
    images.pull(f"{registry}/example/multi", "2")
    images.tag("example/child:1.0", f"{registry}/example/pushed:1")
    images.push(f"{registry}/example/pushed", "1")
    return by_digest


def _contained(images: Images, root: bytes, by_digest: str) -> None:
    """Containers: running, ended, never started, by digest, of an image that lost its name, of one that was removed."""
    images.run("running", "example/base:1.0", ["/bin/busybox", "sleep", "36000"])
    images.wait(images.run("ended", "example/child:1.0", ["/bin/busybox", "true"]))
    images.create("created", "example/import:v1", ["/bin/true"])
    images.create("digest", by_digest, ["/bin/true"])
    images.load(
        docker_archive(
            [image([f"example/{name}:1"], [root], f"201{n}-01-01T00:00:00Z") for n, name in enumerate(("lost", "gone"))]
        )
    )
    for name in ("lost", "gone"):
        images.wait(images.run(name, f"example/{name}:1", ["/bin/busybox", "true"]))
    images.tag("example/import:v1", "example/lost:1")
    images.remove("example/gone:1", force=True)
