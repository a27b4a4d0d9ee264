# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether images on a host are still what their tags mean in the registry."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from ..image.reference import Reference
from ..image.summary import ImageSummary
from ..oci.documents import text
from ..quantities import parse_integer
from .registry_row import known_row, registry_reference

Currency = t.Literal["current", "outdated", "local", "missing", "unknown"]
CURRENCIES: tuple[Currency, ...] = t.get_args(Currency)

# Where Podman puts what it builds: a name of no registry.
_LOCAL = "localhost/"


class RegistryRow(t.NamedTuple):
    """What the comparison needs of a row of ``image_registry_info``."""

    status: str
    error: str
    digest: str
    digests: frozenset[str]
    """Of the index, of the manifests and of the configs: each identifies the image in some store."""
    created: int
    newer_tags: list[str] | None


def outdated_rows(images: t.Any, references: t.Any) -> list[dict[str, t.Any]]:
    """One row for each tag of each image, in their order. Raises InputError."""
    known = registry_rows(references, "references")
    summaries = [
        ImageSummary.from_dict(value, f"images[{index}]")
        for index, value in enumerate(list_of(images, "images", "image summaries"))
    ]
    return [compared_tag(image, tag, known) for image in summaries for tag in image.repo_tags]


def compared_tag(image: ImageSummary, tag: str, known: t.Mapping[str, RegistryRow]) -> dict[str, t.Any]:
    """The row of one tag of an image."""
    row = known.get(_key(tag))
    repository = Reference.parse(tag).canonical_repository
    own = {name.digest for name in image.names if name.digest and name.canonical_repository == repository}
    if any(name.digest == image.id for name in image.names):
        # Docker's containerd store: the ID is the digest under every name, though not every repository is listed.
        own.add(image.id)
    status, reason = _currency(image, tag, own, row)
    return {
        "id": image.id,
        "reference": tag,
        "status": status,
        "reason": reason,
        "digests": sorted(own),
        "registry_digest": row.digest if row else "",
        "created": image.created,
        "registry_created": row.created if row else 0,
        "newer_tags": row.newer_tags if row else None,
    }


def _currency(image: ImageSummary, tag: str, own: t.Collection[str], row: RegistryRow | None) -> tuple[Currency, str]:
    # Whatever repository it was pulled from: the same digest is the same image.
    if row is not None and not row.digests.isdisjoint((image.id, *(name.digest for name in image.names))):
        return "current", "the tag means this image"
    if tag.startswith(_LOCAL) or not own:
        return "local", "the image was not pulled from that repository"
    if row is None:
        return "unknown", "the registry was not asked for this name"
    if row.status == "not_found":
        return "missing", "the registry does not have this name"
    if row.status != "ok" or not row.digest:
        return "unknown", row.error or "the registry did not answer"
    return "outdated", "the tag means another image now"


def registry_rows(references: t.Any, place: str) -> dict[str, RegistryRow]:
    """The rows by the whole name that was looked up. A digest never gets outdated. Raises InputError."""
    known: dict[str, RegistryRow] = {}
    for index, value in enumerate(list_of(references, place, "rows of image_registry_info")):
        where = f"{place}[{index}]"
        row = known_row(value, where)
        status = text(row["status"], f"{where}.status")
        digest = text(row["digest"], f"{where}.digest")
        # With an error in its details, the digest of the tag is known all the same.
        platforms = [
            mapping_of(one, f"{where}.platforms[{number}]")
            for number, one in enumerate(list_of(row.get("platforms"), f"{where}.platforms", "platforms"))
        ]
        digests = {
            text(one.get(key), f"{where}.platforms[{number}].{key}")
            for number, one in enumerate(platforms)
            for key in ("digest", "config_digest")
        }
        found = RegistryRow(
            "ok" if digest else status,
            text(row.get("error"), f"{where}.error"),
            digest,
            frozenset({digest, *digests} - {""}),
            max((_created(one, where) for one in platforms), default=0),
            _newer_tags(row.get("newer_tags"), f"{where}.newer_tags"),
        )
        reference = text(row["reference"], f"{where}.reference")
        known[reference] = max(found, known.get(reference, found), key=_weight)
    return known


def _weight(row: RegistryRow) -> tuple[t.Any, ...]:
    """Of two rows about one name, what is known counts, then what was built last, whatever their order."""
    tags = (row.newer_tags is not None, row.newer_tags or [])
    return row.status == "ok", row.created, row.digest, row.status, row.error, sorted(row.digests), tags


def _newer_tags(value: t.Any, where: str) -> list[str] | None:
    if value is None:
        return None
    return [text(one, f"{where}[{number}]") for number, one in enumerate(list_of(value, where, "tags"))]


def _created(platform: t.Mapping[str, t.Any], where: str) -> int:
    return parse_integer(platform.get("created") or 0, f"{where}.platforms.created")


def _key(tag: str) -> str:
    """The tag as rows name it. Engines also list names that break the grammar, which no row has."""
    try:
        return str(registry_reference(tag))
    except InputError:
        return shown(tag)
