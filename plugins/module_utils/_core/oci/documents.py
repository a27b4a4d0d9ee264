# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents of images: decoded, and read key by key with the type that each value must have."""

from __future__ import annotations

import hashlib
import json
import typing as t

from ..errors import InputError, shown
from ..fields import mapping_of, text_of
from ..image.image_ids import is_digest


def decoded(data: bytes, where: str) -> t.Any:
    """The value of a JSON document. Raises InputError for anything that is not JSON in UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{where} is not UTF-8 at byte {error.start}", "E_JSON") from None
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_constant)
    except RecursionError:
        raise InputError(f"{where} is nested too deeply", "E_JSON") from None
    except ValueError as error:
        raise InputError(f"{where} is not JSON: {error}", "E_JSON") from None


def _integer(digits: str) -> int:
    # Python takes time in the square of the number of digits.
    if len(digits) > 20:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def mapping(value: t.Any, where: str) -> t.Mapping[str, t.Any]:
    """A dictionary; null is an empty one, as in Go."""
    return {} if value is None else mapping_of(value, where)


def text(value: t.Any, where: str) -> str:
    """Text; null is an empty one. Halves of surrogate pairs become U+FFFD, as in the engines."""
    found = "" if value is None else text_of(value, where, may_be_empty=True)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def texts(value: t.Any, where: str) -> dict[str, str]:
    """A dictionary of texts."""
    found = mapping(value, where)
    return {text(key, where): text(content, f"{where}[{shown(key)}]") for key, content in found.items()}


def digest(value: t.Any, where: str) -> str:
    """``sha256:`` and 64 hex digits, or sha384, sha512 likewise."""
    found = text(value, where)
    if not is_digest(found):
        raise InputError(f"{where} must be a digest such as sha256:<64 hex digits>, got {shown(value)}", "E_DIGEST")
    return found


def verify(data: bytes, expected: str, where: str) -> None:
    """Raise InputError unless the content has this digest."""
    actual = f"{expected.partition(':')[0]}:{hashlib.new(expected.partition(':')[0], data).hexdigest()}"
    if actual != expected:
        raise InputError(f"{where} has the digest {actual} instead of {expected}", "E_DIGEST")
