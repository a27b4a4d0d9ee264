# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests do to the images and containers of one engine, over its API."""

from __future__ import annotations

import base64
import contextlib
import typing as t

from archives import tar_of
from engines.api import EngineAPI, Refused

NO_LOGIN = {"X-Registry-Auth": base64.urlsafe_b64encode(b"{}").decode()}


class Images:
    """The images of one engine; `engine` is its record (`socket`, `kind`)."""

    def __init__(self, engine: t.Mapping[str, t.Any]) -> None:
        self.api = EngineAPI(engine["socket"])
        self.podman = engine["kind"] == "podman"
        self.tls = {"tlsVerify": "false"} if self.podman else {}

    def build(self, name: str | None, dockerfile: str, files: t.Mapping[str, bytes | tuple[bytes, int]]) -> None:
        """Build with the classic builder, which leaves intermediate images."""
        self.api.stream("/build", tar_of({"Dockerfile": dockerfile.encode(), **files}), t=name, networkmode="none")

    def load(self, archive: bytes) -> None:
        """Load a docker-archive or an OCI layout."""
        self.api.stream("/images/load", archive)

    def import_tar(self, name: str | None, tar: bytes) -> None:
        """Make an image of one layer. The tag goes into the name, for Podman 4.3 ignores `tag`."""
        self.api.stream("/images/create", tar, fromSrc="-", repo=name)

    def tag(self, source: str, name: str) -> None:
        """Give an image one more name, or move the name to it."""
        repository, _colon, tag = name.rpartition(":")
        self.api.json("POST", f"/images/{source}/tag", repo=repository, tag=tag)

    def pull(self, repository: str, tag: str | None = None, platform: str | None = None) -> None:
        """Pull by tag, or by digest when `repository` holds one."""
        self.api.stream("/images/create", None, NO_LOGIN, fromImage=repository, tag=tag, platform=platform, **self.tls)

    def push(self, repository: str, tag: str) -> None:
        """Push one tag."""
        self.api.stream(f"/images/{repository}/push", None, NO_LOGIN, tag=tag, **self.tls)

    def remove(self, name: str, force: bool = False) -> None:
        """Remove a name or an image."""
        self.api.json("DELETE", f"/images/{name}", force="1" if force else None)

    def id_of(self, name: str) -> str:
        """Return the Id that the engine gives the image of that name."""
        return str(self.api.get(f"/images/{name}/json")["Id"])

    def create(self, name: str, image: str, command: list[str]) -> str:
        """Create a container and return its id; it has no network."""
        body = {"Image": image, "Cmd": command, "HostConfig": {"NetworkMode": "none"}}
        return str(self.api.json("POST", "/containers/create", body, name=name)["Id"])

    def run(self, name: str, image: str, command: list[str]) -> str:
        """Create and start a container and return its id."""
        container = self.create(name, image, command)
        self.api.json("POST", f"/containers/{container}/start")
        return container

    def wait(self, container: str) -> None:
        """Wait until a container has ended."""
        self.api.json("POST", f"/containers/{container}/wait")

    def remove_container(self, name: str) -> None:
        """Remove a container, running or not."""
        self.api.json("DELETE", f"/containers/{name}", force="1")

    def clear(self) -> None:
        """Remove all containers and images; children go before parents, so it takes several rounds."""
        for container in self.api.get("/containers/json", all="1"):
            if container["State"] == "running":
                with contextlib.suppress(Refused):  # it has ended meanwhile
                    # Podman's removal gives it ten seconds to end by itself.
                    self.api.json("POST", f"/containers/{container['Id']}/kill")
            self.remove_container(container["Id"])
        listed = self.api.get("/images/json", all="1")
        while listed:
            for entry in listed:
                with contextlib.suppress(Refused):
                    self.remove(entry["Id"], force=True)
            left = self.api.get("/images/json", all="1")
            if len(left) == len(listed):
                raise Refused("clear", 409, b"images that nothing can remove")
            listed = left
