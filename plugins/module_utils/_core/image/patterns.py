# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for image names, as the selector and the policy use them.

A pattern without wildcards is a name, and means what :meth:`.Reference.may_mean` says. In a pattern with wildcards,
``*`` and ``?`` do not cross ``/``, as in Docker's ``reference`` filter; ``**`` does; ``[...]`` is a set of characters
(``[!...]`` its opposite); the whole name must match. ``regex:`` in front makes it a Python regular expression for the
whole name. Patterns with wildcards are tried against the familiar and the canonical spelling of a listed name.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from functools import cached_property

from ..errors import InputError, shown
from .image_ids import whole_id
from .name_grammar import ipv6_registry, problem_of_name, problem_of_repository, problem_of_tag, shown_name
from .reference import TO_REMOVE, Reference, has_registry, may_mean_id, spellings

if t.TYPE_CHECKING:
    from .reference import Reading

_REGEX_PREFIX = "regex:"


class Wildcards(t.NamedTuple):
    """A pattern with wildcards, or a regular expression, compiled."""

    compiled: re.Pattern[str]
    crossing: re.Pattern[str]
    """The same with ``*`` crossing ``/``: finds names that the writer of ``*:latest`` believes to have named."""

    @classmethod
    def parse(cls, text: str, where: str) -> Wildcards:
        """Raises InputError that names ``where``."""
        try:
            if text.startswith(_REGEX_PREFIX):
                compiled = re.compile(text[len(_REGEX_PREFIX) :])
                return cls(compiled, compiled)
            return cls(re.compile(_translate(text, "[^/]")), re.compile(_translate(text, "."), re.DOTALL))
        except (re.error, OverflowError, RecursionError) as exc:
            raise InputError(f"{where} is not a valid pattern: {shown(text)}: {exc}", "E_PATTERN") from None

    def match(self, texts: t.Iterable[str]) -> bool:
        """Whether any of the texts matches as a whole."""
        for text in texts:  # noqa: SIM110  # a loop, see Selector._fits()
            if self.compiled.fullmatch(text):
                return True
        return False

    def match_crossing(self, texts: t.Iterable[str]) -> bool:
        """Whether any would match if ``*`` crossed ``/``."""
        return any(self.crossing.fullmatch(text) for text in texts)


@dataclass(frozen=True)
class NamePattern:
    """A name, or a pattern for names. ``written`` is None for a pattern with wildcards and for a whole image ID."""

    text: str
    written: Reference | None
    wildcards: Wildcards | None = None

    @cached_property
    def spelled(self) -> str:
        """The text that all patterns which mean the same have in common, for digests of policies."""
        return self.text if self.written is None else str(self.written.spelled)

    @property
    def is_short_name(self) -> bool:
        """Whether this is a name without a registry, which Podman searches for."""
        return self.written is not None and not has_registry(self.written.repository)

    def matches_reference(self, listed: Reference, reading: Reading) -> bool:
        """Whether a listed name is meant."""
        if self.written is not None:
            return self.written.may_mean(listed, reading)
        return self.wildcards is not None and self.wildcards.match(self._texts(listed, reading))

    @cached_property
    def has_near_misses(self) -> bool:
        """Whether it would mean more names if ``*`` crossed ``/``, or in another spelling of Docker Hub."""
        return self.wildcards is not None and (
            self.wildcards.crossing.pattern != self.wildcards.compiled.pattern or self._may_be_spelled_between
        )

    @cached_property
    def _may_be_spelled_between(self) -> bool:
        return "docker" in self.text or "library" in self.text

    def nearly_matches_reference(self, listed: Reference, reading: Reading) -> bool:
        """Whether a listed name would be meant if ``*`` crossed ``/``, and is not."""
        if self.wildcards is None or not self.has_near_misses:
            return False
        texts = self._texts(listed, reading)
        return self.wildcards.match_crossing(texts) and not self.wildcards.match(texts)

    def is_spelled_between(self, listed: Reference, reading: Reading) -> bool:
        """Whether a listed name is meant in a spelling that wildcards are not tried against, and not otherwise."""
        if self.wildcards is None or not self._may_be_spelled_between:
            return False
        texts = self._versions(listed.spellings_between, listed)
        return self.wildcards.match(texts) and not self.wildcards.match(self._texts(listed, reading))

    def matches_id(self, image_id: str, reading: Reading) -> bool:
        """Whether the image is meant by its ID."""
        return False

    def matches_digest(self, digest: str, reading: Reading) -> bool:
        """Whether an image that has lost its names is meant by its digest."""
        return False

    def _texts(self, listed: Reference, reading: Reading) -> list[str]:
        """What the wildcards are tried against."""
        return self._versions(spellings(listed.repository, reading.local), listed)

    def _versions(self, repositories: t.Iterable[str], listed: Reference) -> list[str]:
        """The repository in some spellings, with as much of the version as the pattern is about."""
        return list(repositories)


