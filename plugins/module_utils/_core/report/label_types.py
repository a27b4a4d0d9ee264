# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the value of a typed label must look like: ``semver``, ``rfc3339``, ``url``, ``spdx``.

The types are those that the pre-defined annotation keys of OCI ask for:
https://github.com/opencontainers/image-spec/blob/main/annotations.md
"""

from __future__ import annotations

import re
import typing as t
from ipaddress import IPv6Address

from ..errors import InputError
from ..timestamps import to_epoch
from .spdx_expression import is_spdx_expression

# The expression that https://semver.org/spec/v2.0.0.html itself suggests. "v1.2.3" is a tag name, not a version.
_SEMVER = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?\Z"
)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)
# RFC 3986, for URLs with a host. A "%" must begin a percent-encoded byte.
_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_URL = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*://(?:(?:{_CHARACTER}|:)*@)?"
    rf"(?:{_CHARACTER}+|\[(?P<address>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]*))?"
    rf"(?:/(?:{_CHARACTER}|[:@/])*)?(?:\?(?:{_CHARACTER}|[:@/?])*)?(?:#(?:{_CHARACTER}|[:@/?])*)?\Z"
)


def _is_semver(text: str) -> bool:
    return _SEMVER.match(text) is not None


def _is_rfc3339(text: str) -> bool:
    if not _RFC3339.match(text):
        return False
    try:
        to_epoch(text)
    except InputError:  # 2024-02-30
        return False
    return True


def _is_url(text: str) -> bool:
    found = _URL.match(text)
    if not found or int(found["port"] or 0) > 65535:
        return False
    try:
        return found["address"] is None or bool(IPv6Address(found["address"]))
    except ValueError:
        return False


LABEL_TYPES: dict[str, tuple[str, t.Callable[[str], bool]]] = {
    "rfc3339": ("a date and time of RFC 3339 such as 2024-01-02T03:04:05Z", _is_rfc3339),
    "semver": ("a version of Semantic Versioning 2.0.0 such as 1.2.3", _is_semver),
    "spdx": ("an SPDX license expression such as Apache-2.0 OR MIT", is_spdx_expression),
    "url": ("an absolute URL such as https://example.com/app", _is_url),
}
"""What each type is, for messages, and whether a text is one."""
