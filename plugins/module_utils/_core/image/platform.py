# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms of images: ``linux/amd64``, ``linux/arm64/v8``."""

from __future__ import annotations

from functools import lru_cache

from ..json_text import encodable

# https://github.com/containerd/platforms/blob/v1.0.0-rc.1/database.go
_ARCHITECTURES = {
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm/v7",
    "armel": "arm/v6",
}
# The variant that an architecture means without one.
_PLAIN = {"amd64/v1": "amd64", "arm64/8": "arm64", "arm64/v8": "arm64", "arm": "arm/v7"}


def platform_of(os: str, architecture: str, variant: str = "") -> str:
    """The text for the three fields of an image config or an inspected image; "" unless the first two are known."""
    if not os or not architecture:
        return ""
    return encodable("/".join(part for part in (os, architecture, variant) if part))


@lru_cache(maxsize=256)
def normalized_platform(platform: str) -> str:
    """One spelling for one platform: builders write arm64 with and without its variant v8, and uname's names too."""
    os, _slash, rest = platform.strip().lower().partition("/")
    architecture, slash, variant = rest.partition("/")
    rest = _ARCHITECTURES.get(architecture, architecture) + (slash and f"/{variant}")
    if rest.startswith("arm/") and rest[4:].isdigit():
        rest = f"arm/v{rest[4:]}"
    return f"{os}/{_PLAIN.get(rest, rest)}" if rest else os
