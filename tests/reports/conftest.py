# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to validate, and the programs that validate them.

This suite is run by plain pytest with what requirements.txt, apt.txt and package.json name. Nothing here is skipped: a
missing validator is a failure.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.filter.image_report import image_report
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import render
from ansible_collections.container_ops.images.plugins.module_utils._core.report.builder import Limits, ReportBuilder
from ansible_collections.container_ops.images.plugins.module_utils._core.report.hosts import AbsentHost, HostFacts
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets, samples

RULES: list[dict[str, t.Any]] = [
    {"check": "max-size", "max": "500MB"},
    {"check": "max-age", "max": "100d", "level": "warning"},
    {"check": "no-dangling", "level": "note"},
    {"check": "forbidden-tag", "tags": ["latest"]},
]


def summaries() -> list[dict[str, t.Any]]:
    """Ordinary images as an engine's facts have them."""
    fields = ("containers", "created", "id", "labels", "parent_id", "repo_digests", "repo_tags", "shared_size", "size")
    return [{name: image[name] for name in fields} for image in samples.ordinary()["images"]]


def evaluated() -> dict[str, t.Any]:
    """What the filter image_report makes of ordinary images: the two halves must fit."""
    return image_report(summaries(), rules=RULES, now=samples.NOW, host="web01")


def limited() -> dict[str, t.Any]:
    """A fleet of which the report lists a part only, as the module does with ten thousand hosts."""
    policy = ReportPolicy.parse(now=samples.NOW, rules=RULES)
    builder = ReportBuilder(policy, Limits(findings=7, images=5, changes=2, repositories=9))
    for name in ("web01", "web02"):
        builder.add_host(HostFacts.from_dict(name, {"images": summaries()}, name))
    builder.add_absent(AbsentHost("db01", "unreachable", "No route to host"))
    return builder.document()


SAMPLES: dict[str, t.Callable[[], dict[str, t.Any]]] = {
    "empty": samples.document,
    "one-host": samples.ordinary,
    "evaluated": evaluated,
    "fleet": samples.fleet,
    "hostile": samples.hostile,
    "stopped": samples.stopped,
    "limited": limited,
    "shop": lambda: fleets.fleet(30),
    "trend": fleets.trend,
    "large": lambda: samples.ordinary(600, [f"host{number:02}" for number in range(20)]),
}


class Sample(t.NamedTuple):
    """One report document under its name."""

    name: str
    document: dict[str, t.Any]

    def render(self, format: str, **options: t.Any) -> str:
        """The document in one format."""
        return render(self.document, format, options)

    def write(self, folder: pathlib.Path, file: str, format: str, **options: t.Any) -> pathlib.Path:
        """The same in a file, with the bytes that a user would get."""
        path = folder / file
        path.write_text(self.render(format, **options), encoding="utf-8", newline="")
        return path


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    """Each report document in turn."""
    return Sample(request.param, SAMPLES[request.param]())


@pytest.fixture(scope="session")
def fleet() -> Sample:
    """A report about four hosts, of which two did not answer."""
    return Sample("fleet", samples.fleet())


@pytest.fixture(scope="session")
def node_modules() -> pathlib.Path:
    """Where npm installed what package.json names."""
    path = pathlib.Path(os.environ.get("NODE_PATH", "node_modules"))
    assert path.is_dir(), "NODE_PATH must be the folder in which `npm install` put the packages of package.json"
    return path.resolve()


def program(name: str, *places: pathlib.Path) -> str:
    """The path of an executable, looked for in further places, too."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ["PATH"], "/usr/sbin"]))
    assert found, f"{name} is missing; see apt.txt and package.json"
    return found


def run(*command: str | pathlib.Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a validator and keep what it says."""
    return subprocess.run(
        [str(part) for part in command], input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
