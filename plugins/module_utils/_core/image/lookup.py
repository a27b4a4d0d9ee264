# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding images by written names: whole IDs, short IDs, and names in any spelling."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from .image_ids import id_digits, whole_id
from .name_grammar import check_name
from .reference import TO_KEEP_ON_PODMAN, TO_SELECT, Reference, has_registry, may_mean_id

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .reference import Reading
    from .summary import ImageSummary

    Names = dict[Reference, set[str]]


class Found(t.NamedTuple):
    """The IDs that were meant, and the names that mean no image, as given."""

    ids: frozenset[str]
    missing: list[str]


class ImageNames:
    """The names and IDs of some images."""

    def __init__(self, images: Iterable[ImageSummary]) -> None:
        self._ids: list[str] = []
        self._by_name: Names = {}
        for image in images:
            self._ids.append(image.id)
            for listed in image.names:
                self._by_name.setdefault(_key(listed), set()).add(image.id)

    def exactly(self, written: Reference) -> set[str]:
        """The IDs of the images with this name."""
        return self._by_name.get(_key(written), set())

    def possibly(self, written: str, reading: Reading) -> set[str]:
        """The IDs of all images that may be meant, by name or by ID."""
        name = Reference.parse(written).with_default_tag
        found = {one for listed, ids in self._by_name.items() if name.may_mean(listed, reading) for one in ids}
        return found.union(self.by_id(written, reading))

    def by_id(self, written: str, reading: Reading) -> set[str]:
        """The IDs that may be meant by this ID or beginning of one."""
        return {identity for identity in self._ids if may_mean_id(written, identity, reading)}

    def elsewhere(self, written: Reference) -> Names:
        """The names that Podman tries for a name without a registry if the name itself does not exist."""
        name = written.with_default_tag
        return {
            listed: ids
            for listed, ids in self._by_name.items()
            if listed[1:] == name[1:] and name.may_mean_repository(listed, TO_KEEP_ON_PODMAN)
        }


def find_images(images: Sequence[ImageSummary], names: Iterable[str], engine: str = "docker") -> Found:
    """Read each name as ``docker image inspect`` or ``podman image inspect`` does; no tag means latest.

    A name means every image that has it: in an archive, one for each platform.
    Raises InputError for a text that is not a name, and for one that means several images.
    """
    known = ImageNames(images)
    ids: set[str] = set()
    missing = []
    for index, name in enumerate(names):
        check_name(name, f"names[{index}]")
        found = _find(known, name, engine == "podman")
        if not found and name not in missing:
            missing.append(name)
        ids |= found
    return Found(frozenset(ids), missing)


def _find(known: ImageNames, text: str, podman: bool) -> set[str]:
    if whole_id(text):
        return known.by_id(whole_id(text), TO_SELECT)
    written = Reference.parse(text)
    found: set[str] = set()
    if podman and not has_registry(written.repository):
        found = known.exactly(written._replace(repository=f"localhost/{written.repository}"))
    found = found or known.exactly(written)
    if not found and id_digits(text):
        found = known.by_id(text, TO_SELECT)
        if len(found) > 1:
            raise _ambiguous(f"the short ID {shown(text)}", found)
    if not found and podman:
        elsewhere = known.elsewhere(written)
        found = set().union(*elsewhere.values())
        if len(elsewhere) > 1 and len(found) > 1:
            raise _ambiguous(f"the name {shown(text)}", map(str, elsewhere))
    return found


def _ambiguous(what: str, meanings: Iterable[str]) -> InputError:
    listed = sorted(meanings)
    return InputError(f"names: {what} is ambiguous, it may mean {', '.join(listed)}", "E_AMBIGUOUS")


def _key(name: Reference) -> Reference:
    return name._replace(repository=name.canonical_repository).with_default_tag
