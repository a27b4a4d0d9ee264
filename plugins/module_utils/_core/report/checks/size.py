# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``max-size`` and ``max-total-size``: how large an image, and all images of a host, may be."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...errors import InputError
from ...fields import choice_of, required
from ..check_outcome import CheckOutcome, SizeLimit
from .kinds import HostCheck, ImageCheck

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

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        return judge_size(view.image.size, self.max, "", "the engine does not say how large the image is")


def judge_size(actual: int | None, limit: SizeLimit, what: str, unknown: str) -> CheckOutcome:
    """A size against a limit; the limit itself passes, a size that is not known does not."""
    if actual is None or actual < 0:
        return CheckOutcome("error", lambda: unknown, None, limit.bytes, "bytes")
    passes = actual <= limit.bytes
    return CheckOutcome("pass" if passes else "fail", lambda: limit.compare(actual, what), actual, limit.bytes, "bytes")


# Each with the words for it: the sum of sizes counts a shared layer once for each image and is no disk use.
_METRICS = {
    "size": ("the sum of the image sizes of ", "the size of an image is not known"),
    "unique_size": ("what the images do not share, ", "the shared size of an image is not known: ask for shared_size"),
    "layers_size": ("the disk use of all layers of ", "the engine was not asked for its disk use: ask for shared_size"),
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

    def judge(self, host: HostFacts, views: Sequence[ImageView]) -> Iterable[tuple[str | None, CheckOutcome]]:
        what, unknown = _METRICS[self.of]
        what += f"{len(views)} image{'' if len(views) == 1 else 's'}: "
        yield None, judge_size(self._total(host, views), self.max, what, unknown)

    def _total(self, host: HostFacts, views: Sequence[ImageView]) -> int | None:
        if self.of == "layers_size":
            return host.layers_size
        images = [view.image for view in views]
        if any(image.size < 0 or (self.of == "unique_size" and image.shared_size < 0) for image in images):
            return None
        return sum(image.size - (image.shared_size if self.of == "unique_size" else 0) for image in images)
