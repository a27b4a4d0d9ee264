# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A docker-archive: the images that ``docker load`` would make of its ``manifest.json``."""

from __future__ import annotations

import typing as t

from ..oci.documents import decoded
from ..oci.saved_images import MANIFEST, saved_images

if t.TYPE_CHECKING:
    from ..remarks import Remarks
    from .archived_image import ArchivedImages, ArchiveFiles


def add_saved_images(files: ArchiveFiles, images: ArchivedImages, remarks: Remarks) -> None:
    """Read manifest.json and the configs it names. Raises InputError."""
    parents = []
    for saved in saved_images(decoded(files.read(MANIFEST), MANIFEST), remarks):
        image = images.add(saved.config, saved.id, saved.layers)
        image.tags.update(saved.tags)
        parents.append((image, saved))
    ids = {image.config.id for image in images}
    for image, saved in parents:
        image.parent = image.parent or saved.known_parent(ids, image.config.id)
