# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at an image once more, right before it is removed: its names, its parent, who uses it."""

from __future__ import annotations

import typing as t

from .._core.listing.engine_replies import summaries_of_inspect
from .._core.prune.usage import read_usage
from .._engine.engine_error import EngineError
from .._engine.engine_images import engine_name, understood
from .._engine.patience import soon_get
from .._engine.port import quoted
from .._usage.open_mounts import open_mounts

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._core.image.summary import ImageSummary
    from .._engine.port import Engine

    Containers = Callable[[Engine], t.Any]


class Look(t.NamedTuple):
    """What was seen; without an image, it is gone."""

    image: ImageSummary | None
    users: Sequence[str] = ()


def look_at(engine: Engine, identity: str, containers: Containers) -> Look:
    """Ask for the image and for the containers that may use it. Raises EngineError."""
    image = inspect(engine, identity)
    if image is None:
        return Look(None)
    rows = containers(engine)
    usage = understood(engine, lambda: read_usage(rows, [image], engine_name(engine.version_info)))
    users = usage.users.get(identity, [])
    if usage.uncertain and not users:
        mounts = open_mounts(engine, usage.uncertain, identity)
        users = [
            *mounts.users.get(identity, ()),
            *(f"{one.user} (possibly an image mount)" for one in mounts.of(image)),
        ]
    return Look(image, users)


def inspect(engine: Engine, name: str) -> ImageSummary | None:
    """One image by ID or reference; ``None`` if there is none. Raises EngineError."""
    try:
        reply = soon_get(engine, f"/images/{quoted(name)}/json")
    except EngineError as exc:
        if exc.status == 404:
            return None
        raise
    images = understood(engine, lambda: summaries_of_inspect(reply)).images
    if len(images) != 1:
        raise EngineError(f"{engine.host} answered the inspection of {name} with {len(images)} images", can_talk=True)
    return images[0]
