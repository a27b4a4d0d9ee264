# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The size of a layer, against what real engines report and against a real directory."""

from __future__ import annotations

import io
import os
import tarfile
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.streams import Sequential
from ansible_collections.container_ops.images.plugins.module_utils._core.archive import layer as layer_module
from ansible_collections.container_ops.images.plugins.module_utils._core.archive import limits
from ansible_collections.container_ops.images.plugins.module_utils._core.archive.layer import Layer, LayerRefused
from ansible_collections.container_ops.images.plugins.module_utils._core.archive.tar import members
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.utils.layers import (
    MEASURED,
    OUTSIDE,
    REFUSED,
    directory,
    file,
    layer_of,
    random_layer,
    sparse,
    symbolic_link,
)

if t.TYPE_CHECKING:
    import pathlib


def size_of(tar: bytes) -> int:
    """Bytes that the layer counts."""
    layer = Layer()
    for member in members(Sequential(io.BytesIO(tar).read)):
        layer.add(member)
    return layer.size()


@pytest.mark.parametrize("tar_format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT], ids=["pax", "gnu"])
@pytest.mark.parametrize("case", MEASURED)
def test_sizes_are_those_that_engines_report(case: str, tar_format: int) -> None:
    size, entries = MEASURED[case]
    if any(entry.pax for entry in entries):
        tar_format = tarfile.PAX_FORMAT
    assert size_of(layer_of(entries, tar_format)) == size


@pytest.mark.parametrize("case", REFUSED)
def test_layers_that_engines_refuse_have_no_size(case: str) -> None:
    with pytest.raises(LayerRefused):
        size_of(layer_of(REFUSED[case]))


def test_a_file_below_a_link_to_nothing_has_no_size() -> None:
    """Docker 20.10 and 26.1 refuse it, 28.5 makes the directory: there is no size that all would report."""
    with pytest.raises(LayerRefused, match="not a directory"):
        size_of(layer_of([symbolic_link("l", "d"), file("l/a", 9)]))


@pytest.mark.parametrize("case", OUTSIDE)
def test_nothing_may_lead_out_of_a_layer(case: str) -> None:
    with pytest.raises(InputError, match="out of it"):
        size_of(layer_of(OUTSIDE[case]))


@pytest.mark.parametrize("seed", range(60))
def test_random_layers_measure_like_a_directory(seed: int, tmp_path: pathlib.Path) -> None:
    tar = random_layer(seed)
    _unpack(tar, tmp_path)
    assert size_of(tar) == _disk_size(tmp_path)


def _unpack(tar: bytes, root: pathlib.Path) -> None:
    """Put a layer into a real directory by hand, without devices (which take root) and with whiteouts as nothing."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            path = _inside(root, member.name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if os.path.basename(path).startswith(".wh."):
                continue
            if os.path.lexists(path) and not member.isdir():
                os.unlink(path)
            if member.isdir():
                os.makedirs(path, exist_ok=True)
            elif member.islnk():
                os.link(_inside(root, member.linkname), path, follow_symlinks=False)
            elif member.issym():
                os.symlink(member.linkname, path)
            elif member.isreg():
                with open(path, "wb") as unpacked:
                    unpacked.truncate(member.size)
            else:
                os.mkfifo(path)


def _inside(root: pathlib.Path, name: str) -> str:
    """A path below the root, its directories resolved as if the root were /."""
    parts = name.strip("/").split("/")
    at = str(root)
    for part in parts[:-1]:
        below = os.path.join(at, part)
        if os.path.islink(below):
            at = os.path.normpath(str(root) + os.readlink(below))
        else:
            at = below
    return os.path.join(at, parts[-1])


def _disk_size(root: pathlib.Path) -> int:
    """What the overlay2 driver adds up: every inode once, directories not."""
    sizes = {}
    for folder, _folders, _files in os.walk(root):
        for entry in os.scandir(folder):
            status = entry.stat(follow_symlinks=False)
            if not entry.is_dir(follow_symlinks=False):
                sizes[status.st_ino] = status.st_size
    return sum(sizes.values())


def test_the_number_of_files_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAYER_FILES", 5)
    assert size_of(layer_of([file(f"{index}", 1) for index in range(5)])) == 5
    with pytest.raises(InputError, match="more than 5 files and directories"):
        size_of(layer_of([file("a/b/c/d/e/f", 1)]))


def test_the_length_of_all_names_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAYER_NAMES", 200)
    with pytest.raises(InputError, match="200 bytes of names"):
        size_of(layer_of([file("x" * 60, 1), file("y" * 60, 1)]))


def test_steps_through_links_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STEPS", 2000)
    entries = [directory("d"), symbolic_link("l", "d/../" * 800 + "d")]
    assert size_of(layer_of(entries)) == len("d/../" * 800 + "d")
    with pytest.raises(InputError, match="more than 2000 steps"):
        size_of(layer_of([*entries, file("l/a", 1), file("l/b", 1)]))


def test_links_are_followed_as_often_as_linux_does() -> None:
    links = [symbolic_link(f"l{index}", f"l{index - 1}") for index in range(1, 60)]
    followed = layer_module._MAX_LINKS
    assert size_of(layer_of([directory("l0"), *links, file(f"l{followed}/a", 7)])) > 7
    with pytest.raises(LayerRefused, match="loop"):
        size_of(layer_of([directory("l0"), *links, file(f"l{followed + 1}/a", 7)]))


def test_a_claim_of_more_than_any_disk_is_refused() -> None:
    with pytest.raises(InputError, match="claims to hold files of"):
        size_of(layer_of([sparse("a", limits.UNPACKED + 1)]))
