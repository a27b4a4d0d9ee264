# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The baseline: the sizes that a report is compared with, in a file made for version control.

    {"hosts": {"build01": {"images": {"acme/web:1.2": {"linux/amd64": 52428800, "linux/arm64": 51380224},
                                      "acme/job:7": 52428800},
                           "measure": {"engine": "docker", ...}}},
     "key": "reference", "schema": "image_baseline/2"}

Keys are sorted and there is no time in it, so that a run without a change gives an empty diff. Size is not one number:
image stores and platforms count differently, so each host's entry says what was measured. Where the
platform is not known, the size stands alone. null stands for several images. Where the sizes of base and own layers are
known, {"base_size": 190, "own_size": 10, "size": 200} takes the place of a size, below its platform, which may be "",
and the schema is image_baseline/3.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import InputError, shown
from ..fields import choice_of, known_options, mapping_of, required
from ..image.layer_sizes import LayerSizes, read_layer_sizes
from ..image.platform import normalized_platform
from ..image.reference import Reference, familiar_repository
from ..json_text import hashes_apart
from ..quantities import parse_integer
from .hosts import REGISTRY

if t.TYPE_CHECKING:
    from .hosts import EngineFacts

    Sizes = Mapping["EntryKey", t.Optional[int]]

SCHEMA = "image_baseline/2"
SCHEMA_WITH_LAYERS = "image_baseline/3"
"""Written only where there are sizes of layers, which readers of the other schema refuse."""
SCHEMA_WITHOUT_PLATFORMS = "image_baseline/1"
METRIC = "size"
COMPRESSED_METRIC = "compressed_size"
"""What a registry measures."""
KEYS = ("reference", "repository")
"""An entry for each name of an image, or for each repository: its newest image, whatever the tag."""

ANY_HOST = "*"
"""The entry with which every host is compared that has none of its own."""


class EntryKey(t.NamedTuple):
    """What a size in the baseline is about."""

    name: str
    """A reference or a repository."""
    platform: str
    """In its normalized spelling; "" where it is not known."""


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
        metric = COMPRESSED_METRIC if engine.name == REGISTRY else METRIC
        return cls(metric, engine.name, store, platform)

    def difference(self, now: Measure) -> str:
        """Why sizes of the two cannot be compared, "" when they can. What is not known does not count as different."""
        for name, before, after in zip(self._fields, self, now):
            if before and after and before != after:
                return f"sizes cannot be compared: the baseline's {name} is {before}, now it is {after}"
        return ""


@dataclass(frozen=True)
class HostBaseline:
    """The sizes of one host. None is a name that several images have, so that none of them can be compared."""

    measure: Measure = Measure()
    sizes: Sizes = field(default_factory=dict)
    layer_sizes: Mapping[EntryKey, LayerSizes] = field(default_factory=dict)


@dataclass(frozen=True)
class Baseline:
    """All hosts of a baseline."""

    key: str = "reference"
    hosts: Mapping[str, HostBaseline] = field(default_factory=dict)
    any_host: bool = False
    """Whether names of hosts do not matter, so that there is one entry for all of them."""

    def entry_name(self, host: str) -> str:
        """Under which name the sizes of a host are, or would be."""
        return ANY_HOST if host not in self.hosts and (self.any_host or ANY_HOST in self.hosts) else host

    def knows(self, host: str) -> bool:
        """Whether there is anything to compare the host with."""
        return self.entry_name(host) in self.hosts

    def host(self, name: str) -> HostBaseline:
        """The entry for a host; an empty one where there is none."""
        return self.hosts.get(self.entry_name(name), HostBaseline())

    def for_any_host(self) -> Baseline:
        """The same sizes whatever a host is called. Raises InputError unless they are those of one host."""
        if len(self.hosts) > 1:
            names = ", ".join(sorted(self.hosts))
            raise InputError(f"any_host needs a baseline with the sizes of one host, this one has {names}")
        return Baseline(self.key, dict(zip([ANY_HOST], self.hosts.values())), any_host=True)

    def to_text(self) -> str:
        """The file: sorted, indented, ASCII, with a line end."""
        hosts = {
            name: {"images": _by_name(host), "measure": {k: v for k, v in host.measure._asdict().items() if v}}
            for name, host in self.hosts.items()
        }
        has_layers = any(host.layer_sizes for host in self.hosts.values())
        data = {"hosts": hosts, "key": self.key, "schema": SCHEMA_WITH_LAYERS if has_layers else SCHEMA}
        return hashes_apart(json.dumps(data, indent=2, sort_keys=True)) + "\n"


