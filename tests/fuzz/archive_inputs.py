# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives made by chance: good ones, and ones with something odd at every level, whose digests fit all the same."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import random
import tarfile
import typing as t

from ansible_collections.container_ops.images.tests.utils.layers import Entry, layer_of, random_layer

OCI = "application/vnd.oci.image"
DOCKER = "application/vnd.docker"
NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name", "vnd.docker.reference.type", "kind")
# What may stand where something else belongs.
ODD: tuple[t.Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**19, 1.5, 1e308, "", " ", "a", "\0", "\n", "\x1b[31m"),
    *("é", "\u202e", "\ud800", "\U0001f600", "a" * 300, "x" * 5000, "/", "//", "..", "../..", "/etc/passwd", "./."),
    *("<none>", "<none>:<none>", "a:1", "a@b", "a:1@sha256:" + "1" * 64, "localhost:5000/a", ":", "@", "a:"),
    *("sha256:", "sha256:" + "0" * 64, "sha512:" + "0" * 128, "md5:" + "0" * 32, "SHA256:" + "0" * 64, "0" * 64),
    *("2024-01-02T03:04:05Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59", "today", "-1"),
    *(f"{OCI}.index.v1+json", f"{OCI}.manifest.v1+json", f"{OCI}.config.v1+json", f"{OCI}.layer.v1.tar+gzip"),
    *(f"{OCI}.layer.nondistributable.v1.tar", f"{DOCKER}.distribution.manifest.v2+json", "application/xml"),
    *([], {}, [[]], [{}], {"": ""}, {"a": None}, ["a"], {"config": {}}, {"manifests": []}, {"layers": []}),
    *("attestation-manifest", "dev.cosignproject.cosign/sigs", "manifest.json", "index.json", "config.json"),
)
KEYS = (
    *("manifests", "layers", "config", "digest", "size", "mediaType", "annotations", "platform", "artifactType"),
    *("Config", "RepoTags", "Layers", "Parent", "rootfs", "diff_ids", "created", "os", "architecture", "variant"),
    *("Labels", "history", "schemaVersion", "", "\ud800", "a" * 300),
)
PACKINGS: tuple[t.Callable[[bytes], bytes], ...] = (
    bytes,
    bytes,
    bytes,
    lambda tar: gzip.compress(tar, 1, mtime=0),
    lambda tar: bz2.compress(tar, 1),
    lambda tar: lzma.compress(tar, preset=0),
)


