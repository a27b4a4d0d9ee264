# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is tested against what, and what may be left out. Data only; a new release is a new row."""

from __future__ import annotations

import os
import typing as t


class Core(t.NamedTuple):
    """A release of ansible-core."""

    version: str
    controllers: tuple[str, ...]  # the Pythons that can run it
    python: str  # the one of them that the tests take
    integration: str | None = None  # the managed hosts' Python in integration and unit tests; None: not tested as hosts
    first: str = "0"  # "0rc1" until there is a release

    @property
    def requirement(self) -> str:
        """What pip is asked for: the newest of this series."""
        return f"ansible-core~={self.version}.{self.first}"


# Every one that `requires_ansible` admits, but those that came after the newest here.
CORES = (
    Core("2.17", ("3.10", "3.11", "3.12"), "3.11", integration="3.9"),
    Core("2.18", ("3.11", "3.12", "3.13"), "3.11"),
    Core("2.19", ("3.11", "3.12", "3.13"), "3.11"),
    Core("2.20", ("3.12", "3.13", "3.14"), "3.13"),
    Core("2.21", ("3.12", "3.13", "3.14"), "3.13"),
    Core("2.22", ("3.13", "3.14", "3.15"), "3.13", integration="3.13", first="0rc1"),
)
RELEASED = tuple(core for core in CORES if core.first == "0")
OLDEST, NEWEST = CORES[0], CORES[-1]
STABLE = RELEASED[-1]  # for tools and suites, which need just one

# The engines of `make test`: on the newest core the first and the newest of Docker and Podman, and a late one of each
# store; on the oldest core, which changes nothing of what the modules ask, fewer, and no races, which run the module
# without a playbook. `make test-all` takes all that engines/catalogue.py has on both.
_ENGINES = ("docker-20.10", "docker-28.5", "docker-28.5-containerd", "podman-4.3", "podman-5.8", "podman-6.1")
ENGINES_OF = {OLDEST.version: ("docker-20.10", "docker-28.5", "podman-5.8"), NEWEST.version: _ENGINES}
# pylint takes three quarters of the time of all sanity tests: `make test` runs it on the newest core alone.
SANITY_NOT_IN = {OLDEST.version: ("pylint",)}


def newest_for(python: str, cores: t.Sequence[Core] = CORES) -> Core | None:
    """Return the newest core that a Python can run."""
    return next((core for core in reversed(cores) if python in core.controllers), None)


class Sdk(t.NamedTuple):
    """A release of the Docker SDK for Python, with the libraries of its time."""

    version: str
    python: str
    with_: tuple[str, ...] = ()


SDKS = (
    Sdk("5.0.3", "3.9", ("requests<2.29", "urllib3<2")),  # Debian 12
    Sdk("6.1.3", "3.9", ("requests<2.32",)),  # the last before requests 2.32 broke its adapters
    Sdk("7.1.0", "3.13"),  # Debian 13
    Sdk("7.2.0", "3.13"),
)


# Folders below tests/ that plain pytest runs, with the newest core. Each may have a requirements.txt (PyPI), an apt.txt
# (one `package` or `package:program` a line; not installed where the program is there) and a package.json (npm).
SUITES = ("fuzz", "properties", "reports")


# The steps of each command of the Makefile, in full or by their first word. `.ci/run` and .github/ call the Makefile.
CHECK = ("lint", "pytest")  # with the Python at hand and what PyPI has: no root, no Debian
ONCE = ("lint", "importer", "build", "docs", "commands", "demo", "sdk", "suite", "integration")
SETS = {
    "check": CHECK,
    "test": (*(f"{kind}-{core.version}" for core in (NEWEST, OLDEST) for kind in ("sanity", "units")), *ONCE),
    "test-all": ("sanity", "units", *ONCE),
}


# Package of the distribution, and the program that tells whether it is there. What only engines need comes with them.
SYSTEM = {"openssh-client": "ssh", "shellcheck": "shellcheck"}


# A skipped or excluded test fails the run, unless a row here names it. (pattern of the line, reason)
LEFT_OUT: list[tuple[str, str]] = [
    (
        r"on Python 3\.[78] because it (could not be found|is not supported by this collection)",
        "below the floor of this collection, 3.9",
    ),
    (
        r"on Python 3\.1[02] because it could not be found",
        "in no suite of Debian; 3.9, 3.11, 3.13 and 3.14 always run, these two where pyenv has them",
    ),
    (r"on Python 3\.15 because it could not be found", "in no suite of Debian yet"),
    (
        r"on Python 3\.\d+ because it is only supported by module/module_utils unit tests",
        "a Python of managed hosts only; the controller's tests run on the controller's Python",
    ),
    (r"LEFT OUT: podman-6\.1: Debian suite experimental cannot", "Podman 6.1 has left Debian experimental"),
    (r'Required program "pwsh" not found', "no PowerShell in this collection, and none in Debian"),
]
if os.geteuid() != 0:
    LEFT_OUT.append(
        (r"marked \"?(needs/root|destructive)\"?|real engines", "real engines need root: run `make test` as root")
    )
