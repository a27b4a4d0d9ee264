# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way of counting bytes a plan may use, and why not the exact one."""

from __future__ import annotations

import typing as t

from .bounds import UNKNOWN, BoundsAccount
from .layers import ExactAccount, Forest, NotExact

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..planned_image import PlannedImage
    from .figures import Figures


class Accounting(t.NamedTuple):
    """``open`` starts a fresh account over all images."""

    method: str
    open: Callable[[], BoundsAccount | ExactAccount]
    obstacles: list[str]
    """Sentences: why the method is not exact."""
    warnings: list[str]

    def measure(self, removed: Iterable[PlannedImage]) -> tuple[list[int], int, int]:
        """The bytes of each removal in this order, and the lower and the upper bound of them together."""
        account = self.open()
        steps, lower = [], account.freed
        for image in removed:
            account.remove(image)
            before, lower = lower, account.freed
            steps.append(lower - before)
        if isinstance(account, ExactAccount):
            return steps, lower, lower
        upper = account.upper()
        return steps, lower, upper if upper == UNKNOWN else max(lower, upper)


def choose_accounting(images: Sequence[PlannedImage], wanted: str, figures: Figures) -> Accounting:
    """Exact where that can be proven, else bounds."""
    total, held = figures.total, figures.held
    reasons, warnings = list(figures.obstacles), []
    if wanted == "bounds":
        reasons.append("the policy asks for bounds")
    if any(image.facts.layers is None for image in images):
        reasons.append("the layers of some images are not known")
    if total is None:
        reasons.append("the engine's total, layers_size, is not known")
    if held:
        reasons.append(f"build cache or containers outside of the list share up to {held} bytes with the images")
    if not reasons and total is not None:
        try:
            forest = figures.forest or Forest([image.facts for image in images])
            forest.weigh(total)
        except NotExact as exc:
            reasons.append(str(exc))
            if exc.contradiction:
                # The total holds other layers as well, or is from another moment: nothing follows from it.
                figures = figures._replace(total=None)
                warnings.append(f"the bytes of this plan are bounds, since the facts contradict each other: {exc}")
        else:
            return Accounting("exact", lambda: ExactAccount(forest, images), [], [])
    if wanted == "exact" and not warnings:
        warnings.append(f"exact bytes were asked for, but only bounds can be given: {'; '.join(reasons)}")
    return Accounting("bounds", BoundsAccount(images, figures).fresh, reasons, warnings)
