# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images that a report is about, if it is not about all of them, and which entries of a baseline go with them."""

from __future__ import annotations

import typing as t

from ..image.reference import Reference
from .baseline_entries import entry_keys

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..image.selector import Selector
    from ..image.summary import ImageSummary
    from .baseline import EntryKey, Sizes
    from .hosts import HostFacts, ImageView

NOTHING_SELECTED = "select matches none of the images, so nothing was checked"


class ReportSelection:
    """Takes hosts one by one, and counts what it leaves out. Without a selector that is nothing."""

    def __init__(self, selector: Selector | None) -> None:
        self._selector = selector
        self._hosts = 0
        self._seen = 0
        self._kept = 0

    def of_host(self, facts: HostFacts, views: Sequence[ImageView]) -> tuple[HostFacts, Sequence[ImageView]]:
        """The host with these images alone, and with those whose size or age would have to be known to say so."""
        if self._selector is None:
            return facts, views
        self._hosts += 1
        applies = self._selector.applies
        kept = [view for view in views if applies(view.image, view.state, view.now) is not False]
        self._seen += len(views)
        self._kept += len(kept)
        if len(kept) == len(views):
            return facts, views
        # Engines give the bytes of layers for all images together.
        return facts._replace(images=[view.image for view in kept], layers_size=None), kept

    def is_without(self, name: Reference) -> bool:
        """Whether the selector asks for other names than this one."""
        return self._selector is not None and not self._selector.fits(name)

    @property
    def is_given(self) -> bool:
        """Whether there is a selector."""
        return self._selector is not None

    @property
    def is_empty(self) -> bool:
        """Whether hosts have answered, and none of their images was selected."""
        return self._hosts > 0 and not self._kept

    def remarks(self) -> list[str]:
        """What a reader of the report should know about it."""
        if self._selector is None:
            return []
        left_out = self._seen - self._kept
        images = f"{self._seen:,} image{'' if self._seen == 1 else 's'}"
        return [f"select leaves {left_out:,} of {images} out: the report is about the other {self._kept:,}"]


def entries_within(
    selection: ReportSelection,
    by: str,
    everything: Iterable[ImageSummary],
    keys: Mapping[str, Sequence[EntryKey]],
    old: Sizes,
) -> tuple[dict[str, list[EntryKey]], set[EntryKey]]:
    """The entries of the selected images, by their ID, and those of the baseline that are to be compared with them.

    An image counts under the names that were asked for, or under all of them if it was not selected by name. An entry
    of the baseline without such an image is one that was removed if it has a name that was asked for, and if no other
    image of the host has the name.
    """
    now = {image_id: _asked_for(selection, own) for image_id, own in keys.items()}
    selected = {key for own in now.values() for key in own}
    others = {key for image in everything if image.id not in keys for key in entry_keys(image, by)}
    names, other_names = {key.name for key in selected}, {key.name for key in others}

    def is_within(key: EntryKey) -> bool:
        if key in selected or key in others:
            return key in selected
        if key.name in names:
            return True
        return key.name not in other_names and not selection.is_without(Reference.parse(key.name))

    return now, {key for key in old if is_within(key)}


def _asked_for(selection: ReportSelection, keys: Sequence[EntryKey]) -> list[EntryKey]:
    return [key for key in keys if not selection.is_without(Reference.parse(key.name))] or list(keys)
