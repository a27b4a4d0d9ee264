# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image config: what an image is, apart from its names and its layers' content.

Format: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass, field

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from ..image.platform import platform_of
from ..timestamps import to_epoch
from .documents import decoded, mapping, text, texts
from .image_history import HistoryEntry, configuration_of, history_of

_DIFF_ID = "sha256:"


@dataclass(frozen=True)
class ImageConfig:
    """The facts of a config. ``diff_ids`` are the digests of the layers' tars, bottom up.

    ``history`` and ``configuration`` are empty unless they were asked for.
    """

    id: str
    created: int
    labels: dict[str, str]
    platform: str
    diff_ids: tuple[str, ...]
    history: tuple[HistoryEntry, ...] = ()
    configuration: dict[str, t.Any] = field(default_factory=dict)


def image_config(data: bytes, where: str, history: bool = False) -> ImageConfig:
    """Read an image config, with ``history`` also how it was built and what it runs. Raises InputError."""
    document = mapping_of(decoded(data, where), where, "an image config")
    if not isinstance(document.get("rootfs"), dict):
        raise InputError(f"{where} has no rootfs, so it is not an image config", "E_TYPE")
    settings = mapping(document.get("config"), f"{where}.config")
    diff_ids = list_of(document["rootfs"].get("diff_ids"), f"{where}.rootfs.diff_ids")
    return ImageConfig(
        # Whatever the archive calls it: this is how a graph driver names an image.
        id=f"sha256:{hashlib.sha256(data).hexdigest()}",
        created=to_epoch(document.get("created"), f"{where}.created"),
        labels=texts(settings.get("Labels"), f"{where}.config.Labels"),
        platform=platform_of(*(text(document.get(key), f"{where}.{key}") for key in ("os", "architecture", "variant"))),
        diff_ids=tuple(_diff_id(value, f"{where}.rootfs.diff_ids[{index}]") for index, value in enumerate(diff_ids)),
        history=history_of(document.get("history"), f"{where}.history") if history else (),
        configuration=configuration_of(settings, f"{where}.config") if history else {},
    )


def _diff_id(value: t.Any, where: str) -> str:
    found = text(value, where)
    if not (found.startswith(_DIFF_ID) and len(found) == 71 and set(found[7:]) <= set("0123456789abcdef")):
        raise InputError(f"{where} must be sha256: and 64 hex digits, got {shown(value)}", "E_DIGEST")
    return found
