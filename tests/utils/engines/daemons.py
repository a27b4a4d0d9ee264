# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line and the configuration of each service: dockerd, `podman system service`, docker-registry."""

from __future__ import annotations

import json
import pathlib
import resource

from engines.catalogue import Engine
from engines.namespace import INSIDE

SOCKET = "engine.sock"
DATA = "/run/data"  # in memory: nothing to clean up afterwards


def docker(engine: Engine, state: pathlib.Path, cgroup_parent: str) -> list[str]:
    """Return dockerd's command line. It touches no network of the host: no bridge, no firewall rule, no sysctl."""
    settings = {
        "insecure-registries": ["127.0.0.0/8"],
        "features": {"containerd-snapshotter": engine.store == "containerd"},
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "cgroup-parent": f"/{cgroup_parent}",
        "data-root": DATA,
        "exec-root": "/run/docker",
        "pidfile": "/run/docker.pid",
        "bridge": "none",
        "iptables": False,
        "ip6tables": False,
        "ip-forward": False,
        "ip-masq": False,
        "userland-proxy": False,
    }
    (state / "daemon.json").write_text(json.dumps(settings, indent=2), encoding="ascii")
    return ["dockerd", "--config-file", f"{INSIDE}/daemon.json", "--host", f"unix://{INSIDE}/{SOCKET}"]


def podman(state: pathlib.Path) -> list[str]:
    """Return the command line of Podman's service.

    Containers get no control groups (nothing is left behind, and hybrid hosts work) and the hard limits of this
    process: Podman's own defaults are above them where CAP_SYS_RESOURCE is missing.
    """
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    ulimits = [f"{name}={_hard(limit)}:{_hard(limit)}" for name, limit in limits.items()]
    (state / "containers.conf").write_text(
        f'[containers]\ncgroups = "disabled"\npids_limit = 0\ndefault_ulimits = {json.dumps(ulimits)}\n',
        encoding="ascii",
    )
    (state / "registries.conf").write_text('[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n', encoding="ascii")
    configured = ["env", *(f"{key}={value}" for key, value in PODMAN_ENVIRONMENT.items())]
    return [*configured, *PODMAN, "--events-backend=file", "system", "service", "--time=0", f"unix://{INSIDE}/{SOCKET}"]


PODMAN = ["podman", "--root", DATA, "--runroot", "/run/podman", "--storage-driver=overlay", "--cgroup-manager=cgroupfs"]
PODMAN_ENVIRONMENT = {
    "CONTAINERS_CONF": f"{INSIDE}/containers.conf",
    "CONTAINERS_REGISTRIES_CONF": f"{INSIDE}/registries.conf",
}


def registry(state: pathlib.Path, port: int) -> list[str]:
    """Return the command line of a registry on loopback; only what comes from a registry has digests of its own."""
    settings = {
        "version": "0.1",
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": "/run/registry"}, "delete": {"enabled": True}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    (state / "registry.yml").write_text(json.dumps(settings), encoding="ascii")  # JSON is YAML
    return ["docker-registry", "serve", f"{INSIDE}/registry.yml"]


def _hard(limit: int) -> int:
    return resource.getrlimit(limit)[1]
