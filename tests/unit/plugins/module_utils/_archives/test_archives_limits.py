# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bombs, and other ways in which an archive could make its reader work without end."""

from __future__ import annotations

import gzip
import lzma
import typing as t
import zlib

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives import compression
from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.archive import limits
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_parts import (
    CONFIG,
    ENTRY,
    INDEX_TYPE,
    OCI,
    described,
    digest_of,
    docker,
    encoded,
    layout,
    refusal,
)
from ansible_collections.container_ops.images.tests.utils.archives import tar_of

if t.TYPE_CHECKING:
    import pathlib


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_APPLIES_FROM", limits.MIB)
    # gzip in gzip: 16 MiB of zeros, which one layer of gzip could not hold in so few bytes.
    bomb = gzip.compress(gzip.compress(bytes(16 * limits.MIB)))
    assert len(bomb) < 1000
    (tmp_path / "x.tar").write_bytes(gzip.compress(docker(layer=gzip.compress(bytes(16 * limits.MIB)))))
    assert "refused as a decompression bomb" in refusal(str(tmp_path / "x.tar"))


def test_zeros_are_no_bomb(tmp_path: pathlib.Path) -> None:
    layer = tar_of({"zeros": bytes(32 * limits.MIB)})
    config = {"rootfs": {"diff_ids": [digest_of(layer)]}}
    (tmp_path / "x.tar").write_bytes(docker(config=config, layer=gzip.compress(layer)))
    assert read_archive(str(tmp_path / "x.tar")).images[0].size == 32 * limits.MIB


def test_unpacked_bytes_have_a_limit_whatever_the_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED", 1000)
    budget = compression.UnpackLimit(10**9)
    budget.spend(1000)
    with pytest.raises(InputError, match="bomb"):
        budget.spend(1)


def test_xz_may_not_ask_for_all_memory(tmp_path: pathlib.Path) -> None:
    # To write such a stream takes as much memory, so a small one gets the header of a large one.
    header = bytearray(lzma.compress(docker(), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": limits.MIB}]))
    at = header.index(b"\x21\x01") + 2
    header[at] = 34  # 512 MiB: https://tukaani.org/xz/xz-file-format.txt, 5.3.1
    header[20:24] = zlib.crc32(bytes(header[12:20])).to_bytes(4, "little")
    (tmp_path / "x.tar").write_bytes(bytes(header))
    assert "Memory usage limit" in refusal(str(tmp_path / "x.tar"))


def test_the_number_of_files_is_limited(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", 2)
    (tmp_path / "x.tar").write_bytes(docker())
    assert "holds more than 2 files" in refusal(str(tmp_path / "x.tar"))


def test_all_documents_together_are_limited(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOCUMENTS", 100)
    (tmp_path / "x.tar").write_bytes(docker())
    assert "holds more than 100 bytes of JSON documents" in refusal(str(tmp_path / "x.tar"))


def test_a_packed_archive_is_not_unpacked_again_and_again(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer is read where it lies; a document that could not be kept takes unpacking all that is before it again."""
    entries = [{**ENTRY, "Config": f"{index}.json"} for index in range(20, 0, -1)]
    configs = {f"{index}.json": b" " + encoded({**CONFIG, "index": index}) for index in range(1, 21)}
    (tmp_path / "x.tar").write_bytes(gzip.compress(docker(entries, **configs)))
    assert "would have to be unpacked more than 8 times" in refusal(str(tmp_path / "x.tar"))
    configs = {name: content[1:] for name, content in configs.items()}
    (tmp_path / "x.tar").write_bytes(gzip.compress(docker(entries, **configs)))
    assert len(read_archive(str(tmp_path / "x.tar")).images) == 20


def test_indexes_that_multiply_are_limited(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MANIFESTS", 200)
    large = {"schemaVersion": 2, "manifests": [OCI.descriptor] * 50}
    small = [{"schemaVersion": 2, "manifests": [described(large, INDEX_TYPE)], "n": n} for n in range(5)]
    (tmp_path / "x.tar").write_bytes(layout([described(one, INDEX_TYPE) for one in small], [large, *small]))
    assert "names more than 200 manifests" in refusal(str(tmp_path / "x.tar"))