class TagPattern(NamePattern):
    """A pattern for the tag alone."""

    @classmethod
    def parse(cls, text: t.Any, where: str) -> TagPattern:
        """Raises InputError that names ``where``."""
        if _is_text(text) and (_has_wildcards(text) or not problem_of_tag(text)):
            return cls(text, None, Wildcards.parse(text, where))
        raise _refused(text, where, "a tag or a pattern for tags", problem_of_tag)

    def _texts(self, listed: Reference, reading: Reading) -> list[str]:
        # A name without a tag never matches, not even `*`. Tags have no slash, so there are no near misses either.
        return [listed.tag] if listed.tag else []

    def _versions(self, repositories: t.Iterable[str], listed: Reference) -> list[str]:
        return []


class RepositoryPattern(NamePattern):
    """A pattern for the repository: the name without tag and digest."""

    @classmethod
    def parse(cls, text: t.Any, where: str) -> RepositoryPattern:
        """Raises InputError that names ``where``."""
        if _is_text(text):
            if _is_name(text, problem_of_repository):
                return cls(text, Reference(text, "", ""))
            if _has_wildcards(text):
                return cls(text, None, Wildcards.parse(text, where))
        raise _refused(text, where, "a repository or a pattern for repositories", problem_of_repository)


class ReferencePattern(NamePattern):
    """A pattern for the whole name. Without tag and digest it means any tag or digest of that repository."""

    @classmethod
    def parse(cls, text: t.Any, where: str) -> ReferencePattern:
        """Raises InputError that names ``where``."""
        if _is_text(text):
            if whole_id(text):
                return cls(whole_id(text), None)
            if _is_name(text, problem_of_name):
                return cls(text, Reference.parse(text))
            if _has_wildcards(text):
                # With a digest the tag says nothing.
                return cls(text, None, Wildcards.parse(_without_tag_beside_digest(text), where))
        raise _refused(text, where, "an image name, a pattern for names, or an image ID", problem_of_name)

    def matches_id(self, image_id: str, reading: Reading) -> bool:
        return self.wildcards is None and may_mean_id(self.text, image_id, reading)

    def matches_digest(self, digest: str, reading: Reading) -> bool:
        return self.written is not None and reading != TO_REMOVE and self.written.digest == digest != ""

    def matches_text(self, listed: str, reading: Reading) -> bool:
        """Whether the name or ID of an image is meant."""
        return self.matches_id(listed, reading) or self.matches_reference(Reference.parse(listed), reading)

    def _versions(self, repositories: t.Iterable[str], listed: Reference) -> list[str]:
        looks_at = self._looks_at
        # repo:tag@digest is still that tag.
        version = f":{listed.tag}" if looks_at == "tag" and listed.tag else listed.version if looks_at else ""
        return [repository + version for repository in repositories]

    @cached_property
    def _looks_at(self) -> str:
        """What it says of the version: nothing, something of the tag, or of all."""
        if self.text.startswith(_REGEX_PREFIX):
            return "all"
        version = Reference.parse(self.text).version
        return ("all" if "@" in version else "tag") if version else ""


def _is_text(value: t.Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_name(text: str, problem_of: t.Callable[[str], str]) -> bool:
    # An IPv6 address in brackets is a name, not a set of characters.
    return not text.startswith(_REGEX_PREFIX) and not problem_of(text)


def _has_wildcards(text: str) -> bool:
    # The "?" in an address is not a wildcard.
    return text.startswith(_REGEX_PREFIX) or ("://" not in text and any(letter in text for letter in "*?["))


def _without_tag_beside_digest(pattern: str) -> str:
    name = Reference.parse(pattern)
    is_both = name.tag and name.digest and not pattern.startswith(_REGEX_PREFIX)
    return str(name._replace(tag="")) if is_both else pattern


def _refused(text: t.Any, where: str, wanted: str, problem_of: t.Callable[[str], str]) -> InputError:
    problem = f": {problem_of(text)}" if _is_text(text) else ""
    return InputError(f"{where} must be {wanted}, got {shown_name(text)}{problem}", "E_PATTERN")


def _translate(text: str, inside: str) -> str:
    """A glob as a regular expression; ``inside`` is what ``*`` and ``?`` may run over."""
    registry = ipv6_registry(text)
    parts: list[str] = [re.escape(registry)]
    position = len(registry)
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
            members = "\\]" + members[1:] if members.startswith("]") else members
            parts.append(f"(?!/)[{'^' if found.group(1) else ''}{members}]")
            position = found.end()
            continue
        else:
            parts.append(re.escape(letter))
        position += 1
    return "".join(parts)
