# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image archives as files: every format, what is in it, and what is said about what is not."""

from __future__ import annotations

import builtins
import bz2
import contextlib
import gzip
import hashlib
import importlib
import io
import json
import lzma
import sys
import tarfile
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive, read_archives
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import (
    APP,
    BASE,
    TOP,
    config_digest,
    facts,
    files_of,
    summary,
    unpacked,
    written,
)
from ansible_collections.container_ops.images.tests.utils.archives import (
    docker_archive,
    image,
    oci_image,
    oci_index,
    tar_of,
)
from ansible_collections.container_ops.images.tests.utils.layers import REFUSED, layer_of

if t.TYPE_CHECKING:
    import pathlib

PACKED: dict[str, t.Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip in two members": lambda tar: gzip.compress(tar[:1000]) + gzip.compress(tar[1000:]),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "xz in two streams": lambda tar: lzma.compress(tar[:1000]) + bytes(4) + lzma.compress(tar[1000:]),
}


def zstd_libraries() -> dict[str, t.Callable[[bytes], bytes]]:
    """Those that are here, by the name of the package."""
    found = {}
    for name, module in (("compression", "compression.zstd"), ("backports", "backports.zstd"), ("zstandard",) * 2):
        with contextlib.suppress(ImportError):
            found[name] = importlib.import_module(module).compress
    return found


ZSTD = zstd_libraries()
for _compress in ZSTD.values():
    PACKED["zstd"] = _compress


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
    files = files_of(docker_archive([APP, parent] if known else [APP]))
    manifest = json.loads(files["manifest.json"])
    manifest[0]["Parent"] = config_digest(parent)
    files["manifest.json"] = json.dumps(manifest).encode()
    child = next(entry for entry in facts(written(tmp_path, tar_of(files))) if entry["repo_tags"] == APP.tags)
    assert child["parent_id"] == (config_digest(parent) if known else "")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE], ids=["symbolic", "hard"])
def test_links_between_the_files_of_a_tar(kind: bytes, tmp_path: pathlib.Path) -> None:
    """Docker before 25 writes a layer that several images have once, and links to it."""
    files = files_of(archive_with_layers([BASE, TOP]))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if name == "1/layer.tar":
                member.type = kind
                member.linkname = "../x/layer.tar" if kind == tarfile.SYMTYPE else "x/layer.tar"
                archive.addfile(member)
                member = tarfile.TarInfo("x/layer.tar")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert facts(written(tmp_path, buffer.getvalue())) == [summary(APP)]


def test_an_archive_without_images_says_so(tmp_path: pathlib.Path) -> None:
    for content in (tar_of({"manifest.json": b"[]"}), tar_of({"index.json": b'{"schemaVersion":2,"manifests":[]}'})):
        path = written(tmp_path, content)
        assert read_archive(path).images == []
        assert [warning.code for warning in read_archive(path).warnings] == ["W_EMPTY"]


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

    def __call__(self, name: str, *args: t.Any, **kwargs: t.Any) -> t.Any:
        if name.partition(".")[0] in self._names:
            raise ImportError(f"No module named {name}", name=name)
        return self._import(name, *args, **kwargs)


def test_a_layer_in_zstd_without_a_decompressor_has_no_size(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "__import__", _Without("compression", "backports", "zstandard"))
    packed = b"\x28\xb5\x2f\xfd" + b"whatever"
    path = written(tmp_path, archive_with_layers([packed, TOP]))
    listing = read_archive(path)
    assert [found.to_dict() for found in listing.images] == [summary(APP, size=-1)]
    (warning,) = listing.warnings
    assert warning.message == (
        f'archive "{path}": Images with a layer that cannot be measured have size -1 (not known) (1: layer'
        ' "0/layer.tar" is compressed with zstd, which needs Python 3.14 or newer, or the Python package backports.zstd'
        " (or zstandard, Debian's python3-zstandard) on the host that reads it)."
    )


@pytest.mark.parametrize("library", ZSTD)
def test_every_library_for_zstd_reads_the_same(
    library: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compress = ZSTD[library]
    monkeypatch.setattr(builtins, "__import__", _Without(*{"compression", "backports", "zstandard"} - {library}))
    tar = docker_archive([APP])
    packed = compress(tar[:1000]) + compress(tar[1000:])
    assert facts(written(tmp_path, packed)) == [summary(APP)]
    for spoilt, said in ((packed[:-20], "truncated"), (packed[:9] + b"\xff" * 9 + packed[18:], "damaged zstd")):
        with pytest.raises(InputError, match=said):
            facts(written(tmp_path, spoilt))


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
    assert [warning.message for warning in listing.warnings] == [f'archive "{paths[3]}": It holds no image.']


OLD = image(["example/app:1", "example/app:old"], [BASE], created="2001-01-01T00:00:00Z")
NEW = image(["example/app:1"], [TOP], created="2002-01-01T00:00:00Z")
ARM = image(None, [TOP], created="2003-01-01T00:00:00Z", architecture="arm64")

# the archives in order, the names of OLD, NEW and ARM then, whether a name moved
TAKEN_OVER: dict[str, tuple[list[str], list[list[str]], bool]] = {
    "the newer last": (["old", "new"], [["example/app:old"], ["example/app:1"]], True),
    "the older last": (["new", "old"], [["example/app:1", "example/app:old"], []], True),
    "all platforms": (["old", "both"], [["example/app:old"], ["example/app:1"], ["example/app:1"]], True),
    "from all platforms": (["both", "old"], [["example/app:1", "example/app:old"], [], []], True),
    "and back": (["new", "old", "new"], [["example/app:old"], ["example/app:1"]], True),
    "the same image": (["new", "new"], [["example/app:1"]], False),
}


@pytest.mark.parametrize("case", TAKEN_OVER)
def test_a_name_goes_to_the_last_archive_that_brings_it(case: str, tmp_path: pathlib.Path) -> None:
    """As with one docker load after the other."""
    order, names, moved = TAKEN_OVER[case]
    contents = {
        "old": docker_archive([OLD]),
        "new": docker_archive([NEW]),
        "both": oci_index([oci_image(NEW), oci_image(ARM)]).tar("docker.io/example/app:1"),
    }
    listing = read_archives([written(tmp_path, contents[name], name) for name in order])
    oldest_first = sorted(listing.images, key=lambda found: found.created)
    assert [list(found.repo_tags) for found in oldest_first] == names
    last = tmp_path / order[-1]
    sentence = "takes names over from images of the archives before it, as docker load does (1, first example/app:1)"
    assert f'archive "{last}": {sentence}' in [warning.message for warning in listing.warnings] or not moved
    assert bool(listing.warnings) is moved


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
