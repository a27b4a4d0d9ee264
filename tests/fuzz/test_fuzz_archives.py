# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives made by chance: an answer that fits its documentation, or one sentence, at a cost that fits the archive."""

from __future__ import annotations

import gzip
import json
import pathlib
import typing as t

import pytest
from archive_inputs import Made, damaged, made
from fuzzing import LONG, SECONDS, Cost, counted, inputs, misfits, returned_images, sentence_faults

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError

if t.TYPE_CHECKING:
    import random

DOCUMENTED = returned_images()


class Answer(t.NamedTuple):
    """What a user gets: images or an error, never both."""

    images: list[dict[str, t.Any]]
    warnings: list[str]
    error: str


def answer(path: pathlib.Path, verify: bool = True) -> Answer:
    """Read an archive as the module does."""
    try:
        listing = read_archive(str(path), verify)
    except InputError as error:
        return Answer([], [], str(error))
    return Answer([image.to_dict() for image in listing.images], [warning.message for warning in listing.warnings], "")


def check(name: str, found: Answer, cost: Cost, unpacked: int) -> None:
    """What holds for every archive, whatever is in it."""
    for image in found.images:
        assert misfits(image, DOCUMENTED) == [], name
    for message in [*found.warnings, *([found.error] if found.error else [])]:
        assert sentence_faults(message) == [], name
        assert message.startswith('archive "'), name
    assert cost.calls <= 5000 + unpacked // 2, f"{name}: {cost.calls} calls for {unpacked} bytes"
    if LONG:
        assert cost.seconds < SECONDS, f"{name} took {cost.seconds} s"


def test_archives_made_by_chance(tmp_path: pathlib.Path) -> None:
    path, other = tmp_path / "x.tar", tmp_path / "y.tar"
    good = refused = 0
    for name, chance in inputs("archives", 2000):
        archive = made(chance)
        path.write_bytes(archive.tar())
        found, cost = counted(lambda: answer(path))
        check(name, found, cost, archive.unpacked + len(archive.members) * 1024)
        good += bool(found.images)
        refused += bool(found.error)
        same = chance.choice(SAME)
        if same(archive, other, chance):
            assert_same(f"{name}, {same.__name__}", found, answer(other))
    assert not LONG or good + refused  # with few inputs, chance may make none of one kind
    assert LONG or (good > 600 and refused > 400)


def assert_same(name: str, one: Answer, two: Answer) -> None:
    """Two forms of one archive have the same images, or none of them can be read."""
    if "would have to be unpacked more than" in two.error:
        return
    assert one.images == two.images, name
    assert bool(one.error) == bool(two.error), f"{name}: {one.error or two.error}"
    assert len(one.warnings) == len(two.warnings), name


def in_another_order(archive: Made, path: pathlib.Path, chance: random.Random) -> bool:
    """The members in another order, where that means nothing."""
    if archive.ordered:
        return False
    path.write_bytes(archive._replace(members=chance.sample(archive.members, len(archive.members))).tar())
    return True


def compressed(archive: Made, path: pathlib.Path, _chance: random.Random) -> bool:
    """The archive in gzip."""
    path.write_bytes(gzip.compress(archive.tar(), 1))
    return True


def with_its_index_in_another_order(archive: Made, path: pathlib.Path, chance: random.Random) -> bool:
    """The entries of index.json mean the same in every order."""
    members = list(archive.members)
    for number, member in enumerate(members):
        if member.name == "index.json" and member.type == b"0":
            try:
                index = json.loads(member.content)
                chance.shuffle(index["manifests"])
            except (ValueError, LookupError, TypeError):
                return False
            members[number] = member._replace(content=json.dumps(index).encode())
    path.write_bytes(archive._replace(members=members).tar())
    return True


SAME: tuple[t.Callable[[Made, pathlib.Path, random.Random], bool], ...] = (
    in_another_order,
    compressed,
    with_its_index_in_another_order,
)


def test_archives_in_folders(tmp_path: pathlib.Path) -> None:
    """A folder with the files of an archive has the images of the archive."""
    for number, (name, chance) in enumerate(inputs("folders", 300)):
        archive = made(chance)
        if archive.ordered or any("\0" in member.name for member in archive.members):
            continue
        path, folder = tmp_path / "x.tar", tmp_path / str(number)
        path.write_bytes(archive.tar())
        folder.mkdir()
        for member in archive.members:
            (folder / member.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / member.name).write_bytes(member.content)
        assert_same(name, answer(path), answer(folder))


def test_archives_read_without_verifying_them(tmp_path: pathlib.Path) -> None:
    """What holds for a verified archive holds without verifying it."""
    for name, chance in inputs("unverified", 300):
        path = tmp_path / "x.tar"
        path.write_bytes(made(chance).tar())
        found = answer(path)
        if not found.error:
            assert answer(path, verify=False) == found, name


@pytest.mark.parametrize("packing", [bytes, gzip.compress], ids=["plain", "packed"])
def test_archives_damaged_by_chance(packing: t.Callable[[bytes], bytes], tmp_path: pathlib.Path) -> None:
    """Digests prove size and date: what is answered of an image is true, or it is another image now."""
    path = tmp_path / "x.tar"
    refused = 0
    for name, chance in inputs(f"damage, {packing.__name__}", 1000):
        archive = made(chance)
        content = packing(archive.tar())
        path.write_bytes(content)
        true = {image["id"]: (image["size"], image["created"]) for image in answer(path).images}
        path.write_bytes(damaged(content, chance))
        found, cost = counted(lambda: answer(path))
        check(name, found, cost, archive.unpacked + len(archive.members) * 1024)
        for image in found.images:
            assert true.get(image["id"], (image["size"], image["created"])) in {
                (image["size"], image["created"]),
                (-1, image["created"]),
            }, name
        refused += bool(found.error)
    assert LONG or refused > 300
