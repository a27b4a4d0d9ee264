# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what an archive says about an image, and the measured sizes of its layers, to the image summary."""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass, replace

from ..errors import InputError, ListingWarning, shown
from ..image.summary import ImageSummary
from ..oci.documents import decoded, mapping, sequence, text
from ..timestamps import to_epoch

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_DIFF_ID = "sha256:"


@dataclass(frozen=True)
class ArchivedImage:
    """An image of an archive before its layers are measured. ``layers`` names archive members, bottom up."""

    summary: ImageSummary
    layers: tuple[str, ...]
    diff_ids: tuple[str, ...]


class LayerFacts(t.NamedTuple):
    """What reading one layer told: bytes as a graph driver counts them, and the digest of its tar.

    ``size`` is -1 where it cannot be known and ``problem`` says why. ``diff_id`` is "" if it was not computed.
    """

    size: int
    diff_id: str = ""
    problem: str = ""


def archived_image(
    config: bytes, where: str, layers: Iterable[str], repo_tags: Iterable[str], parent_id: str = ""
) -> ArchivedImage:
    """Read an image config (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md)."""
    document = decoded(config, where)
    if not isinstance(document, dict):
        raise InputError(f"{where} must be an image config (an object), got {shown(document)}", "E_TYPE")
    if not isinstance(document.get("rootfs"), dict):
        raise InputError(f"{where} has no rootfs: it is no image config", "E_TYPE")
    settings = mapping(document.get("config"), f"{where}.config")
    labels = mapping(settings.get("Labels"), f"{where}.config.Labels")
    paths = tuple(layers)
    diff_ids = tuple(
        _diff_id(value, f"{where}.rootfs.diff_ids[{index}]")
        for index, value in enumerate(sequence(document["rootfs"].get("diff_ids"), f"{where}.rootfs.diff_ids"))
    )
    if len(diff_ids) != len(paths):
        raise InputError(f"{where} names {len(diff_ids)} layers, the manifest {len(paths)}", "E_LAYERS")
    summary = ImageSummary(
        # Whatever the archive calls it: this is how a graph driver names an image.
        id=f"sha256:{hashlib.sha256(config).hexdigest()}",
        created=to_epoch(document.get("created"), f"{where}.created"),
        labels={text(key, where): text(value, f"{where}.config.Labels[{shown(key)}]") for key, value in labels.items()},
        parent_id=parent_id,
        repo_tags=sorted(set(repo_tags)),
    )
    return ArchivedImage(summary, paths, diff_ids)


def _diff_id(value: t.Any, where: str) -> str:
    found = text(value, where)
    if not (found.startswith(_DIFF_ID) and len(found) == 71 and set(found[7:]) <= set("0123456789abcdef")):
        raise InputError(f"{where} must be sha256: and 64 hex digits, got {shown(value)}", "E_DIGEST")
    return found


def merged(images: Iterable[ArchivedImage]) -> list[ArchivedImage]:
    """One entry an image: an index names it once for each tag. A config fixes all but the names and the parent."""
    found: dict[str, ArchivedImage] = {}
    for image in images:
        known = found.get(image.summary.id)
        if known is not None:
            summary = replace(
                known.summary,
                repo_tags=sorted({*known.summary.repo_tags, *image.summary.repo_tags}),
                parent_id=known.summary.parent_id or image.summary.parent_id,
            )
            image = replace(known, summary=summary)
        found[image.summary.id] = image
    return list(found.values())


def loaded_in_order(archives: Sequence[Sequence[ImageSummary]]) -> tuple[list[ImageSummary], list[set[str]]]:
    """The images of several archives as after loading them one by one: the last archive that brings a name has it.

    Inside of one archive, every platform keeps the name. Also returns the names that each archive took over.
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
            images_in_order.append(replace(image, repo_tags=tags))
        taken.append({tag for tag, ids in brought.items() if not holders.get(tag, set()) <= ids})
        holders.update(brought)
    return images_in_order, taken


def measured(
    images: Iterable[ArchivedImage], facts: Mapping[str, LayerFacts]
) -> tuple[list[ImageSummary], list[ListingWarning]]:
    """Add the sizes. A layer that occurs twice in an image counts twice, as in the engine.

    Raises InputError for a layer that is not the one its image config names.
    """
    summaries = []
    problems: dict[str, str] = {}
    for image in images:
        size = 0
        for path, diff_id in zip(image.layers, image.diff_ids):
            layer = facts[path]
            if layer.diff_id and layer.diff_id != diff_id:
                raise InputError(
                    f"layer {shown(path, 100)} is {layer.diff_id} when unpacked, but image {image.summary.id}"
                    f" names {diff_id}",
                    "E_DIGEST",
                )
            if layer.problem:
                problems[path] = layer.problem
            size = -1 if size < 0 or layer.size < 0 else size + layer.size
        summaries.append(replace(image.summary, size=size))
    warnings = [
        ListingWarning("W_LAYER", f"layer {shown(path, 100)} {problem}; images with it have size -1 (not known)")
        for path, problem in problems.items()
    ]
    return summaries, warnings
