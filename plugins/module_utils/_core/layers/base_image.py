# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image that another one was built on, and which bytes are its own.

An engine does not record it. Its parent is known of what the builder before BuildKit has built on this host; else the
image with the most layers of those that begin with the same ones, if it has a name; else what the image claims.
"""

from __future__ import annotations

import typing as t

from .steps import Step

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..image.summary import ImageSummary

    _Named = Mapping[tuple[str, tuple[str, ...]], ImageSummary]

# https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
BASE_NAME = "org.opencontainers.image.base.name"
BASE_DIGEST = "org.opencontainers.image.base.digest"

Source = t.Literal["parent", "shared_layers", "claim"]


class BuiltImage(t.NamedTuple):
    """How an image was built and what it runs. ``layers`` are its diff IDs, bottom up."""

    layers: tuple[str, ...]
    steps: list[Step]
    configuration: dict[str, t.Any]


class BaseImage(t.NamedTuple):
    """What an image was built on. ``layers`` and ``size`` are -1 if not known, as of a claim, which nothing checks."""

    source: Source
    id: str
    names: tuple[str, ...]
    digest: str
    layers: int
    size: int

    def to_dict(self) -> dict[str, t.Any]:
        """The form that modules return and filters accept."""
        return {**self._asdict(), "names": list(self.names)}


def layer_facts(
    images: Sequence[ImageSummary], built: Mapping[str, BuiltImage], every_image: Iterable[ImageSummary]
) -> dict[str, dict[str, t.Any]]:
    """The further keys of each image, by its ID; every value is not known of an image that is not in ``built``.

    ``every_image`` are those in which parents are looked up. A base is found by its layers only if it is in ``built``.
    """
    summaries = {image.id: image for image in every_image}
    named = _by_layers(images, built)
    return {image.id: _facts(image, built.get(image.id), summaries, named, built) for image in images}


def _facts(
    image: ImageSummary,
    how: BuiltImage | None,
    summaries: Mapping[str, ImageSummary],
    named: _Named,
    built: Mapping[str, BuiltImage],
) -> dict[str, t.Any]:
    return facts_of_built(how, _base(image, how, summaries, named, built) if how else None)


LAYER_FACTS = ("base", "configuration", "layer_details", "own_size")
"""The further keys of an image."""


def facts_of_built(how: BuiltImage | None, base: BaseImage | None) -> dict[str, t.Any]:
    """The further keys of one image."""
    return {
        "base": base.to_dict() if base else None,
        "configuration": how.configuration if how else None,
        "layer_details": [step.to_dict() for step in how.steps] if how else None,
        "own_size": _own_size(how, base) if how else -1,
    }


def _by_layers(images: Iterable[ImageSummary], built: Mapping[str, BuiltImage]) -> _Named:
    """Images with a name by their platform and layers; of several with the same layers, the first by name."""
    found: dict[tuple[str, tuple[str, ...]], ImageSummary] = {}
    for image in sorted(images, key=lambda image: (image.references, image.id)):
        layers = built[image.id].layers if image.id in built else ()
        if image.references and layers:
            found.setdefault((image.platform, layers), image)
    return found


def _base(
    image: ImageSummary,
    how: BuiltImage,
    summaries: Mapping[str, ImageSummary],
    named: _Named,
    built: Mapping[str, BuiltImage],
) -> BaseImage | None:
    parent = _named_parent(image, summaries)
    if parent is not None:
        return _found("parent", parent, built.get(parent.id))
    for count in range(len(how.layers) - 1, 0, -1):
        below = named.get((image.platform, how.layers[:count]))
        if below is not None:
            return _found("shared_layers", below, built[below.id])
    return claimed_base(image.labels)


def claimed_base(labels: Mapping[str, str]) -> BaseImage | None:
    """What labels or annotations name as the base."""
    name, digest = labels.get(BASE_NAME, ""), labels.get(BASE_DIGEST, "")
    return BaseImage("claim", "", (name,) if name else (), digest, -1, -1) if name or digest else None


def _named_parent(image: ImageSummary, summaries: Mapping[str, ImageSummary]) -> ImageSummary | None:
    """The nearest image above that has a name. A chain that leads back to itself has none."""
    seen = {image.id}
    parent = summaries.get(image.parent_id)
    while parent is not None and parent.id not in seen:
        if parent.references:
            return parent
        seen.add(parent.id)
        parent = summaries.get(parent.parent_id)
    return None


def _found(source: Source, base: ImageSummary, how: BuiltImage | None) -> BaseImage:
    layers, size = (len(how.layers), _bytes_of(how)) if how else (-1, -1)
    return BaseImage(source, base.id, tuple(base.references), "", layers, size)


def _own_size(how: BuiltImage, base: BaseImage | None) -> int:
    """Bytes of the layers above the base; all of them without a base, -1 if that is not known."""
    whole, below = _bytes_of(how), base.size if base else 0
    return whole - below if whole >= below >= 0 else -1


def _bytes_of(how: BuiltImage) -> int:
    """Bytes of all layers, -1 if that is not known."""
    sizes = [step.size for step in how.steps]
    return -1 if any(size < 0 for size in sizes) or (how.layers and not sizes) else sum(sizes)
