# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms: how they are written, and which spellings mean the same one."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.platform import (
    normalized_platform,
    platform_of,
)


@pytest.mark.parametrize(
    "fields, text",
    [
        (("linux", "amd64"), "linux/amd64"),
        (("linux", "arm64", "v8"), "linux/arm64/v8"),
        (("", "amd64"), ""),
        (("linux", "", "v8"), ""),
        (("linu\ud800", "amd64", ""), "linu\ufffd/amd64"),
    ],
)
def test_the_text_of_a_platform(fields: tuple[str, ...], text: str) -> None:
    assert platform_of(*fields) == text


# The rows of normalizeArch in https://github.com/containerd/platforms/blob/v1.0.0-rc.1/database.go, and some more.
@pytest.mark.parametrize(
    "platform, normalized",
    [
        ("", ""),
        ("linux", "linux"),
        ("linux/amd64", "linux/amd64"),
        ("linux/amd64/v1", "linux/amd64"),
        ("linux/amd64/v2", "linux/amd64/v2"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/X86-64", "linux/amd64"),
        ("linux/i386", "linux/386"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64"),
        ("linux/arm64/v9", "linux/arm64/v9"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("linux/arm/5", "linux/arm/v5"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("linux/armhf", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6"),
        ("windows/amd64", "windows/amd64"),
        ("linux/riscv64", "linux/riscv64"),
    ],
)
def test_one_spelling_for_one_platform(platform: str, normalized: str) -> None:
    assert normalized_platform(platform) == normalized
    assert normalized_platform(normalized) == normalized
