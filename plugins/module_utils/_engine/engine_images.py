# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All image summaries of one engine, with the fewest requests that give right numbers; never one request per image.

one list      GET /images/json                          always
containers    the list at API 1.51+ and on Podman, else GET /containers/json counted by image ID, if there is any image
shared sizes  the list at API 1.42+ (shared-size=1), else GET /system/df joined by image ID; not known by Podman < 5.5
"""

from __future__ import annotations

import sys
import typing as t
from collections import Counter

from .._core.errors import InputError, ListingWarning, shown
from .._core.listing.engine_replies import summaries_of_list
from .connection import version_key
from .engine_error import EngineError

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .._core.image.summary import ImageSummary
    from .port import Engine

CONTAINERS_IN_LIST = (1, 51)
SHARED_SIZE_IN_LIST = (1, 42)
DESCRIPTOR_IN_LIST = (1, 48)
FIRST_WITH_CONTAINERD_STORE = 24
# What socket proxies answer to what they do not allow. No engine refuses its list of containers.
REFUSALS_OF_PROXIES = (401, 403, 405)
# Before, Podman's disk usage saw an image share with its parent only: 0 for two images that share all layers but one.
# https://github.com/containers/common/pull/2355
FIRST_PODMAN_THAT_SHARES = (5, 5)


class EngineImages(t.NamedTuple):
    """What an engine says about its images."""

    images: list[ImageSummary]
    warnings: list[ListingWarning]
    engine: dict[str, str] | None
    """What :func:`engine_facts` returns, and ``image_store``; None for archives."""
    layers_size: int | None
    """Bytes that all layers take on disk, or None where the disk usage was not asked for."""


def read_images(
    engine: Engine,
    containers: bool = True,
    shared_size: bool = False,
    all_images: bool = False,
    ask_store: bool = True,
    usage: t.Any = None,
) -> EngineImages:
    """Ask an engine for its images. ``all_images`` includes the intermediate ones. Raises EngineError.

    Without ``ask_store``, an image store that the list does not name (no image has a name) is unknown. ``usage`` is
    the disk usage, if it was asked for already: old engines report it slowly, and not twice at a time.
    """
    name, api = engine_name(engine.version_info), version_key(engine.api_version)
    list_shares = shared_size and name == "docker" and api >= SHARED_SIZE_IN_LIST
    query = {**({"all": "1"} if all_images else {}), **({"shared-size": "1"} if list_shares else {})}
    payload = _get(engine, "/images/json", **query)
    images, warnings = understood(engine, lambda: summaries_of_list(payload, name))
    if shared_size and name == "podman" and release_of(engine) < FIRST_PODMAN_THAT_SHARES:
        shared_size = False
        version = shown(_text(engine.version_info, "Version"))[1:-1]
        message = (
            f"{engine.host} is Podman {version}, which cannot report shared sizes: shared_size is -1 (not known). Set"
            " shared_size: false, or upgrade to Podman 5.5 or newer."
        )
        warnings = [*warnings, ListingWarning("W_PODMAN_SHARED_SIZE", message)]
    # Docker 29.1.0 and 29.1.1 leave every shared size at -1 even when asked (https://github.com/moby/moby/issues/51631).
    if shared_size and (not list_shares or (images and all(image.shared_size < 0 for image in images))):
        if usage is None:
            usage = _get(engine, "/system/df", **({"type": "image"} if api >= SHARED_SIZE_IN_LIST else {}))
        images = understood(engine, lambda: _with_shared_sizes(images, usage, name))
    if containers and images and name != "podman" and api < CONTAINERS_IN_LIST:
        try:
            rows = usage["Containers"] if usage and usage.get("Containers") is not None else None
            if rows is None:
                rows = _get(engine, "/containers/json", all="1")
            images = understood(engine, lambda: _with_containers(images, rows))
        except EngineError as exc:
            if exc.status not in REFUSALS_OF_PROXIES:
                raise
            message = (
                f"{engine.host} refused GET /containers/json with status {exc.status}, so containers are -1 (not"
                " known): allow it in the socket proxy (CONTAINERS=1), or set containers: false."
            )
            warnings = [*warnings, ListingWarning("W_CONTAINERS_REFUSED", message)]
    facts = {**engine_facts(engine), "image_store": image_store(engine, payload, images, ask_store)}
    return EngineImages(images, warnings, facts, layers_size_of(usage, name))


def _get(engine: Engine, path: str, **query: str) -> t.Any:
    """As the engine's ``get``, and again where a refusal may be over in a moment."""
    try:
        return engine.get(path, **query)
    except EngineError as exc:
        # Imported here: few listings are refused.
        from .patience import get_again

        return get_again(exc, engine, path, query)


