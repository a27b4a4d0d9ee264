# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a written text is an image name, by the grammar of https://github.com/distribution/reference."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from .image_ids import is_digest, whole_id
from .reference import Reference, canonical_repository

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_IPV6 = r"\[[a-fA-F0-9:]+\]"
_REGISTRY = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|{_IPV6})(?::[0-9]+)?")
_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(f"{_PART}(?:/{_PART})*")
_TAG = re.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}")
_LONGEST_PATH = 255

# A registry by its IPv6 address, at the beginning of a pattern: no other set of characters has a colon inside.
# What has a secret in an address, and stands in no name: a fragment, an escaped character, a parameter, a user.
_OF_ADDRESSES = re.compile(r"[#%]|[?&;].*=|://.*[@?]|[：＠]", re.DOTALL)

_IPV6_REGISTRY = re.compile(r"\[[a-fA-F0-9]*:[a-fA-F0-9:]*\](?::[0-9]+)?/")


def problem_of_name(text: str) -> str:
    """What is wrong with the name of an image, with or without tag and digest; "" if it is valid."""
    name = Reference.parse(text)
    if "@" in text and not is_digest(name.digest):
        return "a digest is sha256: and 64 hex digits"
    if str(name) != text or (name.tag and not _TAG.fullmatch(name.tag)):
        return "a tag has up to 128 letters, digits, underscores, dots and dashes"
    return _problem_of_repository(name.repository)


def check_name(text: str, where: str) -> None:
    """Raise InputError unless the text is a name or a whole ID. Beginnings of IDs are names by their form."""
    problem = "" if whole_id(text) else problem_of_name(text)
    if problem:
        raise InputError(f"{where} must be an image name or ID, got {shown_name(text)}: {problem}", "E_NAME")


def shown_name(text: t.Any) -> str:
    """What should have been a name, for a message. An address that may have a password or a token is not repeated."""
    if isinstance(text, str):
        before, at, after = text.rpartition("@")
        if _OF_ADDRESSES.search(text) or "@" in before or (at and not after.startswith("sha")):
            return '"***"'
    return shown(text)


def problem_of_repository(text: str) -> str:
    """What is wrong with a repository; "" if it is valid."""
    if "@" in text or Reference.parse(text).tag:
        return "tags and digests are for references"
    if whole_id(text):
        return "64 hex digits are an image ID"
    return _problem_of_repository(text)


def problem_of_tag(text: str) -> str:
    """What is wrong with a tag; "" if it is valid."""
    return "" if _TAG.fullmatch(text) else "it is what follows the colon of a name"


def ipv6_registry(pattern: str) -> str:
    """The registry that a pattern begins with, if it is an IPv6 address; else ""."""
    found = _IPV6_REGISTRY.match(pattern)
    return found.group() if found else ""


def _problem_of_repository(repository: str) -> str:
    if "://" in repository:
        return "a name has no scheme"
    registry, _slash, path = canonical_repository(repository).partition("/")
    if path != path.lower():
        return "a repository is in lower case"
    if len(path) > _LONGEST_PATH:
        return f"a repository has up to {_LONGEST_PATH} characters"
    if not _REGISTRY.fullmatch(registry) or not _PATH.fullmatch(path):
        return "a repository has letters and digits, and dots, dashes, underscores or slashes between them"
    return ""
