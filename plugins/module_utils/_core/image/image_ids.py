# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Digests, image IDs and the beginnings of image IDs, as texts."""

from __future__ import annotations

import re

# Those that the OCI image specification registers, and that Docker and Podman accept.
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
# Algorithms other than sha256 have other lengths; what has fewer than 32 digits is a short ID in any of them.
_LISTED_ID = re.compile(r"(?:sha256:)?[0-9a-fA-F]{64}|(?!sha256:)[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")
_DIGITS = re.compile(r"(?:sha256:)?([0-9a-f]{1,64})")


def is_digest(text: str) -> bool:
    """Whether the text is ``sha256:`` and 64 hex digits, or sha384 or sha512 likewise."""
    return _DIGEST.fullmatch(text) is not None


def is_listed_id(text: str) -> bool:
    """Whether a source may list this as the whole ID of an image."""
    return _LISTED_ID.fullmatch(text) is not None


def whole_id(text: str) -> str:
    """A written image ID with its algorithm; "" if the text is anything else."""
    if is_digest(text):
        return text
    return f"sha256:{text}" if len(text) == 64 and id_digits(text) else ""


def id_digits(text: str) -> str:
    """The digits of what may be an ID or the beginning of one, with or without ``sha256:``; "" if it is neither."""
    found = _DIGITS.fullmatch(text)
    return found.group(1) if found else ""
