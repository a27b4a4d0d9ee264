# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SPDX license expressions, as the label ``org.opencontainers.image.licenses`` holds them.

Grammar: annex "SPDX license expressions" of https://spdx.github.io/spdx-spec/. Identifiers are matched without regard
to case, as the annex says; operators are written in capitals or all in small letters.
"""

from __future__ import annotations

import re

from .spdx_identifiers import EXCEPTIONS, LICENSES

_TOKEN = re.compile(r"\s*(\(|\)|[A-Za-z0-9.:+-]+)")
_OWN_LICENSE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+\Z")
_OWN_EXCEPTION = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?AdditionRef-[A-Za-z0-9.-]+\Z")
_OPERATORS = ("AND", "and", "OR", "or")


def is_spdx_expression(text: str) -> bool:
    """Whether the text is one license expression whose identifiers the SPDX License List knows.

    Precedence of the operators does not matter for that, so one pass that alternates operand and operator is enough.
    """
    depth, operand_next, with_allowed = 0, True, False
    tokens = iter(_tokens(text))
    for token in tokens:
        if operand_next and token == "(":
            depth += 1
        elif operand_next:
            if not _is_license(token):
                return False
            operand_next, with_allowed = False, True
        elif token == ")" and depth:
            depth, with_allowed = depth - 1, False
        elif token in ("WITH", "with") and with_allowed:
            if not _is_exception(next(tokens, "")):
                return False
            with_allowed = False
        elif token in _OPERATORS:
            operand_next, with_allowed = True, False
        else:
            return False
    return depth == 0 and not operand_next


def _tokens(text: str) -> list[str]:
    """The tokens; a text that cannot be split gives a token that is not a license."""
    tokens, position = [], 0
    text = text.strip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            return ["?"]
        tokens.append(found.group(1))
        position = found.end()
    return tokens


def _is_license(token: str) -> bool:
    # A plus means "or any later version"; some identifiers of old lists end with one themselves.
    name = token.lower()
    return name in LICENSES or (name.endswith("+") and name[:-1] in LICENSES) or bool(_OWN_LICENSE.match(token))


def _is_exception(token: str) -> bool:
    return token.lower() in EXCEPTIONS or bool(_OWN_EXCEPTION.match(token))
