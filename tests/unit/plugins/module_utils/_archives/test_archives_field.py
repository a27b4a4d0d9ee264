# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that people met with other tools. Each stands for a kind; the links say where it was met."""

from __future__ import annotations

import gzip
import json
import pathlib
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_parts import (
    CONFIG,
    ENTRY,
    LAYER,
    OCI,
    ZEROS,
    digest_of,
    docker,
    encoded,
    layout,
    refusal,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import unpacked
from ansible_collections.container_ops.images.tests.utils.archives import tar_of

FIXTURES = pathlib.Path(__file__).parent / "fixtures"


def test_a_layer_of_umoci_that_ends_with_its_content() -> None:
    """https://github.com/opencontainers/umoci/pull/436, https://github.com/google/go-containerregistry/issues/364"""
    listing = read_archive(str(FIXTURES / "umoci.tar"))
    assert [(found.repo_tags, found.size) for found in listing.images] == [(["umoci/ins:1"], 3)]
    assert listing.warnings == []


# where the layer and the archive end, counted from the end of the content of their last file
ENDS = {"content": 0, "within what fills the block": 7, "the block": None}


@pytest.mark.parametrize("packing", [bytes, gzip.compress], ids=["plain", "packed"])
@pytest.mark.parametrize("outer", ENDS)
@pytest.mark.parametrize("inner", ENDS)
def test_what_fills_up_the_last_block_may_be_missing(
    inner: str, outer: str, packing: t.Callable[[bytes], bytes], tmp_path: pathlib.Path
) -> None:
    layer = cut(LAYER, 512 + 2000, ENDS[inner])
    files = {"config.json": encoded({"rootfs": {"diff_ids": [digest_of(layer)]}}), "manifest.json": encoded([ENTRY])}
    packed = packing(layer)  # once: gzip notes the time
    archive = tar_of({**files, "0/layer.tar": packed})
    end = archive.index(packed) + len(packed)
    path = tmp_path / "x.tar"
    path.write_bytes(packing(cut(archive, end, ENDS[outer])))
    assert [found.size for found in read_archive(str(path)).images] == [2000]
    path.write_bytes(packing(archive[: end - 1]))
    assert "truncated" in refusal(str(path))


def cut(tar: bytes, content: int, more: int | None) -> bytes:
    """A tar up to some bytes behind the end of its content; None: up to the end of that block."""
    filling = -content % 512
    return tar[: content + (filling if more is None else min(more, filling))]


# RepoTags, and the names that are left out
NAMES = {
    # https://github.com/moby/moby/issues/12968: ctr images export
    "a digest beside a tag": ([f"registry.k8s.io/pause@{ZEROS}", "registry.k8s.io/pause:3.9"], 1),
    # https://github.com/kubernetes-sigs/kind/issues/2394
    "a tag with a digest": ([f"acme/app:1@{ZEROS}", "registry.k8s.io/pause:3.9"], 1),
    "no tag": (["ghcr.io/acme/app", "registry.k8s.io/pause:3.9", "app", f"app@{ZEROS}"], 3),
    "no name": (["<none>:<none>", "registry.k8s.io/pause:3.9"], 0),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_among_repo_tags_that_are_not_tags(case: str, tmp_path: pathlib.Path) -> None:
    names, left_out = NAMES[case]
    path = tmp_path / "x.tar"
    path.write_bytes(docker([{**ENTRY, "RepoTags": names}]))
    listing = read_archive(str(path))
    assert [(found.repo_tags, found.repo_digests) for found in listing.images] == [(["registry.k8s.io/pause:3.9"], ())]
    assert len(listing.warnings) == (left_out > 0)
    if left_out:
        first = next(index for index, name in enumerate(names) if "@" in name or ":" not in name)
        said = f"({left_out}{', first' if left_out > 1 else ':'} manifest.json[0].RepoTags[{first}] "
        assert "Names that are not a repository with a tag were left out " + said in listing.warnings[0].message


def test_a_zero_byte_in_a_name(tmp_path: pathlib.Path) -> None:
    archive = docker([{**ENTRY, "Config": "config.json\0"}])
    (tmp_path / "x.tar").write_bytes(archive)
    for path in (str(tmp_path / "x.tar"), unpacked(tmp_path, archive)):
        assert r'does not hold "config.json\x00"' in refusal(path)


@pytest.mark.parametrize("path", ["a\ud800b", "/nowhere/\udfff"])
def test_a_path_with_half_a_surrogate_pair(path: str) -> None:
    with pytest.raises(InputError, match=r'^archive "[^ ]*\\ud[8f][0f][0f]b?": is not a path: file names of this host'):
        read_archive(path)


def test_a_name_that_is_not_utf_8_in_a_directory(tmp_path: pathlib.Path) -> None:
    """JSON cannot name such a file: what it can name is not there."""
    folder = unpacked(tmp_path, docker([{**ENTRY, "Config": "config\udcff.json"}]))
    (pathlib.Path(folder) / "config\udcff.json").write_bytes(encoded(CONFIG))
    assert "does not hold" in refusal(folder)


def test_folders_of_the_transport_dir(tmp_path: pathlib.Path) -> None:
    """``skopeo copy ... dir:FOLDER`` and ``podman save --format docker-dir``."""
    manifest = OCI.blobs[OCI.descriptor["digest"][7:]]
    folder = unpacked(tmp_path, tar_of({"manifest.json": manifest, "version": b"Directory Transport Version: 1.1\n"}))
    assert "which are not read; save the image as docker-archive or oci-archive" in refusal(folder)


def test_an_empty_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"")
    assert refusal(str(tmp_path / "x.tar")).endswith("is an empty file")


def test_names_in_an_index_that_are_not_tags(tmp_path: pathlib.Path) -> None:
    """What ``ctr images export`` writes for an image that has a tag and a digest."""
    descriptors = [
        {**OCI.descriptor, "annotations": {"io.containerd.image.name": name}}
        for name in (f"registry.k8s.io/pause@{ZEROS}", "registry.k8s.io/pause:3.9")
    ]
    manifest = json.loads(OCI.blobs[OCI.descriptor["digest"][7:]])
    entry = {
        "Config": "blobs/" + manifest["config"]["digest"].replace(":", "/"),
        "RepoTags": [f"registry.k8s.io/pause@{ZEROS}", "registry.k8s.io/pause:3.9"],
        "Layers": ["blobs/" + layer["digest"].replace(":", "/") for layer in manifest["layers"]],
    }
    (tmp_path / "x.tar").write_bytes(layout(descriptors, files={"manifest.json": encoded([entry])}))
    listing = read_archive(str(tmp_path / "x.tar"))
    assert [found.repo_tags for found in listing.images] == [["registry.k8s.io/pause:3.9"]]
    assert [warning.code for warning in listing.warnings] == ["W_NOT_A_TAG"]
