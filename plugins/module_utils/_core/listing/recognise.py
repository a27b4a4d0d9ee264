# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which source a listing comes from, seen from its keys alone. What could be two things, or none, is an error."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..image.summary import ALL_FIELDS
from .engine_replies import refuse_error_reply
from .entries import entry_of

if t.TYPE_CHECKING:
    from .entries import Entry

SUMMARY = "summary"
"""Not a source to name: what this collection itself returns."""

SOURCES = (
    "auto",
    "list",
    "df",
    "inspect",
    "docker-cli",
    "podman-cli",
    "nerdctl",
    "crictl",
    "oci-layout",
    "docker-archive",
    "registry",
)

_LIST = frozenset({"Containers", "ParentId", "RepoDigests", "RepoTags", "SharedSize", "Size", "VirtualSize"})
_LIST_ALL = _LIST | {"Created", "Id", "Labels"}
_INSPECT = frozenset({"Architecture", "Config", "ContainerConfig", "GraphDriver", "Parent", "RootFS"})
_SUMMARY = frozenset({"parent_id", "repo_digests", "repo_tags", "shared_size", "virtual_size"})
_CRICTL = frozenset({"pinned", "repoDigests", "repoTags", "spec", "uid", "username"})

# What other requests and commands return, by keys that no listing of images has. Reading a container, which has an Id
# and labels too, as an image would be worse than refusing it. The first that fits gives the name.
_OTHERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("the history of one image", frozenset({"CreatedBy"})),
    ("a list of plugins", frozenset({"PluginReference", "Settings"})),
    ("a list of pods", frozenset({"Cgroup", "InfraContainerId", "InfraId"})),
    ("docker compose images, a list of containers", frozenset({"ContainerName"})),
    ("a list of containers", frozenset({"Command", "HostConfig", "Image", "ImageID", "Mounts", "State"})),
    ("a list of containers (crictl)", frozenset({"imageRef", "podSandboxId"})),
    ("objects of a swarm", frozenset({"EndpointSpec", "NodeID", "Spec", "UpdatedAt"})),
    ("the build cache", frozenset({"InUse", "LastUsedAt", "Mutable", "UsageCount"})),
    ("a list of networks or volumes", frozenset({"Driver", "IPAM", "Mountpoint", "Scope", "network_interface"})),
    ("a list of volumes", frozenset({"Warnings"})),
    ("a search in a registry", frozenset({"IsOfficial", "StarCount", "is_official", "star_count"})),
    ("what an engine has removed", frozenset({"Deleted", "ImagesDeleted", "SpaceReclaimed", "Untagged"})),
    ("a list of events", frozenset({"Actor", "timeNano"})),
    ("facts about an engine", frozenset({"ApiVersion", "DriverStatus", "ServerVersion"})),
    ("a list of contexts", frozenset({"DockerEndpoint"})),
    ("docker system df without -v", frozenset({"Active", "Reclaimable", "TotalCount"})),
    ("an image config, which does not hold its own digest, the image ID", frozenset({"rootfs"})),
    ("one manifest, while index.json lists them", frozenset({"config", "layers"})),
    ("the file oci-layout, while index.json is beside it", frozenset({"imageLayoutVersion"})),
)


def recognise(payload: t.Any) -> str:
    """The source's name, or ``summary``. Raises InputError that says what was seen and how to name the source."""
    if isinstance(payload, list):
        return _of_rows(payload)
    if isinstance(payload, dict):
        return _of_object(payload)
    refuse_error_reply(payload)
    raise _unknown(f"got {shown(payload)}")


def is_crictl(payload: Entry) -> bool:
    """True if the object's images are crictl's own, not a list that a task registered."""
    images = payload["images"]
    return images is None or (isinstance(images, list) and all(map(_is_crictl_image, images)))


def _of_rows(rows: list[t.Any]) -> str:
    kinds: dict[str, str] = {}
    for index, row in enumerate(rows):
        where = f"images[{index}]"
        kind = _of_entry(entry_of(row, where))
        if not kind:
            refuse_other(row, where)
            raise _unknown(f"{where} {_seen(row)}")
        kinds.setdefault(kind, where)
    if len(kinds) > 1:
        mixture = " and ".join(f"{where} like {kind}" for kind, where in kinds.items())
        raise _unknown(f"entries are of different kinds: {mixture}")
    # No image is the same in every source.
    return next(iter(kinds), "list")


def _of_object(payload: Entry) -> str:
    if isinstance(payload.get("manifests"), list):
        return "oci-layout"
    refuse_other(payload, "the object")
    if "ImageUsage" in payload or "Images" in payload:
        images = payload.get("Images")
        first = images[0] if isinstance(images, list) and images else None
        return "docker-cli" if isinstance(first, dict) and _of_entry(first) == "docker-cli" else "df"
    if "images" in payload and is_crictl(payload):
        return "crictl"
    kind = _of_entry(payload)
    if kind:
        return kind
    refuse_error_reply(payload)
    raise _unknown(f"an object {_seen(payload)}")


def _of_entry(entry: Entry) -> str:
    """The source that writes such an entry; "" if none does."""
    if not entry or _other(entry)[0]:
        return ""
    if "Layers" in entry:
        return "docker-archive"
    if "reference" in entry and "platforms" in entry:
        return "registry"
    if "ID" in entry and "Repository" in entry:
        return "docker-cli" if {"Platform", "BlobSize", "Name"}.isdisjoint(entry) else "nerdctl"
    if "Id" in entry and not _INSPECT.isdisjoint(entry):
        return "inspect"
    if "Id" in entry and "CreatedAt" in entry:
        return "podman-cli"
    if not _LIST.isdisjoint(entry) or _LIST_ALL.issuperset(entry):
        return "list"
    if not _SUMMARY.isdisjoint(entry):
        return SUMMARY
    if "id" in entry and not _CRICTL.isdisjoint(entry):
        return "crictl"
    # A part of the fields is what image_summary_info returns with its option fields.
    return SUMMARY if "id" in entry and set(ALL_FIELDS).issuperset(entry) else ""


def _is_crictl_image(image: t.Any) -> bool:
    return isinstance(image, dict) and "id" in image and _SUMMARY.isdisjoint(image)


def _other(entry: Entry) -> tuple[str, str]:
    """What the entry is instead of an image, and the key that says so; "" twice if none does."""
    if "Layers" in entry and "Config" not in entry:
        return "skopeo inspect, which does not print the image ID", "Layers"
    found = ((name, sorted(keys.intersection(entry))) for name, keys in _OTHERS)
    return next(((name, keys[0]) for name, keys in found if keys), ("", ""))


def refuse_other(entry: t.Any, where: str) -> None:
    """Raise InputError for what another request or command returns than those that list images."""
    name, key = _other(entry) if isinstance(entry, dict) else ("", "")
    if name:
        raise InputError(f"expected a listing of images, got {name} ({where} has the key {key})", "E_TYPE_TOP")


def _seen(entry: Entry) -> str:
    if not entry:
        return "is empty"
    found = [shown(key) for key in sorted(entry, key=str)]
    return f"has the keys {', '.join(found[:12])}{', …' if len(found) > 12 else ''}"


def _unknown(seen: str) -> InputError:
    return InputError(
        f"cannot recognise this listing of images: {seen}. Name it with source, one of {', '.join(SOURCES[1:])}",
        "E_TYPE_TOP",
    )
