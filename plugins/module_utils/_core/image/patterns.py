# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for image names, as the selector and the policy use them.

``*`` and ``?`` stay inside one part of the path, as in Docker's own ``reference`` filter; ``**`` crosses ``/``;
``[...]`` is a class of characters (``[!...]`` its opposite); the whole name must match. ``regex:`` in front makes it a
Python regular expression for the whole name. Each pattern is tried against the familiar and the canonical spelling, so
``alpine`` and ``docker.io/library/alpine`` mean the same.
"""

from __future__ import annotations

import re
import typing as t
from functools import lru_cache

from ..errors import InputError, shown
from .reference import Reference

_REGEX_PREFIX = "regex:"


class Pattern(t.NamedTuple):
    """A compiled pattern and the text it was made of, for messages."""

    text: str
    compiled: re.Pattern[str]
    crossing: re.Pattern[str]
    """The same with ``*`` crossing ``/``: finds names that a user of ``*:latest`` believes to have named."""

    def matches(self, *spellings: str) -> bool:
        """Whether any of the spellings matches as a whole."""
        return any(self.compiled.fullmatch(text) for text in spellings)

    def nearly_matches(self, *spellings: str) -> bool:
        """Whether one would match if ``*`` crossed ``/``."""
        return any(self.crossing.fullmatch(text) for text in spellings)


class TagPattern(Pattern):
    """Matches the tag alone."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: t.Any, where: str) -> TagPattern:
        """Raises InputError naming ``where``."""
        return cls(*_compile(text, where))

    def matches_reference(self, reference: Reference) -> bool:
        """A name without a tag (a digest) never matches."""
        return bool(reference.tag) and self.matches(reference.tag)

    def nearly_matches_reference(self, reference: Reference) -> bool:
        """Tags hold no slash: there is no near miss."""
        return self.matches_reference(reference)


class RepositoryPattern(Pattern):
    """Matches the repository: the name without tag and digest."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: t.Any, where: str) -> RepositoryPattern:
        """Raises InputError naming ``where``."""
        return cls(*_compile(text, where))

    def matches_reference(self, reference: Reference) -> bool:
        """Try both spellings of the repository."""
        return self.matches(reference.familiar_repository, reference.canonical_repository)

    def nearly_matches_reference(self, reference: Reference) -> bool:
        """The same with ``*`` crossing ``/``."""
        return self.nearly_matches(reference.familiar_repository, reference.canonical_repository)


class ReferencePattern(Pattern):
    """Matches a whole name; a pattern without tag and digest means any tag or digest of that repository."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: t.Any, where: str) -> ReferencePattern:
        """Raises InputError naming ``where``."""
        return cls(*_compile(text, where))

    def matches_reference(self, reference: Reference) -> bool:
        """Try both spellings, of the whole name or, where the pattern names no version, of the repository."""
        return self.matches(*self._spellings(reference))

    def nearly_matches_reference(self, reference: Reference) -> bool:
        """The same with ``*`` crossing ``/``."""
        return self.nearly_matches(*self._spellings(reference))

    def _spellings(self, reference: Reference) -> tuple[str, ...]:
        if self.text.startswith(_REGEX_PREFIX):
            return reference.familiar, reference.canonical
        tag, digest = _versions(self.text)
        if not tag and not digest:
            return reference.familiar_repository, reference.canonical_repository
        if tag and not digest and reference.digest:
            # repo:tag@digest is still that tag.
            reference = reference._replace(digest="")
        return reference.familiar, reference.canonical


@lru_cache(maxsize=256)
def _versions(text: str) -> tuple[str, str]:
    """Tag and digest of a pattern, which is asked for once per name of an image."""
    pattern = Reference.parse(text)
    return pattern.tag, pattern.digest


def _compile(text: t.Any, where: str) -> tuple[str, re.Pattern[str], re.Pattern[str]]:
    if not isinstance(text, str) or not text:
        raise InputError(f"{where} must be a pattern for image names, got {shown(text)}", "E_PATTERN")
    try:
        if text.startswith(_REGEX_PREFIX):
            compiled = re.compile(text[len(_REGEX_PREFIX) :])
            return text, compiled, compiled
        return text, re.compile(_translate(text, "[^/]")), re.compile(_translate(text, "."), re.DOTALL)
    except (re.error, OverflowError, RecursionError) as exc:
        raise InputError(f"{where} is not a valid pattern: {shown(text)}: {exc}", "E_PATTERN") from None


def _translate(text: str, inside: str) -> str:
    """A glob as a regular expression; ``inside`` is what ``*`` and ``?`` may run over."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        letter = text[position]
        if letter == "*":
            stars = len(text[position:]) - len(text[position:].lstrip("*"))
            parts.append(".*" if stars > 1 else f"{inside}*")
            position += stars
            continue
        if letter == "?":
            parts.append(inside)
        elif letter == "[":
            found = re.compile(r"\[(!|\^)?(\]?[^\]]*)\]").match(text, position)
            if not found or not found.group(2):
                raise re.error("unterminated character class")
            members = found.group(2).replace("\\", "\\\\").replace("[", "\\[")
            members = "\\^" + members[1:] if members.startswith("^") else members
            members = "\\]" + members[1:] if members.startswith("]") else members
            parts.append(f"(?!/)[{'^' if found.group(1) else ''}{members}]")
            position = found.end()
            continue
        else:
            parts.append(re.escape(letter))
        position += 1
    return "".join(parts)
