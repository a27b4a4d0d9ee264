# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three kinds of checks: about one image, about one host, about the fleet.

A check reads its own options (``OPTIONS``) in ``parse`` and judges; the rule around it holds what all checks share.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...image.layer_sizes import LayerSizes
    from ..check_outcome import CheckOutcome
    from ..hosts import HostFacts, ImageView
    from ..schema import Scalar


class Before(t.NamedTuple):
    """What the baseline says about an image."""

    size: int | None = None
    """None where the baseline does not know the image."""
    incomparable: str = ""
    """Why sizes cannot be compared with those of the baseline; "" when they can."""
    given: bool = True
    """Whether there is a baseline at all."""
    skipped: str = ""
    """Why the image is not compared, although the baseline may have its name."""
    layer_sizes: LayerSizes | None = None


class Demand(t.NamedTuple):
    """What a check demands, for a reader of the report."""

    limit: Scalar = None
    """A number of ``unit``, or the words of the rule's author."""
    unit: str = ""
    """bytes, seconds, count or ""."""
    units: str = "si"
    """How the author spells sizes: si or iec."""


class ImageCheck:
    """Judges every image that the rule selects."""

    OPTIONS: t.ClassVar[tuple[str, ...]] = ()

    def demand(self) -> Demand:
        """What it demands."""
        return Demand()

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> ImageCheck:
        """Raises InputError with the path of the option."""
        raise NotImplementedError

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        """The verdict on one image."""
        raise NotImplementedError


class HostCheck:
    """Judges a host by all images that the rule selects; a verdict may name the image it is about."""

    OPTIONS: t.ClassVar[tuple[str, ...]] = ()

    def demand(self) -> Demand:
        """What it demands."""
        return Demand()

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> HostCheck:
        """Raises InputError with the path of the option."""
        raise NotImplementedError

    def judge(self, host: HostFacts, views: Sequence[ImageView]) -> Iterable[tuple[str | None, CheckOutcome]]:
        """The verdicts on one host."""
        raise NotImplementedError


class FleetCheck:
    """Judges when all hosts have been seen."""

    OPTIONS: t.ClassVar[tuple[str, ...]] = ()

    def demand(self) -> Demand:
        """What it demands."""
        return Demand()

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> FleetCheck:
        """Raises InputError with the path of the option."""
        raise NotImplementedError

    def tally(self) -> FleetTally:
        """A fresh memory of what was seen; a check itself has none, so that one policy serves many reports."""
        raise NotImplementedError


class FleetTally:
    """What a fleet check keeps of the hosts that passed by."""

    def add(self, host: HostFacts, views: Sequence[ImageView]) -> None:
        """Take notice of one host."""
        raise NotImplementedError

    def judge(self, absent: int) -> Iterable[tuple[str | None, CheckOutcome]]:
        """The verdicts; ``absent`` hosts that the rule is about were expected and gave no facts."""
        raise NotImplementedError
