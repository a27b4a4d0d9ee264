# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image summaries of archives, without an engine: what one with a graph driver reports after ``docker load``."""

from __future__ import annotations

import os
import stat
import typing as t

from .._core.archive.archived_image import ArchivedImages, LayerFacts, built_images, loaded_in_order, measured
from .._core.archive.docker_archive import add_saved_images
from .._core.archive.layer import Layer, LayerRefused
from .._core.archive.oci_layout import Layout
from .._core.archive.tar import members
from .._core.errors import InputError, ListingWarning, shown
from .._core.listing.listing import Listing, listing_of
from .._core.oci.image_index import INDEX
from .._core.oci.saved_images import MANIFEST
from .._core.remarks import Remarks
from .compression import NoDecompressor, UnpackLimit, compression_of, decompressing
from .directory_members import DirectoryMembers
from .streams import Sequential
from .tar_members import TarMembers

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .._core.layers.base_image import BuiltImage
    from .members import Members


def read_archives(paths: Iterable[str], verify: bool = True, built: dict[str, BuiltImage] | None = None) -> Listing:
    """Read several archives, as if they were loaded in this order: a name belongs to the last one that brings it.

    An image that is in more than one becomes one summary with all its names. ``built`` gets how each image was built,
    by its ID.
    """
    paths = list(paths)
    listings = [read_archive(path, verify, built) for path in paths]
    images, taken = loaded_in_order([listing.images for listing in listings])
    merged = listing_of(images)
    warnings = [warning for listing in listings for warning in listing.warnings]
    for path, names in zip(paths, taken):
        if names:
            message = (
                f"archive {shown(path, 4096)}: takes names over from images of the archives before it, as docker load"
                f" does ({len(names)}, first {shown(min(names), 300)[1:-1]})"
            )
            warnings.append(ListingWarning("W_NAME_TAKEN", message))
    return Listing(merged.images, warnings)


def read_archive(path: str, verify: bool = True, built: dict[str, BuiltImage] | None = None) -> Listing:
    """Read a docker-archive, an OCI archive or an OCI layout directory.

    Layers are checked against the digests in their image's config, which takes reading all of the archive. With
    ``verify`` false, uncompressed layers are passed over from header to header. Raises InputError that names the path.
    """
    try:
        archive = _opened(path)
        try:
            return _listing(path, archive, verify, built)
        finally:
            archive.close()
    except InputError as error:
        raise InputError(f"archive {shown(path, 4096)}: {error}", error.code) from None
    except OSError as error:
        raise InputError(f"archive {shown(path, 4096)} cannot be read: {error.strerror or error}", "E_READ") from None


def _opened(path: str) -> Members:
    if "\0" in path:
        raise InputError("is not a path: it holds a zero byte", "E_READ")
    try:
        # Not blocking: opening a FIFO would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except UnicodeError:
        raise InputError("is not a path: file names of this host cannot hold its characters", "E_READ") from None
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        return DirectoryMembers(descriptor)
    file = os.fdopen(descriptor, "rb")
    try:
        if not stat.S_ISREG(status.st_mode):
            raise InputError("is neither a file nor a directory", "E_KIND")
        if status.st_size == 0:
            raise InputError("is an empty file", "E_NO_ARCHIVE")
        compression = compression_of(file.read(6))
        return TarMembers(file, status.st_size, compression)
    except BaseException:
        file.close()
        raise


def _listing(path: str, archive: Members, verify: bool, built: dict[str, BuiltImage] | None) -> Listing:
    remarks = Remarks()
    images = _images(archive, remarks, history=built is not None)
    facts = _layer_facts(archive, images, verify)
    summaries = measured(images, lambda layer: facts[archive.place(layer)], remarks)
    if built is not None:
        built.update(built_images(images, lambda layer: facts[archive.place(layer)]))
    if not summaries:
        remarks.say("W_EMPTY", "It holds no image.")
    listing = listing_of(summaries, remarks.warnings())
    return Listing(
        listing.images,
        [ListingWarning(code, f"archive {shown(path, 4096)}: {message}") for code, message in listing.warnings],
    )


def _images(archive: Members, remarks: Remarks, history: bool) -> ArchivedImages:
    """What either list names. Docker 25 and later write both: in manifest.json, their own platform alone."""
    images = ArchivedImages(archive, history)
    lists = [name for name in (MANIFEST, INDEX) if archive.has(name)]
    if not lists:
        raise InputError(
            f"has neither {MANIFEST} nor {INDEX}: it is neither what docker save writes nor an OCI layout",
            "E_NO_ARCHIVE",
        )
    if MANIFEST in lists:
        add_saved_images(archive, images, remarks)
    if INDEX in lists:
        Layout(archive, images, remarks, alone=lists == [INDEX]).add_images()
    return images


def _layer_facts(archive: Members, images: ArchivedImages, verify: bool) -> dict[t.Any, LayerFacts]:
    """Measure each layer once, however it is named, in the order in which they lie in the archive."""
    layers = {archive.place(layer): layer for image in images for layer in image.layers}
    budget = UnpackLimit(archive.bytes_on_disk(layers.values()))
    return {place: _layer_fact(archive, layers[place], budget, verify) for place in sorted(layers)}


def _layer_fact(archive: Members, name: str, budget: UnpackLimit, verify: bool) -> LayerFacts:
    file = archive.open(name)
    compression = compression_of(file.peek(6))
    try:
        if compression:
            return _measured(Sequential(decompressing(file, compression, budget), digest=True))
        return _measured(Sequential(file.read, digest=True) if verify else file)
    except NoDecompressor as error:
        return LayerFacts(-1, problem=str(error))
    except InputError as error:
        raise InputError(f"layer {shown(name, 100)} {error}", error.code) from None


def _measured(source: t.Any) -> LayerFacts:
    layer = Layer()
    size, problem = -1, ""
    try:
        for member in members(source):
            layer.add(member)
        size = layer.size()
    except LayerRefused as refusal:
        problem = f"{refusal}: an engine with a graph driver cannot load it"
    # The digest is that of all bytes, also those behind the end of the tar.
    return LayerFacts(size, source.digest() if isinstance(source, Sequential) else "", problem)
