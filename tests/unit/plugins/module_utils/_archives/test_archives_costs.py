# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading an archive costs: no more than three times as much for an archive that is three times as large."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.archive import limits
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import written
from ansible_collections.container_ops.images.tests.utils.costly_archives import COSTLY
from ansible_collections.container_ops.images.tests.utils.effort import Steps, peak_of, steps_of

if t.TYPE_CHECKING:
    import pathlib

# The size of each case that is small enough to count every instruction, and large enough to outweigh what is fixed.
SIZES = {
    "one config": 100,
    "one large config": 60,
    "many configs": 80,
    "layer links": 20,
    "shorter dotted layer links": 4,
    "outer members": 100,
    "outer links": 60,
    "one layer": 60,
    "extended headers": 10,
    "targets of links": 80,
    "small files": 100,
    "smaller index documents": 3,
    "index of many": 100,
    "manifests": 80,
}
# How the steps of three times as much may differ from three times the steps, for growing tables and rarer branches.
TOLERANCE = 1.1


def test_every_case_is_here() -> None:
    """Those that are not are refused before their size counts."""
    assert COSTLY.keys() - SIZES.keys() == {"outer names", "index documents", "dotted layer links"}


def answer(path: str) -> None:
    """Read it; an archive without images is as good."""
    try:
        read_archive(path)
    except InputError as error:
        assert "has neither manifest.json nor index.json" in str(error)  # the members are all there is


def steps_of_reading(case: str, size: int, folder: pathlib.Path) -> Steps:
    """What it takes to read one of the cases."""
    path = written(folder, COSTLY[case][0](size))
    return steps_of(lambda: answer(path))


@pytest.mark.parametrize("case", SIZES)
def test_steps_grow_no_faster_than_the_archive(case: str, tmp_path: pathlib.Path) -> None:
    make, _count = COSTLY[case]
    once, thrice = [steps_of_reading(case, times * SIZES[case], tmp_path) for times in (1, 3)]
    assert once.instructions > 1000
    for counter in Steps._fields:
        assert getattr(thrice, counter) <= 3 * TOLERANCE * getattr(once, counter), counter


@pytest.mark.parametrize("case", SIZES)
def test_memory_grows_no_faster_than_the_archive(case: str, tmp_path: pathlib.Path) -> None:
    make, _count = COSTLY[case]
    path = written(tmp_path, make(SIZES[case]))
    answer(path)  # so that imports are done
    once = peak_of(lambda: answer(path))
    path = written(tmp_path, make(3 * SIZES[case]))
    assert peak_of(lambda: answer(path)) <= 3 * TOLERANCE * once


def test_one_config_is_read_once_however_often_it_is_named(tmp_path: pathlib.Path) -> None:
    few, many = [steps_of_reading("one config", count, tmp_path) for count in (10, 100)]
    assert few.sorted - 10 == many.sorted - 100


def test_documents_are_not_kept(tmp_path: pathlib.Path) -> None:
    """Eight index documents take as much memory as two, apart from their bytes: it is a compressed archive."""
    make, _count = COSTLY["smaller index documents"]
    two, eight = [written(tmp_path, make(count), str(count)) for count in (2, 8)]
    answer(two)
    stored = 6 * 60_000
    assert peak_of(lambda: answer(eight)) < 1.2 * peak_of(lambda: answer(two)) + stored


# the limit, its value in the test, the case, its size, and the sentence
REFUSED: dict[str, tuple[str, int, str, int, str]] = {
    "names": ("PATH", limits.PATH, "outer names", 2, "holds a path of 1000002 bytes; 4095 is the limit"),
    "files": ("FILES", 50, "outer members", 51, "holds more than 50 files"),
    "bytes of names": ("NAMES", 5000, "outer links", 300, "holds more than 5000 bytes of names and targets of links"),
    "values": ("VALUES", 100_000, "smaller index documents", 5, "holds more than 100000 values in JSON documents"),
    "values of one": ("VALUES", limits.VALUES, "index documents", 1, "more than 1000000 values in JSON documents"),
    "documents": ("DOCUMENTS", 10_000, "many configs", 200, "holds more than 10000 bytes of JSON documents"),
    "manifests": ("MANIFESTS", 100, "index of many", 101, "names more than 100 manifests"),
    "records": ("RECORDS", 5000, "extended headers", 6, "has more than 5000 records in extended tar headers"),
    "files of a layer": ("LAYER_FILES", 50, "small files", 60, "has more than 50 files and directories"),
    "names of a layer": ("LAYER_NAMES", 8000, "targets of links", 3, "more than 8000 bytes of names and targets"),
    "steps of a layer": ("STEPS", 100_000, "dotted layer links", 5, "takes more than 100000 steps through directories"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_goes_beyond_a_limit_is_refused(
    case: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, value, costly, size, sentence = REFUSED[case]
    path = written(tmp_path, COSTLY[costly][0](size))
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(InputError, match=sentence):
        read_archive(path)


@pytest.mark.parametrize(
    "limit, value, case, sizes",
    [
        ("LAYER_NAMES", 200_000, "targets of links", (100, 1000)),
        ("PATH", limits.PATH, "outer names", (2, 8)),
        ("FILES", 300, "outer members", (400, 4000)),
    ],
)
def test_a_refusal_costs_the_same_whatever_lies_behind_it(
    limit: str, value: int, case: str, sizes: tuple[int, int], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, value)
    small, large = [written(tmp_path, COSTLY[case][0](size), str(size)) for size in sizes]

    def refused(path: str) -> None:
        with pytest.raises(InputError):
            read_archive(path)

    less, more = steps_of(lambda: refused(small)), steps_of(lambda: refused(large))
    assert more.instructions <= TOLERANCE * less.instructions
    assert peak_of(lambda: refused(large)) <= TOLERANCE * peak_of(lambda: refused(small)) + limits.MIB