def _by_name(host: HostBaseline) -> dict[str, t.Any]:
    """name -> platform -> size, or name -> size where nothing is known about platforms and layers."""
    by_name: dict[str, dict[str, t.Any]] = {}
    for key, size in host.sizes.items():
        layers = host.layer_sizes.get(key)
        entry = {"size": size, **layers._asdict()} if layers else size
        by_name.setdefault(key.name, {})[key.platform] = entry
    return {
        name: entry[""] if list(entry) == [""] and not isinstance(entry[""], dict) else entry
        for name, entry in by_name.items()
    }


def parse_baseline(data: t.Any, where: str = "baseline") -> Baseline:
    """Read a baseline file, as text or as its data. Raises InputError with the path of what is wrong."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError) as exc:  # the latter: nested deeper than anything that means something
            raise InputError(f"{where} is not JSON: {exc}", "E_JSON") from None
    options = mapping_of(data, where, "a baseline")
    schema = options.get("schema")
    if schema not in (SCHEMA, SCHEMA_WITH_LAYERS, SCHEMA_WITHOUT_PLATFORMS):
        known = f'"{SCHEMA_WITH_LAYERS}", "{SCHEMA}" or "{SCHEMA_WITHOUT_PLATFORMS}"'
        raise InputError(f"{where}.schema must be {known}, got {shown(schema)}", "E_SCHEMA")
    known_options(options, ("hosts", "key", "schema"), where, "a baseline")
    hosts = mapping_of(options.get("hosts"), f"{where}.hosts", "entries by host")
    key = choice_of(options.get("key"), f"{where}.key", KEYS)
    read = _sizes_without_platform if schema == SCHEMA_WITHOUT_PLATFORMS else _sizes_by_platform
    return Baseline(
        key, {str(name): _host(host, f"{where}.hosts[{shown(name)}]", key, read) for name, host in hosts.items()}
    )


class _Sizes(t.NamedTuple):
    size: int | None
    layers: LayerSizes | None = None


def _sizes_without_platform(entry: t.Any, where: str) -> dict[str, _Sizes]:
    return {"": _Sizes(parse_integer(entry, where))}


def _sizes_of(entry: t.Any, where: str) -> _Sizes:
    if not isinstance(entry, Mapping):
        return _Sizes(None if entry is None else parse_integer(entry, where))
    known_options(entry, ("size", *LayerSizes._fields), where, "an entry with layers")
    layers = read_layer_sizes(entry, where)
    return _Sizes(parse_integer(required(entry, "size", where), f"{where}.size"), layers)


def _sizes_by_platform(entry: t.Any, where: str) -> dict[str, _Sizes]:
    """platform -> sizes, for an entry that is a size, null, or a dictionary of these."""
    if not isinstance(entry, Mapping):
        return {"": _sizes_of(entry, where)}
    sizes: dict[str, _Sizes] = {}
    if not {"size", *LayerSizes._fields}.isdisjoint(entry):
        raise InputError(f'{where} needs a platform around its sizes, which may be ""', "E_PLATFORM")
    for platform, size in entry.items():
        spot, name = f"{where}[{shown(platform)}]", normalized_platform(str(platform))
        if name in sizes:
            raise InputError(f"{spot} is another spelling of a platform that the entry has already", "E_PLATFORM")
        sizes[name] = _sizes_of(size, spot)
    return sizes


def _host(data: t.Any, where: str, key: str, read: t.Callable[[t.Any, str], Mapping[str, _Sizes]]) -> HostBaseline:
    options = mapping_of(data, where, "the entry of a host")
    known_options(options, ("images", "measure"), where, "a host's entry")
    measure = mapping_of(options.get("measure", {}), f"{where}.measure", "what was measured")
    known_options(measure, Measure._fields, f"{where}.measure", "a measure")
    images = mapping_of(options.get("images"), f"{where}.images", "sizes by name")
    found: dict[EntryKey, _Sizes] = {}
    seen: set[str] = set()
    for text, entry in images.items():
        spot = f"{where}.images[{shown(text)}]"
        name = familiar_repository(str(text)) if key == "repository" else Reference.parse(str(text)).familiar
        if name in seen:
            raise InputError(f"{spot} is another spelling of a name that the host has already", "E_NAME")
        seen.add(name)
        found.update({EntryKey(name, platform): sizes for platform, sizes in read(entry, spot).items()})
    facts = {name: str(measure.get(name) or "") for name in Measure._fields}
    # A file of other sizes says so.
    return HostBaseline(
        Measure(**{**facts, "metric": facts["metric"] or METRIC}),
        {key: sizes.size for key, sizes in found.items()},
        {key: sizes.layers for key, sizes in found.items() if sizes.layers},
    )
