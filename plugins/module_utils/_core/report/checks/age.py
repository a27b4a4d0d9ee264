# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``max-age`` and ``max-unused-age``: how old an image may be, and how old an unused one."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...fields import required
from ...image.last_use import latest_need
from ...image.selector import PLACEHOLDER_BEFORE, TOLERATED_FUTURE
from ...quantities import format_duration, parse_duration
from ..check_outcome import CheckOutcome
from .kinds import Demand, ImageCheck

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ...image.last_use import LastUse
    from ..hosts import ImageView
    from .kinds import Before


@dataclass(frozen=True)
class MaxAge(ImageCheck):
    """``max``: the greatest age since the build that passes."""

    OPTIONS = ("max",)
    max: int

    @classmethod
    def parse(cls, options: Mapping[str, t.Any], where: str) -> MaxAge:
        return cls(parse_duration(required(options, "max", where), f"{where}.max"))

    def demand(self) -> Demand:
        return Demand(self.max, "seconds")

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        return self._judge_age(view, "built")

    def _judge_age(self, view: ImageView, what: str) -> CheckOutcome:
        created = view.image.created
        if created < PLACEHOLDER_BEFORE:
            # Reproducible builds write 1970 or 1980: such an image is not 50 years old.
            return CheckOutcome("error", lambda: "its build date is not known", None, self.max, "seconds")
        age = view.now - created
        if -age > TOLERATED_FUTURE:
            said = f"it says that it was built {format_duration(-age)} in the future, so its age is not known"
            return CheckOutcome("error", lambda: said, None, self.max, "seconds")
        return CheckOutcome(
            "pass" if age <= self.max else "fail", lambda: self._sentence(age, what), age, self.max, "seconds"
        )

    def _sentence(self, age: int, what: str) -> str:
        if age < 0:
            return f"{what} {format_duration(-age)} in the future"
        left, right = format_duration(age), format_duration(self.max)
        if left == right and age != self.max:
            left, right = f"{left} ({age} seconds)", f"{right} ({self.max} seconds)"
        return f"{what} {left} ago, {'over' if age > self.max else 'within'} the limit of {right}"


@dataclass(frozen=True)
class MaxUnusedAge(MaxAge):
    """The same for images that no container uses.

    Counts from the last use where facts have it; engines alone report when an image was built.
    """

    def judge(self, view: ImageView, before: Before) -> CheckOutcome:
        if view.image.compressed:
            return CheckOutcome(
                "skip", lambda: "is in a registry, where no container uses it", None, self.max, "seconds"
            )
        count = view.image.containers
        if count > 0:
            message = f"used by {count} container{'' if count == 1 else 's'}"
            return CheckOutcome("pass", lambda: message, None, self.max, "seconds")
        if view.image.use is not None:
            return self._judge_use(view.image.use, view.image.created, view.now)
        outcome = self._judge_age(view, "built" if count < 0 else "no container uses it; built")
        if count < 0 and outcome.status == "fail":
            # An image young enough passes whether it is used or not.
            return CheckOutcome(
                "error", lambda: "whether containers use it is not known", outcome.actual, self.max, "seconds"
            )
        return outcome

    def _judge_use(self, use: LastUse, created: int, now: int) -> CheckOutcome:
        since = use.watched_since
        built = created if created >= PLACEHOLDER_BEFORE else None
        latest: tuple[int, str] | None = latest_need(use.last_used, use.arrived, built, now)
        if latest is None or now - latest[0] > self.max:
            if since is None or now - since <= self.max:
                watched = "" if since is None else f", it is watched for {format_duration(now - since)} only"
                return CheckOutcome("error", lambda: f"its last use is not known{watched}", None, self.max, "seconds")
            latest = max(latest or (0, ""), (since, "watched without a use from"))
        moment, what = latest
        unused = now - moment
        status: t.Literal["pass", "fail"] = "pass" if unused <= self.max else "fail"
        return CheckOutcome(status, lambda: self._sentence(unused, what), unused, self.max, "seconds")
