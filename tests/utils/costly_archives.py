# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small archives that could cost much to read: each is a function of its size.

python3 tests/utils/costly_archives.py             CPU time and peak memory of reading each, at its usual size
python3 tests/utils/costly_archives.py 10          ten times as large
python3 tests/utils/costly_archives.py 1 links     the cases whose name begins so
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time
import typing as t

MIB = 1024 * 1024


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _config(layers: t.Sequence[bytes], **more: t.Any) -> bytes:
    return json.dumps({**more, "rootfs": {"type": "layers", "diff_ids": [_digest(one) for one in layers]}}).encode()


def _tar(files: t.Iterable[tuple[str, bytes]]) -> bytes:
    return _tar_of_members((tarfile.TarInfo(name), content) for name, content in files)


def _tar_of_members(members: t.Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def _with_layer(layer: bytes) -> bytes:
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["app:1"], "Layers": ["layer.tar"]}]).encode()
    return _tar(
        [
            ("manifest.json", manifest),
            ("config.json", _config([layer])),
            ("layer.tar", gzip.compress(layer, mtime=0)),
        ]
    )


def one_config(count: int, labels: int = 0) -> bytes:
    """A manifest.json that names one config again and again, under one name after the other."""
    config = _config([], config={"Labels": {f"label-{number}": "" for number in range(labels)}})
    entries = [{"Config": "config.json", "RepoTags": [f"app:{number}"], "Layers": []} for number in range(count)]
    return gzip.compress(_tar([("config.json", config), ("manifest.json", json.dumps(entries).encode())]), mtime=0)


def one_large_config(count: int) -> bytes:
    """The same, and the config is as long as the manifest.json."""
    return one_config(count, count)


def many_configs(count: int) -> bytes:
    """As many images."""
    files = [(f"{number}.json", _config([], author=str(number))) for number in range(count)]
    entries = [{"Config": name, "Layers": []} for name, _config in files]
    return gzip.compress(_tar([*files, ("manifest.json", json.dumps(entries).encode())]), mtime=0)


def layer_links(count: int) -> bytes:
    """Files that lie below a chain of symbolic links, each with a target that is mostly slashes."""
    members: list[tuple[tarfile.TarInfo, bytes]] = []
    folder = tarfile.TarInfo("l0")
    folder.type = tarfile.DIRTYPE
    members.append((folder, b""))
    for number in range(1, 40):
        members.append(_link(f"l{number}", f".{'/' * min(4080, 50 * count)}l{number - 1}"))
    for number in range(count):
        members.append((tarfile.TarInfo(f"l39/{number}"), b""))
    return _with_layer(_tar_of_members(members))


def layer_dotted_links(count: int, turns: int = 800) -> bytes:
    """The same with parts that a slash alone would not make: ``a/../a/../``."""
    members: list[tuple[tarfile.TarInfo, bytes]] = []
    for name in ("l0", "a"):
        folder = tarfile.TarInfo(name)
        folder.type = tarfile.DIRTYPE
        members.append((folder, b""))
    for number in range(1, 40):
        members.append(_link(f"l{number}", "a/../" * turns + f"l{number - 1}"))
    for number in range(count):
        members.append((tarfile.TarInfo(f"l39/{number}"), b""))
    return _with_layer(_tar_of_members(members))


def shorter_dotted_links(count: int) -> bytes:
    """The same, so short that they are followed."""
    return layer_dotted_links(count, 8)


def outer_names(count: int) -> bytes:
    """Members of the archive itself with names and link targets of 1 MB."""
    names = [(f"{number}/" + "n" * 1_000_000, f"{number}/" + "t" * 1_000_000) for number in range(count)]
    return gzip.compress(_tar_of_members(_link(name, target) for name, target in names), mtime=0)


def outer_members(count: int) -> bytes:
    """Very many members of the archive itself."""
    return gzip.compress(_tar((f"{number}", b"") for number in range(count)), mtime=0)


def outer_links(count: int) -> bytes:
    """Layers that are links to links to links, each with a target of up to 4 KB."""
    layer = _tar([("a", b"")])
    members = [(tarfile.TarInfo("l0"), layer)]
    members += [_link(f"l{number}", "a/../" * min(800, count) + f"l{number - 1}") for number in range(1, 6)]
    members += [_link(f"x{number}", "l5") for number in range(count)]
    entries = [{"Config": "config.json", "RepoTags": ["app:1"], "Layers": [f"x{number}" for number in range(count)]}]
    files = [("config.json", _config([layer] * count)), ("manifest.json", json.dumps(entries).encode())]
    members += [(tarfile.TarInfo(name), content) for name, content in files]
    return gzip.compress(_tar_of_members(members), mtime=0)


def one_layer(count: int) -> bytes:
    """A layer of 1 MB that an image has again and again, spelled otherwise each time."""
    layer = _tar([("a", bytes(MIB))])
    names = [f"{number}/../layer.tar" for number in range(count)]
    entries = [{"Config": "config.json", "RepoTags": ["app:1"], "Layers": names}]
    return _tar(
        [
            ("manifest.json", json.dumps(entries).encode()),
            ("config.json", _config([layer] * count)),
            ("layer.tar", gzip.compress(layer, mtime=0)),
        ]
    )


