# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images of one archive as its documents name them, and the image summaries once their layers are measured."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..errors import InputError, shown
from ..image.summary import ImageSummary
from ..layers.base_image import BuiltImage
from ..layers.steps import steps_of_config
from ..oci.documents import verify
from ..oci.image_config import ImageConfig, image_config

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..remarks import Remarks


class ArchiveFiles(t.Protocol):
    """The files of an archive by name."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def read(self, name: str) -> bytes:
        """Return the content of a document. Raises InputError if it is missing or too large."""

    def size(self, name: str) -> int:
        """Bytes of a file. Raises InputError if it is missing."""

    def place(self, name: str) -> t.Any:
        """Where the content lies: the same for all names of one content. Raises InputError if it is missing."""


class LayerFacts(t.NamedTuple):
    """What reading one layer showed: bytes as a graph driver counts them, and the digest of its tar.

    ``size`` is -1 where it cannot be known and ``problem`` says why. ``diff_id`` is "" if it was not computed.
    """

    size: int
    diff_id: str = ""
    problem: str = ""


@dataclass
class ArchivedImage:
    """An image before its layers are measured. ``layers`` names files of the archive, bottom up."""

    config: ImageConfig
    layers: Sequence[str]
    tags: set[str] = field(default_factory=set)
    parent: str = ""


class ArchivedImages:
    """The images of an archive by ID. A config fixes all of an image but its names and its parent."""

    def __init__(self, files: ArchiveFiles, history: bool = False) -> None:
        """``history`` also reads how the images were built and what they run."""
        self._files = files
        self._history = history
        self._ids: dict[tuple[t.Any, str], str] = {}
        self._images: dict[str, ArchivedImage] = {}

    def __len__(self) -> int:
        return len(self._images)

    def __contains__(self, image_id: str) -> bool:
        return image_id in self._images

    def add(self, config: str, expected: str, layers: Sequence[str]) -> ArchivedImage:
        """The image of a config, which is read once however often it is named. ``expected`` is its digest or ""."""
        place = (self._files.place(config), expected)
        image_id = self._ids.get(place)
        if image_id is None:
            image_id = self._ids[place] = self._read(config, expected)
        image = self._images[image_id]
        if len(image.config.diff_ids) != len(layers):
            raise InputError(
                f"{shown(config, 100)} names {len(image.config.diff_ids)} layers, the manifest {len(layers)}",
                "E_LAYERS",
            )
        if not image.layers:
            image.layers = layers
        return image

    def named(self, image_id: str) -> ArchivedImage:
        """An image that was added."""
        return self._images[image_id]

    def __iter__(self) -> t.Iterator[ArchivedImage]:
        return iter(self._images.values())

    def _read(self, config: str, expected: str) -> str:
        where = shown(config, 100)
        data = self._files.read(config)
        if expected:
            verify(data, expected, where)
        found = image_config(data, where, self._history)
        self._images.setdefault(found.id, ArchivedImage(found, ()))
        return found.id


def measured(
    images: Iterable[ArchivedImage], facts: t.Callable[[str], LayerFacts], remarks: Remarks
) -> list[ImageSummary]:
    """The summaries. A layer that occurs twice in an image counts twice, as in the engine.

    Raises InputError for a layer that is not the one its image config names.
    """
    summaries = []
    problems: set[str] = set()
    for image in images:
        size = 0
        for path, diff_id in zip(image.layers, image.config.diff_ids):
            layer = facts(path)
            if layer.diff_id and layer.diff_id != diff_id:
                raise InputError(
                    f"layer {shown(path, 100)} is {layer.diff_id} when unpacked, but image {image.config.id}"
                    f" names {diff_id}",
                    "E_DIGEST",
                )
            if layer.problem and path not in problems:
                problems.add(path)
                remarks.add("W_LAYER", f"layer {shown(path, 100)} {layer.problem}")
            size = -1 if size < 0 or layer.size < 0 else size + layer.size
        summaries.append(
            ImageSummary(
                id=image.config.id,
                created=image.config.created,
                labels=image.config.labels,
                parent_id=image.parent,
                repo_tags=sorted(image.tags),
                size=size,
                platform=image.config.platform,
            )
        )
    return summaries


def built_images(
    images: Iterable[ArchivedImage], facts: t.Callable[[str], LayerFacts]
) -> Iterator[tuple[str, BuiltImage]]:
    """How each image was built, by its ID; the configs must have been read with their history."""
    for image in images:
        config = image.config
        sizes = [facts(path).size for path in image.layers]
        steps = steps_of_config(config.history, config.diff_ids, sizes)
        yield config.id, BuiltImage(config.diff_ids, steps, config.configuration)


def loaded_in_order(archives: Sequence[Sequence[ImageSummary]]) -> tuple[list[ImageSummary], list[set[str]]]:
    """The images of several archives as after loading them one by one: the last archive that brings a name has it.

    Within one archive, every platform keeps the name. Also returns the names that each archive took over.
    """
    owner = {tag: index for index, images in enumerate(archives) for image in images for tag in image.repo_tags}
    holders: dict[str, set[str]] = {}
    images_in_order: list[ImageSummary] = []
    taken: list[set[str]] = []
    for index, images in enumerate(archives):
        brought: dict[str, set[str]] = {}
        for image in images:
            for tag in image.repo_tags:
                brought.setdefault(tag, set()).add(image.id)
            tags = [tag for tag in image.repo_tags if owner[tag] == index]
            images_in_order.append(image._replace(repo_tags=tags))
        taken.append({tag for tag, ids in brought.items() if not holders.get(tag, set()) <= ids})
        holders.update(brought)
    return images_in_order, taken
