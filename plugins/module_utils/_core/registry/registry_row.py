# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One name and what its registry answered: a row of the result."""

from __future__ import annotations

import typing as t

from ..errors import InputError, shown
from ..fields import list_of, mapping_of
from ..image.image_ids import whole_id
from ..image.name_grammar import problem_of_name, shown_name
from ..image.platform import platform_of
from ..image.reference import Reference
from ..oci.documents import decoded, digest, mapping, text
from .registry_error import Outcome
from .web_address import registry_name


class RegistryReference(t.NamedTuple):
    """A name as its registry is asked for it. ``version`` is the digest if there is one, else the tag."""

    registry: str
    repository: str
    version: str

    @property
    def is_digest(self) -> bool:
        """Whether the version is a digest."""
        return ":" in self.version

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}{'@' if self.is_digest else ':'}{self.version}"


def registry_reference(name: str) -> RegistryReference:
    """What a name means, as ``docker pull`` reads it. Raises InputError."""
    if whole_id(name):
        raise InputError(f"{shown(name)} is an image ID, which no registry knows: give a name", "E_NAME")
    problem = problem_of_name(name)
    if problem:
        raise InputError(f"{shown_name(name)} is not the name of an image: {problem}", "E_NAME")
    written = Reference.parse(name).with_default_tag
    registry, _slash, repository = written.canonical_repository.partition("/")
    return RegistryReference(registry_name(registry), repository, written.digest or written.tag)


def empty_row(name: str, reference: RegistryReference | None) -> dict[str, t.Any]:
    """A row with every key, before anything is known."""
    parts = Reference.parse(name) if reference else Reference("", "", "")
    return {
        "name": name,
        "reference": str(reference or ""),
        "registry": reference.registry if reference else "",
        "repository": reference.repository if reference else "",
        "tag": parts.tag or ("" if parts.digest or reference is None else reference.version),
        "digest": "",
        "media_type": "",
        "kind": "",
        "artifact_type": "",
        "annotations": {},
        "platforms": [],
        "missing_platforms": [],
        "attachments": [],
        "newer_tags": None,
        "newer_tags_complete": None,
        "status": "ok",
        "error": None,
    }


def known_row(value: t.Any, where: str) -> t.Mapping[str, t.Any]:
    """A row that went through a playbook. Raises InputError for anything else."""
    row = mapping_of(value, where, "a row of image_registry_info")
    for key in ("reference", "status", "digest"):
        if key not in row:
            raise InputError(f"{where} lacks {key}: it is not a row of image_registry_info", "E_REQUIRED")
    return row


def failed_row(row: dict[str, t.Any], sentence: str, status: Outcome) -> dict[str, t.Any]:
    """The row with a complaint; what is known already remains."""
    return {**row, "status": status, "error": sentence}


def engine_answer(answer: t.Any, where: str) -> dict[str, t.Any]:
    """What Docker's ``GET /distribution/{name}/json`` says, as keys of a row. Raises InputError."""
    document = mapping(answer, where)
    descriptor = mapping(document.get("Descriptor"), f"{where}.Descriptor")
    platforms = []
    for index, value in enumerate(list_of(document.get("Platforms"), f"{where}.Platforms")):
        at = f"{where}.Platforms[{index}]"
        platform = mapping(value, at)
        parts = (text(platform.get(key), f"{at}.{key}") for key in ("os", "architecture", "variant"))
        spelled = platform_of(*parts)
        if spelled and spelled != "unknown/unknown":  # BuildKit's attestations
            platforms.append({"platform": spelled, "os_version": text(platform.get("os.version"), f"{at}[os.version]")})
    return {
        "digest": digest(descriptor.get("digest"), f"{where}.Descriptor.digest"),
        "media_type": text(descriptor.get("mediaType"), f"{where}.Descriptor.mediaType"),
        "platforms": platforms,
    }


def tags_of(body: bytes, where: str) -> list[str]:
    """The tags of one page. Raises InputError."""
    document = mapping(decoded(body, where), where)
    return [text(tag, f"{where}.tags[{index}]") for index, tag in enumerate(list_of(document.get("tags"), where))]
