# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry asks for with status 401, and what a token server answers.

Grammar: RFC 9110, section 11; tokens: https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlencode

from ..errors import InputError
from ..oci.documents import decoded
from .registry_error import RegistryError

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_NEXT = re.compile(
    rf'[\s,]*(?:(?P<key>{_TOKEN})\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s,"]*))|(?P<scheme>{_TOKEN}))'
)
# A header of such length is not a challenge, and would only cost time.
_LONGEST_HEADER = 8192
# What may stand in an Authorization header: RFC 6750.
_BEARER = re.compile(r"[A-Za-z0-9._~+/=-]{1,16384}\Z")
# A token server that does not say how long a token is good means 60 seconds.
_DEFAULT_LIFE = 60
_LONGEST_LIFE = 86400


class Challenge(t.NamedTuple):
    """One way to be let in. ``scheme`` and the keys of ``parameters`` are in lower case."""

    scheme: str
    parameters: dict[str, str]


class Token(t.NamedTuple):
    """The text for the header, and for how many seconds it is good."""

    text: str
    life: int


def challenges_of(headers: t.Iterable[str]) -> list[Challenge]:
    """The challenges of all WWW-Authenticate headers. What cannot be read ends its header."""
    found: list[Challenge] = []
    for header in headers:
        position, current = 0, None
        while len(header) <= _LONGEST_HEADER:
            part = _NEXT.match(header, position)
            if not part:
                break
            position = part.end()
            if part["scheme"]:
                current = Challenge(part["scheme"].lower(), {})
                found.append(current)
            elif current is not None:
                quoted = part["quoted"]
                value = part["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
                current.parameters.setdefault(part["key"].lower(), value)
    return found


def usable_challenge(headers: t.Iterable[str]) -> Challenge | None:
    """The challenge to answer: that of a token server if there is one, else that for user and password."""
    found = [one for one in challenges_of(headers) if one.scheme == "basic" or one.parameters.get("realm")]
    by_scheme = {one.scheme: one for one in reversed(found)}
    return by_scheme.get("bearer") or by_scheme.get("basic")


def token_query(challenge: Challenge, repository: str) -> str:
    """What is asked of the token server: to read one repository, and nothing else."""
    service = challenge.parameters.get("service", "")
    return urlencode({**({"service": service} if service else {}), "scope": f"repository:{repository}:pull"})


def token_of(body: bytes, server: str) -> Token:
    """Read the answer of a token server. Raises RegistryError, which never shows the body."""
    try:
        answer = decoded(body, "the answer")
    except InputError:
        answer = None
    found = (answer.get("token") or answer.get("access_token")) if isinstance(answer, dict) else None
    if not isinstance(found, str) or not _BEARER.match(found):
        raise RegistryError(f"The token server {server} answered without a token: check that it is a token server.")
    life = answer.get("expires_in")
    known = isinstance(life, int) and not isinstance(life, bool) and life > 0
    return Token(found, min(life, _LONGEST_LIFE) if known else _DEFAULT_LIFE)


def refusal_of(body: bytes) -> str:
    """The codes and messages of a registry's error document, or "" for any other body."""
    try:
        answer = decoded(body, "the answer")
    except InputError:
        return ""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(errors, list):
        details = answer.get("details") if isinstance(answer, dict) else None
        return details if isinstance(details, str) else ""
    texts = []
    for error in errors[:3]:
        if isinstance(error, dict):
            parts = (error.get("code"), error.get("message"))
            texts.append(": ".join(part for part in parts if isinstance(part, str) and part))
    return "; ".join(text for text in texts if text)


def is_web_page(body: bytes) -> bool:
    """Whether a proxy or a portal has answered instead."""
    return body.lstrip()[:100].lower().startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml"))
