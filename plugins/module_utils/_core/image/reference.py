# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image names: split, and the two spellings of one name.

The rules are those of https://github.com/distribution/reference (normalize.go, reference.go): the first path part is a
registry if it holds a dot, a colon or an upper-case letter, or is ``localhost``; otherwise the registry is docker.io; a
name on docker.io without a slash lives in ``library/``. Engines list names that break the grammar; those are kept as
they are rather than refused, since a fact about an image must not get lost over its spelling.
"""

from __future__ import annotations

import typing as t
from functools import lru_cache

_DEFAULT_REGISTRY = "docker.io"
_LEGACY_REGISTRY = "index.docker.io"
_LIBRARY = "library/"


class Reference(t.NamedTuple):
    """One name, split. ``repository`` is as written; ``tag`` and ``digest`` are "" where absent."""

    repository: str
    tag: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Split at the first ``@``, then at the last ``:`` behind the last ``/`` (rule R8). Never raises."""
        name, _at, digest = text.partition("@")
        head, slash, tail = name.rpartition("/")
        last, colon, tag = tail.rpartition(":")
        if not colon:
            last, tag = tail, ""
        return cls(head + slash + last, tag, digest)

    @property
    def canonical_repository(self) -> str:
        """With registry and ``library/``: ``docker.io/library/alpine``."""
        return canonical_repository(self.repository)

    @property
    def familiar_repository(self) -> str:
        """As the docker command prints it: ``alpine``."""
        return familiar_repository(self.repository)

    @property
    def canonical(self) -> str:
        """The whole name in its long spelling."""
        return self._join(self.canonical_repository)

    @property
    def familiar(self) -> str:
        """The whole name in its short spelling."""
        return self._join(self.familiar_repository)

    def _join(self, repository: str) -> str:
        return repository + (":" + self.tag if self.tag else "") + ("@" + self.digest if self.digest else "")


@lru_cache(maxsize=4096)
def canonical_repository(repository: str) -> str:
    """``alpine`` and ``library/alpine`` and ``docker.io/alpine`` are all ``docker.io/library/alpine``."""
    first, slash, rest = repository.partition("/")
    if not slash or not _is_registry(first):
        registry, path = _DEFAULT_REGISTRY, repository
    else:
        registry, path = (_DEFAULT_REGISTRY if first == _LEGACY_REGISTRY else first), rest
    if registry == _DEFAULT_REGISTRY and "/" not in path:
        path = _LIBRARY + path
    return f"{registry}/{path}"


@lru_cache(maxsize=4096)
def familiar_repository(repository: str) -> str:
    """The shortest spelling that means the same: docker.io and library/ are left out."""
    registry, _slash, path = canonical_repository(repository).partition("/")
    if registry != _DEFAULT_REGISTRY:
        return f"{registry}/{path}"
    short = path[len(_LIBRARY) :] if path.startswith(_LIBRARY) else path
    # library/a/b is not the short name a/b, and "localhost" or "a.b" alone would be read as a path, which is right.
    return path if "/" in short and short != path else short


def _is_registry(part: str) -> bool:
    return "." in part or ":" in part or part == "localhost" or part != part.lower()
