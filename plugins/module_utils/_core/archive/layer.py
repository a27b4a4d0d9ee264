# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The size of a layer as an engine with a graph driver counts it.

Such an engine unpacks the layer alone into a directory and adds up what it finds there: regular files and the targets
of symbolic links, a file with several hard links once, directories, devices and whiteouts with nothing (``Size`` in
https://github.com/moby/moby/blob/v28.5.2/pkg/directory/directory_unix.go, called by the overlay2 driver). Neither
the size of the tar nor the sum of its headers is that size. The directory is rebuilt here in memory, names only.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from . import limits

if t.TYPE_CHECKING:
    from .tar import Member

_WHITEOUT = b".wh."
_MAX_LINKS = 40  # as Linux: more symbolic links in one path are a loop


class LayerRefused(Exception):
    """A graph driver cannot unpack this layer, so it would not report a size. The text says why."""


class _Inode:
    """What several names may share: a file with hard links, or a symbolic link with its target."""

    __slots__ = ("size", "target")

    def __init__(self, size: int, target: bytes | None = None) -> None:
        self.size = size
        self.target = target


# A directory is a dict, a regular file with one name its size, anything without content 0.
_Directory = dict[bytes, t.Any]


class Layer:
    """The directory that unpacking a layer makes.

    ``kept`` and ``steps`` say what that takes: bytes of names and targets in memory, and names passed on the way.
    """

    def __init__(self) -> None:
        self._root: _Directory = {}
        self._names: set[bytes] = set()
        self._entries = 0
        self.kept = 0
        self.steps = 0

    def add(self, member: Member) -> None:
        """Unpack one member. Raises LayerRefused where engines fail, InputError for a name that leads outside."""
        self._walk(member.name.count(b"/"))
        absolute, parts = _split(member.name)
        name = (b"/" if absolute else b"") + b"/".join(parts)
        if name in self._names:
            raise LayerRefused(f"holds {_printed(name)} twice")
        if len(name) > limits.PATH or any(len(part) > 255 for part in parts):
            raise LayerRefused(f"holds a path that is too long: {_printed(name)}")
        # The whole name is kept to find it again, its last part in its directory.
        self._count(len(name) + len(b"".join(parts[-1:])))
        self._names.add(name)
        if not parts:
            if absolute and member.type != b"5":
                raise LayerRefused("replaces its own root directory")
            return
        parent = self._directory(parts[:-1], create=True)
        if parent is not None:
            self._put(parent, parts[-1], member)

    def size(self) -> int:
        """Bytes, every inode once."""
        total = 0
        counted: set[int] = set()
        rest: list[_Directory] = [self._root]
        while rest:
            for node in rest.pop().values():
                if isinstance(node, dict):
                    rest.append(node)
                elif isinstance(node, int):
                    total += node
                elif id(node) not in counted:
                    counted.add(id(node))
                    total += node.size
        # A sparse file costs nothing to claim.
        if total > limits.UNPACKED:
            raise InputError(f"claims to hold files of {total} bytes", "E_LIMIT")
        return total

    def _put(self, parent: _Directory, base: bytes, member: Member) -> None:
        old = parent.get(base)
        if isinstance(old, dict) and member.type == b"5":
            return
        # What was there is removed first, so that a file cannot be a hard link to itself.
        parent.pop(base, None)
        if base.startswith(_WHITEOUT):
            # Also the mark of an opaque directory, .wh..wh..opq: it hides no name that could count.
            hidden = base[len(_WHITEOUT) :]
            if hidden in (b"", b".", b"..") or hidden in parent:
                raise LayerRefused(f"holds {_printed(member.name)} although it holds what that hides")
            parent[hidden] = 0
        else:
            parent[base] = self._node(member)

    def _node(self, member: Member) -> t.Any:
        kind = member.type
        if kind == b"0":
            return member.size
        if kind == b"5":
            return {}
        if kind == b"1":
            return self._linked(member)
        if kind == b"2":
            if not 0 < len(member.link) <= limits.PATH:
                raise LayerRefused(f"holds a symbolic link without a usable target: {_printed(member.name)}")
            self._keep(len(member.link))
            return _Inode(len(member.link), _plain(member.link))
        if kind in (b"3", b"4", b"6"):
            return 0
        raise LayerRefused(f"holds {_printed(member.name)} of the unknown type {_printed(kind)}")

    def _linked(self, member: Member) -> t.Any:
        self._walk(member.link.count(b"/"))
        _absolute, parts = _split(member.link)
        holder = self._directory(parts[:-1], create=False) if parts else None
        target = holder.get(parts[-1]) if holder is not None else None
        if holder is None or target is None or isinstance(target, dict):
            raise LayerRefused(
                f"holds a hard link {_printed(member.name)} to {_printed(member.link)}, which is not a file before it"
            )
        if isinstance(target, int):
            target = holder[parts[-1]] = _Inode(target)
        return target

    def _directory(self, parts: list[bytes], create: bool) -> _Directory | None:
        """The directory at a path, through symbolic links. ``create`` makes what is missing, else it is None."""
        trail = [self._root]
        ahead = [(part, False) for part in reversed(parts)]
        links = 0
        while ahead:
            self._walk(1)
            part, from_link = ahead.pop()
            if part == b"..":
                if len(trail) == 1:
                    raise InputError("has a symbolic link that leads out of it", "E_OUTSIDE")
                trail.pop()
                continue
            node = trail[-1].get(part)
            if isinstance(node, _Inode) and node.target is not None:
                links += 1
                if links > _MAX_LINKS:
                    raise LayerRefused(f"holds a path with a loop of symbolic links at {_printed(part)}")
                if node.target.startswith(b"/"):
                    trail = [self._root]
                ahead.extend((step, True) for step in reversed(node.target.split(b"/")) if step)
                continue
            if node is None and create and not from_link:
                self._count(len(part))
                node = trail[-1][part] = {}
            if not isinstance(node, dict):
                if not create:
                    return None
                raise LayerRefused(f"holds a path through {_printed(part)}, which is not a directory")
            trail.append(node)
        return trail[-1]

    def _walk(self, steps: int) -> None:
        self.steps += steps
        if self.steps > limits.STEPS + limits.STEPS_PER_FILE * self._entries:
            raise InputError(
                f"takes more than {limits.STEPS} steps through directories and links, and {limits.STEPS_PER_FILE} for"
                " each of its files",
                "E_LIMIT",
            )

    def _count(self, name_bytes: int) -> None:
        self._entries += 1
        if self._entries > limits.LAYER_FILES:
            raise InputError(f"has more than {limits.LAYER_FILES} files and directories", "E_LIMIT")
        self._keep(name_bytes)

    def _keep(self, name_bytes: int) -> None:
        self.kept += name_bytes
        if self.kept > limits.LAYER_NAMES:
            raise InputError(f"has more than {limits.LAYER_NAMES} bytes of names and targets of links", "E_LIMIT")


def _plain(target: bytes) -> bytes:
    """The target with what leads nowhere left out, so that to follow it takes only the steps that count."""
    parts = [part for part in target.split(b"/") if part not in (b"", b".")]
    return (b"/" if target.startswith(b"/") else b"") + b"/".join(parts)


def _split(path: bytes) -> tuple[bool, list[bytes]]:
    """Whether the path is absolute, and its cleaned parts. Raises InputError if ``..`` leads out of the layer."""
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            if not parts:
                raise InputError(f"holds a path that leads out of it: {_printed(path)}", "E_OUTSIDE")
            parts.pop()
        elif part not in (b"", b"."):
            parts.append(part)
    return path.startswith(b"/"), parts


def _printed(path: bytes) -> str:
    return shown(path.decode("utf-8", "replace"))
