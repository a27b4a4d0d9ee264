# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a path may lead to, and what a directory may hold."""

from __future__ import annotations

import io
import os
import socket
import tarfile
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_parts import (
    OCI,
    docker,
    layout,
    refusal,
)

if t.TYPE_CHECKING:
    import pathlib


def test_paths_that_are_no_archive(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty").mkdir()
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    cases = {
        "missing": "cannot be read: No such file or directory",
        "fifo": "is neither a file nor a directory",
        "empty": "has neither manifest.json nor index.json",
        "gone": "cannot be read: No such file or directory",
        "loop": "cannot be read: Too many levels of symbolic links",
        "x" * 300: "cannot be read: File name too long",
    }
    for name, message in cases.items():
        assert message in refusal(str(tmp_path / name))
    assert "is neither a file nor a directory" in refusal("/dev/null")


def test_a_path_with_a_zero_byte() -> None:
    with pytest.raises(InputError, match="zero byte"):
        read_archive("a\0b")


def test_a_socket(tmp_path: pathlib.Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert "cannot be read" in refusal(str(tmp_path / "s"))


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A good layout."""
    with tarfile.open(fileobj=io.BytesIO(layout([OCI.descriptor]))) as archive:
        for member in archive.getmembers():
            path = tmp_path / "layout" / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())  # type: ignore[union-attr]
    assert read_archive(str(tmp_path / "layout")).images[0].size == 2000
    return tmp_path / "layout"


@pytest.mark.parametrize("name", ["index.json", "blobs", "blobs/sha256", OCI.descriptor["digest"].replace(":", "/")])
@pytest.mark.parametrize("inside", [True, False])
def test_links_in_a_directory_are_not_followed(name: str, inside: bool, folder: pathlib.Path) -> None:
    path = folder / (name if name.startswith(("index", "blobs")) else f"blobs/{name}")
    elsewhere = folder / "moved" if inside else folder.parent / "moved"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert "through a symbolic link, which is not followed" in refusal(str(folder))


def test_other_things_than_files_in_a_directory(folder: pathlib.Path) -> None:
    path = folder / "blobs" / OCI.descriptor["digest"].replace(":", "/")
    path.unlink()
    assert "does not hold" in refusal(str(folder))
    os.mkfifo(path)
    assert "as something other than a file" in refusal(str(folder))
    path.unlink()
    path.mkdir()
    assert "as something other than a file" in refusal(str(folder))


def open_files() -> list[int]:
    """The descriptors that are open, asked of the kernel one by one: not every system has /proc."""

    def is_open(number: int) -> bool:
        try:
            os.fstat(number)
        except OSError:
            return False
        return True

    return [number for number in range(256) if is_open(number)]


def test_no_file_is_left_open(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    before = open_files()
    with open(os.devnull, "rb"):
        assert len(open_files()) == len(before) + 1
    (tmp_path / "x.tar").write_bytes(docker(layer=b"hello"))
    refusal(str(tmp_path / "x.tar"))
    read_archive(str(folder))
    (folder / "index.json").unlink()
    refusal(str(folder))
    (folder / "index.json").symlink_to("/etc/passwd")
    refusal(str(folder))
    assert open_files() == before
