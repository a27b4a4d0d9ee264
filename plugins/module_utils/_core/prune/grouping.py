# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How ``keep_last`` groups and sorts images: the values of ``group_by`` and ``order_by``."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..fields import choice_of

# The first is the default.
ORDERS_OF_KEEP_LAST = ("created", "version", "natural", "tag_date")
TAG_PREFIX = "tag:"
_PARTS = ("group", "order")


def parse_group_by(value: t.Any, where: str) -> str:
    """``repository``, ``none``, ``label:<key>`` or ``tag:<regular expression>``."""
    if isinstance(value, str) and (value in ("repository", "none") or (value.startswith("label:") and value[6:])):
        return str(value)
    if isinstance(value, str) and value.startswith(TAG_PREFIX) and value != TAG_PREFIX:
        tag_pattern(value, where)
        return str(value)
    raise InputError(
        f"{where} must be repository, none, label:<key> or tag:<regular expression>, got {shown(value)}", "E_GROUP_BY"
    )


def parse_order_by(value: t.Any, where: str) -> str:
    """What the images of a group are sorted by."""
    return choice_of(value, where, ORDERS_OF_KEEP_LAST, "E_ORDER_BY")


def tag_pattern(group_by: str, where: str) -> re.Pattern[str] | None:
    """The expression behind ``tag:``; ``None`` if tags make no groups. Raises InputError that names ``where``."""
    if not group_by.startswith(TAG_PREFIX):
        return None
    text = group_by[len(TAG_PREFIX) :]
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as exc:
        raise InputError(f"{where} is not a valid regular expression: {shown(text)}: {exc}", "E_GROUP_BY") from None
    unknown = sorted(set(pattern.groupindex).difference(_PARTS))
    if unknown:
        raise InputError(f"{where} may have the named groups group and order, got {shown(unknown[0])}", "E_GROUP_BY")
    return pattern
