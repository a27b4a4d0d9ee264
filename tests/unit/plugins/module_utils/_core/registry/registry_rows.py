# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as image_registry_info returns them with details, for tests of what reads them."""

from __future__ import annotations

import typing as t

WEB = "registry.example.com/shop/web"


def sha(letter: str) -> str:
    """The digest that is this digit over and over."""
    return "sha256:" + letter * 64


def platform(letter: str, size: int = 1000, name: str = "linux/amd64", **keys: t.Any) -> dict[str, t.Any]:
    """One image of a row."""
    return {
        "platform": name,
        "os_version": "",
        "digest": sha("d"),
        "compressed_size": size,
        "config_digest": sha(letter),
        "created": 1_700_000_000,
        "labels": {"team": "shop"},
        **keys,
    }


def row(reference: str, *platforms: dict[str, t.Any], **keys: t.Any) -> dict[str, t.Any]:
    """A name and its images."""
    return {
        "name": reference,
        "reference": reference,
        "registry": reference.partition("/")[0],
        "digest": sha("e"),
        "kind": "index",
        "platforms": list(platforms),
        "missing_platforms": [],
        "status": "ok",
        "error": None,
        **keys,
    }


def lacking(reference: str) -> dict[str, t.Any]:
    """A name that its registry does not have."""
    return row(reference, digest="", kind="", status="not_found", error="The registry does not have this name.")
