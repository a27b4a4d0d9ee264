# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that services of Docker Swarm name, from the reply of ``GET /services``.

A service that is scaled to zero, or whose tasks run elsewhere, has no container here; and ``docker service rollback``
needs the image of the previous spec.
Source: https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Service
"""

from __future__ import annotations

import typing as t

from ..fields import list_of, mapping_of
from ..image.lookup import ImageNames
from .mounts import reading_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..image.summary import ImageSummary

_SPECS = (("Spec", "service"), ("PreviousSpec", "previous spec of a service"))


class ServiceImage(t.NamedTuple):
    """The name of an image in the spec of a service."""

    user: str
    """``web (service)``."""
    source: str


def read_services(rows: t.Any) -> list[ServiceImage]:
    """The images of all current and previous specs. Raises InputError for what is not a list of services."""
    found = []
    for index, item in enumerate(list_of(rows, "the list of services", code="E_TYPE_services", may_be_null=False)):
        row = mapping_of(item, f"services[{index}]", code="E_TYPE_services")
        for key, what in _SPECS:
            spec = row.get(key)
            source = spec
            # Specs of plugins and of network attachments have no container.
            for part in ("TaskTemplate", "ContainerSpec", "Image"):
                source = source.get(part) if isinstance(source, dict) else None
            if isinstance(spec, dict) and isinstance(source, str) and source:
                found.append(ServiceImage(f"{spec.get('Name') or row.get('ID')} ({what})", source))
    return found


def users_of_images(services: Iterable[ServiceImage], images: Sequence[ImageSummary]) -> dict[str, list[str]]:
    """Services by the ID of every image that they may mean: a tag with a digest means the digest."""
    users: dict[str, list[str]] = {}
    names: ImageNames | None = None
    for service in services:
        names = names or ImageNames(images)
        for identity in names.possibly(service.source, reading_of("docker")):
            users.setdefault(identity, []).append(service.user)
    return users
