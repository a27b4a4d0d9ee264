# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The baseline: the sizes that a report is compared with, in a file made for version control.

    {"hosts": {"web01": {"images": {"acme/web:1.2": 52428800}, "measure": {"engine": "docker", ...}}},
     "key": "reference", "schema": "image_baseline/1"}

Keys are sorted and there is no time in it, so that a run without a change gives an empty diff. Size is not one number:
image stores and platforms count differently, so each host's entry says what was measured.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ..errors import InputError, shown
from ..fields import choice_of, known_options, mapping_of
from ..image.reference import Reference
from ..json_text import hashes_apart
from ..quantities import parse_integer

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..image.summary import ImageSummary
    from .hosts import EngineFacts

SCHEMA = "image_baseline/1"
METRIC = "size"
KEYS = ("reference", "repository")
"""An entry for each name of an image, or for each repository: its newest image, whatever the tag."""


class Measure(t.NamedTuple):
    """What a size means; "" where it is not known."""

    metric: str = METRIC
    engine: str = ""
    store: str = ""
    platform: str = ""

    @classmethod
    def of_engine(cls, engine: EngineFacts | None) -> Measure:
        """The measure of what an engine reports."""
        if engine is None:
            return cls()
        store = "" if engine.image_store == "unknown" else engine.image_store
        platform = f"{engine.os}/{engine.architecture}" if engine.os and engine.architecture else ""
        return cls(METRIC, engine.name, store, platform)

    def difference(self, now: Measure) -> str:
        """Why sizes of the two cannot be compared, "" when they can. What is not known is not held against anybody."""
        for name, before, after in zip(self._fields, self, now):
            if before and after and before != after:
                return f"sizes cannot be compared: the baseline's {name} is {before}, now it is {after}"
        return ""


@dataclass(frozen=True)
class HostBaseline:
    """The sizes of one host, by reference or repository."""

    measure: Measure = Measure()
    images: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Baseline:
    """All hosts of a baseline."""

    key: str = "reference"
    hosts: Mapping[str, HostBaseline] = field(default_factory=dict)

    def host(self, name: str) -> HostBaseline:
        """The entry of a host; an empty one for a host that is not in it."""
        return self.hosts.get(name, HostBaseline())

    def to_text(self) -> str:
        """The file: sorted, indented, ASCII, with a line end."""
        hosts = {
            name: {"images": dict(host.images), "measure": {k: v for k, v in host.measure._asdict().items() if v}}
            for name, host in self.hosts.items()
        }
        data = {"hosts": hosts, "key": self.key, "schema": SCHEMA}
        return hashes_apart(json.dumps(data, indent=2, sort_keys=True)) + "\n"


def parse_baseline(data: t.Any, where: str = "baseline") -> Baseline:
    """Read a baseline file, as text or as its data. Raises InputError with the path of what is wrong."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError) as exc:  # the latter: nested deeper than anything that means something
            raise InputError(f"{where} is not JSON: {exc}", "E_JSON") from None
    options = mapping_of(data, where, "a baseline")
    if options.get("schema") != SCHEMA:
        raise InputError(f'{where}.schema must be "{SCHEMA}", got {shown(options.get("schema"))}', "E_SCHEMA")
    known_options(options, ("hosts", "key", "schema"), where, "a baseline")
    hosts = mapping_of(options.get("hosts"), f"{where}.hosts", "entries by host")
    return Baseline(
        choice_of(options.get("key"), f"{where}.key", KEYS),
        {str(name): _host(host, f"{where}.hosts[{shown(name)}]") for name, host in hosts.items()},
    )


def _host(data: t.Any, where: str) -> HostBaseline:
    options = mapping_of(data, where, "the entry of a host")
    known_options(options, ("images", "measure"), where, "a host's entry")
    measure = mapping_of(options.get("measure", {}), f"{where}.measure", "what was measured")
    known_options(measure, Measure._fields, f"{where}.measure", "a measure")
    images = mapping_of(options.get("images"), f"{where}.images", "sizes by name")
    return HostBaseline(
        Measure(*(str(measure.get(name) or "") for name in Measure._fields)),
        {str(name): parse_integer(size, f"{where}.images[{shown(name)}]") for name, size in images.items()},
    )


def baseline_keys(image: ImageSummary, key: str) -> list[str]:
    """Under which names a baseline knows an image: its tags, or digests where it has no tag. Dangling ones: none."""
    names = [Reference.parse(name) for name in image.repo_tags or image.repo_digests]
    if key == "repository":
        return sorted({name.familiar_repository for name in names})
    return [name.familiar for name in names]


def sizes_by_key(images: Sequence[ImageSummary], key: str) -> dict[str, int]:
    """The entries for the images of one host; of several images under one name the newest counts, then the largest."""
    best: dict[str, tuple[int, int]] = {}
    for image in images:
        for name in baseline_keys(image, key):
            best[name] = max(best.get(name, (0, -1)), (image.created, image.size))
    return {name: size for name, (_created, size) in best.items()}
