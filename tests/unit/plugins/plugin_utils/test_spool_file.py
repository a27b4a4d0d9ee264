# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spool files on the controller: many workers write while somebody reads."""

from __future__ import annotations

import concurrent.futures
import os
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import Recency
from ansible_collections.container_ops.images.plugins.module_utils._report.spool_reader import SpoolReader, find_spools
from ansible_collections.container_ops.images.plugins.plugin_utils._spool_file import write_spool

NOW = 1_800_000_000
IMAGES = [{"id": f"sha256:{number:064x}", "repo_tags": [f"x:{number}"], "size": number} for number in range(200)]


def write(folder: Path, host: str, rounds: int) -> None:
    for number in range(rounds):
        write_spool(str(folder), host, {"images": IMAGES}, NOW + number)


def test_a_reader_never_sees_half_a_file_and_no_host_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "spool"
    hosts = [f"host{number:02}" for number in range(50)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=50) as pool:
        writers = [pool.submit(write, folder, host, 5) for host in hosts]
        seen = 0
        while not all(writer.done() for writer in writers):
            if folder.is_dir():
                for path, header in find_spools([str(folder)], NOW + 5).newest.values():
                    # Between the two reads a newer file may have come, whose header says the same number of images.
                    facts = SpoolReader(Recency(NOW)).read(path, header)
                    assert isinstance(facts, HostFacts), facts
                    seen += 1
        for writer in writers:
            writer.result()
    assert seen
    assert sorted(find_spools([str(folder)], NOW + 5).newest) == hosts
    assert sorted(path.name for path in folder.iterdir()) == [f"{host}.jsonl" for host in hosts]


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = write_spool(str(tmp_path / "spool"), "web01", {"images": IMAGES}, NOW)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "spool").st_mode) == 0o700


@pytest.mark.parametrize("host", ["../../escape", "/etc/passwd", ".hidden", "a\nb", "x" * 500, "\ud800"])
def test_no_name_leaves_the_directory(tmp_path: Path, host: str) -> None:
    path = write_spool(str(tmp_path / "spool"), host, {"images": []}, NOW)
    assert Path(path).parent == tmp_path / "spool"
    assert [item.name for item in tmp_path.iterdir()] == ["spool"]
    assert list(find_spools([str(tmp_path / "spool")], NOW).newest) == [host]


def test_a_link_in_its_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "web01.jsonl").symlink_to(target)
    write_spool(str(tmp_path), "web01", {"images": []}, NOW)
    assert target.read_text() == "precious"
    assert not (tmp_path / "web01.jsonl").is_symlink()


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_spool(str(tmp_path), "web01", {"images": IMAGES}, NOW)
    before = (tmp_path / "web01.jsonl").read_bytes()
    broken: t.Any = {"images": [*IMAGES, {"id": object()}]}
    with pytest.raises(TypeError):
        write_spool(str(tmp_path), "web01", broken, NOW)
    assert (tmp_path / "web01.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["web01.jsonl"]
