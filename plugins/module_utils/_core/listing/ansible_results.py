# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the arguments of callers to the data inside: text, and results of tasks (modules, command, uri, loops)."""

from __future__ import annotations

import json
import typing as t

from ..errors import InputError, shown
from .engine_replies import refuse_error_reply

_TERSE = frozenset({"Created", "Id", "RepoTags", "Size"})
"""The keys that community.docker.docker_host_info leaves in an entry unless verbose_output is set."""


def is_registered(value: t.Any) -> bool:
    """True for the result of a task."""
    return isinstance(value, dict) and ("changed" in value or "failed" in value or isinstance(value.get("stdout"), str))


def rounds_of(value: dict[str, t.Any]) -> list[t.Any] | None:
    """The results of a task with a loop, without those that were skipped; None if there was no loop."""
    results = value.get("results")
    if not isinstance(results, list):
        return None
    done = [result for result in results if not (isinstance(result, dict) and result.get("skipped"))]
    if not done:
        raise InputError("the registered task's loop had no items, so it does not list images", "E_TASK_SKIPPED")
    return done


def content_of(value: dict[str, t.Any], lines_allowed: bool) -> t.Any:
    """What a registered result holds: the data itself, decoded if it is text.

    ``lines_allowed``: the source prints a line an image, so that a command that succeeded and printed nothing means
    that there are none.
    """
    _refuse_failed(value)
    if isinstance(value.get("stdout"), str):
        return _printed(value, lines_allowed)
    if "json" in value:  # ansible.builtin.uri, if the reply says that it is JSON
        return value["json"]
    if "status" in value and "url" in value:
        raise InputError("the reply that uri registered is empty or not said to be JSON", "E_EMPTY_BODY")
    if isinstance(value.get("images"), list):
        # docker_image_info answers null for an image that vanished while it asked for one after the other.
        return [image for image in value["images"] if image is not None]
    if isinstance(value.get("references"), list):  # image_registry_info
        return value["references"]
    usage = value.get("disk_usage")
    if isinstance(usage, dict) and ("Images" in usage or "ImageUsage" in usage):
        return usage
    if "host_info" in value:
        raise InputError(
            "the registered result of docker_host_info lists no images: set images: true, or disk_usage: true with"
            " verbose_output: true",
            "E_TYPE_TOP",
        )
    keys = ", ".join(shown(key) for key in sorted(value, key=str))
    raise InputError(f"the registered result holds no listing of images; its keys are {keys}", "E_TYPE_TOP")


def _printed(value: dict[str, t.Any], lines_allowed: bool) -> t.Any:
    """What a command printed. Nothing at all means no image where each image is a line, if the command succeeded."""
    if value["stdout"].strip() or value.get("rc") != 0:
        return decode(value["stdout"])
    if lines_allowed:
        return []
    raise InputError(
        "the command succeeded but printed nothing; if that means that there are no images, as with docker image ls,"
        " name the source (docker-cli or nerdctl)",
        "E_EMPTY_BODY",
    )


def remark_of(value: dict[str, t.Any]) -> str:
    """What the module itself has left out; "" if nothing."""
    images = value.get("images")
    first = images[0] if isinstance(images, list) and images else None
    if "host_info" in value and isinstance(first, dict) and _TERSE.issuperset(first):
        return (
            "docker_host_info returns no labels, parents, digests or containers of images: selectors and rules for them"
            " find nothing. Set verbose_output: true."
        )
    return ""


def _refuse_failed(value: dict[str, t.Any]) -> None:
    rc = value.get("rc")
    if value.get("failed") is True or value.get("unreachable") is True or rc not in (0, None):
        said = value.get("stderr") or value.get("msg") or f"return code {rc}"
        raise InputError(f"the registered task failed: {shown(said, 300)}", "E_TASK_FAILED")
    if value.get("skipped") is True:
        raise InputError("the registered task was skipped: it lists no images", "E_TASK_SKIPPED")


def decode(text: str) -> t.Any:
    """The data in the text; what is not JSON is refused with the likely reason. Empty text is E_EMPTY_BODY."""
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
            " refuses a request"
        )
    if set(text.split()) == {"json"}:
        return "got the word json: docker before version 23 needs --format '{{json .}}' instead of --format json"
    if text.startswith("REPOSITORY"):
        return f"got a table: {shown(text)}; ask the command for JSON (--format json, crictl: -o json)"
    if text[0] in "{[" and (text[-1] not in "}]" or getattr(exc, "pos", 0) >= len(text) - 1):
        return f"the JSON ends in the middle, after {len(text)} characters: the reply was cut off"
    return f"got text that is neither JSON nor one JSON object a line ({exc}): {shown(text)}"
