# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any listing of images, to image summaries: the entry point for callers that do not know the source."""

from __future__ import annotations

import typing as t

from ..errors import InputError, ListingWarning, shown
from ..fields import choice_of
from ..image.summary import ImageSummary
from ..registry.registry_images import registry_images
from . import ansible_results, recognise
from .ansible_results import decode
from .engine_replies import ENGINES, summaries_of_df, summaries_of_inspect, summaries_of_list
from .index_json import summaries_of_oci_layout
from .listing import Listing, listing_of
from .manifest_json import summaries_of_docker_archive
from .tools import summaries_of_crictl, summaries_of_docker_cli, summaries_of_nerdctl

if t.TYPE_CHECKING:
    from collections.abc import Callable

_LINES = frozenset({"docker-cli", "nerdctl"})
"""Sources that print one line an image, so nothing at all when there are none."""


def summarize(listing: t.Any, source: str = "auto", engine: str = "auto") -> Listing:
    """Read a listing: data, JSON text, JSON lines, or what a task registered.

    ``source`` says what the listing is (one of ``SOURCES``), ``engine`` who answered (docker, podman, finch), which
    matters for list and df alone. Raises InputError for what is not a listing of images.
    """
    choice_of(source, "source", recognise.SOURCES, "E_SOURCE")
    choice_of(engine, "engine", ENGINES, "E_ENGINE")
    if isinstance(listing, str):
        listing = decode(listing)
    if not ansible_results.is_registered(listing):
        return _read(listing, source, engine)
    rounds = ansible_results.rounds_of(listing)
    if rounds is not None:
        return _together(rounds, source, engine)
    found = _read(ansible_results.content_of(listing, source in _LINES), source, engine)
    remark = ansible_results.remark_of(listing)
    return found._replace(warnings=sorted([ListingWarning("W_LOSSY", remark), *found.warnings])) if remark else found


def _read(payload: t.Any, source: str, engine: str) -> Listing:
    if isinstance(payload, dict) and "images" in payload and source != "crictl" and not recognise.is_crictl(payload):
        payload = payload["images"]  # only the images of a registered result are left
    if _are_lines(payload):
        payload = decode("\n".join(payload))
    if source == "auto":
        source = recognise.recognise(payload)
    elif source not in ("df", "oci-layout", "docker-archive"):
        for index, row in enumerate(payload if isinstance(payload, list) else [payload]):
            recognise.refuse_other(row, f"images[{index}]")
    return _READERS[source](payload, engine)


def _are_lines(payload: t.Any) -> bool:
    """True for stdout_lines of a command that printed JSON."""
    return (
        isinstance(payload, list)
        and all(isinstance(line, str) for line in payload)
        and "".join(payload[:1]).startswith(("{", "["))
    )


def _summaries(payload: t.Any, _engine: str) -> Listing:
    """What went through here before: checked and sorted again, so that a second time changes nothing."""
    rows = payload if isinstance(payload, list) else [payload]
    images = [ImageSummary.from_dict(row, f"images[{index}]") for index, row in enumerate(rows)]
    return listing_of(images)


def _summaries_of_registry(payload: t.Any) -> Listing:
    """Names without images are an error, because a listing without them would look complete."""
    images: list[ImageSummary] = []
    for index, found in enumerate(registry_images(payload, "references")):
        if found.problem:
            raise InputError(f"references[{index}]: {shown(found.reference, 300)}: {found.problem}", "E_REGISTRY")
        images.extend(found.images)
    return listing_of(images)


_READERS: dict[str, Callable[[t.Any, str], Listing]] = {
    "list": summaries_of_list,
    "df": summaries_of_df,
    "inspect": lambda payload, _engine: summaries_of_inspect(payload),
    "docker-cli": lambda payload, _engine: summaries_of_docker_cli(payload),
    "podman-cli": lambda payload, _engine: summaries_of_list(payload, "podman"),
    "nerdctl": lambda payload, _engine: summaries_of_nerdctl(payload),
    "crictl": lambda payload, _engine: summaries_of_crictl(payload),
    "oci-layout": lambda payload, _engine: summaries_of_oci_layout(payload),
    "docker-archive": lambda payload, _engine: summaries_of_docker_archive(payload),
    "registry": lambda payload, _engine: _summaries_of_registry(payload),
    recognise.SUMMARY: _summaries,
}


def _together(rounds: list[t.Any], source: str, engine: str) -> Listing:
    """One listing of all rounds of a loop."""
    images: list[ImageSummary] = []
    warnings: dict[str, ListingWarning] = {}
    for index, result in enumerate(rounds):
        try:
            found = summarize(result, source, engine)
        except InputError as exc:
            raise InputError(f"results[{index}]: {exc}", exc.code) from None
        images.extend(found.images)
        for warning in found.warnings:
            warnings.setdefault(warning.code, warning)
    return listing_of(images, warnings.values())
