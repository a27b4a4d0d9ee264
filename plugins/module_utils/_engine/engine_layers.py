# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How images were built and what they run: an inspection and a history for each, on a few connections at a time."""

from __future__ import annotations

import typing as t
from contextlib import ExitStack
from functools import partial

from .._core.image.inspection import layers_of
from .._core.image.summary import parent_ids, state_of
from .._core.layers.base_image import BuiltImage, layer_facts
from .._core.layers.steps import steps_of_engine, steps_of_layers
from .._core.oci.documents import mapping
from .._core.oci.image_history import configuration_of
from .engine_error import EngineError
from .engine_images import understood
from .late_modules import import_late_modules
from .patience import soon_get

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._core.image.summary import ImageSummary
    from .engine_images import EngineImages
    from .port import Engine

_CONNECTIONS = 4
_MANY = 8
"""Images from which on further connections pay: each begins with a request of its own."""


def layers_of_engine(
    engine: Engine,
    every_image: Sequence[ImageSummary],
    warn: Callable[[str], None],
) -> Callable[[Sequence[ImageSummary]], dict[str, dict[str, t.Any]]]:
    """What gives the further keys of some images; ``every_image`` are those of the engine."""

    def further(images: Sequence[ImageSummary]) -> dict[str, dict[str, t.Any]]:
        refused: list[str] = []
        built = read_layers(engine, [image.id for image in images], refused)
        for identity in sorted(refused)[:1]:
            warn(
                f"{engine.host} refused the history of {len(refused)} images, first {identity}, so the bytes of their"
                " layers are -1 (not known). Podman fails over a history without dates."
            )
        return layer_facts(images, built, every_image)

    return further


def without_intermediate(facts: EngineImages) -> EngineImages:
    """The images of a list that was asked without the intermediate ones."""
    parents = parent_ids(facts.images)
    return facts._replace(images=[one for one in facts.images if state_of(one, parents) != "intermediate"])


def read_layers(
    engine: Engine,
    ids: Sequence[str],
    refused: list[str],
) -> dict[str, BuiltImage]:
    """By ID. An image that is gone since the list is left out. Raises EngineError.

    ``refused`` gets the IDs of images whose history the engine cannot read.
    """
    if len(ids) < _MANY:
        return _read(engine, ids, refused)
    # Imported here: most tasks ask for the layers of few images.
    from concurrent.futures import ThreadPoolExecutor

    import_late_modules()
    with ExitStack() as stack:
        engines = [engine, *(stack.enter_context(engine.again()) for _number in range(_CONNECTIONS - 1))]
        parts = [ids[number::_CONNECTIONS] for number in range(_CONNECTIONS)]
        found: dict[str, BuiltImage] = {}
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            for part in pool.map(_read, engines, parts, [refused] * _CONNECTIONS):
                found.update(part)
    return found


def _read(engine: Engine, ids: Sequence[str], refused: list[str]) -> dict[str, BuiltImage]:
    found = {}
    for identity in ids:
        try:
            inspection = soon_get(engine, f"/images/{identity}/json")
            history = _history(engine, identity)
        except EngineError as exc:
            if exc.status != 404:
                raise
            continue
        if history is None:
            refused.append(identity)
        found[identity] = understood(engine, partial(_built, inspection, history))
    return found


def _history(engine: Engine, identity: str) -> t.Any:
    """None where the engine fails over the history, as Podman does where a step has no date."""
    try:
        return soon_get(engine, f"/images/{identity}/history")
    except EngineError as exc:
        if exc.status != 500:
            raise
        return None


def _built(inspection: t.Any, history: t.Any) -> BuiltImage:
    layers = layers_of(inspection)
    settings = mapping(inspection.get("Config"), "Config")
    steps = steps_of_layers(layers) if history is None else steps_of_engine(layers, history)
    return BuiltImage(layers, steps, configuration_of(settings, "Config"))
