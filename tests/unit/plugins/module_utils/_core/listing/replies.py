# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies to test with: the worked cases, and shortened replies of real engines, named engine-version_request."""

from __future__ import annotations

import json
import pathlib
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
A, B, C = (f"sha256:{letter * 64}" for letter in "abc")


def worked_cases() -> list[dict[str, t.Any]]:
    """The worked cases of the normalization rules, ``expect`` filled up to whole summaries."""
    document = json.loads((FIXTURES / "normalize.json").read_text(encoding="utf-8"))
    for case in document["cases"]:
        if isinstance(case["expect"], list):
            case["expect"] = [{**document["default_record"], **image} for image in case["expect"]]
    return t.cast("list[dict[str, t.Any]]", document["cases"])


def outcome(listing: t.Any, source: str = "auto", engine: str = "auto") -> tuple[t.Any, list[str]]:
    """What the cases expect: summaries or ``{"error": code}``, and the codes of the warnings."""
    try:
        found = summarize(listing, source, engine)
    except InputError as exc:
        return {"error": exc.code}, []
    return [image.to_dict() for image in found.images], [warning.code for warning in found.warnings]


def complaint(listing: t.Any, source: str = "auto", engine: str = "auto") -> str:
    """The sentence that the user reads, behind its code."""
    try:
        found = summarize(listing, source, engine)
    except InputError as exc:
        return f"{exc.code}: {exc}"
    raise AssertionError(f"no error but {found}")


def captured(name: str) -> str:
    """The reply of a real engine, as text."""
    return (FIXTURES / name).read_text(encoding="utf-8")
