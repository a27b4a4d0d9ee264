# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives damaged by chance: an answer that is true, or one error; never anything else."""

from __future__ import annotations

import gzip
import random
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_parts import (
    LAYER,
    OCI,
    docker,
)
from ansible_collections.container_ops.images.tests.utils.archives import oci_index

if t.TYPE_CHECKING:
    import pathlib

SEEDS = {
    "docker": docker(),
    "packed": gzip.compress(docker(layer=gzip.compress(LAYER)), mtime=0),
    "oci": oci_index([OCI]).tar("docker.io/example/app:1"),
}


@pytest.mark.parametrize("kind", SEEDS)
def test_damage_by_chance_gives_an_answer_or_an_error(kind: str, tmp_path: pathlib.Path) -> None:
    pick = random.Random(kind)
    good = SEEDS[kind]
    path = tmp_path / "x.tar"
    path.write_bytes(good)
    true = {found.id: (found.size, found.created) for found in read_archive(str(path)).images}
    refused = 0
    for _round in range(250):
        bad = bytearray(good)
        change = pick.randrange(4)
        if change == 0:
            del bad[pick.randrange(len(bad)) :]
        elif change == 1:
            at = pick.randrange(len(bad))
            bad[at : at + pick.randrange(1, 600)] = bytes(pick.randrange(256) for _byte in range(pick.randrange(600)))
        else:
            # Where something stands: most of a tar is filling, and changing that proves little.
            marked = [at for at, byte in enumerate(bad) if byte]
            for at in pick.sample(marked, pick.randrange(1, 4)):
                bad[at] ^= 1 << pick.randrange(8)
        path.write_bytes(bad)
        try:
            images = read_archive(str(path)).images
        except InputError as error:
            assert str(error).startswith(f'archive "{path}"')
            refused += 1
        else:
            # Digests prove size and date: what is answered is true, or it is another image now.
            for found in images:
                assert (found.size, found.created) == true.get(found.id, (found.size, found.created))
    assert refused > 100