def extended_headers(count: int) -> bytes:
    """Extended headers with 1,000 short records each, and a member behind each."""
    members = []
    for number in range(count):
        header = tarfile.TarInfo("header")
        header.type = b"x"
        members += [(header, b"6 a=b\n" * 1000), (tarfile.TarInfo(str(number)), b"")]
    return gzip.compress(_tar_of_members(members), mtime=0)


def link_targets(count: int) -> bytes:
    """A layer of symbolic links with targets of 4 KB."""
    return _with_layer(_tar_of_members(_link(f"{number}", "t" * 4090) for number in range(count)))


def small_files(count: int) -> bytes:
    """A layer of very many files in one directory."""
    return _with_layer(_tar((f"directory/{number}", b"") for number in range(count)))


def index_documents(count: int, values: int = 8 * MIB // 3 - 100) -> bytes:
    """Indexes of values that are small in JSON and large in memory, 8 MiB of them in each."""
    filling = "[" + "{}," * values + "{}]"
    indexes = [f'{{"manifests":[],"n":{number},"x":{filling}}}'.encode() for number in range(count)]
    return _layout(indexes, "application/vnd.oci.image.index.v1+json")


def some_index_documents(count: int) -> bytes:
    """The same, so small that many of them are read."""
    return index_documents(count, 20_000)


def index_descriptors(count: int) -> bytes:
    """An index of very many manifests."""
    image = _config([])
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": _digest(image), "size": len(image)}
    manifest = json.dumps({"config": config, "layers": []}).encode()
    row = {"digest": _digest(manifest), "size": len(manifest)}
    index = json.dumps({"manifests": [{**row, "annotations": {"n": str(number)}} for number in range(count)]}).encode()
    return _layout([index], "application/vnd.oci.image.index.v1+json", [manifest, image])


def manifests(count: int) -> bytes:
    """Very many manifests of one image."""
    image = _config([])
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": _digest(image), "size": len(image)}
    return _layout(
        [json.dumps({"config": config, "layers": [], "annotations": {"n": str(n)}}).encode() for n in range(count)],
        "application/vnd.oci.image.manifest.v1+json",
        [image],
    )


def _layout(documents: t.Iterable[bytes], media_type: str, blobs: t.Iterable[bytes] = ()) -> bytes:
    documents = list(documents)
    rows = [{"mediaType": media_type, "digest": _digest(one), "size": len(one)} for one in documents]
    files = [(f"blobs/sha256/{_digest(one)[7:]}", one) for one in [*documents, *blobs]]
    return gzip.compress(_tar([("index.json", json.dumps({"manifests": rows}).encode()), *files]), mtime=0)


# What each costs at its usual size is measured by hand; tests take a part of it, and twice that part.
COSTLY: dict[str, tuple[t.Callable[[int], bytes], int]] = {
    "one config": (one_config, 16_000),
    "one large config": (one_large_config, 16_000),
    "many configs": (many_configs, 8_000),
    "layer links": (layer_links, 500),
    "dotted layer links": (layer_dotted_links, 500),
    "shorter dotted layer links": (shorter_dotted_links, 500),
    "outer names": (outer_names, 100),
    "outer members": (outer_members, 100_000),
    "outer links": (outer_links, 5_000),
    "one layer": (one_layer, 300),
    "extended headers": (extended_headers, 10_000),
    "targets of links": (link_targets, 100_000),
    "small files": (small_files, 200_000),
    "index documents": (index_documents, 6),
    "smaller index documents": (some_index_documents, 20),
    "index of many": (index_descriptors, 20_000),
    "manifests": (manifests, 8_000),
}


def _measure(path: str) -> str:
    """One line: CPU seconds of reading, peak MiB of the process, and the answer."""
    from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
    from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError

    before = time.process_time()
    try:
        listing = read_archive(path)
        answer = f"{len(listing.images)} images, {len(listing.warnings)} warnings"
    except InputError as error:
        answer = str(error).split('": ', 1)[1]
    seconds = time.process_time() - before
    # Not ru_maxrss: that begins with what the parent had at its fork.
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return f"{seconds:6.2f} s {peak:6.0f} MiB  {answer[:110]}"


def main() -> None:
    """Measure each case in a process of its own."""
    if sys.argv[1:2] == ["--read"]:
        print(_measure(sys.argv[2]))
        return
    scale, start = float((sys.argv[1:] or ["1"])[0]), (sys.argv[2:] or [""])[0]
    for name, (make, count) in COSTLY.items():
        if not name.startswith(start):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.tar"
            path.write_bytes(make(int(count * scale)))
            said = subprocess.run(
                [sys.executable, __file__, "--read", str(path)], capture_output=True, text=True, check=False
            )
            line = (said.stdout or said.stderr.strip().rsplit("\n", 1)[-1]).strip()
            print(f"{name:26} {path.stat().st_size / 1024:8.0f} KiB  {line}", flush=True)


if __name__ == "__main__":
    main()
