# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The input of a report: the facts of a host that answered, and the name of one that did not."""

from __future__ import annotations

import typing as t
from operator import attrgetter

from ..errors import InputError, shown
from ..image.summary import ImageSummary, parent_ids, state_of
from ..quantities import parse_integer
from ..timestamps import to_epoch
from .remembered import Remembered

if t.TYPE_CHECKING:
    from ..image.stopped import StoppedContainer
    from .schema import AbsentStatus, EngineRow, ImageRow

REGISTRY = "registry"
"""Stands for the name of the engine where images are in a registry."""

ENGINE_FIELDS = ("name", "version", "api_version", "image_store", "os", "architecture")


class EngineFacts(t.NamedTuple):
    """The engine of a host, as image_summary_info returns it; "" where something is not known."""

    name: str = ""
    version: str = ""
    api_version: str = ""
    image_store: str = ""
    os: str = ""
    architecture: str = ""

    @classmethod
    def from_dict(cls, data: t.Any, where: str) -> EngineFacts | None:
        """None when nothing is known. Further keys are tolerated. Raises InputError."""
        if not data:
            return None
        if not isinstance(data, dict):
            raise InputError(
                f"{where} must be a dictionary with the keys {', '.join(ENGINE_FIELDS)}, got {shown(data)}"
            )
        engine = cls(*("" if data.get(key) is None else str(data[key]) for key in ENGINE_FIELDS))
        return engine if any(engine) else None

    def row(self) -> EngineRow:
        """The form that the document lists."""
        return t.cast("EngineRow", self._asdict())


def registry_of(images: t.Sequence[ImageSummary], host: str) -> EngineFacts | None:
    """What stands for the engine of images in a registry. Raises InputError if some of them are in an engine."""
    compressed = sum(image.compressed for image in images)
    if compressed not in (0, len(images)):
        raise InputError(f"{shown(host)} has images of a registry beside others: give them different hosts", "E_HOST")
    return EngineFacts(name=REGISTRY) if compressed else None


class HostFacts(t.NamedTuple):
    """One host that answered."""

    host: str
    images: t.Sequence[ImageSummary]
    engine: EngineFacts | None = None
    layers_size: int | None = None
    """Bytes that the layers of all images take on disk, as the engine says."""
    reported_at: int | None = None
    """Seconds since the epoch."""

    @classmethod
    def from_dict(cls, host: str, data: t.Mapping[str, t.Any], where: str) -> HostFacts:
        """Read a result of image_summary_info: ``images``, where present ``engine``, ``totals``, ``reported_at``."""
        images = data.get("images")
        if not isinstance(images, list):
            raise InputError(f"{where}.images must be a list of image summaries, got {shown(images)}")
        totals = data.get("totals")
        layers = totals.get("layers_size") if isinstance(totals, dict) else None
        at = data.get("reported_at")
        return cls(
            host=host,
            images=[ImageSummary.from_dict(item, f"{where}.images[{index}]") for index, item in enumerate(images)],
            engine=EngineFacts.from_dict(data.get("engine"), f"{where}.engine"),
            layers_size=None if layers is None else parse_integer(layers, f"{where}.totals.layers_size"),
            reported_at=None if at is None else to_epoch(at, f"{where}.reported_at"),
        )


class AbsentHost(t.NamedTuple):
    """One host that was expected and gave no usable facts."""

    host: str
    status: AbsentStatus
    message: str = ""


class ImageView(t.NamedTuple):
    """An image with what every rule wants to know about it."""

    image: ImageSummary
    name: str
    state: str
    now: int
    twin: int = 0
    """0, or which one it is of several images that show the same name (dangling ones with equal short IDs)."""

    def row(self, host: str) -> ImageRow:
        """The image as the document lists it: the summary with its host, display name, state and age."""
        image = self.image if self.image.use is None else self.image._replace(use=None)
        age = self.now - image.created if image.created else None
        stopped = {"stopped_containers": [one._asdict() for one in self.stopped]} if self.stopped else {}
        return {"host": host, "name": self.name, "state": self.state, "age_seconds": age, **image.to_dict(), **stopped}  # type: ignore[typeddict-item]

    @property
    def stopped(self) -> t.Sequence[StoppedContainer]:
        """Its containers, if all have exited; none of a parent of others, which cannot be removed without those."""
        use = self.image.use
        return () if use is None or self.state == "intermediate" else use.stopped_containers or ()


_BY_NAME = attrgetter("name", "image.id")


class ImageViews:
    """Makes views. An image that looks the same on all hosts has one view."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._alone: Remembered[ImageSummary, ImageView] = Remembered(lambda image: self._view(image, (), ()))

    def of_host(
        self, images: t.Sequence[ImageSummary], whole: t.Sequence[ImageSummary] | None = None
    ) -> list[ImageView]:
        """Images of one host, sorted by name.

        Names that several platforms have are found among them, parents among the ``whole`` of the host.
        """
        parents = parent_ids(images if whole is None else whole)
        shared = _names_of_platforms(images)
        if parents or shared:
            alone = [image for image in images if not _depends_on_others(image)]
            others = [self._view(image, parents, shared) for image in images if _depends_on_others(image)]
            views = [*self._alone.all_of(alone), *others]
        else:
            views = self._alone.all_of(images)
        views.sort(key=_BY_NAME)
        for index, view in enumerate(views[1:], 1):
            if view.name == views[index - 1].name:
                views[index] = view._replace(twin=views[index - 1].twin + 1)
        return views

    def _view(self, image: ImageSummary, parents: t.Collection[str], shared: t.Container[str]) -> ImageView:
        return ImageView(image, display_name(image, shared), state_of(image, parents), self._now)


def _depends_on_others(image: ImageSummary) -> bool:
    """Whether other images of the host decide about its state or name."""
    return bool(image.platform) or not (image.repo_tags or image.repo_digests)


def display_name(image: ImageSummary, shared: t.Container[str] = ()) -> str:
    """The first tag, else the first digest, else the short ID; with the platform if one of its names is ``shared``."""
    names = image.repo_tags or image.repo_digests or [short_id(image.id)]
    if image.platform and any(name in shared for name in names):
        return f"{names[0]} ({image.platform})"
    return names[0]


def _names_of_platforms(images: t.Iterable[ImageSummary]) -> set[str]:
    """The names that images of several platforms have."""
    first: dict[str, str] = {}
    shared = set()
    for image in images:
        if image.platform:
            for name in image.references:
                if first.setdefault(name, image.platform) != image.platform:
                    shared.add(name)
    return shared


def short_id(image_id: str) -> str:
    """The first twelve digits, as ``docker image ls`` prints them."""
    return image_id.rpartition(":")[2][:12]
