# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers that are hard to measure: what a layer may hold, case by case, and random mixtures of it.

The sizes of the cases are those that Docker 20.10, 26.1 and 28.5 with the overlay2 driver report after loading; the
integration target image_archives asks them again.
"""

from __future__ import annotations

import io
import random
import tarfile
import typing as t

REG, DIR, LINK, SYMLINK, FIFO, CHAR, BLOCK = b"0", b"5", b"1", b"2", b"6", b"3", b"4"


class Entry(t.NamedTuple):
    """One member of a layer."""

    name: str
    type: bytes = REG
    content: bytes = b""
    link: str = ""
    pax: t.Mapping[str, str] = {}


def layer_of(entries: t.Iterable[Entry], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a layer as a tar with the members in this order, repeated names included."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format, errors="surrogateescape") as archive:
        for entry in entries:
            member = tarfile.TarInfo(entry.name)
            member.type, member.linkname, member.size = entry.type, entry.link, len(entry.content)
            member.pax_headers = dict(entry.pax)
            archive.addfile(member, io.BytesIO(entry.content) if entry.content else None)
    return buffer.getvalue()


def file(name: str, size: int) -> Entry:
    """A regular file."""
    return Entry(name, content=b"x" * size)


def directory(name: str) -> Entry:
    """A directory."""
    return Entry(name, DIR)


def hard_link(name: str, target: str) -> Entry:
    """A further name of a file."""
    return Entry(name, LINK, link=target)


def symbolic_link(name: str, target: str) -> Entry:
    """A symbolic link."""
    return Entry(name, SYMLINK, link=target)


def sparse(name: str, size: int) -> Entry:
    """A sparse file in pax format 1.0 with four bytes of data, as GNU tar --sparse --format=posix writes it."""
    version = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    return Entry(
        f"GNUSparseFile.0/{name}",
        content=b"1\n8\n4\n".ljust(512, b"\0") + b"data",
        pax={**version, "GNU.sparse.name": name, "GNU.sparse.realsize": str(size)},
    )


MEASURED: dict[str, tuple[int, list[Entry]]] = {
    "nothing": (0, []),
    "a file": (1000, [file("a", 1000)]),
    "a file in a directory that counts nothing": (7, [directory("d"), file("d/a", 7)]),
    "directories that nobody wrote": (8, [file("d/e/f/a", 8)]),
    "a hard link counts once": (1000, [file("a", 1000), hard_link("b", "a")]),
    "a hard link to an absolute path": (1000, [file("a", 1000), hard_link("b", "/a")]),
    "a hard link to a path with ..": (1, [file("a", 1), hard_link("b", "x/../a")]),
    "a hard link makes its directory": (1, [file("a", 1), hard_link("x/y/b", "a")]),
    "a hard link through a linked directory": (
        10,
        [directory("d"), file("d/a", 9), symbolic_link("l", "d"), hard_link("b", "l/a")],
    ),
    "a hard link to a symbolic link": (5, [symbolic_link("s", "abcde"), hard_link("b", "s")]),
    "a hard link to a FIFO": (0, [Entry("p", FIFO), hard_link("q", "p")]),
    "a hard link to a whiteout": (0, [file(".wh.p", 0), hard_link("q", "p")]),
    "a symbolic link counts its target": (5, [symbolic_link("s", "abcde")]),
    "an absolute symbolic link": (6, [symbolic_link("s", "/abcde")]),
    "a symbolic link counts bytes, not letters": (4, [symbolic_link("s", "éé")]),
    "a symbolic link to the outside": (10, [symbolic_link("s", "../../../x")]),
    "a file through a linked directory": (10, [directory("d"), symbolic_link("l", "d"), file("l/a", 9)]),
    "a file through an absolute linked directory": (11, [directory("d"), symbolic_link("l", "/d"), file("l/a", 9)]),
    "a file through a link with ..": (8, [directory("d/e"), symbolic_link("l", "d/e/.."), file("l/a", 2)]),
    "new directories below a linked one": (3, [directory("d"), symbolic_link("l", "d"), file("l/x/y/a", 2)]),
    "one file written by two names": (5, [directory("d"), symbolic_link("l", "d"), file("l/a", 9), file("d/a", 4)]),
    "one file written by an absolute name": (2, [file("a", 8), file("/a", 2)]),
    "a file in place of a directory": (1, [file("d/a", 3), file("d", 1)]),
    "a file in place of a device": (2, [Entry("c", CHAR), file("/c", 2)]),
    "a directory written after its content": (3, [file("d/a", 3), directory("d")]),
    "a symbolic link replaced through another": (
        3,
        [symbolic_link("d/l", "abc"), symbolic_link("e", "d"), file("e/l", 2)],
    ),
    "a whiteout": (0, [file(".wh.gone", 0)]),
    "a whiteout with content": (0, [file(".wh.gone", 5)]),
    "a whiteout in a directory that nobody wrote": (0, [file("e/.wh.gone", 0)]),
    "a whiteout that is a directory": (0, [directory(".wh.d")]),
    "a whiteout that is a hard link": (1, [file("a", 1), hard_link(".wh.q", "a")]),
    "a whiteout before the file it hides": (3, [file(".wh.a", 0), file("a", 3)]),
    "an opaque directory": (3, [directory("d"), file("d/.wh..wh..opq", 0), file("d/a", 3)]),
    "a directory made opaque after its content": (3, [directory("d"), file("d/a", 3), file("d/.wh..wh..opq", 0)]),
    "an opaque root": (3, [file(".wh..wh..opq", 0), file("a", 3)]),
    "an opaque directory that nobody wrote": (1, [file("/n/.wh..wh..opq", 0), file("/n/a", 1)]),
    "AUFS hard links": (31, [directory(".wh..wh.plnk"), file(".wh..wh.plnk/1.2", 30), file("b", 1)]),
    "devices and FIFOs": (0, [Entry("p", FIFO), Entry("c", CHAR), Entry("b", BLOCK)]),
    "extended attributes": (8, [Entry("a", content=b"x" * 8, pax={"SCHILY.xattr.user.foo": "bar" * 100})]),
    "an absolute path": (8, [file("/a", 8)]),
    "a path with ..": (8, [file("d/../a", 8)]),
    "the root": (8, [directory("./"), file("./a", 8)]),
    "the root with an absolute path": (1, [directory("/"), file("a", 1)]),
    "a file in place of the root": (0, [file(".", 8)]),
    "a member without a name": (0, [file("", 3)]),
    "a directory marked by its slash": (0, [Entry("d/", b"\0")]),
    "a file with a slash": (2, [file("d/", 2)]),
    "a path longer than a plain header takes": (8, [file("/".join(["abcdefghi"] * 30), 8)]),
    "a sparse file counts its whole length": (100000, [sparse("a", 100000)]),
    "odd names": (8, [file("a\\b", 2), file("a\nb", 2), file("\udcff\udcfe", 2), file("日本", 2)]),
}
"""What each layer holds, and its size in bytes."""

REFUSED: dict[str, list[Entry]] = {
    "a file twice": [file("a", 1000), file("a", 10)],
    "a directory twice": [directory("d"), directory("./d")],
    "a hard link before its file": [hard_link("b", "a"), file("a", 1000)],
    "a hard link to a directory": [directory("d"), hard_link("b", "d")],
    "a hard link to itself": [file("/a", 1), hard_link("a", "a")],
    "a file below a file": [file("a", 1), file("a/b", 9)],
    "a file below a whiteout": [file(".wh.d", 0), file("d/a", 2)],
    "a file below a link to a file": [file("q", 1), symbolic_link("l", "q"), file("l/a", 2)],
    "a file below a loop of links": [symbolic_link("l", "l"), file("l/a", 9)],
    "a whiteout after the file it hides": [file("a", 3), file(".wh.a", 0)],
    "a whiteout of nothing": [file(".wh.", 0)],
    "a whiteout of the directory itself": [file("d/.wh..", 0)],
    "a symbolic link to nothing": [symbolic_link("s", "")],
    "a symbolic link that is too long": [symbolic_link("s", "a/" * 2500)],
    "a name that is too long": [file("a" * 256, 8)],
    "a path that is too long": [file("/".join(["abcdefghi"] * 450), 8)],
    "an unknown type": [Entry("c", b"Z", content=b"x" * 8)],
    "a contiguous file": [Entry("c", b"7", content=b"x" * 8)],
}
"""Layers that no engine with a graph driver takes."""

OUTSIDE: dict[str, list[Entry]] = {
    "a path": [file("../a", 8)],
    "a path after some directories": [file("d/../../a", 8)],
    "an absolute path": [file("/../a", 8)],
    "a hard link": [file("a", 9), hard_link("b", "../../a")],
    "a path through a symbolic link": [directory("d"), symbolic_link("l", "../../d"), file("l/a", 9)],
}
"""Layers with something that leads out of them. Docker 20.10 and 26.1 put it inside, 28.5 refuses it."""


def random_layer(seed: int) -> bytes:
    """Return a layer of up to 40 members of all kinds that an engine with a graph driver takes."""
    pick = random.Random(seed)
    directories = [""]
    files: list[str] = []
    entries: list[Entry] = []
    through: dict[str, str] = {}  # symbolic links to directories
    replaced: set[str] = set()

    def name() -> str:
        base = pick.choice(["f", "long-" * pick.randrange(1, 30), "é日", "with space", "new\nline"])
        return f"{pick.choice([*directories, *through])}{base}{len(entries)}"

    for _step in range(pick.randrange(1, 40)):
        kind = pick.randrange(14)
        if kind < 5:
            files.append(name())
            entries.append(file(files[-1], pick.choice([0, 1, 511, 512, 513, pick.randrange(9000)])))
        elif kind == 5:
            directories.append(name() + "/")
            entries.append(directory(directories[-1]))
        elif kind == 6:
            directories.append(f"{name()}/implied/")
            entries.append(file(f"{directories[-1]}f", 3))
        elif kind == 7 and files:
            entries.append(hard_link(name(), pick.choice(["", "/"]) + pick.choice(files)))
        elif kind == 8:
            files.append(name())
            entries.append(symbolic_link(files[-1], pick.choice(["gone", "/etc/x", "../../..", "é" * 60, "y" * 150])))
        elif kind == 9:
            target = pick.choice(directories)
            through[name() + "/"] = target
            entries.append(symbolic_link(list(through)[-1][:-1], f"/{target}"))
        elif kind == 10:
            entries.append(file(f"{pick.choice(directories)}.wh.{pick.choice(['gone', 'é'])}{len(entries)}", 0))
        elif kind == 11:
            entries.append(Entry(name(), pick.choice([FIFO, CHAR, BLOCK])))
        elif kind == 12 and files:
            # A second spelling of a name is no duplicate for the engines, and replaces the file.
            again = pick.choice(files)
            if again not in replaced:
                replaced.add(again)
                entries.append(file(f"/{again}", pick.randrange(2000)))
        elif kind == 13:
            place = pick.choice(directories)
            if not any(entry.name == f"{place}.wh..wh..opq" for entry in entries):
                entries.append(file(f"{place}.wh..wh..opq", 0))
    if pick.random() < 0.2:
        entries.append(sparse("sparse", pick.randrange(600, 200000)))
        return layer_of(entries)
    return layer_of(entries, pick.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