def digest_of(content: bytes) -> str:
    """sha256: and hex digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Made(t.NamedTuple):
    """An archive in parts: its members in their order, and the bytes of all that is in it when unpacked.

    ``ordered`` is false if another order of the members means the same.
    """

    members: list[Entry]
    unpacked: int
    ordered: bool

    def tar(self) -> bytes:
        """The archive as a file."""
        return layer_of(self.members, tarfile.GNU_FORMAT)


class Maker:
    """Makes one archive. With ``oddity`` 0 it is good; more makes more odd values, at every level."""

    def __init__(self, chance: random.Random, oddity: float) -> None:
        self.chance = chance
        self.oddity = oddity
        self.files: dict[str, bytes] = {}
        self.layers = [self._layer() for _layer in range(chance.randrange(1, 4))]

    def odd(self, value: t.Any, depth: int = 0) -> t.Any:
        """The value, or, now and then, another with something odd in it."""
        chance = self.chance
        if chance.random() < self.oddity / (1 + depth):
            return chance.choice(ODD)
        if isinstance(value, dict):
            found = {key: self.odd(content, depth + 1) for key, content in value.items()}
            if chance.random() < self.oddity and found:
                del found[chance.choice(list(found))]
            if chance.random() < self.oddity:
                found[chance.choice(KEYS)] = chance.choice(ODD)
            return found
        if isinstance(value, list):
            items = [self.odd(item, depth + 1) for item in value]
            if chance.random() < self.oddity:
                items = chance.choices(items, k=chance.randrange(4)) if items else [chance.choice(ODD)]
            return items
        return value

    def document(self, value: t.Any) -> bytes:
        """JSON, mostly; half of a surrogate pair stays one."""
        text = json.dumps(self.odd(value))
        if self.chance.random() < self.oddity / 4:
            cut = self.chance.randrange(len(text) + 1)
            text = text[:cut] + self.chance.choice(["", "[", "{", "\0", "nan", "9" * 50, '"\\ud800"']) + text[cut:]
        content = text.encode()
        return content + b"\xff" if self.chance.random() < self.oddity / 8 else content

    def blob(self, content: bytes, media_type: str, **more: t.Any) -> dict[str, t.Any]:
        """Put a blob into the archive, and return its descriptor."""
        digest = digest_of(content)
        self.files["blobs/" + digest.replace(":", "/")] = content
        return t.cast("dict[str, t.Any]", {"mediaType": media_type, "digest": digest, "size": len(content), **more})

    def config(self, layers: list[bytes]) -> bytes:
        """An image config."""
        chance = self.chance
        labels = {
            chance.choice("abc") * chance.randrange(1, 3): chance.choice(["", "1", "é", "{{ x }}"]) for _number in "12"
        }
        return self.document(
            {
                "architecture": chance.choice(["amd64", "arm64", "arm"]),
                "os": chance.choice(["linux", "windows"]),
                "created": f"20{chance.randrange(10, 30)}-01-02T03:04:05Z",
                "config": {"Labels": chance.choice([labels, None])},
                "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
            }
        )

    def name(self) -> str:
        """A name, now and then one that is not a tag."""
        name = f"{self.chance.choice(['a', 'quay.io/a/b', 'docker.io/library/c'])}:{self.chance.randrange(3)}"
        return self.chance.choice([name, name, name, name.partition(":")[0], f"{name}@{digest_of(b'')}"])

    def chosen_layers(self) -> list[bytes]:
        """Layers of an image, now and then one of them twice."""
        return self.chance.choices(self.layers, k=self.chance.randrange(4))

    def packed(self, layer: bytes) -> bytes:
        """A layer as it is stored; now and then damaged."""
        packed = self.chance.choice(PACKINGS)(layer)
        return damaged(packed, self.chance) if self.chance.random() < self.oddity / 4 else packed

    def _layer(self) -> bytes:
        seed = self.chance.randrange(10**9)
        if self.chance.random() >= max(self.oddity, 0.05):
            return random_layer(seed)
        return odd_layer(self.chance)


def odd_layer(chance: random.Random) -> bytes:
    """Members with names, links and types that do not fit together."""
    parts = ["a", "b", "..", ".", "", ".wh.a", ".wh.", ".wh..wh..opq", "é", "\udcff", "n" * 200, "n" * 256, "d"]

    def path() -> str:
        start = chance.choice(["", "", "", "/", "./", "../"])
        return start + "/".join(chance.choices(parts, k=chance.randrange(1, 5)))

    entries = []
    for _member in range(chance.randrange(1, 30)):
        kind = chance.choice([b"0", b"0", b"5", b"1", b"2", b"3", b"4", b"6", b"7", b"Z", b"\0"])
        content = b"x" * chance.choice([0, 1, 511, 512, 513]) if kind in b"07" else b""
        link = chance.choice([path(), "l" * 3000, "a/../" * 500]) if kind in b"12" else ""
        entries.append(Entry(path(), kind, content, link))
    return layer_of(entries, chance.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut off, or with some bytes changed where something stands: most of a tar is filling."""
    bad = bytearray(content)
    change = chance.randrange(4)
    if not bad or change == 0:
        del bad[chance.randrange(len(bad) + 1) :]
    elif change == 1:
        at = chance.randrange(len(bad))
        bad[at : at + chance.randrange(1, 600)] = chance.randbytes(chance.randrange(600))
    elif change == 2:
        del bad[-chance.choice([1, 511, 512, 1024, 1536]) :]
    else:
        marked = [at for at, byte in enumerate(bad) if byte] or [0]
        for at in chance.sample(marked, min(len(marked), chance.randrange(1, 4))):
            bad[at] ^= 1 << chance.randrange(8)
    return bytes(bad)


