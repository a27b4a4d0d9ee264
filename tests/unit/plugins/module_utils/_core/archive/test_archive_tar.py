# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tar reader: formats, and every way in which an archive can be damaged."""

from __future__ import annotations

import io
import random
import tarfile

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.streams import Part, Sequential
from ansible_collections.container_ops.images.plugins.module_utils._core.archive import limits
from ansible_collections.container_ops.images.plugins.module_utils._core.archive.tar import Member, members
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.utils.layers import (
    Entry,
    directory,
    file,
    hard_link,
    layer_of,
    random_layer,
)


def read(tar: bytes) -> list[Member]:
    """All members, read as a stream."""
    return list(members(Sequential(io.BytesIO(tar).read)))


def header(
    name: bytes = b"a", size: bytes = b"00000000003\0", kind: bytes = b"0", magic: bytes = b"ustar\x0000"
) -> bytes:
    """One header block with a right checksum."""
    block = bytearray(512)
    block[: len(name)] = name
    block[124 : 124 + len(size)] = size
    block[156:157] = kind
    block[257 : 257 + len(magic)] = magic
    return checked(block)


def checked(block: bytearray) -> bytes:
    """The block with its checksum set."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def pax(records: bytes) -> bytes:
    """A pax header with these bytes, and a file of three bytes behind it."""
    extended = header(b"PaxHeader", b"%011o\0" % len(records), b"x") + records.ljust(
        -(-len(records) // 512) * 512, b"\0"
    )
    return extended + header() + b"abc".ljust(512, b"\0") + bytes(1024)


@pytest.mark.parametrize("seed", range(20))
def test_reads_what_tarfile_reads(seed: int) -> None:
    tar = random_layer(seed)
    with tarfile.open(fileobj=io.BytesIO(tar), errors="surrogateescape") as archive:
        expected = [(member.name.rstrip("/"), member.type, member.linkname, member.size) for member in archive]
    found = [
        (member.name.decode("utf-8", "surrogateescape").rstrip("/"), member.type, member.link.decode(), member.size)
        for member in read(tar)
    ]
    assert found == expected


@pytest.mark.parametrize("seed", range(5))
def test_a_file_is_read_like_a_stream(seed: int) -> None:
    tar = random_layer(seed)
    assert list(members(Part(io.BytesIO(tar), 0, len(tar)))) == read(tar)


def test_content_may_be_read_on_the_way() -> None:
    tar = layer_of([file("a", 700), directory("d"), Entry("b", content=b"hello")])
    source = Sequential(io.BytesIO(tar).read)
    contents = {member.name: source.read(member.stored) for member in members(source)}
    assert contents == {b"a": b"x" * 700, b"d/": b"", b"b": b"hello"}


def test_offsets_are_those_of_the_content() -> None:
    tar = layer_of([Entry("a" * 300, content=b"first"), Entry("b", content=b"second")])
    assert [tar[member.offset : member.offset + member.stored] for member in read(tar)] == [b"first", b"second"]


FORMS = {
    "plain": (header(), (b"a", 3)),
    "v7, without magic": (header(magic=b""), (b"a", 3)),
    "size in base 256": (header(size=b"\x80" + b"\0" * 10 + b"\x03"), (b"a", 3)),
    "size with blanks": (header(size=b"          3 "), (b"a", 3)),
    "size without digits": (header(size=b" " * 12), (b"a", 0)),
    "a name of 100 bytes": (header(name=b"n" * 100), (b"n" * 100, 3)),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_header(form: str) -> None:
    block, expected = FORMS[form]
    found = read(block + b"abc".ljust(512, b"\0") * (1 if expected[1] else 0) + bytes(1024))
    assert [(member.name, member.size) for member in found] == [expected]


def test_the_prefix_belongs_to_ustar_only() -> None:
    ustar, gnu = bytearray(header(size=b"0")), bytearray(header(size=b"0", magic=b"ustar  \0"))
    star = bytearray(header(size=b"0"))
    ustar[345:350] = gnu[345:350] = star[345:350] = b"pre/x"
    star[508:512] = b"tar\0"
    star[476:487] = b"00000000000"  # access time, where ustar still has its prefix
    found = [read(checked(block) + bytes(1024))[0].name for block in (ustar, gnu, star)]
    assert found == [b"pre/x/a", b"a", b"pre/x/a"]


@pytest.mark.parametrize("end, width", [(b"tar\0", 131), (b"tar ", 155), (b"\0tar", 155)])
def test_how_long_a_prefix_may_be(end: bytes, width: int) -> None:
    block = bytearray(header(size=b"0"))
    block[345:500] = b"p" * 155  # the last 24 of them are times in star
    block[508:512] = end
    assert read(checked(block) + bytes(1024))[0].name == b"p" * width + b"/a"


def test_checksums_of_signed_bytes_are_taken() -> None:
    block = bytearray(header(name=b"\xff\xfe", size=b"0"))
    unsigned = sum(block[:148]) + sum(block[156:]) + 8 * 32
    block[148:156] = b"%06o\0 " % (unsigned - 2 * 256)
    assert read(bytes(block) + bytes(1024))[0].name == b"\xff\xfe"
    block[148:156] = b"%06o\0 " % (unsigned - 256)
    with pytest.raises(InputError, match="not a tar archive"):
        read(bytes(block) + bytes(1024))


def test_links_and_directories_have_no_content() -> None:
    tar = (
        header(size=b"00000002000\0", kind=b"1")
        + header(b"b", b"00000002000\0", b"5")
        + header(b"c", b"0")
        + bytes(1024)
    )
    assert [(member.name, member.stored) for member in read(tar)] == [(b"a", 0), (b"b", 0), (b"c", 0)]


def test_a_pax_size_holds_instead_of_that_of_the_header() -> None:
    assert [(member.size, member.stored) for member in read(pax(b"10 size=2\n"))] == [(2, 2)]


def test_the_end_needs_no_zero_blocks() -> None:
    whole = header() + b"abc".ljust(512, b"\0")
    assert len(read(whole)) == len(read(whole + bytes(512))) == len(read(whole + bytes(1024) + b"garbage")) == 1
    assert read(b"") == []


def test_global_headers_change_nothing() -> None:
    records = b"15 path=global\n"
    tar = header(b"g", b"%011o\0" % len(records), b"g") + records.ljust(512, b"\0") + header(size=b"0") + bytes(1024)
    assert [member.name for member in read(tar)] == [b"a"]


DAMAGED = {
    "nothing but text": (b"hello world" * 100, "is not a tar archive"),
    "shorter than a header": (b"hello", "is not a tar archive"),
    "a header cut off": (header() + b"abc".ljust(512, b"\0") + header()[:300], "is truncated"),
    "content cut off": (header(size=b"00000002000\0") + b"abc", "is truncated"),
    "garbage after a file": (header() + b"abc".ljust(512, b"\0") + b"x" * 512, "has no valid tar header at byte 1024"),
    "letters for a size": (header(size=b"0000000000z"), "is not a tar archive"),
    "a sign before the size": (header(size=b"-0000000001"), "is not a tar archive"),
    "a negative size": (header(size=b"\xff" * 12), "impossible size at byte 0"),
    "a huge size": (header(size=b"\x80" + b"\xff" * 11), "impossible size at byte 0"),
    "a size beyond the end": (header(size=b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7), "is truncated"),
    "a long name without an end": (header(size=b"00000001000\0", kind=b"L") + b"x" * 100, "is truncated"),
    "a long name without a limit": (
        header(size=b"%011o\0" % (limits.EXTENDED_HEADER + 1), kind=b"L"),
        "extended tar header of 1048577 bytes",
    ),
    "pax: no length": (pax(b"path=a\n"), "malformed"),
    "pax: length 0": (pax(b"0 path=a\n"), "malformed"),
    "pax: length beyond the end": (pax(b"99 path=a\n"), "malformed"),
    "pax: length within the key": (pax(b"4 path=a\n"), "malformed"),
    "pax: no end of line": (pax(b"9 path=ab"), "malformed"),
    "pax: no key": (pax(b"5 =a\n"), "malformed"),
    "pax: no value": (pax(b"7 path\n"), "malformed"),
    "pax: a zero byte in the path": (pax(b"12 path=a\0b\n"), "malformed"),
    "pax: letters for the size": (pax(b"10 size=x\n"), "malformed"),
    "pax: a huge size": (pax(b"29 size=99999999999999999999\n"), "malformed"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damage_is_an_error(case: str) -> None:
    tar, message = DAMAGED[case]
    with pytest.raises(InputError, match=message):
        read(tar)


def test_every_cut_within_a_file_is_noticed() -> None:
    tar = layer_of([file("a", 700), hard_link("b", "a"), Entry("c" * 200, content=b"c")])
    # Where a file may end, the rest is another, shorter archive: after the content, in what fills up its last block.
    ends = {0}
    for member in read(tar):
        content = member.offset + member.stored
        ends.update(range(content, content + -content % 512 + 1))
    for cut in [*random.Random(1).sample(range(max(ends)), 300), *range(0, max(ends), 512), *ends]:
        for source in (Sequential(io.BytesIO(tar[:cut]).read), Part(io.BytesIO(tar[:cut]), 0, cut)):
            if cut in ends:
                list(members(source))
            else:
                with pytest.raises(InputError):
                    list(members(source))


def test_one_zero_block_and_something_behind_it() -> None:
    """Go refuses it, so no engine reads on, and none ends there."""
    whole = header() + b"abc".ljust(512, b"\0")
    with pytest.raises(InputError, match="no valid tar header at byte 1536"):
        read(whole + bytes(512) + whole)
