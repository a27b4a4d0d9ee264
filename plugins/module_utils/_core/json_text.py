# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON with untrusted text, safe to show on a terminal or to print in the log of a CI job."""

from __future__ import annotations

import json
import re
import typing as t

_SURROGATE = re.compile("[\ud800-\udfff]")

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def printable_json(value: t.Any) -> str:
    """The value as one line of JSON with sorted keys, for any reader and any log.

    ASCII only, so that it moves no cursor and reverses no text. Lone surrogates are replaced: JSON can spell them, but
    most readers refuse them.
    """
    text = _encode(value)
    if "\\ud" in text:  # surrogates, lone ones or those of a pair; a fleet has millions of rows without any
        text = _encode(all_encodable(value))
    return hashes_apart(text)


def hashes_apart(text: str) -> str:
    """The same JSON without two adjacent hashes: runners take ``##[`` and ``##vso[`` for commands, wherever they stand.

    A hash occurs in JSON only inside strings, where this is another spelling of it.
    """
    return text.replace("##", "#\\u0023")


def encodable(text: str) -> str:
    """The text with lone surrogates replaced by U+FFFD, so that it can be written as UTF-8; all else is untouched."""
    return _SURROGATE.sub("\ufffd", text)


def all_encodable(value: t.Any) -> t.Any:
    """The same of every text in a value of JSON."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(key) if isinstance(key, str) else key: all_encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [all_encodable(item) for item in value]
    return value
