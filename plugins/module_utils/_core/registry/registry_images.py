# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that may be in no engine at all: rows of ``image_registry_info`` to image summaries, one for each platform."""

from __future__ import annotations

import typing as t

from ..errors import shown
from ..fields import list_of, mapping_of
from ..image.platform import normalized_platform
from ..image.reference import Reference
from ..image.summary import ImageSummary, image_id
from ..oci.documents import digest, text
from ..quantities import parse_integer
from ..safe_text import visible
from .registry_row import known_row

_IMAGES = ("index", "image")
_LONGEST_ERROR = 300
_NOT_ASKED = "it was asked for without details: set details=true, and leave via at registry"


class RegistryImages(t.NamedTuple):
    """What a row says about images."""

    reference: str
    """The name that was looked up, or the one that was given if it is not a name."""
    registry: str
    images: list[ImageSummary]
    problem: str
    """Why some or all images are not known; "" if all are."""
    is_missing: bool
    """Whether the registry does not have the name."""


def registry_images(rows: t.Any, where: str) -> list[RegistryImages]:
    """Raises InputError for what is not a result of image_registry_info."""
    found = enumerate(list_of(rows, where, "rows of image_registry_info"))
    return [_images_of(known_row(value, f"{where}[{index}]"), f"{where}[{index}]") for index, value in found]


def with_names_of(image: ImageSummary, same: ImageSummary) -> ImageSummary:
    """One image under the names of both rows. An ID that stands for several platforms has none of its own.

    What contradicts itself comes from one of them, whatever their order, and a size that does is not known: the layers
    of one config may be compressed in different ways.
    """
    chosen = max(image, same, key=lambda one: (one.created, sorted(one.labels.items()), one.layer_sizes or ()))
    return chosen._replace(
        size=image.size if image.size == same.size else -1,
        repo_tags=sorted({*image.repo_tags, *same.repo_tags}),
        repo_digests=sorted({*image.repo_digests, *same.repo_digests}),
        platform=min(image.platform, same.platform)
        if normalized_platform(image.platform) == normalized_platform(same.platform)
        else "",
    )


def _images_of(row: t.Mapping[str, t.Any], where: str) -> RegistryImages:
    kind, status, error = (text(row.get(key), f"{where}.{key}") for key in ("kind", "status", "error"))
    reference = text(row["reference"], f"{where}.reference")
    platforms = list_of(row.get("platforms"), f"{where}.platforms", "platforms")
    missing = list_of(row.get("missing_platforms"), f"{where}.missing_platforms", "platforms")
    problem, has_images = "", False
    if error or status != "ok":
        problem = visible(error[:_LONGEST_ERROR]) or f"its status is {shown(status)}"
    elif not kind:
        problem = _NOT_ASKED
    elif kind not in _IMAGES:
        problem = f"it is not an image: its kind is {shown(kind)}"
    else:
        has_images = bool(platforms)
        if missing:
            problem = f"it has no image for {', '.join(map(shown, missing))}"
        elif not platforms:
            problem = "it has no image"
    images = []
    if has_images:
        names = _names_of(reference, digest(row["digest"], f"{where}.digest"))
        images = [_image(value, names, f"{where}.platforms[{index}]") for index, value in enumerate(platforms)]
    return RegistryImages(
        reference or text(row.get("name"), f"{where}.name"),
        text(row.get("registry"), f"{where}.registry"),
        images,
        problem,
        status == "not_found",
    )


def _names_of(reference: str, of_registry: str) -> dict[str, list[str]]:
    """As an engine lists them after a pull, in the short spelling."""
    name = Reference.parse(reference)
    tags = [name.familiar] if name.tag and not name.digest else []
    return {"repo_tags": tags, "repo_digests": [f"{name.familiar_repository}@{of_registry}"]}


def _image(value: t.Any, names: t.Mapping[str, t.Any], where: str) -> ImageSummary:
    platform = mapping_of(value, where, "a platform")
    # These keys of a platform and of a summary have one meaning.
    facts = {key: platform.get(key) for key in ("created", "labels", "platform")}
    size = platform.get("compressed_size")
    own = {
        "id": image_id(platform.get("config_digest"), f"{where}.config_digest"),
        "size": -1 if size is None else parse_integer(size, f"{where}.compressed_size"),
        "compressed": True,
        **{key: platform[key] for key in ("base", "own_size") if key in platform},
    }
    return ImageSummary.from_dict({**facts, **names, **own}, where)