def engine_facts(engine: Engine) -> dict[str, str]:
    """Which engine that is, from the reply of GET /version; no secrets are in its address."""
    return {
        "name": engine_name(engine.version_info),
        "version": _text(engine.version_info, "Version"),
        "api_version": engine.api_version,
        "address": engine.host,
        "os": _text(engine.version_info, "Os"),
        "architecture": _text(engine.version_info, "Arch"),
    }


def engine_name(version_info: t.Mapping[str, t.Any]) -> str:
    """``podman`` or ``docker``, from the reply of GET /version; what imitates Docker counts as Docker."""
    components = version_info.get("Components")
    names = [item.get("Name") for item in components if isinstance(item, dict)] if isinstance(components, list) else []
    return "podman" if "Podman Engine" in names else "docker"


def image_store(engine: Engine, payload: t.Any, images: Iterable[ImageSummary], ask: bool = True) -> str:
    """``graphdriver``, ``containerd``, ``containers-storage`` (Podman) or ``unknown``; from the list if possible.

    In the containerd store an image's ID is the digest of its manifest or index, so it stands in its own RepoDigests,
    and every image with a tag has some. In a graphdriver store the ID is the digest of the config, which no registry
    uses.
    """
    if engine_name(engine.version_info) == "podman":
        return "containers-storage"
    if release_of(engine)[0] < FIRST_WITH_CONTAINERD_STORE:
        return "graphdriver"
    if payload and version_key(engine.api_version) >= DESCRIPTOR_IN_LIST:
        return "containerd" if any("Descriptor" in row for row in payload) else "graphdriver"
    for image in images:
        if image.repo_digests:
            return "containerd" if any(name.endswith("@" + image.id) for name in image.repo_digests) else "graphdriver"
        if image.repo_tags:
            return "graphdriver"
    if not ask:
        return "unknown"
    try:
        info = engine.get("/info")
    except EngineError:
        # A socket proxy may refuse it; the images are known all the same.
        return "unknown"
    return store_of_info(info)


def store_of_info(info: t.Any) -> str:
    """The same of Docker, off the reply of ``GET /info``."""
    status = info.get("DriverStatus") if isinstance(info, dict) else None
    if not isinstance(status, list):
        return "unknown"
    return "containerd" if ["driver-type", "io.containerd.snapshotter.v1"] in status else "graphdriver"


def _with_shared_sizes(images: list[ImageSummary], usage: t.Any, name: str) -> list[ImageSummary]:
    # Imported here: only shared sizes of old engines and of Podman need it.
    from .._core.listing.engine_replies import summaries_of_df

    known = {image.id: image.shared_size for image in summaries_of_df(usage, name).images}
    return [image._replace(shared_size=known.get(image.id, -1)) for image in images]


def _with_containers(images: list[ImageSummary], rows: t.Any) -> list[ImageSummary]:
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("ImageID"), str) for row in rows
    ):
        raise InputError("the list of containers must be a list of objects with an ImageID", "E_TYPE_containers")
    # By ID, never by name: after a tag moved, a container still shows the old name, which now is another image.
    count = Counter(row["ImageID"] for row in rows)
    return [image._replace(containers=count[image.id]) for image in images]


def release_of(engine: Engine) -> tuple[int, int]:
    """Major and minor version. What has no number is taken for new: builds of developers, and engines yet to come."""
    major, minor, *_rest = [*_text(engine.version_info, "Version").split("."), "", ""]
    numbers = [int(part[:9]) if part.isdecimal() else None for part in (major, minor)]
    return (sys.maxsize, 0) if numbers[0] is None else (numbers[0], numbers[1] or 0)


def layers_size_of(usage: t.Any, name: str) -> int | None:
    """Docker 29 leaves a size of 0 out; Podman 4 sends 0 without having computed it, which is right without images."""
    if usage is None:
        return None
    new = usage.get("ImageUsage")
    size = new.get("TotalSize", 0) if isinstance(new, dict) else usage.get("LayersSize", 0)
    if not isinstance(size, int) or (name == "podman" and size == 0 and usage.get("Images") != []):
        return None
    return size


def _text(version_info: t.Mapping[str, t.Any], key: str) -> str:
    value = version_info.get(key)
    return value if isinstance(value, str) else ""


def object_of(engine: Engine, path: str, **query: str | list[str]) -> dict[str, t.Any]:
    """The reply to GET, where it must be a JSON object. Raises EngineError."""
    reply = engine.get(path, **query)
    if not isinstance(reply, dict):
        raise EngineError(f"{engine.host} answered GET {path} with {shown(reply)}, not with an object", can_talk=True)
    return reply


T = t.TypeVar("T")


def understood(engine: Engine, read: t.Callable[[], T]) -> T:
    """An error about an engine's reply names the engine."""
    try:
        return read()
    except InputError as exc:
        raise EngineError(f"{engine.host}: {exc}", can_talk=True) from None
