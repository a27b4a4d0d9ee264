# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the lists in a report: what a reader wants first."""

from __future__ import annotations

import typing as t

from .schema import CHANGE_KINDS, QUIET, VERDICTS, verdict_of

if t.TYPE_CHECKING:
    from .schema import ChangeGroup, ChangeRow, FindingGroup, FindingRow, ImageGroup, ImageRow, RepositoryRow, Scalar


def excess(actual: Scalar, limit: Scalar) -> float:
    """How far over its limit a value is, as a ratio: 2.0 is twice too much, or half of what must be there.

    0 where there are no two numbers to compare.
    """
    if not isinstance(actual, (int, float)) or not isinstance(limit, (int, float)):
        return 0.0
    low, high = sorted((abs(actual), abs(limit)))
    return high / low if low else float("inf") if high else 0.0


def finding_rank(verdict: str, actual: Scalar, limit: Scalar) -> tuple[int, float]:
    """What the order of findings begins with: the worst verdict, and of that what is furthest over its limit."""
    return VERDICTS.index(verdict), 0.0 if verdict in QUIET else -excess(actual, limit)


def finding_order(row: FindingRow) -> tuple[t.Any, ...]:
    """The worst first, then by name."""
    names = (row["rule"], row["host"] or "", row["image"] or "", row["id"] or "")
    return (
        *finding_rank(verdict_of(row["status"], row["level"]), row["actual"], row["limit"]),
        *names,
        row["fingerprint"],
        row["message"],
    )


def image_order(row: ImageRow) -> tuple[str, str, str]:
    """By host, then by name."""
    return row["host"], row["name"], row["id"]


def repository_order(row: RepositoryRow) -> tuple[str, str]:
    """By repository, then by host."""
    return row["repository"], row["host"] or ""


def change_order(row: ChangeRow) -> tuple[t.Any, ...]:
    """The largest change first; where there is no difference, the largest image."""
    return -_weight(row), row["host"], row["name"], row["after"] or 0


def _weight(row: ChangeRow | ChangeGroup) -> int:
    return next((abs(size) for size in (row["delta"], row["after"], row["before"]) if size is not None), 0)


def group_order(row: FindingGroup) -> tuple[t.Any, ...]:
    """As findings: the worst first, then by name."""
    rank = finding_rank(verdict_of(row["status"], row["level"]), row["actual"], row["limit"])
    names = (row["rule"], row["image"] or "", row["id"] or "", str(row["actual"]), str(row["baseline"]))
    return (*rank, *names, row["on"])


def image_group_order(row: ImageGroup) -> tuple[int, str, str, str]:
    """The largest first, then by name."""
    return -row["size"], row["name"], row["id"], row["state"]


def change_group_order(row: ChangeGroup) -> tuple[t.Any, ...]:
    """By kind, the largest change first."""
    return CHANGE_KINDS.index(row["kind"]), *change_key(row)


def change_key(row: ChangeRow | ChangeGroup) -> tuple[t.Any, ...]:
    """What copies of a change have in common, the largest first."""
    return (-_weight(row), row["name"], row["before"] or 0, row["after"] or 0, row.get("reason", ""))
