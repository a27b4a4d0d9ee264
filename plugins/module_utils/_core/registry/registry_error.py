# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a registry did not answer a question, in a sentence that becomes a row of the result."""

from __future__ import annotations

import typing as t

from ..errors import shown

Outcome = t.Literal["ok", "not_found", "denied", "limited", "failed"]
OUTCOMES: tuple[Outcome, ...] = t.get_args(Outcome)


class RegistryError(Exception):
    """``outcome`` is the kind of the complaint; ``unreached`` is set where no whole answer came."""

    def __init__(self, message: str, outcome: Outcome = "failed", unreached: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.outcome = outcome
        self.unreached = unreached

    def again(self) -> RegistryError:
        """The same for another question."""
        return RegistryError(self.message, self.outcome, self.unreached)


def one_line(text: str, limit: int = 200) -> str:
    """Text of a registry or of the system inside of our sentence: one line, without control characters, short."""
    return shown(" ".join(text[: limit * 10].split()), limit)[1:-1]
