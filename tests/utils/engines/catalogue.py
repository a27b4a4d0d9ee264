# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines that the tests run, and the Debian suite that each one comes from."""

from __future__ import annotations

import typing as t


class LabError(Exception):
    """What went wrong, in one sentence for the person who runs the tests."""


class Engine(t.NamedTuple):
    """One container engine with one image store."""

    name: str
    suite: str  # Debian suite whose packages are unpacked
    kind: str  # "docker" or "podman"
    store: str  # "graphdriver" or "containerd" (docker), "containers-storage" (podman)


# docker.io and podman packages: https://packages.debian.org/search?keywords=docker.io
# forky is Debian's testing: when it moves on to a newer release, `lab.py up` says that the name no longer fits.
ENGINES = (
    Engine("docker-20.10", "bookworm", "docker", "graphdriver"),
    Engine("docker-26.1", "trixie", "docker", "graphdriver"),
    Engine("docker-26.1-containerd", "trixie", "docker", "containerd"),
    Engine("docker-28.5", "forky", "docker", "graphdriver"),
    Engine("docker-28.5-containerd", "forky", "docker", "containerd"),
    Engine("podman-4.3", "bookworm", "podman", "containers-storage"),
    Engine("podman-5.4", "trixie", "podman", "containers-storage"),
    Engine("podman-5.8", "forky", "podman", "containers-storage"),
    Engine("podman-6.1", "experimental", "podman", "containers-storage"),
)
# A suite that holds few packages, and loses them when their time has come: where the rest comes from, and what is taken
# from it. Its engines are left out where the mirror has these no more.
PARTIAL = {
    "experimental": ("sid", ("podman", "golang-github-containers-common", "golang-github-containers-image")),
}
SUITES = tuple(dict.fromkeys(engine.suite for engine in ENGINES))
REGISTRY_SUITE = "bookworm"


def engine_named(name: str) -> Engine:
    """Return the engine of that name."""
    for engine in ENGINES:
        if engine.name == name:
            return engine
    raise LabError(f"unknown engine {name}; choose from {', '.join(engine.name for engine in ENGINES)}")
