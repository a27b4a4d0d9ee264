# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses which image, from the reply of ``GET /containers/json?all=1``.

Containers count in whatever state they are. An image mount (``--mount type=image``) counts too, although no engine
counts it in ``Containers``; see :mod:`.mounts`.
Source: https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container
"""

from __future__ import annotations

import typing as t

from ..fields import list_of, mapping_of
from ..image.image_ids import is_listed_id
from ..image.lookup import ImageNames
from ..image.summary import image_id
from .mounts import Mount, mounts_of, reading_of

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..image.summary import ImageSummary

_CODE = "E_TYPE_containers"


class Usage(t.NamedTuple):
    """What the containers say."""

    users: dict[str, list[str]]
    """Names of containers by image ID, ``web (image mount)`` for a mount. A container that does both is in it twice."""
    without_image: list[tuple[str, str]]
    """Container ID and name, of those whose image is not listed: they hold layers that are not visible."""
    containers: int
    """How many containers there are."""
    uncertain: list[Mount]
    """Mounts not by a whole ID: the image that has the name now is in ``users``, but another one may be mounted."""
    ended: dict[str, list[EndedContainer]]
    """Containers that have exited, by image ID."""

    def only_ended(self, users: Mapping[str, Sequence[str]]) -> dict[str, list[EndedContainer]]:
        """Those of images that nothing else uses; ``users`` are those of this usage, or further ones as well."""
        return {identity: ones for identity, ones in self.ended.items() if len(ones) == len(users.get(identity, ()))}


class EndedContainer(t.NamedTuple):
    """A container that has exited; only an inspection says when. It was created before."""

    id: str
    name: str
    created: int


def read_usage(rows: t.Any, images: Sequence[ImageSummary], engine: str) -> Usage:
    """Join containers with images. Raises InputError for what is not a list of containers."""
    list_of(rows, "the list of containers", code=_CODE, may_be_null=False)
    usage = Usage({}, [], len(rows), [], {})
    known = {image.id for image in images}
    names: ImageNames | None = None
    for index, row in enumerate(rows):
        mapping_of(row, f"containers[{index}]", code=_CODE)
        name = container_name(row)
        # By ID, never by name: after a tag moved, a container still shows the old name, which now is another image.
        # Podman's containers of a directory (`--rootfs`) and some of its pods' have none.
        if row.get("ImageID") not in ("", "sha256:"):
            used = image_id(row.get("ImageID"), f"containers[{index}].ImageID")
            usage.users.setdefault(used, []).append(name)
            # Docker and Podman say exited; Podman also says stopped of what it has not cleaned up yet.
            if row.get("State") in ("exited", "stopped") and isinstance(row.get("Created"), int):
                usage.ended.setdefault(used, []).append(EndedContainer(str(row.get("Id")), name, row["Created"]))
            if used not in known:
                usage.without_image.append((str(row.get("Id", "")), name))
        for mount in mounts_of(row, name):
            names = names or ImageNames(images)
            for identity in names.possibly(mount.source, reading_of(engine)):
                usage.users.setdefault(identity, []).append(f"{name} (image mount)")
            if not mount.is_whole_id:
                usage.uncertain.append(mount)
    return usage


def rows_about(rows: Sequence[t.Any], identities: Collection[str]) -> list[t.Any]:
    """The rows that may use one of these images. What cannot be read is among them, for :func:`read_usage`."""
    return [row for row in rows if not isinstance(row, dict) or not _is_of_another(row, identities)]


def _is_of_another(row: Mapping[str, t.Any], identities: Collection[str]) -> bool:
    used = row.get("ImageID")
    is_known = isinstance(used, str) and ":" in used and is_listed_id(used)
    return is_known and used not in identities and not mounts_of(row, "")


def container_name(row: Mapping[str, t.Any]) -> str:
    """The name without the slash in front, or the short ID."""
    names = row.get("Names")
    if isinstance(names, list) and names and isinstance(names[0], str):
        return names[0].lstrip("/")
    return str(row.get("Id", ""))[:12]
