# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that an engine or a command printed, to data: JSON, or one JSON object a line."""

from __future__ import annotations

import json
import typing as t

from ..errors import InputError, shown
from .engine_replies import refuse_error_reply


def decode(text: str) -> t.Any:
    """The data in the text; what is no JSON is refused with the likely reason. Empty text is E_EMPTY_BODY."""
    refuse_error_reply(text)
    try:
        return json.loads(text)
    except RecursionError:
        raise InputError("the text is JSON nested too deeply to be a listing", "E_TYPE_TOP") from None
    except ValueError as exc:
        # Lists of lines are what docker and nerdctl print: their --format works on one image at a time.
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > 1 and _is_object(lines[0][1]):
            return [_line(number, line) for number, line in lines]
        raise InputError(_complaint(text.strip(), exc), "E_TYPE_TOP") from None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _line(number: int, line: str) -> t.Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"line {number} is not JSON: {shown(line.strip())}", "E_TYPE_TOP") from None


def _complaint(text: str, exc: ValueError) -> str:
    """What the text probably is instead, with the remedy."""
    if text.startswith("<"):
        return (
            f"got an HTML page instead of JSON: {shown(text)}. A proxy before the engine's socket answers so when it"
            " does not let the request through"
        )
    if set(text.split()) == {"json"}:
        return "got the word json: docker before version 23 wants --format '{{json .}}' instead of --format json"
    if text.startswith("REPOSITORY"):
        return f"got a table: {shown(text)}; ask the command for JSON (--format json, crictl: -o json)"
    if text[0] in "{[" and (text[-1] not in "}]" or getattr(exc, "pos", 0) >= len(text) - 1):
        return f"the JSON ends in the middle, after {len(text)} characters: the reply was cut off"
    return f"got text that is neither JSON nor one JSON object a line ({exc}): {shown(text)}"
