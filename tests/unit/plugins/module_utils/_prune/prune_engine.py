# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine in memory, behind the port: images, names, containers, and Docker's rules of what it refuses to remove.

For faults that no real engine shows at the right moment. That the rules are Docker's is shown by the integration tests,
which run the same code against real engines. It answers one request at a time, so threads may share it.
"""

from __future__ import annotations

import contextlib
import threading
import typing as t
from urllib.parse import unquote

from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import Reference
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError

Image = dict[str, t.Any]


class FakeEngine:
    """Plays Docker 28.5 with a graph driver. ``images`` are summaries with layers; ``weights`` are bytes by chain."""

    host = "unix:///fake.sock"

    def __init__(
        self, images: t.Iterable[Image], weights: t.Mapping[tuple[str, ...], int], podman: bool = False
    ) -> None:
        self.images = {
            image["id"]: {**image, "tags": set(image["repo_tags"]), "digests": set(image["repo_digests"])}
            for image in images
        }
        self.weights = weights
        self.podman = podman
        self.api_version = "1.44" if podman else "1.51"
        component = "Podman Engine" if podman else "Engine"
        self.version_info = {"Version": "28.5.2", "ApiVersion": "1.51", "Components": [{"Name": component}]}
        self.containers: list[dict[str, t.Any]] = []
        for image in images:
            for number in range(max(0, image["containers"]) or bool(image.get("in_use_by"))):
                self.start(f"c{number}-{image['id'][-4:]}", image["id"])
        self.requests: list[tuple[str, str, dict[str, t.Any]]] = []
        self.build_cache: list[dict[str, t.Any]] = []
        self.services: t.Any = None
        """Of a Swarm manager."""
        self.events: list[dict[str, t.Any]] = []
        self.interfere: t.Callable[[str, str], None] = lambda _method, _path: None
        """Called before each request is answered; may change the engine, or raise in its place.

        Called once more, with UNTAGGED for the method, after Docker's removal of an image took its last name off, and
        before it looks for containers again; an error is raised after the removal was done.
        """
        self._lock = threading.RLock()

    def __enter__(self) -> FakeEngine:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Nothing is open."""

    def again(self) -> t.ContextManager[FakeEngine]:
        """One more connection."""
        return self

    def waiting(self, seconds: int) -> t.ContextManager[None]:
        """It answers at once."""
        return contextlib.nullcontext()

    def start(self, name: str, image: str, **more: t.Any) -> None:
        """A container, in whatever state."""
        self.containers.append({"Id": name, "Names": [f"/{name}"], "ImageID": image, "Mounts": [], **more})

    def find(self, name: str) -> Image:
        """By ID or reference."""
        for image in self.images.values():
            wanted = Reference.parse(name).canonical
            if image["id"] == name or wanted in {Reference.parse(ref).canonical for ref in self.references(image)}:
                return image
        raise EngineError(f"No such image: {name}", 404, True)

    @staticmethod
    def references(image: Image) -> list[str]:
        """All names."""
        return sorted(image["tags"]) + sorted(image["digests"])

    @property
    def layers_size(self) -> int:
        """Every layer once."""
        chains = {
            tuple(image["layers"][: depth + 1])
            for image in self.images.values()
            for depth in range(len(image["layers"]))
        }
        return sum(self.weights[chain] for chain in chains)

    def get(self, path: str, **query: t.Any) -> t.Any:
        """Lists and inspections."""
        with self._lock:
            self._asked("GET", path, query)
            return self._get(path)

    def _get(self, path: str) -> t.Any:
        if path == "/images/json":
            return [self._row(image) for image in self.images.values()]
        if path == "/containers/json":
            return [dict(container) for container in self.containers]
        if path == "/system/df":
            return {"LayersSize": self.layers_size, "Images": None, "BuildCache": self.build_cache}
        if path == "/services":
            return self.services
        if path == "/info":
            swarm = {"LocalNodeState": "active", "ControlAvailable": self.services is not None}
            return {"Swarm": swarm, "Driver": "overlay2", "DriverStatus": [], "SystemTime": "2027-01-15T08:00:00.5Z"}
        if path.startswith("/containers/"):
            row = next((one for one in self.containers if one["Id"] == path.split("/")[2]), {})
            return {"State": row.get("state"), "SizeRootFs": 30, "SizeRw": 10, "Created": "2027-01-01T00:00:00.25Z"}
        if path == "/libpod/images/json":
            return [{"Id": image["id"][7:], "History": image.get("history")} for image in self.images.values()]
        if path.startswith("/libpod/images/"):
            return {"NamesHistory": self.find(path.split("/")[3]).get("history")}
        name, _slash, what = unquote(path[len("/images/") :]).rpartition("/")
        image = self.find(name)
        if what == "history":
            sizes = [self.weights[tuple(image["layers"][: depth + 1])] for depth in range(len(image["layers"]))]
            return [{"Size": size} for size in reversed(sizes)]
        return {
            **self._row(image),
            "Parent": image["parent_id"],
            "Created": image["created"],
            "RootFS": {"Layers": image["layers"]},
            "Metadata": {"LastTagTime": image.get("last_tag_time", "0001-01-01T00:00:00Z")},
        }

    def get_lines(self, path: str, **query: t.Any) -> list[t.Any]:
        """Events."""
        with self._lock:
            self._asked("GET", path, query)
            return self.events

    def post(self, path: str, **query: t.Any) -> t.Any:
        """Tag."""
        with self._lock:
            self._asked("POST", path, query)
            image = self.find(unquote(path[len("/images/") : -len("/tag")]))
            name = f"{query['repo']}:{query['tag']}"
            for other in self.images.values():
                other["tags"].discard(name)
            image["tags"].add(name)

    def delete(self, path: str, **query: t.Any) -> t.Any:
        """Remove, as Docker does without force."""
        with self._lock:
            self._asked("DELETE", path, query)
            assert query == {"noprune": "1"}, "never force, never more than asked for"
            return self._delete(unquote(path[len("/images/") :]))

    def _delete(self, name: str) -> t.Any:
        image = self.find(name)
        named = self._names(image)
        if name == image["id"]:
            if len(named) > 1:
                raise EngineError("more than one tag: please force removal", 500 if self.podman else 409, True)
        elif len(named) > 1:
            self._untag(image, name)
            return [{"Untagged": name}]
        self._refuse_if_needed(image)
        if not self.podman:
            for reference in named:
                self._untag(image, reference)
            try:
                self.interfere("UNTAGGED", f"/images/{name}")
            finally:
                self._refuse_if_needed(image)
                if self._names(image):
                    raise EngineError("conflict: image is referenced", 409, True)
                self.images.pop(image["id"], None)
        else:
            del self.images[image["id"]]
        return [{"Deleted": image["id"]}]

    def _refuse_if_needed(self, image: Image) -> None:
        if any(container["ImageID"] == image["id"] for container in self.containers):
            raise EngineError("conflict: container is using it", 409, True)
        if any(other["parent_id"] == image["id"] for other in self.images.values()):
            raise EngineError("conflict: image has dependent child images", 409, True)

    def _asked(self, method: str, path: str, query: dict[str, t.Any]) -> None:
        self.requests.append((method, path, query))
        self.interfere(method, path)

    def _names(self, image: Image) -> list[str]:
        tagged = {Reference.parse(tag).canonical_repository for tag in image["tags"]}
        digests = [name for name in image["digests"] if Reference.parse(name).canonical_repository not in tagged]
        return [*image["tags"], *digests]

    def _untag(self, image: Image, name: str) -> None:
        wanted = Reference.parse(name)
        for names in (image["tags"], image["digests"]):
            names -= {ref for ref in names if Reference.parse(ref).canonical == wanted.canonical}
        if not any(Reference.parse(tag).canonical_repository == wanted.canonical_repository for tag in image["tags"]):
            image["digests"] -= {
                ref
                for ref in image["digests"]
                if Reference.parse(ref).canonical_repository == wanted.canonical_repository
            }

    def _row(self, image: Image) -> dict[str, t.Any]:
        users: dict[tuple[str, ...], int] = {}
        for other in self.images.values():
            for depth in range(len(other["layers"])):
                chain = tuple(other["layers"][: depth + 1])
                users[chain] = users.get(chain, 0) + 1
        own = [tuple(image["layers"][: depth + 1]) for depth in range(len(image["layers"]))]
        return {
            "Id": image["id"],
            "ParentId": image["parent_id"],
            "RepoTags": sorted(image["tags"]),
            "RepoDigests": sorted(image["digests"]),
            "Created": image["created"],
            "Size": sum(self.weights[chain] for chain in own),
            "SharedSize": sum(self.weights[chain] for chain in own if users[chain] > 1),
            "Labels": image["labels"],
            "Containers": sum(container["ImageID"] == image["id"] for container in self.containers),
        }
