# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replies of an engine's API: the image list, the disk usage and inspect, of Docker, Podman and finch-daemon.

Sources: https://docs.docker.com/reference/api/engine/ (versions 1.24 to 1.55), Podman's compatible and own API.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, ListingWarning, shown
from ..image.summary import ImageSummary
from .entries import (
    amount,
    created,
    entries_of,
    identity,
    integer,
    labels,
    names_of,
    names_of_row,
    object_of,
    parent,
    text,
)
from .listing import Listing, listing_of

if t.TYPE_CHECKING:
    from .entries import Entry

ENGINES = ("auto", "docker", "podman", "finch")

# Keys that Podman adds to an entry of the list and Docker does not know.
_PODMAN_KEYS = frozenset({"Arch", "Dangling", "Digest", "History", "IsManifestList", "Names", "ReadOnly"})

# All that GET /system/df ever had at its top level: in Docker 29 each of them is left out where it is empty.
_DF_KEYS = frozenset(
    {"BuildCache", "BuildCacheUsage", "BuilderSize", "ContainerUsage", "Containers", "ImageUsage", "Images"}
    | {"ImagesSize", "LayersSize", "VolumeUsage", "Volumes"}
)


_PODMAN_DF = (
    "Podman's disk usage has no labels, no digests and mostly no whole names of images: do not select by them what was"
    " read from it, or join it with a list by id."
)


def summaries_of_list(payload: t.Any, engine: str = "auto") -> Listing:
    """Read ``GET /images/json``, Podman's ``GET /libpod/images/json`` or ``podman images``, as decoded from JSON.

    ``engine`` is docker, podman, finch, or auto for "see it from the entries". Raises InputError.
    """
    rows = rows_of(payload, "a list of images")
    podman = engine == "podman" or (engine == "auto" and any(map(_is_podman, rows)))
    return listing_of(list_entry(entry, where, podman) for where, entry in entries_of(rows, "images"))


def summaries_of_df(payload: t.Any, engine: str = "auto") -> Listing:
    """Read ``GET /system/df`` of any API version, as decoded from JSON. Raises InputError."""
    key, rows = _df_rows(payload)
    read: t.Callable[[Entry, str], ImageSummary] = list_entry
    warnings = []
    if engine == "podman" or (engine == "auto" and any(map(_is_podman, rows))):
        read = podman_df_entry
        warnings = [ListingWarning("W_PODMAN_DF", _PODMAN_DF)]
    return listing_of((read(entry, where) for where, entry in entries_of(rows, key)), warnings)


def summaries_of_inspect(payload: t.Any) -> Listing:
    """Read ``GET /images/{name}/json``: one reply, or a list of them as ``docker image inspect`` prints it."""
    if isinstance(payload, dict) and "Id" in payload:
        payload = [payload]
    rows = rows_of(payload, "inspected images")
    return listing_of(inspect_entry(entry, where) for where, entry in entries_of(rows, "images"))


def list_entry(entry: Entry, where: str, podman: bool = False) -> ImageSummary:
    """One entry of the list. Podman's shared size is 0 or -1 and never computed, so it is not known."""
    if podman and entry.get("RepoTags") is None:
        # `podman images` names an image elsewhere: in Names, since version 6 also in two columns.
        tags, digests = names_of(entry, where, "Names")
        in_columns, _digests = names_of_row(text(entry, "Repository", where), text(entry, "Tag", where), "")
        tags = sorted({*tags, *in_columns})
    else:
        tags, digests = names_of(entry, where)
    # Podman remembers the digest of an image that has lost its names, and 4.3 finds it by that.
    digest = text(entry, "Digest", where) if podman and not tags and not digests else ""
    # By position: with the names of 13 fields, a summary takes 0.3 µs more to make.
    return ImageSummary(
        identity(entry, "Id", where),
        amount(entry, "Containers", where),
        created(entry, "Created", where),
        labels(entry, "Labels", where),
        parent(entry, "ParentId", where),
        digests,
        tags,
        -1 if podman else amount(entry, "SharedSize", where),
        amount(entry, "Size", where),
        # Never filled from Size: that the engine no longer sends it is a fact too.
        integer(entry, "VirtualSize", where),
        "",
        digest,
    )