def docker_files(maker: Maker) -> list[dict[str, t.Any]]:
    """The entries of a manifest.json, and their files."""
    chance = maker.chance
    entries = []
    for number in range(chance.choice([0, 1, 1, 2, 2, 3])):
        layers = maker.chosen_layers()
        config = maker.config(layers)
        digest = digest_of(config)
        name = chance.choice([f"{digest[7:]}.json", f"blobs/{digest.replace(':', '/')}", f"c{number}.json"])
        maker.files[name] = config
        paths = []
        for layer in layers:
            paths.append(f"{digest_of(layer)[7:]}/layer.tar")
            maker.files.setdefault(paths[-1], maker.packed(layer))
        tags = [maker.name() for _tag in range(chance.randrange(3))]
        parents = [digest_of(content) for content in maker.files.values()][:3]
        entry = {"Config": name, "RepoTags": tags or None, "Layers": paths}
        entries.append({**entry, "Parent": chance.choice(parents)} if chance.random() < 0.2 else entry)
    return entries


def oci_entries(maker: Maker, depth: int = 0) -> list[dict[str, t.Any]]:
    """The entries of an index, and their blobs."""
    chance = maker.chance
    entries = []
    for _entry in range(chance.choice([0, 1, 1, 2, 2, 3])):
        kind = chance.random()
        more: dict[str, t.Any] = {}
        if chance.random() < 0.6:
            more["annotations"] = {chance.choice(NAMES[:2]): maker.name()}
        if chance.random() < 0.1:
            more["annotations"] = {chance.choice(NAMES): chance.choice(["1", "dev.cosignproject.cosign/sigs"])}
        if kind < 0.25 and depth < 5:
            index = {"schemaVersion": 2, "manifests": maker.odd(oci_entries(maker, depth + 1))}
            entries.append(maker.blob(maker.document(index), f"{OCI}.index.v1+json", **more))
            continue
        layers = maker.chosen_layers()
        config = maker.blob(maker.config(layers), f"{OCI}.config.v1+json")
        kinds = [f"{OCI}.layer.v1.tar+gzip", f"{DOCKER}.image.rootfs.diff.tar", f"{OCI}.layer.nondistributable.v1.tar"]
        parts = [maker.blob(maker.packed(layer), chance.choice(kinds)) for layer in layers]
        manifest = {"schemaVersion": 2, "config": config, "layers": parts}
        if kind > 0.95:
            manifest["artifactType"] = "application/spdx+json"
        platform = {"os": "linux", "architecture": chance.choice(["amd64", "arm64"])}
        entries.append(maker.blob(maker.document(manifest), f"{OCI}.manifest.v1+json", platform=platform, **more))
    return entries


def made(chance: random.Random) -> Made:
    """One archive: a docker-archive, an OCI archive, or both; good, or odd."""
    maker = Maker(chance, chance.choice([0, 0, 0.01, 0.03, 0.1, 0.3]))
    kinds = chance.choice([("docker",), ("oci",), ("docker", "oci")])
    if "docker" in kinds:
        maker.files["manifest.json"] = maker.document(docker_files(maker))
    if "oci" in kinds:
        maker.files["index.json"] = maker.document({"schemaVersion": 2, "manifests": oci_entries(maker)})
    missing = 0.3 if chance.random() < 0.1 else maker.oddity / 4
    for name in list(maker.files):
        if chance.random() < missing:
            del maker.files[name]
    members = [Entry(name, content=content) for name, content in maker.files.items()]
    chance.shuffle(members)
    ordered = chance.random() < maker.oddity and _odd_members(members, chance)
    unpacked = sum(map(len, [*maker.files.values(), *maker.layers]))
    return Made(members, unpacked, ordered)


def _odd_members(members: list[Entry], chance: random.Random) -> bool:
    """Change members of the archive itself. Returns whether their order means something then."""
    for _change in range(chance.randrange(1, 3)):
        at = chance.randrange(len(members)) if members else 0
        change = chance.randrange(4)
        if change == 0 and members:
            # A layer that is a link to another place, as old engines write it.
            target, moved = chance.choice(["x/y", "../x", "/x", members[at].name]), members[at]
            members[at] = Entry(moved.name, chance.choice([b"1", b"2"]), link=target)
            members.append(moved._replace(name="x/y"))
        elif change == 1 and members:
            members.append(members[at]._replace(name=chance.choice(["./", "", "x/../"]) + members[at].name))
        elif change == 2 and members:
            members[at] = members[at]._replace(type=chance.choice([b"3", b"5", b"6", b"7", b"Z"]), content=b"")
        else:
            members.append(Entry(chance.choice(["/a", "../a", "n" * 5000, "\udcff", "a/../../b"]), content=b"x"))
    return True
