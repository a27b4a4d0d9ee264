# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and damaged archives: each gives one sentence that names the archive and what is wrong, and no answer."""

from __future__ import annotations

import gzip
import json
import lzma
import re
import tarfile
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.archive import limits
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_parts import (
    CONFIG,
    ENTRY,
    INDEX_TYPE,
    LAYER,
    OCI,
    ZEROS,
    described,
    digest_of,
    docker,
    encoded,
    layout,
    linked,
    nested,
    refusal,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import files_of
from ansible_collections.container_ops.images.tests.utils.archives import tar_of
from ansible_collections.container_ops.images.tests.utils.layers import OUTSIDE, Entry, layer_of, sparse

if t.TYPE_CHECKING:
    import pathlib

MANIFEST = json.loads(OCI.blobs[OCI.descriptor["digest"][7:]])
WRONG_SIZE = {**MANIFEST, "layers": [{**MANIFEST["layers"][0], "size": 1}]}
NO_LAYER = {**MANIFEST, "layers": [{**MANIFEST["layers"][0], "digest": ZEROS}]}
ABSENT = {"manifests": [{"digest": ZEROS, "size": 1}]}
BOTH = {**MANIFEST, "manifests": []}
SHORT_TAR = docker()[:-1500]
DEEP, DEEP_BLOBS = nested(limits.INDEX_DEPTH)

HOSTILE: dict[str, tuple[bytes, str]] = {
    # not an archive at all
    "nothing": (b"", "is an empty file"),
    "text": (b"hello world", "is not a tar archive"),
    "a page": (b"<!DOCTYPE html>" * 100, "is not a tar archive"),
    "zeros": (bytes(10240), "has neither manifest.json nor index.json"),
    "another tar": (tar_of({"etc/passwd": b"root"}), "has neither manifest.json nor index.json"),
    # cut off, damaged
    "a tar cut off": (docker()[:1200], "is truncated"),
    "a tar cut off in its last header": (SHORT_TAR[: len(SHORT_TAR) // 512 * 512 - 9500], "is truncated"),
    "gzip cut off": (gzip.compress(docker())[:-20], "has truncated gzip data"),
    "gzip of nothing": (b"\x1f\x8b", "has truncated gzip data"),
    "gzip with a wrong checksum": (gzip.compress(docker())[:-8] + bytes(8), "has damaged gzip data"),
    "gzip with garbage behind": (gzip.compress(docker()) + b"garbage", "has damaged gzip data"),
    "bzip2 of nothing": (b"BZh9", "has truncated bzip2 data"),
    "bzip2 of garbage": (b"BZh9" + b"x" * 100, "has damaged bzip2 data"),
    "xz cut off": (lzma.compress(docker())[:-20], "has truncated xz data"),
    "xz of garbage": (b"\xfd7zXZ\0" + b"x" * 100, "has damaged xz data"),
    # paths and links of the archive itself
    "an absolute path": (docker(**{"/etc/passwd": b"x"}), 'holds an absolute path: "/etc/passwd"'),
    "a path that leads out": (docker(**{"../x": b"x"}), 'holds a path that leads out of it: "../x"'),
    "a path that leads out later": (docker(**{"a/../../x": b"x"}), 'leads out of it: "a/../../x"'),
    "a file twice": (docker(**{"./manifest.json": b"[]"}), 'holds "manifest.json" twice'),
    "a link out": (linked("0/layer.tar", tarfile.SYMTYPE, "../../etc/passwd"), 'leads out of it: "../../etc/passwd"'),
    "an absolute link": (linked("0/layer.tar", tarfile.SYMTYPE, "/etc/passwd"), 'an absolute path: "/etc/passwd"'),
    "a hard link out": (linked("config.json", tarfile.LNKTYPE, "../config.json"), 'leads out of it: "../config.json"'),
    "a link to nothing": (linked("config.json", tarfile.SYMTYPE, "gone"), 'does not hold "gone"'),
    "a link to itself": (linked("config.json", tarfile.SYMTYPE, "config.json"), "as a loop of links"),
    "a device": (linked("0/layer.tar", tarfile.BLKTYPE), 'holds "0/layer.tar" as a device'),
    "a FIFO": (linked("manifest.json", tarfile.FIFOTYPE), 'holds "manifest.json" as a FIFO'),
    "a directory": (linked("config.json", tarfile.DIRTYPE), 'holds "config.json" as a directory'),
    # manifest.json
    "no JSON": (docker(b"nonsense"), "manifest.json is not JSON"),
    "no value": (docker(b""), "manifest.json is not JSON"),
    "no UTF-8": (docker(b'[{"Config": "\xff"}]'), "manifest.json is not UTF-8 at byte 13"),
    "deep JSON": (docker(b"[" * 100000), "manifest.json is nested too deeply|manifest.json is not JSON"),
    "deep objects": (docker(b'{"a":' * 100000), "manifest.json is nested too deeply|manifest.json is not JSON"),
    "a long number": (docker(b"[" + b"9" * 1000000 + b"]"), "a number of 1000000 digits"),
    "no number": (docker(b"[NaN]"), "NaN is not a JSON value"),
    "a large document": (docker(b" " * (limits.DOCUMENT + 1)), "8388608 is the limit"),
    "a string for a list": (docker("x"), 'manifest.json must be a list of images, got "x"'),
    "null for a list": (docker(None), "manifest.json must be a list of images, got null"),
    "the manifest of one image": (docker({"config": {}, "layers": []}), "is the manifest of one image"),
    "a string for an image": (docker(["x"]), r'manifest.json\[0\] must be a dictionary, got "x"'),
    "no Config": (docker([{}]), r"manifest.json\[0\] names no Config"),
    "a number for Config": (docker([{"Config": 1}]), r"manifest.json\[0\].Config must be text, got 1"),
    "an object for Layers": (docker([{**ENTRY, "Layers": {}}]), r"\[0\].Layers must be a list, got \{\}"),
    "a number for a layer": (docker([{**ENTRY, "Layers": [7]}]), r"\[0\].Layers\[0\] must be text, got 7"),
    "an empty name for a layer": (docker([{**ENTRY, "Layers": [""]}]), r"\[0\].Layers\[0\] must name a layer"),
    "a string for RepoTags": (docker([{**ENTRY, "RepoTags": "a:1"}]), r'RepoTags must be a list, got "a:1"'),
    "a short parent": (docker([{**ENTRY, "Parent": "abc"}]), r"\[0\].Parent must be a whole image ID"),
    "a config that is not there": (docker([{**ENTRY, "Config": "gone.json"}]), 'does not hold "gone.json"'),
    "a layer that is not there": (docker([{**ENTRY, "Layers": ["gone/layer.tar"]}]), 'does not hold "gone/layer.tar"'),
    "a config outside": (docker([{**ENTRY, "Config": "/etc/passwd"}]), "an absolute path"),
    "a layer outside": (docker([{**ENTRY, "Layers": ["../../x"]}]), "leads out of it"),
    "a config under a wrong digest": (
        docker([{**ENTRY, "Config": ZEROS[7:] + ".json"}], **{ZEROS[7:] + ".json": encoded(CONFIG)}),
        f"has the digest {digest_of(encoded(CONFIG))} instead of {ZEROS}",
    ),
    "too few layers": (docker([{**ENTRY, "Layers": []}]), "names 1 layers, the manifest 0"),
    "too many layers": (docker([{**ENTRY, "Layers": ENTRY["Layers"] * 2}]), "names 1 layers, the manifest 2"),
    # image config
    "a list for a config": (docker(config=[]), r'"config.json" must be an image config \(a dictionary\)'),
    "no rootfs": (docker(config={}), '"config.json" has no rootfs'),
    "a string for diff_ids": (docker(config={"rootfs": {"diff_ids": "x"}}), "diff_ids must be a list"),
    "a short diff_id": (docker(config={"rootfs": {"diff_ids": ["x"]}}), r"diff_ids\[0\] must be sha256:"),
    "a list for config": (docker(config={**CONFIG, "config": []}), r'"config.json".config must be a dictionary'),
    "a list for labels": (docker(config={**CONFIG, "config": {"Labels": [1]}}), "config.Labels must be a dictionary"),
    "a number for a label": (docker(config={**CONFIG, "config": {"Labels": {"a": 1}}}), 'Labels."a". must be text'),
    "no date": (docker(config={**CONFIG, "created": "yesterday"}), '"config.json".created must be'),
    "an object for a date": (docker(config={**CONFIG, "created": {}}), '"config.json".created must be'),
    # layers
    "another layer": (docker(layer=tar_of({"app": b"b"})), f"names {digest_of(LAYER)}"),
    "a layer with more behind it": (docker(layer=LAYER + bytes(512)), f"names {digest_of(LAYER)}"),
    "text for a layer": (docker(layer=b"hello world"), 'layer "0/layer.tar" is not a tar archive'),
    "a layer cut off": (docker(layer=LAYER[:1000]), 'layer "0/layer.tar" is truncated'),
    "a packed layer cut off": (docker(layer=gzip.compress(LAYER)[:-9]), '"0/layer.tar" has truncated gzip data'),
    "a packed layer damaged": (docker(layer=gzip.compress(LAYER)[:-8] + bytes(8)), "has damaged gzip data"),
    # OCI layouts
    "an index that is a list": (tar_of({"index.json": b"[]"}), "index.json must be an index"),
    "an index that is a manifest": (tar_of({"index.json": encoded(MANIFEST)}), "index.json must be an image index"),
    "an index that is both": (tar_of({"index.json": encoded(BOTH)}), "must be an index .* or a manifest"),
    "a manifest that is both": (layout([described(BOTH)], [BOTH]), "must be an index .* or a manifest"),
    "a string for manifests": (layout("x"), 'index.json.manifests must be a list, got "x"'),
    "a string for a manifest": (layout(["x"]), r'index.json.manifests\[0\] must be a dictionary, got "x"'),
    "no digest": (layout([{"size": 1}]), r"manifests\[0\].digest must be a digest"),
    "a path for a digest": (layout([{**OCI.descriptor, "digest": "sha256:../../etc"}]), "must be a digest"),
    "no size": (layout([{"digest": ZEROS}]), r"manifests\[0\].size must be a number of bytes, got null"),
    "a negative size": (layout([{"digest": ZEROS, "size": -1}]), r"manifests\[0\].size must be a number of bytes"),
    "a number for an annotation": (layout([{**OCI.descriptor, "annotations": {"a": 1}}]), 'annotations."a". must be'),
    "a manifest that is not there": (layout([{**OCI.descriptor, "digest": ZEROS}]), "does not hold"),
    "a manifest of another size": (layout([{**OCI.descriptor, "size": 1}]), r"but index.json.manifests\[0\] says 1"),
    "a manifest under a wrong digest": (
        layout([{**OCI.descriptor, "digest": ZEROS, "size": 2}], files={f"blobs/sha256/{ZEROS[7:]}": b"{}"}),
        f"instead of {ZEROS}",
    ),
    "a layer of another size": (layout([described(WRONG_SIZE)], [WRONG_SIZE]), r"layers\[0\] says 1"),
    "a layer blob that is not there": (
        layout([described(NO_LAYER)], [NO_LAYER]),
        f'does not hold "blobs/sha256/{"0" * 64}"',
    ),
    "no config": (layout([described({"layers": []})], [{"layers": []}]), ".config must be a dictionary, got null"),
    "an index of nothing that is there": (
        layout(
            [described({"manifests": [{"digest": ZEROS, "size": 1}]}, INDEX_TYPE)],
            [{"manifests": [{"digest": ZEROS, "size": 1}]}],
        ),
        "does not hold the content of any of its images, first sha256:0000",
    ),
    "indexes in indexes": (layout([DEEP], DEEP_BLOBS), "nests more than 4 indexes"),
}


@pytest.mark.parametrize("packing", [bytes, gzip.compress], ids=["plain", "packed"])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archives(case: str, packing: t.Callable[[bytes], bytes], tmp_path: pathlib.Path) -> None:
    content, message = HOSTILE[case]
    (tmp_path / "x.tar").write_bytes(packing(content))
    found = refusal(str(tmp_path / "x.tar"))
    # Nothing is not a tar, but a tar of nothing is one.
    if packing is bytes or (content and content[:1] not in (b"\x1f", b"B", b"\xfd")):
        assert re.search(message, found)


def test_the_parts_are_good(tmp_path: pathlib.Path) -> None:
    """What the cases above are made of gives an answer; else they would all be right for a wrong reason."""
    index, blobs = nested(limits.INDEX_DEPTH - 1)
    for content in (docker(), layout([OCI.descriptor]), layout([index], blobs), linked("x", b"0")):
        (tmp_path / "x.tar").write_bytes(content)
        listing = read_archive(str(tmp_path / "x.tar"))
        assert [found.size for found in listing.images] == [2000]
        assert listing.warnings == []


@pytest.mark.parametrize("case", OUTSIDE)
def test_layers_that_lead_out(case: str, tmp_path: pathlib.Path) -> None:
    layer = layer_of(OUTSIDE[case])
    config = {"rootfs": {"diff_ids": [digest_of(layer)]}}
    (tmp_path / "x.tar").write_bytes(docker(config=config, layer=layer))
    assert 'layer "0/layer.tar" ' in refusal(str(tmp_path / "x.tar"))


def test_a_layer_stored_as_a_sparse_file(tmp_path: pathlib.Path) -> None:
    """What is stored is a map of its holes first, which is no layer."""
    others = [Entry(name, content=body) for name, body in files_of(docker()).items() if name != "0/layer.tar"]
    (tmp_path / "x.tar").write_bytes(layer_of([sparse("0/layer.tar", len(LAYER)), *others]))
    assert 'holds "0/layer.tar" as a sparse file' in refusal(str(tmp_path / "x.tar"))


def test_unverified_layers_still_have_to_be_tars(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.tar").write_bytes(docker(layer=tar_of({"app": b"b" * 7})))
    assert read_archive(str(tmp_path / "x.tar"), verify=False).images[0].size == 7
    for layer in (LAYER[:1000], b"hello"):
        (tmp_path / "x.tar").write_bytes(docker(layer=layer))
        with pytest.raises(InputError):
            read_archive(str(tmp_path / "x.tar"), verify=False)
