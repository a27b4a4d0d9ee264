# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are none: devices, pipes, sockets, directories, endless and huge ones; and places without room."""

from __future__ import annotations

import os
import resource
import signal
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import Recency
from ansible_collections.container_ops.images.plugins.module_utils._report import spool_reader
from ansible_collections.container_ops.images.plugins.module_utils._report.output_files import (
    FileAccess,
    append_text,
    refuse_odd_place,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.report.example_images import (
    NOW,
    image,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._report.spool_folder import Fleet

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def patience() -> t.Iterator[None]:
    """What waits for the other end of a pipe waits forever: such a test fails rather than hangs."""

    def end(*_: object) -> t.NoReturn:
        raise TimeoutError("still waiting")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    fleet = Fleet(tmp_path)
    fleet.spool("web01", image("a", "x:1", size=5))
    return fleet


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def make_link_to_pipe(path: Path) -> None:
    os.mkfifo(path.parent / "pipe")
    path.symlink_to("pipe")


ODD_FILES: list[tuple[t.Callable[[Path], None], str]] = [
    (make_pipe, "a named pipe"),
    (make_link_to_pipe, "a named pipe"),
    (make_socket, "a socket"),
    (Path.mkdir, "a directory"),
    (lambda path: path.symlink_to("/dev/zero"), "a character device"),
]
EVERY_ODD_FILE = pytest.mark.parametrize("make, kind", ODD_FILES)


def identity(path: Path) -> tuple[int, int, int]:
    """Which file it is, whatever a link there leads to."""
    found = path.lstat()
    return found.st_dev, found.st_ino, found.st_mode


@EVERY_ODD_FILE
def test_an_odd_spool_file_costs_its_host_and_not_the_report(
    fleet: Fleet, make: t.Callable[[Path], None], kind: str
) -> None:
    make(fleet.folder / "spool" / "web09.jsonl")
    document = fleet.document(expected_hosts=["web01", "web09"])
    assert (document["scope"]["reported"], document["scope"]["failed"]) == (1, ["web09"])
    message = document["scope"]["hosts"][1]["message"]
    assert message == f'its spool file "web09.jsonl" is damaged: it is {kind}, not a file'


@pytest.mark.parametrize("header", [b"", b'{"schema":"image_spool/1","host":"web09"}\n', None])
def test_a_huge_spool_file_costs_its_host_and_little_memory(fleet: Fleet, header: bytes | None) -> None:
    path = fleet.folder / "spool" / "web09.jsonl"
    if header is None:
        fleet.spool("web09", image("b"))
    else:
        path.write_bytes(header)
    os.truncate(path, 3 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = fleet.document(expected_hosts=["web01", "web09"])
    assert (document["scope"]["reported"], document["scope"]["failed"]) == (1, ["web09"])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000, "kB"


def test_many_rows_are_too_many(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    path = fleet.spool("web09", *[image(letter) for letter in "abcdef"])
    size = path.stat().st_size
    monkeypatch.setattr(spool_reader, "_LARGEST_FILE", size)
    assert fleet.document()["scope"]["reported"] == 2
    monkeypatch.setattr(spool_reader, "_LARGEST_FILE", size - 1)
    document = fleet.document()
    assert document["scope"]["failed"] == ["web09"]
    assert "is damaged: it has more than" in document["scope"]["hosts"][1]["message"]


def test_rows_with_long_labels_are_read_and_not_remembered(fleet: Fleet) -> None:
    label = {"notes": "x" * 3000}
    for host in ("web02", "web03"):
        fleet.spool(host, image("b", "x:2", labels={**label, "more": "y" * 2000}), image("c", "x:3", labels=label))
    spools = spool_reader.find_spools([fleet.path("spool")], NOW)
    reader = spool_reader.SpoolReader(Recency(NOW))
    facts = [reader.read(*spools.newest[host]) for host in ("web02", "web03")]
    assert [len(host.images) for host in facts] == [2, 2]  # type: ignore[union-attr]
    assert reader._remembered.cache_info()[:2] == (1, 1)


def test_a_source_that_is_neither_a_file_nor_a_directory(fleet: Fleet) -> None:
    make_pipe(fleet.folder / "pipe")
    sentence = f'cannot read "{fleet.path("pipe")}": it is a named pipe, not a file or a directory'
    with pytest.raises(InputError) as caught:
        fleet.report("spool", "pipe")
    assert str(caught.value) == f"src: {sentence}"
    assert fleet.document("spool", "pipe", expected_hosts=["web01"])["warnings"] == [sentence]


@EVERY_ODD_FILE
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("append", [False, True])
def test_an_odd_file_is_no_place_for_a_report(
    fleet: Fleet, make: t.Callable[[Path], None], kind: str, append: bool, check_mode: bool
) -> None:
    path = fleet.folder / "odd"
    make(path)
    before = identity(path)
    outputs = [
        {"format": "text", "path": fleet.path("first.txt")},
        {"format": "text", "path": str(path), "append": append},
    ]
    with pytest.raises(InputError) as caught:
        fleet.report(outputs=outputs, check_mode=check_mode)
    assert str(caught.value) == f'outputs[1].path: "{path}" is {kind}, not a file'
    assert identity(path) == before
    assert not (fleet.folder / "first.txt").exists()


@EVERY_ODD_FILE
@pytest.mark.parametrize("update", ["never", "all"])
def test_an_odd_file_is_no_baseline(fleet: Fleet, make: t.Callable[[Path], None], kind: str, update: str) -> None:
    path = fleet.folder / "base.json"
    make(path)
    before = identity(path)
    with pytest.raises(InputError) as caught:
        fleet.report(baseline={"path": str(path), "update": update})
    assert str(caught.value) == f'baseline.path: "{path}" is {kind}, not a file'
    assert identity(path) == before


def test_a_huge_baseline_is_refused(fleet: Fleet) -> None:
    path = fleet.folder / "base.json"
    path.touch()
    os.truncate(path, 3 << 30)
    with pytest.raises(InputError, match="it has more than 512 MiB"):
        fleet.report(baseline={"path": str(path)})


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero", "/dev/tty"])
def test_devices_stay(path: str) -> None:
    with pytest.raises(InputError, match="is a character device, not a file"):
        refuse_odd_place(path, "outputs[0].path")


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/stdin"])
def test_what_a_process_has_open_is_no_place_even_where_it_is_a_file(path: str) -> None:
    """Under pytest, standard output is a regular file."""
    with pytest.raises(InputError, match="is a link to an open file of a process"):
        refuse_odd_place(path, "outputs[0].path")


def test_a_link_is_replaced_and_appended_to(fleet: Fleet) -> None:
    (fleet.folder / "target").write_text("precious\n")
    for name in ("link", "log", "dangling"):
        (fleet.folder / name).symlink_to("nowhere" if name == "dangling" else "target")
    fleet.report(
        outputs=[
            {"format": "text", "path": fleet.path("log"), "append": True},
            {"format": "html", "path": fleet.path("dangling")},
        ]
    )
    assert (fleet.folder / "log").is_symlink() and (fleet.folder / "target").read_text().startswith("precious\nImage")
    assert not (fleet.folder / "dangling").is_symlink()
    before = (fleet.folder / "target").read_bytes()
    fleet.report(outputs=[{"format": "text", "path": fleet.path("link")}])
    assert not (fleet.folder / "link").is_symlink() and (fleet.folder / "target").read_bytes() == before


@pytest.mark.parametrize(
    "path, message",
    [
        ("", 'outputs[0].path must be a path, got ""'),
        ("a\0b", 'outputs[0].path must be a path, got "a\\\\x00b"'),
        ("a\ud800", 'outputs[0].path must be a path, got "a\\\\ud800"'),
        ("a" * 300, "File name too long"),
        ("{spool}/new/", 'outputs[0].path must name a file, got the directory "'),
        ("{spool}/web01.jsonl/x", "Not a directory"),
        ("{spool}/web01.jsonl", "outputs[0].path is also the path of a spool file of src"),
        ("{spool}/images.jsonl", "outputs[0].path is also the path of a spool file of src"),
        ("{spool}/../spool/./x.jsonl", "outputs[0].path is also the path of a spool file of src"),
        ("{spool}/../base.json", "outputs[0].path is also the path of baseline"),
    ],
)
def test_paths_that_no_report_can_have(fleet: Fleet, path: str, message: str) -> None:
    output = {"format": "text", "path": path.format(spool=fleet.path("spool"))}
    before = sorted(fleet.folder.rglob("*"))
    with pytest.raises(InputError) as caught:
        fleet.report(outputs=[output], baseline={"path": fleet.path("base.json")})
    assert message.replace("\\\\", "\\") in str(caught.value)
    assert sorted(fleet.folder.rglob("*")) == before


@pytest.mark.parametrize("path", ["", "a\0b", "a\ud800"])
def test_paths_that_no_file_has_are_no_sources_and_no_baselines(fleet: Fleet, path: str) -> None:
    with pytest.raises(InputError, match=r"^baseline\.path must be a path, got "):
        fleet.report(baseline={"path": path})
    fleet.path = lambda name: name  # type: ignore[method-assign]
    with pytest.raises(InputError, match=r"^src\[0\] must be a path, got "):
        fleet.report(path)


@pytest.mark.parametrize("other", ["./a", "sub/../a", "{folder}/a", "{folder}//a", "link/a", "pointer"])
@pytest.mark.parametrize("append", [False, True])
def test_two_spellings_of_a_path_are_one_file(
    fleet: Fleet, other: str, append: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fleet.folder)
    (fleet.folder / "sub").mkdir()
    (fleet.folder / "link").symlink_to(fleet.folder)
    (fleet.folder / "pointer").symlink_to("a")
    outputs = [
        {"format": "text", "path": "a", "append": append},
        {"format": "text", "path": other.format(folder=fleet.folder), "append": append},
    ]
    if append:
        fleet.report(outputs=outputs)
        assert (fleet.folder / "a").read_text().count("Image report") == 2
        outputs[0]["append"] = False
    with pytest.raises(InputError, match=r"^outputs\[1\]\.path is also the path of outputs\[0\]$"):
        fleet.report(outputs=outputs)


def test_append_makes_the_directory(fleet: Fleet) -> None:
    output = {"format": "text", "path": fleet.path("new/deep/summary.txt"), "append": True}
    assert fleet.report(outputs=[output], check_mode=True)["files"][0]["changed"] is True
    assert not (fleet.folder / "new").exists()
    fleet.report(outputs=[output])
    assert (fleet.folder / "new/deep/summary.txt").read_text().startswith("Image report")


@pytest.fixture
def little_room() -> t.Iterator[int]:
    """Files of at most this many bytes, for whoever writes in this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    yield 500
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("there", [None, b"", b"before\n" * 60])
def test_append_without_room_leaves_the_file_and_warns(tmp_path: Path, there: bytes | None, little_room: int) -> None:
    path = tmp_path / "new" / "summary.md"
    if there is not None:
        path.parent.mkdir()
        path.write_bytes(there)
    written = append_text(str(path), "x" * (little_room + 1), check_mode=False)
    assert (written.changed, written.size) == (False, 0)
    assert written.warning == f'nothing was appended to "{path}": File too large'
    assert (path.read_bytes() if path.exists() else None) == there


def test_append_beyond_one_mebibyte_warns_in_check_mode_too(fleet: Fleet) -> None:
    summary = fleet.folder / "summary.md"
    summary.write_text("x" * (MIB - 100))
    output = {"format": "markdown", "path": str(summary), "append": True}
    for check_mode in (True, False):
        result = fleet.report(outputs=[output], check_mode=check_mode)
        assert result["changed"] is False and result["files"][0]["changed"] is False
        assert result["warnings"] == [
            f'nothing was appended to "{summary}": it would be larger than 1 MiB, and GitHub would drop it'
        ]
    assert summary.stat().st_size == MIB - 100


def test_a_report_without_room_is_one_sentence_and_leaves_the_old_file(fleet: Fleet, little_room: int) -> None:
    (fleet.folder / "out.html").write_text("old")
    with pytest.raises(InputError) as caught:
        fleet.report(outputs=[{"format": "html", "path": fleet.path("out.html")}])
    assert str(caught.value) == f'cannot write "{fleet.path("out.html")}": File too large'
    assert sorted(path.name for path in fleet.folder.iterdir()) == ["out.html", "spool"]
    assert (fleet.folder / "out.html").read_text() == "old"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", ["0600", "640", 0o444, "0666"])
@pytest.mark.parametrize("append", [False, True])
def test_mode(fleet: Fleet, mode: t.Any, append: bool) -> None:
    path = fleet.folder / "out"
    output = {"format": "text", "path": str(path), "mode": mode, "append": append}
    wanted = mode if isinstance(mode, int) else int(mode, 8)
    fleet.report(outputs=[output])
    assert mode_of(path) == wanted
    path.chmod(0o604)
    if not append:
        assert fleet.report(outputs=[output], check_mode=True)["changed"] is True
        assert mode_of(path) == 0o604
    assert fleet.report(outputs=[output])["changed"] is True
    assert mode_of(path) == wanted
    if not append:
        assert fleet.report(outputs=[output])["changed"] is False


def test_a_stream_has_a_mode_too(fleet: Fleet) -> None:
    fleet.report(outputs=[{"format": "jsonl", "path": fleet.path("out"), "mode": "0640"}])
    assert mode_of(fleet.folder / "out") == 0o640


@pytest.mark.parametrize("there", [None, 0o644, 0o600])
def test_at_no_moment_is_the_new_content_readable_by_more_than_it_shall_be(tmp_path: Path, there: int | None) -> None:
    path = tmp_path / "out"
    if there is not None:
        path.write_text("old")
        path.chmod(there)
    seen = []

    def move(source: str, target: str) -> None:
        """As atomic_move(): the mode of the file that is there, or what the umask leaves of 0666."""
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(source, mode_of(path) if path.exists() else 0o666 & ~umask)
        seen.append(mode_of(Path(source)))
        os.replace(source, target)

    umask = os.umask(0o022)
    try:
        FileAccess(False, move).write(str(path), "new", 0o600)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(umask)
    assert seen == [0o600] and mode_of(path) == 0o600


@pytest.mark.parametrize("mode", ["u=rw", "888", "01777", 644, 0o1644, -1, True, "", [], 6.4, "0640 "])
def test_what_is_no_mode(fleet: Fleet, mode: t.Any) -> None:
    with pytest.raises(
        InputError, match=r'^outputs\[0\]\.mode must be permissions in octal such as "0640", in quotes, '
    ):
        fleet.report(outputs=[{"format": "text", "path": fleet.path("out"), "mode": mode}])


def test_a_file_that_cannot_be_moved_is_one_sentence(fleet: Fleet) -> None:
    def move(source: str, target: str) -> None:
        raise Exception(f"Could not replace {target!r} with {source!r}.")

    with pytest.raises(InputError, match="^cannot write .*Could not replace"):
        FileAccess(False, move).write(fleet.path("out"), "new")
    assert [path.name for path in fleet.folder.iterdir()] == ["spool"]
