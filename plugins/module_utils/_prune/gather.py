# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts for a plan, read from an engine with GET requests alone.

one list        GET /images/json?all=1, with shared sizes
containers      GET /containers/json?all=1, with their image mounts
services        GET /info, and GET /services where the engine is a Swarm manager
disk usage      GET /system/df: the total, and build cache that shares layers with images
exact bytes     GET /images/{id}/json for each image and, now and then, GET /images/{id}/history
"""

from __future__ import annotations

import typing as t
from functools import partial
from operator import attrgetter

from .._core.image.summary import parent_ids, state_of
from .._core.prune.bytes.figures import Figures
from .._core.prune.bytes.history import forest_of, history_sizes, images_to_ask, layers_and_tag_time
from .._core.prune.image_facts import ImageFacts, facts_of
from .._core.prune.services import users_of_images
from .._core.prune.usage import EndedContainer, Usage, read_usage
from .._engine.engine_error import EngineError
from .._engine.engine_images import engine_name, object_of, read_images, understood
from .._engine.patience import patient_get, soon_get
from .._usage.exits import exits, state_of_container
from .disk_usage import build_cache_of, disk_usage_for, total_of
from .swarm import service_images

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._core.image.summary import ImageSummary
    from .._core.prune.budget import Disk
    from .._core.prune.policy import Policy
    from .._engine.port import Engine


class Gathered(t.NamedTuple):
    """What :func:`make_plan` takes, and what the module says about the engine."""

    images: list[ImageFacts]
    figures: Figures
    engine: dict[str, str]
    warnings: list[str]
    ended: Mapping[str, Sequence[EndedContainer]]
    """Containers by image ID, of images that no other container uses or may use."""
    rows: t.Any = ()
    """The list of containers."""


def gather(engine: Engine, policy: Policy, disk: Disk | None) -> Gathered:
    """Ask for facts. Raises EngineError."""
    name = engine_name(engine.version_info)
    df, problem = disk_usage_for(engine, policy)
    shared_size = df is not None and name == "docker"
    found = read_images(engine, containers=False, shared_size=shared_size, all_images=True, usage=df)
    usage, rows = containers_of(engine, found.images, name)
    total = total_of(engine, df)
    if total is None and policy.budget is not None and policy.budget.max_used_space is not None:
        raise EngineError(
            f"{engine.host} did not report the bytes of all image layers (GET /system/df), which max_used_space needs:"
            " use min_free_space; Podman reports them from 4.6 on",
            can_talk=True,
        )
    store = (found.engine or {}).get("image_store", "")
    exact_store = store == "graphdriver"
    users, containers, warnings = _use_of(engine, found.images, usage)
    for identity, services in users_of_images(service_images(engine), found.images).items():
        users[identity] = [*users.get(identity, ()), *services]
    held, obstacles = _held_outside(engine, df, usage, total, exact_store)
    if not exact_store:
        obstacles.append(f"the image store of this engine ({store}) does not report the bytes of single layers")
    if df is None:
        obstacles.append("the engine did not report its disk usage")
    # One inspect per image is the price of exact bytes: paid when asked for, or when a budget counts bytes.
    wanted = policy.accounting == "exact" or (policy.accounting == "auto" and policy.budget is not None)
    inspected = _inspected(engine, [image.id for image in found.images]) if wanted and exact_store else {}
    # Podman does not compute it, and the containerd store left compressed layers out until Docker 29.5. Without the
    # disk usage, build cache may hold any layer. What seems to be an image's own may be shared: that is not a bound.
    is_shared_known = exact_store and df is not None
    parents = parent_ids(found.images)
    images = []
    for image in sorted(found.images, key=attrgetter("id")):
        layers, last_tagged = inspected.get(image.id, (None, None))
        images.append(
            facts_of(
                image,
                state_of(image, parents),
                containers[image.id],
                image.shared_size if is_shared_known else -1,
                last_tagged=last_tagged,
                in_use_by=users.get(image.id, ()),
                layers=layers,
            )
        )
    # The containerd store of Docker 26 leaves compressed layers out of its total, and has them in its sizes.
    in_containerd = store not in ("graphdriver", "containers-storage")
    # Every version of it counts what containers wrote, and their image mounts, as bytes of layers.
    counts_containers = in_containerd and usage.containers > 0
    if counts_containers:
        obstacles.append("the engine's total also counts what its containers wrote")
    figures = Figures(
        total,
        held,
        disk,
        tuple(obstacles),
        not in_containerd,
        counts_containers,
        is_shared_known,
        build_cache_of(df),
    )
    if problem:
        warnings.append(f"bytes are not known: {problem}")
    warnings += [warning.message for warning in found.warnings]
    ended = usage.only_ended(users)
    return Gathered(images, _with_forest(engine, images, figures), found.engine or {}, warnings, ended, rows)


def with_layers(engine: Engine, facts: Gathered) -> Gathered:
    """The same facts with layers, where they can make the bytes exact. Ages do not change."""
    if not _may_be_exact(facts.figures) or all(image.layers is not None for image in facts.images):
        return facts
    found = _inspected(engine, [image.id for image in facts.images])
    images = [image._replace(layers=found[image.id][0]) if image.id in found else image for image in facts.images]
    return facts._replace(images=images, figures=_with_forest(engine, images, facts.figures))


def with_stopped(engine: Engine, facts: Gathered, ids: Iterable[str], latest: int) -> Gathered:
    """The same facts with the moments at which the containers of these images exited, one request for each container.

    Only images count whose containers all may have exited before ``latest``: those that were created before.
    """
    stopped = {
        identity: exits(facts.ended[identity], partial(state_of_container, engine))
        for identity in ids
        if all(one.created < latest for one in facts.ended.get(identity, ()))
    }
    if not any(stopped.values()):
        return facts
    return facts._replace(images=[image._replace(stopped=stopped.get(image.id, ())) for image in facts.images])


def containers_of(engine: Engine, images: list[ImageSummary], name: str) -> tuple[Usage, t.Any]:
    """Who uses what, in whatever state, and the list of containers."""
    try:
        rows = patient_get(engine, "/containers/json", all="1")
    except EngineError as exc:
        if exc.status == 403:
            exc.message = (
                "Nothing is removed without the list of containers, which says what is in use: a socket proxy must"
                f" allow it (CONTAINERS=1). {exc.message}"
            )
        raise
    return understood(engine, lambda: read_usage(rows, images, name)), rows


def _use_of(
    engine: Engine, images: list[ImageSummary], usage: Usage
) -> tuple[dict[str, list[str]], dict[str, int], list[str]]:
    """Names of users and numbers of containers by image ID, and warnings."""
    users = usage.users
    containers = {image.id: max(image.containers, 0) for image in images}
    for identity, names in users.items():
        # The engine may know of more users than it lists: Podman counts containers of Buildah too.
        used = sum(not name.endswith(" (image mount)") for name in names)
        containers[identity] = max(containers.get(identity, 0), used)
    if not usage.uncertain:
        return users, containers, []
    # Imported here: image mounts are rare.
    from .._usage.open_mounts import open_mounts

    mounts = open_mounts(engine, usage.uncertain)
    users = {**users}
    perhaps = set()
    for image in images:
        mounted, possible = mounts.users.get(image.id, ()), mounts.of(image)
        if mounted:
            users[image.id] = [*users.get(image.id, ()), *mounted]
        # What may be mounted under a name that another image has by now: its use is not known.
        if possible and not containers[image.id] and image.id not in users:
            containers[image.id] = -1
            perhaps.update(possible)
    warnings = [
        f"container {mount.user} mounts {mount.source or 'an image'}, and the engine does not report which image that"
        " was when the container was made: images that may be it are kept. A mount by ID is not ambiguous"
        for mount in sorted(perhaps)
    ]
    return users, containers, warnings


def _held_outside(
    engine: Engine, df: t.Any, usage: Usage, total: int | None, exact_store: bool
) -> tuple[int, list[str]]:
    """Bytes that something else holds, and why the bytes cannot be exact therefore.

    In a graph driver's total, build cache counts only where it shares layers with images; elsewhere all of it does.
    """
    cache = df.get("BuildCache") if isinstance(df, dict) else None
    held = sum(
        record["Size"]
        for record in (cache if isinstance(cache, list) else [])
        if isinstance(record, dict)
        and (record.get("Shared") is True or not exact_store)
        and isinstance(record.get("Size"), int)
    )
    obstacles = []
    for identity, name in usage.without_image:
        obstacles.append(f"container {name} holds the layers of an image that is not listed any more")
        held += _read_only_bytes(engine, identity, total or 0)
    return held, obstacles


def _read_only_bytes(engine: Engine, container: str, otherwise: int) -> int:
    """The layers below a container whose image is gone."""
    try:
        found = object_of(engine, f"/containers/{container}/json", size="1")
    except EngineError:
        return otherwise
    whole, written = found.get("SizeRootFs"), found.get("SizeRw", 0)
    return max(0, whole - written) if isinstance(whole, int) and isinstance(written, int) else otherwise


def _inspected(engine: Engine, ids: list[str]) -> dict[str, tuple[tuple[str, ...], int]]:
    """Layers and the time of the last tag. An image that is gone since the list is left out: bytes are bounds then."""
    found = {}
    for identity in ids:
        try:
            reply = soon_get(engine, f"/images/{identity}/json")
        except EngineError as exc:
            if exc.status != 404:
                raise
            continue
        found[identity] = understood(engine, partial(layers_and_tag_time, reply))
    return found


def _with_forest(engine: Engine, images: list[ImageFacts], figures: Figures) -> Figures:
    """Ask the few histories that are needed, if the bytes can be exact at all."""
    forest = forest_of(images) if _may_be_exact(figures) else None
    if forest is None:
        return figures
    for index in images_to_ask(forest):
        image = images[index]
        try:
            sizes = history_sizes(image.layers or (), soon_get(engine, f"/images/{image.id}/history"))
        except EngineError as exc:
            if exc.status != 404:
                raise
        else:
            if sizes is not None:
                forest.add_history(index, sizes)
    return figures._replace(forest=forest)


def _may_be_exact(figures: Figures) -> bool:
    return not figures.obstacles and not figures.held and figures.total is not None