def podman_df_entry(entry: Entry, where: str) -> ImageSummary:
    """One row of Podman's disk usage. There is one row for each tag.

    RepoTags hold the tag alone and VirtualSize the shared size, so neither is read. Only ``/libpod/system/df`` names
    the repository; it spells the ID ImageID.
    """
    tags, _digests = names_of_row(text(entry, "Repository", where), text(entry, "Tag", where), "")
    return ImageSummary(
        id=identity(entry, "ImageID" if "ImageID" in entry else "Id", where),
        containers=amount(entry, "Containers", where),
        created=created(entry, "Created", where),
        repo_tags=tags,
        shared_size=amount(entry, "SharedSize", where),
        size=amount(entry, "Size", where),
    )


def inspect_entry(entry: Entry, where: str) -> ImageSummary:
    """One inspected image. Containers and the shared size are not in it."""
    # Imported here: the list has no platforms.
    from ..image.platform import platform_of

    tags, digests = names_of(entry, where)
    config = entry.get("Config")
    found: t.Mapping[str, str] = {}
    if config is not None:
        found = labels(object_of(config, f"{where}.Config", "a config", "E_TYPE_Config"), "Labels", f"{where}.Config")
    return ImageSummary(
        id=identity(entry, "Id", where),
        created=created(entry, "Created", where),
        # Podman's own inspect repeats them beside Config.
        labels=found or labels(entry, "Labels", where),
        parent_id=parent(entry, "Parent", where),
        repo_digests=digests,
        repo_tags=tags,
        size=amount(entry, "Size", where),
        virtual_size=integer(entry, "VirtualSize", where),
        platform=platform_of(*(text(entry, key, where) for key in ("Os", "Architecture", "Variant"))),
    )


def rows_of(payload: t.Any, expected: str) -> list[t.Any]:
    """The list that a reply should be; null is an empty one."""
    if payload is None:
        return []
    if isinstance(payload, list):
        return payload
    refuse_error_reply(payload)
    raise InputError(f"expected {expected}, got {shown(payload)}", "E_TYPE_TOP")


def refuse_error_reply(payload: t.Any) -> None:
    """Raise what is wrong with a reply that holds no data: an empty body, or the engine's own complaint."""
    if isinstance(payload, str) and not payload.strip():
        raise InputError(
            "the reply is empty. Podman answers so to a query with digests=1; a command that failed prints nothing",
            "E_EMPTY_BODY",
        )
    if isinstance(payload, dict) and isinstance(payload.get("message"), str):
        raise InputError(f"the engine answered with an error: {shown(payload['message'], 300)}", "E_API_ERROR")


def _df_rows(payload: t.Any) -> tuple[str, t.Sequence[t.Any]]:
    if payload is None:
        return "Images", []
    refuse_error_reply(payload)
    if not isinstance(payload, dict) or not _DF_KEYS.issuperset(payload):
        raise InputError(f"expected an engine's disk usage (GET /system/df), got {shown(payload)}", "E_TYPE_TOP")
    usage = payload.get("ImageUsage")
    if usage is None:
        if "Images" not in payload:
            _refuse_unlisted(payload, "LayersSize", "")
        return "Images", _members(payload, "Images", "Images")
    usage = object_of(usage, "ImageUsage", "", "E_TYPE_ImageUsage")
    items = _members(usage, "Items", "ImageUsage.Items")
    if usage.get("Items") is None:
        _refuse_unlisted(usage, "TotalCount", "ImageUsage")
        _refuse_unlisted(usage, "TotalSize", "ImageUsage")
    return "ImageUsage.Items", items


def _refuse_unlisted(holder: Entry, key: str, where: str) -> None:
    """Raise if a total says that there are images which the reply does not list: that is not "no images"."""
    total = integer(holder, key, where)
    if total is not None and total > 0:
        raise InputError(
            f"the disk usage lists no images although {key} is {total}; ask for it with type=image and verbose=1"
            " (docker_host_info: verbose_output: true)",
            "E_DF_NOT_VERBOSE",
        )


def _members(holder: Entry, key: str, where: str) -> t.Sequence[t.Any]:
    # Imported here: a list of images alone comes another way.
    from ..fields import list_of

    return list_of(holder.get(key), where, code=f"E_TYPE_{key}")


def _is_podman(row: t.Any) -> bool:
    """True for what only Podman writes: its own keys, IDs without ``sha256:``."""
    if not isinstance(row, dict):
        return False
    if not _PODMAN_KEYS.isdisjoint(row) or "ImageID" in row:
        return True
    return any(isinstance(row.get(key), str) and _is_bare(row[key]) for key in ("Id", "ParentId"))


def _is_bare(identifier: str) -> bool:
    return identifier != "" and ":" not in identifier
