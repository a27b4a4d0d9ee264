# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts on images that a rule may or may not be about, because its ``when`` needs a value that is not known.

A verdict that is the same either way is the verdict. Otherwise it is an error: what is not known is not a pass.
"""

from __future__ import annotations

import typing as t

from .check_outcome import CheckOutcome

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .hosts import ImageView
    from .report_rules import ReportRule

    Verdicts = Iterable[tuple[t.Optional[str], CheckOutcome]]


def if_it_applies(rule: ReportRule, view: ImageView, outcome: CheckOutcome) -> CheckOutcome:
    """The verdict on an image that the rule may not be about: only a failure would be another one without the rule."""
    if outcome.status != "fail":
        return outcome
    values = rule.when.unknown_values(view.image, view.now) if rule.when else []
    why = f"whether the rule applies is not known (not known: {', '.join(values)})"
    return CheckOutcome("error", lambda: f"{why}; if it does: {outcome.message()}", None, outcome.limit, outcome.unit)


def settled(certain: Verdicts, possible: Verdicts, more: str) -> Iterator[tuple[str | None, CheckOutcome]]:
    """The verdicts on a host or the fleet.

    ``certain`` come from the images that the rule is about for sure, ``possible`` from those that it may be about as
    well; ``more`` says how many these are.
    """
    without = dict(certain)
    for name, outcome in possible:
        yield name, _settled(without.get(name), outcome, more)


def _settled(without: CheckOutcome | None, outcome: CheckOutcome, more: str) -> CheckOutcome:
    status = without.status if without else "pass"
    if status == outcome.status:
        return without or outcome
    if not {"fail", "error"} & {status, outcome.status}:
        return outcome
    said = without or outcome
    return said._replace(
        status="error", actual=None, message=lambda: f"whether the rule is about {more} is not known; {said.message()}"
    )
