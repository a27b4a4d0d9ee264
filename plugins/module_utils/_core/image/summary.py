# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image summary: the ten fields of the Docker Engine API's ImageSummary, with one spelling for every source.

A source that names the platform of each image adds an eleventh, ``platform``, and a registry ``compressed``. Where
arrival and last use were asked for, there are six more, and where layers were, ``base_size`` and ``own_size``.

Source of the fields: https://docs.docker.com/reference/api/engine/version/v1.43/#tag/Image/operation/ImageList
"""

from __future__ import annotations

import typing as t
from functools import cache, cached_property
from operator import attrgetter
from types import MappingProxyType

from ..errors import InputError, shown
from ..quantities import parse_integer
from ..timestamps import to_epoch
from .image_ids import is_listed_id
from .last_use import read_last_use
from .layer_sizes import OWN_SIZE, read_layer_sizes

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .last_use import LastUse
    from .layer_sizes import LayerSizes
    from .reference import Reference

FIELDS = (
    "containers",
    "created",
    "id",
    "labels",
    "parent_id",
    "repo_digests",
    "repo_tags",
    "shared_size",
    "size",
    "virtual_size",
)
PLATFORM = "platform"
COMPRESSED = "compressed"
ALL_FIELDS = (*FIELDS, PLATFORM)
"""The ten fields that are always there, and the one that is there where it is known."""

State = t.Literal["tagged", "digest_only", "dangling", "intermediate"]
STATES: tuple[State, ...] = t.get_args(State)

_INT64 = 2**63 - 1
_PLACEHOLDERS = frozenset({"", "<none>", "<none>:<none>", "<none>@<none>"})


class _Summary(t.NamedTuple):
    """The values of a summary. A tuple: a frozen dataclass of so many takes three times as long to make (2 µs more)."""

    id: str
    containers: int = -1
    created: int = 0
    labels: t.Mapping[str, str] = MappingProxyType({})
    parent_id: str = ""
    repo_digests: t.Sequence[str] = ()
    repo_tags: t.Sequence[str] = ()
    shared_size: int = -1
    size: int = -1
    virtual_size: int | None = None
    platform: str = ""
    digest: str = ""
    """The digest of an image without a name, where an engine lists it. Not a field: no other engine has it."""
    use: LastUse | None = None
    """``None`` where it was not asked for."""
    compressed: bool = False
    """Whether the image is in a registry, where ``size`` is compressed and no container uses it."""
    layer_sizes: LayerSizes | None = None
    """``None`` where layers were not asked for."""


class ImageSummary(_Summary):
    """One image. Sizes are bytes, times seconds since the epoch.

    ``-1`` in containers, shared_size and size and ``0`` in created mean not known; ``None`` in virtual_size means the
    engine no longer sends it (API 1.44). ``platform`` is ``linux/arm64/v8`` for instance, or "". Lists are unique and
    sorted by code point; ``<none>`` never appears.
    """

    @property
    def references(self) -> list[str]:
        """Every name of the image: tags first, then digests."""
        return [*self.repo_tags, *self.repo_digests]

    @cached_property
    def names(self) -> tuple[Reference, ...]:
        """The references, split: once, since rules look at them again and again."""
        parse = _reference_parser()
        return tuple([parse(name) for name in self.references])

    def to_dict(self) -> dict[str, t.Any]:
        """The form that modules return and filters accept: always all ten keys, fresh plain containers.

        ``platform`` is a key where it is known, ``compressed`` where it is true, those about use and layers where they
        were asked for.
        """
        facts = {
            "containers": self.containers,
            "created": self.created,
            "id": self.id,
            "labels": dict(self.labels),
            "parent_id": self.parent_id,
            "repo_digests": list(self.repo_digests),
            "repo_tags": list(self.repo_tags),
            "shared_size": self.shared_size,
            "size": self.size,
            "virtual_size": self.virtual_size,
        }
        if self.platform:
            facts[PLATFORM] = self.platform
        if self.compressed:
            facts[COMPRESSED] = True
        if self.layer_sizes is not None:
            facts.update(self.layer_sizes._asdict())
        if self.use is not None:
            facts.update(self.use.to_dict())
        return facts

    @classmethod
    def from_dict(cls, data: t.Any, where: str = "image") -> ImageSummary:
        """Undo to_dict(), for data that came through a playbook: text numbers, nulls and further keys are tolerated."""
        if not hasattr(data, "keys"):
            raise InputError(f"{where} must be an image summary (a dictionary), got {shown(data)}", "E_TYPE_ITEM")
        if "id" not in data:
            raise InputError(
                f"{where} lacks id: it is not an image summary; the image_summary filter makes one of a reply",
                "E_NO_ID",
            )
        virtual_size = data.get("virtual_size")
        # By position, as in the list of an engine.
        return cls(
            image_id(data["id"], f"{where}.id"),
            _amount(data, "containers", where),
            _created(data, where),
            _labels(data, where),
            image_id(data["parent_id"], f"{where}.parent_id") if data.get("parent_id") else "",
            _names(data, "repo_digests", where, "@"),
            _names(data, "repo_tags", where, ""),
            _amount(data, "shared_size", where),
            _amount(data, "size", where),
            None if virtual_size is None else parse_integer(virtual_size, f"{where}.virtual_size"),
            _platform(data, where),
            "",
            read_last_use(data, where) if "watched_since" in data else None,
            _compressed(data, where) if COMPRESSED in data else False,
            read_layer_sizes(data, where) if OWN_SIZE in data else None,
        )


def image_id(value: t.Any, where: str) -> str:
    """A whole image ID: 64 bare hex digits get ``sha256:`` and lower case; a short one is refused."""
    if not isinstance(value, str) or not value:
        raise InputError(f"{where} must be an image ID, got {shown(value)}", "E_NO_ID")
    if not is_listed_id(value):
        raise InputError(
            f"{where} must be a whole image ID (sha256: and 64 hex digits), got {shown(value)}", "E_TRUNCATED_ID"
        )
    if ":" in value:
        return str(value)
    return "sha256:" + value.lower()


# The path of a value is put together only for a complaint.


def _created(data: Mapping[str, t.Any], where: str) -> int:
    value = data.get("created")
    # Nearly always a number; True is not larger than 1.
    if isinstance(value, int) and value > 1:
        return int(value)
    return to_epoch(value, f"{where}.created")


def _amount(data: Mapping[str, t.Any], key: str, where: str) -> int:
    value = data.get(key)
    if value.__class__ is int and -1 <= value <= _INT64:
        return value
    return -1 if value is None else max(-1, parse_integer(value, f"{where}.{key}", f"E_TYPE_{key}"))


def _labels(data: Mapping[str, t.Any], where: str) -> dict[str, str]:
    value = data.get("labels")
    if value is None:
        return {}
    if not hasattr(value, "items"):
        raise InputError(f"{where}.labels must be a dictionary, got {shown(value)}", "E_TYPE_labels")
    return {str(key): "" if text is None else str(text) for key, text in value.items()}


def _platform(data: Mapping[str, t.Any], where: str) -> str:
    value = data.get(PLATFORM)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(
            f"{where}.{PLATFORM} must be text such as linux/arm64/v8, got {shown(value)}", "E_TYPE_platform"
        )
    return str(value)


def _compressed(data: Mapping[str, t.Any], where: str) -> bool:
    from ..fields import flag_of

    value = data[COMPRESSED]
    return value is not None and flag_of(value, f"{where}.{COMPRESSED}", "E_TYPE_compressed")


def _names(data: Mapping[str, t.Any], key: str, where: str, separator: str) -> list[str]:
    value = data.get(key)
    if not value and (value is None or isinstance(value, list)):
        return []
    if not isinstance(value, (list, tuple)):
        raise InputError(f"{where}.{key} must be a list of names, got {shown(value)}", "E_TYPE_names")
    for name in value:
        if not isinstance(name, str):
            raise InputError(f"{where}.{key} must hold names, got {shown(name)}", "E_TYPE_names")
    names = [str(name) for name in value if name not in _PLACEHOLDERS and separator in name]
    return sorted(set(names)) if len(names) > 1 else names


@cache
def _reference_parser() -> t.Callable[[str], Reference]:
    # Imported here: a plain listing splits no name, and a managed host compiles what it imports (2 ms).
    from .reference import Reference

    return Reference.parse


def parent_ids(images: Iterable[ImageSummary]) -> frozenset[str]:
    """The IDs that some image names as its parent."""
    return frozenset(image.parent_id for image in images if image.parent_id)


def state_of(image: ImageSummary, parents: t.Collection[str]) -> State:
    """What the image is, in words that mean the same on every engine (Docker's "dangling" differs by store)."""
    if image.repo_tags:
        return "tagged"
    if image.repo_digests:
        return "digest_only"
    return "intermediate" if image.id in parents else "dangling"


def in_order(images: Iterable[ImageSummary]) -> list[ImageSummary]:
    """Newest first, then by ID: engines list images of equal age in random order."""
    return sorted(sorted(images, key=attrgetter("id")), key=attrgetter("created"), reverse=True)
