# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image archives as files: every format, what is in it, and what is said about what is not."""

from __future__ import annotations

import builtins
import bz2
import gzip
import hashlib
import io
import json
import lzma
import sys
import tarfile
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives import read_archive, read_archives
from ansible_collections.container_ops.images.plugins.module_utils._core.summary import ImageSummary
from ansible_collections.container_ops.images.tests.utils.archives import (
    Image,
    Layout,
    docker_archive,
    image,
    oci_image,
    oci_index,
    tar_of,
)
from ansible_collections.container_ops.images.tests.utils.layers import REFUSED, layer_of

if t.TYPE_CHECKING:
    import pathlib

BASE = tar_of({"etc/os-release": b"o" * 1000})
TOP = tar_of({"app": b"a" * 20})
APP = image(["example/app:1"], [BASE, TOP], config={"Labels": {"env": "dev"}}, created="2024-01-02T03:04:05Z")
AMD64, ARM64 = {"os": "linux", "architecture": "amd64"}, {"os": "linux", "architecture": "arm64"}


def written(folder: pathlib.Path, content: bytes, name: str = "images.tar") -> str:
    """The path of a new file."""
    path = folder / name
    path.write_bytes(content)
    return str(path)


def unpacked(folder: pathlib.Path, tar: bytes) -> str:
    """The path of a directory with the content of a tar."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive.getmembers():
            path = folder / "layout" / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())  # type: ignore[union-attr]
    return str(folder / "layout")


def config_digest(whole: Image) -> str:
    """The ID of an image."""
    diff_ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in whole.layers]
    config = {**whole.config, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    return f"sha256:{hashlib.sha256(json.dumps(config).encode()).hexdigest()}"


def summary(whole: Image, **fields: t.Any) -> dict[str, t.Any]:
    """APP as an engine reports it, unless fields say otherwise."""
    known = {"created": 1704164645, "labels": {"env": "dev"}, "repo_tags": ["example/app:1"], "size": 1020, **fields}
    return ImageSummary(id=config_digest(whole), **known).to_dict()


def facts(path: str, verify: bool = True) -> list[dict[str, t.Any]]:
    """The summaries of an archive that gives no reason to warn."""
    listing = read_archive(path, verify)
    assert listing.warnings == []
    return [found.to_dict() for found in listing.images]


def warnings(path: str) -> list[str]:
    """The codes of an archive's warnings."""
    return [warning.code for warning in read_archive(path).warnings]


PACKED: dict[str, t.Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip in two members": lambda tar: gzip.compress(tar[:1000]) + gzip.compress(tar[1000:]),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "xz in two streams": lambda tar: lzma.compress(tar[:1000]) + bytes(4) + lzma.compress(tar[1000:]),
}
try:
    import zstandard

    PACKED["zstd"] = zstandard.compress
except ImportError:  # a test below shows what is said without it
    pass


@pytest.mark.parametrize("verify", [True, False], ids=["verified", "unverified"])
@pytest.mark.parametrize("packing", PACKED)
def test_docker_archives(packing: str, verify: bool, tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, PACKED[packing](docker_archive([APP])))
    assert facts(path, verify) == [summary(APP)]


@pytest.mark.parametrize("packing", PACKED)
def test_oci_archives(packing: str, tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, PACKED[packing](oci_image(APP).tar("docker.io/example/app:1")))
    assert facts(path) == [summary(APP)]


@pytest.mark.parametrize("packing", PACKED)
def test_packed_layers(packing: str, tmp_path: pathlib.Path) -> None:
    layers = [PACKED[packing](layer) for layer in APP.layers]
    assert facts(written(tmp_path, archive_with_layers(layers))) == [summary(APP)]
    # A layer within a compressed tar is read through both.
    assert facts(written(tmp_path, gzip.compress(archive_with_layers(layers)))) == [summary(APP)]


