# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``max-size``, ``max-own-size`` and ``max-total-size``: how large images, and all of a host, may be."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...errors import InputError
from ...fields import choice_of, required
from ...image.totals import sum_of_sizes, sum_of_unshared_sizes
from ..check_outcome import CheckOutcome, SizeLimit
from .kinds import Demand, HostCheck, ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..hosts import HostFacts, ImageView
    from .kinds import Before


@dataclass(frozen=True)
class MaxSize(ImageCheck):
    """``max``: the largest size that passes."""

    OPTIONS = ("max",)
    max: SizeLimit

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> MaxSize:
        return cls(SizeLimit.parse(required(options, "max", where), f"{where}.max"))

    def demand(self) -> Demand:
        return Demand(self.max.bytes, "bytes", self.max.units)

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        return judge_size(view.image.size, self.max, "", "the engine does not report the size of the image")


@dataclass(frozen=True)
class MaxOwnSize(MaxSize):
    """The same for what an image has above its base."""

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        layers = view.image.layer_sizes
        unknown = "the bytes of its own layers are not known"
        if layers is None:
            return judge_size(None, self.max, "", f"{unknown}: gather the facts with layers")
        return judge_size(layers.own_size, self.max, "own layers: ", unknown)


def judge_size(actual: int | None, limit: SizeLimit, what: str, unknown: str) -> CheckOutcome:
    """A size against a limit; the limit itself passes, a size that is not known does not."""
    if actual is None or actual < 0:
        return CheckOutcome("error", lambda: unknown, None, limit.bytes, "bytes")
    passes = actual <= limit.bytes
    return CheckOutcome("pass" if passes else "fail", lambda: limit.compare(actual, what), actual, limit.bytes, "bytes")


# The sum of sizes counts a shared layer once for each image and is not disk use.
_METRICS = {
    "size": "the sum of the image sizes of ",
    "unique_size": "what the images do not share, ",
    "layers_size": "the disk use of all layers of ",
}


@dataclass(frozen=True)
class MaxTotalSize(HostCheck):
    """``max`` for a host, ``of`` one of size (default), unique_size, layers_size."""

    OPTIONS = ("max", "of")
    max: SizeLimit
    of: str

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> MaxTotalSize:
        limit = SizeLimit.parse(required(options, "max", where), f"{where}.max")
        of = choice_of(options.get("of", "size"), f"{where}.of", tuple(_METRICS))
        if of == "layers_size" and options.get("when"):
            raise InputError(f"{where}.when cannot narrow of: layers_size, which engines give for all images together")
        return cls(limit, of)

    def demand(self) -> Demand:
        return Demand(self.max.bytes, "bytes", self.max.units)

    def judge(self, host: HostFacts, views: Sequence[ImageView]) -> Iterable[tuple[str | None, CheckOutcome]]:
        what = f"{_METRICS[self.of]}{len(views)} image{'' if len(views) == 1 else 's'}: "
        images = [view.image for view in views]
        if self.of == "layers_size":
            total = host.layers_size
            unknown = "the disk use of the layers is not known: gather the facts with shared_size"
        elif self.of == "unique_size":
            total = sum_of_unshared_sizes(images)
            unknown = "" if total is not None else _unknown_shares(views)
        else:
            total = sum_of_sizes(images)
            unknown = "" if total is not None else _unknown_sizes(views)
        yield None, judge_size(total, self.max, what, unknown)


def _unknown_sizes(views: Sequence[ImageView]) -> str:
    return f"the size of {_named([view for view in views if view.image.size < 0])} is not known"


def _unknown_shares(views: Sequence[ImageView]) -> str:
    """Why what the images do not share cannot be added up."""
    if any(view.image.size < 0 for view in views):
        return _unknown_sizes(views)
    without = [view for view in views if view.image.shared_size < 0]
    if without:
        return f"the shared size of {_named(without)} is not known: gather the facts with shared_size"
    above = _named([view for view in views if view.image.shared_size > view.image.size])
    return f"the engine reports a shared size above the size for {above}"


def _named(views: Sequence[ImageView]) -> str:
    """The first of some images, and how many more there are."""
    more = len(views) - 1
    return views[0].name + (f" and {more} more image{'' if more == 1 else 's'}" if more else "")