def archive_with_layers(layers: list[bytes], config: bytes | None = None) -> bytes:
    """The archive of APP, but with these layers in the place of its own."""
    diff_ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in APP.layers]
    config = config or json.dumps({**APP.config, "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
    names = [f"{index}/layer.tar" for index in range(len(layers))]
    manifest = [{"Config": "config.json", "RepoTags": APP.tags, "Layers": names}]
    return tar_of({**dict(zip(names, layers)), "config.json": config, "manifest.json": json.dumps(manifest).encode()})


def test_directories(tmp_path: pathlib.Path) -> None:
    assert facts(unpacked(tmp_path, oci_image(APP).tar("docker.io/example/app:1"))) == [summary(APP)]


def test_a_link_to_the_archive_is_followed(tmp_path: pathlib.Path) -> None:
    written(tmp_path, docker_archive([APP]))
    (tmp_path / "latest.tar").symlink_to("images.tar")
    assert facts(str(tmp_path / "latest.tar")) == [summary(APP)]


def test_facts_of_docker_archives(tmp_path: pathlib.Path) -> None:
    images = {
        "no name": image(None, [BASE]),
        "no layer": image(["empty:1"], []),
        "no date": image(["undated:1"], [BASE], created=None),
        "the same layer twice": image(["twice:1"], [BASE, TOP, BASE]),
        "long names": image(["docker.io/library/busybox:1", "quay.io/a/b:c"], [TOP]),
        "labels": image(["odd:1"], [TOP], config={"Labels": {"a\nb": "{{ x }}", "": "é\ud800"}}),
        "null labels": image(["null:1"], [TOP], config={"Labels": None}),
        "an offset": image(["offset:1"], [TOP], created="2024-01-02T05:04:05.999999999+02:00"),
    }
    found = {summary["id"]: summary for summary in facts(written(tmp_path, docker_archive(images.values())))}
    by_name = {name: found[config_digest(whole)] for name, whole in images.items()}
    assert by_name["no name"]["repo_tags"] == []
    assert by_name["no layer"]["size"] == 0
    assert by_name["no date"]["created"] == 0
    assert by_name["the same layer twice"]["size"] == 2020
    assert by_name["long names"]["repo_tags"] == ["busybox:1", "quay.io/a/b:c"]
    assert by_name["labels"]["labels"] == {"a\nb": "{{ x }}", "": "é\ufffd"}
    assert by_name["null labels"]["labels"] == {}
    assert by_name["an offset"]["created"] == 1704164645


def test_images_come_newest_first_and_once(tmp_path: pathlib.Path) -> None:
    old = image(["old:1"], [BASE], created="2001-01-01T00:00:00Z")
    again = APP._replace(tags=["example/app:again"])
    found = facts(written(tmp_path, docker_archive([old, APP, again])))
    assert [entry["repo_tags"] for entry in found] == [["example/app:1", "example/app:again"], ["old:1"]]


def test_a_name_given_twice_belongs_to_the_last_image(tmp_path: pathlib.Path) -> None:
    older = image(["example/app:1", "kept:1"], [BASE], created="2001-01-01T00:00:00Z")
    found = facts(written(tmp_path, docker_archive([older, APP])))
    assert [entry["repo_tags"] for entry in found] == [["example/app:1"], ["kept:1"]]


@pytest.mark.parametrize("known", [True, False])
def test_a_parent_counts_if_it_is_in_the_archive(known: bool, tmp_path: pathlib.Path) -> None:
    parent = image(["parent:1"], [BASE])
    files = _files(docker_archive([APP, parent] if known else [APP]))
    manifest = json.loads(files["manifest.json"])
    manifest[0]["Parent"] = config_digest(parent)
    files["manifest.json"] = json.dumps(manifest).encode()
    child = next(entry for entry in facts(written(tmp_path, tar_of(files))) if entry["repo_tags"] == APP.tags)
    assert child["parent_id"] == (config_digest(parent) if known else "")


def _files(tar: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE], ids=["symbolic", "hard"])
def test_links_between_the_files_of_a_tar(kind: bytes, tmp_path: pathlib.Path) -> None:
    """Docker before 25 writes a layer that several images have once, and links to it."""
    files = _files(archive_with_layers([BASE, TOP]))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if name == "1/layer.tar":
                member.type = kind
                member.linkname = "../x/layer.tar" if kind == tarfile.SYMTYPE else "x/layer.tar"
                archive.addfile(member)
                member, content = tarfile.TarInfo("x/layer.tar"), content
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert facts(written(tmp_path, buffer.getvalue())) == [summary(APP)]


def test_an_archive_with_both_lists_is_read_like_a_graph_driver_does(tmp_path: pathlib.Path) -> None:
    """A containerd store saves all platforms, and lists the image of its own in manifest.json."""
    other = image(["example/app:1"], [TOP], architecture="arm64")
    both = oci_index([oci_image(APP, AMD64), oci_image(other, ARM64)])
    files = _files(both.tar("docker.io/example/app:1"))
    manifest = json.loads(both.blobs[_manifests(both)[0]["digest"][7:]])
    paths = [f"blobs/sha256/{layer['digest'][7:]}" for layer in manifest["layers"]]
    entry = {"Config": f"blobs/sha256/{manifest['config']['digest'][7:]}", "RepoTags": APP.tags, "Layers": paths}
    files["manifest.json"] = json.dumps([entry]).encode()
    assert facts(written(tmp_path, tar_of(files))) == [summary(APP)]


def _manifests(layout: Layout) -> list[dict[str, t.Any]]:
    return t.cast("list[dict[str, t.Any]]", json.loads(layout.blobs[layout.descriptor["digest"][7:]])["manifests"])


def layout_tar(layout: Layout, descriptors: list[dict[str, t.Any]], more: dict[str, bytes] | None = None) -> bytes:
    """A layout whose index.json has these entries."""
    blobs = {f"blobs/sha256/{digest}": blob for digest, blob in layout.blobs.items()}
    index = json.dumps({"schemaVersion": 2, "manifests": descriptors}).encode()
    return tar_of({**blobs, "index.json": index, **(more or {})})


def test_every_platform_is_an_image(tmp_path: pathlib.Path) -> None:
    other = image(["example/app:1"], [TOP], architecture="arm64")
    both = oci_index([oci_image(APP, AMD64), oci_image(other, ARM64)])
    found = facts(written(tmp_path, both.tar("docker.io/example/app:1")))
    assert found == [summary(APP), summary(other, created=1577836800, labels={}, size=20)]


NAMES = {
    "a full name for containerd": ({"io.containerd.image.name": "docker.io/library/a:1"}, ["a:1"], []),
    "a full name for Podman": ({"org.opencontainers.image.ref.name": "localhost/a:1"}, ["localhost/a:1"], []),
    "both": (
        {"io.containerd.image.name": "quay.io/a/b:1", "org.opencontainers.image.ref.name": "1"},
        ["quay.io/a/b:1"],
        [],
    ),
    "no name": ({}, [], []),
    "a tag alone": ({"org.opencontainers.image.ref.name": "latest"}, [], ["W_NO_REPOSITORY"]),
    "a digest": ({"io.containerd.image.name": f"a/b@sha256:{'0' * 64}"}, [], ["W_NO_REPOSITORY"]),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_in_a_layout(case: str, tmp_path: pathlib.Path) -> None:
    annotations, tags, codes = NAMES[case]
    layout = oci_image(APP)
    listing = read_archive(written(tmp_path, layout_tar(layout, [{**layout.descriptor, "annotations": annotations}])))
    assert [list(found.repo_tags) for found in listing.images] == [tags]
    assert [warning.code for warning in listing.warnings] == codes


def test_an_image_with_several_names_is_one(tmp_path: pathlib.Path) -> None:
    layout = oci_image(APP)
    entries = [{**layout.descriptor, "annotations": {"io.containerd.image.name": f"quay.io/a:{tag}"}} for tag in "12"]
    assert facts(written(tmp_path, layout_tar(layout, entries)))[0]["repo_tags"] == ["quay.io/a:1", "quay.io/a:2"]


def test_attestations_are_no_images(tmp_path: pathlib.Path) -> None:
    attestation = oci_image(image(None, [TOP], os="unknown", architecture="unknown"))
    attestation.descriptor["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}
    both = oci_index([oci_image(APP, AMD64), attestation])
    assert facts(written(tmp_path, both.tar("docker.io/example/app:1"))) == [summary(APP)]


def test_other_artifacts_are_named_and_left_out(tmp_path: pathlib.Path) -> None:
    layout = oci_image(APP)
    chart = json.dumps(
        {
            "schemaVersion": 2,
            "config": {
                "mediaType": "application/vnd.cncf.helm.config.v1+json",
                "digest": "sha256:" + "0" * 64,
                "size": 2,
            },
            "layers": [],
        }
    ).encode()
    digest = hashlib.sha256(chart).hexdigest()
    media_type = "application/vnd.oci.image.manifest.v1+json"
    entries = [
        layout.descriptor,
        {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(chart)},
        {"mediaType": "application/xml", "digest": f"sha256:{'1' * 64}", "size": 3},
    ]
    files = {f"blobs/sha256/{digest}": chart, f"blobs/sha256/{'1' * 64}": b"<a>"}
    listing = read_archive(written(tmp_path, layout_tar(layout, entries, files)))
    assert [found.id for found in listing.images] == [config_digest(APP)]
    assert [warning.code for warning in listing.warnings] == ["W_ARTIFACT"]
    assert '2 artifacts that are no images were left out ("application/vnd.cncf.helm' in listing.warnings[0].message
    assert "application/xml" in listing.warnings[0].message


def test_platforms_that_were_not_saved_are_named(tmp_path: pathlib.Path) -> None:
    both = oci_index([oci_image(APP, AMD64), oci_image(image(None, [TOP]), ARM64)])
    del both.blobs[_manifests(both)[1]["digest"][7:]]
    listing = read_archive(written(tmp_path, both.tar("docker.io/example/app:1")))
    assert [found.id for found in listing.images] == [config_digest(APP)]
    assert [warning.code for warning in listing.warnings] == ["W_PLATFORM"]


def test_an_archive_without_images_says_so(tmp_path: pathlib.Path) -> None:
    for content in (tar_of({"manifest.json": b"[]"}), tar_of({"index.json": b'{"schemaVersion":2,"manifests":[]}'})):
        path = written(tmp_path, content)
        assert read_archive(path).images == []
        assert warnings(path) == ["W_EMPTY"]


@pytest.mark.parametrize("case", REFUSED)
def test_a_layer_that_engines_refuse_has_no_size(case: str, tmp_path: pathlib.Path) -> None:
    odd = image(["odd:1"], [BASE, layer_of(REFUSED[case])], created="2001-01-01T00:00:00Z")
    listing = read_archive(written(tmp_path, docker_archive([APP, odd])))
    assert [found.size for found in listing.images] == [1020, -1]
    assert [warning.code for warning in listing.warnings] == ["W_LAYER"]
    assert "an engine with a graph driver cannot load it" in listing.warnings[0].message


class _Without:
    """Makes imports of some names fail, as in a Python that lacks them."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._import = builtins.__import__

    def __call__(self, name: str, *args: t.Any) -> t.Any:
        if name.partition(".")[0] in self._names:
            raise ImportError(f"No module named {name}", name=name)
        return self._import(name, *args)


def test_a_layer_in_zstd_without_a_decompressor_has_no_size(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "__import__", _Without("compression", "zstandard", "pyzstd"))
    packed = b"\x28\xb5\x2f\xfd" + b"whatever"
    path = written(tmp_path, archive_with_layers([packed, TOP]))
    listing = read_archive(path)
    assert [found.to_dict() for found in listing.images] == [summary(APP, size=-1)]
    (warning,) = listing.warnings
    assert warning.message == (
        f'archive "{path}": layer "0/layer.tar" is compressed with zstd, which takes Python 3.14 or the Python library'
        " zstandard on the host that reads it; images with it have size -1 (not known)"
    )


def test_several_archives_make_one_listing(tmp_path: pathlib.Path) -> None:
    old = image(["old:1"], [BASE], created="2001-01-01T00:00:00Z")
    paths = [
        written(tmp_path, docker_archive([old]), "old.tar"),
        written(tmp_path, docker_archive([APP]), "app.tar"),
        written(tmp_path, docker_archive([APP._replace(tags=["again:1"])]), "again.tar"),
        written(tmp_path, docker_archive([]), "empty.tar"),
    ]
    listing = read_archives([*paths, paths[0]])
    assert [list(found.repo_tags) for found in listing.images] == [["again:1", "example/app:1"], ["old:1"]]
    assert [warning.message for warning in listing.warnings] == [f'archive "{paths[3]}": holds no image']


def test_nothing_is_written(tmp_path: pathlib.Path) -> None:
    """The reader opens files for reading only, and only inside what it was given."""
    opened: list[tuple[str, t.Any]] = []

    def note(event: str, args: t.Any) -> None:
        if event == "open" and recording:
            opened.append((str(args[0]), args[2]))
        elif event in ("os.mkdir", "os.rename", "os.symlink", "os.link", "tempfile.mkstemp") and recording:
            opened.append((event, 1))

    path = written(tmp_path, gzip.compress(docker_archive([APP])))
    folder = unpacked(tmp_path, oci_image(APP).tar("docker.io/example/app:1"))
    facts(path), facts(folder)  # so that imports are done
    recording: list[int] = []
    sys.addaudithook(note)
    recording.append(1)
    facts(path), facts(folder)
    recording.clear()
    assert opened
    assert {flags & 3 for _name, flags in opened} == {0}
